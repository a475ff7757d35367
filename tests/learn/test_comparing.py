"""When what was learned is refused."""

import numpy as np
import pytest

from unbrush.learn.comparing import Group, Said, compared, what_is_worse

N = 1_000
IS_FAKE = np.arange(N) < 100
SHOPS = np.array([f"s{n % 200}" for n in range(N)], object)
GROUPS = [Group(name="all later", rows=np.ones(N, bool))]


def probability(quality: float) -> np.ndarray:
    """Fakes and honest ones apart by so much; near what is so."""
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 1, N)
    return 1 / (1 + np.exp(-(quality * (IS_FAKE - 0.6) * 6 + noise)))


def rows(learned: np.ndarray, *, out_with: np.ndarray | None = None) -> list[dict]:
    out = IS_FAKE & (np.arange(N) % 2 == 0)
    said = [
        Said(what="in force", probability=probability(0.6), is_out=out),
        Said(what="learned", probability=learned, is_out=None),
        Said(what="with it", probability=learned, is_out=out if out_with is None else out_with),
    ]
    return compared("order", said, GROUPS, IS_FAKE, SHOPS)


def test_a_better_one_is_not_worse():
    assert what_is_worse(rows(probability(2.0)), 200) == []


def test_one_that_ranks_worse_is_refused_and_says_where():
    [*worse] = what_is_worse(rows(probability(0.2)), 200)
    assert any("average precision" in each and "all later" in each for each in worse)


def test_one_that_is_far_off_is_refused():
    sure = np.where(probability(2.0) > 0.5, 1.0, 0.5)
    assert any("off by" in each for each in what_is_worse(rows(sure), 200))


def test_one_that_touches_honest_merchants_is_refused():
    out = IS_FAKE | (np.arange(N) == 500)
    worse = what_is_worse(rows(probability(2.0), out_with=out), 200)
    assert any("merchants" in each for each in worse)


def test_a_few_fakes_prove_nothing():
    few = rows(probability(0.2))
    for row in few:
        row["fake"] = 5
    assert what_is_worse(few, 200) == []


@pytest.mark.parametrize("what", ["in force", "learned", "with it"])
def test_figures_are_of_the_group_alone(what):
    half = Group(name="half", rows=np.arange(N) % 2 == 0)
    said = [Said(what=what, probability=probability(1.0), is_out=IS_FAKE)]
    [row] = compared("order", said, [half], IS_FAKE, SHOPS)
    assert (row["n"], row["fake"], row["left_out"]) == (500, 50, 50)
    assert row["honest_left_out"] == row["honest_merchants"] == 0

"""What signs are worth, without labels: found where there is something, and only there."""

import numpy as np
import pytest

from unbrush.judge.probability.mixture import Beliefs, Signs, Worth, fit

BELIEFS = Beliefs(
    fake=0.02, fake_with=0.1, fake_in_company=0.8, honest_in_company=0.02, silence=0.4
)
FAMILIES = 4
WEAK = Signs(
    family=np.arange(FAMILIES),
    honest_with=np.array([5e-4, 5e-4, 5e-4, 3e-6]),
    is_held=np.array([False, False, False, True]),
)


def market(
    n_honest: int, n_fake: int, honest_with: list[float], fake_with: list[float], seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Patterns, whether in company, rows and fakes of each; drawn row by row."""
    rng = np.random.default_rng(seed)
    share = np.array([honest_with] * n_honest + [fake_with] * n_fake)
    bears = rng.random(share.shape) < share
    is_fake = np.arange(n_honest + n_fake) >= n_honest
    company = rng.random(len(is_fake)) < np.where(is_fake, 0.9, 0.03 if n_fake else 0.0)
    rows, place = np.unique(np.column_stack([bears, company]), axis=0, return_inverse=True)
    n = np.bincount(place.ravel(), minlength=len(rows)).astype(float)
    fakes = np.bincount(place.ravel(), is_fake, minlength=len(rows))
    return rows[:, :-1].astype(float), rows[:, -1].astype(float), n, fakes


def said(worth: Worth, bears: np.ndarray, company: np.ndarray) -> np.ndarray:
    log_odds = worth.nothing_said[0] + bears @ worth.signs
    log_odds += np.where(company, worth.company[0][0], worth.company[1][0])
    return 1 / (1 + np.exp(-log_odds))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_likely_said_is_likely_true(seed):
    """One weak sign is borne by many honest rows, which nobody has told it."""
    bears, company, n, fakes = market(
        30_000, 900, [0.02, 0.001, 0.0005, 0.000003], [0.3, 0.3, 0.2, 0.4], seed
    )
    worth = fit(bears, company, n, WEAK, BELIEFS)
    suspected = bears.any(axis=1)
    off = (said(worth, bears, company) * n - fakes)[suspected]
    assert np.abs(off).sum() / n[suspected].sum() < 0.05
    assert worth.signs[0] < worth.signs[1] < worth.signs[3], "what is common tells less"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_where_nothing_is_planted_nothing_is_found(seed):
    """However common a weak sign is: bulk is what honest trade is made of."""
    bears, company, n, _ = market(30_000, 0, [0.03, 0.002, 0.001, 0], [0, 0, 0, 0], seed)
    worth = fit(bears, company, n, WEAK, BELIEFS)
    suspected = bears.any(axis=1)
    mean = (said(worth, bears, company) * n)[suspected].sum() / n[suspected].sum()
    assert mean < 0.02
    two = bears.sum(axis=1) >= 2
    assert (said(worth, bears, company)[two] < 0.9).all(), "chance meetings are not called sure"


def test_a_market_too_small_to_learn_from_goes_by_the_policy():
    bears, company = np.array([[1.0, 1.0, 0, 0], [0, 0, 0, 0]]), np.zeros(2)
    worth = fit(bears, company, np.array([1.0, 20.0]), WEAK, BELIEFS)
    assert worth.signs[0] == pytest.approx(np.log(0.1 / 5e-4), abs=0.3)
    assert worth.nothing_said[0] == pytest.approx(np.log(0.02 / 0.98), abs=0.3)


def test_strong_signs_stay_strong_however_many_bear_them():
    """A thousand rows with nothing but one strong sign are not taken for the honest bulk."""
    bears = np.array([[0, 0, 0, 1.0], [0, 0, 0, 0]])
    worth = fit(bears, np.zeros(2), np.array([1_000.0, 9_000.0]), WEAK, BELIEFS)
    assert said(worth, bears, np.zeros(2))[0] > 0.99

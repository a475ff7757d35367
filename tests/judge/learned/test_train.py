"""Training: the same rows give the same trees, in one direction where only one makes sense."""

import json

import numpy as np
import pytest

from unbrush.judge.learned.calibrate import platt, probability
from unbrush.judge.learned.feature import feature
from unbrush.judge.learned.figures import calibration_error, figures, speaks_from
from unbrush.judge.learned.train import Slice, train

pytest.importorskip("lightgbm")

FEATURES = [feature("a", "pace", "甲", "a", 1), feature("b", "pace", "乙", "b")]


def rows(n: int, seed: int) -> Slice:
    rng = np.random.default_rng(seed)
    values = np.round(rng.random((n, 2)), 3)
    odds = 6 * (values[:, 0] - 0.8) + np.where(values[:, 1] > 0.5, 1, -2)
    return Slice(values=values, is_fake=rng.random(n) < 1 / (1 + np.exp(-odds)))


@pytest.fixture(scope="module")
def learned():
    return train(rows(3_000, 1), rows(1_000, 2), rows(2_000, 3), FEATURES)


def test_the_same_rows_in_any_order_give_the_same_trees(learned):
    first = rows(3_000, 1)
    order = np.random.default_rng(9).permutation(3_000)
    mixed = Slice(values=first.values[order], is_fake=first.is_fake[order])
    again = train(mixed, rows(1_000, 2), rows(2_000, 3), FEATURES)
    assert json.dumps(again.trees) == json.dumps(learned.trees)
    assert (again.slope, again.offset) == (learned.slope, learned.offset)


def test_more_of_what_may_only_raise_never_lowers(learned):
    steps = np.linspace(0, 1, 50)
    for other in (0.1, 0.6, 0.9):
        said = learned.probability(np.column_stack([steps, np.full(50, other)]))
        assert (np.diff(said) >= 0).all()
        assert said[-1] > said[0]


def test_what_is_said_is_so(learned):
    later = rows(4_000, 4)
    said = figures(learned.probability(later.values), later.is_fake)
    assert said.calibration_error < 0.05
    assert said.auroc is not None
    assert said.auroc > 0.75


def test_labels_by_chance_teach_nothing():
    rng = np.random.default_rng(5)
    chance = [
        Slice(values=rng.random((n, 2)), is_fake=rng.random(n) < 0.2) for n in (2_000, 600, 600)
    ]
    grown = train(*chance, FEATURES)
    later = rng.random((2_000, 2))
    auroc = figures(grown.probability(later), rng.random(2_000) < 0.2).auroc
    assert auroc is not None
    assert abs(auroc - 0.5) < 0.06
    assert grown.speaks_from > 0.9, "sure of nothing, it does not speak"


def test_platts_line_finds_the_odds():
    rng = np.random.default_rng(6)
    margins = rng.normal(0, 2, 20_000)
    is_fake = rng.random(20_000) < probability(margins, 0.5, -2.0)
    slope, offset = platt(margins, is_fake)
    assert slope == pytest.approx(0.5, abs=0.05)
    assert offset == pytest.approx(-2.0, abs=0.1)


def test_platts_line_stands_what_is_parted_wholly():
    margins = np.array([-3.0] * 50 + [3.0] * 50)
    slope, offset = platt(margins, margins > 0)
    said = probability(margins, slope, offset)
    assert np.isfinite(said).all()
    assert said[0] < 0.1 < 0.9 < said[-1]


def test_a_probability_far_out_is_still_one():
    assert probability(np.array([-1e9, 1e9]), 1.0, 0.0).tolist() == [0.0, 1.0]


def test_it_speaks_from_where_one_in_a_hundred_is_honest():
    said = np.concatenate([np.full(99, 0.9), [0.9], np.full(50, 0.5)])
    is_fake = np.array([True] * 99 + [False] + [False] * 50)
    assert speaks_from(said, is_fake) == 0.9
    assert speaks_from(said, is_fake, least=101) == np.inf, "too few to tell"
    is_fake[0] = False  # two in a hundred
    assert speaks_from(said, is_fake) == np.inf
    assert speaks_from(np.array([]), np.array([], bool)) == np.inf


def test_ties_are_named_together():
    said = np.full(10, 0.7)
    assert speaks_from(said, np.array([True] * 9 + [False])) == np.inf


def test_the_calibration_error_is_the_mean_distance():
    said = np.array([0.95, 0.95, 0.05, 0.05])
    assert calibration_error(said, np.array([True, True, False, False])) == pytest.approx(0.05)
    assert calibration_error(said, np.array([False, False, True, True])) == pytest.approx(0.95)

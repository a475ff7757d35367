"""Bounds of a mean when reviews like those found may have been missed."""

import random

import pytest

from unbrush.check.missed import Rated, bounds_of

ENDS = (1.0, 5.0)


def rated(*ratings: float, text_source: str | None = "written") -> list[Rated]:
    return [Rated(rating=rating, text_source=text_source) for rating in ratings]


def test_where_nothing_was_found_nothing_is_assumed():
    assert bounds_of(rated(5, 4, 3), [], ENDS) is None
    assert bounds_of([], rated(5), ENDS) is None


def test_any_or_none_of_those_like_the_found_may_be_missed():
    kept = rated(*[5] * 40, *[2] * 40)
    bounds = bounds_of(kept, rated(*[5] * 10), ENDS)
    assert bounds is not None
    assert bounds.n_like == 40
    assert bounds.low < 2 < 3.5 < bounds.high
    assert bounds.as_many == pytest.approx((30 * 5 + 40 * 2) / 70, abs=1e-3)


def test_words_of_another_origin_and_other_stars_are_of_another_kind():
    kept = rated(*[5] * 40, text_source="default") + rated(*[2] * 40)
    bounds = bounds_of(kept, rated(*[5] * 10), ENDS)
    assert bounds is not None
    assert bounds.n_like == 0
    assert bounds.as_many == 3.5


def test_smears_that_were_missed_raise_the_upper_end():
    kept = rated(*[5] * 40, *[1] * 20)
    bounds = bounds_of(kept, rated(*[1] * 10), ENDS)
    assert bounds is not None
    assert bounds.high > 4.9
    assert bounds.as_many > 3.7


def test_one_odd_rating_among_those_found_does_not_widen_the_kind():
    found = rated(*[5] * 39, 1)
    bounds = bounds_of(rated(5, 5, 1, 2, 3), found, ENDS)
    assert bounds is not None
    assert bounds.n_like == 2


@pytest.mark.parametrize("caught", [0.9, 0.5, 0.1])
def test_the_truth_lies_within_whatever_share_was_caught(caught: float):
    held = 0
    for seed in range(60):
        chance = random.Random(seed)
        kept = [float(chance.choice((1, 2, 3, 4, 5))) for _ in range(60)]
        fakes = [5.0] * 200
        n_found = int(caught * len(fakes))
        bounds = bounds_of(rated(*kept, *fakes[n_found:]), rated(*fakes[:n_found]), ENDS)
        assert bounds is not None
        held += bounds.low <= 3.0 <= bounds.high
    assert held >= 57


def test_many_reviews_are_no_matter():
    kept = rated(*[5] * 200_000, *[1] * 200_000)
    bounds = bounds_of(kept, rated(*[5] * 100), ENDS)
    assert bounds is not None
    assert bounds.n_like == 200_000

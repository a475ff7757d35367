"""What chance would have fill slots together."""

import numpy as np
import pytest

from unbrush.base.text.bundle_chance import chance_of, sociable, topics


def filled(*rows: str) -> np.ndarray:
    return np.array([[letter == "x" for letter in row] for row in rows])


def test_independent_events_weigh_as_their_product():
    chance = chance_of(np.array([0.1, 0.2]))
    both = -np.log(0.1) - np.log(0.2)
    assert chance(0.0) == pytest.approx(1.0)
    assert chance(both) == pytest.approx(0.1 * 0.2)
    assert chance(-np.log(0.1)) == pytest.approx(0.1)
    assert chance(-np.log(0.2)) == pytest.approx(1 - 0.9 * 0.8)


def test_slots_that_go_together_outside_are_one_topic():
    has = filled(*["xx."] * 4, *["..x"] * 4, "xxx")
    outside = np.ones(len(has), bool)
    assert topics(has, outside, 100).tolist() == filled(*["x."] * 4, *[".x"] * 4, "xx").tolist()
    assert topics(has, outside & False, 100).shape == has.shape


def test_slots_that_meet_as_often_as_they_should_stay_apart():
    has = filled(*["xx"] * 4, *["x."] * 6, *[".x"] * 6)
    assert topics(has, np.ones(len(has), bool), 25).shape == has.shape


def test_people_who_write_several_stock_clauses_make_any_two_likelier():
    alone = np.zeros((1_000, 3), bool)
    for slot in range(3):
        alone[100 * slot : 100 * slot + 100, slot] = True
    assert sociable(alone, 1_000) == 1.0
    together = np.zeros((1_000, 3), bool)
    together[:100] = True
    assert sociable(together, 1_000) > 4

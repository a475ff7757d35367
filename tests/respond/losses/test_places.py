"""Method (a): lists, what places bring, and when they say nothing."""

from dataclasses import replace

import numpy as np
import pytest

from unbrush.respond.losses.displacement import Case, displaced
from unbrush.respond.losses.following import following
from unbrush.respond.losses.listing import (
    Listed,
    attention,
    ranked,
    recent_sales,
    sorting_of,
    views_without,
)

DAYS, SHOPS, PRICE = 90, 8, 1_000
BEFORE, WINDOW = np.arange(DAYS) < 60, np.arange(DAYS) >= 60
SHARE = 0.8 ** np.arange(SHOPS)
TOP, FAKER = 0, 5


def category(seed, *, by_list=True, fakes=0, persuaded=0.0):
    """Return a category whose shops are seen by their places, or as they are liked.

    Of ten views one buys.

    Args:
        seed: Of chance.
        by_list: Whether the list makes shops seen.
        fakes: Fake orders a day of shop `FAKER` in the window.
        persuaded: Share of what others sell that the fakes' number takes at the same place.
    """
    rng = np.random.default_rng(seed)
    liked = rng.permutation(SHARE)
    taste = 1 + 0.3 * np.sin(np.arange(DAYS) / 4.5 + rng.uniform(0, 6, (SHOPS, 1)))
    orders, shown, views = (np.zeros((SHOPS, DAYS)) for _ in range(3))
    for day in range(DAYS):
        recent = shown[:, max(0, day - 14) : day].sum(axis=1)
        place = ranked(np.log1p(recent)[:, None])[:, 0]
        views[:, day] = rng.poisson(800 * (SHARE[place] if by_list else liked))
        lost = np.where(np.arange(SHOPS) == FAKER, 0, persuaded) if WINDOW[day] else 0
        orders[:, day] = rng.binomial(views[:, day].astype(int), 0.1 * taste[:, day] * (1 - lost))
        shown[:, day] = orders[:, day]
        shown[FAKER, day] += fakes * WINDOW[day]
    return Listed(shown=shown, orders=orders, turnover=PRICE * orders, views=views)


def case_of(listed):
    fakers = np.arange(SHOPS) == FAKER
    return Case(listed=listed, fakers=fakers, asked=~fakers[None])


@pytest.fixture(scope="module")
def quiet():
    return [category(seed) for seed in range(1, 11)]


def lost_in(listed, quiet):
    follow = following([(listed, BEFORE), *((each, BEFORE | WINDOW) for each in quiet)], seed=1)
    assert follow.is_found
    cases = [case_of(each) for each in quiet]
    return displaced(case_of(listed), cases, follow, BEFORE, WINDOW, seed=1)


def ends(lost):
    return np.quantile(lost.draws, (0.05, 0.95))


def test_places_follow_the_sales_of_days_before():
    sales = np.array([[5.0] * 10, [3.0] * 10, [0.0] * 5 + [40.0] * 5])
    found = ranked(recent_sales(sales, 3))
    assert list(found[:, 4]) == [0, 1, 2]
    assert list(found[:, 6]) == [1, 2, 0]


def test_attention_never_rises_further_down():
    views = np.array([[50.0] * 4, [10.0] * 4, [20.0] * 4])
    place = np.tile(np.arange(3)[:, None], 4)
    found = attention(views, place, np.ones(4, bool))
    assert found == pytest.approx([0.625, 0.1875, 0.1875])


def test_who_is_seen_above_its_sales_has_merit():
    sales = np.tile([[10.0], [8.0], [6.0]], DAYS)
    views = np.tile([[50.0], [20.0], [100.0]], DAYS)  # the last by sales is seen first
    known = sorting_of(Listed(shown=sales, orders=sales, turnover=sales, views=views), BEFORE, 14)
    assert known.merit.argmax() == 2
    assert list(known.place[:, 50]) == [1, 2, 0]


def test_without_the_fakes_the_others_are_seen_as_before():
    sales = np.tile([[10.0], [6.0], [4.0]], DAYS)
    shown, views = sales.copy(), np.tile([[100.0], [50.0], [20.0]], DAYS)
    shown[2, 60:] += 50
    views[:, 62:] = np.array([[50.0], [20.0], [100.0]])
    listed = Listed(shown=shown, orders=sales, turnover=sales, views=views)
    known = sorting_of(listed, BEFORE, 7)
    found = views_without(listed, known, np.arange(3) == 2, BEFORE, WINDOW)
    assert found[:, -1] == pytest.approx([100, 50, 20])


def test_views_that_follow_places_are_told_from_views_that_follow_liking(quiet):
    listed = following([(each, BEFORE) for each in quiet], seed=2)
    assert listed.point == pytest.approx(1, abs=0.15)
    assert listed.trailing == 14
    liked = [category(seed, by_list=False) for seed in range(1, 11)]
    found = following([(each, BEFORE) for each in liked], seed=2)
    assert found.point < 0.1
    assert not found.is_found


def test_orders_that_bring_their_views_with_them_are_no_list():
    """Within a week a shop that sells stands higher and is seen by its buyers: that is no cause."""

    def bought(seed):
        rng = np.random.default_rng(seed)
        weeks = np.repeat(rng.normal(0, 0.6, (SHOPS, DAYS // 6)), 6, axis=1)
        orders = rng.poisson(5 * np.exp(weeks)).astype(float)
        return Listed(shown=orders, orders=orders, turnover=PRICE * orders, views=2 * orders)

    found = following([(bought(seed), BEFORE) for seed in range(10)], seed=2)
    assert found.point < 0
    assert not found.is_found


def test_a_list_that_never_moved_says_nothing():
    still = np.tile([[30.0], [20.0], [10.0]], DAYS)
    listed = Listed(shown=still, orders=still, turnover=still, views=10 * still)
    assert following([(listed, BEFORE)], seed=1) is None


def test_fakes_that_push_others_down_are_a_loss_of_views(quiet):
    pushed, without = category(30, fakes=300), category(30)
    lost = lost_in(pushed, quiet)
    others = np.arange(SHOPS) != FAKER
    truth = (without.turnover - pushed.turnover)[others][:, WINDOW].sum()
    low, high = ends(lost)
    assert 0 < low < truth < high


def test_fakes_that_persuade_at_the_same_place_are_a_loss_too(quiet):
    lost = lost_in(category(31, persuaded=0.3), quiet)
    low, high = ends(lost)
    others = np.arange(SHOPS) != FAKER
    truth = (category(31).turnover - category(31, persuaded=0.3).turnover)[others][:, WINDOW].sum()
    assert 0 < low < truth < high


def test_where_nothing_was_done_nothing_is_found(quiet):
    low, high = ends(lost_in(category(32), quiet))
    assert low < 0 < high
    assert high - low < 0.2 * category(32).turnover[:, WINDOW].sum()


def test_a_fair_that_all_came_to_is_no_effect(quiet):
    plain = category(33)
    fair = replace(plain, views=plain.views * np.where(WINDOW, 2, 1),
                   turnover=plain.turnover * np.where(WINDOW, 2, 1))  # fmt: skip
    low, high = ends(lost_in(fair, quiet))
    assert low < 0 < high


def test_too_few_others_are_no_measure(quiet):
    follow = following([(each, BEFORE) for each in quiet], seed=1)
    few = [case_of(each) for each in quiet[:5]]
    assert displaced(case_of(quiet[9]), few, follow, BEFORE, WINDOW, seed=1) is None

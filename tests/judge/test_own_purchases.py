"""What a ring's members buy elsewhere tells what they bought for themselves in its shops."""

import math

import pytest

from tests.judge.test_contributions import steps
from tests.judge.test_judge import RING, RIVAL, SHOP, judged, neighbours, order, ring_of, signal
from unbrush.base.engine import Engine

THIRD = 3
STREET = [{"shop_id": shop, "category": "food", "region": "沪"} for shop in (SHOP, RIVAL, THIRD)]
MEALS = neighbours(1_000, 40, SHOP) + neighbours(2_000, 40, RIVAL)
"""Half of the street's meals are the shop's."""


def own(first: int, n: int, shop: int = SHOP, **columns) -> list[dict]:
    return [order(first + k, account_id=101, shop_id=shop, **columns) for k in range(n)]


def decided(engine: Engine, orders: list[dict], signals=(), *, reviewed=()) -> dict:
    reviews = [
        {"review_id": n, "account_id": 101, "shop_id": SHOP, "order_id": n, "posted_at": 0}
        for n in reviewed
    ]
    market = {"orders": [*orders, *MEALS], "shops": STREET, "reviews": reviews}
    return judged(engine, market, signals, [RING], ring_of(101, is_firm=True))


def test_the_share_that_is_expected_is_what_is_said(engine: Engine):
    """Of ten orders without a sign four are to be expected: as many as the member has elsewhere."""
    said = decided(engine, own(1, 10) + own(101, 4, RIVAL))
    assert said["order", 1]["probability"] == pytest.approx(0.6, abs=1e-3)
    assert said["order", 1]["probability_low"] < 0.5 < 0.7 < said["order", 1]["probability_high"]
    assert not said["order", 1]["is_neutralised"]
    last = steps(engine)["order", 1][-1]
    assert last["name"] == "own-purchases"
    total = math.fsum(step["log_odds"] for step in steps(engine)["order", 1])
    p = said["order", 1]["probability"]
    assert total == pytest.approx(math.log(p / (1 - p)), abs=1e-6)


def test_each_sort_of_order_is_counted_by_itself(engine: Engine):
    """Elsewhere the member never reviews: the reviewed orders here are none of its own."""
    said = decided(engine, own(1, 10) + own(101, 4, RIVAL), reviewed=range(1, 7))
    assert said["order", 1]["is_neutralised"]
    assert said["order", 7]["probability"] <= 0.001
    assert not said["order", 7]["is_neutralised"]


@pytest.mark.parametrize(("n_paid", "is_out"), [(0, True), (1, False), (4, True)])
def test_a_sign_that_the_members_meals_elsewhere_bear_is_no_proof_here(
    engine: Engine, n_paid, is_out
):
    """Money fits the price of one meal elsewhere, so it may fit those of two here by chance.

    If it fits half of what they do elsewhere, they do the same there.
    """
    paid = {"detector": "paid", "family": "money", "strength": "E2", "score": 0.5}
    signals = [signal(n, **paid) for n in [*range(1, 9), *range(101, 101 + n_paid)]]
    said = decided(engine, own(1, 8) + own(101, 8, RIVAL), signals)
    assert said["order", 1]["is_neutralised"] == is_out
    if n_paid == 1:
        assert said["order", 1]["probability"] == pytest.approx(0.75, abs=2e-3)


@pytest.mark.parametrize(("n_proven", "is_out"), [(2, False), (3, True)])
def test_a_shop_of_the_ring_that_was_missed_is_no_living(engine: Engine, n_proven, is_out):
    marked = {"detector": "marked", "family": "text", "strength": "E2", "score": 0.9}
    elsewhere = own(101, 4, RIVAL)
    signals = [signal(n, **marked) for n in range(101, 101 + n_proven)]
    said = decided(engine, own(1, 4) + elsewhere, signals)
    assert said["order", 1]["is_neutralised"] == is_out


def test_who_is_in_two_rings_is_spared_only_if_both_say_so(engine: Engine):
    """The second ring works in the shop where the first one's member seems only to live."""
    orders = own(1, 4) + own(101, 4, RIVAL)
    second = {**RING, "ring_id": "ring-0002"}
    members = ring_of(101, is_firm=True)
    members += [{**row, "ring_id": "ring-0002"} for row in members]
    members.append({**members[-1], "subject_id": RIVAL})
    market = {"orders": [*orders, *MEALS], "shops": STREET}
    said = judged(engine, market, [], [RING, second], members)
    assert said["order", 1]["is_neutralised"]

"""Threshold bunching: who stops just over a line, and who is only near it."""

import numpy as np
import pytest

from tests.worlds import DAY, HOUR, MINUTE, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.threshold_bunching import DETECTOR

START = 50  # day of the campaign
CLOSES = 3  # days before it
CLOSING = START - CLOSES
SINCE, LAST = CLOSING - 30, CLOSING + 10
LINE = 120
CAMPAIGNS = [
    {
        "campaign_id": 11,
        "kind": "11-11",
        "starts_at": T0 + START * DAY,
        "ends_at": T0 + (START + 3) * DAY,
    }
]


def orders(shop, days, *, item=1, price=990, **more):
    """Orders of one shop on these days, each of an account of its own."""
    return [
        {
            "order_id": 10_000 * shop + 5000 * (item - 1) + k,
            "account_id": 10_000 * shop + 5000 * (item - 1) + k,
            "shop_id": shop,
            "item_id": 10 * shop + item,
            "placed_at": T0 + int(day) * DAY + 2 * HOUR + k % 100 * 6 * MINUTE,
            "paid_minor": price,
            **more,
        }
        for k, day in enumerate(days)
    ]


def at_random(shop, n, *, since=0, last=60, item=1, **more):
    days = np.random.default_rng(shop + item).integers(since, last + 1, n)
    return orders(shop, np.sort(days), item=item, **more)


def pusher(shop, total=LINE, pace=2, **more):
    """A shop that sells ``pace`` a day, and in the last week what is short of ``total``."""
    steady = np.repeat(np.arange(60), pace)
    short = total - pace * 30
    late = CLOSING - 7 + np.arange(short) % 7
    return orders(shop, steady) + orders(shop, late, item=2, **more)


def market(*groups, **tables):
    return {
        "orders": [row for group in groups for row in group],
        "campaigns": CAMPAIGNS,
        **tables,
    }


# Totals of the window between 20 and 400, evenly on the logarithmic scale: no line anywhere.
HONEST = [
    row
    for shop in range(1, 81)
    for row in at_random(shop, round(2 * 20 * 20 ** ((shop * 37 % 80) / 80)))
]
PUSHERS = [
    row for shop in range(101, 131) for row in pusher(shop, LINE + shop * 7 % 11, shop % 2 + 1)
]
PROMOTED = [
    row for shop in range(101, 131) for row in pusher(shop, 80 + shop * 77 % 211, shop % 2 + 1)
]


def near_the_line(shop, after):
    """Half of the orders early, half late, as the pushers' neighbours are."""
    steady = np.repeat(np.arange(CLOSING), 4)
    return orders(shop, steady[-LINE - 3 :]) + orders(shop, CLOSING + np.arange(after) % 10, item=2)


EXAMPLE = Example(
    fake=market(HONEST, PUSHERS),
    finds=set(range(101, 131)),
    without_fakes=market(HONEST),
    look_alikes={
        "pre-event-promotion": market(HONEST, PROMOTED),
        "presale-price": market(
            HONEST,
            *(
                orders(shop, np.repeat(np.arange(60), 2))
                + orders(shop, CLOSING - 7 + np.arange(LINE - 60) % 7, item=3, price=590)
                + orders(shop, np.arange(20), item=3)
                for shop in range(101, 131)
            ),
        ),
        "steady-near-the-line": market(HONEST, *(near_the_line(s, 40) for s in range(101, 131))),
        "growing": market(
            HONEST,
            *(
                pusher(shop) + orders(shop, CLOSING + np.arange(90) % 10, item=3)
                for shop in range(101, 131)
            ),
        ),
        "category-course": market(
            HONEST,
            PUSHERS,
            *(
                orders(shop, np.repeat(np.arange(60), 2))
                + orders(
                    shop, CLOSING - 7 + np.arange(round(90 * 1.08 ** (shop - 200))) % 7, item=2
                )
                for shop in range(201, 231)
            ),
            shops=[
                {"shop_id": shop, "category": "mooncake" if shop > 100 else "tea"}
                for shop in [*range(1, 81), *range(101, 131), *range(201, 231)]
            ],
        ),
    },
)


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def test_the_line_and_the_day_are_learned(engine):
    signal = found(engine, EXAMPLE.fake)[101]
    assert f"a line of {LINE}" in signal["reason_en"]
    assert f'"closes": {CLOSES}' in signal["facts"]


def test_only_orders_of_the_last_days_go_along(engine):
    signal = found(engine, EXAMPLE.fake)[102]
    placed = {row["order_id"]: row["placed_at"] for row in EXAMPLE.fake["orders"]}
    days = {(placed[one] - T0) // DAY for one in signal["evidence_ids"]}
    assert min(days) >= CLOSING - 7
    assert max(days) < CLOSING


@pytest.mark.parametrize(("line", "is_found"), [(LINE, True), (LINE + 40, False)])
def test_a_given_line_needs_no_crowd(engine, line, is_found):
    rows = market(HONEST, pusher(101))
    assert 101 not in found(engine, rows)
    assert (101 in found(engine, rows, line=line, closes_days=CLOSES)) == is_found


def test_orders_of_a_campaign_do_not_count(engine):
    rows = [{**row, "campaign_id": 11} if row["item_id"] % 10 == 2 else row for row in PUSHERS]
    assert not found(engine, market(HONEST, rows))


def test_a_campaign_too_early_or_too_late_to_judge_is_left_alone(engine):
    for start in (20, 60):
        campaigns = [{**CAMPAIGNS[0], "starts_at": T0 + start * DAY}]
        assert not found(engine, market(HONEST, campaigns=campaigns))


def test_the_category_is_what_spares_a_category_that_rises_and_falls(engine):
    rows = EXAMPLE.look_alikes["category-course"]
    apart = [{**row, "category": f"own {row['shop_id'] % 2}"} for row in rows["shops"]]
    assert not found(engine, rows)
    alone = [row for row in rows["orders"] if row["shop_id"] < 200]
    assert set(found(engine, {**rows, "orders": alone, "shops": apart})) == EXAMPLE.finds

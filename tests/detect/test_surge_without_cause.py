"""Surges without a cause: what the shop, its category, visitors and prices do not explain."""

import numpy as np
import pytest

from tests.worlds import DAY, HOUR, MINUTE, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.surge_without_cause import DETECTOR

DAYS = 70
START, LAST = 45, 51  # days of the surge


def orders(shop, per_day, *, first, item=1, **more):
    """Orders of one shop, ``per_day[d]`` on day d, each of an account of its own, at 9.90."""
    days = [day for day, n in enumerate(per_day) for _ in range(int(n))]
    return [
        {
            "order_id": first + k,
            "account_id": first + k,
            "shop_id": shop,
            "item_id": 100 * shop + item,
            "placed_at": T0 + day * DAY + 3 * HOUR + k % 90 * 7 * MINUTE,
            "paid_minor": 990,
            **more,
        }
        for k, day in enumerate(days)
    ]


def usual(shop, *, first, mean=4, seed=0, since=0):
    per_day = np.random.default_rng(seed + shop).poisson(mean, DAYS)
    return orders(shop, np.where(np.arange(DAYS) < since, 0, per_day), first=first)


def surge(shop, *, first, n=20, start=START, last=LAST, **more):
    days = np.arange(DAYS)
    return orders(shop, np.where((days >= start) & (days <= last), n, 0), first=first, **more)


def looks(rows, *, lookers=0, first=5_000_000):
    """Every buyer looked first; ``lookers`` more per order only looked."""
    return [
        {
            "account_id": row["account_id"] if not k else first + 10 * n + k,
            "kind": "view",
            "shop_id": row["shop_id"],
            "at": row["placed_at"] - 10 * MINUTE,
        }
        for n, row in enumerate(rows)
        for k in range(lookers + 1)
    ]


def market(*groups, visits=(), **tables):
    rows = [row for group in groups for row in group]
    return {"orders": rows, "interactions": [*looks(HONEST, lookers=2), *visits], **tables}


HONEST = [row for shop in range(1, 7) for row in usual(shop, first=10_000 * shop)]
SURGE = surge(2, first=900_000)
SEEN = looks(SURGE)

EXAMPLE = Example(
    fake=market(HONEST, SURGE, visits=SEEN),
    finds={2},
    without_fakes=market(HONEST),
    look_alikes={
        "campaign": market(
            HONEST,
            surge(2, first=900_000, n=14),
            surge(2, first=910_000, campaign_id=11),
            visits=SEEN,
            campaigns=[
                {
                    "campaign_id": 11,
                    "kind": "11-11",
                    "starts_at": T0 + START * DAY,
                    "ends_at": T0 + (LAST + 1) * DAY,
                }
            ],
        ),
        "live-stream": market(HONEST, surge(2, first=900_000, live_session_id=7), visits=SEEN),
        "news": market(HONEST, SURGE, visits=looks(SURGE, lookers=3, first=7_000_000)),
        "office": market(HONEST, surge(2, first=900_000, address_token="office"), visits=SEEN),
        "coupon": market(
            HONEST,
            surge(2, first=900_000, paid_minor=790),
            surge(3, first=910_000),
            visits=SEEN,
            subsidies=[
                {"grant_id": k, "order_id": 910_000 + k, "amount_minor": 200} for k in range(140)
            ],
        ),
        "restock": market(
            HONEST,
            orders(2, [3 if day < 30 else 0 for day in range(DAYS)], first=920_000, item=2),
            surge(2, first=900_000, item=2),  # back after a fortnight
            surge(3, first=910_000, item=9),  # never sold before
            visits=SEEN,
        ),
        "category-season": market(
            HONEST,
            *(surge(shop, first=900_000 + 1000 * shop) for shop in range(1, 5)),
            visits=SEEN,
            shops=[
                {"shop_id": shop, "category": "mooncake" if shop < 5 else "tea"}
                for shop in range(1, 7)
            ],
        ),
        "shop-opening": market(
            HONEST,
            usual(9, first=200_000, since=35),
            surge(9, first=900_000),
            visits=looks(surge(9, first=900_000)),
        ),
    },
)


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def test_it_takes_the_orders_of_its_days_along(engine):
    ids = set(found(engine, EXAMPLE.fake)[2]["evidence_ids"])
    assert {row["order_id"] for row in SURGE} <= ids
    honest = {
        row["order_id"]
        for row in HONEST
        if row["shop_id"] == 2 and START <= (row["placed_at"] - T0) // DAY <= LAST
    }
    assert ids - {row["order_id"] for row in SURGE} <= honest


def test_buyers_who_were_told_to_look_are_no_traffic(engine):
    """Ten looks of each buyer bring nobody else."""
    assert set(found(engine, market(HONEST, SURGE, visits=SEEN * 10))) == {2}


def test_a_neighbours_surge_excuses_nobody(engine):
    rows = market(HONEST, SURGE, surge(3, first=910_000), visits=SEEN)
    assert set(found(engine, rows)) == {2, 3}


@pytest.mark.parametrize(("n", "is_found"), [(14, False), (50, True)])
def test_a_campaign_allows_more_but_not_anything(engine, n, is_found):
    campaigns = EXAMPLE.look_alikes["campaign"]["campaigns"]
    rows = market(HONEST, surge(2, first=900_000, n=n), visits=SEEN, campaigns=campaigns)
    assert bool(found(engine, rows)) == is_found


@pytest.mark.parametrize(
    "look_alike", ["campaign", "live-stream", "news", "office", "coupon", "restock"]
)
def test_each_look_alike_is_spared_for_its_own_reason(engine, look_alike):
    """The same orders are found once what explains them is taken off the record."""
    explained = EXAMPLE.look_alikes[look_alike]
    plain = [
        {
            **row,
            "paid_minor": 990,
            "item_id": 100 * row["shop_id"] + 1,
            "live_session_id": None,
            "campaign_id": None,
            "address_token": None,
        }
        for row in explained["orders"]
    ]
    assert 2 in found(engine, {"orders": plain, "interactions": looks(HONEST, lookers=2) + SEEN})


def test_without_any_visit_on_record_nothing_has_no_cause(engine):
    rows = {"orders": HONEST + SURGE, "interactions": looks(usual(1, first=10_000))}
    assert not found(engine, rows)


def test_chance_and_weekends_are_no_surge(engine):
    rows = [
        row
        for shop in range(1, 60)
        for row in orders(
            shop,
            np.random.default_rng(shop).poisson(
                [(3 + shop % 5) * (2.5 if day % 7 > 4 else 1) for day in range(DAYS)]
            ),
            first=10_000 * shop,
        )
    ]
    assert not found(engine, {"orders": rows, "interactions": looks(rows[::20])})


@pytest.mark.parametrize(
    ("text", "day", "is_found"),
    [
        ("最近挖到的好东西，聊聊感受", START, False),
        ("最近挖到的好东西，聊聊感受", START - 30, True),
        ("招人刷这家店，垫付本金，收货后返款", START, True),
    ],
)
def test_a_public_mention_explains_its_days_unless_it_recruits(engine, text, day, is_found):
    posts = [{"post_id": 1, "text": text, "captured_at": T0 + day * DAY, "shop_id": 2}]
    rows = market(HONEST, SURGE, visits=SEEN, posts=posts)
    assert bool(found(engine, rows)) == is_found

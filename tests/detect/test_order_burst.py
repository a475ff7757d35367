"""Order burst: one shop's full hour or day, net of what filled everybody's."""

import pytest

from tests.worlds import DAY, HOUR, MINUTE, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.order_burst import DETECTOR

DAYS = 30
BURST_DAY = 20


def orders(shop, moments, *, first, **more):
    """Orders of one shop, each of an account of its own, numbered from ``first``."""
    return [
        {
            "order_id": first + n,
            "account_id": first + n,
            "shop_id": shop,
            "placed_at": T0 + at,
            **more,
        }
        for n, at in enumerate(moments)
    ]


def usual(shop, *, first, from_day=0, by_hours=6):
    """One order every few hours, so four a day, at minutes that wander."""
    n_hours = (DAYS - from_day) * 24
    moments = [
        from_day * DAY + hour * HOUR + hour % 59 * MINUTE for hour in range(0, n_hours, by_hours)
    ]
    return orders(shop, moments, first=first)


def burst(shop, *, first, n=40, day=BURST_DAY, minutes=1, hour=13, **more):
    moments = [day * DAY + hour * HOUR + k * minutes * MINUTE for k in range(n)]
    return orders(shop, moments, first=first, **more)


HONEST = usual(1, first=1000) + usual(2, first=2000) + usual(3, first=3000)
TASKS = burst(2, first=9000)  # forty within the hour
ALL_DAY = burst(3, first=9500, n=40, minutes=30, hour=2)  # two an hour for most of a day

EXAMPLE = Example(
    fake={"orders": HONEST + TASKS + ALL_DAY},
    finds={2, 3},
    without_fakes={"orders": HONEST},
    look_alikes={
        "live-stream": {"orders": HONEST + burst(2, first=9000, live_session_id=5)},
        "campaign": {
            "orders": HONEST
            + burst(2, first=9000, campaign_id=11)
            + burst(1, first=9600, n=12, hour=3, minutes=60),
            "campaigns": [
                {
                    "campaign_id": 11,
                    "kind": "sale",
                    "starts_at": T0 + BURST_DAY * DAY,
                    "ends_at": T0 + (BURST_DAY + 1) * DAY,
                }
            ],
        },
        "group-buying": {"orders": HONEST + burst(2, first=9000, group_id=8)},
        "category-season": {
            "orders": HONEST
            + [row for shop in (1, 2, 3) for row in burst(shop, first=9000 + 100 * shop)],
            "shops": [{"shop_id": shop, "category": "mooncake"} for shop in (1, 2, 3)],
        },
        "news-surge": {
            "orders": HONEST + TASKS,
            "interactions": [
                *[  # three look, for every one who buys, on any day
                    {
                        "account_id": 50_000 + n,
                        "kind": "view",
                        "shop_id": 2,
                        "at": T0 + n * 2 * HOUR,
                    }
                    for n in range(DAYS * 12)
                ],
                *[
                    {
                        "account_id": 60_000 + n,
                        "kind": "view",
                        "shop_id": 2,
                        "at": T0 + BURST_DAY * DAY + 13 * HOUR + n * MINUTE // 3,
                    }
                    for n in range(120)
                ],
            ],
        },
        "shop-opening": {
            "orders": usual(1, first=1000)
            + usual(2, first=2000, from_day=10)
            + burst(2, first=9000, day=12)
        },
    },
)


def found(engine, market, **params):
    detect(engine, build(engine, market), chosen=[DETECTOR], params={DETECTOR.name: params})
    rows = engine.query("SELECT * FROM signals").to_pylist()
    return {row["subject_id"]: row for row in rows}


def test_a_full_hour_takes_only_its_own_orders_along(engine):
    signal = found(engine, EXAMPLE.fake)[2]
    assert set(signal["evidence_ids"]) == {row["order_id"] for row in TASKS}


def test_a_full_day_without_a_full_hour_is_found_as_a_day(engine):
    signal = found(engine, EXAMPLE.fake)[3]
    assert "2023-12-05 (UTC)" in signal["reason_en"]
    assert set(signal["evidence_ids"]) > {row["order_id"] for row in ALL_DAY}


def test_buyers_who_all_looked_first_do_not_make_a_surge(engine):
    looks = [
        {"account_id": row["account_id"], "kind": "view", "shop_id": 2, "at": row["placed_at"] - 1}
        for row in HONEST + TASKS
    ]
    assert set(found(engine, {"orders": HONEST + TASKS, "interactions": looks})) == {2}


def test_what_a_crowd_explains_is_a_matter_of_size(engine):
    """A category that doubles does not excuse a shop that grows twentyfold."""
    neighbours = [
        row
        for shop in range(11, 17)
        for row in usual(shop, first=shop * 10_000)
        + burst(shop, first=shop * 10_000 + 5_000, n=4, minutes=60)
    ]
    assert set(found(engine, {"orders": HONEST + TASKS + neighbours})) == {2}


def test_a_campaign_allows_several_times_the_usual_but_not_anything(engine):
    campaign = {
        "campaign_id": 11,
        "kind": "sale",
        "starts_at": T0 + BURST_DAY * DAY,
        "ends_at": T0 + (BURST_DAY + 1) * DAY,
    }
    some = HONEST + burst(2, first=9000, n=24, minutes=45, hour=3)
    assert set(found(engine, {"orders": some})) == {2}
    assert not found(engine, {"orders": some, "campaigns": [campaign]})
    assert set(found(engine, {"orders": HONEST + TASKS, "campaigns": [campaign]})) == {2}


@pytest.mark.parametrize(("opened", "is_found"), [(-100, True), (12, False)])
def test_the_opening_day_counts_from_where_it_is_known(engine, opened, is_found):
    shops = [{"shop_id": 2, "opened_at": T0 + opened * DAY}]
    market = {"orders": usual(1, first=1000) + usual(2, first=2000, from_day=12), "shops": shops}
    market["orders"] += burst(2, first=9000)
    assert bool(found(engine, market)) == is_found


def test_dates_without_hours_are_judged_by_day(engine):
    rows = [{**row, "placed_at": row["placed_at"] // DAY * DAY} for row in HONEST + TASKS]
    signal = found(engine, {"orders": rows})[2]
    assert "(UTC)" in signal["reason_en"]


def test_a_shop_that_is_always_erratic_is_allowed_more(engine):
    def swings(day):
        return 30 if day % 3 == 0 else 5

    moments = [day * DAY + k * 40 * MINUTE for day in range(DAYS) for k in range(swings(day))]
    assert not found(engine, {"orders": HONEST + orders(9, moments, first=9000)})

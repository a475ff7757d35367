"""Catalogue scraping: machines that read shelves, and people who look at much."""

import math
import random

import pytest

from tests.worlds import DAY, HOUR, MINUTE, SECOND, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.catalogue_scraping import DETECTOR

N_SHOPS, N_GOODS = 10, 40  # of each shop
ITEMS = [{"item_id": 100 * shop + n, "shop_id": shop} for shop in range(N_SHOPS) for n in range(40)]
EVERYTHING = [row["item_id"] for row in ITEMS]


def view(account, item, at, dwell_ms=None, device=None):
    return {
        "account_id": account,
        "kind": "view",
        "item_id": item,
        "at": T0 + round(at),
        "dwell_ms": dwell_ms,
        "device_token": device,
    }


def person(account, n, *, pool=EVERYTHING, from_hour=9, hours=12, days=3, again=0.0):
    """Looks at goods at any pace, in sittings by day."""
    draw = random.Random(account)
    seen, rows, at = [], [], 0.0
    for k in range(n):
        if k % 15 == 0:
            at = draw.randrange(days) * DAY + (from_hour + draw.random() * hours) * HOUR
        dwell = 15_000 * math.exp(draw.gauss(0, 0.9))
        item = draw.choice(seen) if seen and draw.random() < again else draw.choice(pool)
        seen.append(item)
        rows.append(view(account, item, at, round(dwell)))
        at += dwell + 2_000
    return rows


def machine(account, items=EVERYTHING, *, gap=3 * MINUTE, dwell_ms=900, device=None):
    """Everything once, in shelf order, one after the other, day and night."""
    return [view(account, item, k * gap, dwell_ms + k % 7, device) for k, item in enumerate(items)]


CROWD = [row for account in range(1, 61) for row in person(account, 5 + account % 20)]
ORDERS = [
    {"order_id": account, "account_id": account, "shop_id": 1, "placed_at": T0 + 9 * DAY}
    for account in range(1, 61)
]
SCRAPER = 900


def market(*views, orders=(), **tables):
    accounts = [{"account_id": account} for account in (*range(1, 61), *range(900, 910))]
    return {
        "interactions": [*CROWD, *(row for rows in views for row in rows)],
        "orders": [*ORDERS, *orders],
        "items": ITEMS,
        "accounts": accounts,
        **tables,
    }


# One device, five accounts with a fifth of the goods each.
ROTATED = [machine(901 + k, EVERYTHING[k::5], gap=15 * MINUTE, device="rack") for k in range(5)]
BOUGHT = [{"order_id": 999, "account_id": SCRAPER, "shop_id": 1, "placed_at": T0 + 9 * DAY}]
OWN = [row["item_id"] for row in ITEMS if row["shop_id"] == 3]
BIG = [{"item_id": 5_000 + n, "shop_id": 77} for n in range(300)]

EXAMPLE = Example(
    fake=market(machine(SCRAPER), *ROTATED),
    finds={SCRAPER, *range(901, 906)},
    without_fakes=market(),
    look_alikes={
        "price-comparer": market(person(SCRAPER, 700, again=0.4, days=20)),
        "shop-assistant": {
            **market(machine(SCRAPER, [row["item_id"] for row in BIG])),
            "items": [*ITEMS, *BIG],
            "accounts": [{"account_id": SCRAPER, "staff_of_shop_id": 77}],
        },
        "declared-crawler": market(
            machine(SCRAPER),
            staff_actions=[
                {
                    "action_id": 1,
                    "staff_id": 1,
                    "kind": "allow_list",
                    "subject_kind": "account",
                    "subject_id": SCRAPER,
                    "at": T0,
                }
            ],
        ),
        "company-buyer": market(machine(SCRAPER), orders=BOUGHT),
    },
)


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    assert engine.query("SELECT status FROM coverage").to_pylist() == [{"status": "ran"}]
    signals = engine.query("SELECT * FROM signals").to_pylist()
    return {signal["subject_id"]: signal for signal in signals}


def test_it_protects_data_and_touches_no_order(engine):
    signals = found(engine, EXAMPLE.fake)
    assert {(s["strength"], s["evidence_table"]) for s in signals.values()} == {("E1", "accounts")}
    assert "Looked at 400 items (over 1 account;" in signals[SCRAPER]["reason_en"]
    assert "over 5 accounts" in signals[901]["reason_en"]


def test_a_crawl_of_shuffled_goods_that_sleeps_is_still_one(engine):
    """Steady and complete, by day only."""
    goods = random.Random(3).sample(EVERYTHING, len(EVERYTHING))
    assert set(found(engine, market(machine(SCRAPER, goods, gap=30 * SECOND)))) == {SCRAPER}


def test_one_habit_is_not_enough(engine):
    """Everything seen, but at a person's pace and hours."""
    goods = iter(EVERYTHING)
    rows = [{**row, "item_id": next(goods)} for row in person(SCRAPER, 400, days=20)]
    assert not found(engine, market(rows))


def test_a_cart_is_interest(engine):
    cart = [{**view(SCRAPER, 5, 9 * DAY), "kind": "cart"}]
    assert not found(engine, market(machine(SCRAPER), cart))


@pytest.mark.parametrize(("n", "is_found"), [(180, False), (400, True)])
def test_little_breadth_is_shopping(engine, n, is_found):
    goods = EVERYTHING[:n]
    assert bool(found(engine, market(machine(SCRAPER, goods)))) is is_found


def test_a_shared_public_device_is_no_scraper(engine):
    """Many people at a terminal see everything between them; they also buy."""
    rows = [{**row, "device_token": "terminal"} for row in CROWD]
    assert not found(engine, {**market(), "interactions": rows}, min_items=50)

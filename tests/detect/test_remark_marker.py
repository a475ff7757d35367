"""Remark markers: B3's "!!" is mined without being told; what people say anyway is no mark."""

import numpy as np
import pytest

from tests.worlds import DAY, HOUR, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.remark_marker import DETECTOR

POLITE = (
    "谢谢",
    "不要葱",
    "放门口",
    "请放驿站，谢谢！",
    "生日快乐",
    "",
    "快点！！",
    "no onions please",
)


def orders(shop, remarks, *, first, collected=1.0, sent=True, accounts=10**6, **more):
    """Orders of a shop with these remarks in turn; of their parcels a share was ever collected."""
    luck = np.random.default_rng(first).random(len(remarks))
    rows = []
    for k, remark in enumerate(remarks):
        number = first + k
        order = {
            "order_id": number,
            "account_id": first + k % accounts,
            "shop_id": shop,
            "placed_at": T0 + k % 20 * DAY + k % 9 * HOUR,
            "remark": remark or None,
            "status": "delivered",
            **more,
        }
        rows.append((order, sent, luck[k] < collected))
    return rows


def market(*groups, **tables):
    rows = [row for group in groups for row in group]
    parcels = [
        {"waybill_id": order["order_id"], "order_id": order["order_id"], "sent_at": T0 + 30 * DAY}
        for order, is_sent, _ in rows
        if is_sent
    ]
    scans = [
        {"waybill_id": order["order_id"], "kind": "collected", "at": order["placed_at"] + HOUR}
        for order, is_sent, is_collected in rows
        if is_sent and is_collected
    ]
    return {
        "orders": [order for order, _, _ in rows],
        "shipments": parcels,
        "scans": scans,
        **tables,
    }


HONEST = [
    row
    for shop in range(1, 13)
    for row in orders(shop, POLITE * 12, first=10_000 * shop, collected=0.97)
]
TEXTS = ("不要辣!!", "谢谢！！", "放前台!!", "!!", "多放醋!!", "少饭!!")
# Ten shops with a few such orders each, fewer than half of them collected.
MARKED = [
    row
    for shop in range(1, 11)
    for row in orders(shop, TEXTS * 2, first=500_000 + 100 * shop, collected=0.4)
]
ONE_SHOP = orders(12, ["多加料 88"] * 30, first=600_000, collected=0.1)


def numbers(rows):
    return {order["order_id"] for order, _, _ in rows}


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


EXAMPLE = Example(
    fake=market([r for r in HONEST if r[0]["remark"] != "快点！！"], MARKED, ONE_SHOP),
    finds=numbers(MARKED) | numbers(ONE_SHOP),
    without_fakes=market(HONEST),
    look_alikes={
        "politeness": market(HONEST, orders(1, ["谢谢老板"] * 40, first=700_000, collected=0.95)),
        "special-wish": market(HONEST, orders(1, ["不要香菜!!"] * 40, first=700_000)),
        "delivery-note": market(
            HONEST, orders(1, ["放丰巢!!"] * 40, first=700_000, collected=0.93)
        ),
        "gift-note": market(
            HONEST, orders(1, ["祝你开心!!"] * 40, first=700_000, sent=False, is_gift=True)
        ),
        "collected-in-person": market(
            HONEST,
            orders(1, ["到店自提"] * 40, first=700_000, sent=False),
            orders(2, ["补差价"] * 40, first=710_000, sent=False),
        ),
        "nothing-to-send": market(
            HONEST,
            orders(20, ["", "", "直充", "尽快"] * 20, first=700_000, sent=False),
        ),
        "own-habit": market(
            HONEST, orders(1, ["老样子!!"] * 40, first=700_000, collected=0.1, accounts=3)
        ),
        "still-open": market(
            HONEST, orders(1, ["刻字!!"] * 40, first=700_000, sent=False, status="paid")
        ),
    },
)


def test_the_mark_is_named_and_strong_for_what_nobody_collected(engine):
    signals = found(engine, EXAMPLE.fake)
    open_ones = [order["order_id"] for order, _, collected in MARKED if not collected]
    assert {signals[one]["strength"] for one in open_ones} == {"E2"}
    assert all("!!" in signals[one]["reason_en"] for one in open_ones)
    kept = [order["order_id"] for order, _, collected in MARKED if collected]
    assert {signals[one]["strength"] for one in kept} == {"E1"}


def test_who_shouts_honestly_in_such_a_shop_is_never_strongly_suspected(engine):
    """Half of those who end with "!!" mean it; what they got says so."""
    signals = found(engine, market(HONEST, MARKED))
    assert len(numbers(MARKED) & set(signals)) > 0.7 * len(MARKED)
    fulfilled = {order["order_id"] for order, _, collected in HONEST if collected}
    assert {signals[one]["strength"] for one in fulfilled & set(signals)} <= {"E1"}


def test_where_many_write_it_anyway_only_who_repeats_it_is_strongly_suspected(engine):
    """An honest guest whose meal was lost and who shouts looks like one of them, once."""
    shouting = orders(13, ["快点!!", "", "不要葱", ""] * 100, first=800_000)
    lost = [row for s in range(1, 11) for row in orders(s, [""] * 8, first=810_000 + 100 * s,
            collected=0.0)]  # fmt: skip
    thrice = [
        row
        for shop in range(1, 11)
        for row in orders(shop, TEXTS * 2, first=820_000 + 100 * shop, collected=0.3, accounts=4)
    ]
    quiet = [row for row in HONEST if row[0]["remark"] != "快点！！"]
    signals = found(engine, market(quiet, MARKED, shouting, lost, thrice), min_lift=1.5)
    open_ones = {order["order_id"] for order, _, collected in MARKED if not collected}
    assert open_ones <= set(signals)
    assert {signals[one]["strength"] for one in open_ones} == {"E1"}
    users = {}
    for row, _, collected in thrice:
        if not collected:
            users.setdefault(row["account_id"], []).append(row["order_id"])
    repeated = [one for own in users.values() if len(own) > 1 for one in own]
    assert len(repeated) > 40
    assert {signals[one]["strength"] for one in repeated} == {"E2"}


def test_refunds_that_go_with_a_word_are_a_mark_too(engine):
    rows = orders(3, ["加油 xk7"] * 30, first=700_000)
    refunds = [
        {"refund_id": k, "order_id": 700_000 + k, "amount_minor": 900, "at": T0 + 40 * DAY}
        for k in range(24)
    ]
    signals = found(engine, market(HONEST, rows, refunds=refunds))
    assert set(signals) == numbers(rows)
    assert "refunded" in signals[700_000]["reason_en"]


@pytest.mark.parametrize("remark", ["拍错了!!", "改地址!!", "自己来拿，不用送!!"])
def test_a_remark_that_says_why_does_not_count(engine, remark):
    rows = orders(3, [remark] * 30, first=700_000, collected=0.1)
    assert not found(engine, market(HONEST, rows))


def test_chance_alone_makes_no_mark(engine):
    """Two hundred words, a fifth of everything uncollected."""
    rows = orders(1, [f"词{k * 31 % 200}" for k in range(4000)], first=700_000, collected=0.8)
    assert not found(engine, market(HONEST, rows))

"""Order-and-refund attack: who undoes much is told from what goes wrong with everybody."""

import pytest

from tests.worlds import DAY, HOUR, MINUTE, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.order_and_refund_attack import DETECTOR


def orders(n, *, first, account=None, shop=1, undone=True, after_h=1.0, every=10 * MINUTE, at=T0):
    """Orders at even distances; undone ones are closed after so many hours."""
    return [
        {
            "order_id": first + k,
            "account_id": account or first + k,
            "shop_id": shop,
            "placed_at": at + k * every,
            "status": "cancelled" if undone else "confirmed",
            "closed_at": at + k * every + round(after_h * HOUR) if undone else None,
            "paid_minor": 100,
        }
        for k in range(n)
    ]


def market(*groups, **tables):
    return {"orders": [order for group in groups for order in group], **tables}


HONEST = [
    order
    for shop in (1, 2, 3)
    for order in (
        *orders(300, first=1000 * shop, shop=shop, undone=False, every=DAY // 15),
        *orders(4, first=1000 * shop + 500, shop=shop, every=5 * DAY),
    )
]
ATTACK = orders(30, first=9000, account=7, at=T0 + 3 * DAY)
FAILURE = orders(25, first=9500, every=MINUTE, at=T0 + 5 * DAY)

EXAMPLE = Example(
    fake=market(HONEST, ATTACK),
    finds={7},
    without_fakes=market(HONEST),
    look_alikes={
        "changed-mind": market(HONEST, orders(3, first=9000, account=7)),
        "size-trying": market(HONEST, orders(8, first=9000, account=7, after_h=7 * 24)),
        "price-protection": market(
            HONEST,
            orders(9, first=9000, account=7),
            orders(2, first=9100, account=7, undone=False, at=T0 + DAY),
        ),
        "payment-retries": market(
            HONEST,
            orders(7, first=9000, account=7, after_h=0.2, every=MINUTE),
            orders(1, first=9100, account=7, undone=False, at=T0 + HOUR),
        ),
        "split-checkout": market(HONEST, orders(12, first=9000, account=7, every=0)),
        "system-failure": market(
            HONEST, FAILURE, orders(9, first=9000, account=7, every=MINUTE, at=T0 + 5 * DAY)
        ),
        "bad-shop": market(
            HONEST,
            orders(60, first=9200, shop=4, every=DAY // 5),
            orders(6, first=9000, account=7, shop=4, every=DAY),
        ),
    },
)


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {s["subject_id"]: s for s in engine.query("SELECT * FROM signals").to_pylist()}


def test_it_names_the_orders_and_never_the_shop(engine):
    signal = found(engine, EXAMPLE.fake)[7]
    assert (signal["strength"], signal["element"]) == ("E2", "a")
    assert signal["evidence_ids"] == [order["order_id"] for order in ATTACK]
    assert signal["score"] == pytest.approx(30 / 32, abs=1e-6)
    assert "the shop is the one to whom it is done" in signal["reason_en"]


def test_fifteen_hundred_orders_of_one_yuan(engine):
    """The 董志超 case: one account, refunds soon after payment."""
    case = [
        {**order, "status": "confirmed", "closed_at": None}
        for order in orders(1500, first=20_000, account=8, every=2 * MINUTE)
    ]
    refunds = [
        {
            "refund_id": order["order_id"],
            "order_id": order["order_id"],
            "amount_minor": 100,
            "at": order["placed_at"] + 2 * HOUR,
        }
        for order in case
    ]
    signal = found(engine, market(HONEST, case, refunds=refunds))[8]
    assert len(signal["evidence_ids"]) == 1500
    assert signal["score"] > 0.99


def test_few_orders_are_weak(engine):
    signals = found(engine, market(HONEST, orders(6, first=9000, account=7)))
    assert {s["strength"] for s in signals.values()} == {"E1"}


def test_orders_long_before_the_attack_stay_counted(engine):
    earlier = orders(1, first=8000, account=7, undone=False, at=T0 - 90 * DAY)
    signal = found(engine, market(HONEST, earlier, ATTACK))[7]
    assert 8000 not in signal["evidence_ids"]


def test_an_attack_during_a_failure_is_still_one(engine):
    """Its orders outnumber all others that were undone in those hours."""
    rows = market(HONEST, FAILURE, orders(80, first=9000, account=7, every=MINUTE, at=T0 + 5 * DAY))
    assert set(found(engine, rows)) == {7}


def test_a_partial_refund_undoes_nothing(engine):
    kept = [{**o, "status": "confirmed", "closed_at": None} for o in ATTACK]
    part = [
        {"refund_id": o["order_id"], "order_id": o["order_id"], "amount_minor": 30, "at": T0}
        for o in ATTACK
    ]
    assert not found(engine, market(HONEST, kept, refunds=part))


def test_several_who_send_everything_back_to_one_shop_need_not_be_quick(engine):
    """Bought on many days, received, and sent back a week later: alone it may be a choosy buyer."""

    def returns(*accounts, shop=1):
        return [
            order
            for account in accounts
            for order in orders(
                8, first=9000 + 100 * account, account=account, shop=shop, after_h=170, every=DAY
            )
        ]

    assert set(found(engine, market(HONEST, returns(7, 8, 9)))) == {7, 8, 9}
    assert not found(engine, market(HONEST, returns(7, 8)))
    assert not found(engine, market(HONEST, returns(7), returns(8, shop=2), returns(9, shop=3)))
    kept = [orders(2, first=9950 + k, account=k, undone=False) for k in (7, 8, 9)]
    assert not found(engine, market(HONEST, returns(7, 8, 9), *kept))

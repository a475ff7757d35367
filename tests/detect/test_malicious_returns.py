"""Malicious returns: goods, shops and people differ; what is left when all that is granted."""

from tests.worlds import DAY, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.malicious_returns import DETECTOR

ITEMS = [
    {"item_id": n, "shop_id": n, "category": "fashion" if n > 20 else "pans", "net_weight_g": 900}
    for n in range(1, 40)
]


def buys(n, *, account, first, back=0, shops=range(1, 9), every=1, **more):
    """Purchases of one account on different days, round the shops; the first ``back`` go back."""
    rows = []
    for k in range(n):
        shop = shops[k % len(shops)]
        order = {
            "order_id": first + k,
            "account_id": account,
            "shop_id": shop,
            "item_id": more.get("item", shop),
            "placed_at": T0 + k // every * DAY,
            "paid_minor": 5000,
            "status": more.get("status", "confirmed"),
            "payer_token": f"card {account}",
        }
        refund = {
            "refund_id": first + k,
            "order_id": first + k,
            "amount_minor": more.get("amount", 5000),
            "at": order["placed_at"] + 9 * DAY,
            "reason": more.get("reason", "七天无理由"),
        }
        parcel = {"waybill_id": first + k, "order_id": first + k, "weight_g": 1000}
        rows.append((order, [refund] if k < back else [], parcel))
    return rows


def market(*groups, **tables):
    rows = [row for group in groups for row in group]
    return {
        "items": ITEMS,
        "orders": [order for order, *_ in rows],
        "refunds": [refund for _, refunds, _ in rows for refund in refunds],
        "shipments": [parcel for *_, parcel in rows],
        **tables,
    }


HONEST = [row for a in range(1, 61) for row in buys(8, account=a, first=100 * a, back=a % 10 == 0)]
FASHION = [
    row
    for a in range(101, 141)
    for row in buys(8, account=a, first=100 * a, back=3, shops=range(21, 29))
]
RETURNER = buys(16, account=900, first=90_000, back=16)
FREIGHT = [
    {
        "transfer_id": n,
        "from_token": "insurer",
        "to_token": "card 900",
        "amount_minor": 2000,
        "at": T0 + (n + 10) * DAY,
        "memo": "运费险理赔",
    }
    for n in range(16)
]

EXAMPLE = Example(
    fake=market(HONEST, FASHION, RETURNER),
    finds={900},
    without_fakes=market(HONEST, FASHION),
    look_alikes={
        "size-trying": market(
            HONEST,
            *(
                [
                    *buys(4, account=900, first=90_000 + 10 * s, back=3, shops=[s], every=4),
                    *buys(1, account=900, first=95_000 + 10 * s, back=1, shops=[s + 9]),
                ]
                for s in range(1, 9)
            ),
        ),
        "fashion": market(
            HONEST, FASHION, buys(14, account=900, first=90_000, back=12, shops=range(21, 29))
        ),
        "bad-batch": market(
            HONEST,
            *(
                buys(14, account=700 + a, first=70_000 + 100 * a, back=12, shops=range(11, 16))
                for a in range(12)
            ),
        ),
        "bad-shop": market(
            HONEST,
            *(
                buys(3, account=700 + a, first=70_000 + 100 * a, back=3, shops=range(11, 16))
                for a in range(40)
            ),
            buys(16, account=900, first=90_000, back=14, shops=range(11, 16)),
        ),
        "helped-buyers": market(HONEST, buys(30, account=900, first=90_000, back=18)),
        "bad-luck": market(HONEST, buys(5, account=900, first=90_000, back=5)),
        "robbed-parcels": market(
            HONEST, buys(8, account=900, first=90_000, back=2, reason="收到空包裹")
        ),
        "cancelled": market(
            HONEST, buys(16, account=900, first=90_000, status="cancelled", back=16)
        ),
    },
)


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {s["subject_id"]: s for s in engine.query("SELECT * FROM signals").to_pylist()}


def test_returns_alone_are_weak_and_name_what_went_back(engine):
    kept = buys(1, account=900, first=95_000, shops=[9])
    signal = found(engine, market(HONEST, RETURNER, kept))[900]
    assert signal["strength"] == "E1"
    assert signal["evidence_ids"] == list(range(90_000, 90_016))


def test_insurance_that_pays_more_than_it_can_cost_is_strong(engine):
    signals = found(engine, market(HONEST, RETURNER, transfers=FREIGHT))
    assert signals[900]["strength"] == "E2"
    small = [{**t, "amount_minor": 500} for t in FREIGHT]
    assert found(engine, market(HONEST, RETURNER, transfers=small))[900]["strength"] == "E1"


def test_empty_parcels_that_the_scale_saw_full_are_strong(engine):
    claims = buys(8, account=900, first=90_000, back=6, reason="收到空包裹")
    signal = found(engine, market(HONEST, claims))[900]
    assert signal["strength"] == "E2"
    assert signal["evidence_ids"] == list(range(90_000, 90_006))
    light = market(HONEST, claims)
    light["shipments"] = [{**s, "weight_g": 50} for s in light["shipments"]]
    assert not found(engine, light)


def test_swapped_goods_are_told_by_the_shops(engine):
    swaps = buys(8, account=900, first=90_000, back=6, reason="退回商品不符，疑似调包")
    assert found(engine, market(HONEST, swaps))[900]["strength"] == "E2"


def test_one_shops_word_is_not_enough(engine):
    swaps = buys(8, account=900, first=90_000, back=6, reason="调包", shops=[1, 2])
    assert not found(engine, market(HONEST, swaps))


def test_partial_refunds_are_no_returns(engine):
    part = buys(16, account=900, first=90_000, back=16, amount=500)
    assert not found(engine, market(HONEST, part))

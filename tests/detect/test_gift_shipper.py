"""Gift shipper: who sends for everybody is honest as long as weights follow the goods."""

from tests.worlds import DAY, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.gift_shipper import DETECTOR

WEIGHTS = {1: 1200, 2: 3000, 3: 60, 4: 800}  # net weights by item, in g
ITEMS = [
    {"item_id": n, "shop_id": 1, "net_weight_g": g, "category": f"c{n}"} for n, g in WEIGHTS.items()
]
SHOPS = [{"shop_id": n, "owner_id": n, "category": None} for n in range(1, 40)]


def sent(n, *, first, by, weight=None, shop=None, item=None, n_parcels=1, carrier="swift", **more):
    """Orders and their parcels; goods weigh what they should unless told otherwise."""
    rows = []
    for k in range(n):
        number, goods = first + k, item or 1 + k % 2
        weight_g = WEIGHTS[goods] * 1.05 + k % 17 if weight is None else weight + k % 3
        order = {
            "order_id": number,
            "account_id": number,
            "shop_id": shop or 1 + k % 8,
            "item_id": goods,
            "placed_at": T0 + k * DAY,
            "paid_minor": 9900,
            **more,
        }
        parcels = [
            {
                "waybill_id": 10 * number + p,
                "order_id": number,
                "shipper_token": by,
                "weight_g": weight_g,
                "carrier": carrier,
            }
            for p in range(n_parcels)
        ]
        rows.append((order, parcels))
    return rows


def market(*groups, items=ITEMS, shops=SHOPS, **tables):
    rows = [row for group in groups for row in group]
    return {
        "orders": [order for order, _ in rows],
        "shipments": [p for _, parcels in rows for p in parcels],
        "items": items,
        "shops": shops,
        **tables,
    }


HONEST = [row for s in range(1, 9) for row in sent(30, first=1000 * s, by=f"s{s}", shop=s)]
GIFTS = sent(30, first=20_000, by="vendor", weight=80)
REAL = [(order, parcels) for order, parcels in sent(30, first=20_000, by="own")]
BESIDE = [
    {**p, "waybill_id": p["waybill_id"] + 5, "shipper_token": f"s{p['order_id'] % 8}"}
    for _, parcels in REAL
    for p in parcels
]


def with_goods():
    """The vendor's parcels are gifts: the goods come in a second parcel, from the shop."""
    rows = market(HONEST, GIFTS)
    return {**rows, "shipments": [*rows["shipments"], *BESIDE]}


EXAMPLE = Example(
    fake=market(HONEST, GIFTS),
    finds=set(range(20_000, 20_030)),
    without_fakes=market(HONEST),
    look_alikes={
        "fulfilment-centre": market(
            HONEST,
            sent(60, first=20_000, by="centre"),
            sent(20, first=21_000, by="centre", weight=80),
        ),
        "light-goods-warehouse": market(HONEST, sent(60, first=20_000, by="cloud", item=3)),
        "one-owner": market(
            HONEST, GIFTS, shops=[{"shop_id": n, "owner_id": 1 + n % 2} for n in range(1, 40)]
        ),
        "add-on-gifts": with_goods(),
        "samples": market(HONEST, sent(30, first=20_000, by="v", weight=80, paid_minor=0)),
        "default-weight": market(
            HONEST,
            *(
                [(o, [{**p, "weight_g": 100} for p in ps]) for o, ps in rows]
                for rows in (
                    sent(60, first=20_000, by="centre", carrier="forms"),
                    *(
                        sent(20, first=30_000 + 100 * s, by=f"s{s}", carrier="forms")
                        for s in range(6)
                    ),
                )
            ),
        ),
        "several-parcels": market(
            HONEST, sent(30, first=20_000, by="cloud", weight=150, item=4, n_parcels=6)
        ),
    },
)


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    signals = engine.query("SELECT * FROM signals").to_pylist()
    return {s["subject_id"]: (s["strength"], s["element"], s["score"]) for s in signals}


def test_it_is_strong_and_organised_where_the_goods_weight_is_known(engine):
    """30 tiny of 30 + 2 parcels, for eight owners: 30 / 32 * 7 / 8."""
    assert set(found(engine, EXAMPLE.fake).values()) == {("E2", "b", 0.820313)}


def test_categories_stand_in_for_net_weights_weakly(engine):
    unweighed = [{**item, "net_weight_g": None} for item in ITEMS]
    signals = found(engine, market(HONEST, GIFTS, items=unweighed))
    assert {strength for strength, _, _ in signals.values()} == {"E1"}


def test_without_any_usual_weight_nothing_is_said(engine):
    assert not found(engine, market(HONEST, GIFTS, items=[]))


def test_few_shops_or_few_parcels_are_left_alone(engine):
    four = [row for row in sent(60, first=20_000, by="v", weight=80) if row[0]["shop_id"] <= 4]
    assert not found(engine, market(HONEST, four))
    assert not found(engine, market(HONEST, GIFTS[:19]))


def test_the_vendors_real_parcels_are_not_touched(engine):
    rows = market(HONEST, GIFTS, sent(5, first=21_000, by="vendor"))
    assert set(found(engine, rows)) == EXAMPLE.finds

"""Light parcel: physics against the catalogue, and whose word counts when they disagree."""

import pytest

from tests.worlds import DAY, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.light_parcel import DETECTOR

KETTLE, PAN, SOCKS, CODE = 1, 2, 3, 4
ITEMS = [
    {"item_id": KETTLE, "shop_id": 1, "net_weight_g": 1200},
    {"item_id": PAN, "shop_id": 1, "net_weight_g": 2400},
    {"item_id": SOCKS, "shop_id": 1, "net_weight_g": 60},
    {"item_id": CODE, "shop_id": 1, "net_weight_g": None},
]


def sales(item, weights, *, first, carrier="swift", **more):
    """Orders of one item; each weight (or tuple of weights) is what was sent for one order."""
    return [
        (
            {
                "order_id": first + n,
                "account_id": first + n,
                "shop_id": 1,
                "item_id": item,
                "placed_at": T0 + n * DAY,
                **more,
            },
            [
                {
                    "waybill_id": 100 * (first + n) + k,
                    "order_id": first + n,
                    "carrier": carrier,
                    "weight_g": weight_g,
                }
                for k, weight_g in enumerate(sent if isinstance(sent, tuple) else (sent,))
            ],
        )
        for n, sent in enumerate(weights)
    ]


def market(*groups, items=ITEMS, **tables):
    pairs = [pair for group in groups for pair in group]
    return {
        "items": items,
        "orders": [order for order, _ in pairs],
        "shipments": [parcel for _, parcels in pairs for parcel in parcels],
        **tables,
    }


HONEST = sales(KETTLE, [1290, 1310, 1305, 1288, (700, 620), 1330], first=10) + sales(
    PAN, [2500, 2510, 2530, 2496], first=30
)
EMPTY = sales(KETTLE, [40, 55], first=50) + sales(PAN, [45], first=60)

EXAMPLE = Example(
    fake=market(HONEST, EMPTY),
    finds={50, 51, 60},
    without_fakes=market(HONEST),
    look_alikes={
        "weightless-goods": market(HONEST, sales(CODE, [30, 30], first=50)),
        "light-goods": market(HONEST, sales(SOCKS, [12, 10], first=50)),
        "not-weighed": market(HONEST, sales(KETTLE, [0, None], first=50)),
        "default-weight": market(
            HONEST,
            sales(KETTLE, [500] * 15, first=100, carrier="forms"),
            sales(SOCKS, [500] * 15, first=200, carrier="forms"),
        ),
        "several-parcels": market(HONEST, sales(PAN, [(150, 2300), (20, 2600)], first=50)),
        "partial-shipment": market(HONEST, sales(KETTLE, [1290], first=50, quantity=5)),
        "replacement-parts": market(HONEST, sales(KETTLE, [60], first=50, paid_minor=0)),
        "made-good": market(
            HONEST,
            sales(KETTLE, [60], first=50),
            refunds=[{"refund_id": 1, "order_id": 50, "amount_minor": 900, "at": T0 + 9 * DAY}],
        ),
        "another-listing": market(
            sales(KETTLE, [210, 190, 230, 205], first=50, paid_minor=800),
            [
                ({**order, "placed_at": T0 + 30 * DAY, "paid_minor": 2_990}, parcels)
                for order, parcels in HONEST
            ],
        ),
        "wrong-catalogue-weight": market(
            HONEST,
            sales(5, [305, 310, 298, 312, 307, 301], first=50),
            items=[*ITEMS, {"item_id": 5, "shop_id": 1, "net_weight_g": 3000}],
        ),
    },
)


def sold_since(first=40, **more):
    """Full parcels, all of them sent three weeks after the first light ones."""
    return [
        ({**order, "placed_at": order["placed_at"] + 20 * DAY}, parcels)
        for order, parcels in sales(KETTLE, [1290, 1310, 1305, 1288, 1330], first=first, **more)
    ]


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    signals = engine.query("SELECT * FROM signals").to_pylist()
    return {signal["subject_id"]: signal["strength"] for signal in signals}


def test_it_is_near_proof_where_other_parcels_hold_the_item(engine):
    assert found(engine, EXAMPLE.fake) == {50: "E3", 51: "E3", 60: "E3"}


def test_it_is_less_where_no_other_parcel_confirms_the_catalogue(engine):
    assert found(engine, market(sales(KETTLE, [40, 1290], first=50))) == {50: "E2"}


def test_an_item_only_ever_sent_as_an_empty_bag_is_weak(engine):
    assert set(found(engine, market(sales(KETTLE, [40] * 6, first=50))).values()) == {"E1"}


def test_items_that_weigh_the_same_whatever_they_are_stay_strong(engine):
    """A gift of 310 g for the kettle might be a catalogue error; the same for the pan is not."""
    gifts = market(sales(KETTLE, [310] * 6, first=50), sales(PAN, [310] * 6, first=70))
    assert set(found(engine, gifts).values()) == {"E2"}
    assert len(found(engine, gifts)) == 12


@pytest.mark.parametrize(
    ("more", "expected"),
    [({"confirmed_at": T0 + 9 * DAY}, {50: "E1"}), ({"status": "shipped"}, {})],
)
def test_missing_pieces_count_once_the_buyer_confirmed(engine, more, expected):
    pieces = sales(KETTLE, [1290], first=50, quantity=5, **more)
    assert found(engine, market(HONEST, pieces)) == expected


def test_a_catalogue_error_shows_in_pieces_and_in_the_rest_of_the_shop(engine):
    """All ten times too heavy in the catalogue: several pieces still weigh more than one."""
    items = [{"item_id": n, "shop_id": 2, "net_weight_g": 300 * n} for n in (6, 7, 20)]
    slips = market(
        sales(6, [190, 230, 330, 260], first=50) + sales(6, [420, 560, 390], first=60, quantity=2),
        sales(20, [650, 700], first=70),
        items=items,
    )
    slips["orders"] = [{**order, "shop_id": 2} for order in slips["orders"]]
    assert not found(engine, slips)
    alone = {**slips, "orders": [o for o in slips["orders"] if o["item_id"] == 20]}
    assert found(engine, alone) == {70: "E2", 71: "E2"}


SMALL, MIDDLE, LARGE = 170, 410, 820
WEIGHTS = {
    "as the goods, five times too heavy in the catalogue": (
        [80, 60, 90, 70, 80, 110, 50, 80],
        [100, 90, 130, 110, 80, 100, 140, 100],
        [200, 160, 220, 240, 150, 190],
    ),
    "a gift at hand": (
        [80, 60, 90, 110, 50, 80, 120, 70],
        [60, 90, 130, 50, 80, 100, 70, 110],
        [90, 110, 50, 80, 120, 60],
    ),
}


@pytest.mark.parametrize("weights", WEIGHTS)
def test_weights_that_follow_the_goods_speak_for_goods_inside(engine, weights):
    """Light goods in like bags: two items weigh nearly the same, but over all the heavier does."""
    nets = (SMALL, MIDDLE, LARGE)
    shop = market(
        *(sales(n, 2 * WEIGHTS[weights][n], first=100 * (n + 1)) for n in range(3)),
        items=[{"item_id": n, "shop_id": 1, "net_weight_g": nets[n]} for n in range(3)],
    )
    assert bool(found(engine, shop)) == (weights == "a gift at hand")


def test_a_real_sale_of_two_does_not_vouch_for_empty_bags(engine):
    bags = sales(KETTLE, [40] * 12, first=50)
    real = sales(KETTLE, [2500], first=80, quantity=2)
    assert set(found(engine, market(bags, real)).values()) == {"E1"}


def test_a_catalogue_a_little_too_heavy_does_not_make_its_lightest_parcels_proof(engine):
    """Nearly all of them stay above the limit, but none reaches the weight that is claimed."""
    rows = market(sales(KETTLE, [540, 560, 590, 620, 545, 600, 580], first=50))
    assert not found(engine, rows)


def test_parcels_of_what_an_item_was_before_are_weak(engine):
    """All light ones come first: the listing may have sold something else; mixed ones do not."""
    before = sales(KETTLE, [210, 190, 230, 205, 180, 320], first=10)
    assert set(found(engine, market(before, sold_since())).values()) == {"E1"}
    mixed = market(before, sales(KETTLE, [1290, 1310, 1305, 1288, 1330], first=40))
    assert set(found(engine, mixed).values()) == {"E3"}


@pytest.mark.parametrize(("paid", "is_found"), [(800, False), (2_800, True), (None, True)])
def test_what_was_cheaper_then_was_something_else(engine, paid, is_found):
    """A listing that sold a cup and now sells a kettle; the same price says it was a kettle."""
    light = sales(KETTLE, [210, 190, 230, 205, 180, 320], first=10, paid_minor=paid)
    assert bool(found(engine, market(light, sold_since(paid_minor=2_990)))) == is_found
    # Parcels of both kinds at the same time are of one listing, whatever was paid.
    mixed = sales(KETTLE, [1290, 1310, 1305, 1288, 1330], first=40, paid_minor=2_990)
    assert found(engine, market(light, mixed))


def test_a_carrier_of_nothing_but_empties_is_no_default(engine):
    """All weigh 50 g, but nothing that was sold fits under 50 g."""
    empties = sales(KETTLE, [50] * 25, first=100, carrier="ghost")
    assert len(found(engine, market(HONEST, empties, sales(KETTLE, [1290] * 9, first=300)))) == 25


def test_one_unweighed_parcel_leaves_the_order_alone(engine):
    assert not found(engine, market(HONEST, sales(KETTLE, [(40, None)], first=50)))


def test_the_limit_is_half_the_weight_less_the_tolerance(engine):
    assert set(found(engine, market(HONEST, sales(KETTLE, [549, 550], first=50)))) == {50}
    assert not found(engine, market(HONEST, sales(KETTLE, [549], first=50)), tolerance_g=60)

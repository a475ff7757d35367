"""Waybill reuse: one parcel has one door."""

from tests.worlds import DAY, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.waybill_reuse import DETECTOR


def entry(order, waybill, *, account=None, shop=1, door="", day=0, **more):
    """An order and the waybill entered for it; every order has its own door unless told."""
    account = account or order
    placed_at = T0 + day * DAY
    return (
        {
            "order_id": order,
            "account_id": account,
            "shop_id": shop,
            "placed_at": placed_at,
            "address_token": door if door is None else door or f"door {account}",
            "status": None,
            "group_id": None,
            **more,
        },
        {"waybill_id": waybill, "order_id": order, "sent_at": placed_at + DAY // 2},
    )


def market(*groups, **tables):
    pairs = [pair for group in groups for pair in group]
    orders = {order["order_id"]: order for order, _ in pairs}
    return {"orders": list(orders.values()), "shipments": [s for _, s in pairs], **tables}


HONEST = [entry(n, 1000 + n, day=n % 9, shop=1 + n % 3) for n in range(1, 60)]
SOLD_TWICE = [entry(100, 1, shop=1), entry(101, 1, shop=2, day=1), entry(102, 1, shop=3, day=1)]
OWN = [
    (order, {**parcel, "shipper_token": f"sender {order['shop_id']}"}) for order, parcel in HONEST
]


def numbers(shop, first, sender, **more):
    """Three orders of a shop under the numbers 1 to 3."""
    pairs = [entry(first + n, 1 + n, shop=shop, **more) for n in range(3)]
    return [(order, {**parcel, "shipper_token": sender}) for order, parcel in pairs]


COPIES = [numbers(shop, 100 + 10 * shop, "sender 1")[shop - 2] for shop in (2, 3, 4)]
FILLED_DOWN = [entry(200 + n, 2, shop=1) for n in range(12)]

EXAMPLE = Example(
    fake=market(HONEST, SOLD_TWICE),
    finds={100, 101, 102},
    without_fakes=market(HONEST),
    look_alikes={
        "split-order": market(HONEST, [entry(100 + n, 1, account=7) for n in range(4)]),
        "consolidated-shipping": market(
            HONEST, [entry(100 + n, 1, account=7, shop=n, door=f"d{n}") for n in (1, 2, 3)]
        ),
        "household": market(HONEST, [entry(100 + n, 1, shop=n, door="home") for n in (1, 2, 3)]),
        "group-buying": market(
            HONEST, [entry(100 + n, 1, group_id=5, shop=1 + n % 2, day=n) for n in range(6)]
        ),
        "replacement-label": market(
            HONEST, SOLD_TWICE[:1], [entry(101, 1, shop=2), entry(101, 900, shop=2)]
        ),
        "called-off": market(HONEST, SOLD_TWICE[:1], [entry(101, 1, shop=2, status="cancelled")]),
        "filler-number": market(HONEST, [entry(200 + n, 0, shop=1 + n % 9) for n in range(60)]),
        "copied-number": market(OWN, numbers(1, 100, "sender 1"), COPIES),
        "recycled-number": market(HONEST, SOLD_TWICE[:1], [entry(101, 1, shop=2, day=200)]),
        "mistyped-number": market(HONEST, [entry(100, 1, day=3), entry(101, 1, day=3)]),
        "upload-slip": market(HONEST, FILLED_DOWN),
    },
)


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    signals = engine.query("SELECT * FROM signals").to_pylist()
    return {s["subject_id"]: (s["strength"], s["score"]) for s in signals}


def test_the_score_is_the_chance_of_not_being_inside(engine):
    assert set(found(engine, EXAMPLE.fake).values()) == {("E2", 0.666667)}


def test_whose_number_was_copied_got_the_parcel(engine):
    """The carrier names the sender: it is shop 1's, so the orders of shop 1 were in the parcels."""
    rows = market(OWN, numbers(1, 100, "sender 1"), numbers(2, 110, "sender 1"))
    assert set(found(engine, rows).values()) == {("E2", 0.5)}
    assert set(found(engine, rows)) == {110, 111, 112}


def test_where_no_shop_sends_so_any_of_them_may_have_been_inside(engine):
    rows = market(OWN, numbers(1, 100, "vendor"), numbers(2, 110, "vendor"))
    assert set(found(engine, rows)) == {100, 101, 102, 110, 111, 112}


def test_an_order_that_came_after_its_parcel_was_sent_was_not_in_it(engine):
    late = numbers(1, 100, "sender 1", day=2)
    rows = market(OWN, late, numbers(2, 110, "sender 1"))
    early = {order["order_id"]: parcel for order, parcel in late}
    for parcel in early.values():
        parcel["sent_at"] -= 2 * DAY
    assert set(found(engine, rows)) == {100, 101, 102, 110, 111, 112}


def test_an_order_after_the_signature_cannot_be_inside(engine):
    late = [entry(100, 1), entry(101, 1, shop=2, day=6)]
    scans = [{"waybill_id": 1, "kind": "signed", "at": T0 + 3 * DAY}]
    assert found(engine, market(HONEST, late, scans=scans)) == {
        100: ("E2", 0.5),
        101: ("E3", 0.95),
    }


def test_whoever_signed_may_order_again(engine):
    """The first buyer's second order is no stranger to the parcel, the third person is."""
    again = [entry(100, 1), entry(101, 1, shop=2, day=6, account=100), entry(102, 1, shop=3, day=6)]
    scans = [{"waybill_id": 1, "kind": "signed", "at": T0 + 3 * DAY}]
    strengths = {order: s for order, (s, _) in found(engine, market(again, scans=scans)).items()}
    assert strengths == {100: "E2", 101: "E2", 102: "E3"}


def test_one_shop_that_uses_a_number_day_after_day_is_no_slip(engine):
    days = [entry(100 + n, 1, day=n) for n in range(4)]
    assert set(found(engine, market(HONEST, days))) == {100, 101, 102, 103}


def test_slips_are_what_the_shops_size_allows(engine):
    """Four slips in a thousand parcels are careless; four in forty are not."""
    slips = [entry(2000 + 2 * n + k, 50 + n, shop=9) for n in range(4) for k in (0, 1)]
    few = [entry(3000 + n, 9000 + n, shop=9) for n in range(32)]
    many = [entry(3000 + n, 9000 + n, shop=9) for n in range(1000)]
    assert len(found(engine, market(few, slips))) == 8
    assert not found(engine, market(many, slips))


def test_a_filler_with_scans_is_a_parcel(engine):
    rows = market([entry(200 + n, 5, shop=1 + n % 9) for n in range(60)])
    assert not found(engine, rows)
    scans = [{"waybill_id": 5, "kind": "collected", "at": T0}]
    assert len(found(engine, {**rows, "scans": scans})) == 60


def test_accounts_alone_are_weak(engine):
    nowhere = [entry(100 + n, 1, shop=1 + n, door=None) for n in range(3)]
    assert {s for s, _ in found(engine, market(nowhere)).values()} == {"E1"}
    assert not found(engine, market(nowhere[:2]))

"""Silent buyers: nothing came, and whose fault the silence is."""

from tests.worlds import DAY, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.silent_buyer import DETECTOR

KETTLE, SOCKS, CODE, ODD = 1, 2, 3, 4
ITEMS = [
    {"item_id": KETTLE, "shop_id": 1, "net_weight_g": 1200, "category": "kettles"},
    {"item_id": SOCKS, "shop_id": 1, "net_weight_g": 60, "category": "socks"},
    {"item_id": CODE, "shop_id": 1, "net_weight_g": None, "category": "codes"},
    {"item_id": ODD, "shop_id": 1, "net_weight_g": 1500, "category": "lamps"},
]
TRACED = ("collected", "arrived", "signed")
LOST = ("collected",)


def sent(n, *, first, by, kinds=TRACED, weight=1260, item=KETTLE, stars=5, branch="A1", **more):
    """Orders, parcels, trails and reviews (``stars``; 0 for none) of one sender."""
    rows = []
    for k in range(n):
        number = first + k
        at = T0 + (more.get("day", k % 20)) * DAY
        order = {
            "order_id": number,
            "account_id": number,
            "shop_id": 1,
            "item_id": item,
            "placed_at": at - DAY,
            "address_token": more.get("door", f"d{number}"),
            "is_gift": more.get("is_gift", False),
        }
        parcel = {
            "waybill_id": number,
            "order_id": number,
            "carrier": more.get("carrier", "swift"),
            "shipper_token": by,
            "weight_g": weight,
            "sent_at": at,
        }
        scans = [
            {"waybill_id": number, "kind": kind, "at": at + j * DAY, "branch": branch}
            for j, kind in enumerate(kinds)
        ]
        review = {
            "review_id": number,
            "order_id": number,
            "account_id": number,
            "item_id": item,
            "posted_at": at + 5 * DAY,
            "rating": stars,
            "text_source": more.get("text_source", "written"),
        }
        rows.append((order, parcel, scans, [review] if stars else []))
    return rows


def market(*groups, items=ITEMS, **tables):
    rows = [row for group in groups for row in group]
    late = {"waybill_id": 1, "kind": "signed", "at": T0 + 90 * DAY, "branch": "A1"}
    return {
        "items": items,
        "orders": [order for order, *_ in rows],
        "shipments": [parcel for _, parcel, *_ in rows],
        "scans": [late, *(scan for _, _, scans, _ in rows for scan in scans)],
        "reviews": [review for *_, reviews in rows for review in reviews],
        **tables,
    }


HONEST = [
    *(
        row
        for s in range(5)
        for row in sent(200, first=1000 * s + 1, by=f"s{s}", stars=5 * (s == 1))
    ),
    *(row for s in range(5) for row in sent(1, first=1000 * s + 500, by=f"s{s}", kinds=LOST)),
]
VANISHED = sent(12, first=9000, by="vendor", kinds=LOST)
EMPTY = sent(6, first=9100, by="vendor", weight=40)
REFUNDS = [
    {"refund_id": n, "order_id": 9000 + n, "amount_minor": 900, "at": T0 + 30 * DAY}
    for n in range(4)
]
FORWARDER = [{"account_id": 1, "kind": "address", "token": "hub", "address_type": "forwarder"}]

EXAMPLE = Example(
    fake=market(HONEST, VANISHED, EMPTY),
    finds={*range(9000, 9012), *range(9100, 9106)},
    without_fakes=market(HONEST),
    look_alikes={
        "virtual-goods": market(HONEST, sent(12, first=9000, by="v", kinds=LOST, item=CODE)),
        "light-goods": market(
            HONEST,
            sent(12, first=9000, by="v", weight=20, item=SOCKS),
            sent(5, first=9100, by="v", weight=70, item=SOCKS),
        ),
        "wrong-catalogue-weight": market(HONEST, sent(12, first=9000, by="v", weight=90, item=ODD)),
        "gifts": market(HONEST, sent(12, first=9000, by="v", kinds=LOST, is_gift=True)),
        "buyers-abroad": market(
            HONEST, sent(12, first=9000, by="v", kinds=LOST, door="hub"), account_links=FORWARDER
        ),
        "absent-buyers": market(
            HONEST, sent(12, first=9000, by="v", kinds=LOST, text_source="default")
        ),
        "missing-scans": market(
            HONEST,
            *(
                sent(12, first=20_000 + 100 * s, by=f"t{s}", kinds=LOST, branch="A2")
                for s in range(5)
            ),
        ),
        "untraced-shop": market(
            HONEST,
            sent(18, first=9000, by="v", kinds=LOST, branch="own"),
            sent(30, first=9100, by="v", kinds=LOST, branch="own", stars=0),
        ),
        "still-under-way": market(HONEST, sent(12, first=9000, by="v", kinds=LOST, day=80)),
        "real-trouble": market(HONEST, VANISHED, refunds=REFUNDS),
    },
)


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    signals = engine.query("SELECT * FROM signals").to_pylist()
    return {s["subject_id"]: s for s in signals}


def test_many_are_strong_and_few_are_weak(engine):
    assert {s["strength"] for s in found(engine, EXAMPLE.fake).values()} == {"E2"}
    few = found(engine, market(HONEST, VANISHED[:8]))
    assert {s["strength"] for s in few.values()} == {"E1"}


def test_who_says_nothing_at_all_is_not_named(engine):
    mute = sent(3, first=9200, by="vendor", kinds=LOST, stars=0)
    assert set(found(engine, market(HONEST, VANISHED, mute))) == set(range(9000, 9012))


def test_a_message_is_a_complaint(engine):
    asked = [
        {"message_id": n, "thread_id": n, "sender_id": 9000 + n, "order_id": 9000 + n}
        | {"at": T0, "text": "还没收到"}
        for n in range(4)
    ]
    assert not found(engine, market(HONEST, VANISHED, messages=asked))
    answered = [{**m, "sender_id": 1} for m in asked]
    assert len(found(engine, market(HONEST, VANISHED, messages=answered))) == 12


def test_own_delivery_has_nobody_to_be_compared_with(engine):
    own = sent(40, first=9000, by="shop", kinds=(), carrier="own riders")
    assert not found(engine, market(HONEST, own))


def test_empty_bags_need_parcels_that_confirm_the_catalogue(engine):
    lamps = sent(12, first=9000, by="v", weight=40, item=ODD)
    full = sent(3, first=9100, by="s1", weight=1600, item=ODD)
    assert not found(engine, market(HONEST, lamps, full[:2]))
    assert len(found(engine, market(HONEST, lamps, full))) == 12

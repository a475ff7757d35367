"""Destination mismatch: presents, moves and missorting are everybody's; bought waybills are not."""

from tests.worlds import DAY, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.destination_mismatch import DETECTOR


def parcel(number, *, shop, home="A", label="A", signed="", account=None, week=None, **more):
    """An order, its buyer at ``home``, its parcel to ``label`` and where that was signed for."""
    account = account or number
    at = T0 + 7 * (number % 8 if week is None else week) * DAY
    given = {"address_token": f"d{account}", "is_gift": False, "group_id": None}
    given |= {name: more[name] for name in given if name in more}
    return {
        "accounts": {"account_id": account, "region": home},
        "shops": {"shop_id": shop, "category": more.get("category", "pans")},
        "orders": {
            "order_id": number,
            "account_id": account,
            "shop_id": shop,
            "placed_at": at,
            **given,
        },
        "shipments": {
            "waybill_id": number,
            "order_id": number,
            "destination_region": label,
            "shipper_token": more.get("sender", f"s{shop}"),
            "carrier": more.get("carrier", "swift"),
        },
        "scans": {
            "waybill_id": number,
            "kind": "signed",
            "at": at + 3 * DAY,
            "region": signed or label,
        },
    }


def market(*groups, **tables):
    rows = [row for group in groups for row in group]
    made = {name: [row[name] for row in rows] for name in rows[0]}
    for name, key in (("accounts", "account_id"), ("shops", "shop_id")):
        made[name] = list({row[key]: row for row in made[name]}.values())
    return made | tables


def foreign(n, *, first, shop, **more):
    """Parcels of one shop to other regions than the buyers'."""
    return [parcel(first + k, shop=shop, label="BCDE"[k % 4], **more) for k in range(n)]


def of_all(n, **more):
    """The same for each of six shops."""
    return [p for s in range(1, 7) for p in foreign(n, first=20_000 + 100 * s, shop=20 + s, **more)]


HONEST = [
    parcel(1000 * s + k, shop=s, home="ABCDE"[k % 5], label="ABCDE"[(k + (k % 40 == 7)) % 5])
    for s in range(1, 7)
    for k in range(200)
]
BOUGHT = [parcel(9000 + k, shop=8, label="A", signed="BCDE"[k % 4], sender="v") for k in range(12)]
LINKS = [
    {"account_id": n, "kind": "address", "token": f"work{t}", "address_type": t}
    for n, t in enumerate(("office", "forwarder"), 9000)
]

EXAMPLE = Example(
    fake=market(HONEST, BOUGHT),
    finds=set(range(9000, 9012)),
    without_fakes=market(HONEST),
    look_alikes={
        "gifts": market(HONEST, foreign(12, first=9000, shop=8, is_gift=True)),
        "group-buying": market(HONEST, foreign(12, first=9000, shop=8, group_id=5)),
        "festival": market(HONEST, of_all(10, week=20), foreign(9, first=9000, shop=8, week=20)),
        "gift-goods": market(
            HONEST,
            [
                p
                for s in range(11, 16)
                for p in foreign(20, first=1000 * s, shop=s, category="flowers")
            ],
        ),
        "moved-people": market(
            HONEST,
            [
                parcel(9000 + 50 * s + k, shop=s, label="E", account=9000 + k)
                for s in (1, 8)
                for k in range(12)
            ],
        ),
        "office": market(
            HONEST,
            foreign(12, first=9000, shop=8, address_token="workoffice"),
            account_links=LINKS,
        ),
        "forwarder": market(
            HONEST,
            foreign(12, first=9000, shop=8, address_token="workforwarder"),
            account_links=LINKS,
        ),
        "redirected": market(
            HONEST,
            [
                parcel(
                    20_000 + 100 * s + k,
                    shop=s,
                    home="ABCDE"[k % 5],
                    label="ABCDE"[k % 5],
                    signed="BCDEA"[k % 5],
                    carrier="lax",
                )
                for s in range(21, 27)
                for k in range(10)
            ],
        ),
    },
)


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    signals = engine.query("SELECT * FROM signals").to_pylist()
    return {s["subject_id"]: s for s in signals}


def test_parcels_astray_are_strong(engine):
    signals = found(engine, EXAMPLE.fake).values()
    assert {s["strength"] for s in signals} == {"E2"}
    assert all("Labelled for A, signed for in" in s["reason_en"] for s in signals)


def test_foreign_regions_are_weak(engine):
    """One buyer in forty is served elsewhere; of this shop all twelve are."""
    signals = found(engine, market(HONEST, foreign(12, first=9000, shop=8)))
    assert set(signals) == set(range(9000, 9012))
    assert {s["strength"] for s in signals.values()} == {"E1"}


def test_what_one_vendor_sends_for_two_shops_is_no_second_place(engine):
    shops = [
        parcel(9000 + k, shop=8 + k % 2, label="E", account=9000 + k // 2, sender="v")
        for k in range(24)
    ]
    assert len(found(engine, market(HONEST, shops))) == 24


def test_without_the_buyers_region_labels_still_speak(engine):
    rows = {name: t for name, t in EXAMPLE.fake.items() if name != "accounts"}
    assert set(found(engine, rows)) == EXAMPLE.finds


def test_a_few_are_left_alone(engine):
    assert not found(engine, market(HONEST, BOUGHT[:4]))

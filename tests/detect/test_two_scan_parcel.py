"""Two-scan parcels: lost scans strike everybody at a branch, bought waybills only their buyer."""

from tests.worlds import DAY, HOUR, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.two_scan_parcel import DETECTOR

FULL = ("collected", "departed", "arrived", "out_for_delivery", "signed")
TWO = ("collected", "signed")


def parcels(kinds, n, *, first, sender, branch="A1", to="B", day=None, carrier="swift", door="d"):
    """Parcels of one sender: each an order, a waybill and scans of these kinds."""
    rows = []
    for k in range(n):
        number, at = first + k, T0 + (k % 10 if day is None else day) * DAY
        scans = [
            {
                "waybill_id": number,
                "kind": kind,
                "at": at + FULL.index(kind) * 12 * HOUR,
                "region": "A" if kind in FULL[:2] else to,
                "branch": branch if kind in FULL[:2] else f"{to}9",
            }
            for kind in kinds
        ]
        order = {
            "order_id": number,
            "account_id": number,
            "shop_id": 1,
            "placed_at": at,
            "address_token": f"{door}{k}",
        }
        sent = {
            "waybill_id": number,
            "order_id": number,
            "carrier": carrier,
            "shipper_token": sender,
            "origin_region": "A",
            "destination_region": to,
            "sent_at": at,
        }
        rows.append((order, sent, scans))
    return rows


def market(*groups, **tables):
    rows = [row for group in groups for row in group]
    return {
        "orders": [order for order, _, _ in rows],
        "shipments": [sent for _, sent, _ in rows],
        "scans": [scan for _, _, scans in rows for scan in scans],
        **tables,
    }


HONEST = [
    *(p for n in range(8) for p in parcels(FULL, 150, first=1000 * n + 1, sender=f"s{n}")),
    *(p for n in range(8) for p in parcels(TWO, 1, first=1000 * n + 500, sender=f"s{n}", day=n)),
]
BOUGHT = parcels(TWO, 12, first=9000, sender="vendor")
LOCKERS = [
    {"account_id": k, "kind": "address", "token": f"locker{k}", "address_type": "locker"}
    for k in range(12)
]

EXAMPLE = Example(
    fake=market(HONEST, BOUGHT),
    finds=set(range(9000, 9012)),
    without_fakes=market(HONEST),
    look_alikes={
        "missing-scans": market(
            HONEST,
            *(
                parcels(
                    TWO, 12, first=10_000 + 100 * n, sender=f"t{n}", carrier="lax", branch=f"L{n}"
                )
                for n in range(5)
            ),
        ),
        "branch-outage": market(
            HONEST,
            *(
                parcels(TWO, 12, first=10_000 + 100 * n, sender=f"t{n}", branch="A2", day=30)
                for n in range(5)
            ),
        ),
        "route-outage": market(
            HONEST,
            *(
                parcels(TWO, 12, first=10_000 + 100 * n, sender=f"t{n}", to="C", branch=f"A{n + 2}")
                for n in range(5)
            ),
        ),
        "sender-outage": market(
            HONEST,
            parcels(TWO, 12, first=9000, sender="s9"),
            parcels(("collected", "arrived"), 6, first=9100, sender="s9"),
            parcels((), 4, first=9200, sender="s9"),
        ),
        "same-region": market(HONEST, parcels(TWO, 12, first=9000, sender="rider", to="A")),
        "locker": market(
            HONEST,
            *(
                parcels(TWO, 12, first=10_000 + 100 * n, sender=f"t{n}", door="locker")
                for n in range(5)
            ),
            account_links=LOCKERS,
        ),
        "incomplete-trail": market(
            HONEST,
            parcels(("signed",), 12, first=9000, sender="a"),
            parcels(("collected",), 12, first=9100, sender="a"),
        ),
    },
)


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    signals = engine.query("SELECT * FROM signals").to_pylist()
    return {s["subject_id"]: (s["strength"], s["score"]) for s in signals}


def test_twelve_against_a_few_lost_scans_are_strong(engine):
    """Eight of 1,208 parcels of others lost their scans: about 12 * 9 / 1210 are expected."""
    [(strength, score)] = set(found(engine, EXAMPLE.fake).values())
    assert strength == "E2"
    assert abs(score - (1 - 9 / 1210)) < 0.01


def test_few_of_them_are_weak(engine):
    few = market(HONEST, parcels(TWO, 7, first=9000, sender="vendor"))
    assert {strength for strength, _ in found(engine, few).values()} == {"E1"}
    assert not found(engine, market(HONEST, parcels(TWO, 4, first=9000, sender="vendor")))


def test_a_vendor_does_not_excuse_itself_by_filling_its_branch(engine):
    alone = parcels(TWO, 200, first=20_000, sender="vendor", branch="own", day=40)
    assert len(found(engine, market(HONEST, alone))) == 200


def test_a_senders_whole_trails_are_not_tainted(engine):
    mixed = [
        *parcels(FULL, 40, first=20_000, sender="v"),
        *parcels(TWO, 20, first=9000, sender="v"),
    ]
    assert set(found(engine, market(HONEST, mixed))) == set(range(9000, 9020))


def test_without_others_nothing_is_known(engine):
    assert not found(engine, market(BOUGHT))


def test_shops_stand_in_for_unknown_senders(engine):
    rows = market(HONEST, BOUGHT)
    rows["shipments"] = [{**s, "shipper_token": None} for s in rows["shipments"]]
    rows["orders"] = [{**o, "shop_id": 2 + o["order_id"] // 1000} for o in rows["orders"]]
    assert set(found(engine, rows)) == set(range(9000, 9012))

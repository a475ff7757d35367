"""Impossible transit: roads, clocks and uploads, and who is left when they are allowed for."""

from tests.worlds import DAY, HOUR, SECOND, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.impossible_transit import DETECTOR


def parcels(hours, *, first, sender, route=("A", "B"), branches=("A1", "B1"), placed_h=-20, **more):
    """Parcels of one sender that were signed for so many hours after they were collected."""
    rows = []
    for k, taken in enumerate(hours):
        number = first + k
        at = more.get("start_at", T0 + (k % 30) * DAY + number * SECOND)
        ends = ("collected", "signed"), (at, at + round(taken * HOUR)), route, branches
        scans = [
            {"waybill_id": number, "kind": kind, "at": when, "region": region, "branch": branch}
            for kind, when, region, branch in zip(*ends, strict=True)
        ]
        placed_at = at + placed_h * HOUR
        order = {"order_id": number, "account_id": number, "shop_id": 1, "placed_at": placed_at}
        sent = {"waybill_id": number, "order_id": number, "carrier": "swift"}
        rows.append((order, {**sent, "shipper_token": sender}, scans))
    return rows


def market(*groups, **tables):
    rows = [row for group in groups for row in group]
    return {
        "orders": [order for order, _, _ in rows],
        "shipments": [sent for _, sent, _ in rows],
        "scans": [scan for _, _, scans in rows for scan in scans],
        **tables,
    }


USUAL = [30 + 5 * (k % 7) for k in range(150)]
HONEST = [p for n in range(5) for p in parcels(USUAL, first=1000 * n + 1, sender=f"s{n}")]
QUICK = parcels([1, 0.5, 2, 1.5, 0.2, -3], first=9000, sender="vendor")


def of_all(hours, **more):
    """The same from each of five senders."""
    return [
        p for n in range(5) for p in parcels(hours, first=20_000 + 1000 * n, sender=f"t{n}", **more)
    ]


EXAMPLE = Example(
    fake=market(HONEST, QUICK),
    finds=set(range(9000, 9006)),
    without_fakes=market(HONEST),
    look_alikes={
        "clock-skew": market(HONEST, of_all([-5, 3, 1, -2, -4, 2], branches=("A1", "B2"))),
        "time-zone": market(
            HONEST,
            of_all([1 + k % 3 / 4 for k in range(20)], route=("A", "W"), branches=("A1", "W1")),
        ),
        "batch-upload": market(
            HONEST,
            parcels(
                [-6 + k / 10 for k in range(10)], first=9000, sender="s9", start_at=T0 + 9 * DAY
            ),
        ),
        "air-freight": market(HONEST, parcels([7, 8, 9, 7.5, 6.5], first=9000, sender="fish")),
        "neighbouring-regions": market(
            HONEST,
            of_all([2 + k % 5 / 2 for k in range(20)], route=("A", "N"), branches=("A1", "N1")),
        ),
        "recycled-number": market(
            HONEST, parcels([30] * 5, first=9000, sender="s9", placed_h=100 * 24)
        ),
        "slip": market(HONEST, parcels([1, 2], first=9000, sender="s9")),
    },
)


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    signals = engine.query("SELECT * FROM signals").to_pylist()
    return {s["subject_id"]: s for s in signals}


def test_many_are_strong_and_few_are_weak(engine):
    assert {s["strength"] for s in found(engine, EXAMPLE.fake).values()} == {"E2"}
    few = found(engine, market(HONEST, of_all(USUAL), QUICK[:4]))
    assert {s["strength"] for s in few.values()} == {"E1"}


def test_parcels_signed_for_before_their_order_are_found(engine):
    early = parcels([30] * 6, first=9000, sender="vendor", placed_h=30 + 48)
    signals = found(engine, market(HONEST, early))
    assert set(signals) == set(range(9000, 9006))
    assert "48 hours before the order" in signals[9000]["reason_en"]


def test_clocks_may_be_off_by_a_day(engine):
    early = parcels([30] * 6, first=9000, sender="vendor", placed_h=30 + 23)
    assert not found(engine, market(HONEST, early))


def test_within_a_region_nothing_is_too_fast(engine):
    near = parcels([0.5] * 9, first=9000, sender="rider", route=("A", "A"))
    assert not found(engine, market(HONEST, near))


def test_a_parcel_before_its_departure_is_said_to_be(engine):
    assert "3 hours before it left" in found(engine, EXAMPLE.fake)[9005]["reason_en"]


def test_a_sender_is_not_excused_by_a_branch_of_its_own(engine):
    own = parcels([1] * 40, first=9000, sender="vendor", branches=("A7", "B7"))
    assert len(found(engine, market(HONEST, own))) == 40


def test_the_routes_own_distribution_needs_enough_parcels(engine):
    """Ten parcels of a short route are measured by the carrier's others."""
    route = {"route": ("A", "N"), "branches": ("A1", "N1")}
    short = parcels([2 + k % 3 for k in range(10)], first=9000, sender="s9", **route)
    assert (
        len(found(engine, market(HONEST, of_all([2 + k % 3 for k in range(20)], **route), short)))
        == 0
    )
    assert len(found(engine, market(HONEST, short))) == 10

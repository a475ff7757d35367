"""Network mismatch: who jumps, who travels, and addresses that are nowhere."""

import pytest

from tests.worlds import DAY, HOUR, MINUTE, T0, Example, build
from unbrush.detect import detect
from unbrush.detect.network_mismatch import DETECTOR

REGIONS = ("330100", "440300", "510100", "110100", "610100")


def order(number, account, ip, at, device=None):
    return {
        "order_id": number,
        "account_id": account,
        "shop_id": 1,
        "placed_at": T0 + at,
        "ip_token": ip,
        "device_token": device,
    }


def ip(region, k=0):
    return f"ip-{region}-{k}"


# Ten residents of each region order over its two addresses, twice in a sitting.
RESIDENTS = [
    {"account_id": 100 * (r + 1) + k, "region": region}
    for r, region in enumerate(REGIONS)
    for k in range(10)
]
HONEST = [
    order(
        10 * person["account_id"] + 2 * n + again,
        person["account_id"],
        ip(person["region"], n),
        n * DAY + again * MINUTE,
    )
    for person in RESIDENTS
    for n in range(2)
    for again in range(2)
]


def jumps(account, n, *, every=HOUR, first=90_000, regions=REGIONS[:3]):
    """Orders that go round the regions again and again."""
    return [
        order(first + k, account, ip(regions[k % len(regions)], k % 2), k * every) for k in range(n)
    ]


def market(*orders, accounts=(), **tables):
    own = [{"account_id": 9, "region": REGIONS[0]}, {"account_id": 8, "region": REGIONS[1]}]
    return {
        "orders": [*HONEST, *orders],
        "accounts": [*RESIDENTS, *own, *accounts],
        **tables,
    }


# An exit that people of all regions use, and one of a region that changes at every action.
EXIT = [order(70_000 + k, 100 * (k % 5 + 1) + k // 5, "exit", k * HOUR) for k in range(25)]
JOURNEY = [order(90_000 + k, 9, ip(REGIONS[k // 3]), k * 2 * HOUR) for k in range(12)]


def handed(account, n, *, first=95_000, addresses=1_000, every=MINUTE, device="phone"):
    """Actions of one device, each from an address that nobody else has."""
    return [
        order(first + k, account, f"handed-{first + k % addresses}", k * every, device)
        for k in range(n)
    ]


EXAMPLE = Example(
    fake=market(
        *jumps(9, 12),
        *jumps(8, 8, first=91_000, regions=REGIONS[1:]),
        *handed(7, 12),
        accounts=[{"account_id": 7, "region": REGIONS[2]}],
    ),
    finds={7, 8, 9},
    without_fakes=market(),
    look_alikes={
        "traveller": market(*JOURNEY),
        "vpn": market(
            *EXIT,
            *[
                order(90_000 + k, 9, ("exit", ip(REGIONS[k // 2 % 2]))[k % 2], k * HOUR)
                for k in range(16)
            ],
        ),
        "carrier-address": market(
            *[order(90_000 + k, 9, ip(REGIONS[0], k % 2), k * MINUTE) for k in range(40)]
        ),
        "second-hand-phone": market(
            *[order(90_000 + k, 9, ip(REGIONS[0]), k * HOUR, "phone") for k in range(6)],
            *[order(91_000 + k, 8, ip(REGIONS[1]), (6 + k) * HOUR, "phone") for k in range(6)],
        ),
        "two-networks": market(*handed(9, 40, addresses=2)),
        "carrier-everywhere": market(
            *[
                row
                for person in RESIDENTS
                for row in handed(
                    person["account_id"], 12, first=100_000 + 20 * person["account_id"]
                )
            ]
        ),
    },
)


def found(engine, rows, **params):
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    assert engine.query("SELECT status FROM coverage").to_pylist() == [{"status": "ran"}]
    signals = engine.query("SELECT * FROM signals").to_pylist()
    return {signal["subject_id"]: signal for signal in signals}


def test_it_is_context_and_touches_no_order(engine):
    signals = found(engine, EXAMPLE.fake).values()
    assert {(s["strength"], s["evidence_table"]) for s in signals} == {("E1", "accounts")}
    assert max(s["score"] for s in signals) <= 0.5
    assert "11 changes to and fro" in found(engine, EXAMPLE.fake)[9]["reason_en"]


def test_visits_tell_as_much_as_orders(engine):
    visits = [
        {"account_id": 9, "kind": "view", "at": o["placed_at"], "ip_token": o["ip_token"]}
        for o in jumps(9, 12)
    ]
    assert set(found(engine, market(interactions=visits))) == {9}


def test_addresses_of_few_people_are_nowhere(engine):
    """Rented household connections: nobody can say where they are, and nothing is said."""
    hidden = [{**o, "ip_token": f"home-{k}"} for k, o in enumerate(jumps(9, 12))]
    assert not found(engine, market(*hidden))


def test_an_account_does_not_move_its_own_addresses(engine):
    """Twenty accounts of one studio, at home anywhere, use their own addresses: no region."""
    studio = [{"account_id": 2_000 + k, "region": REGIONS[k % 5]} for k in range(20)]
    orders = [
        order(95_000 + 10 * k + n, 2_000 + k, f"studio-{(k + n) % 5}", n * HOUR)
        for k in range(20)
        for n in range(8)
    ]
    assert not found(engine, market(*orders, accounts=studio))


@pytest.mark.parametrize(("every", "is_found"), [(HOUR, True), (20 * HOUR, False)])
def test_moves_over_days_are_journeys(engine, every, is_found):
    assert bool(found(engine, market(*jumps(9, 8, every=every)))) is is_found


def test_commuting_between_two_regions_is_spared(engine):
    assert not found(engine, market(*jumps(9, 20, regions=REGIONS[:2])))


@pytest.mark.parametrize(("n", "is_found"), [(6, False), (12, True)])
def test_addresses_that_do_not_last_an_action_are_noted(engine, n, is_found):
    signals = found(engine, market(*handed(9, n)))
    assert bool(signals) is is_found
    if is_found:
        assert "11 came from another address, of 11 in all" in signals[9]["reason_en"]
        assert signals[9]["strength"] == "E1"
        assert signals[9]["score"] <= 0.5


def test_an_address_may_change_from_one_sitting_to_the_next(engine):
    assert not found(engine, market(*handed(9, 40, every=3 * HOUR)))


def test_another_device_has_another_address(engine):
    orders = [order(95_000 + k, 9, f"ip-{k}", k * MINUTE, f"phone-{k}") for k in range(20)]
    assert not found(engine, market(*orders))


def test_the_addresses_of_one_region_are_a_carriers(engine):
    """Everybody of a region takes turns at its addresses; this one more than others."""
    cells = [
        order(100_000 + 100 * person + k, 100 + person, f"cell-{k}", k * DAY)
        for person in range(4)
        for k in range(12)
    ]
    mine = [order(95_000 + k, 9, f"cell-{k}", k * MINUTE, "phone") for k in range(12)]
    assert not found(engine, market(*cells, *mine))

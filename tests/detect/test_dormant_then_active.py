"""Dormant, then active: its example, its edges."""

import pytest

from tests.worlds import DAY, HOUR, T0, Example, Market, build
from unbrush.detect import detect
from unbrush.detect.dormant_then_active import DETECTOR

N_SHOPS = 30
SHOPS = [
    {"shop_id": shop, "owner_id": 100 + shop, "category": f"kind-{shop % 6}"}
    for shop in range(N_SHOPS)
]


def order(number, account, shop, day, **more):
    return {
        "order_id": number,
        "account_id": account,
        "shop_id": shop,
        "placed_at": T0 + day * DAY + HOUR,
        **more,
    }


# 240 people who buy every three weeks, and 60 who come back, each on their own, after ten weeks.
REGULAR = [
    order(10_000 + 10 * n + k, 1000 + n, (n * 7 + k * 11) % N_SHOPS, n % 21 + 21 * k)
    for n in range(240)
    for k in range(6)
]
RETURNING = [
    order(20_000 + 2 * n + k, 2000 + n, (n * 13 + k * 5) % N_SHOPS, n % 50 + 71 * k)
    for n in range(60)
    for k in range(2)
]
HONEST = REGULAR + RETURNING
WAKING = 94  # all of it, and the days after it, within one week as counted from 1970


def sleepers(n, shops, *, before=14, day=WAKING, first=5000, **more):
    """Accounts seen once in the first days, then silent; each wakes for the shops it is given."""
    once = [order(50_000 + first + k, first + k, (before + k) % N_SHOPS, k % 5) for k in range(n)]
    awake = [
        order(100_000 + 100 * first + 10 * k + j, first + k, shop, day + (k + j) % 3, **more)
        for k in range(n)
        for j, shop in enumerate(shops(k))
    ]
    return once, awake


def market(*groups, **tables) -> Market:
    rows = [row for once, awake in groups for row in once + awake]
    return {"orders": [*HONEST, *rows], "shops": SHOPS, **tables}


GANG = sleepers(12, lambda k: (3, 8, 13))
SLEPT_ONLY = (GANG[0], [])
SEASON = sleepers(60, lambda k: (2 + 6 * (k % 5), 2 + 6 * ((k + 1 + k // 5) % 5)))
ONLY_AT_SALES = sleepers(150, lambda k: (k * 7 % N_SHOPS, k * 13 % N_SHOPS))
WON_BACK = sleepers(12, lambda k: (3, 8, 13), campaign_id=4)

EXAMPLE = Example(
    fake=market(GANG),
    finds={3, 8, 13},
    without_fakes=market(SLEPT_ONLY),
    look_alikes={
        "seasonal-buyers": market(SEASON),
        "double-eleven-only": market(ONLY_AT_SALES),
        "win-back": market(WON_BACK),
    },
)


def found(engine, rows: Market, **params) -> dict:
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def test_its_evidence_is_what_they_bought_on_waking(engine):
    signal = found(engine, EXAMPLE.fake)[8]
    woken = {row["order_id"] for row in GANG[1] if row["shop_id"] == 8}
    assert signal["evidence_ids"]
    assert set(signal["evidence_ids"]) == woken


def test_old_customers_of_the_shops_do_not_count(engine):
    once = [
        row
        for k in range(12)
        for row in (
            order(60_000 + 2 * k, 5000 + k, 3, k % 5),
            order(60_001 + 2 * k, 5000 + k, 8, k % 5),
        )
    ]
    back = sleepers(12, lambda k: (3, 8))[1]
    assert not found(engine, market((once, back)))
    assert set(found(engine, market((GANG[0], back)))) == {3, 8}


def test_people_who_came_to_look_did_not_sleep(engine):
    looks = [
        {"account_id": 5000 + k, "kind": "view", "at": T0 + day * DAY}
        for k in range(12)
        for day in (30, 60, 85)
    ]
    assert not found(engine, market(GANG, interactions=looks))
    on_waking = [{**row, "at": T0 + 93 * DAY} for row in looks]
    assert set(found(engine, market(GANG, interactions=on_waking))) == {3, 8, 13}


@pytest.mark.parametrize(
    ("registered", "waking", "shops"),
    [(-400, 36, set()), (-400, WAKING, {3, 8, 13}), (90, WAKING, set()), (None, WAKING, set())],
)
def test_only_silence_on_record_is_known(engine, registered, waking, shops):
    """Accounts without an earlier order: members from before the records, or from when?"""
    _, awake = sleepers(12, lambda k: (3, 8, 13), day=waking)
    at = None if registered is None else T0 + registered * DAY
    people = [{"account_id": 5000 + k, "registered_at": at} for k in range(12)]
    stranger = {"account_id": 1, "registered_at": T0}
    assert set(found(engine, market(([], awake), accounts=[*people, stranger]))) == shops


@pytest.mark.parametrize(("silent_days", "shops"), [(88, {3, 8, 13}), (95, set())])
def test_the_length_of_silence_is_exact(engine, silent_days, shops):
    assert set(found(engine, market(GANG), silent_days=silent_days)) == shops

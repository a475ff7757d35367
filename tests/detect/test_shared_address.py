"""Shared address: its example, its edges."""

import pytest

from tests.worlds import DAY, HOUR, T0, Example, Market, build
from unbrush.detect import detect
from unbrush.detect.shared_address import DETECTOR


def order(number: int, buyer: int, shop: int, address: str | None, at: int = 0, **more) -> dict:
    return {
        "order_id": number,
        "account_id": buyer,
        "shop_id": shop,
        "address_token": address,
        "placed_at": T0 + at,
        **more,
    }


# 200 people at home, three orders each, over 50 shops.
HONEST = [
    order(1_000 + 3 * buyer + n, 100 + buyer, (buyer * 7 + n * 11) % 50, f"home-{buyer}", n * DAY)
    for buyer in range(200)
    for n in range(3)
]
DEPOT = [order(n, 10 + n, 3, "depot", n * HOUR) for n in range(12)]
BACK_ROOM = [order(20 + n, 30 + n, 5, "back-room", n * HOUR) for n in range(6)]


def with_honest(rows: list[dict], **tables) -> Market:
    return {"orders": [*HONEST, *rows], **tables}


def marked(address: str, kind: str) -> list[dict]:
    return [{"account_id": 10, "kind": "address", "token": address, "address_type": kind}]


HOUSEHOLD = [order(n, 10 + n % 4, 3, "family", n * DAY) for n in range(12)]
STATION = [order(n, 500 + n // 2, (n * 13) % 50, "station", n * HOUR) for n in range(200)]
WEEKLY_GROUPS = [
    order(n, 10 + n % 8, 3, "leader", n // 8 * 7 * DAY, group_id=n // 8) for n in range(32)
]
GIFTS = [order(n, 10 + n, 3, "idol", n * HOUR, is_gift=True) for n in range(20)]

EXAMPLE = Example(
    fake=with_honest(DEPOT + BACK_ROOM),
    finds={row["order_id"] for row in DEPOT + BACK_ROOM},
    without_fakes=with_honest([]),
    look_alikes={
        "household": with_honest(HOUSEHOLD),
        "pick-up-station": with_honest(DEPOT, account_links=marked("depot", "locker")),
        "unmarked-station": with_honest(STATION),
        "workplace": with_honest(DEPOT, account_links=marked("depot", "office")),
        "group-buying": with_honest(WEEKLY_GROUPS),
        "gifts": with_honest(GIFTS),
    },
)


def found(engine, market: Market, **params) -> dict:
    detect(engine, build(engine, market), chosen=[DETECTOR], params={DETECTOR.name: params})
    rows = engine.query("SELECT * FROM signals").to_pylist()
    return {row["subject_id"]: (row["strength"], row["element"]) for row in rows}


def test_a_depot_is_strong_and_a_few_accounts_are_not(engine):
    signals = found(engine, EXAMPLE.fake)
    assert {signals[row["order_id"]] for row in DEPOT} == {("E2", "b")}
    assert {signals[row["order_id"]] for row in BACK_ROOM} == {("E1", "a")}


def test_fakes_collected_at_a_station_stand_out_only_where_they_are_many(engine):
    """Two hundred honest orders hide twelve: that is what a shared address cannot tell."""
    at_station = [{**row, "address_token": "station"} for row in DEPOT]
    assert found(engine, with_honest(STATION + at_station)) == {}


@pytest.mark.parametrize(("n_elsewhere", "verdict"), [(1, ("E2", "b")), (2, ("E1", "a"))])
def test_people_who_live_at_an_address_and_buy_elsewhere_too_are_weak_evidence(
    engine, n_elsewhere, verdict
):
    """A campus and its canteen, unmarked: most of what is sent there comes from other shops."""
    elsewhere = [
        order(100 + 20 * n + at, 10 + at, 10 + 12 * n + at, "depot", n * DAY)
        for n in range(n_elsewhere)
        for at in range(12)
    ]
    signals = found(engine, with_honest(DEPOT + elsewhere))
    assert {signals[row["order_id"]] for row in DEPOT} == {verdict}


def test_a_home_address_does_not_spare_a_depot(engine):
    market = with_honest(DEPOT, account_links=marked("depot", "home"))
    assert set(found(engine, market)) == {row["order_id"] for row in DEPOT}


def test_groups_of_two_do_not_hide_a_depot(engine):
    paired = [{**row, "group_id": row["order_id"] // 2} for row in DEPOT]
    assert set(found(engine, with_honest(paired))) == {row["order_id"] for row in DEPOT}


def test_a_market_of_one_shop_says_nothing(engine):
    """Where everybody buys in this shop, popularity explains any meeting."""
    one_shop = [{**row, "shop_id": 3} for row in HONEST + DEPOT]
    assert found(engine, {"orders": one_shop}) == {}


@pytest.mark.parametrize(("min_buyers", "n"), [(12, 12), (13, 0)])
def test_the_smallest_number_of_buyers_is_exact(engine, min_buyers, n):
    assert len(found(engine, with_honest(DEPOT), min_buyers=min_buyers)) == n

"""Shared device: its example, its edges."""

import pytest

from tests.worlds import DAY, HOUR, MINUTE, T0, Example, Market, build
from unbrush.base.params import with_values
from unbrush.detect import detect
from unbrush.detect.shared_device import DETECTOR


def order(number: int, buyer: int, shop: int, device: str | None, at: int = 0, **more) -> dict:
    return {
        "order_id": number,
        "account_id": buyer,
        "shop_id": shop,
        "device_token": device,
        "placed_at": T0 + at,
        "shipped_at": T0 + at + DAY,
        **more,
    }


# 120 people with a phone each, three orders each, over 40 shops.
HONEST = [
    order(1_000 + 3 * buyer + n, 100 + buyer, (buyer * 7 + n * 11) % 40, f"own-{buyer}", n * DAY)
    for buyer in range(120)
    for n in range(3)
]
# Eight accounts take turns on one device in shop 3, and on a second one with the shop's other five.
FARM = [order(n, 10 + n, 3, "rack-1", n * 4 * MINUTE) for n in range(8)]
SMALL_FARM = [order(20 + n, 30 + n, 5, "rack-2", n * HOUR) for n in range(4)]


def with_honest(rows: list[dict], **tables) -> Market:
    return {"orders": [*HONEST, *rows], **tables}


FAMILY = [order(n, 10 + n % 3, 3, "family", n * DAY) for n in range(9)]
CAFE = [order(n, 500 + n // 2, (n * 13) % 40, "cafe", n * HOUR) for n in range(160)]
ASSISTED = [
    order(n, 500 + n % 12, (n * 17) % 40, "helper", n * HOUR, payer_token="helper-purse")
    for n in range(60)
]
SOLD_ON = [order(n, 10 + n // 2, 3, "phone", n * 45 * DAY) for n in range(12)]
TILL = [order(n, 10 + n, 3, "till", n * HOUR, shipped_at=None) for n in range(10)]
STAFF = [{"account_id": 9, "staff_of_shop_id": 3}]
STAFF_LOGIN = [{"account_id": 9, "kind": "device", "token": "till"}]

EXAMPLE = Example(
    fake=with_honest(FARM + SMALL_FARM),
    finds={row["order_id"] for row in FARM + SMALL_FARM},
    without_fakes=with_honest([]),
    look_alikes={
        "family-phone": with_honest(FAMILY),
        "internet-cafe": with_honest(CAFE),
        "assisted-ordering": with_honest(ASSISTED),
        "second-hand-phone": with_honest(SOLD_ON),
        "shop-till": with_honest(TILL, accounts=STAFF, account_links=STAFF_LOGIN),
    },
)


def found(engine, market: Market, **params) -> dict:
    detect(engine, build(engine, market), chosen=[DETECTOR], params={DETECTOR.name: params})
    rows = engine.query("SELECT * FROM signals").to_pylist()
    return {row["subject_id"]: (row["strength"], row["element"]) for row in rows}


def test_a_farm_is_strong_and_a_few_accounts_are_not(engine):
    signals = found(engine, EXAMPLE.fake)
    assert {signals[row["order_id"]] for row in FARM} == {("E2", "b")}
    assert {signals[row["order_id"]] for row in SMALL_FARM} == {("E1", "a")}


@pytest.mark.parametrize("knows_transfers", [True, False])
def test_where_no_transfers_tell_who_pays_whom_one_wallet_makes_it_weak(engine, knows_transfers):
    """A carer who orders for a home looks the same as long as nobody sees her paid back."""
    paid = [{**row, "payer_token": "one-purse"} for row in FARM]
    other = {"transfer_id": 1, "from_token": "a", "to_token": "b", "amount_minor": 5, "at": T0}
    tables = {"transfers": [other]} if knows_transfers else {}
    detect(engine, build(engine, with_honest(paid, **tables)), chosen=[DETECTOR])
    found = engine.query(
        "SELECT DISTINCT strength, element, json_extract_string(facts, '$.shared') AS shared "
        "FROM signals"
    ).to_pylist()
    strong = {"strength": "E2", "element": "b", "shared": None}
    weak = {"strength": "E1", "element": "a", "shared": "payer"}
    assert found == [strong if knows_transfers else weak]


def test_other_shopping_on_the_farm_does_not_hide_it(engine):
    noise = [order(200 + n, 10 + n % 8, (n * 11) % 40, "rack-1", n * HOUR) for n in range(16)]
    assert set(found(engine, with_honest(FARM + noise))) >= {row["order_id"] for row in FARM}


def test_racks_do_not_make_their_own_shop_popular(engine):
    racks = [
        order(10_000 + 8 * rack + n, 5_000 + 8 * rack + n, 3, f"rack-{rack}", n * MINUTE)
        for rack in range(40)
        for n in range(8)
    ]
    assert set(found(engine, with_honest(racks))) == {row["order_id"] for row in racks}


def test_an_order_without_a_device_takes_the_only_one_of_its_account(engine):
    bare = [{**row, "device_token": None} for row in FARM]
    links = [{"account_id": 10 + n, "kind": "device", "token": "rack-1"} for n in range(8)]
    assert set(found(engine, with_honest(bare, account_links=links))) == set(range(8))
    two = [*links, *({**link, "token": f"own-{link['account_id']}"} for link in links)]
    assert found(engine, with_honest(bare, account_links=two)) == {}


def test_a_till_that_sends_parcels_is_no_till(engine):
    sent = [{**row, "shipped_at": T0 + DAY} for row in TILL]
    market = with_honest(sent, accounts=STAFF, account_links=STAFF_LOGIN)
    assert set(found(engine, market)) == {row["order_id"] for row in TILL}


@pytest.mark.parametrize(("min_buyers", "n"), [(8, 8), (9, 0)])
def test_the_smallest_number_of_buyers_is_exact(engine, min_buyers, n):
    assert len(found(engine, with_honest(FARM), min_buyers=min_buyers)) == n


def test_its_bounds_are_checked():
    assert with_values(DETECTOR.params, {"min_buyers": 5}, owner="x").min_buyers == 5

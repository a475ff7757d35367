"""One identity, many accounts: its example, its edges."""

import pytest

from tests.worlds import DAY, HOUR, T0, Example, Market, build
from unbrush.detect import detect
from unbrush.detect.one_identity_many_accounts import DETECTOR


def order(number: int, buyer: int, shop: int, at: int = 0, **more) -> dict:
    return {
        "order_id": number,
        "account_id": buyer,
        "shop_id": shop,
        "placed_at": T0 + at,
        **more,
    }


def person(account: int, identity: str | None = None, phone: str | None = None) -> dict:
    return {
        "account_id": account,
        "identity_token": identity or f"id-{account}",
        "phone_token": phone or f"phone-{account}",
    }


# 120 people of their own, three orders each, over 40 shops.
PEOPLE = [person(100 + n) for n in range(120)]
HONEST = [
    order(1_000 + 3 * n + k, 100 + n, (n * 7 + k * 11) % 40, n * HOUR + k * DAY)
    for n in range(120)
    for k in range(3)
]


def market(people: list[dict], orders: list[dict], **tables) -> Market:
    return {"accounts": [*PEOPLE, *people], "orders": [*HONEST, *orders], **tables}


# Eight accounts of one identity in shop 3; six with one number in shop 5.
DRAWER = [person(10 + n, identity="drawer") for n in range(8)]
DRAWER_ORDERS = [order(n, 10 + n, 3, n * HOUR) for n in range(8)]
POOL = [person(30 + n, phone="sim") for n in range(6)]
POOL_ORDERS = [order(20 + n, 30 + n, 5, n * DAY) for n in range(6)]

FAMILY = [person(10 + n, phone="plan") for n in range(5)]
FAMILY_ORDERS = [order(n, 10 + n % 5, 3, n * DAY) for n in range(15)]
MINORS = [person(10 + n, identity="parent") for n in range(4)]
MINORS_ORDERS = [order(n, 10 + n % 4, 3 if n < 2 else n * 7 % 40, n * DAY) for n in range(16)]
HOLDERS = [person(10 + n, phone="recycled") for n in range(6)]
HOLDERS_ORDERS = [order(n, 10 + n // 2, 3, n * 45 * DAY) for n in range(12)]
COMPANY = [person(10 + n, phone="reception") for n in range(9)]
COMPANY_ORDERS = [
    *[order(n, 10 + n, 3, n * DAY, quantity=20) for n in range(9)],
    *[order(50 + n, 10 + n, 4, n * DAY, address_token="tower") for n in range(9)],
]
OFFICE = [{"account_id": 10, "kind": "address", "token": "tower", "address_type": "office"}]

EXAMPLE = Example(
    fake=market(DRAWER + POOL, DRAWER_ORDERS + POOL_ORDERS),
    finds={row["order_id"] for row in DRAWER_ORDERS + POOL_ORDERS},
    without_fakes=market([], []),
    look_alikes={
        "family-plan": market(FAMILY, FAMILY_ORDERS),
        "recycled-number": market(HOLDERS, HOLDERS_ORDERS),
        "company-accounts": market(COMPANY, COMPANY_ORDERS, account_links=OFFICE),
        "parent-accounts": market(MINORS, MINORS_ORDERS),
    },
)


def found(engine, rows: Market, **params) -> dict:
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def test_a_drawer_is_strong_and_a_few_accounts_are_not(engine):
    signals = found(engine, EXAMPLE.fake)
    assert {signals[n]["strength"] for n in range(8)} == {"E2"}
    assert {signals[20 + n]["strength"] for n in range(6)} == {"E1"}
    assert "one identity" in signals[0]["reason_en"]
    assert "one phone number" in signals[20]["reason_en"]


def test_an_identity_is_not_handed_over(engine):
    """A number may go to somebody else; who somebody is does not."""
    people = [person(10 + n, identity="drawer") for n in range(6)]
    assert set(found(engine, market(people, HOLDERS_ORDERS))) == set(range(12))


def test_a_family_is_spared_for_its_size(engine):
    rows = market(FAMILY, FAMILY_ORDERS)
    assert set(found(engine, rows, min_buyers=5)) == {row["order_id"] for row in FAMILY_ORDERS}


def test_an_order_is_named_once_where_identity_and_number_agree(engine):
    both = [{**row, "phone_token": "sim"} for row in DRAWER]
    market_of_both = market(both, DRAWER_ORDERS)
    found(engine, market_of_both)
    ids = engine.query("SELECT subject_id FROM signals").column(0).to_pylist()
    assert sorted(ids) == list(range(8))


def test_numbers_linked_later_count(engine):
    bare = [person(10 + n) for n in range(8)]
    links = [{"account_id": 10 + n, "kind": "phone", "token": "sim"} for n in range(8)]
    assert not found(engine, market(bare, DRAWER_ORDERS))
    assert set(found(engine, market(bare, DRAWER_ORDERS, account_links=links))) == set(range(8))


def test_without_its_marks_a_company_with_one_supplier_is_named(engine):
    plain = [{**row, "quantity": 1} for row in COMPANY_ORDERS[:9]]
    assert set(found(engine, market(COMPANY, plain))) == set(range(9))


@pytest.mark.parametrize(("min_buyers", "n"), [(8, 8), (9, 0)])
def test_the_smallest_number_of_buyers_is_exact(engine, min_buyers, n):
    assert len(found(engine, market(DRAWER, DRAWER_ORDERS), min_buyers=min_buyers)) == n

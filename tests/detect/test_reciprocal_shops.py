"""Reciprocal shops: its example, its edges."""

import random

import pytest

from tests.worlds import HOUR, T0, Example, Market, build
from unbrush.detect import detect
from unbrush.detect.reciprocal_shops import DETECTOR

N_SHOPS = 600
REGIONS = ("north", "south", "east", "west", "centre")


def shop(number: int, **more) -> dict:
    return {
        "shop_id": number,
        "owner_id": 500 + number,
        "category": f"kind-{number * 3 % 11}",
        "region": REGIONS[number * 7 % 13 % 5],
        **more,
    }


def order(number: int, buyer: int, seller: int, **more) -> dict:
    return {
        "order_id": number,
        "account_id": buyer,
        "shop_id": seller,
        "placed_at": T0 + number * HOUR,
        **more,
    }


SHOPS = [shop(number) for number in range(N_SHOPS)]
# Account n works for shop n, and buys in eight shops as people do; account 1000 + n for none.
STAFF = [{"account_id": n, "staff_of_shop_id": n} for n in range(N_SHOPS)]
CHANCE = random.Random(11)
STROLLS = [
    order(1_000 + 8 * n + k, n, seller)
    for n in range(N_SHOPS)
    for k, seller in enumerate(CHANCE.sample(range(N_SHOPS), 8))
]
CUSTOMERS = [order(5_000 + n, 1000 + n, n * 7 % N_SHOPS) for n in range(300)]
HONEST = STROLLS + CUSTOMERS

# Twenty members of an exchange; no two neighbours share their region or their trade.
MEMBERS = tuple(range(3, 3 + 20 * 29, 29))


def unlike(members):
    """The market's shops, where members are of five regions and of a trade each."""
    places = {member: n for n, member in enumerate(members)}
    return [
        {
            **row,
            "category": f"trade-{places[row['shop_id']]}",
            "region": f"r{places[row['shop_id']]}",
        }
        if row["shop_id"] in places
        else row
        for row in SHOPS
    ]


def exchange(members, first=20_000, **more):
    """Everybody buys once from everybody else."""
    return [
        order(first + 100 * i + j, buyer, seller, **more)
        for i, buyer in enumerate(members)
        for j, seller in enumerate(members)
        if i != j
    ]


def circles(members, size, n_orders, first=40_000):
    """Everybody buys again and again from the next of a circle, and from nobody else of them."""
    return [
        order(first + 100 * place + k, buyer, members[start + (place + 1 - start) % size])
        for start in range(0, len(members) - size + 1, size)
        for place, buyer in enumerate(members[start : start + size], start)
        for k in range(n_orders)
    ]


def market(rows, shops=SHOPS, staff=STAFF, **tables) -> Market:
    return {"orders": [*HONEST, *rows], "shops": shops, "accounts": staff, **tables}


def alike(members, **same):
    return [{**row, **same} if row["shop_id"] in members else row for row in unlike(members)]


EXAMPLE = Example(
    fake=market(exchange(MEMBERS), unlike(MEMBERS)),
    finds=set(MEMBERS),
    without_fakes=market([], unlike(MEMBERS)),
    look_alikes={
        "industry-belt": market(exchange(MEMBERS), alike(MEMBERS, region="yiwu")),
        "wholesale": market(exchange(MEMBERS, quantity=40), unlike(MEMBERS)),
        "one-street": market(
            exchange(MEMBERS), alike(MEMBERS, region="old-town", category="noodles")
        ),
        "one-owner": market(exchange(MEMBERS), alike(MEMBERS, owner_id=7)),
        "friends": market(circles(MEMBERS[:4], 2, 12), unlike(MEMBERS)),
    },
)


def found(engine, rows: Market, **params) -> dict:
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def test_its_evidence_is_what_partners_bought_here(engine):
    signals = found(engine, EXAMPLE.fake)
    for member in MEMBERS:
        bought = {r["order_id"] for r in exchange(MEMBERS) if r["shop_id"] == member}
        assert set(signals[member]["evidence_ids"]) >= bought
        by_members = {r["order_id"] for r in HONEST if r["account_id"] in MEMBERS}
        assert set(signals[member]["evidence_ids"]) - bought <= by_members
        assert signals[member]["strength"] == "E2"


def test_without_regions_it_stays_weak(engine):
    bare = [{**row, "region": None} for row in unlike(MEMBERS)]
    signals = found(engine, market(exchange(MEMBERS), bare))
    assert set(signals) == set(MEMBERS)
    assert {row["strength"] for row in signals.values()} == {"E1"}


def test_circles_of_three_are_found_where_nobody_buys_back(engine):
    """Three parties of twelve; everybody buys from all of the next party, and from nobody else."""
    members = tuple(range(4, 4 + 36 * 16, 16))
    parties = [members[n::3] for n in range(3)]
    ring = [
        order(30_000 + 1000 * n + 10 * i + j, buyer, seller)
        for n, party in enumerate(parties)
        for i, buyer in enumerate(party)
        for j, seller in enumerate(parties[(n + 1) % 3])
    ]
    signals = found(engine, market(ring, unlike(members)))
    assert set(signals) <= set(members)
    assert len(signals) > len(members) // 2  # others sell so much that chance may have done it
    assert all("in 3 steps" in row["reason_en"] for row in signals.values())


def test_an_owner_known_by_phone_or_name_is_one_of_the_shop(engine):
    owners = [
        {"owner_id": 500 + n, "legal_rep_token": f"rep-{n}", "phone_token": f"phone-{n}"}
        for n in range(N_SHOPS)
    ]
    staff = [row for row in STAFF if row["account_id"] not in MEMBERS]
    people = [
        {"account_id": n, "identity_token": f"rep-{n}"}
        if n % 2
        else {"account_id": n, "phone_token": f"phone-{n}"}
        for n in MEMBERS
    ]
    rows = market(exchange(MEMBERS), unlike(MEMBERS), staff + people)
    assert not found(engine, rows)
    assert set(found(engine, {**rows, "owners": owners})) == set(MEMBERS)


def test_shops_that_all_buy_from_one_supplier_are_no_circle(engine):
    supply = [order(40_000 + n, n, 50) for n in range(N_SHOPS) if n != 50]
    assert not found(engine, market(supply, unlike(MEMBERS)))


@pytest.mark.parametrize(("n", "is_found"), [(4, False), (20, True)])
def test_a_few_who_buy_from_each_other_are_chance(engine, n, is_found):
    few = MEMBERS[:n]
    assert bool(found(engine, market(exchange(few), unlike(few)))) == is_found


@pytest.mark.parametrize("seed", range(6))
def test_chance_alone_makes_no_circles(engine, seed):
    """Busy and idle staff, popular and quiet shops; each keeps its purchases and sales."""
    chance = random.Random(seed)
    weights = [1 / (rank + 3) for rank in range(200)]
    rows = [
        order(100 * n + k, n, seller)
        for n in range(200)
        for k, seller in enumerate(
            chance.choices(range(200), weights, k=chance.choice((2, 6, 6, 40)))
        )
    ]
    strangers = [{"shop_id": n, "category": f"c{n}", "region": f"r{n}"} for n in range(200)]
    rows_alone = {"orders": rows, "shops": strangers, "accounts": STAFF[:200]}
    assert not found(engine, rows_alone, min_lift=1.0, min_partners=2)


@pytest.mark.parametrize("size", [2, 3, 4])
def test_short_circles_with_many_orders_are_found_weakly(engine, size):
    members = MEMBERS[: 3 * 4]
    signals = found(engine, market(circles(members, size, 8), unlike(MEMBERS)))
    assert set(signals) == set(members)
    assert {(row["strength"], row["element"]) for row in signals.values()} == {("E1", "a")}
    assert "8 orders here" in signals[members[0]]["reason_en"]
    assert f"back here in {size} steps" in signals[members[0]]["reason_en"]


def test_a_visit_or_two_is_no_circle(engine):
    assert not found(engine, market(circles(MEMBERS[:12], 2, 2), unlike(MEMBERS)))


def test_a_long_circle_is_not_told_from_chance(engine):
    chain = circles(MEMBERS, 20, 8)
    assert not found(engine, market(chain, unlike(MEMBERS)))


def test_circles_of_one_region_are_its_trade(engine):
    rows = circles(MEMBERS[:12], 2, 8)
    assert not found(engine, market(rows, alike(MEMBERS, region="yiwu")))

"""Weights: what a ring loses without a member is recomputed from the orders."""

import math

import pytest

from tests.group.test_group import BRUSHERS, SHOPS, honest, rings_in, sharing, tasks
from unbrush.base.engine import Engine
from unbrush.group import Params
from unbrush.group.chance import ln_chance

TASTE = Params().taste


def chance_of(pairs: set[tuple[int, int]], accounts: set[int], shops: set[int]) -> float:
    """`ln_chance` of a ring, from who met whom in the whole market."""
    return float(
        ln_chance(
            sum(a in accounts and s in shops for a, s in pairs),
            sum(a in accounts for a, _ in pairs),
            sum(s in shops for _, s in pairs),
            len(accounts),
            len(shops),
            len(pairs),
            len({a for a, _ in pairs}),
            len({s for _, s in pairs}),
            TASTE,
        )
    )


def by_kind(members: list[dict], kind: str) -> dict[int, dict]:
    return {m["subject_id"]: m for m in members if m["subject_kind"] == kind}


def orders_of_a_ring() -> list[dict]:
    """A ring with one who did half of the round, and one who also buys a lot elsewhere."""
    half = [o for o in tasks() if o["account_id"] != BRUSHERS[0] or o["shop_id"] <= SHOPS[2]]
    elsewhere = [
        {**half[-1], "order_id": 200_000 + shop, "account_id": BRUSHERS[1], "shop_id": shop}
        for shop in range(1, 41)
    ]
    return honest() + half + elsewhere


def test_a_weight_is_what_the_ring_loses_without_the_member(engine: Engine):
    (_,), members = rings_in(engine, {"orders": orders_of_a_ring()})
    pairs = {(o["account_id"], o["shop_id"]) for o in orders_of_a_ring()}
    assert len(pairs) < len(orders_of_a_ring()), "habits are no further coincidence"
    accounts, shops = by_kind(members, "account"), by_kind(members, "shop")
    assert (set(accounts), set(shops)) == (set(BRUSHERS), set(SHOPS))
    whole = chance_of(pairs, set(accounts), set(shops))
    for account, member in accounts.items():
        lost = chance_of(pairs, set(accounts) - {account}, set(shops)) - whole
        assert member["weight"] == pytest.approx(max(0, lost), abs=0.001)
    for shop, member in shops.items():
        lost = chance_of(pairs, set(accounts), set(shops) - {shop}) - whole
        assert member["weight"] == pytest.approx(max(0, lost), abs=0.001)
    full = accounts[BRUSHERS[5]]["weight"]
    assert accounts[BRUSHERS[0]]["weight"] < full, "half of the round is less"
    assert accounts[BRUSHERS[1]]["weight"] < full, "a busy life elsewhere makes it less surprising"


def test_without_a_member_a_ring_is_never_surer(engine: Engine):
    (ring,), members = rings_in(engine, {"orders": orders_of_a_ring()})
    for member in members:
        assert member["q_without"] >= ring["q_value"]
        expected = min(0.0, math.log(ring["q_value"]) + member["weight"])
        assert math.log(member["q_without"]) == pytest.approx(expected, abs=0.001)


def test_without_its_only_shop_nothing_is_left_of_a_ring(engine: Engine):
    (ring,), members = rings_in(engine, {"orders": honest() + sharing(12, device_token="d")})
    (shop,) = by_kind(members, "shop").values()
    assert shop["q_without"] == 1
    assert ring["q_value"] < 1e-6
    assert all(m["q_without"] < 1 for m in by_kind(members, "account").values())


def test_whom_a_token_ties_weighs_at_least_what_the_company_loses(engine: Engine):
    """Twelve accounts of one device in a shop: each is one of m where λ were expected."""
    orders = honest() + sharing(12, device_token="d")
    (_,), members = rings_in(engine, {"orders": orders})
    (shop,) = by_kind(members, "shop")
    n_there = sum(o["shop_id"] == shop for o in orders)
    mean = 12 * n_there / len(orders)
    pairs = {(o["account_id"], o["shop_id"]) for o in orders}
    accounts = by_kind(members, "account")
    whole = chance_of(pairs, set(accounts), {shop})
    for account, member in accounts.items():
        lost = chance_of(pairs, set(accounts) - {account}, {shop}) - whole
        assert member["weight"] == pytest.approx(max(math.log(12 / mean), lost), abs=0.001)

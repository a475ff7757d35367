"""Rings in small markets: honest trade at random, and a few accounts that act together."""

import json

import numpy as np
import pyarrow as pa
import pytest

from tests.worlds import DAY, HOUR, MINUTE, T0, Market, build
from unbrush.base.engine import Engine
from unbrush.base.evidence import ring_member_schema, ring_schema, signal_schema
from unbrush.group import group

N_HONEST, N_SHOPS = 6_000, 300
BRUSHERS = list(range(90_001, 90_013))
SHOPS = [901, 902, 903, 904, 905, 906]


def honest(seed: int = 5) -> list[dict]:
    """Orders of a market with popular and unpopular shops, busy and quiet accounts."""
    rng = np.random.default_rng(seed)
    popularity = 1 / np.arange(1, N_SHOPS + 1)
    shops = rng.choice(N_SHOPS, N_HONEST, p=popularity / popularity.sum()) + 1
    accounts = rng.geometric(0.002, N_HONEST)
    times = T0 + rng.integers(0, 60 * DAY, N_HONEST)
    return [
        {
            "order_id": i,
            "account_id": int(a),
            "shop_id": int(s),
            "placed_at": int(t),
            "paid_minor": 5_000,
        }
        for i, (a, s, t) in enumerate(zip(accounts, shops, times, strict=True))
    ]


def tasks() -> list[dict]:
    """Twelve accounts do the same round of six shops, each within one hour of the others."""
    return [
        {
            "order_id": 100_000 + 100 * shop + brusher % 100,
            "account_id": brusher,
            "shop_id": shop,
            "placed_at": T0 + (shop - 900) * 5 * DAY + 10 * HOUR + (brusher % 100) * 3 * MINUTE,
            "paid_minor": 8_000,
        }
        for shop in SHOPS
        for brusher in BRUSHERS
    ]


def rings_in(engine: Engine, market: Market, signals=()) -> tuple[list[dict], list[dict]]:
    manifest = build(engine, market)
    engine.put("signals", pa.Table.from_pylist(list(signals), schema=signal_schema(pa.int64())))
    group(engine, manifest)
    return (
        engine.query("SELECT * FROM rings").to_pylist(),
        engine.query("SELECT * FROM ring_members").to_pylist(),
    )


def test_accounts_that_do_the_same_round_are_one_ring(engine: Engine):
    rings, members = rings_in(engine, {"orders": honest() + tasks()})
    assert len(rings) == 1
    assert {m["subject_id"] for m in members if m["subject_kind"] == "account"} == set(BRUSHERS)
    assert {m["subject_id"] for m in members if m["subject_kind"] == "shop"} == set(SHOPS)
    assert rings[0]["n_orders"] == 72
    assert rings[0]["turnover_minor"] == 72 * 8_000
    assert json.loads(rings[0]["ties"]) == {"lockstep": 12}
    assert not any(m["is_firm"] for m in members), "the same hours alone are no firm tie"
    assert rings[0]["n_firm"] == 0
    assert "hunters of the same bargains" in rings[0]["reason_en"]
    assert "12 accounts" in rings[0]["reason_en"]
    assert "12 个账号" in rings[0]["reason_zh"]


def test_its_english_counts_one_as_one(engine: Engine):
    rings, members = rings_in(engine, {"orders": honest() + sharing(12, device_token="d")})
    assert "with 1 shop (" in rings[0]["reason_en"]
    assert "1 deal with 1 shop of it." in members[0]["reason_en"]


def test_a_market_without_brushing_has_no_ring(engine: Engine):
    for seed in range(3):
        assert rings_in(engine, {"orders": honest(seed)}) == ([], [])


def test_guests_of_the_same_live_streams_are_no_ring(engine: Engine):
    live = [{**order, "live_session_id": order["shop_id"]} for order in tasks()]
    assert rings_in(engine, {"orders": honest() + live}) == ([], [])


def test_one_lively_evening_in_one_shop_is_no_ring(engine: Engine):
    rush = [{**order, "shop_id": 901} for order in tasks()]
    assert rings_in(engine, {"orders": honest() + rush}) == ([], [])


def test_a_device_that_serves_one_shop_ties_its_accounts(engine: Engine):
    farm = [
        {**order, "placed_at": T0 + n * DAY // 2, "shop_id": 901, "device_token": "d"}
        for n, order in enumerate(tasks()[:12])
    ]
    rings, _members = rings_in(engine, {"orders": honest() + farm})
    assert len(rings) == 1
    assert "device" in json.loads(rings[0]["ties"])


def test_orders_of_one_shop_that_were_paid_back_tie_their_buyers(engine: Engine):
    spread = [
        {**order, "placed_at": T0 + n * DAY // 2, "shop_id": 250}
        for n, order in enumerate(tasks()[:12])
    ]
    loop = {"subject_kind": "order", "family": "money", "strength": "E3"}
    signals = [{**loop, "subject_id": order["order_id"]} for order in spread]
    assert rings_in(engine, {"orders": honest() + spread}) == ([], [])
    rings, members = rings_in(engine, {"orders": honest() + spread}, signals)
    assert len(rings) == 1
    assert all(m["is_firm"] for m in members)


@pytest.mark.parametrize(("n_payers", "n_rings"), [(1, 1), (2, 2), (4, 0)])
def test_money_ties_those_whom_the_same_hand_paid_back(engine: Engine, n_payers, n_rings):
    """Four payers of three people each are four families, not one ring of twelve."""
    orders = sharing(12)
    loop = {"subject_kind": "order", "family": "money", "strength": "E3"}
    signals = [
        {**loop, "subject_id": order["order_id"], "facts": json.dumps({"transfer_ids": [n]})}
        for n, order in enumerate(orders)
    ]
    transfers = [
        {"transfer_id": n, "from_token": f"payer-{n % n_payers}", "to_token": f"purse-{n}",
         "amount_minor": 8_000, "at": T0}
        for n in range(12)
    ]  # fmt: skip
    market = {"orders": honest() + orders, "transfers": transfers}
    rings, _members = rings_in(engine, market, signals)
    assert len(rings) == n_rings


def test_a_pick_up_station_ties_nobody(engine: Engine):
    parcels = [
        {**order, "placed_at": T0 + n * DAY // 2, "shop_id": 901, "address_token": "station"}
        for n, order in enumerate(tasks()[:12])
    ]
    links = [
        {"account_id": 1, "kind": "address", "token": "station", "address_type": "station"},
    ]
    assert rings_in(engine, {"orders": honest() + parcels, "account_links": links}) == ([], [])


def sharing(n: int, **tokens: str) -> list[dict]:
    """The first ``n`` brushers in one shop at different times, with tokens in common."""
    return [
        {**order, "placed_at": T0 + at * DAY // 2, "shop_id": 901, **tokens}
        for at, order in enumerate(tasks()[:n])
    ]


@pytest.mark.parametrize(("n", "n_rings"), [(5, 0), (6, 1)])
@pytest.mark.parametrize("token", ["device_token", "address_token", "payer_token"])
def test_a_household_that_loves_one_shop_is_no_ring(engine: Engine, token, n, n_rings):
    rings, _members = rings_in(engine, {"orders": honest() + sharing(n, **{token: "home"})})
    assert len(rings) == n_rings


def test_five_accounts_of_one_identity_are_no_household(engine: Engine):
    accounts = [{"account_id": brusher, "identity_token": "p"} for brusher in BRUSHERS[:5]]
    rings, _members = rings_in(engine, {"orders": honest() + sharing(5), "accounts": accounts})
    assert len(rings) == 1


@pytest.mark.parametrize(("n_elsewhere", "n_rings"), [(1, 1), (3, 0)])
def test_a_campus_that_buys_everywhere_and_in_its_canteen_is_no_ring(
    engine: Engine, n_elsewhere, n_rings
):
    """Unmarked in the data: what tells it from a depot is what else is sent there."""
    elsewhere = [
        {**order, "order_id": 200_000 + 10 * order["order_id"] + n, "shop_id": 7 + 13 * n + at,
         "placed_at": order["placed_at"] + (n + 1) * DAY}
        for at, order in enumerate(sharing(12, address_token="campus"))
        for n in range(n_elsewhere)
    ]  # fmt: skip
    canteen = sharing(12, address_token="campus")
    rings, _members = rings_in(engine, {"orders": honest() + canteen + elsewhere})
    assert len(rings) == n_rings


def test_a_busy_internet_cafe_ties_nobody(engine: Engine):
    """One device, many accounts, shops as popular as everywhere."""
    orders = [
        {**order, "device_token": "café" if order["account_id"] < 150 else None}
        for order in honest()
    ]
    assert rings_in(engine, {"orders": orders}) == ([], [])


def test_tables_have_their_shape_even_when_empty(engine: Engine):
    import pyarrow as pa

    rings_in(engine, {"orders": honest()})
    assert engine.query("SELECT * FROM rings").schema.names == ring_schema().names
    members = engine.query("SELECT * FROM ring_members").schema
    assert members == ring_member_schema(pa.int64())


def test_reviews_alone_are_enough(engine: Engine):
    reviews = [
        {
            "review_id": order["order_id"],
            "account_id": order["account_id"],
            "item_id": order["shop_id"],
            "posted_at": order["placed_at"],
        }
        for order in honest() + tasks()
    ]
    rings, _ = rings_in(engine, {"reviews": reviews})
    assert len(rings) == 1
    assert rings[0]["n_reviews"] == 72
    assert rings[0]["n_orders"] == 0

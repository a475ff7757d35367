"""What accounts share for an honest reason ties nobody, and ties them again without the reason."""

import pyarrow as pa
import pytest

from tests.group.test_group import BRUSHERS, honest, rings_in, sharing, tasks
from tests.worlds import DAY, T0, build
from unbrush.base.engine import Engine
from unbrush.base.evidence import signal_schema
from unbrush.group import Params, group

CARDS = [{"account_id": who, "kind": "card", "token": f"own-{who}"} for who in BRUSHERS]


def settled(orders: list[dict], payer: str, share: float) -> list[dict]:
    return [
        {
            "transfer_id": order["order_id"],
            "from_token": f"own-{order['account_id']}",
            "to_token": payer,
            "amount_minor": round(order["paid_minor"] * share),
            "at": order["placed_at"],
        }
        for order in orders
    ]


@pytest.mark.parametrize(("share", "n_rings"), [(1.0, 0), (0.4, 1)])
def test_a_carers_phone_and_door_tie_nobody_who_pays_the_carer(engine: Engine, share, n_rings):
    tokens = {"payer_token": "carer", "device_token": "phone", "address_token": "home"}
    orders = sharing(12, **tokens)
    market = {
        "orders": honest() + orders,
        "account_links": CARDS,
        "transfers": settled(orders, "carer", share),
    }
    rings, _members = rings_in(engine, market)
    assert len(rings) == n_rings


@pytest.mark.parametrize(("links", "n_rings"), [(CARDS, 0), (CARDS[:5], 1)])
def test_a_gift_card_ties_nobody_who_has_a_card(engine: Engine, links, n_rings):
    orders = sharing(12, payer_token="issuer")
    rings, _members = rings_in(engine, {"orders": honest() + orders, "account_links": links})
    assert len(rings) == n_rings


@pytest.mark.parametrize(
    ("links", "n_wallets", "n_rings"), [(CARDS, 1, 0), ([], 1, 1), (CARDS, 4, 1)]
)
def test_holders_of_a_gift_card_go_to_the_shops_that_take_it(
    engine: Engine, links, n_wallets, n_rings
):
    """They share the wallet and the shops for one reason; at other times each, as people do.

    Wallets of three accounts each are what a studio gives out, and no benefit.
    """
    orders = [
        {
            **order,
            "payer_token": f"issuer-{order['account_id'] % n_wallets}",
            "placed_at": T0 + (order["order_id"] * 37) % 60 * DAY,
        }
        for order in tasks()
    ]
    rings, _members = rings_in(engine, {"orders": honest() + orders, "account_links": links})
    assert len(rings) == n_rings


@pytest.mark.parametrize(("n_elsewhere", "n_rings"), [(0, 1), (3, 0)])
def test_a_familys_number_is_no_ring_where_most_is_bought_elsewhere(
    engine: Engine, n_elsewhere, n_rings
):
    accounts = [{"account_id": who, "phone_token": "p", "identity_token": "i"} for who in BRUSHERS]
    own = sharing(12)
    elsewhere = [
        {**order, "order_id": 200_000 + 10 * order["order_id"] + n, "shop_id": 7 + 13 * n + at,
         "placed_at": order["placed_at"] + (n + 1) * DAY}
        for at, order in enumerate(own) for n in range(n_elsewhere)
    ]  # fmt: skip
    rings, _members = rings_in(engine, {"orders": honest() + own + elsewhere, "accounts": accounts})
    assert len(rings) == n_rings


@pytest.mark.parametrize(
    ("pieces", "kind", "n"), [(20, "office", 0), (1, "office", 1), (20, "home", 1)]
)
def test_firms_that_supply_one_another_are_no_ring(engine: Engine, pieces, kind, n):
    orders = [
        {**order, "quantity": pieces, "address_token": f"at-{order['account_id']}"}
        for order in tasks()
    ]
    links = [
        {"account_id": who, "kind": "address", "token": f"at-{who}", "address_type": kind}
        for who in BRUSHERS
    ]
    rings, _members = rings_in(engine, {"orders": honest() + orders, "account_links": links})
    assert len(rings) == n


@pytest.mark.parametrize(("n_near", "role"), [(12, "companion"), (6, "brusher")])
def test_one_streets_customers_are_companions(engine: Engine, n_near, role):
    region = dict.fromkeys(BRUSHERS[:n_near], "town")
    everybody = sorted({order["account_id"] for order in honest()})
    accounts = [{"account_id": who, "region": "city"} for who in everybody]
    accounts += [{"account_id": who, "region": region.get(who, "city")} for who in BRUSHERS]
    shops = [{"shop_id": n, "region": "town"} for n in range(901, 907)]
    market = {"orders": honest() + tasks(), "accounts": accounts, "shops": shops}
    manifest = build(engine, market)
    engine.put("signals", signal_schema(pa.int64()).empty_table())
    group(engine, manifest, params=Params(min_robustness=1.0))
    rings, members = (engine.query(f"FROM {t}").to_pylist() for t in ("rings", "ring_members"))
    assert len(rings) == 1
    assert {m["role"] for m in members if m["subject_kind"] == "account"} == {role}
    assert ("one street" in rings[0]["reason_en"]) == (role == "companion")


def test_a_payer_is_no_hand_that_pays_back(engine: Engine):
    orders = sharing(12)
    found = {"subject_kind": "order", "family": "money", "strength": "E2"}
    facts = '{"payer_token": "p"}'
    signals = [{**found, "subject_id": order["order_id"], "facts": facts} for order in orders]
    assert rings_in(engine, {"orders": honest() + orders}, signals) == ([], [])

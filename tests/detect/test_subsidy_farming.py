"""Subsidy farming: its example, the goods that go in a circle, and bargains that are delivered."""

import json

import pytest

from tests.worlds import DAY, HOUR, T0, Example, Market, build
from unbrush.detect import detect
from unbrush.detect.subsidy_farming import DETECTOR

ITEMS = [
    {"item_id": 1, "shop_id": 1, "category": "数码", "net_weight_g": 400.0},
    {"item_id": 2, "shop_id": 2, "category": "零食", "net_weight_g": 500.0},
    {"item_id": 3, "shop_id": 3, "category": "充值", "net_weight_g": None},
]
N_HONEST = 200


def order(number: int, buyer: int, item: int = 1, **more) -> dict:
    return {
        "order_id": number,
        "account_id": buyer,
        "shop_id": item,
        "item_id": item,
        "placed_at": T0 + number % 400 * HOUR,
        "paid_minor": 400_000,
        "device_token": f"device-{buyer}",
        "payer_token": f"purse-{buyer}",
        "address_token": f"home-{buyer}",
        **more,
    }


def market(orders: list[dict], *, sent: dict[int, float] | None = None, **tables) -> Market:
    """Honest buyers of subsidised goods, and ``orders`` of which ``sent`` went out (grams)."""
    honest = [order(1_000 + n, 2_000 + n, 1 + n % 3) for n in range(N_HONEST)]
    # One honest parcel in twenty was never recorded; nothing is sent of item 3.
    parcels = {row["order_id"]: 520.0 for row in honest if row["item_id"] < 3}
    parcels = {number: grams for number, grams in parcels.items() if number % 20}
    parcels |= sent or {}
    late = order(9_999, 2_001, placed_at=T0 + 40 * DAY)
    every = [*honest, *orders, late]
    return {
        "orders": every,
        "subsidies": [
            {"grant_id": row["order_id"], "order_id": row["order_id"], "amount_minor": 60_000}
            for row in every
        ],
        "shipments": [
            {"waybill_id": number, "order_id": number, "weight_g": grams}
            for number, grams in parcels.items()
        ],
        "items": ITEMS,
        **tables,
    }


FARM = [order(n, 10 + n % 8, device_token=f"rack-{n % 2}", payer_token="boss") for n in range(24)]
FINDS = {row["order_id"] for row in FARM}
GOODS = {row["order_id"]: 430.0 for row in FARM}
EMPTIES = {row["order_id"]: 15.0 for row in FARM}


def at_home(n_accounts: int, item: int = 1, **more) -> list[dict]:
    return [
        order(n, 10 + n % n_accounts, item, address_token="one-home", **more) for n in range(24)
    ]


EXAMPLE = Example(
    fake=market(FARM),
    finds=FINDS,
    without_fakes=market([]),
    look_alikes={
        "bulk-family": market(at_home(4)),
        "resellers": market(FARM, sent=GOODS),
        "staff-perks": market(
            FARM, accounts=[{"account_id": 10 + n, "staff_of_shop_id": 1} for n in range(8)]
        ),
        "popular-bargain": market([order(n, 10 + n) for n in range(60)]),
        "sends-nothing": market([{**row, "item_id": 3, "shop_id": 3} for row in FARM]),
        "shared-place": market(
            at_home(12),
            account_links=[
                {
                    "account_id": 10,
                    "kind": "address",
                    "token": "one-home",
                    "address_type": "station",
                }
            ],
        ),
    },
)


def found(engine, rows: Market, **params) -> dict:
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    assert engine.query("SELECT status FROM coverage")["status"].to_pylist() == ["ran"]
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def test_empties_are_as_hollow_as_no_parcel(engine):
    assert set(found(engine, market(FARM, sent=EMPTIES))) == FINDS


@pytest.mark.parametrize("weight", [None, 430.0])
def test_a_parcel_that_may_hold_the_goods_is_believed(engine, weight):
    assert found(engine, market(FARM, sent=dict.fromkeys(GOODS, weight))) == {}


def test_of_a_farm_only_what_was_not_delivered_is_held_against_it(engine):
    some = dict.fromkeys(list(GOODS)[:6], 430.0)
    assert set(found(engine, market(FARM, sent=some))) == FINDS - set(some)


@pytest.mark.parametrize(("n_accounts", "strength"), [(5, "E1"), (6, "E2")])
def test_a_few_accounts_are_weak_and_a_farm_is_strong(engine, n_accounts, strength):
    signals = found(engine, market(at_home(n_accounts)))
    assert {row["strength"] for row in signals.values()} == {strength}


@pytest.mark.parametrize("kind", ["identity_token", "phone_token"])
def test_one_person_behind_many_accounts_is_one(engine, kind):
    orders = [order(n, 10 + n % 8) for n in range(24)]
    people = [{"account_id": 10 + n, kind: "one"} for n in range(8)]
    assert set(found(engine, market(orders, accounts=people))) == FINDS


def test_goods_that_go_back_to_the_owner_circle_though_they_weigh_enough(engine):
    shops = [{"shop_id": 1, "owner_id": 7}]
    owners = [{"owner_id": 7, "bank_token": "boss"}]
    signals = found(engine, market(FARM, sent=GOODS, shops=shops, owners=owners))
    assert set(signals) == FINDS
    assert all(json.loads(row["facts"])["n_circling"] == 24 for row in signals.values())


def test_what_may_still_be_sent_is_not_yet_held_against_anybody(engine):
    fresh = [{**row, "placed_at": T0 + 39 * DAY} for row in FARM]
    assert found(engine, market(fresh)) == {}


def test_without_a_grant_it_is_no_matter_of_subsidies(engine):
    rows = market(FARM)
    few = [row for row in rows["subsidies"] if row["order_id"] not in FINDS]
    assert found(engine, {**rows, "subsidies": few}) == {}


def test_undone_orders_cost_nothing(engine):
    assert found(engine, market([{**row, "status": "cancelled"} for row in FARM])) == {}


def test_it_adds_up_by_person(engine):
    facts = json.loads(next(iter(found(engine, market(FARM)).values()))["facts"])
    assert (facts["n_accounts"], facts["granted_minor"]) == (8, 24 * 60_000)
    assert facts["shared"] == "payer"

"""Insider override: its example, the chain in order of time, ties, and who only does their job."""

import json

import pytest

from tests.worlds import DAY, HOUR, MINUTE, T0, Example, Market, build
from unbrush.detect import detect
from unbrush.detect.insider_override import DETECTOR

INSIDER, MANAGER = 900, 901
ROTA = range(910, 916)
FIRM = (1, 2)
HONEST_SHOPS = range(10, 60)
PER_SHOP = 16


def order(number: int, shop: int, at: int) -> dict:
    return {
        "order_id": number,
        "account_id": 20_000 + number,
        "shop_id": shop,
        "item_id": 100 + shop,
        "placed_at": T0 + at,
        "paid_minor": 20_000,
    }


def act(number: int, staff: int, kind: str, shop: int, at: int, reason: str = "核实") -> dict:
    return {
        "action_id": number,
        "staff_id": staff,
        "kind": kind,
        "subject_kind": "shop",
        "subject_id": shop,
        "at": T0 + at,
        "reason": reason,
    }


HONEST_ORDERS = [
    order(1_000 + PER_SHOP * shop + k, shop, k * DAY + shop * HOUR)
    for shop in HONEST_SHOPS
    for k in range(PER_SHOP)
]
LAST = order(999_999, 10, 60 * DAY)
# The rota closes an alert a day wherever it comes up; a manager looks after three large shops.
ROTA_ACTS = [
    act(5_000 + n, ROTA[n % 6], "alert_close", HONEST_SHOPS[7 * n % 50], n * 9 * HOUR)
    for n in range(100)
]
MANAGER_ACTS = [
    act(6_000 + n, MANAGER, ("alert_close", "override")[n % 2], 10 + n % 3, n * 20 * HOUR, "大促")
    for n in range(40)
]
FIRM_ORDERS = [order(k, FIRM[k % 2], 3 * DAY + k * 5 * HOUR) for k in range(50)]
FIRM_ACTS = [
    act(n, INSIDER, "alert_close", FIRM[n % 2], 3 * DAY + n * 15 * HOUR, "业务需要")
    for n in range(10)
] + [
    act(20 + n, INSIDER, "override", FIRM[n % 2], 3 * DAY + n * 15 * HOUR + MINUTE, "业务需要")
    for n in range(10)
]
FIRM_PAID = [
    {
        "payout_id": n,
        "shop_id": 1,
        "amount_minor": 90_000,
        "at": T0 + n * 7 * DAY,
        "bank_token": "b",
    }
    for n in range(6)
]
OWNERS = [
    {"owner_id": 1, "phone_token": "cousin", "bank_token": "b"},
    *({"owner_id": shop, "phone_token": f"phone-{shop}"} for shop in HONEST_SHOPS),
]
SHOPS = [
    *({"shop_id": shop, "owner_id": 1} for shop in FIRM),
    *({"shop_id": shop, "owner_id": shop} for shop in HONEST_SHOPS),
]
STAFF = [
    {"staff_id": INSIDER, "address_token": "flat"},
    {"staff_id": MANAGER, "address_token": "house"},
]
COUSIN = {
    "accounts": [{"account_id": 77, "phone_token": "cousin"}],
    "account_links": [{"account_id": 77, "kind": "address", "token": "flat"}],
}


def market(
    orders: list[dict],
    acts: list[dict],
    *,
    hollow: set[int] | None = None,
    category: str = "数码",
    **tables,
) -> Market:
    """Honest trade, the rota and a manager, beside more of both; what the firm sells is hollow."""
    every = [*HONEST_ORDERS, *orders, LAST]
    empty = {row["order_id"] for row in FIRM_ORDERS} if hollow is None else hollow
    # One honest parcel in forty was never recorded.
    lost = {row["order_id"] for row in HONEST_ORDERS[::40]}
    return {
        "orders": every,
        "subsidies": [
            {"grant_id": row["order_id"], "order_id": row["order_id"], "amount_minor": 3_000}
            for row in every
        ],
        "shipments": [
            {"waybill_id": row["order_id"], "order_id": row["order_id"]}
            for row in every
            if row["order_id"] not in empty | lost
        ],
        "shops": [{**row, "category": category if row["shop_id"] in FIRM else "数码"}
                  for row in SHOPS],
        "owners": OWNERS,
        "payouts": FIRM_PAID,
        "staff": STAFF,
        "staff_actions": [*ROTA_ACTS, *MANAGER_ACTS, *acts],
        **tables,
    }  # fmt: skip


TOP_UPS = [{**order(200_000 + k, 70 + k % 12, k % 20 * DAY), "item_id": None} for k in range(240)]
TOP_UP_SHOPS = [{"shop_id": 70 + k, "category": "充值"} for k in range(12)]
INCIDENT = [
    act(300 + n, INSIDER, "override", shop, 8 * DAY + n * MINUTE, "系统故障")
    for n, shop in enumerate([*FIRM, *HONEST_SHOPS])
]
BY_TURNS = [{**row, "staff_id": ROTA[n % 6]} for n, row in enumerate(FIRM_ACTS)]
CHANGE = {
    **act(400, INSIDER, "parameter", 0, DAY, "战略性测试"),
    "subject_kind": "campaign",
    "subject_id": 5,
}

EXAMPLE = Example(
    fake=market(FIRM_ORDERS, FIRM_ACTS, **COUSIN),
    finds={INSIDER},
    without_fakes=market([], [], **COUSIN),
    look_alikes={
        "key-account-manager": market(FIRM_ORDERS, FIRM_ACTS, hollow=set()),
        "on-call": market(FIRM_ORDERS, INCIDENT),
        "rota": market(FIRM_ORDERS, BY_TURNS),
        "strategic-test": market(FIRM_ORDERS, [CHANGE, *FIRM_ACTS], hollow=set()),
        "sends-nothing": market(
            [*FIRM_ORDERS, *TOP_UPS],
            FIRM_ACTS,
            hollow={row["order_id"] for row in [*FIRM_ORDERS, *TOP_UPS]},
            category="充值",
            shops=[{**row, "category": "充值" if row["shop_id"] in FIRM else "数码"}
                   for row in SHOPS] + TOP_UP_SHOPS,
        ),
        "unrecorded-parcels": market(
            [{**row, "shop_id": 1} for row in FIRM_ORDERS],
            [{**row, "subject_id": 1} for row in FIRM_ACTS],
        ),
        "relatives-shop": market(FIRM_ORDERS, [*BY_TURNS, *FIRM_ACTS[:1]], **COUSIN),
    },
)  # fmt: skip


def found(engine, rows: Market, **params) -> dict:
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    assert engine.query("SELECT status FROM coverage")["status"].to_pylist() == ["ran"]
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def facts_of(signal: dict) -> dict:
    return json.loads(signal["facts"])


def test_a_tie_makes_loss_strong_and_its_absence_leaves_it_weak(engine):
    tied = found(engine, market(FIRM_ORDERS, FIRM_ACTS, **COUSIN))[INSIDER]
    assert (tied["strength"], tied["element"]) == ("E2", "c")
    assert facts_of(tied)["n_hops"] == 2
    untied = found(engine, market(FIRM_ORDERS, FIRM_ACTS))[INSIDER]
    assert untied["strength"] == "E1"
    assert "n_hops" not in facts_of(untied)
    assert tied["score"] > untied["score"]


def test_a_tie_without_loss_is_said_and_stays_weak(engine):
    signal = found(engine, market(FIRM_ORDERS, FIRM_ACTS, hollow=set(), **COUSIN))[INSIDER]
    assert signal["strength"] == "E1"
    assert facts_of(signal)["n_hollow"] == 0


@pytest.mark.parametrize(
    ("tables", "n_hops"),
    [
        ({"staff": [{"staff_id": INSIDER, "phone_token": "cousin"}]}, 1),
        ({"staff": [{"staff_id": INSIDER, "bank_token": "b"}]}, 1),
        ({"staff": [{"staff_id": INSIDER, "account_id": 77}], **COUSIN}, 1),
        (COUSIN, 2),
        ({"accounts": [{"account_id": 77, "staff_of_shop_id": 1}],
          "account_links": COUSIN["account_links"]}, 2),
        ({"staff": [{"staff_id": INSIDER, "bank_token": "salary"}],
          "transfers": [{"transfer_id": 1, "from_token": "b", "to_token": "salary",
                         "amount_minor": 5, "at": T0}]}, 2),
    ],
)  # fmt: skip
def test_what_ties(engine, tables, n_hops):
    signal = found(engine, market(FIRM_ORDERS, FIRM_ACTS, **tables))[INSIDER]
    assert facts_of(signal)["n_hops"] == n_hops


def test_what_many_share_ties_nobody(engine):
    office = [{"staff_id": n, "address_token": "cousin"} for n in (INSIDER, MANAGER, *ROTA)]
    signal = found(engine, market(FIRM_ORDERS, FIRM_ACTS, staff=office))[INSIDER]
    assert "n_hops" not in facts_of(signal)
    dormitory = {
        "accounts": COUSIN["accounts"],
        "account_links": [
            {"account_id": 77 + n, "kind": "address", "token": "flat"} for n in range(9)
        ],
    }
    signal = found(engine, market(FIRM_ORDERS, FIRM_ACTS, **dormitory))[INSIDER]
    assert "n_hops" not in facts_of(signal)


def test_the_chain_is_told_in_the_order_of_time(engine):
    signal = found(engine, market(FIRM_ORDERS, [CHANGE, *FIRM_ACTS], **COUSIN))[INSIDER]
    facts = facts_of(signal)
    steps = [facts[f"{step}_at"] for step in ("parameter", "alert", "override", "order", "payout")]
    assert steps == sorted(steps)
    places = [
        signal["reason_en"].index(what)
        for what in (
            "parameter changed",
            "alert closed",
            "an override",
            "nobody",
            "a payout",
            "tied",
        )
    ]
    assert places == sorted(places)
    assert CHANGE["action_id"] in signal["evidence_ids"]


def test_it_adds_up_what_was_lost_and_the_same_reason(engine):
    facts = facts_of(found(engine, market(FIRM_ORDERS, FIRM_ACTS, **COUSIN))[INSIDER])
    assert facts["lost_minor"] == 50 * 3_000
    assert facts["same_reason"] == facts["n_acts"] == 20
    assert (facts["n_closed"], facts["n_alerts"]) == (10, 10)


def test_others_may_have_closed_some_of_the_alerts(engine):
    shared = [{**row, "staff_id": ROTA[n % 6]} if n % 4 == 0 else row
              for n, row in enumerate(FIRM_ACTS)]  # fmt: skip
    signals = found(engine, market(FIRM_ORDERS, shared, **COUSIN))
    assert set(signals) == {INSIDER}
    assert facts_of(signals[INSIDER])["n_alerts"] == 10


def test_actions_on_orders_and_payouts_count_for_their_shop(engine):
    acts = [
        {**row, "subject_kind": "order", "subject_id": 2 * n + row["subject_id"] - 1}
        for n, row in enumerate(FIRM_ACTS)
    ]
    assert set(found(engine, market(FIRM_ORDERS, acts, **COUSIN))) == {INSIDER}
    released = [
        {**act(700 + n, INSIDER, "payout_release", 0, n * DAY), "subject_kind": "payout",
         "subject_id": n}
        for n in range(6)
    ]  # fmt: skip
    assert set(found(engine, market(FIRM_ORDERS, released, **COUSIN))) == {INSIDER}


def test_without_a_record_of_parcels_everything_is_hollow_and_so_nothing_is(engine):
    rows = market(FIRM_ORDERS, FIRM_ACTS)
    assert found(engine, {**rows, "shipments": []}) == {}


def test_many_shops_of_one_owner_are_one_care(engine):
    """Twice each for ten shops of the firm: too few for any one, enough for their owner."""
    orders = [order(k, 80 + k % 10, 3 * DAY + k * 5 * HOUR) for k in range(200)]
    acts = [act(n, INSIDER, "override", 80 + n // 2, 3 * DAY + n * HOUR) for n in range(20)]
    firm = [{"shop_id": 80 + n, "owner_id": 1, "category": "数码"} for n in range(10)]
    others = [{**row, "category": "数码"} for row in SHOPS]
    empty = {row["order_id"] for row in orders}
    rows = market(orders, acts, hollow=empty, shops=[*others, *firm], **COUSIN)
    assert facts_of(found(engine, rows)[INSIDER])["n_acts"] == 20
    apart = [{**row, "owner_id": row["shop_id"]} for row in firm]
    assert found(engine, {**rows, "shops": [*others, *apart]}) == {}

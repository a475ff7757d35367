"""Subsidy leak: its example, versions of a rule, and whom its trade explains."""

import json
import random

import pytest

from tests.worlds import DAY, HOUR, T0, Example, Market, build
from unbrush.detect import detect
from unbrush.detect.subsidy_leak import DETECTOR

CAMPAIGN = 5
LEAKING = 7
PAID = 10_000


def trade(shop: int, n: int, *, share: float = 0.06, rate: float = 0.4, **more) -> list[tuple]:
    """``n`` orders of a shop in the campaign, of which a part (``rate``) get a ``share``."""
    chance = random.Random(shop)
    rows = []
    for k in range(n):
        row = {
            "order_id": 1_000 * shop + k,
            "shop_id": shop,
            "account_id": chance.randrange(10_000),
            "placed_at": T0 + 20 * DAY + k % 30 * DAY + chance.randrange(24) * HOUR,
            "paid_minor": int(PAID * chance.uniform(0.5, 1.5)),
            "campaign_id": CAMPAIGN,
            **more,
        }
        gets = chance.random() < rate
        amount = int(row["paid_minor"] * share * chance.uniform(0.6, 1.4)) if gets else 0
        rows.append((row, amount))
    return rows


HONEST = [row for shop in range(10, 26) for row in trade(shop, 20 + 6 * (shop - 10))]
LEAK = trade(LEAKING, 60, share=0.5, rate=1.0)


def market(rows: list[tuple], *, funder: str = "platform", **tables) -> Market:
    every = [*HONEST, *rows]
    return {
        "orders": [order for order, _ in every],
        "subsidies": [
            {
                "grant_id": order["order_id"],
                "order_id": order["order_id"],
                "campaign_id": CAMPAIGN,
                "amount_minor": amount,
                "funder": funder if order["shop_id"] == LEAKING else "platform",
            }
            for order, amount in every
            if amount
        ],
        **tables,
    }


UNEVEN = [
    row
    for shop in range(30, 60)
    for row in trade(shop, 60, share=random.Random(shop).choice([0.01, 0.03, 0.1, 0.4]), rate=0.8)
]

EXAMPLE = Example(
    fake=market(LEAK),
    finds={LEAKING},
    without_fakes=market([]),
    look_alikes={
        "big-seller": market(trade(LEAKING, 900)),
        "opening-event": market(
            [({**row, "placed_at": T0 + k % 9 * DAY}, n) for k, (row, n) in enumerate(LEAK)],
            shops=[{"shop_id": LEAKING, "opened_at": T0 - DAY}],
        ),
        "disclosed-trial": market(
            LEAK,
            reviews=[
                {
                    "review_id": row["order_id"],
                    "order_id": row["order_id"],
                    "account_id": row["account_id"],
                    "item_id": 1,
                    "posted_at": T0 + 60 * DAY,
                    "is_disclosed_incentive": True,
                }
                for row, _ in LEAK[::2]
            ],
        ),
        "first-minutes": market(trade(LEAKING, 120, share=0.09, rate=1.0)),
        "undone-orders": market(
            [
                ({**row, "status": ("cancelled", "refunded")[k % 2]} if k > 29 else row, amount)
                for k, (row, amount) in enumerate(trade(LEAKING, 160, rate=1.0))
            ]
        ),
        "own-offers": market(LEAK, funder="shop"),
        "small-shop": market(LEAK[:15]),
        "uneven-campaign": market([*UNEVEN, *trade(LEAKING, 60, share=0.4, rate=0.8)]),
    },
)


def found(engine, rows: Market, **params) -> dict:
    detect(engine, build(engine, rows), chosen=[DETECTOR], params={DETECTOR.name: params})
    assert engine.query("SELECT status FROM coverage")["status"].to_pylist() == ["ran"]
    return {row["subject_id"]: row for row in engine.query("SELECT * FROM signals").to_pylist()}


def test_it_rests_on_the_grants_and_never_decides_alone(engine):
    signal = found(engine, market(LEAK))[LEAKING]
    assert set(signal["evidence_ids"]) == {row["order_id"] for row, _ in LEAK}
    assert (signal["strength"], signal["element"]) == ("E1", "a")


@pytest.mark.parametrize(("day", "versions"), [(19, {1}), (60, {0})])
def test_a_changed_rule_starts_a_version_of_its_own(engine, day, versions):
    change = {
        "action_id": 1,
        "staff_id": 3,
        "kind": "parameter",
        "subject_kind": "campaign",
        "subject_id": CAMPAIGN,
        "at": T0 + day * DAY,
    }
    rows = market(
        LEAK,
        staff_actions=[change],
        campaigns=[
            {"campaign_id": CAMPAIGN, "kind": "x", "starts_at": T0, "ends_at": T0 + 60 * DAY}
        ],
    )
    facts = [json.loads(row["facts"]) for row in found(engine, rows).values()]
    assert {fact["version"] for fact in facts} == versions


def test_a_rule_bent_half_way_is_told_from_its_change_on(engine):
    before = trade(LEAKING, 60)
    after = [
        ({**row, "order_id": row["order_id"] + 500, "placed_at": row["placed_at"] + 31 * DAY}, n)
        for row, n in LEAK
    ]
    others = [
        ({**row, "order_id": row["order_id"] + 500, "placed_at": row["placed_at"] + 31 * DAY}, n)
        for row, n in HONEST
    ]
    change = {
        "action_id": 1,
        "staff_id": 3,
        "kind": "parameter",
        "subject_kind": "campaign",
        "subject_id": CAMPAIGN,
        "at": T0 + 51 * DAY,
    }
    rows = market(
        [*before, *after, *others],
        staff_actions=[change],
        campaigns=[
            {"campaign_id": CAMPAIGN, "kind": "x", "starts_at": T0, "ends_at": T0 + 99 * DAY}
        ],
    )
    signal = found(engine, rows)[LEAKING]
    assert set(signal["evidence_ids"]) == {row["order_id"] for row, _ in after}
    assert json.loads(signal["facts"])["version"] == 1


def test_too_few_shops_to_measure_by_say_nothing(engine):
    assert found(engine, market(LEAK), min_owners=40) == {}


@pytest.mark.parametrize("n_shops", [1, 12])
def test_a_firm_of_many_shops_is_one_voice_and_not_the_measure_of_itself(engine, n_shops):
    firm = [row for shop in range(60, 60 + n_shops) for row in trade(shop, 60, share=0.5, rate=1.0)]
    shops = [{"shop_id": shop, "owner_id": 1} for shop in range(60, 60 + n_shops)]
    signals = found(engine, market(firm, shops=shops))
    assert set(signals) == set(range(60, 60 + n_shops))

"""Which witnesses count: one for each family, one for each fact."""

import json

import pytest

from tests.judge.test_contributions import steps
from tests.judge.test_judge import RING, SHOP, judged, order, ring_of, signal
from tests.worlds import T0
from unbrush.base.engine import Engine

CARD = {"account_id": 900, "kind": "card", "token": "somebody's"}


def test_two_detectors_of_one_tie_are_one_witness(engine: Engine):
    """A hub of payments and a farm of subsidies that both rest on one shared payer."""
    hub = signal(1, "payer-hub", family="money", score=0.9)
    farm = signal(1, "farming", family="graph", facts=json.dumps({"shared": "payer"}))
    other = signal(1, "farming", family="graph", facts=json.dumps({"shared": "device"}))
    once = judged(engine, {"orders": [order(1)]}, [hub, farm])
    assert once["order", 1]["families"] == "graph"
    assert once["order", 1]["rule"] == "one-weak-family"
    assert not once["order", 1]["is_neutralised"]
    [taken] = [row for row in steps(engine)["order", 1] if row["kind"] == "independence"]
    assert (taken["name"], taken["signal_id"]) == ("same-facts", hub["signal_id"])
    twice = judged(engine, {"orders": [order(1)]}, [hub, other])
    assert twice["order", 1]["rule"] == "two-families"
    assert twice["order", 1]["is_neutralised"]


@pytest.mark.parametrize(("facts", "is_out"), [({"shared": "rush"}, False), ({"n": 1}, True)])
def test_a_rush_and_its_hurried_praise_are_one_witness(engine: Engine, facts, is_out):
    burst = signal(SHOP, "order-burst", "shop", evidence_ids=[1])
    praise = signal(
        10, "generic-praise", "item", family="text", evidence_table="reviews", evidence_ids=[5],
        facts=json.dumps(facts),
    )  # fmt: skip
    review = {"review_id": 5, "account_id": 101, "item_id": 10, "posted_at": T0, "order_id": 1}
    said = judged(engine, {"orders": [order(1)], "reviews": [review]}, [burst, praise])
    assert said["order", 1]["is_neutralised"] == is_out
    assert said["order", 1]["rule"] == ("two-families" if is_out else "one-weak-family")


@pytest.mark.parametrize(
    ("ties", "families"),
    [({"payer": 5}, "graph"), ({"payer": 5, "device": 5}, "graph,money")],
)
def test_a_ring_held_by_one_tie_is_no_second_witness_for_it(engine: Engine, ties, families):
    hub = signal(1, "payer-hub", family="money", strength="E2", score=0.8)
    ring = {**RING, "ties": json.dumps(ties)}
    market = {"orders": [order(1)], "account_links": [CARD]}
    said = judged(engine, market, [hub], [ring], ring_of(101, is_firm=True))
    assert said["order", 1]["families"] == families


@pytest.mark.parametrize(
    ("ties", "links", "is_out"),
    [
        ({"payer": 5}, [CARD], True),
        ({"payer": 5}, [], False),
        ({"payer": 5, "device": 5}, [], True),
    ],
)
def test_a_wallet_may_be_a_gift_card_where_nobodys_cards_are_known(
    engine: Engine, ties, links, is_out
):
    ring = {**RING, "ties": json.dumps(ties)}
    market = {"orders": [order(1)], "account_links": links}
    hub = signal(1, "payer-hub", family="money", score=0.9)
    said = judged(engine, market, [hub], [ring], ring_of(101, is_firm=True))
    assert said["order", 1]["is_neutralised"] == is_out


@pytest.mark.parametrize(("ids", "rule"), [([7, 8], "one-weak-family"), ([9], "two-families")])
def test_findings_on_the_same_rows_of_a_third_table_are_one(engine: Engine, ids, rule):
    first = signal(1, "a", family="money", evidence_table="transfers", evidence_ids=[7, 8])
    second = signal(1, "b", family="graph", evidence_table="transfers", evidence_ids=ids)
    said = judged(engine, {"orders": [order(1)]}, [first, second])
    assert said["order", 1]["rule"] == rule


def test_what_a_look_alike_explains_is_added_and_taken_away_again(engine: Engine):
    signals = [signal(1), signal(1, "d2", family="money", strength="E2")]
    judged(engine, {"orders": [order(1, live_session_id=7)]}, signals)
    rows = steps(engine)["order", 1]
    [against] = [row for row in rows if row["kind"] == "look-alike"]
    [what] = [row for row in rows if row["signal_id"] == "d-order-1" and row["kind"] == "signal"]
    assert against["name"] == "live-stream"
    assert against["log_odds"] == pytest.approx(-what["log_odds"])

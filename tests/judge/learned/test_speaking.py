"""What a model may do: be heard as one weak witness, and never more."""

import math

import pytest

from tests.judge.learned.judging import put_nothing_found
from tests.judge.learned.test_model import model
from tests.judge.test_judge import order, signal
from tests.worlds import build
from unbrush.base.engine import Engine
from unbrush.base.errors import BadModel
from unbrush.judge import judge

ORDERS = {"orders": [order(number) for number in range(1, 9)]}


def judged(engine: Engine, signals: list[dict], *, speaks_from: float = 0.9, with_model=True):
    """Judge orders of which a model says 90 % where `shared-device` speaks, else 6 %."""
    manifest = build(engine, ORDERS)
    put_nothing_found(engine, signals)
    known = model(speaks_from, ("signal:shared-device",), WHERE_SAID) if with_model else None
    judge(engine, manifest, model=known)
    rows = engine.query("SELECT * FROM decisions").to_pylist()
    return {(row["subject_kind"], row["subject_id"]): row for row in rows}


SAID = [signal(1, "shared-device")]
"""Weak evidence of the family of time."""

WHERE_SAID = [[0, 0.5, 1, 2, 30], [-1, -2.5, 0, 0, 20], [-1, 2.5, 0, 0, 10]]
EVERYBODY = [[0, 0.5, 1, 2, 30], [-1, 2.5, 0, 0, 20], [-1, 2.6, 0, 0, 10]]


def test_alone_it_decides_nothing(engine):
    """A tree that says 90 % of everybody: watched, and all of it counts."""
    manifest = build(engine, ORDERS)
    put_nothing_found(engine)
    everybody = model(0.9, ("account_n",), EVERYBODY)
    judge(engine, manifest, model=everybody)
    rows = engine.query("SELECT * FROM decisions").to_pylist()
    orders = [row for row in rows if row["subject_kind"] == "order"]
    assert len(orders) == 8
    for row in rows:
        assert not row["is_neutralised"]
        assert row["rung"] == "L0"
    for row in orders:
        assert row["families"] == "learned"
        assert row["elements"] == "a"
        assert row["strength"] == "E1"


def test_with_another_family_a_row_stops_counting_and_nobody_is_accused(engine):
    without = judged(engine, SAID, with_model=False)
    row = judged(engine, SAID)
    assert not without["order", 1]["is_neutralised"]
    assert row["order", 1]["is_neutralised"]
    assert row["order", 1]["rung"] == "L1"
    assert row["order", 1]["families"] == "learned,time"
    assert not row["account", 101]["is_neutralised"], "it speaks against no account"
    assert row["shop", 1]["rung"] <= "L1"
    assert not set(row["shop", 1]["elements"]) & set("bc")


def test_unsure_it_is_not_heard(engine):
    row = judged(engine, SAID, speaks_from=0.95)
    assert row["order", 1]["families"] == "time"
    assert not row["order", 1]["is_neutralised"]


def test_it_gives_its_reasons_in_both_languages(engine):
    judged(engine, SAID)
    found = engine.query("SELECT * FROM reasons WHERE name = 'learned'").to_pylist()
    assert [(each["subject_kind"], each["subject_id"]) for each in found] == [("order", 1)]
    assert "90%" in found[0]["reason_en"]
    assert "shared-device" in found[0]["reason_en"]
    assert "仅凭模型不作任何处理" in found[0]["reason_zh"]


def test_without_a_model_nothing_is_different(engine):
    judged(engine, SAID, with_model=False)
    assert not engine.query("SELECT * FROM reasons WHERE name = 'learned'").num_rows
    assert not engine.columns("_learned")


def test_its_steps_add_up_to_the_probability(engine):
    decided = judged(engine, SAID)
    steps = engine.query(
        "SELECT family, log_odds FROM contributions WHERE subject_kind = 'order' AND subject_id = 1"
    ).to_pylist()
    assert "learned" in [each["family"] for each in steps]
    probability = decided["order", 1]["probability"]
    odds = sum(each["log_odds"] for each in steps)
    assert odds == pytest.approx(math.log(probability / (1 - probability)), abs=1e-3)


def test_a_market_without_its_columns_is_refused(engine):
    manifest = build(engine, {"reviews": [
        {"review_id": 1, "account_id": 1, "item_id": 1, "posted_at": 1}
    ]})  # fmt: skip
    put_nothing_found(engine)
    with pytest.raises(BadModel) as said:
        judge(engine, manifest, model=model())
    assert "orders" in said.value.message

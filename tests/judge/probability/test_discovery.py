"""Hardly any honest row is expected among those that stop counting."""

import dataclasses

import pyarrow as pa
import pytest

from tests.judge.test_judge import order, signal
from tests.worlds import build
from unbrush.base.engine import Engine
from unbrush.base.evidence import ring_member_schema, ring_schema, signal_schema
from unbrush.judge import Policy, judge

STRONG = [signal(n, strength="E3", family="money") for n in range(1, 6)]
WEAK = [signal(6), signal(6, "d2", family="graph")]


def decisions(engine: Engine, policy: Policy) -> dict:
    orders = [order(n, shop_id=n, account_id=n) for n in range(1, 9)]
    manifest = build(engine, {"orders": orders})
    said = pa.Table.from_pylist(STRONG + WEAK, schema=signal_schema(pa.int64()))
    engine.put("signals", said)
    engine.put("rings", ring_schema().empty_table())
    engine.put("ring_members", ring_member_schema(pa.int64()).empty_table())
    judge(engine, manifest, policy=policy)
    rows = engine.query("SELECT * FROM decisions WHERE subject_kind = 'order'").to_pylist()
    return {row["subject_id"]: row for row in rows}


# Two weak signs that are common in honest trade, so that they may well have met by chance.
UNSURE = Policy(prior_honest_e1=0.004)


@pytest.mark.parametrize(("q", "is_out"), [(0.5, True), (0.01, False)])
def test_the_least_likely_count_again_where_too_many_honest_ones_are_expected(
    engine: Engine, q, is_out
):
    found = decisions(engine, dataclasses.replace(UNSURE, discovery_q=q))
    assert found[1]["is_neutralised"]
    assert 0.6 < found[6]["probability"] < 0.97
    assert found[6]["is_neutralised"] == is_out


def test_an_interval_holds_its_probability_and_q_grows_with_doubt(engine: Engine):
    found = decisions(engine, UNSURE)
    for row in found.values():
        assert row["probability_low"] <= row["probability"] <= row["probability_high"]
    assert found[1]["q_value"] < found[6]["q_value"]
    doubt = [1 - row["probability"] for row in found.values()]
    assert found[6]["q_value"] == pytest.approx(sum(doubt) / len(doubt), abs=1e-5)

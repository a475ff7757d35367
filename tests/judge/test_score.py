import numpy as np
import pyarrow as pa
import pytest

from unbrush.base.engine import Engine
from unbrush.base.evidence import decision_schema, ring_member_schema
from unbrush.judge.score import ranking, score


def decision(kind: str, subject_id: int, rung: str, probability: float) -> dict:
    return {
        "subject_kind": kind,
        "subject_id": subject_id,
        "rung": rung,
        "probability": probability,
        "is_neutralised": rung != "L0",
    }


def scored(engine: Engine, decisions, labels, totals) -> dict:
    engine.put("decisions", pa.Table.from_pylist(decisions, schema=decision_schema(pa.int64())))
    engine.put("ring_members", ring_member_schema(pa.int64()).empty_table())
    rows = [
        dict(zip(("subject_kind", "subject_id", "is_fake", "kind", "look_alike"), r, strict=True))
        for r in labels
    ]
    engine.put("labels", pa.Table.from_pylist(rows))
    return score(engine, {"order": 0, "review": 0, "account": 0, "shop": 0, **totals})


DECISIONS = [
    decision("order", 1, "L1", 0.9),
    decision("order", 2, "L1", 0.8),
    decision("order", 3, "L0", 0.4),
    decision("shop", 1, "L4", 0.9),
    decision("shop", 2, "L1", 0.4),
]
LABELS = [
    ("order", 1, True, "script-farm", ""),
    ("order", 3, True, "red-packet", ""),
    ("order", 2, False, "", "live-stream"),
    ("shop", 1, True, "script-farm", ""),
    ("shop", 2, False, "", "reverse-brushing-victim"),
]


def test_events_count_what_is_neutralised(engine: Engine):
    row = scored(engine, DECISIONS, LABELS, {"order": 10, "shop": 5})["overall"][0]
    assert row["level"] == "order"
    assert (row["total"], row["fake"], row["accused"]) == (10, 2, 2)
    assert (row["precision"], row["recall"]) == (0.5, 0.5)
    assert row["honest_accused_share"] == 1 / 8


def test_a_touched_victim_is_not_an_accused_merchant(engine: Engine):
    rows = {r["level"]: r for r in scored(engine, DECISIONS, LABELS, {"shop": 5})["overall"]}
    assert rows["merchant touched"]["honest_accused_share"] == 1 / 4
    assert rows["merchant accused"]["honest_accused_share"] == 0
    assert rows["merchant accused"]["precision"] == 1


def test_recall_is_told_by_kind_and_mistakes_by_look_alike(engine: Engine):
    result = scored(engine, DECISIONS, LABELS, {"order": 10, "shop": 5})
    kinds = {(r["level"], r["kind"]): r["recall"] for r in result["by_kind"]}
    assert kinds["order", "script-farm"] == 1
    assert kinds["order", "red-packet"] == 0
    alike = {(r["level"], r["look_alike"]): r["neutralised"] for r in result["by_look_alike"]}
    assert alike["order", "live-stream"] == 1
    assert alike["shop", "reverse-brushing-victim"] == 1


@pytest.mark.parametrize(
    ("scores", "fakes", "auroc", "precision"),
    [
        ([0.9, 0.8, 0.1], [1, 1, 0], 1.0, 1.0),
        ([0.1, 0.8, 0.9], [1, 0, 0], 0.0, 1 / 3),
        ([0.5, 0.5, 0.5, 0.5], [1, 0, 0, 0], 0.5, 0.25),
        ([0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0], 0.875, 0.5 + 0.5 * 2 / 3),
    ],
)
def test_ranking_treats_ties_as_one_step(scores, fakes, auroc, precision):
    found = ranking(np.array(scores), np.array(fakes, bool))
    assert found == pytest.approx((auroc, precision))


def test_ranking_needs_both_classes():
    assert ranking(np.array([0.1]), np.array([True])) == (None, None)

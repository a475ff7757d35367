import numpy as np
import pyarrow as pa
import pytest

from unbrush.base.engine import Engine
from unbrush.base.evidence import decision_schema, ring_member_schema
from unbrush.judge.score import ranking, score, score_gang


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


GANG = [
    ("account", 1, None, "brusher", "浙江"),
    ("account", 2, None, "brusher", "浙江"),
    ("account", 3, None, "recruiter", "浙江"),
    ("shop", 11, None, "merchant", "浙江"),
    ("shop", 12, None, "merchant", "江苏"),
    ("shop", 13, None, "merchant", "山东"),
    ("payer", None, "t1", "payer", None),
    ("payer", None, "t2", "payer", None),
    ("author", None, None, "recruiter", "浙江"),  # nobody can hash it
]
RINGS = {"r1": "c1", "r2": "c1", "r3": "c2"}
MEMBERS = [
    ("r1", "account", 1),
    ("r1", "shop", 11),
    ("r2", "account", 1),
    ("r2", "shop", 12),
    ("r2", "shop", 19),  # honest
    ("r3", "account", 8),  # honest
    ("r3", "shop", 13),
]
OUT = [("account", 1), ("account", 8), ("order", 90), ("order", 91)]
DEEDS = [("order", "90", 9), ("order", "91", 2), ("order", "92", 7)]


@pytest.fixture
def gang_scored(engine: Engine) -> dict:
    def put(name: str, columns: tuple[str, ...], rows) -> None:
        rows = [dict(zip(columns, row, strict=True)) for row in rows]
        engine.put(name, pa.Table.from_pylist(rows))

    put("gang", ("subject_kind", "subject_id", "token", "role", "province"), GANG)
    put("rings", ("ring_id", "cluster_id"), RINGS.items())
    put("ring_members", ("ring_id", "subject_kind", "subject_id"), MEMBERS)
    put(
        "cluster_members",
        ("cluster_id", "subject_kind", "subject_id", "token"),
        [("c1", "account", 3, None), ("c1", "payer", None, "t1"), ("c2", "payer", None, "t9")],
    )
    put("decisions", ("subject_kind", "subject_id", "is_neutralised"), [(*d, True) for d in OUT])
    put("deeds", ("subject_kind", "subject_id", "account_id"), DEEDS)
    regions = [(11, "浙江"), (12, "江苏"), (13, "山东"), (19, "西藏"), (18, "青海")]
    put("regions", ("shop_id", "region"), regions)
    return score_gang(engine, 103)


def test_a_gang_is_counted_whole_and_so_is_whom_its_search_touched(gang_scored):
    found = {row["what"]: (row["n"], row["of"]) for row in gang_scored["gang"]}
    assert found == {
        "gang accounts found": (2, 3),
        "gang merchants found": (3, 3),
        "clusters with gang merchants": (2, None),
        "gang merchants in the largest cluster": (2, 3),
        "gang provinces in the largest cluster": (2, 3),
        "other provinces in the largest cluster": (1, None),
        "background accounts in rings": (1, 100),
        "background accounts neutralised": (1, 100),
        "background accounts touched at all": (2, 100),
    }
    assert gang_scored["gang"][0]["share"] == 2 / 3


def test_roles_are_counted_by_kind_and_unknown_is_not_zero(gang_scored):
    roles = {
        (row["role"], row["subject_kind"]): (row["known"], row["found"])
        for row in gang_scored["gang_by_role"]
    }
    assert roles == {
        ("brusher", "account"): (2, 1),
        ("merchant", "shop"): (3, 3),
        ("payer", "payer"): (2, 1),
        ("recruiter", "account"): (1, 1),
        ("recruiter", "author"): (1, None),
    }


def test_staff_count_as_observed_and_never_as_accused(engine: Engine):
    decisions = [decision("staff", 1, "L0", 0.5), decision("staff", 2, "L0", 0.2)]
    labels = [("staff", 1, True, "insider", ""), ("staff", 3, False, "", "on-call")]
    result = scored(engine, decisions, labels, {"staff": 10})
    row = next(r for r in result["overall"] if r["level"] == "staff observed")
    assert (row["total"], row["fake"], row["accused"]) == (10, 1, 2)
    assert (row["precision"], row["recall"]) == (0.5, 1.0)
    [kind] = result["by_kind"]
    assert (kind["level"], kind["recall"], kind["accused_share"]) == ("staff observed", 1.0, 0.0)

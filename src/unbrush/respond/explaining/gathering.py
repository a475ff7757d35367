"""What the run says of the subjects asked about, read in a few passes whatever their number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.base.words import Words
from unbrush.respond.explaining.steps import OWN_PURCHASES
from unbrush.respond.explaining.subjects import Subject

Row = dict[str, Any]
Rows = list[Row]

OF_DECISION = {
    "probability_low": "DOUBLE",
    "probability_high": "DOUBLE",
    "q_value": "DOUBLE",
    "next_rung": "VARCHAR",
    "missing": "VARCHAR",
}
"""Columns of decisions that runs of earlier versions do not have."""


OF_MODEL = {"learned": Words("学习模型的判断", "what a learned model says")}
"""Title of what is found by no detector."""


@dataclass(frozen=True)
class Said:
    """Everything that was said of one subject.

    Attributes:
        decision: Its row of `decisions`; None if it was not suspected.
        reasons: Its rows of `reasons`.
        steps: Its rows of `contributions`, in order.
        signals: Signals about it, that rest on it, or that its reasons name; the strongest first.
        witnesses: What is heard of an order or review, as `judge` weighs it.
        restored: Who let it count again, and why; None if nobody did.
    """

    decision: Row | None = None
    reasons: Rows = field(default_factory=list)
    steps: Rows = field(default_factory=list)
    signals: Rows = field(default_factory=list)
    witnesses: Rows = field(default_factory=list)
    restored: Row | None = None


def id_type_of(manifest: Manifest) -> pa.DataType:
    """Return the type of subjects' ids in Arrow."""
    return pa.int64() if manifest.subject_id_type == "BIGINT" else pa.string()


def ask(engine: Engine, manifest: Manifest, table: str, subjects: Iterable[Subject]) -> None:
    """Leave ``table`` (kind, id) in ``engine``: the subjects that have ids of the output's type."""
    rows = [each for each in dict.fromkeys(subjects) if each.kind != "ring"]
    columns = {
        "kind": pa.array([each.kind for each in rows], pa.string()),
        "id": pa.array([each.id for each in rows], id_type_of(manifest)),
    }
    engine.put(table, pa.table(columns))


def gather(
    engine: Engine, manifest: Manifest, subjects: Sequence[Subject]
) -> Mapping[Subject, Said]:
    """Return what was said of each subject; rings have their own tables, see `ring`.

    Args:
        engine: Holds what `detect` and `judge` left.
        manifest: What was collected.
        subjects: Whom to look up; each has an entry in the answer.
    """
    ask(engine, manifest, "_asked", subjects)
    restored = _restored(engine)
    found: dict[Subject, Said] = {each: Said(restored=restored.get(each)) for each in subjects}
    absent = [
        f"CAST(NULL AS {kind}) AS {each}"
        for each, kind in OF_DECISION.items()
        if each not in engine.columns("decisions")
    ]
    for row in engine.query(
        f"SELECT {', '.join(['d.*', *absent])} FROM decisions d "
        "SEMI JOIN _asked ON kind = d.subject_kind AND id = d.subject_id"
    ).to_pylist():
        found[_of(row)] = Said(decision=row, restored=restored.get(_of(row)))
    for name, sql in (
        ("reasons", _reasons_sql(engine)),
        ("steps", _steps_sql(engine)),
        ("signals", _signals_sql(engine, manifest)),
        ("witnesses", witnesses_sql(engine, "_asked")),
    ):
        for row in engine.query(sql).to_pylist() if sql else ():
            getattr(found[_of(row)], name).append(row)
    engine.drop("_asked")
    return found


def _of(row: Row) -> Subject:
    return Subject(row["subject_kind"], row["subject_id"])


def _restored(engine: Engine) -> Mapping[Subject, Row]:
    """Return what people restored of what is asked about."""
    if not engine.columns("restored"):
        return {}  # a run of an earlier version
    rows = engine.query(
        "SELECT r.* FROM restored r SEMI JOIN _asked ON kind = r.subject_kind AND id = r.subject_id"
    ).to_pylist()
    return {_of(row): row for row in rows}


def _reasons_sql(engine: Engine) -> str:
    return """
        SELECT r.* FROM reasons r
        SEMI JOIN _asked ON _asked.kind = r.subject_kind AND id = r.subject_id
        ORDER BY subject_kind, subject_id, r.kind, name, signal_id, reason_en"""


def _steps_sql(engine: Engine) -> str:
    if not engine.columns("contributions"):
        return ""  # a run of an earlier version
    return """
        SELECT c.* FROM contributions c
        SEMI JOIN _asked ON _asked.kind = c.subject_kind AND id = c.subject_id
        ORDER BY subject_kind, subject_id, step"""


def _findings(engine: Engine) -> str:
    """Everything that was found, as it stands after FROM: by detectors, and by a model."""
    if not engine.columns("learned"):
        return "signals"  # a run of an earlier version
    return "(SELECT * FROM signals UNION ALL BY NAME SELECT * FROM learned)"


def _signals_sql(engine: Engine, manifest: Manifest) -> str:
    kind, findings = manifest.subject_id_type, _findings(engine)
    return f"""
        WITH resting AS (
            SELECT signal_id, CASE evidence_table WHEN 'orders' THEN 'order' ELSE 'review' END
                AS kind, CAST(unnest(evidence_ids) AS {kind}) AS id
            FROM signals WHERE evidence_table IN ('orders', 'reviews')
                AND subject_kind NOT IN ('order', 'review')
                AND EXISTS (SELECT 1 FROM _asked WHERE kind IN ('order', 'review'))),
        heard AS (
            SELECT signal_id, kind, id FROM resting SEMI JOIN _asked USING (kind, id)
            UNION
            SELECT signal_id, subject_kind, subject_id FROM reasons r
            SEMI JOIN _asked ON _asked.kind = r.subject_kind AND id = r.subject_id
            WHERE signal_id IS NOT NULL
            UNION
            SELECT signal_id, kind, id FROM {findings} s
            JOIN _asked ON kind = s.subject_kind AND id = s.subject_id)
        SELECT h.kind AS subject_kind, h.id AS subject_id, signal_id, detector,
            s.subject_kind AS about_kind, s.subject_id AS about_id, score, family, strength,
            element, coalesce(implicates, 'actors') AS implicates, evidence_table,
            len(evidence_ids) AS n_rows, reason_zh, reason_en
        FROM {findings} s JOIN heard h USING (signal_id)
        ORDER BY subject_kind, subject_id, strength DESC, score DESC, detector, signal_id"""


def witnesses_sql(engine: Engine, asked: str) -> str:
    """Return a SELECT of what is heard of the orders and reviews in ``asked`` (kind, id).

    What is said of a review is heard for its order, but not directly.
    """
    if "strength" not in engine.columns("reasons"):
        return ""  # a run of an earlier version
    steps = "contributions"
    if not engine.columns(steps):  # a run of an earlier version
        none = "subject_kind, subject_id, rule AS name, 0.0 AS log_odds FROM decisions LIMIT 0"
        steps = f"(SELECT {none})"
    return f"""
        WITH own AS (
            -- As `weigh` has it: the probability is what was reached before, times what is not own.
            SELECT subject_kind, subject_id, 1 - any_value(d.probability)
                       * (1 + exp(-list_sum(list_sort(list(log_odds)
                           FILTER (c.name <> '{OWN_PURCHASES}'))))) AS share
            FROM {steps} c JOIN decisions d USING (subject_kind, subject_id)
            SEMI JOIN {asked} a ON a.kind = subject_kind AND a.id = subject_id
            GROUP BY subject_kind, subject_id HAVING bool_or(c.name = '{OWN_PURCHASES}'))
        SELECT r.subject_kind, r.subject_id, r.signal_id, r.name, r.family, r.strength, r.element,
            coalesce(s.implicates, 'actors') AS implicates,
            coalesce(s.score, g.score) AS score,
            CASE r.kind WHEN 'ring' THEN o.share END AS own_share,
            NOT (r.subject_kind = 'order' AND r.kind = 'signal'
                 AND (s.subject_kind = 'review' OR s.subject_kind <> 'order'
                      AND s.evidence_table = 'reviews')) AS is_direct
        FROM reasons r SEMI JOIN {asked} a ON a.kind = r.subject_kind AND a.id = r.subject_id
        LEFT JOIN {_findings(engine)} s ON s.signal_id = r.signal_id
        LEFT JOIN rings g ON r.kind = 'ring' AND g.ring_id = r.name
        LEFT JOIN own o ON o.subject_kind = r.subject_kind AND o.subject_id = r.subject_id
        WHERE r.kind IN ('signal', 'ring') AND r.subject_kind IN ('order', 'review')
        ORDER BY r.subject_kind, r.subject_id, r.family, r.name, r.signal_id"""


def signs_of(engine: Engine) -> Mapping[str, list[tuple[str, str, str]]]:
    """Return name, family and strength of every sign known in the market, by order and review."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    if not engine.columns("evidence_worth"):
        return found  # a run of an earlier version
    for row in engine.query(
        """SELECT subject_kind, name, family, strength FROM evidence_worth WHERE what = 'sign'
           ORDER BY ALL"""
    ).to_pylist():
        sign = (row["name"], row["family"], row["strength"])
        found.setdefault(row["subject_kind"], []).append(sign)
    return found


def titles_of(engine: Engine) -> Mapping[str, Words]:
    """Return the title of each detector that the run knew."""
    rows = engine.query("SELECT * FROM coverage").to_pylist()
    return OF_MODEL | {
        row["detector"]: Words(
            row.get("title_zh") or row["detector"], row.get("title_en") or row["detector"]
        )
        for row in rows
    }

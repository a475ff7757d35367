"""People who are named though nothing is done to them: staff to look at, victims to warn.

What is said of staff goes to people outside their line. Whoever is being cheated is warned, soon,
and is not suspected of anything.
"""

from typing import Any

from unbrush.base.engine import Engine
from unbrush.base.words import Words
from unbrush.respond import figures
from unbrush.respond.evidence_rows import evidence_rows
from unbrush.respond.figures import Money
from unbrush.respond.limits import PEOPLE_LISTED
from unbrush.respond.terms import STRENGTHS, said

Row = dict[str, Any]


def tell_staff(engine: Engine, money: Money) -> Row:
    """Return what the section on staff says.

    Args:
        engine: Holds `signals`, `decisions` and the event tables.
        money: How amounts are written.
    """
    return _findings(engine, money, "subject_kind = 'staff'")


def tell_victims(engine: Engine, money: Money) -> Row:
    """Return what the section on people to be warned says; arguments as for `tell_staff`."""
    return _findings(engine, money, "implicates = 'nobody' AND subject_kind = 'account'")


def _findings(engine: Engine, money: Money, condition: str) -> Row:
    """Return the strongest findings about people for whom ``condition`` on `signals` holds."""
    first = "ORDER BY strength DESC, score DESC, subject_id, detector"
    rows = engine.query(
        f"""SELECT signal_id, detector, subject_id, score, strength, reason_zh, reason_en,
            len(evidence_ids) AS n_evidence,
            (SELECT count(DISTINCT subject_id) FROM signals WHERE {condition}) AS n_people
        FROM signals WHERE {condition} {first} LIMIT {PEOPLE_LISTED}"""
    ).to_pylist()
    engine.create(
        "_shown_signals",
        f"SELECT signal_id FROM signals WHERE {condition} {first} LIMIT {PEOPLE_LISTED}",
    )
    evidence = evidence_rows(engine, money) if rows else {}
    engine.drop("_shown_signals")
    return {
        "rows": [_finding(row, evidence.get(row["signal_id"])) for row in rows],
        "n": figures.count(rows[0]["n_people"] if rows else 0),
    }


def _finding(row: Row, evidence: Row | None) -> Row:
    return {
        "id": figures.outside(row["subject_id"]),
        "detector": row["detector"],
        "score": figures.decimal(row["score"]),
        "strength": said(STRENGTHS, row["strength"]),
        "strength_name": row["strength"],
        "sentence": Words(row["reason_zh"] or "", row["reason_en"] or ""),
        "n_evidence": figures.count(row["n_evidence"] or 0),
        "evidence": evidence,
    }

"""What stands against a case or a shop: findings at L2 or above that nobody reversed.

What goes against it takes two people (`overrides`); below, nobody was warned of anything.
"""

from collections.abc import Sequence

from unbrush.base.errors import Conflict
from unbrush.base.records import Row, Transaction
from unbrush.respond.desk.ladder import FROM_RUNS

FROM = "L2"
"""The lowest rung that is a warning: what is below concerns counts alone."""


def standing_rung(transaction: Transaction, case_id: str) -> str:
    """Return the highest rung that stands against a subject of a case; L0 if none does."""
    return standing_rungs(transaction, [case_id])[case_id]


def standing_rungs(transaction: Transaction, case_ids: Sequence[str], /) -> dict[str, str]:
    """Return `standing_rung` of several cases, by id."""
    if not case_ids:
        return {}
    rows = transaction.all(
        """SELECT s.case_id, max(d.rung) AS rung FROM case_subjects s
           JOIN decisions d ON d.subject_kind = s.subject_kind AND d.subject_id = s.subject_id
           WHERE s.case_id IN :ids AND coalesce(d.human_outcome, '') <> 'reversed'
           GROUP BY s.case_id""",
        ids=list(case_ids),
    )
    found = {str(row["case_id"]): str(row["rung"]) for row in rows}
    return {case_id: found.get(case_id, "L0") for case_id in case_ids}


def carrying_rung(transaction: Transaction, step: Row) -> str:
    """Return the rung that still carries a step; empty if the evidence carries it no longer."""
    row = transaction.one(
        """SELECT rung FROM decisions WHERE subject_kind = 'shop' AND subject_id = :id
             AND coalesce(human_outcome, '') <> 'reversed' AND rung >= :rung""",
        id=step["shop_id"],
        rung=min(str(step["rung"]), FROM_RUNS),
    )
    return str(row["rung"]) if row else ""


def refuse_alone(kind: str, record_id: str, rung: str) -> Conflict:
    """Return the error of whoever would go against what stands without a second person."""
    return Conflict(
        f"Findings of {rung} stand against {record_id}.",
        hint=f"It takes two people: POST /{kind}s/{record_id}/overrides says why, and somebody "
        "else confirms it.",
    )

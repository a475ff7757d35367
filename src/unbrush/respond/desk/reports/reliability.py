"""Reliability of a reporter: a Beta posterior over what came of their earlier reports.

It orders the queue and does nothing else: a report's facts are checked whatever its reporter's
record or motive, and none waits longer than its clock for it. What was long ago fades. A report
that was not upheld weighs half of one that was: to be mistaken is no fault.
"""

from collections.abc import Iterable

from unbrush.base.clock import DAY_MS
from unbrush.base.records import Row, Transaction

PRIOR_TRUE, PRIOR_FALSE = 3.0, 2.0
"""Before anything is known: six of ten reports are true, worth five reports."""

HALF_LIFE_MS = 180 * DAY_MS

WORTH = {"upheld": (1.0, 0.0), "partly": (0.5, 0.0), "not-upheld": (0.0, 0.5)}
"""Outcome → what it adds to true and to false; the others say nothing of the reporter."""

LEAST, LEAST_IN_FLOOD = 0.2, 0.1
FLOOD_SHARE = 0.25


def reliability(decided: Iterable[tuple[str, int]], at_ms: int) -> float:
    """Return the mean of the posterior, 0-1.

    Args:
        decided: Outcome and moment of each earlier report that was decided.
        at_ms: The present.
    """
    true, false = PRIOR_TRUE, PRIOR_FALSE
    for outcome, decided_at in decided:
        for_true, for_false = WORTH.get(outcome, (0.0, 0.0))
        fading = 0.5 ** (max(at_ms - decided_at, 0) / HALF_LIFE_MS)
        true, false = true + for_true * fading, false + for_false * fading
    return true / (true + false)


def weight_of(transaction: Transaction, at_ms: int, report: Row, *, in_flood: bool) -> float:
    """Return a report's weight in the queue; never 0: nobody is silenced."""
    decided = []
    if report["reporter_mark"]:
        rows = transaction.all(
            """SELECT outcome, decided_at FROM reports
               WHERE reporter_mark = :mark AND decided_at IS NOT NULL AND report_id <> :id
               ORDER BY decided_at, report_id""",
            mark=report["reporter_mark"],
            id=report["report_id"],
        )
        decided = [(str(row["outcome"]), int(row["decided_at"])) for row in rows]
    weight = max(reliability(decided, at_ms), LEAST)
    return max(weight * FLOOD_SHARE, LEAST_IN_FLOOD) if in_flood else weight

"""Which words of people the newest run's counts do not follow yet.

A decision that people reversed has to reach every count that is on disk. Counting takes longer
than a transaction may, so it is owed first, and noted here once it is done: a desk that is stopped
in between owes it still, and saying the same twice changes no count.
"""

from dataclasses import dataclass

from unbrush.base.errors import NoSuchRecord
from unbrush.base.records import Row, Transaction, add
from unbrush.base.reversals import AGAIN, KINDS, RESTORE, Reversal
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.settlement.holdable import newest_run


@dataclass(frozen=True, kw_only=True)
class Owed:
    """One word that a run does not follow yet.

    Attributes:
        run_id: The run.
        folder: Where it is.
        word: What is to be said of it.
    """

    run_id: str
    folder: RunFolder
    word: Reversal


def owed_recounts(transaction: Transaction) -> list[Owed]:
    """Return what the newest run does not follow yet, in the order in which it was said.

    What people uphold is left out as it was; only where it was restored in this run before does it
    have to be left out again.
    """
    try:
        run_id, folder = newest_run(transaction)
    except NoSuchRecord:
        return []
    rows = transaction.all(
        """SELECT d.subject_kind, d.subject_id, d.human_outcome, d.human_by, d.human_at
           FROM decisions d LEFT JOIN recounts r
               ON r.run_id = :run_id AND r.subject_kind = d.subject_kind
               AND r.subject_id = d.subject_id AND r.said_at = d.human_at
           WHERE d.human_outcome IS NOT NULL AND r.run_id IS NULL AND d.subject_kind IN :kinds
               AND (d.human_outcome = 'reversed' OR EXISTS (
                   SELECT 1 FROM recounts e WHERE e.run_id = :run_id AND e.action = :restore
                       AND e.subject_kind = d.subject_kind AND e.subject_id = d.subject_id))
           ORDER BY d.human_at, d.subject_kind, d.subject_id""",
        run_id=run_id,
        kinds=list(KINDS),
        restore=RESTORE,
    )
    return [Owed(run_id=run_id, folder=folder, word=_word(transaction, row)) for row in rows]


def _word(transaction: Transaction, row: Row) -> Reversal:
    return Reversal(
        action=RESTORE if row["human_outcome"] == "reversed" else AGAIN,
        kind=row["subject_kind"],
        id=row["subject_id"],
        at=int(row["human_at"]),
        who=row["human_by"],
        because=_because(transaction, row),
    )


def _because(transaction: Transaction, row: Row) -> str:
    """Return the appeal or the case in which it was said."""
    appeal = transaction.one(
        """SELECT appeal_id FROM appeals
           WHERE shop_id = :id AND state = 'overturned' AND decided_at = :at
           ORDER BY appeal_id LIMIT 1""",
        id=row["subject_id"],
        at=row["human_at"],
    )
    if appeal is not None and row["subject_kind"] == "shop":
        return f"申诉 appeal {appeal['appeal_id']}"
    verdict = transaction.one(
        "SELECT case_id FROM verdicts WHERE subject_kind = :kind AND subject_id = :id",
        kind=row["subject_kind"],
        id=row["subject_id"],
    )
    return f"案件 case {verdict['case_id']}" if verdict else "人工决定 a person's decision"


def note_recount(
    transaction: Transaction, at_ms: int, owed: Owed, /, *, n_orders: int, n_reviews: int
) -> None:
    """Note that a run follows a word now; ``n_*`` say how many rows that changed."""
    add(
        transaction, "recounts", run_id=owed.run_id, subject_kind=owed.word.kind,
        subject_id=owed.word.id, said_at=owed.word.at, action=owed.word.action,
        n_orders=n_orders, n_reviews=n_reviews, done_at=at_ms,
    )  # fmt: skip
    note(
        transaction, at_ms, "system", "counts.followed", owed.word.kind, owed.word.id,
        run=owed.run_id, word=owed.word.action, because=owed.word.because, n_orders=n_orders,
        n_reviews=n_reviews,
    )  # fmt: skip

"""Retention of attachments: how long files stay after a case or an appeal, and how they go.

The row, its SHA-256 and the audit stay, which prove what was there; the file and what its sender
called it go. A file that something else still names stays for that.
"""

from unbrush.base.errors import BadRecord, Conflict
from unbrush.base.records import Row, Transaction, add
from unbrush.respond.desk.appeals import appeal_of
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.cases import check_work
from unbrush.respond.desk.reports.retention import KEPT_MS
from unbrush.respond.desk.shelf import Shelf

_ACT = "attachments.hold"

_DUE = """SELECT a.* FROM attachments a
    LEFT JOIN cases c ON c.case_id = a.case_id
    LEFT JOIN appeals p ON p.appeal_id = a.appeal_id
    WHERE a.erased_at IS NULL AND a.added_at <= :ended_by
      AND coalesce(c.closed_at, p.decided_at) <= :ended_by
      AND NOT EXISTS (SELECT 1 FROM legal_holds h WHERE
          (h.kind = 'case' AND h.record_id = a.case_id)
          OR (h.kind = 'appeal' AND h.record_id = a.appeal_id))
      AND NOT EXISTS (SELECT 1 FROM steps t WHERE t.state = 'in-force'
          AND (t.case_id = a.case_id OR t.step_id = p.step_id))
    ORDER BY a.attachment_id LIMIT :n"""


def erase_old_attachments(
    transaction: Transaction, shelf: Shelf, at_ms: int, /, *, n: int = 100
) -> int:
    """Erase what has been kept long enough; return how many.

    That is `KEPT_MS` after the case was closed, or the appeal decided, unless a step of it is still
    in force, or a legal hold stands. To be called now and then; it takes ``n`` at most.
    """
    due = transaction.all(_DUE, ended_by=at_ms - KEPT_MS, n=n)
    for row in due:
        _erase(transaction, shelf, at_ms, row)
    return len(due)


def _erase(transaction: Transaction, shelf: Shelf, at_ms: int, row: Row) -> None:
    to = "case" if row["case_id"] else "appeal"
    # First, since it takes the lock of the audit: nobody attaches the same content meanwhile.
    note(
        transaction, at_ms, "system", "attachment.erased", to, row[f"{to}_id"],
        attachment=row["attachment_id"], sha256=row["sha256"], n_bytes=int(row["n_bytes"]),
        why="term",
    )  # fmt: skip
    transaction.run(
        "UPDATE attachments SET erased_at = :at_ms, name = '' WHERE attachment_id = :id",
        at_ms=at_ms,
        id=row["attachment_id"],
    )
    for sha256 in sorted({row["sha256"], row["copy_sha256"]}):
        named = transaction.one(
            """SELECT 1 AS there FROM attachments WHERE erased_at IS NULL AND is_sealed = :sealed
                 AND (sha256 = :sha256 OR copy_sha256 = :sha256) LIMIT 1""",
            sealed=row["is_sealed"],
            sha256=sha256,
        )
        if named is None:
            shelf.remove(sha256, sealed=bool(row["is_sealed"]))


def legal_hold_of(transaction: Transaction, kind: str, record_id: str) -> Row | None:
    """Return who holds the files of a ``case`` or ``appeal``, why and since when; None if none."""
    return transaction.one(
        """SELECT held_by, held_because, held_at FROM legal_holds
           WHERE kind = :kind AND record_id = :id""",
        kind=kind,
        id=record_id,
    )


def hold_files(
    transaction: Transaction,
    at_ms: int,
    kind: str,
    record_id: str,
    /,
    *,
    caller: Caller,
    is_held: bool,
    reason: str,
) -> Row | None:
    """Put the files of a case or an appeal under legal hold, or end the hold of somebody else.

    Args:
        transaction: A writing one.
        at_ms: The present.
        kind: ``case`` or ``appeal``.
        record_id: Its id.
        caller: Who does it.
        is_held: Whether it holds from now on.
        reason: Such as the number of a court's case.

    Returns:
        The hold that stands then.

    Raises:
        NotAllowed: The caller has a tie to a shop.
        Conflict: It is so already, or the caller ends what they have set.
    """
    if kind == "case":
        check_work(transaction, caller, record_id, _ACT)
    else:
        caller.check(_ACT)
        caller.check_shops({appeal_of(transaction, record_id)["shop_id"]})
    if not reason.strip():
        raise BadRecord("A hold needs a reason.", hint="Such as the number of a court's case.")
    there = legal_hold_of(transaction, kind, record_id)
    if (there is not None) == is_held:
        said = "under a hold already" if is_held else "under no hold"
        raise Conflict(f"{record_id} is {said}.", hint="There is nothing to do.")
    if there is None:
        add(
            transaction, "legal_holds", kind=kind, record_id=record_id, held_by=caller.person_id,
            held_because=reason, held_at=at_ms,
        )  # fmt: skip
    elif there["held_by"] == caller.person_id:
        raise Conflict("Who set a hold does not end it.", hint="It takes somebody else.")
    else:
        transaction.run(
            "DELETE FROM legal_holds WHERE kind = :kind AND record_id = :id",
            kind=kind,
            id=record_id,
        )
    action = "files.held" if is_held else "files.hold-ended"
    note(transaction, at_ms, caller.person_id, action, kind, record_id, reason=reason)
    return legal_hold_of(transaction, kind, record_id)

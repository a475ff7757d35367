"""Retention: how long a reporter's data stays, when it must, and how it goes.

Erasing takes what is sealed and every mark by which somebody could be known again. The row, its
outcome and the audit stay: nothing personal was ever in either, so the chain stays whole.
"""

from unbrush.base.clock import DAY_MS
from unbrush.base.errors import BadRecord, Conflict
from unbrush.base.records import Row, Transaction
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.reports.intake import report_of
from unbrush.respond.desk.reports.states import WAITING
from unbrush.respond.desk.reports.vault import Vault
from unbrush.respond.desk.reports.work import work_on

KEPT_MS = 3 * 365 * DAY_MS
"""After a report is closed: what art. 31 of China's E-Commerce Law asks for transactions."""

DRAFT_MS = 30 * DAY_MS
"""How long a draft that nobody submits is kept."""


def erase(
    transaction: Transaction, vault: Vault, at_ms: int, report: Row, /, *, by: str, everything: bool
) -> None:
    """Erase who the reporter is, at any time; what they sent, once nobody works on it any more.

    Raises:
        Conflict: It is under legal hold, or everything is to go while it is being looked into.
    """
    report_id = report["report_id"]
    if report["held_by"]:
        raise Conflict(
            f"{report_id} is under legal hold: {report['held_because']}.",
            hint="It is erased once the hold ends; nobody but the named may read it until then.",
        )
    if everything and report["state"] in WAITING:
        raise Conflict(
            f"{report_id} is being looked into.",
            hint="Who you are can be erased now, and the rest when it is decided.",
        )
    kinds = ["identity", "statement", "message"] if everything else ["identity"]
    transaction.run(
        "DELETE FROM sealed WHERE report_id = :id AND what IN :kinds", id=report_id, kinds=kinds
    )
    transaction.run(
        """UPDATE reports SET reporter_mark = '', ties = '', contact_mode = 'anonymous',
               changed_at = :at_ms, version = version + 1 WHERE report_id = :id""",
        at_ms=at_ms,
        id=report_id,
    )
    if everything:
        transaction.run(
            "UPDATE reports SET text_marks = '', erased_at = :at_ms WHERE report_id = :id",
            at_ms=at_ms,
            id=report_id,
        )
        rows = transaction.all(
            """SELECT evidence_id FROM report_evidence
               WHERE report_id = :id AND erased_at IS NULL ORDER BY evidence_id""",
            id=report_id,
        )
        transaction.run(
            """UPDATE report_evidence SET erased_at = :at_ms, look = '', traces = '', same_as = NULL
               WHERE report_id = :id""",
            at_ms=at_ms,
            id=report_id,
        )
        for row in rows:
            for what in ("original", "copy"):
                vault.remove_file(f"{row['evidence_id']}-{what}")
    note(
        transaction, at_ms, by, "report.erased", "report", report_id,
        what="everything" if everything else "identity",
    )  # fmt: skip


def erase_old(transaction: Transaction, vault: Vault, at_ms: int) -> int:
    """Erase what has been kept long enough; return how many. It is to be called now and then."""
    due = transaction.all(
        """SELECT * FROM reports WHERE erased_at IS NULL AND held_by IS NULL
             AND (closed_at <= :closed OR (state = 'draft' AND filed_at <= :filed))
           ORDER BY report_id""",
        closed=at_ms - KEPT_MS,
        filed=at_ms - DRAFT_MS,
    )
    for report in due:
        erase(transaction, vault, at_ms, report, by="system", everything=True)
    return len(due)


def hold(
    transaction: Transaction, at_ms: int, report_id: str, /, *, caller: Caller, reason: str
) -> Row:
    """Put a report under legal hold: nothing of it is erased until the hold ends."""
    work_on(transaction, caller, report_id, "reports.decide")
    if not reason.strip():
        raise BadRecord("A hold needs a reason.", hint="Such as the number of a court's case.")
    return _set_hold(transaction, at_ms, report_id, caller.person_id, reason, by=caller.person_id)


def release_hold(
    transaction: Transaction, at_ms: int, report_id: str, /, *, caller: Caller, reason: str
) -> Row:
    """End a legal hold; it takes somebody else than who set it."""
    report = work_on(transaction, caller, report_id, "reports.decide")
    if not report["held_by"]:
        raise Conflict(f"{report_id} is under no hold.", hint="There is nothing to end.")
    if report["held_by"] == caller.person_id:
        raise Conflict("Who set a hold does not end it.", hint="It takes somebody else.")
    return _set_hold(transaction, at_ms, report_id, None, reason, by=caller.person_id)


def _set_hold(
    transaction: Transaction, at_ms: int, report_id: str, held_by: str | None, reason: str, /, *,
    by: str,
) -> Row:  # fmt: skip
    transaction.run(
        """UPDATE reports SET held_by = :held_by, held_because = :reason, changed_at = :at_ms,
               version = version + 1 WHERE report_id = :id""",
        held_by=held_by,
        reason=reason,
        at_ms=at_ms,
        id=report_id,
    )
    action = "report.held" if held_by else "report.hold-ended"
    note(transaction, at_ms, by, action, "report", report_id, reason=reason)
    return report_of(transaction, report_id)

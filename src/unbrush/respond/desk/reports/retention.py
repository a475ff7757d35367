"""Retention: how long a reporter's data stays, when it must, and how it goes.

Erasing takes what is sealed and every mark by which somebody could be known again. The row, its
outcome and the audit stay: nothing personal was ever in either, so the chain stays whole.
"""

from unbrush.base.clock import DAY_MS
from unbrush.base.errors import BadRecord, Conflict
from unbrush.base.records import Row, Transaction
from unbrush.respond.desk.audit import history, note
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
    transaction: Transaction, vault: Vault, at_ms: int, report: Row, /, *, by: str,
    everything: bool, why: str = "wish",
) -> None:  # fmt: skip
    """Erase who the reporter is, at any time; what they sent, once nobody works on it any more.

    The audit keeps what proves it: how much was sealed and is gone, and the SHA-256 of each file.

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
    n_sealed = transaction.run(
        "DELETE FROM sealed WHERE report_id = :id AND what IN :kinds", id=report_id, kinds=kinds
    )
    files: list[str] = []
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
            """SELECT evidence_id, sha256 FROM report_evidence
               WHERE report_id = :id AND erased_at IS NULL ORDER BY evidence_id""",
            id=report_id,
        )
        transaction.run(
            """UPDATE report_evidence SET erased_at = :at_ms, look = '', traces = '', same_as = NULL
               WHERE report_id = :id AND erased_at IS NULL""",
            at_ms=at_ms,
            id=report_id,
        )
        for row in rows:
            files.append(f"{row['evidence_id']} {row['sha256']}")
            for what in ("original", "copy"):
                vault.remove_file(f"{row['evidence_id']}-{what}")
    note(
        transaction, at_ms, by, "report.erased", "report", report_id,
        what="everything" if everything else "identity", why=why, n_sealed=n_sealed, files=files,
        closed_at=report["closed_at"],
    )  # fmt: skip


def erase_old(transaction: Transaction, vault: Vault, at_ms: int, /, *, n: int = 100) -> int:
    """Erase what has been kept long enough, unless it is held; return how many.

    It is to be called now and then, and takes ``n`` at most: nobody waits long for it.
    """
    due = transaction.all(
        """SELECT * FROM reports WHERE erased_at IS NULL AND held_by IS NULL
             AND (closed_at <= :closed OR (state = 'draft' AND filed_at <= :filed))
           ORDER BY report_id LIMIT :n""",
        n=n,
        closed=at_ms - KEPT_MS,
        filed=at_ms - DRAFT_MS,
    )
    for report in due:
        why = "draft" if report["state"] == "draft" else "term"
        erase(transaction, vault, at_ms, report, by="system", everything=True, why=why)
    return len(due)


def erasure_of(transaction: Transaction, vault: Vault, report: Row) -> Row:
    """Return what proves that a report was erased: entries of the audit, and what is left of it.

    Returns:
        entries: Who erased what, when and why, with the hash of each entry in the chain.
        n_left_sealed, n_left_files: What is there all the same; 0 if it is gone.
        keeps_until: When it is due; None while it is open.
        held_because: Why a legal hold stands; None if none does.
    """
    report_id = report["report_id"]
    entries = [
        {**entry["detail"], "seq": entry["seq"], "at": entry["noted_at"], "by": entry["actor"],
         "hash": entry["hash"]}
        for entry in history(transaction, "report", report_id)
        if entry["action"] == "report.erased"
    ]  # fmt: skip
    sealed = transaction.one("SELECT count(*) AS n FROM sealed WHERE report_id = :id", id=report_id)
    rows = transaction.all(
        "SELECT evidence_id FROM report_evidence WHERE report_id = :id", id=report_id
    )
    names = [f"{row['evidence_id']}-{what}" for row in rows for what in ("original", "copy")]
    closed_at = report["closed_at"]
    return {
        "report_id": report_id,
        "erased_at": report["erased_at"],
        "entries": entries,
        "n_left_sealed": int(sealed["n"]) if sealed else 0,
        "n_left_files": sum(vault.has_file(name) for name in names),
        "keeps_until": None if closed_at is None else int(closed_at) + KEPT_MS,
        "held_because": report["held_because"] if report["held_by"] else None,
    }


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

"""Work: what people do with a report, from the first reading to the result that is told."""

from typing import Any

from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, NotAllowed
from unbrush.base.records import Row, Transaction
from unbrush.base.words import Words
from unbrush.base.working_days import after_working_days
from unbrush.respond.desk.audit import history, note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.reports import floods
from unbrush.respond.desk.reports.changing import change, tell
from unbrush.respond.desk.reports.clocks import days_of
from unbrush.respond.desk.reports.intake import report_of
from unbrush.respond.desk.reports.kinds import INSIDER, KINDS, MISSING
from unbrush.respond.desk.reports.states import OUTCOMES, STATES

MOVED = ("investigating", "referred", "out-of-scope", "acted")
"""States to which people move a report by hand, with a reason; others come of what they do."""


def work_on(transaction: Transaction, caller: Caller, report_id: str, act: str, /) -> Row:
    """Return a report, if the caller may do ``act`` with it.

    A tip from inside is for auditors alone, and for none whom it is about: to everybody else it is
    not there.

    Raises:
        NoSuchRecord: There is none, or not for this caller.
        NotAllowed: The caller may not, or has a tie to the shop.
    """
    if not caller.may(act) and not caller.may("insiders.work"):
        caller.check(act)
    report = report_of(transaction, report_id)
    is_insider = report["kind"] == INSIDER
    is_seen = caller.may("insiders.work") if is_insider else caller.may(act)
    if not is_seen or report["about_person_id"] == caller.person_id:
        raise NoSuchRecord(f"No report has the id {report_id}.", hint="GET /reports lists them.")
    if report["shop_id"]:
        caller.check_shops({report["shop_id"]})
    return report


def _said(words: Words) -> None:
    if not words.zh.strip() or not words.en.strip():
        raise BadRecord("A reporter is told in both languages.", hint="Write zh and en.")


def reply(
    transaction: Transaction, at_ms: int, report_id: str, words: Words, /, *, caller: Caller
) -> Row:
    """Answer a report's reporter; the first answer stops the clock of replies."""
    report = work_on(transaction, caller, report_id, "reports.work")
    _said(words)
    _not_draft(report)
    tell(transaction, at_ms, report_id, caller.person_id, words)
    changes: dict[str, Any] = {"replied_at": report["replied_at"] or at_ms}
    change(transaction, at_ms, report, **changes, triaged_at=report["triaged_at"] or at_ms)
    note(transaction, at_ms, caller.person_id, "report.replied", "report", report_id)
    return report_of(transaction, report_id)


def reply_to_flood(
    transaction: Transaction, at_ms: int, flood_id: str, words: Words, /, *, caller: Caller
) -> int:
    """Give every report of a flood that has no answer yet the same one; return how many."""
    rows = transaction.all(
        """SELECT report_id FROM reports WHERE flood_id = :id AND replied_at IS NULL
           ORDER BY report_id""",
        id=flood_id,
    )
    for row in rows:
        reply(transaction, at_ms, row["report_id"], words, caller=caller)
    return len(rows)


def _not_draft(report: Row) -> None:
    if report["state"] == "draft":
        raise Conflict(f"{report['report_id']} is a draft.", hint="Its reporter submits it first.")


def ask(
    transaction: Transaction, at_ms: int, report_id: str, words: Words, /, *, caller: Caller
) -> Row:
    """Ask the reporter for something; it counts as an answer, and the report waits for theirs."""
    report = work_on(transaction, caller, report_id, "reports.work")
    _said(words)
    change(
        transaction, at_ms, report, state="need-info", replied_at=report["replied_at"] or at_ms,
        triaged_at=report["triaged_at"] or at_ms,
    )  # fmt: skip
    tell(transaction, at_ms, report_id, caller.person_id, words)
    note(transaction, at_ms, caller.person_id, "report.asked", "report", report_id)
    return report_of(transaction, report_id)


def move(
    transaction: Transaction, at_ms: int, report_id: str, state: str, /, *, caller: Caller,
    reason: str,
) -> Row:  # fmt: skip
    """Move a report by hand: to look into it, hand it on, or say that something was done."""
    report = work_on(transaction, caller, report_id, "reports.work")
    if state not in MOVED:
        raise BadRecord(f"Nobody moves a report to {state}.", hint=f"By hand: {', '.join(MOVED)}.")
    if not reason.strip():
        raise BadRecord("A move needs a reason.", hint="One sentence that others can follow.")
    values: dict[str, Any] = {"state": state, "triaged_at": report["triaged_at"] or at_ms}
    if state in OUTCOMES:
        values |= {"outcome": state, "decided_at": at_ms, "decided_by": caller.person_id}
    change(transaction, at_ms, report, **values)
    note(
        transaction, at_ms, caller.person_id, "report.moved", "report", report_id,
        before=report["state"], after=state, reason=reason,
    )  # fmt: skip
    return report_of(transaction, report_id)


def decide(
    transaction: Transaction, at_ms: int, report_id: str, outcome: str, /, *, caller: Caller,
    reason: Words,
) -> Row:  # fmt: skip
    """Decide a report and tell its reporter, who also reads what would have helped.

    Nothing follows for the shop: a step is proposed in its case, on what a run decided.
    """
    report = work_on(transaction, caller, report_id, "reports.decide")
    if outcome not in OUTCOMES:
        raise BadRecord(f"{outcome} is no outcome.", hint=f"Outcomes: {', '.join(OUTCOMES)}.")
    _said(reason)
    change(
        transaction, at_ms, report, state=outcome, outcome=outcome, decided_at=at_ms,
        decided_by=caller.person_id, replied_at=report["replied_at"] or at_ms,
    )  # fmt: skip
    told = STATES[outcome].words
    helps = what_helps(transaction, report) if outcome == "insufficient" else Words("", "")
    words = Words(f"{told.zh}{reason.zh}{helps.zh}", f"{told.en} {reason.en}{helps.en}")
    tell(transaction, at_ms, report_id, caller.person_id, words)
    note(
        transaction, at_ms, caller.person_id, "report.decided", "report", report_id,
        outcome=outcome, reason=reason.en,
    )  # fmt: skip
    return report_of(transaction, report_id)


def what_helps(transaction: Transaction, report: Row) -> Words:
    """Return what a report of its kind lacks and would be proved by, computed from what it has."""
    has_picture = transaction.one(
        """SELECT 1 AS there FROM report_evidence
           WHERE report_id = :id AND kind = 'picture' AND erased_at IS NULL""",
        id=report["report_id"],
    )
    wanted = ["shop_id", *KINDS[report["kind"]].helps]
    lacking = [
        MISSING[name] for name in wanted if not (has_picture if name == "picture" else report[name])
    ]
    not_found = transaction.all(
        """SELECT name FROM report_checks
           WHERE report_id = :id AND verdict = 'not-found' AND name IN ('order', 'waybill')
           ORDER BY name""",
        id=report["report_id"],
    )
    lacking += [_RIGHT[row["name"]] for row in not_found]
    if not lacking:
        lacking = [_ANYTHING]
    return Words(
        "补充以下内容会有帮助：" + "；".join(words.zh for words in lacking) + "。",
        " What would help: " + "; ".join(words.en for words in lacking) + ".",
    )


_RIGHT = {
    "order": Words("正确的订单编号（未找到所填编号）", "the order's right number (none was found)"),
    "waybill": Words("正确的运单号（未找到所填单号）", "the right waybill (none was found)"),
}
_ANYTHING = Words(
    "能与他人材料互相印证的原图或原始记录",
    "the original of a picture or record, which others' can be compared with",
)


def notify(transaction: Transaction, at_ms: int, report_id: str, /, *, caller: Caller) -> Row:
    """Say that the result was told; what was done about it is in the message."""
    report = work_on(transaction, caller, report_id, "reports.work")
    change(transaction, at_ms, report, state="notified")
    tell(transaction, at_ms, report_id, caller.person_id, STATES["notified"].next)
    note(transaction, at_ms, caller.person_id, "report.notified", "report", report_id)
    return report_of(transaction, report_id)


def close(transaction: Transaction, at_ms: int, report_id: str, /, *, caller: Caller) -> Row:
    """Close a report whose result was told."""
    report = work_on(transaction, caller, report_id, "reports.work")
    if report["state"] == "appeal":
        raise Conflict(f"{report_id} is being reviewed.", hint="The review is decided first.")
    change(transaction, at_ms, report, state="closed", closed_at=at_ms)
    note(transaction, at_ms, caller.person_id, "report.closed", "report", report_id)
    return report_of(transaction, report_id)


def extend(
    transaction: Transaction, at_ms: int, report_id: str, reason: Words, /, *, caller: Caller
) -> Row:
    """Give the decision as many working days again, once; the reporter is told why."""
    report = work_on(transaction, caller, report_id, "reports.decide")
    _said(reason)
    if report["extended_at"] or not report["decide_due_at"]:
        raise Conflict(f"{report_id} cannot be extended.", hint="A clock is extended once.")
    due = after_working_days(int(report["decide_due_at"]), days_of(report["kind"]))
    change(transaction, at_ms, report, decide_due_at=due.at_ms, extended_at=at_ms)
    tell(transaction, at_ms, report_id, caller.person_id, reason)
    note(
        transaction, at_ms, caller.person_id, "report.extended", "report", report_id,
        due=due.at_ms, reason=reason.en,
    )  # fmt: skip
    return report_of(transaction, report_id)


def review(
    transaction: Transaction, at_ms: int, report_id: str, /, *, caller: Caller, is_right: bool,
    reason: Words,
) -> Row:  # fmt: skip
    """Decide on a reporter's wish that the result be reviewed, having had no part in it.

    Raises:
        NotAllowed: The caller decided it.
        Conflict: Nobody asked for it; or nothing was decided in time, and is not to be now.
    """
    report = work_on(transaction, caller, report_id, "reports.decide")
    if report["state"] != "appeal":
        raise Conflict(f"{report_id} is {report['state']}.", hint="Nobody asked for a review.")
    about = history(transaction, "report", report_id)
    [*_, asked] = [each for each in about if each["action"] == "report.appealed"]
    is_late = asked["detail"].get("because") == "inaction"
    if not is_late and report["decided_by"] == caller.person_id:
        raise NotAllowed("You decided this report.", hint="Somebody who did not reviews it.")
    if is_late and not is_right:
        raise Conflict(
            f"Nobody has decided {report_id} in time.",
            hint="It can only be taken up again, and is decided then.",
        )
    _said(reason)
    state = "reopened" if is_right else "closed"
    change(
        transaction, at_ms, report, state=state, closed_at=None if is_right else at_ms,
        decide_due_at=after_working_days(at_ms, days_of(report["kind"])).at_ms,
    )  # fmt: skip
    tell(transaction, at_ms, report_id, caller.person_id, reason)
    note(
        transaction, at_ms, caller.person_id, "report.reviewed", "report", report_id,
        after=state, reason=reason.en,
    )  # fmt: skip
    return report_of(transaction, report_id)


def release(
    transaction: Transaction, at_ms: int, report_id: str, /, *, caller: Caller, reason: str
) -> Row:
    """Take a report out of its flood."""
    report = work_on(transaction, caller, report_id, "reports.work")
    if not report["flood_id"]:
        raise Conflict(f"{report_id} is in no flood.", hint="There is nothing to release.")
    if not reason.strip():
        raise BadRecord("A release needs a reason.", hint="One sentence that others can follow.")
    floods.release(transaction, at_ms, report, by=caller.person_id, reason=reason)
    return report_of(transaction, report_id)

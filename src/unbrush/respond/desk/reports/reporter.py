"""The reporter's side, by the receipt: where it stands, what to add, a review, erasure."""

from typing import Any

from unbrush.base.clock import minute_of
from unbrush.base.errors import BadRecord, Conflict
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.base.words import Words
from unbrush.base.working_days import ZONE, after_working_days
from unbrush.respond.desk.audit import history, note
from unbrush.respond.desk.ladder import APPEAL_MS
from unbrush.respond.desk.reports.changing import change
from unbrush.respond.desk.reports.clocks import days_of
from unbrush.respond.desk.reports.evidence import evidence_of
from unbrush.respond.desk.reports.intake import LONGEST, report_of
from unbrush.respond.desk.reports.states import STATES, UNDECIDED
from unbrush.respond.desk.reports.vault import Vault, opened, put


def standing(transaction: Transaction, vault: Vault, report: Row) -> dict[str, Any]:
    """Return what a reporter sees: state, next step and its date, messages both ways.

    Flood, weight and case are for the desk: they say nothing of the truth of a report.
    """
    state = STATES[report["state"]]
    due = report[state.due] if state.due else None
    messages = [
        {"sent_at": row["sent_at"], "from": "desk", "zh": row["zh"], "en": row["en"]}
        for row in transaction.all(
            """SELECT sent_at, zh, en FROM report_messages
               WHERE report_id = :id AND sender <> 'reporter' ORDER BY sent_at, message_id""",
            id=report["report_id"],
        )
    ]
    own = dict(opened(transaction, vault, report["report_id"], "message"))
    messages += [
        {"sent_at": row["sent_at"], "from": "reporter", "text": own.get(row["message_id"], "")}
        for row in transaction.all(
            """SELECT message_id, sent_at FROM report_messages
               WHERE report_id = :id AND sender = 'reporter' ORDER BY sent_at, message_id""",
            id=report["report_id"],
        )
    ]
    by = "" if due is None else minute_of(int(due), ZONE)
    return {
        "report_id": report["report_id"],
        "kind": report["kind"],
        "track": report["track"],
        "state": report["state"],
        "zh": state.words.zh,
        "en": state.words.en,
        "next_zh": f"{state.next.zh}（{by} 前）" if by else state.next.zh,
        "next_en": f"{state.next.en} (by {by}, China)" if by else state.next.en,
        "due_at": due,
        "reply_due_at": report["reply_due_at"],
        "decide_due_at": report["decide_due_at"],
        "outcome": report["outcome"],
        "evidence": [
            {name: row[name] for name in ("evidence_id", "kind", "n_bytes", "sha256", "added_at")}
            for row in evidence_of(transaction, report["report_id"])
            if row["erased_at"] is None
        ],
        "messages": sorted(messages, key=lambda each: int(each["sent_at"])),
    }


def add_message(
    transaction: Transaction, vault: Vault, at_ms: int, report: Row, text: str, /
) -> Row:
    """Keep what a reporter adds; what was asked for goes on, what was too little is taken up again.

    Raises:
        BadRecord: Empty or too long.
    """
    if not text.strip() or len(text) > LONGEST:
        raise BadRecord(
            f"A message has 1 to {LONGEST:,} signs.", hint="Files are sent as evidence."
        )
    report_id = report["report_id"]
    message_id = f"M-{next_number(transaction, 'report message'):09d}"
    add(
        transaction, "report_messages", message_id=message_id, report_id=report_id,
        sender="reporter", sent_at=at_ms, zh="", en="",
    )  # fmt: skip
    put(transaction, vault, report_id, "message", message_id, text)
    note(transaction, at_ms, "reporter", "report.added-to", "report", report_id)
    again = {"need-info": "investigating", "insufficient": "reopened", "closed": "reopened"}
    is_settled = report["state"] == "notified" and report["outcome"] == "insufficient"
    state = "reopened" if is_settled else again.get(report["state"])
    if state == "reopened":
        due = after_working_days(at_ms, days_of(report["kind"])).at_ms
        change(transaction, at_ms, report, state=state, decide_due_at=due, closed_at=None)
    elif state:
        change(transaction, at_ms, report, state=state)
    return report_of(transaction, report_id)


def appeal(transaction: Transaction, vault: Vault, at_ms: int, report: Row, text: str, /) -> Row:
    """Ask that somebody else reviews the result, or that nothing was decided in time.

    A result is reviewed once, also after the desk has closed the report: what is closed soon is
    not thereby out of reach.

    Raises:
        Conflict: There is no result and the date for it is not over, or it was reviewed, or told
            more than six months ago.
    """
    because = "result" if report["state"] in ("notified", "closed") else "inaction"
    if because == "result":
        _check_reviewable(transaction, at_ms, report)
    elif report["state"] not in UNDECIDED or at_ms <= int(report["decide_due_at"]):
        raise Conflict(
            f"No result of {report['report_id']} was told yet, and its date is not over.",
            hint="Wait for it, or write a message; when the date is over you may ask again.",
        )
    report = add_message_only(transaction, vault, at_ms, report, text)
    due = after_working_days(at_ms, days_of(report["kind"])).at_ms
    change(transaction, at_ms, report, state="appeal", decide_due_at=due, closed_at=None)
    note(
        transaction, at_ms, "reporter", "report.appealed", "report", report["report_id"],
        because=because,
    )  # fmt: skip
    return report_of(transaction, report["report_id"])


def _check_reviewable(transaction: Transaction, at_ms: int, report: Row) -> None:
    """Raise Conflict if a result was reviewed, or was told too long ago."""
    report_id, decided_at = report["report_id"], int(report["decided_at"])
    hint = "With something new it is looked into again: write a message."
    if any(
        entry["action"] == "report.reviewed" and int(entry["noted_at"]) >= decided_at
        for entry in history(transaction, "report", report_id)
    ):
        raise Conflict(f"The result of {report_id} was reviewed.", hint=hint)
    if at_ms > decided_at + APPEAL_MS:
        raise Conflict(f"The six months to have {report_id} reviewed are over.", hint=hint)


def add_message_only(
    transaction: Transaction, vault: Vault, at_ms: int, report: Row, text: str, /
) -> Row:
    """Keep a message without moving the report; return the report."""
    return add_message(transaction, vault, at_ms, {**report, "state": "", "outcome": ""}, text)


RIGHTS = Words(
    "回执只显示这一次；凭回执可查看进度、补充材料、申请复核或要求删除个人信息。",
    "The receipt is shown this once. By it you see how things stand, add to your report, ask for a "
    "review, or have what is personal erased.",
)

"""Write to a report that is still what was read, and tell its reporter."""

from typing import Any

from unbrush.base.errors import Conflict, Stale
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.base.words import Words
from unbrush.respond.desk.reports.states import STATES


def change(transaction: Transaction, at_ms: int, report: Row, /, **values: Any) -> None:
    """Write columns of a report that is still at the version read; names are ours.

    Raises:
        Conflict: It cannot go to that state from where it is.
        Stale: Somebody was faster.
    """
    state = values.get("state", report["state"])
    if state != report["state"] and state not in STATES[report["state"]].to:
        allowed = ", ".join(STATES[report["state"]].to)
        raise Conflict(
            f"{report['report_id']} is {report['state']} and cannot become {state}.",
            hint=f"It can become {allowed}.",
        )
    columns = ", ".join(f"{column} = :{column}" for column in values)
    touched = transaction.run(
        f"""UPDATE reports SET {columns}, changed_at = :changed_at, version = version + 1
            WHERE report_id = :report_id AND version = :version""",
        **values,
        changed_at=at_ms,
        report_id=report["report_id"],
        version=report["version"],
    )
    if not touched:
        raise Stale(
            f"{report['report_id']} was changed since version {report['version']}.",
            hint="Read it again and repeat the change on its new version.",
        )


def tell(transaction: Transaction, at_ms: int, report_id: str, sender: str, words: Words) -> str:
    """Keep a message for a report's reporter, who reads it by the receipt; return its id."""
    message_id = f"M-{next_number(transaction, 'report message'):09d}"
    add(
        transaction, "report_messages", message_id=message_id, report_id=report_id,
        sender=sender, sent_at=at_ms, zh=words.zh, en=words.en,
    )  # fmt: skip
    return message_id

"""What one person proposes and another decides: checks and writes that such records share.

Such a table has the columns proposed_by, proposed_at, decided_by, decided_at, decided_because,
state, changed_at and version.
"""

import re
from typing import Any

from unbrush.base.errors import BadRecord, Conflict, NotAllowed, Stale
from unbrush.base.records import Row, Transaction
from unbrush.base.words import Words
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller


def check_said(**texts: str) -> None:
    """Raise BadRecord if one of the texts is empty; it is named by its key."""
    for name, text in texts.items():
        if not text.strip():
            raise BadRecord(f"{name} is empty.", hint="Others have to be able to follow it.")


def check_said_twice(name: str, words: Words) -> None:
    """Raise BadRecord unless something is said in both languages."""
    check_said(**{f"{name}_zh": words.zh, f"{name}_en": words.en})


def check_hash(sha256: str) -> None:
    """Raise BadRecord unless it is empty or a SHA-256 in small hexadecimal digits."""
    if sha256 and not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise BadRecord(
            f"{sha256[:80]} is no SHA-256.", hint="64 hexadecimal digits, as `sha256sum` prints."
        )


def change(
    transaction: Transaction,
    at_ms: int,
    table: str,
    key: str,
    record_id: str,
    expected_version: int,
    /,
    **values: Any,
) -> None:
    """Write columns of a record that is still at a version; table and columns are names of ours.

    Raises:
        Stale: Somebody was faster.
    """
    columns = ", ".join(f"{column} = :{column}" for column in values)
    touched = transaction.run(
        f"""UPDATE {table} SET {columns}, changed_at = :changed_at, version = version + 1
            WHERE {key} = :record_id AND version = :expected""",
        **values,
        changed_at=at_ms,
        record_id=record_id,
        expected=expected_version,
    )
    if not touched:
        raise Stale(
            f"{record_id} was changed since version {expected_version}.",
            hint="Read it again and repeat the change on its new version.",
        )


def decide(
    transaction: Transaction,
    at_ms: int,
    table: str,
    key: str,
    row: Row,
    /,
    *,
    caller: Caller,
    expected_version: int,
    is_approved: bool,
    reason: str,
    states: tuple[str, str, str],
    action: str,
) -> str:
    """Approve or refuse what somebody else proposed; return the new state.

    Args:
        transaction: A writing one.
        at_ms: The present.
        table: Where it is kept.
        key: Its column of ids.
        row: The record as it stands.
        caller: Who decides; roles and ties are checked by who calls this.
        expected_version: The version that was read.
        is_approved: The verdict.
        reason: Why.
        states: Its state before, approved, refused.
        action: What is decided, as the audit calls it: ``preset``, ``owner-link``.

    Raises:
        NotAllowed: The caller proposed it.
        Conflict: It is decided already.
    """
    record_id = str(row[key])
    if caller.person_id == row["proposed_by"]:
        raise NotAllowed("Who proposed it does not decide it.", hint="It takes somebody else.")
    if row["state"] != states[0]:
        raise Conflict(f"{record_id} is {row['state']}.", hint="It is decided once.")
    check_said(reason=reason)
    state = states[1] if is_approved else states[2]
    change(
        transaction, at_ms, table, key, record_id, expected_version, state=state,
        decided_by=caller.person_id, decided_at=at_ms, decided_because=reason,
    )  # fmt: skip
    note(
        transaction, at_ms, caller.person_id, f"{action}.{state}", action, record_id, reason=reason
    )
    return state

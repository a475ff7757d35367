"""Attachments of cases and appeals: opened safely, kept by their SHA-256, given as a clean copy.

The original is never shown: who needs it says why, and gets bytes. What is sealed is encrypted, and
each reading of it is an entry of the audit. A PDF is not opened here: it has no clean copy and is
always sealed. Attachments are never changed; they move with a case that is merged, go with both
parts of one that is split, and are erased when their term is over (`attachment_retention`).
"""

import secrets
import unicodedata

from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, NotAllowed
from unbrush.base.records import Row, Transaction, add
from unbrush.respond.desk.appeals import appeal_of
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.cases import check_work, shops_of
from unbrush.respond.desk.reports.evidence import Opened
from unbrush.respond.desk.shelf import Shelf

MOST = {"case": 100, "appeal": 12}
"""Most files of one."""

_LISTED = (
    "attachment_id, kind, name, sha256, n_bytes, media_type, is_sealed, came_from, added_by, "
    "added_at, erased_at"
)


def attach_to_case(
    transaction: Transaction, shelf: Shelf, at_ms: int, case_id: str, opened: Opened, /, *,
    caller: Caller, name: str = "", sealed: bool = False,
) -> Row:  # fmt: skip
    """Attach a file to a case and return it; the same file again is the same attachment.

    Raises:
        NotAllowed: The caller may not work on it, or has a tie to its shops.
        Conflict: The case was merged into another.
        BadRecord: There are as many as may be.
    """
    case = check_work(transaction, caller, case_id, "cases.work")
    if case["state"] == "merged":
        raise Conflict(f"{case_id} is merged.", hint=f"Attach it to {case['merged_into']}.")
    return _attach(transaction, shelf, at_ms, "case", case_id, opened, caller, name, sealed)


def attach_to_appeal(
    transaction: Transaction, shelf: Shelf, at_ms: int, appeal_id: str, opened: Opened, /, *,
    caller: Caller, name: str = "", sealed: bool = False,
) -> Row:  # fmt: skip
    """Attach a file to an open appeal of a shop that the caller acts for.

    Raises:
        NoSuchRecord: The caller acts for another shop.
        Conflict: It is decided.
    """
    caller.check("appeals.file")
    appeal = transaction.one("SELECT * FROM appeals WHERE appeal_id = :id", id=appeal_id)
    if appeal is None or appeal["shop_id"] not in caller.member_of:
        raise NoSuchRecord(f"You have no appeal {appeal_id}.", hint="GET /me/appeals lists yours.")
    if appeal["state"] != "open":
        raise Conflict(f"{appeal_id} is decided.", hint="New facts can be sent with a new appeal.")
    return _attach(transaction, shelf, at_ms, "appeal", appeal_id, opened, caller, name, sealed)


def _attach(
    transaction: Transaction, shelf: Shelf, at_ms: int, to: str, record_id: str, opened: Opened,
    caller: Caller, name: str, sealed: bool,
) -> Row:  # fmt: skip
    sealed = sealed or opened.kind == "pdf"
    there = [
        row for row in attachments_of(transaction, to, record_id) if row["erased_at"] is None
    ]  # fmt: skip
    for row in there:
        if row["sha256"] == opened.sha256 and bool(row["is_sealed"]) == sealed:
            return row
    if len(there) >= MOST[to]:
        raise BadRecord(
            f"{record_id} has {len(there)} files; {MOST[to]} are the most.",
            hint="Attach the most telling ones, or put several pages into one picture.",
        )
    attachment_id = f"F-{secrets.token_hex(8)}"
    # First, since it takes the lock of the audit: nobody erases the same content meanwhile.
    note(
        transaction, at_ms, caller.person_id, "attachment.added", to, record_id,
        attachment=attachment_id, sha256=opened.sha256, n_bytes=len(opened.original),
        is_sealed=sealed,
    )  # fmt: skip
    # Before the record of it: a file that nobody names does no harm, a name without a file does.
    copy_sha256 = shelf.put(opened.copy, sealed=sealed)
    sha256 = shelf.put(opened.original, sealed=sealed)
    add(
        transaction, "attachments", attachment_id=attachment_id, **{f"{to}_id": record_id},
        kind=opened.kind, name=shown_name(name), sha256=sha256, n_bytes=len(opened.original),
        copy_sha256=copy_sha256, media_type=opened.copy_type, is_sealed=int(sealed),
        added_by=caller.person_id, added_at=at_ms,
    )  # fmt: skip
    return next(
        row for row in attachments_of(transaction, to, record_id)
        if row["attachment_id"] == attachment_id
    )  # fmt: skip


def attachments_of(transaction: Transaction, to: str, record_id: str) -> list[Row]:
    """Return what is attached to a case or an appeal, without content, as it came.

    Args:
        transaction: Where they are.
        to: ``case`` or ``appeal``.
        record_id: Its id.
    """
    assert to in MOST, to
    return transaction.all(
        f"""SELECT {_LISTED} FROM attachments WHERE {to}_id = :id
            ORDER BY added_at, attachment_id""",
        id=record_id,
    )


def read_attachment(
    transaction: Transaction, shelf: Shelf, attachment_id: str, /, *, caller: Caller
) -> Row:
    """Return the clean copy of an attachment, as ``content``, with its record.

    Raises:
        NotAllowed: It is sealed, or the caller has a tie to the shop.
    """
    caller.check("attachments.read")
    row = _attachment(transaction, attachment_id)
    caller.check_shops(_shops(transaction, row))
    if row["is_sealed"]:
        raise NotAllowed(
            f"{attachment_id} is sealed.",
            hint="POST /attachments/{id}/open with a reason, by a reviewer, counsel or auditor.",
        )
    return {**row, "content": shelf.get(row["copy_sha256"], sealed=False)}


def open_attachment(
    transaction: Transaction, shelf: Shelf, at_ms: int, attachment_id: str, /, *, caller: Caller,
    reason: str, original: bool = False,
) -> Row:  # fmt: skip
    """Return a sealed attachment, or the original of any, as ``content``; the audit says so.

    Raises:
        NotAllowed: Not with these roles, or not with a tie to the shop.
        BadRecord: No reason.
    """
    caller.check("attachments.unseal")
    row = _attachment(transaction, attachment_id)
    caller.check_shops(_shops(transaction, row))
    if not reason.strip():
        raise BadRecord("A sealed file or an original is not read without a reason.", hint="Why?")
    return _noted(transaction, shelf, at_ms, row, caller, reason.strip(), original)


def own_attachment(
    transaction: Transaction, shelf: Shelf, at_ms: int, attachment_id: str, /, *, caller: Caller
) -> Row:
    """Return the clean copy of what is attached to an appeal of the caller's shop."""
    row = _attachment(transaction, attachment_id)
    appeal = row["appeal_id"] and appeal_of(transaction, row["appeal_id"])
    if not appeal or appeal["shop_id"] not in caller.member_of:
        raise NoSuchRecord(f"You have no attachment {attachment_id}.", hint="GET /me/appeals.")
    if row["is_sealed"]:
        return _noted(transaction, shelf, at_ms, row, caller, "its own appeal", False)
    return {**row, "content": shelf.get(row["copy_sha256"], sealed=False)}


def _noted(
    transaction: Transaction, shelf: Shelf, at_ms: int, row: Row, caller: Caller, reason: str,
    original: bool,
) -> Row:  # fmt: skip
    """Return content with its record; the reading is in the audit of the case or appeal."""
    to = "case" if row["case_id"] else "appeal"
    note(
        transaction, at_ms, caller.person_id, "attachment.read", to, row[f"{to}_id"],
        attachment=row["attachment_id"], reason=reason,
        what="original" if original or row["kind"] == "pdf" else "copy",
    )  # fmt: skip
    sha256 = row["sha256"] if original else row["copy_sha256"]
    return {**row, "content": shelf.get(sha256, sealed=bool(row["is_sealed"]))}


def _shops(transaction: Transaction, row: Row) -> set[str]:
    """Return the shops that an attachment is about."""
    if row["case_id"]:
        return shops_of(transaction, row["case_id"])
    return {appeal_of(transaction, row["appeal_id"])["shop_id"]}


def _attachment(transaction: Transaction, attachment_id: str) -> Row:
    row = transaction.one("SELECT * FROM attachments WHERE attachment_id = :id", id=attachment_id)
    if row is None:
        raise NoSuchRecord(
            f"Nothing attached has the id {attachment_id}.", hint="Cases and appeals list theirs."
        )
    if row["erased_at"] is not None:
        raise NoSuchRecord(
            f"{attachment_id} was erased: its term was over.",
            hint="What is left is its SHA-256, and who added it when.",
        )
    return row


def shown_name(name: str) -> str:
    """Return what a sender calls a file, fit to be shown: no path, no signs that nobody sees."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(
        sign for sign in last if unicodedata.category(sign)[0] not in "CZ" or sign == " "
    )[:120].strip()

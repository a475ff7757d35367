"""Findings of documents: what a seized list, a decision or books of account count or say was paid.

States: proposed → confirmed → withdrawn; proposed → refused. One person takes a finding from the
document, which is named by its SHA-256; somebody else, having seen the document, confirms it. Only
what is confirmed goes into case files. It says nothing of any shop and carries no step.
"""

from datetime import date

from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, did_you_mean
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.cases import check_work
from unbrush.respond.desk.two_people import change, check_hash, check_said, decide
from unbrush.respond.dossier.law import thresholds
from unbrush.respond.dossier.thresholds import Counted
from unbrush.respond.losses.documents import KINDS, Entry

_STATES = ("proposed", "confirmed", "refused")
_TABLE, _KEY = "document_findings", "finding_id"


def finding_of(transaction: Transaction, finding_id: str) -> Row:
    """Return a finding.

    Raises:
        NoSuchRecord: There is none.
    """
    row = transaction.one(f"SELECT * FROM {_TABLE} WHERE {_KEY} = :id", id=finding_id)
    if row is None:
        raise NoSuchRecord(
            f"No finding of a document has the id {finding_id}.",
            hint="GET /cases/{case_id}/documents lists them.",
        )
    return row


def findings_of(transaction: Transaction, case_id: str) -> list[Row]:
    """Return the findings of a case in the order in which they were entered."""
    return transaction.all(
        f"SELECT * FROM {_TABLE} WHERE case_id = :id ORDER BY proposed_at, {_KEY}", id=case_id
    )


def enter_finding(
    transaction: Transaction,
    at_ms: int,
    case_id: str,
    /,
    *,
    caller: Caller,
    kind: str,
    n: int,
    source: str,
    sha256: str,
    unit_minor: int | None = None,
    currency: str | None = None,
    day: date | None = None,
) -> Row:
    """Enter what a document says; it counts when somebody else has confirmed it.

    Args:
        transaction: A writing one.
        at_ms: The present.
        case_id: The case.
        caller: Who enters it.
        kind: A number of law.toml, such as ``personal-trades``, or an amount, such as
            ``service-fee``.
        n: How many; of amounts, how many times the unit.
        source: The document.
        sha256: Of the document's file.
        unit_minor: Of amounts: how much each, in minor units.
        currency: Of amounts: ISO code.
        day: When, as the document says; None if it does not.

    Raises:
        BadRecord: No such kind, no document, or an amount without unit and currency.
        Conflict: The same document says the same already.
    """
    check_work(transaction, caller, case_id, "documents.enter")
    _check(kind, n, unit_minor, currency)
    check_said(source=source, sha256=sha256)
    check_hash(sha256)
    there = transaction.one(
        f"""SELECT {_KEY}, state FROM {_TABLE} WHERE case_id = :case_id AND kind = :kind
              AND sha256 = :sha256 AND coalesce(unit_minor, -1) = :unit
              AND coalesce(day, '') = :day AND state IN ('proposed', 'confirmed')""",
        case_id=case_id, kind=kind, sha256=sha256, unit=-1 if unit_minor is None else unit_minor,
        day=day.isoformat() if day else "",
    )  # fmt: skip
    if there:
        raise Conflict(
            f"{there[_KEY]}, which is {there['state']}, says this of the same document.",
            hint="A document counts once: withdraw that one first if it is wrong.",
        )
    finding_id = f"D-{next_number(transaction, 'document-finding')}"
    add(
        transaction, _TABLE, finding_id=finding_id, case_id=case_id, kind=kind, n=n,
        unit_minor=unit_minor, currency=currency, source=source, sha256=sha256,
        day=day.isoformat() if day else None, state="proposed", proposed_by=caller.person_id,
        proposed_at=at_ms, changed_at=at_ms, version=1,
    )  # fmt: skip
    note(
        transaction, at_ms, caller.person_id, "document.proposed", "document", finding_id,
        case=case_id, kind=kind, n=n, unit_minor=unit_minor, currency=currency, sha256=sha256,
    )  # fmt: skip
    return finding_of(transaction, finding_id)


def _check(kind: str, n: int, unit_minor: int | None, currency: str | None) -> None:
    known = {**thresholds(), **KINDS}
    if kind not in known:
        raise BadRecord(f"{kind} is no kind of finding.", hint=did_you_mean(kind, known))
    if n < 0 or (unit_minor is not None and unit_minor < 0):
        raise BadRecord("A finding counts 0 or more.", hint="Amounts are whole minor units.")
    is_amount = kind in KINDS
    if is_amount != (unit_minor is not None) or is_amount != bool(currency):
        raise BadRecord(
            f"{kind} is {'an amount' if is_amount else 'a count'}.",
            hint="Amounts have unit_minor and currency; counts have neither.",
        )


def decide_finding(
    transaction: Transaction,
    at_ms: int,
    finding_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    is_approved: bool,
    reason: str,
) -> Row:
    """Confirm, having seen the document, or refuse what somebody else entered."""
    row = finding_of(transaction, finding_id)
    check_work(transaction, caller, row["case_id"], "documents.decide")
    decide(
        transaction, at_ms, _TABLE, _KEY, row, caller=caller, reason=reason,
        expected_version=expected_version, is_approved=is_approved, states=_STATES,
        action="document",
    )  # fmt: skip
    return finding_of(transaction, finding_id)


def withdraw_finding(
    transaction: Transaction,
    at_ms: int,
    finding_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    reason: str,
) -> Row:
    """Take out what turns out to be wrong: it counts for nothing from now on."""
    row = finding_of(transaction, finding_id)
    check_work(transaction, caller, row["case_id"], "documents.decide")
    check_said(reason=reason)
    if row["state"] not in ("proposed", "confirmed"):
        raise Conflict(f"{finding_id} is {row['state']}.", hint="It counts for nothing already.")
    change(transaction, at_ms, _TABLE, _KEY, finding_id, expected_version, state="withdrawn")
    note(
        transaction, at_ms, caller.person_id, "document.withdrawn", "document", finding_id,
        reason=reason,
    )  # fmt: skip
    return finding_of(transaction, finding_id)


def confirmed_of(transaction: Transaction, case_id: str) -> tuple[list[Counted], list[Entry]]:
    """Return the counts and the amounts of a case that two people stand for."""
    rows = [row for row in findings_of(transaction, case_id) if row["state"] == "confirmed"]
    counted = [
        Counted(
            id=row["finding_id"], kind=row["kind"], n=int(row["n"]), source=row["source"],
            sha256=row["sha256"], day=_day(row),
        )
        for row in rows if row["kind"] not in KINDS
    ]  # fmt: skip
    entries = [
        Entry(
            kind=row["kind"], n=int(row["n"]), unit_minor=int(row["unit_minor"]),
            currency=row["currency"], day=_day(row), confirmed_by=row["decided_by"],
            source=f"{row['source']} (SHA-256 {row['sha256'][:16]}…)",
        )
        for row in rows if row["kind"] in KINDS
    ]  # fmt: skip
    return counted, entries


def _day(row: Row) -> date | None:
    return date.fromisoformat(row["day"]) if row["day"] else None

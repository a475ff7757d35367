"""Intake: somebody tells something and has a receipt at once, by which they are answered.

No account is needed. The receipt is shown once and kept as a hash: whoever holds it is the
reporter, so it opens nothing but this report. Who they are and what they write is sealed.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from unbrush.base.errors import BadRecord, NoSuchRecord, did_you_mean
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import hash_of
from unbrush.respond.desk.reports.kinds import CONTACT_MODES, INSIDER, KINDS, TRACKS
from unbrush.respond.desk.reports.marks import text_marks, tie_marks
from unbrush.respond.desk.reports.vault import Vault, put

_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that looks like another
_GROUPS, _GROUP = 5, 5
FULL_WEIGHT = 0.6
"""Weight of somebody's first report; see `reliability`."""

LONGEST = 20_000


@dataclass(frozen=True, kw_only=True)
class NewReport:
    """What is told.

    Attributes:
        kind: One of `KINDS`.
        statement: In the reporter's words; sealed.
        track: report or complaint.
        contact_mode: named, confidential or anonymous.
        identity: Name and contact; empty for an anonymous one; sealed.
        account_id: The reporter's account, if the platform vouches for it; sealed.
        device: Token of the device, likewise; kept as a mark alone.
        shop_id, item_id, order_id, waybill_id, review_id: What it is about.
        happened_at: When, epoch ms UTC.
        paid_minor: What the reporter paid or lost, minor units.
        currency: Of that, ISO 4217; None if it was not said.
        about_person_id: Of the desk's people, whom an insider's tip is about.
    """

    kind: str
    statement: str
    track: str = "report"
    contact_mode: str = "anonymous"
    identity: str = ""
    account_id: str = ""
    device: str = ""
    shop_id: str | None = None
    item_id: str | None = None
    order_id: str | None = None
    waybill_id: str | None = None
    review_id: str | None = None
    happened_at: int | None = None
    paid_minor: int | None = None
    currency: str | None = None
    about_person_id: str | None = None


@dataclass(frozen=True)
class Filed:
    """A report that was filed, and the receipt: shown this once."""

    report_id: str
    receipt: str


def file_report(transaction: Transaction, vault: Vault, at_ms: int, new: NewReport, /) -> Filed:
    """Keep a report as a draft: evidence is added, then it is submitted.

    Raises:
        BadRecord: A value is not allowed.
    """
    _check(new)
    receipt = "-".join(
        "".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS)
    )
    report_id = f"RP-{next_number(transaction, 'report')}"
    add(
        transaction, "reports", report_id=report_id, receipt_hash=hash_of(receipt),
        track=new.track, kind=new.kind, contact_mode=new.contact_mode, shop_id=new.shop_id,
        item_id=new.item_id, order_id=new.order_id, waybill_id=new.waybill_id,
        review_id=new.review_id, happened_at=new.happened_at, paid_minor=new.paid_minor,
        currency=new.currency,
        about_person_id=new.about_person_id, reporter_mark=_reporter_mark(vault, new),
        ties=_own_ties(vault, new), text_marks=text_marks(vault, new.statement), state="draft",
        weight=FULL_WEIGHT, filed_at=at_ms, changed_at=at_ms, version=1,
    )  # fmt: skip
    who = "\n".join(part for part in (new.identity.strip(), new.account_id) if part)
    if who:
        put(transaction, vault, report_id, "identity", f"{report_id}-identity", who)
    put(transaction, vault, report_id, "statement", f"{report_id}-statement", new.statement)
    note(
        transaction, at_ms, "reporter", "report.filed", "report", report_id,
        track=new.track, kind=new.kind, contact_mode=new.contact_mode,
    )  # fmt: skip
    return Filed(report_id, receipt)


def _check(new: NewReport) -> None:
    for value, allowed, what in (
        (new.kind, tuple(KINDS), "kind of report"),
        (new.track, TRACKS, "track"),
        (new.contact_mode, CONTACT_MODES, "contact mode"),
    ):
        if value not in allowed:
            raise BadRecord(f"{value} is no {what}.", hint=did_you_mean(value, allowed))
    if not new.statement.strip() or len(new.statement) > LONGEST:
        raise BadRecord(
            f"A report has 1 to {LONGEST:,} signs.", hint="Say what happened, where and when."
        )
    if new.contact_mode == "anonymous" and new.identity.strip():
        raise BadRecord(
            "An anonymous report names nobody.",
            hint="Leave name and contact out, or choose confidential: they are sealed then.",
        )
    if new.contact_mode == "named" and not new.identity.strip():
        raise BadRecord("A named report names its reporter.", hint="Or choose anonymous.")
    if new.about_person_id and new.kind != INSIDER:
        raise BadRecord("Only a tip from inside is about a person.", hint=f"Choose {INSIDER}.")
    if new.track == "complaint" and new.kind == INSIDER:
        raise BadRecord("A tip from inside is a report.", hint="Choose the track report.")


def _reporter_mark(vault: Vault, new: NewReport) -> str:
    if new.kind == INSIDER:
        return ""  # nobody is to find an insider by what else they reported
    if new.account_id:
        return vault.mark("account", new.account_id)
    return vault.mark("contact", new.identity.strip().lower()) if new.identity.strip() else ""


def _own_ties(vault: Vault, new: NewReport) -> str:
    if new.kind == INSIDER:
        return ""
    ties = [("account", new.account_id), ("device", new.device)]
    return tie_marks(vault, [(kind, value) for kind, value in ties if value])


LISTED = """report_id, track, kind, contact_mode, shop_id, item_id, order_id, waybill_id,
    review_id, happened_at, paid_minor, currency, state, outcome, case_id, flood_id, weight,
    submitted_at, triage_due_at, reply_due_at, decide_due_at, replied_at, decided_at, extended_at,
    closed_at, version"""
"""Columns of a report that the desk may see in a list: nothing of who told it."""


def listed(report: Row) -> dict[str, Any]:
    """Return what of a report the desk sees in a list."""
    return {name.strip(): report[name.strip()] for name in LISTED.split(",")}


def report_of(transaction: Transaction, report_id: str) -> Row:
    """Return a report.

    Raises:
        NoSuchRecord: There is none.
    """
    row = transaction.one("SELECT * FROM reports WHERE report_id = :id", id=report_id)
    if row is None:
        raise NoSuchRecord(f"No report has the id {report_id}.", hint="GET /reports lists them.")
    return row


def report_by_receipt(transaction: Transaction, receipt: str) -> Row:
    """Return the report that a receipt was given for, however it is written.

    Raises:
        NoSuchRecord: There is none.
    """
    bare = "".join(sign for sign in receipt.upper() if sign in _SIGNS)
    groups = [bare[start : start + _GROUP] for start in range(0, len(bare), _GROUP)]
    row = transaction.one(
        "SELECT * FROM reports WHERE receipt_hash = :hash", hash=hash_of("-".join(groups))
    )
    if row is None:
        raise NoSuchRecord(
            "No report has this receipt.", hint="Check each sign; it was shown when you reported."
        )
    return row

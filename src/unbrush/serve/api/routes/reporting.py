"""Reporting: what is told, by whom and with what; a receipt opens it again."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, UploadFile
from pydantic import AfterValidator, Field

from unbrush.base.errors import NoSuchRecord
from unbrush.base.records import Row, Transaction
from unbrush.base.run_folder import RunFolder
from unbrush.base.words import Words
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.reports import reporter, retention
from unbrush.respond.desk.reports.checking import Checked, check_report
from unbrush.respond.desk.reports.evidence import add_evidence
from unbrush.respond.desk.reports.intake import NewReport, file_report, report_by_receipt
from unbrush.respond.desk.reports.kinds import CONTACT_MODES, KINDS, MISSING
from unbrush.respond.desk.reports.submitting import submit
from unbrush.respond.desk.reports.vault import opened, vault_of
from unbrush.respond.desk.settlement.holdable import newest_run
from unbrush.serve.api.callers import DeskOf, Reading, Writing, WritingLater, may
from unbrush.serve.api.shapes import (
    WHOLE,
    Asked,
    Name,
    Text,
)
from unbrush.serve.api.state import Desk
from unbrush.serve.api.uploads import LARGEST, open_upload
from unbrush.store.duckdb_engine import DuckDBEngine

router = APIRouter(tags=["reports"])

FileFor = Annotated[Caller, may("reports.file-for")]


def _plain(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must be text without NUL")
    return text


Receipt = Annotated[
    str,
    Header(max_length=64, description="What you were given when you reported."),
    AfterValidator(_plain),
]


KindName = Literal[
    "cashback-card", "template-praise", "empty-parcel", "paid-visit", "recruitment-post",
    "review-blackmail", "insider-tip", "scam-victim",
]  # fmt: skip
OptionalName = Annotated[Name | None, Field(default=None)]


class Told(Asked):
    """What is told. It stays a draft until it is submitted, so that evidence can be added."""

    kind: KindName
    statement: Text
    track: Literal["report", "complaint"] = "report"
    contact_mode: Literal["named", "confidential", "anonymous"] = "anonymous"
    identity: Text = ""
    shop_id: OptionalName
    item_id: OptionalName
    order_id: OptionalName
    waybill_id: OptionalName
    review_id: OptionalName
    happened_at: int | None = Field(default=None, ge=0, le=WHOLE)
    paid_minor: int | None = Field(default=None, ge=0, le=WHOLE)
    currency: Annotated[
        str | None, Field(pattern="^[A-Z]{3}$", description="Of `paid_minor`, ISO 4217.")
    ] = None
    about_person_id: OptionalName


class ToldFor(Told):
    """What one of the platform's consumers tells; the platform vouches for account and device."""

    account_id: Text = ""
    device: Text = ""


class Submitted(Asked):
    """That what is told is true as far as the reporter knows."""

    affirms_truth: bool


class Said(Asked):
    """A message in one's own words."""

    text: Text


class Erasing(Asked):
    """Who one is alone, or everything."""

    everything: bool = False


@router.get("/reports/kinds")
def list_report_kinds() -> dict[str, Any]:
    """List what can be told, what proves each best, and advice for whoever is in it now."""
    return {
        "rows": [
            {
                "kind": name,
                "zh": kind.words.zh,
                "en": kind.words.en,
                "helps_zh": [MISSING[each].zh for each in kind.helps],
                "helps_en": [MISSING[each].en for each in kind.helps],
                "advice_zh": kind.advice.zh if kind.advice else "",
                "advice_en": kind.advice.en if kind.advice else "",
            }
            for name, kind in KINDS.items()
        ],
        "contact_modes": list(CONTACT_MODES),
    }


@router.post("/reports", status_code=201)
def tell(asked: Told, desk: DeskOf, transaction: Writing) -> dict[str, Any]:
    """Report something, without an account; the receipt is shown this once."""
    return _file(desk, transaction, NewReport(**asked.model_dump()))


@router.post("/platform/reports", status_code=201)
def tell_for(asked: ToldFor, desk: DeskOf, caller: FileFor, transaction: Writing) -> dict[str, Any]:
    """Report for a consumer who is signed in at the platform, by its program."""
    return _file(desk, transaction, NewReport(**asked.model_dump()))


def _file(desk: Desk, transaction: Transaction, new: NewReport) -> dict[str, Any]:
    filed = file_report(transaction, vault_of(desk.folder), desk.clock(), new)
    advice = KINDS[new.kind].advice or Words("", "")
    return {
        "report_id": filed.report_id,
        "receipt": filed.receipt,
        "zh": reporter.RIGHTS.zh,
        "en": reporter.RIGHTS.en,
        "advice_zh": advice.zh,
        "advice_en": advice.en,
    }


@router.post("/receipt/evidence", status_code=201)
def send_evidence(
    file: UploadFile, desk: DeskOf, x_receipt: Receipt, begin: WritingLater
) -> dict[str, str]:
    """Add a photo, screenshot or text to your report."""
    with desk.records.reading() as transaction:
        report_by_receipt(transaction, x_receipt)  # before anything is opened
    found = open_upload(file.file.read(LARGEST + 1))
    transaction, vault = begin(), vault_of(desk.folder)
    report = report_by_receipt(transaction, x_receipt)
    return {"evidence_id": add_evidence(transaction, vault, desk.clock(), report, found)}


@router.post("/receipt/submit")
def submit_report(
    asked: Submitted, desk: DeskOf, x_receipt: Receipt, begin: WritingLater
) -> dict[str, Any]:
    """Submit your report: from now on you are owed an answer, by the dates that are returned."""
    vault = vault_of(desk.folder)
    with desk.records.reading() as transaction:
        report = report_by_receipt(transaction, x_receipt)
        identity = dict(opened(transaction, vault, report["report_id"], "identity"))
        folder = _newest_folder(transaction)
    # Looked up before anything is locked: reading a run takes longer than writing a report.
    checked = _checked(folder, report, "".join(identity.values()))
    transaction = begin()
    submitted = submit(
        transaction, vault, desk.clock(), report["report_id"], checked=checked,
        affirms_truth=asked.affirms_truth,
    )  # fmt: skip
    return reporter.standing(transaction, vault, submitted)


def _newest_folder(transaction: Transaction) -> RunFolder | None:
    try:
        return newest_run(transaction)[1]
    except NoSuchRecord:
        return None


def _checked(folder: RunFolder | None, report: Row, identity: str) -> Checked:
    """Return what the newest run says of a report's numbers; nothing where there is no run."""
    if folder is None or not folder.events.is_dir():
        return Checked()
    # The account is the last line: it was put there by the platform, never by the reporter.
    account_id = identity.rpartition("\n")[2] if str(report["ties"]).startswith("account:") else ""
    numbers = ("shop_id", "item_id", "order_id", "waybill_id", "review_id")
    new = NewReport(
        kind=report["kind"], statement="", account_id=account_id,
        **{name: report[name] for name in numbers},
    )  # fmt: skip
    with DuckDBEngine() as engine:
        return check_report(engine, folder, new)


@router.get("/receipt")
def see_report(desk: DeskOf, transaction: Reading, x_receipt: Receipt) -> dict[str, Any]:
    """See how your report stands, what comes next and by when, and what you were told."""
    report = report_by_receipt(transaction, x_receipt)
    return reporter.standing(transaction, vault_of(desk.folder), report)


@router.post("/receipt/messages", status_code=201)
def add_to_report(
    asked: Said, desk: DeskOf, transaction: Writing, x_receipt: Receipt
) -> dict[str, Any]:
    """Add to your report, or answer what you were asked."""
    vault = vault_of(desk.folder)
    report = report_by_receipt(transaction, x_receipt)
    changed = reporter.add_message(transaction, vault, desk.clock(), report, asked.text)
    return reporter.standing(transaction, vault, changed)


@router.post("/receipt/appeal", status_code=201)
def ask_for_review(
    asked: Said, desk: DeskOf, transaction: Writing, x_receipt: Receipt
) -> dict[str, Any]:
    """Ask that somebody who had no part in the result reviews it, or that it is overdue."""
    vault = vault_of(desk.folder)
    report = report_by_receipt(transaction, x_receipt)
    changed = reporter.appeal(transaction, vault, desk.clock(), report, asked.text)
    return reporter.standing(transaction, vault, changed)


@router.post("/receipt/erase", status_code=204)
def erase_report(asked: Erasing, desk: DeskOf, transaction: Writing, x_receipt: Receipt) -> None:
    """Have who you are erased, or everything that you sent."""
    report = report_by_receipt(transaction, x_receipt)
    retention.erase(
        transaction, vault_of(desk.folder), desk.clock(), report, by="reporter",
        everything=asked.everything,
    )  # fmt: skip


# -- the desk ------------------------------------------------------------------------------------

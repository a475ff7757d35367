"""Reports: told by anybody, followed by a receipt, dealt with by the desk."""

from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Response, UploadFile
from pydantic import AfterValidator, Field

from unbrush.base.engine import Engine
from unbrush.base.errors import NoSuchRecord
from unbrush.base.records import Row, Transaction
from unbrush.base.run_folder import RunFolder
from unbrush.base.words import Words
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.reports import reporter, retention, work
from unbrush.respond.desk.reports.checking import Checked, check_report, checks_of, newest_run
from unbrush.respond.desk.reports.disclosing import facts_for
from unbrush.respond.desk.reports.doubts import doubts_of
from unbrush.respond.desk.reports.evidence import add_evidence, evidence_of, read_evidence
from unbrush.respond.desk.reports.intake import NewReport, file_report, report_by_receipt
from unbrush.respond.desk.reports.kinds import CONTACT_MODES, INSIDER, KINDS, MISSING
from unbrush.respond.desk.reports.submitting import submit
from unbrush.respond.desk.reports.vault import opened, read, vault_of
from unbrush.serve.api.callers import DeskOf, Reading, Writing, may
from unbrush.serve.api.shapes import (
    WHOLE,
    Asked,
    Cursor,
    Id,
    Name,
    Page,
    PageSize,
    Text,
    page_of,
    read_cursor,
)
from unbrush.serve.api.state import Desk
from unbrush.serve.api.uploads import LARGEST, open_upload
from unbrush.store.duckdb_engine import DuckDBEngine

router = APIRouter(tags=["reports"])

FileFor = Annotated[Caller, may("reports.file-for")]
ReportsRead = Annotated[Caller, may("reports.read")]
ReportsWork = Annotated[Caller, may("reports.work", "insiders.work")]
ReportsDecide = Annotated[Caller, may("reports.decide", "insiders.work")]
Identity = Annotated[Caller, may("reports.identity", "insiders.work")]
OwnRead = Annotated[Caller, may("own.read")]


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
Outcome = Literal["upheld", "partly", "not-upheld", "insufficient", "referred", "out-of-scope"]
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


class Answer(Asked):
    """What a reporter is told, in both languages."""

    zh: Text
    en: Text


class Why(Asked):
    """A reason that others can follow."""

    reason: Text


class Moved(Why):
    """Where to, and why."""

    state: Literal["investigating", "referred", "out-of-scope", "acted"]


class Decided(Answer):
    """How a report ends, and why."""

    outcome: Outcome


class Reviewed(Answer):
    """Whether the reporter is right, and why."""

    is_right: bool


class Held(Why):
    """Whether nothing may be erased."""

    is_held: bool


# -- by anybody, and by receipt ------------------------------------------------------------------


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
def send_evidence(file: UploadFile, desk: DeskOf, x_receipt: Receipt) -> dict[str, str]:
    """Add a photo, screenshot or text to your report."""
    with desk.records.reading() as transaction:
        report_by_receipt(transaction, x_receipt)  # before anything is opened
    found = open_upload(file.file.read(LARGEST + 1))
    with desk.records.writing() as transaction:
        report = report_by_receipt(transaction, x_receipt)
        vault = vault_of(desk.folder)
        return {"evidence_id": add_evidence(transaction, vault, desk.clock(), report, found)}


@router.post("/receipt/submit")
def submit_report(asked: Submitted, desk: DeskOf, x_receipt: Receipt) -> dict[str, Any]:
    """Submit your report: from now on you are owed an answer, by the dates that are returned."""
    vault = vault_of(desk.folder)
    with desk.records.reading() as transaction:
        report = report_by_receipt(transaction, x_receipt)
        identity = dict(opened(transaction, vault, report["report_id"], "identity"))
        folder = newest_run(transaction)
    # Looked up before anything is locked: reading a run takes longer than writing a report.
    checked = _checked(folder, report, "".join(identity.values()))
    with desk.records.writing() as transaction:
        submitted = submit(
            transaction, vault, desk.clock(), report["report_id"], checked=checked,
            affirms_truth=asked.affirms_truth,
        )  # fmt: skip
        return reporter.standing(transaction, vault, submitted)


def _checked(folder: str | None, report: Row, identity: str) -> Checked:
    """Return what the newest run says of a report's numbers; nothing where there is no run."""
    if folder is None or not RunFolder(Path(folder)).events.is_dir():
        return Checked()
    # The account is the last line: it was put there by the platform, never by the reporter.
    account_id = identity.rpartition("\n")[2] if str(report["ties"]).startswith("account:") else ""
    numbers = ("shop_id", "item_id", "order_id", "waybill_id", "review_id")
    new = NewReport(
        kind=report["kind"], statement="", account_id=account_id,
        **{name: report[name] for name in numbers},
    )  # fmt: skip
    with DuckDBEngine() as engine:
        return _looked_up(engine, RunFolder(Path(folder)), new)


def _looked_up(engine: Engine, folder: RunFolder, new: NewReport) -> Checked:
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
    """Ask that somebody who had no part in the result reviews it."""
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

_LISTED = """report_id, track, kind, contact_mode, shop_id, item_id, order_id, waybill_id,
    review_id, happened_at, paid_minor, state, outcome, case_id, flood_id, weight, submitted_at,
    triage_due_at, reply_due_at, decide_due_at, replied_at, decided_at, extended_at, closed_at,
    version"""
_QUEUE_KEY = "reply_due_at - CAST(weight * 86400000 AS BIGINT)"
"""A day of the clock at most is what weight is worth: nobody waits longer than the clock for it."""


@router.get("/reports")
def list_reports(
    caller: ReportsRead,
    transaction: Reading,
    state: Annotated[Name, Query()] = "in-case",
    track: Annotated[Literal["report", "complaint"], Query()] = "report",
    flood_id: Annotated[Name | None, Query()] = None,
    case_id: Annotated[Name | None, Query()] = None,
    n: PageSize = 50,
    cursor: Cursor = None,
) -> Page:
    """List reports in one state, those due first; tips from inside are only listed to auditors."""
    after = read_cursor(cursor, int, str) or [-WHOLE, ""]
    rows = transaction.all(
        f"""SELECT * FROM (
                SELECT {_LISTED}, {_QUEUE_KEY} AS queue_key FROM reports
                WHERE state = :state AND track = :track AND submitted_at IS NOT NULL
                  AND (kind <> :insider OR (:sees = 1 AND coalesce(about_person_id, '') <> :own))
                  AND (:flood = '' OR flood_id = :flood) AND (:case_id = '' OR case_id = :case_id)
            ) AS listed
            WHERE queue_key > :key OR (queue_key = :key AND report_id > :last)
            ORDER BY queue_key, report_id LIMIT :n""",
        state=state,
        track=track,
        insider=INSIDER,
        sees=int(caller.may("insiders.work")),
        own=caller.person_id,
        flood=flood_id or "",
        case_id=case_id or "",
        key=after[0],
        last=after[1],
        n=n + 1,
    )
    return page_of(rows, n, "queue_key", "report_id")


@router.get("/reports/{report_id}")
def get_report(
    report_id: Id, desk: DeskOf, caller: ReportsWork, transaction: Writing
) -> dict[str, Any]:
    """Read a report with its statement, checks and doubts; who the reporter is stays sealed."""
    report = work.work_on(transaction, caller, report_id, "reports.work")
    vault, at_ms = vault_of(desk.folder), desk.clock()
    by = caller.person_id
    said = [
        read(transaction, vault, at_ms, report_id, what, by=by, reason="work on the report")
        for what in ("statement", "message")
    ]
    names = [name.strip() for name in _LISTED.split(",")]
    return {
        **{name: report[name] for name in names},
        "statement": "".join(text for _, text in said[0]),
        "from_reporter": [text for _, text in said[1]],
        "checks": checks_of(transaction, report_id),
        "doubts": [
            {"name": each.name, "is_strong": each.is_strong, "zh": each.words.zh,
             "en": each.words.en}
            for each in doubts_of(transaction, report_id)
        ],
        "evidence": evidence_of(transaction, report_id),
    }  # fmt: skip


@router.post("/reports/{report_id}/identity")
def read_identity(
    report_id: Id, asked: Why, desk: DeskOf, caller: Identity, transaction: Writing
) -> dict[str, Any]:
    """Read who the reporter is; the reason is in the audit."""
    work.work_on(transaction, caller, report_id, "reports.identity")
    rows = read(
        transaction, vault_of(desk.folder), desk.clock(), report_id, "identity",
        by=caller.person_id, reason=asked.reason,
    )  # fmt: skip
    return {"identity": [text for _, text in rows]}


@router.get("/reports/{report_id}/evidence/{evidence_id}")
def get_copy(
    report_id: Id, evidence_id: Id, desk: DeskOf, caller: ReportsWork, transaction: Writing
) -> Response:
    """Return the clean copy of a file that the reporter sent."""
    work.work_on(transaction, caller, report_id, "reports.work")
    content, media_type = read_evidence(
        transaction, vault_of(desk.folder), desk.clock(), report_id, evidence_id,
        by=caller.person_id, reason="work on the report",
    )  # fmt: skip
    return Response(content, media_type=media_type, headers=_HARMLESS)


@router.post("/reports/{report_id}/evidence/{evidence_id}/original")
def get_original(
    report_id: Id, evidence_id: Id, asked: Why, desk: DeskOf, caller: Identity,
    transaction: Writing,
) -> Response:  # fmt: skip
    """Return a file as it was sent; the reason is in the audit."""
    work.work_on(transaction, caller, report_id, "reports.identity")
    content, media_type = read_evidence(
        transaction, vault_of(desk.folder), desk.clock(), report_id, evidence_id,
        by=caller.person_id, reason=asked.reason, original=True,
    )  # fmt: skip
    return Response(content, media_type=media_type, headers=_HARMLESS)


_HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Content-Disposition": "attachment",
    "Cache-Control": "no-store",
}


def _row(report: Row) -> dict[str, Any]:
    return {name.strip(): report[name.strip()] for name in _LISTED.split(",")}


@router.post("/reports/{report_id}/reply")
def reply_to_reporter(
    report_id: Id, asked: Answer, desk: DeskOf, caller: ReportsWork, transaction: Writing
) -> dict[str, Any]:
    """Answer the reporter."""
    words = Words(asked.zh, asked.en)
    return _row(work.reply(transaction, desk.clock(), report_id, words, caller=caller))


@router.post("/floods/{flood_id}/reply")
def reply_to_all(
    flood_id: Id, asked: Answer, desk: DeskOf, caller: ReportsWork, transaction: Writing
) -> dict[str, int]:
    """Give the same answer to every report of a flood that has none yet."""
    if not transaction.one("SELECT 1 AS there FROM floods WHERE flood_id = :id", id=flood_id):
        raise NoSuchRecord(f"No flood has the id {flood_id}.", hint="A report names its flood.")
    words = Words(asked.zh, asked.en)
    n = work.reply_to_flood(transaction, desk.clock(), flood_id, words, caller=caller)
    return {"n_replied": n}


@router.post("/reports/{report_id}/ask")
def ask_reporter(
    report_id: Id, asked: Answer, desk: DeskOf, caller: ReportsWork, transaction: Writing
) -> dict[str, Any]:
    """Ask the reporter for something."""
    words = Words(asked.zh, asked.en)
    return _row(work.ask(transaction, desk.clock(), report_id, words, caller=caller))


@router.post("/reports/{report_id}/move")
def move_report(
    report_id: Id, asked: Moved, desk: DeskOf, caller: ReportsWork, transaction: Writing
) -> dict[str, Any]:
    """Look into a report, hand it on, or say that something was done about it."""
    moved = work.move(
        transaction, desk.clock(), report_id, asked.state, caller=caller, reason=asked.reason
    )
    return _row(moved)


@router.post("/reports/{report_id}/release")
def release_report(
    report_id: Id, asked: Why, desk: DeskOf, caller: ReportsWork, transaction: Writing
) -> dict[str, Any]:
    """Take a report out of its flood: it stands by itself."""
    released = work.release(
        transaction, desk.clock(), report_id, caller=caller, reason=asked.reason
    )
    return _row(released)


@router.post("/reports/{report_id}/decide")
def decide_report(
    report_id: Id, asked: Decided, desk: DeskOf, caller: ReportsDecide, transaction: Writing
) -> dict[str, Any]:
    """Decide a report; nothing follows for the shop from it alone."""
    reason = Words(asked.zh, asked.en)
    decided = work.decide(
        transaction, desk.clock(), report_id, asked.outcome, caller=caller, reason=reason
    )
    return _row(decided)


@router.post("/reports/{report_id}/notify")
def notify_reporter(
    report_id: Id, desk: DeskOf, caller: ReportsWork, transaction: Writing
) -> dict[str, Any]:
    """Say that the result was told."""
    return _row(work.notify(transaction, desk.clock(), report_id, caller=caller))


@router.post("/reports/{report_id}/close")
def close_report(
    report_id: Id, desk: DeskOf, caller: ReportsWork, transaction: Writing
) -> dict[str, Any]:
    """Close a report whose result was told."""
    return _row(work.close(transaction, desk.clock(), report_id, caller=caller))


@router.post("/reports/{report_id}/extend")
def extend_report(
    report_id: Id, asked: Answer, desk: DeskOf, caller: ReportsDecide, transaction: Writing
) -> dict[str, Any]:
    """Give the decision as many working days again, once, and tell the reporter why."""
    words = Words(asked.zh, asked.en)
    return _row(work.extend(transaction, desk.clock(), report_id, words, caller=caller))


@router.post("/reports/{report_id}/review")
def review_report(
    report_id: Id, asked: Reviewed, desk: DeskOf, caller: ReportsDecide, transaction: Writing
) -> dict[str, Any]:
    """Decide on a reporter's wish for a review, having had no part in the result."""
    reviewed = work.review(
        transaction, desk.clock(), report_id, caller=caller, is_right=asked.is_right,
        reason=Words(asked.zh, asked.en),
    )  # fmt: skip
    return _row(reviewed)


@router.post("/reports/{report_id}/hold")
def hold_report(
    report_id: Id, asked: Held, desk: DeskOf, caller: ReportsDecide, transaction: Writing
) -> dict[str, Any]:
    """Put a report under legal hold, or end the hold that somebody else set."""
    act = retention.hold if asked.is_held else retention.release_hold
    held = act(transaction, desk.clock(), report_id, caller=caller, reason=asked.reason)
    return _row(held)


@router.get("/me/reports")
def reports_about_me(desk: DeskOf, caller: OwnRead, transaction: Reading) -> dict[str, Any]:
    """Return what is told about your shops, so far as nobody can be known by it."""
    rows = [
        {"shop_id": shop_id, **fact}
        for shop_id in sorted(caller.member_of)
        for fact in facts_for(transaction, desk.clock(), shop_id)
    ]
    return {"rows": rows}

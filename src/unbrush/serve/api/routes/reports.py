"""Reports as the desk reads them, and what their shops are told."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.reports import work
from unbrush.respond.desk.reports.checking import checks_of
from unbrush.respond.desk.reports.disclosing import facts_for
from unbrush.respond.desk.reports.doubts import doubts_of
from unbrush.respond.desk.reports.evidence import evidence_of, read_evidence
from unbrush.respond.desk.reports.intake import LISTED
from unbrush.respond.desk.reports.kinds import INSIDER
from unbrush.respond.desk.reports.retention import erasure_of
from unbrush.respond.desk.reports.vault import read, vault_of
from unbrush.respond.desk.ties import apart_from
from unbrush.serve.api.callers import DeskOf, Reading, Writing, may
from unbrush.serve.api.shapes import (
    WHOLE,
    Cursor,
    Id,
    Name,
    Page,
    PageSize,
    Why,
    page_of,
    read_cursor,
)

router = APIRouter(tags=["reports"])

ReportsRead = Annotated[Caller, may("reports.read")]
ReportsWork = Annotated[Caller, may("reports.work", "insiders.work")]
Identity = Annotated[Caller, may("reports.identity", "insiders.work")]
OwnRead = Annotated[Caller, may("own.read")]


KindName = Literal[
    "cashback-card", "template-praise", "empty-parcel", "paid-visit", "recruitment-post",
    "review-blackmail", "insider-tip", "scam-victim",
]  # fmt: skip


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
    apart, tied = apart_from(caller)
    rows = transaction.all(
        f"""SELECT * FROM (
                SELECT {LISTED}, {_QUEUE_KEY} AS queue_key FROM reports
                WHERE state = :state AND track = :track AND submitted_at IS NOT NULL AND {apart}
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
        **tied,
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
    names = [name.strip() for name in LISTED.split(",")]
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


@router.get("/reports/{report_id}/erasure")
def get_erasure(
    report_id: Id, desk: DeskOf, caller: ReportsWork, transaction: Reading
) -> dict[str, Any]:
    """Return what proves that a report was erased, or when it will be, or what holds it."""
    report = work.work_on(transaction, caller, report_id, "reports.work")
    return dict(erasure_of(transaction, vault_of(desk.folder), report))


_HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Content-Disposition": "attachment",
    "Cache-Control": "no-store",
}


@router.get("/me/reports")
def reports_about_me(desk: DeskOf, caller: OwnRead, transaction: Reading) -> dict[str, Any]:
    """Return what is told about your shops, so far as nobody can be known by it."""
    rows = [
        {"shop_id": shop_id, **fact}
        for shop_id in sorted(caller.member_of)
        for fact in facts_for(transaction, desk.clock(), shop_id)
    ]
    return {"rows": rows}

"""Findings of documents: entered by one person, confirmed by another, said in case files."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.cases import case_of
from unbrush.respond.desk.documents import (
    decide_finding,
    enter_finding,
    findings_of,
    withdraw_finding,
)
from unbrush.respond.desk.ties import check_apart
from unbrush.serve.api.callers import DeskOf, Reading, Writing, may
from unbrush.serve.api.shapes import Asked, Ending, Id, Name, Verdict

router = APIRouter(tags=["documents"])

DocumentsRead = Annotated[Caller, may("documents.read")]
DocumentsEnter = Annotated[Caller, may("documents.enter")]
DocumentsDecide = Annotated[Caller, may("documents.decide")]


class NewFinding(Asked):
    """What a document counts, or says was paid."""

    kind: Name = Field(description="A number that a provision names, or a kind of amount.")
    n: Annotated[int, Field(ge=0, le=10**12)] = 1
    unit_minor: Annotated[int, Field(ge=0, le=10**15)] | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    source: Name = Field(description="The document: its kind, number and date.")
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="Of the document's file.")]
    day: date | None = None


@router.get("/cases/{case_id}/documents")
def list_document_findings(
    case_id: Id, caller: DocumentsRead, transaction: Reading
) -> dict[str, Any]:
    """List what documents say in a case, in whatever state."""
    case_of(transaction, case_id)
    check_apart(transaction, caller, case_id=case_id)
    return {"rows": findings_of(transaction, case_id)}


@router.post("/cases/{case_id}/documents", status_code=201)
def enter_document_finding(
    case_id: Id, asked: NewFinding, desk: DeskOf, caller: DocumentsEnter, transaction: Writing
) -> dict[str, Any]:
    """Enter what a document says; it counts when somebody else has confirmed it."""
    finding = enter_finding(
        transaction, desk.clock(), case_id, caller=caller, **asked.model_dump()
    )  # fmt: skip
    return dict(finding)


@router.post("/documents/{finding_id}/decide")
def decide_document_finding(
    finding_id: Id, asked: Verdict, desk: DeskOf, caller: DocumentsDecide, transaction: Writing
) -> dict[str, Any]:
    """Confirm, having seen the document, or refuse what somebody else entered."""
    finding = decide_finding(
        transaction, desk.clock(), finding_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version, is_approved=asked.is_approved,
    )  # fmt: skip
    return dict(finding)


@router.post("/documents/{finding_id}/withdraw")
def withdraw_document_finding(
    finding_id: Id, asked: Ending, desk: DeskOf, caller: DocumentsDecide, transaction: Writing
) -> dict[str, Any]:
    """Take out a finding that turns out to be wrong."""
    finding = withdraw_finding(
        transaction, desk.clock(), finding_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version,
    )  # fmt: skip
    return dict(finding)

"""Attachments: files of anybody, taken with care and never shown inline."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Response, UploadFile

from unbrush.base.errors import BadRecord
from unbrush.base.records import Row
from unbrush.respond.desk import attachments
from unbrush.respond.desk.attachment_retention import hold_files
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.reports.vault import vault_of
from unbrush.respond.desk.shelf import Shelf
from unbrush.serve.api.callers import DeskOf, Reading, Writing, WritingLater, may
from unbrush.serve.api.shapes import Id, Why
from unbrush.serve.api.state import Desk
from unbrush.serve.api.uploads import LARGEST, open_upload

router = APIRouter(tags=["attachments"])

CasesWork = Annotated[Caller, may("cases.work")]
AppealsFile = Annotated[Caller, may("appeals.file")]
AttachmentsRead = Annotated[Caller, may("attachments.read")]
Unseal = Annotated[Caller, may("attachments.unseal")]
OwnRead = Annotated[Caller, may("own.read")]
Hold = Annotated[Caller, may("attachments.hold")]
Sealed = Annotated[bool, Form(description="Encrypt it; each reading is in the audit.")]

_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        "description": "The file; never shown inline.",
    }
}


class Opening(Why):
    """Why a sealed file or an original is read."""

    original: bool = False


class Held(Why):
    """Whether no file of it may be erased."""

    is_held: bool


@router.post("/cases/{case_id}/attachments", status_code=201)
def attach_to_case(
    case_id: Id, file: UploadFile, desk: DeskOf, caller: CasesWork, begin: WritingLater,
    is_sealed: Sealed = False,
) -> dict[str, Any]:  # fmt: skip
    """Attach a JPEG, PNG, WebP, plain text, or a PDF, which is sealed; it is listed by SHA-256."""
    opened = open_upload(file.file.read(LARGEST + 1), takes_pdf=True)  # before anything is locked
    return dict(
        attachments.attach_to_case(
            begin(), _shelf(desk), desk.clock(), case_id, opened, caller=caller,
            name=_name(file), sealed=is_sealed,
        )
    )  # fmt: skip


@router.post("/appeals/{appeal_id}/attachments", status_code=201)
def attach_to_appeal(
    appeal_id: Id, file: UploadFile, desk: DeskOf, caller: AppealsFile, begin: WritingLater,
    is_sealed: Sealed = False,
) -> dict[str, Any]:  # fmt: skip
    """Attach a JPEG, PNG, WebP, plain text, or a PDF, which is sealed, to your open appeal."""
    opened = open_upload(file.file.read(LARGEST + 1), takes_pdf=True)
    return dict(
        attachments.attach_to_appeal(
            begin(), _shelf(desk), desk.clock(), appeal_id, opened, caller=caller,
            name=_name(file), sealed=is_sealed,
        )
    )  # fmt: skip


@router.get("/attachments/{attachment_id}", responses=_FILE, response_class=Response)
def get_attachment(
    attachment_id: Id, desk: DeskOf, caller: AttachmentsRead, transaction: Reading
) -> Response:
    """Return the clean copy of a file that is not sealed: its pixels or its words alone."""
    row = attachments.read_attachment(transaction, _shelf(desk), attachment_id, caller=caller)
    return _given(row)


@router.post("/attachments/{attachment_id}/open", responses=_FILE, response_class=Response)
def open_attachment(
    attachment_id: Id, asked: Opening, desk: DeskOf, caller: Unseal, transaction: Writing
) -> Response:
    """Return a sealed file, or the original of any; that it was read, and why, is in the audit."""
    row = attachments.open_attachment(
        transaction, _shelf(desk), desk.clock(), attachment_id, caller=caller,
        reason=asked.reason, original=asked.original,
    )  # fmt: skip
    return _given(row)


@router.get("/me/attachments/{attachment_id}", responses=_FILE, response_class=Response)
def my_attachment(
    attachment_id: Id, desk: DeskOf, caller: OwnRead, transaction: Writing
) -> Response:
    """Return the clean copy of what is attached to your appeal."""
    row = attachments.own_attachment(
        transaction, _shelf(desk), desk.clock(), attachment_id, caller=caller
    )
    return _given(row)


@router.post("/cases/{case_id}/legal-hold")
def hold_files_of_case(
    case_id: Id, asked: Held, desk: DeskOf, caller: Hold, transaction: Writing
) -> dict[str, Any]:
    """Put the files of a case under legal hold, or end the hold that somebody else set."""
    hold = hold_files(
        transaction, desk.clock(), "case", case_id, caller=caller, is_held=asked.is_held,
        reason=asked.reason,
    )  # fmt: skip
    return {"case_id": case_id, "legal_hold": hold}


@router.post("/appeals/{appeal_id}/legal-hold")
def hold_files_of_appeal(
    appeal_id: Id, asked: Held, desk: DeskOf, caller: Hold, transaction: Writing
) -> dict[str, Any]:
    """Put the files of an appeal under legal hold, or end the hold that somebody else set."""
    hold = hold_files(
        transaction, desk.clock(), "appeal", appeal_id, caller=caller, is_held=asked.is_held,
        reason=asked.reason,
    )  # fmt: skip
    return {"appeal_id": appeal_id, "legal_hold": hold}


def _given(row: Row) -> Response:
    """Return a file as bytes under our name for it: a browser keeps it and runs nothing of it."""
    ending = {"text": "txt", "pdf": "pdf"}.get(row["kind"], "img")
    return Response(
        row["content"],
        media_type="application/octet-stream",
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Content-Disposition": f'attachment; filename="{row["attachment_id"]}.{ending}"',
            "Cache-Control": "no-store",
        },
    )


def _name(file: UploadFile) -> str:
    name = file.filename or ""
    if "\x00" in name or any("\ud800" <= sign <= "\udfff" for sign in name):
        raise BadRecord("The name of the file has signs that no text has.", hint="Rename it.")
    return name


def _shelf(desk: Desk) -> Shelf:
    return Shelf(desk.folder / "attachments", vault_of(desk.folder))

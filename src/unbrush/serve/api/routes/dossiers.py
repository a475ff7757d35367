"""Case files of the desk's cases, and who is behind the labels in them."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from unbrush.base.errors import BadRecord
from unbrush.base.records import Row, Transaction
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.attachments import attachments_of, read_attachment
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.cases import check_work
from unbrush.respond.desk.credit.authorities import decisions_on
from unbrush.respond.desk.documents import confirmed_of
from unbrush.respond.desk.reports.vault import vault_of
from unbrush.respond.desk.shelf import Shelf
from unbrush.respond.dossier.document import Dossier
from unbrush.respond.dossier.scope import scope_of_case
from unbrush.respond.losses.given import Given
from unbrush.respond.losses.heard import heard
from unbrush.serve.api.callers import DeskOf, WritingLater, may
from unbrush.serve.api.shapes import Asked, Id, Name, Text
from unbrush.serve.api.state import Desk
from unbrush.serve.dossier import Making, make_dossier, open_run
from unbrush.store.duckdb_engine import DuckDBEngine

router = APIRouter(tags=["dossiers"])

DossiersMake = Annotated[Caller, may("dossiers.make")]
DossiersUnseal = Annotated[Caller, may("dossiers.unseal")]

Audience = Literal["regulator", "police", "court", "public-interest"]


class NewDossier(Asked):
    """For whom a case file is."""

    audience: Audience
    counts: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    attachments: Annotated[
        list[Name], Field(max_length=50, description="Of the case; copies of them go with it.")
    ] = Field(default_factory=list)
    with_pdf: bool = False


class Unsealing(Asked):
    """Which labels shall be opened, and why."""

    audience: Audience
    reason: Annotated[Text, Field(min_length=1)]


@router.post(
    "/cases/{case_id}/dossiers",
    responses={200: {"content": {"application/zip": {}}, "description": "The case file."}},
    response_class=Response,
)
def make_case_file(
    case_id: Id, asked: NewDossier, desk: DeskOf, caller: DossiersMake, begin: WritingLater
) -> Response:
    """Make the case file of a case: a zip, signed with the desk's key."""
    data, made = _made(desk, case_id, asked, caller, act="dossiers.make")
    note(
        begin(), desk.clock(), caller.person_id, "dossier.made", "case", case_id,
        audience=asked.audience, run=made.document["run"]["run_id"], n_bytes=len(data),
        attachments=asked.attachments,
    )  # fmt: skip
    return Response(data, media_type="application/zip")


@router.post("/cases/{case_id}/dossiers/sealed")
def open_labels(
    case_id: Id, asked: Unsealing, desk: DeskOf, caller: DossiersUnseal, begin: WritingLater
) -> dict[str, Any]:
    """Return who is behind each label of a case file; that it was read is in the audit."""
    new = NewDossier(audience=asked.audience)
    made = _made(desk, case_id, new, caller, act="dossiers.unseal")[1]
    rows = made.labels.sealed()
    note(
        begin(), desk.clock(), caller.person_id, "dossier.unsealed", "case", case_id,
        audience=asked.audience, reason=asked.reason, n_labels=len(rows),
    )  # fmt: skip
    return {"rows": rows}


def _made(
    desk: Desk, case_id: str, asked: NewDossier, caller: Caller, *, act: str
) -> tuple[bytes, Dossier]:
    """Return the case file of a case and what it says; nobody waits to write meanwhile.

    Raises:
        BadRecord: The run of the case is no longer where it was.
    """
    with desk.records.reading() as transaction:
        case = check_work(transaction, caller, case_id, act)
        folder, ids = run_of(transaction, case), case_ids(case)
        confirmed, reversed_ = (
            [each for each in said if each[0] != "order"]
            for said in heard(transaction, case["subjects"])
        )
        counted, entries = confirmed_of(transaction, case_id)
        making = Making(
            operator=caller.person_id, at_ms=desk.clock(), time_source="clock of the desk",
            counts=asked.counts,
            attachments=_attached(transaction, desk, case_id, asked.attachments, caller),
            with_pdf=asked.with_pdf, documents=counted,
            decisions=decisions_on(transaction, ids["shop"]),
            given=Given(confirmed=confirmed, reversed=reversed_, entries=entries),
        )  # fmt: skip
    with DuckDBEngine() as engine:
        manifest = open_run(engine, folder)
        scope = scope_of_case(engine, ids["ring"], ids["shop"], case_id)
        data, made, _ = make_dossier(
            engine, manifest, folder, scope, asked.audience, making, desk.signer
        )
    return data, made


def _attached(
    transaction: Transaction, desk: Desk, case_id: str, wanted: list[str], caller: Caller
) -> dict[str, bytes]:
    """Return the clean copies of attachments of a case by a name that no path can hide in.

    Raises:
        BadRecord: One of them is not attached to the case, or sealed.
    """
    there = {row["attachment_id"]: row for row in attachments_of(transaction, "case", case_id)}
    shelf = Shelf(desk.folder / "attachments", vault_of(desk.folder))
    found = {}
    for each in wanted:
        if each not in there or there[each]["is_sealed"]:
            raise BadRecord(
                f"{each} is not attached to {case_id}, or is sealed.",
                hint="Name attachments of the case that are not sealed.",
            )
        copy = read_attachment(transaction, shelf, each, caller=caller)
        stem = re.sub(r"\W+", "-", str(copy["name"]).rpartition(".")[0] or str(copy["name"]))
        ending = _ENDINGS.get(copy["media_type"].partition(";")[0], "bin")
        found[f"{each}-{stem[:80].strip('-')}.{ending}"] = copy["content"]
    return found


_ENDINGS = {
    "text/plain": "txt", "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp",
}  # fmt: skip


def run_of(transaction: Transaction, case: Row) -> RunFolder:
    """Return the folder of a case's run.

    Raises:
        BadRecord: It is no longer where it was.
    """
    row = transaction.one("SELECT folder FROM runs WHERE run_id = :id", id=case["run_id"])
    folder = RunFolder(Path(row["folder"] if row else ""))
    if row is None or not folder.manifest.is_file():
        raise BadRecord(
            f"The run {case['run_id']} of {case['case_id']} is no longer there.",
            hint="Import a run of the same market again: POST /runs.",
        )
    return folder


def case_ids(case: Row) -> dict[str, list[str]]:
    """Return the ids of a case's subjects by kind, rings and shops at least."""
    ids: dict[str, list[str]] = {"ring": [], "shop": []}
    for subject in case["subjects"]:
        ids.setdefault(subject["subject_kind"], []).append(subject["subject_id"])
    return ids

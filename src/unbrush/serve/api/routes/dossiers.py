"""Case files of the desk's cases, and who is behind the labels in them."""

from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from unbrush.base.errors import BadRecord
from unbrush.base.records import Row, Transaction
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.cases import check_work
from unbrush.respond.dossier.document import Dossier
from unbrush.respond.dossier.scope import scope_of_case
from unbrush.respond.losses.given import Given
from unbrush.respond.losses.heard import heard
from unbrush.serve.api.callers import DeskOf, Writing, may
from unbrush.serve.api.shapes import Asked, Id, Text
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
    case_id: Id, asked: NewDossier, desk: DeskOf, caller: DossiersMake, transaction: Writing
) -> Response:
    """Make the case file of a case: a zip, signed with the desk's key."""
    data, made = _made(
        transaction, desk, case_id, asked.audience, caller, asked.counts, act="dossiers.make"
    )
    note(
        transaction, desk.clock(), caller.person_id, "dossier.made", "case", case_id,
        audience=asked.audience, run=made.document["run"]["run_id"], n_bytes=len(data),
    )  # fmt: skip
    return Response(data, media_type="application/zip")


@router.post("/cases/{case_id}/dossiers/sealed")
def open_labels(
    case_id: Id, asked: Unsealing, desk: DeskOf, caller: DossiersUnseal, transaction: Writing
) -> dict[str, Any]:
    """Return who is behind each label of a case file; that it was read is in the audit."""
    made = _made(
        transaction, desk, case_id, asked.audience, caller, {}, act="dossiers.unseal"
    )[1]  # fmt: skip
    rows = made.labels.sealed()
    note(
        transaction, desk.clock(), caller.person_id, "dossier.unsealed", "case", case_id,
        audience=asked.audience, reason=asked.reason, n_labels=len(rows),
    )  # fmt: skip
    return {"rows": rows}


def _made(
    transaction: Transaction, desk: Desk, case_id: str, audience: str, caller: Caller,
    counts: dict[str, int], *, act: str,
) -> tuple[bytes, Dossier]:  # fmt: skip
    """Return the case file of a case and what it says.

    Raises:
        BadRecord: The run of the case is no longer where it was.
    """
    case = check_work(transaction, caller, case_id, act)
    folder, ids = run_of(transaction, case), case_ids(case)
    confirmed, reversed_ = (
        [each for each in said if each[0] != "order"]
        for said in heard(transaction, case["subjects"])
    )
    making = Making(
        operator=caller.person_id, at_ms=desk.clock(), time_source="clock of the desk",
        counts=counts, attachments={}, with_pdf=False,
        given=Given(confirmed=confirmed, reversed=reversed_),
    )  # fmt: skip
    with DuckDBEngine() as engine:
        manifest = open_run(engine, folder)
        scope = scope_of_case(engine, ids["ring"], ids["shop"], case_id)
        data, made, _ = make_dossier(engine, manifest, folder, scope, audience, making, desk.signer)
    return data, made


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

"""Gains, losses and exposure of a case: reckoned on its run, and never kept."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from unbrush.base.errors import BadRecord
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.cases import check_work
from unbrush.respond.dossier.document import plain
from unbrush.respond.dossier.scope import scope_of_case
from unbrush.respond.losses.documents import KINDS, Entry
from unbrush.respond.losses.given import ASKED, SEED, Given, Stated
from unbrush.respond.losses.heard import heard
from unbrush.respond.losses.sheet import make_sheet
from unbrush.respond.losses.telling import document_of
from unbrush.serve.api.callers import DeskOf, WritingLater, may
from unbrush.serve.api.routes.dossiers import case_ids, run_of
from unbrush.serve.api.shapes import WHOLE, Asked, Id, Name
from unbrush.serve.dossier import open_run
from unbrush.serve.losses import whence
from unbrush.store.duckdb_engine import DuckDBEngine

router = APIRouter(tags=["losses"])

LossesReckon = Annotated[Caller, may("losses.reckon")]
Share = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
Minor = Annotated[int, Field(ge=0, le=10**15)]


class Range(Asked):
    """A share that somebody answers for."""

    low: Share
    high: Share
    source: Annotated[str, Field(max_length=500)] = ""


class Line(Asked):
    """An entry of a document."""

    kind: Name
    n: Annotated[int, Field(ge=0, le=10**9)] = 1
    unit_minor: Minor
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    source: Name
    day: date | None = None
    confirmed_by: Annotated[str, Field(max_length=200)] = ""


class Reckoning(Asked):
    """What goes in beside the run; nothing of it is needed."""

    stated: dict[str, Range] = Field(default_factory=dict, max_length=len(ASKED))
    entries: Annotated[list[Line], Field(max_length=1_000)] = Field(default_factory=list)
    rival: Annotated[str, Field(max_length=200)] = ""
    first_day: date | None = None
    last_day: date | None = None
    seed: Annotated[int, Field(ge=1, le=WHOLE >> 33)] = SEED


@router.post("/cases/{case_id}/losses")
def reckon_losses(
    case_id: Id, asked: Reckoning, desk: DeskOf, caller: LossesReckon, begin: WritingLater
) -> dict[str, Any]:
    """Reckon illegal gains, victims' losses and exposure of a case; that it was is in the audit.

    What people have confirmed or reversed at the desk is taken as they said it.
    """
    # A large market takes a while: nobody waits to write for that.
    with desk.records.reading() as transaction:
        case = check_work(transaction, caller, case_id, "losses.reckon")
        folder = run_of(transaction, case)
        confirmed, reversed_ = heard(transaction, case["subjects"])
    given = Given(
        stated=_stated(asked), entries=_entries(asked), confirmed=confirmed, reversed=reversed_,
        rival=asked.rival, window=_window(asked), seed=asked.seed,
    )  # fmt: skip
    ids = case_ids(case)
    with DuckDBEngine() as engine:
        manifest = open_run(engine, folder)
        scope = scope_of_case(engine, ids["ring"], ids["shop"], case_id)
        sheet = make_sheet(engine, manifest, scope.shops, scope.clusters, given=given)
    found: dict[str, Any] = plain({**document_of(sheet), **whence(folder, scope)})
    note(
        begin(), desk.clock(), caller.person_id, "losses.reckoned", "case", case_id,
        run=found["run"]["run_id"], seed=asked.seed,
    )  # fmt: skip
    return found


def _stated(asked: Reckoning) -> dict[str, Stated]:
    found = {}
    for name, each in asked.stated.items():
        least = -1 if name == "expansion" else 0
        if name not in ASKED or not least <= each.low <= each.high:
            raise BadRecord(
                f"{name}: {each.low} to {each.high} is no range that is asked for.",
                hint=f"One of {', '.join(ASKED)}, low no higher than high.",
            )
        found[name] = Stated(low=each.low, high=each.high, source=each.source)
    return found


def _entries(asked: Reckoning) -> list[Entry]:
    for each in asked.entries:
        if each.kind not in KINDS:
            raise BadRecord(f"{each.kind} is no kind of entry.", hint=f"One of {', '.join(KINDS)}.")
    return [Entry(**each.model_dump()) for each in asked.entries]


def _window(asked: Reckoning) -> tuple[date, date] | None:
    first, last = asked.first_day, asked.last_day
    if first is None and last is None:
        return None
    if first is None or last is None or first > last:
        raise BadRecord(
            "A window has a first and a last day.", hint="Both days or neither, in order."
        )
    return first, last

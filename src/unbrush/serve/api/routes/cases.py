"""Cases: the queue, and what people do in a case."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from unbrush.base.errors import BadRecord
from unbrush.base.records import Transaction
from unbrush.respond.desk.attachment_retention import legal_hold_of
from unbrush.respond.desk.attachments import attachments_of
from unbrush.respond.desk.audit import history
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.case_currency import currencies
from unbrush.respond.desk.case_joining import merge, split
from unbrush.respond.desk.cases import assign, case_of, move, queue, shops_of, write_note
from unbrush.respond.desk.overrides import overrides_of
from unbrush.respond.desk.permissions import Role
from unbrush.respond.desk.standing import standing_rung, standing_rungs
from unbrush.respond.desk.ties import apart_from
from unbrush.respond.desk.victims import victim_notices_of
from unbrush.serve.api.callers import DeskOf, Reading, Writing, may
from unbrush.serve.api.shapes import (
    Asked,
    Cursor,
    Id,
    Name,
    Page,
    PageSize,
    Text,
    Version,
    page_of,
    read_cursor,
)

router = APIRouter(tags=["cases"])

CasesRead = Annotated[Caller, may("cases.read")]
CasesWorkOrClose = Annotated[Caller, may("cases.work", "cases.close")]
CasesWork = Annotated[Caller, may("cases.work")]

State = Literal["new", "investigating", "waiting", "closed", "merged"]


class Move(Asked):
    """Where a case goes, and why."""

    expected_version: Version
    state: Literal["investigating", "waiting", "closed"]
    reason: Text
    outcome: Literal["confirmed", "refuted", "inconclusive"] | None = None


class Assignment(Asked):
    """Who works on a case; nobody if null."""

    expected_version: Version
    assignee: Name | None


class Note(Asked):
    """A note in a case."""

    text: Text


class Merge(Asked):
    """Into which case, and why."""

    expected_version: Version
    into: Name
    reason: Text


class Split(Asked):
    """Which shops go to a case of their own, and why."""

    expected_version: Version
    shops: list[Name] = Field(min_length=1, max_length=10_000)
    reason: Text


@router.get("/cases")
def list_cases(
    desk: DeskOf,
    caller: CasesRead,
    transaction: Reading,
    state: Annotated[list[State] | None, Query(description="Open ones if left out.")] = None,
    assignee: Annotated[Name | None, Query()] = None,
    shop_id: Annotated[Name | None, Query(description="Cases about this shop alone.")] = None,
    n: PageSize = 50,
    cursor: Cursor = None,
) -> Page:
    """List cases, those first whose harm and age weigh most.

    `rung` is the highest that a run proposed, `standing_rung` what of it nobody has reversed.
    `currency` is that of `harm_minor`: null if the run names none, or several.
    """
    after = read_cursor(cursor, float, str)
    rows = queue(
        transaction, desk.clock(), states=state or ("new", "investigating", "waiting"),
        assignee=assignee, shop_id=shop_id,
        apart=apart_from(caller, shops=(), case="cases.case_id"),
        after=(after[0], after[1]) if after else None, n=n + 1,
    )  # fmt: skip
    standing = standing_rungs(transaction, [row["case_id"] for row in rows])
    said = currencies(transaction, rows)
    rows = [
        {**row, "standing_rung": standing[row["case_id"]], "currency": said[row["case_id"]]}
        for row in rows
    ]
    return page_of(rows, n, "queue_key", "case_id")


@router.get("/cases/{case_id}")
def get_case(case_id: Id, caller: CasesRead, transaction: Reading) -> dict[str, Any]:
    """Return a case with its subjects, notes, steps, overrides, files, and what victims read.

    `rung` is the highest that a run proposed, `standing_rung` what of it nobody has reversed.
    `currency` is that of `harm_minor`: null if the run names none, or several.
    """
    case = case_of(transaction, case_id)
    caller.check_shops(shops_of(transaction, case_id))
    notes = transaction.all(
        "SELECT * FROM case_notes WHERE case_id = :id ORDER BY written_at, note_id", id=case_id
    )
    steps = transaction.all(
        """SELECT step_id, shop_id, rung, state, starts_at, ends_at FROM steps
           WHERE case_id = :id ORDER BY proposed_at, step_id""",
        id=case_id,
    )
    attached = attachments_of(transaction, "case", case_id)
    over = overrides_of(transaction, case_id)
    told = victim_notices_of(transaction, case_id)
    return {
        **case, "currency": currencies(transaction, [case])[case_id],
        "standing_rung": standing_rung(transaction, case_id), "notes": notes,
        "steps": steps, "overrides": over, "attachments": attached,
        "victim_notices": told, "legal_hold": legal_hold_of(transaction, "case", case_id),
    }  # fmt: skip


@router.get("/cases/{case_id}/history")
def get_history(case_id: Id, caller: CasesRead, transaction: Reading) -> dict[str, Any]:
    """Return every line of the audit about a case, oldest first."""
    case_of(transaction, case_id)
    caller.check_shops(shops_of(transaction, case_id))
    return {"rows": history(transaction, "case", case_id)}


@router.post("/cases/{case_id}/move")
def move_case(
    case_id: Id,
    asked: Move,
    desk: DeskOf,
    caller: CasesWorkOrClose,
    transaction: Writing,
) -> dict[str, Any]:
    """Move a case to another state; closing takes an outcome.

    Over findings of L2 or above, `refuted` and `inconclusive` take two people: propose an override.
    """
    moved = move(
        transaction, desk.clock(), case_id, asked.state, caller=caller,
        expected_version=asked.expected_version, reason=asked.reason, outcome=asked.outcome,
    )  # fmt: skip
    return dict(moved)


@router.post("/cases/{case_id}/assign")
def assign_case(
    case_id: Id,
    asked: Assignment,
    desk: DeskOf,
    caller: CasesWork,
    transaction: Writing,
) -> dict[str, Any]:
    """Give a case to somebody who has no tie to its shops, or to nobody."""
    assignee = _standing(transaction, asked.assignee) if asked.assignee else None
    changed = assign(
        transaction, desk.clock(), case_id, assignee, caller=caller,
        expected_version=asked.expected_version,
    )  # fmt: skip
    return dict(changed)


def _standing(transaction: Transaction, person_id: str) -> Caller:
    """Return somebody else as they stand: their roles and ties."""
    person = transaction.one(
        "SELECT person_id FROM people WHERE person_id = :id AND disabled_at IS NULL", id=person_id
    )
    if person is None:
        raise BadRecord(f"Nobody in use has the id {person_id}.", hint="Choose one of the desk.")
    roles = transaction.all("SELECT role FROM person_roles WHERE person_id = :id", id=person_id)
    shops = transaction.all("SELECT shop_id FROM person_shops WHERE person_id = :id", id=person_id)
    return Caller(
        person_id=person_id,
        roles=frozenset(Role(row["role"]) for row in roles),
        tied_to=frozenset(row["shop_id"] for row in shops),
    )


@router.post("/cases/{case_id}/notes", status_code=201)
def add_note(
    case_id: Id,
    asked: Note,
    desk: DeskOf,
    caller: CasesWork,
    transaction: Writing,
) -> dict[str, str]:
    """Add a note; notes are never changed."""
    return {"note_id": write_note(transaction, desk.clock(), case_id, asked.text, caller=caller)}


@router.post("/cases/{case_id}/merge")
def merge_case(
    case_id: Id,
    asked: Merge,
    desk: DeskOf,
    caller: CasesWork,
    transaction: Writing,
) -> dict[str, Any]:
    """Merge a case into another, which gets its subjects, notes and steps."""
    merged = merge(
        transaction, desk.clock(), case_id, asked.into, caller=caller,
        expected_version=asked.expected_version, reason=asked.reason,
    )  # fmt: skip
    return dict(merged)


@router.post("/cases/{case_id}/split", status_code=201)
def split_case(
    case_id: Id,
    asked: Split,
    desk: DeskOf,
    caller: CasesWork,
    transaction: Writing,
) -> dict[str, Any]:
    """Take shops out of a case into a new one."""
    new = split(
        transaction, desk.clock(), case_id, asked.shops, caller=caller,
        expected_version=asked.expected_version, reason=asked.reason,
    )  # fmt: skip
    return dict(new)

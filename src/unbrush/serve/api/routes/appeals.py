"""Appeals, and what a merchant sees of its own shops."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from unbrush.respond.desk.appeals import appeal_of, decide_appeal, file_appeal
from unbrush.respond.desk.attachment_retention import legal_hold_of
from unbrush.respond.desk.attachments import attachments_of
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.left_out import left_out_of
from unbrush.respond.desk.ties import OF_STEP, apart_from, check_apart
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

router = APIRouter(tags=["appeals"])

AppealsRead = Annotated[Caller, may("appeals.read")]
AppealsFile = Annotated[Caller, may("appeals.file")]
AppealsDecide = Annotated[Caller, may("appeals.decide")]
OwnRead = Annotated[Caller, may("own.read")]


class NewAppeal(Asked):
    """What a merchant says; without a step it is about orders and reviews that do not count."""

    shop_id: Name
    step_id: Name | None = None
    text: Text


class Outcome(Asked):
    """What becomes of what was appealed against."""

    expected_version: Version
    outcome: Literal["upheld", "overturned", "partly"]
    reason: Text


@router.get("/appeals")
def list_appeals(
    caller: AppealsRead,
    transaction: Reading,
    state: Annotated[Literal["open", "upheld", "overturned", "partly"], Query()] = "open",
    n: PageSize = 50,
    cursor: Cursor = None,
) -> Page:
    """List appeals in one state, those first that are due first."""
    after = read_cursor(cursor, int, str) or [-1, ""]
    apart, tied = apart_from(caller, case=OF_STEP.format(table="appeals"))
    rows = transaction.all(
        f"""SELECT * FROM appeals WHERE state = :state AND {apart} AND
               (due_at > :at_ms OR (due_at = :at_ms AND appeal_id > :last))
           ORDER BY due_at, appeal_id LIMIT :n""",
        state=state,
        at_ms=after[0],
        last=after[1],
        n=n + 1,
        **tied,
    )
    return page_of(rows, n, "due_at", "appeal_id")


@router.post("/appeals", status_code=201)
def appeal(
    asked: NewAppeal,
    desk: DeskOf,
    caller: AppealsFile,
    transaction: Writing,
) -> dict[str, Any]:
    """Appeal for a shop that you act for; it is free."""
    filed = file_appeal(
        transaction, desk.clock(), asked.shop_id, asked.text, caller=caller, step_id=asked.step_id
    )
    return dict(filed)


@router.get("/appeals/{appeal_id}")
def get_appeal(appeal_id: Id, caller: AppealsRead, transaction: Reading) -> dict[str, Any]:
    """Return an appeal and what is attached to it."""
    found = appeal_of(transaction, appeal_id)
    check_apart(transaction, caller, [found["shop_id"]], step_id=found["step_id"])
    attached = attachments_of(transaction, "appeal", appeal_id)
    held = legal_hold_of(transaction, "appeal", appeal_id)
    return {**found, "attachments": attached, "legal_hold": held}


@router.post("/appeals/{appeal_id}/decide")
def decide_an_appeal(
    appeal_id: Id,
    asked: Outcome,
    desk: DeskOf,
    caller: AppealsDecide,
    transaction: Writing,
) -> dict[str, Any]:
    """Decide an appeal, having had no part in the step."""
    decided = decide_appeal(
        transaction, desk.clock(), appeal_id, asked.outcome, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version,
    )  # fmt: skip
    return dict(decided)


@router.get("/me/steps")
def my_steps(caller: OwnRead, transaction: Reading) -> dict[str, Any]:
    """Return the notices of your shops: what is in force, and what was."""
    rows = transaction.all(
        """SELECT step_id, shop_id, rung, state, starts_at, ends_at, notice_zh, notice_en
           FROM steps WHERE shop_id IN :shops AND starts_at IS NOT NULL
           ORDER BY starts_at, step_id""",
        shops=sorted(caller.member_of),
    )
    return {"rows": rows}


@router.get("/me/counts")
def my_counts(caller: OwnRead, transaction: Reading) -> dict[str, Any]:
    """Return what does not count of your shops: facts, reasons, basis, term, how to appeal."""
    return {"rows": left_out_of(transaction, sorted(caller.member_of))}


@router.get("/me/notices")
def my_notices(caller: OwnRead, transaction: Reading) -> dict[str, Any]:
    """Return what your shops were told that are held for victims of fake orders."""
    rows = transaction.all(
        """SELECT notice_id, shop_id, told_at, notice_zh, notice_en FROM victim_notices
           WHERE shop_id IN :shops ORDER BY told_at, notice_id""",
        shops=sorted(caller.member_of),
    )
    return {"rows": rows}


@router.get("/me/appeals")
def my_appeals(caller: OwnRead, transaction: Reading) -> dict[str, Any]:
    """Return your shops' appeals and their outcomes."""
    rows = transaction.all(
        """SELECT appeal_id, step_id, shop_id, text, filed_at, due_at, state, reason, decided_at
           FROM appeals WHERE shop_id IN :shops ORDER BY filed_at, appeal_id""",
        shops=sorted(caller.member_of),
    )
    attached = [attachments_of(transaction, "appeal", row["appeal_id"]) for row in rows]
    return {"rows": [{**row, "attachments": a} for row, a in zip(rows, attached, strict=True)]}

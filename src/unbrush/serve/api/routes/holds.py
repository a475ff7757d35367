"""Holds: disputed money that is kept back for a term."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from unbrush.base.clock import DAY_MS
from unbrush.base.words import Words
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.settlement.holdable import (
    Holdable,
    holdable,
    newest_run,
    reversed_orders,
)
from unbrush.respond.desk.settlement.holds import (
    LONGEST_MS,
    decide_hold,
    due_for_release,
    hold_of,
    propose_hold,
    release_hold,
)
from unbrush.respond.desk.settlement.telling import holds_told
from unbrush.respond.desk.steps import step_of
from unbrush.respond.desk.ties import OF_STEP, apart_from, check_apart
from unbrush.serve.api.callers import DeskOf, Reading, Writing, WritingLater, may
from unbrush.serve.api.shapes import (
    WHOLE,
    Asked,
    Cursor,
    Ending,
    Id,
    Name,
    Page,
    PageSize,
    Text,
    Verdict,
    page_of,
    read_cursor,
)
from unbrush.serve.api.state import Desk
from unbrush.store.duckdb_engine import DuckDBEngine

router = APIRouter(tags=["settlement"])

HoldsRead = Annotated[Caller, may("holds.read")]
HoldsPropose = Annotated[Caller, may("holds.propose")]
HoldsApprove = Annotated[Caller, may("holds.approve")]
HoldsRelease = Annotated[Caller, may("holds.release")]
OwnRead = Annotated[Caller, may("own.read")]
HoldState = Literal["proposed", "in-force", "refused", "released"]


class NewHold(Asked):
    """Money to keep back; all that is disputed and not held yet if no amount or grant is named."""

    kind: Literal["subsidy", "payout"]
    amount_minor: int | None = Field(default=None, ge=1, le=WHOLE, description="Of payouts.")
    grant_ids: list[Name] | None = Field(default=None, max_length=10_000)
    reason_zh: Text
    reason_en: Text
    basis: Text
    term_ms: int = Field(ge=1, le=LONGEST_MS)


@router.get("/holds")
def list_holds(
    caller: HoldsRead,
    transaction: Reading,
    state: Annotated[HoldState, Query()] = "in-force",
    n: PageSize = 50,
    cursor: Cursor = None,
) -> Page:
    """List holds in one state, oldest first."""
    after = read_cursor(cursor, int, str) or [-1, ""]
    apart, tied = apart_from(caller, case=OF_STEP.format(table="holds"))
    rows = transaction.all(
        f"""SELECT * FROM holds WHERE state = :state AND {apart} AND
               (proposed_at > :at_ms OR (proposed_at = :at_ms AND hold_id > :last))
           ORDER BY proposed_at, hold_id LIMIT :n""",
        state=state,
        at_ms=after[0],
        last=after[1],
        n=n + 1,
        **tied,
    )
    return page_of(rows, n, "proposed_at", "hold_id")


@router.get("/holds/due")
def list_due_holds(
    desk: DeskOf,
    caller: HoldsRead,
    transaction: Reading,
    within_ms: Annotated[int, Query(ge=0, le=LONGEST_MS)] = 7 * DAY_MS,
) -> dict[str, Any]:
    """List what is due for release soon, the first to end first."""
    apart = apart_from(caller, case=OF_STEP.format(table="holds"))
    return {"rows": due_for_release(transaction, desk.clock() + within_ms, apart=apart)}


@router.get("/steps/{step_id}/holdable")
def what_may_be_held(step_id: Id, desk: DeskOf, caller: HoldsRead) -> dict[str, Any]:
    """Return the most that may be held for a step: what the newest run says is disputed."""
    most = _holdable(desk, step_id, caller)
    return {
        "run_id": most.run_id,
        "shop_id": most.shop_id,
        "currency": most.currency,
        "subsidies_minor": most.subsidies_minor,
        "turnover_minor": most.turnover_minor,
        "grants": [vars(grant) for grant in most.grants],
    }


@router.post("/steps/{step_id}/holds", status_code=201)
def propose_a_hold(
    step_id: Id, asked: NewHold, desk: DeskOf, caller: HoldsPropose, begin: WritingLater
) -> dict[str, Any]:
    """Propose to keep back disputed money for a step in force; nothing is held by that."""
    # Files are read before the records are written to: nobody waits for that.
    most = _holdable(desk, step_id, caller)
    hold = propose_hold(
        begin(), desk.clock(), step_id, caller=caller, most=most, kind=asked.kind,
        reason=Words(asked.reason_zh, asked.reason_en), basis=asked.basis,
        term_ms=asked.term_ms, amount_minor=asked.amount_minor, grant_ids=asked.grant_ids,
    )  # fmt: skip
    return dict(hold)


@router.get("/holds/{hold_id}")
def get_hold(hold_id: Id, caller: HoldsRead, transaction: Reading) -> dict[str, Any]:
    """Return a hold with the subsidies that it keeps back."""
    hold = hold_of(transaction, hold_id)
    check_apart(transaction, caller, [hold["shop_id"]], step_id=hold["step_id"])
    return dict(hold)


@router.post("/holds/{hold_id}/decide")
def decide_a_hold(
    hold_id: Id, asked: Verdict, desk: DeskOf, caller: HoldsApprove, transaction: Writing
) -> dict[str, Any]:
    """Approve or refuse a hold that somebody else proposed."""
    hold = decide_hold(
        transaction, desk.clock(), hold_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version, is_approved=asked.is_approved,
    )  # fmt: skip
    return dict(hold)


@router.post("/holds/{hold_id}/release")
def release_a_hold(
    hold_id: Id, asked: Ending, desk: DeskOf, caller: HoldsRelease, transaction: Writing
) -> dict[str, Any]:
    """Release a hold before its term, without interest or fee."""
    hold = release_hold(
        transaction, desk.clock(), hold_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version,
    )  # fmt: skip
    return dict(hold)


@router.get("/me/holds")
def my_holds(caller: OwnRead, transaction: Reading) -> dict[str, Any]:
    """Return what is held of your shops, why, until when, and how to appeal; and what was."""
    return {"rows": holds_told(transaction, sorted(caller.member_of))}


def _holdable(desk: Desk, step_id: str, caller: Caller) -> Holdable:
    with desk.records.reading() as transaction:
        step = step_of(transaction, step_id)
        check_apart(transaction, caller, [step["shop_id"]], case_id=step["case_id"])
        run_id, folder = newest_run(transaction)
        genuine = reversed_orders(transaction)
    with DuckDBEngine() as engine:
        return holdable(engine, folder, step["shop_id"], run_id=run_id, reversed_orders=genuine)

"""Steps of the ladder: proposed by one person, put in force by others."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from unbrush.base.words import Words
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.steps import decide, lift, propose, step_of
from unbrush.respond.desk.ties import apart_from, check_apart
from unbrush.serve.api.callers import DeskOf, Reading, Writing, may
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

router = APIRouter(tags=["steps"])

StepsRead = Annotated[Caller, may("steps.read")]
StepsPropose = Annotated[Caller, may("steps.propose")]
StepsApprove = Annotated[Caller, may("steps.approve")]
StepsLift = Annotated[Caller, may("steps.lift")]

StepState = Literal["proposed", "in-force", "refused", "lifted", "expired", "overturned"]


class Proposal(Asked):
    """A step; nothing adverse is written without its facts, basis and proportionality."""

    shop_id: Name
    rung: Literal["L2", "L3", "L4", "L5", "L6", "L7"]
    facts_zh: Text
    facts_en: Text
    basis: Text = Field(description="Rules or provisions, with their version.")
    proportionality: Text = Field(description="Why nothing milder does.")
    term_ms: int | None = Field(default=None, ge=1, le=WHOLE)


@router.get("/steps")
def list_steps(
    caller: StepsRead,
    transaction: Reading,
    state: Annotated[StepState, Query()] = "proposed",
    n: PageSize = 50,
    cursor: Cursor = None,
) -> Page:
    """List steps in one state, oldest first."""
    after = read_cursor(cursor, int, str) or [-1, ""]
    apart, tied = apart_from(caller, case="steps.case_id")
    rows = transaction.all(
        f"""SELECT * FROM steps WHERE state = :state AND {apart} AND
               (proposed_at > :at_ms OR (proposed_at = :at_ms AND step_id > :last))
           ORDER BY proposed_at, step_id LIMIT :n""",
        state=state,
        at_ms=after[0],
        last=after[1],
        n=n + 1,
        **tied,
    )
    return page_of(rows, n, "proposed_at", "step_id")


@router.post("/cases/{case_id}/steps", status_code=201)
def propose_step(
    case_id: Id,
    asked: Proposal,
    desk: DeskOf,
    caller: StepsPropose,
    transaction: Writing,
) -> dict[str, Any]:
    """Propose a step against a shop of a case; nothing happens to the shop by that."""
    step = propose(
        transaction, desk.clock(), case_id, caller=caller, shop_id=asked.shop_id, rung=asked.rung,
        facts=Words(asked.facts_zh, asked.facts_en), basis=asked.basis,
        proportionality=asked.proportionality, term_ms=asked.term_ms,
    )  # fmt: skip
    return dict(step)


@router.get("/steps/{step_id}")
def get_step(step_id: Id, caller: StepsRead, transaction: Reading) -> dict[str, Any]:
    """Return a step with its approvals and notice."""
    step = step_of(transaction, step_id)
    check_apart(transaction, caller, [step["shop_id"]], case_id=step["case_id"])
    return dict(step)


@router.post("/steps/{step_id}/decide")
def decide_step(
    step_id: Id,
    asked: Verdict,
    desk: DeskOf,
    caller: StepsApprove,
    transaction: Writing,
) -> dict[str, Any]:
    """Approve or refuse a step that somebody else proposed."""
    step = decide(
        transaction, desk.clock(), step_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version, is_approved=asked.is_approved,
    )  # fmt: skip
    return dict(step)


@router.post("/steps/{step_id}/lift")
def lift_step(
    step_id: Id,
    asked: Ending,
    desk: DeskOf,
    caller: StepsLift,
    transaction: Writing,
) -> dict[str, Any]:
    """End a step before its term, or withdraw one that is proposed."""
    step = lift(
        transaction, desk.clock(), step_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version,
    )  # fmt: skip
    return dict(step)

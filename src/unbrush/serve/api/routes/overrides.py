"""Overrides: what goes against findings that stand takes a reason and two people."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.overrides import (
    decide_override,
    override_of,
    propose_override,
    withdraw_override,
)
from unbrush.respond.desk.ties import apart_from, check_apart
from unbrush.serve.api.callers import DeskOf, Reading, Writing, may
from unbrush.serve.api.shapes import (
    Cursor,
    Ending,
    Id,
    Page,
    PageSize,
    Verdict,
    page_of,
    read_cursor,
)

router = APIRouter(tags=["overrides"])

OverridesRead = Annotated[Caller, may("overrides.read")]
OverridesPropose = Annotated[Caller, may("overrides.propose")]
OverridesDecide = Annotated[Caller, may("overrides.decide")]
OverrideState = Literal["proposed", "confirmed", "refused", "withdrawn"]


class Closing(Ending):
    """How a case would be closed though findings stand against its subjects, and why."""

    outcome: Literal["refuted", "inconclusive"]


@router.get("/overrides")
def list_overrides(
    caller: OverridesRead,
    transaction: Reading,
    state: Annotated[OverrideState, Query()] = "proposed",
    n: PageSize = 50,
    cursor: Cursor = None,
) -> Page:
    """List overrides in one state, oldest first."""
    after = read_cursor(cursor, int, str) or [-1, ""]
    apart, tied = apart_from(caller, shops=(), case="overrides.case_id")
    rows = transaction.all(
        f"""SELECT * FROM overrides WHERE state = :state AND {apart} AND
               (proposed_at > :at_ms OR (proposed_at = :at_ms AND override_id > :last))
           ORDER BY proposed_at, override_id LIMIT :n""",
        state=state,
        at_ms=after[0],
        last=after[1],
        n=n + 1,
        **tied,
    )
    return page_of(rows, n, "proposed_at", "override_id")


@router.post("/cases/{case_id}/overrides", status_code=201)
def propose_to_close_a_case(
    case_id: Id, asked: Closing, desk: DeskOf, caller: OverridesPropose, transaction: Writing
) -> dict[str, Any]:
    """Propose to close a case against findings of L2 or above; it stays as it is until then."""
    row = propose_override(
        transaction, desk.clock(), "case", case_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version, outcome=asked.outcome,
    )  # fmt: skip
    return dict(row)


@router.post("/steps/{step_id}/overrides", status_code=201)
def propose_to_lift_a_step(
    step_id: Id, asked: Ending, desk: DeskOf, caller: OverridesPropose, transaction: Writing
) -> dict[str, Any]:
    """Propose to lift a step that the evidence still carries."""
    row = propose_override(
        transaction, desk.clock(), "step", step_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version,
    )  # fmt: skip
    return dict(row)


@router.post("/holds/{hold_id}/overrides", status_code=201)
def propose_to_release_a_hold(
    hold_id: Id, asked: Ending, desk: DeskOf, caller: OverridesPropose, transaction: Writing
) -> dict[str, Any]:
    """Propose to let money go while the evidence still carries the step that it is held for."""
    row = propose_override(
        transaction, desk.clock(), "hold", hold_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version,
    )  # fmt: skip
    return dict(row)


@router.get("/overrides/{override_id}")
def get_override(override_id: Id, caller: OverridesRead, transaction: Reading) -> dict[str, Any]:
    """Return an override: who proposed it, why, and who decided."""
    row = override_of(transaction, override_id)
    check_apart(transaction, caller, case_id=row["case_id"])
    return dict(row)


@router.post("/overrides/{override_id}/decide")
def decide_an_override(
    override_id: Id, asked: Verdict, desk: DeskOf, caller: OverridesDecide, transaction: Writing
) -> dict[str, Any]:
    """Confirm what somebody else proposed, which is done at once, or refuse it."""
    row = decide_override(
        transaction, desk.clock(), override_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version, is_approved=asked.is_approved,
    )  # fmt: skip
    return dict(row)


@router.post("/overrides/{override_id}/withdraw")
def withdraw_an_override(
    override_id: Id, asked: Ending, desk: DeskOf, caller: OverridesPropose, transaction: Writing
) -> dict[str, Any]:
    """Take back what you have proposed yourself."""
    row = withdraw_override(
        transaction, desk.clock(), override_id, caller=caller, reason=asked.reason,
        expected_version=asked.expected_version,
    )  # fmt: skip
    return dict(row)

"""Overrides: what goes against findings that stand, proposed by one person, allowed by another.

A case is closed as refuted or inconclusive though findings at L2 or above stand against its
subjects; a step is lifted, or a hold let go, though the evidence still carries the step. Who asks
says why; until somebody else has confirmed it, all stays as it was. States: proposed → confirmed,
refused or withdrawn. `staff_actions` tells what was confirmed, with both people.
"""

from typing import Any, NamedTuple

from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, NotAllowed, Stale, did_you_mean
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.cases import (
    AGAINST,
    case_of,
    check_move,
    check_no_step,
    move_checked,
    shops_of,
)
from unbrush.respond.desk.settlement.holds import hold_of
from unbrush.respond.desk.settlement.releasing import end_hold
from unbrush.respond.desk.standing import FROM, carrying_rung, standing_rung
from unbrush.respond.desk.steps import lift_checked, step_of
from unbrush.respond.desk.two_people import change, check_said, decide

_STATES = ("proposed", "confirmed", "refused")
_TABLE, _KEY = "overrides", "override_id"
_READ = {"case": case_of, "step": step_of, "hold": hold_of}


class _Against(NamedTuple):
    """A record that stands, and what stands behind it."""

    record: Row
    case_id: str
    rung: str


def override_of(transaction: Transaction, override_id: str) -> Row:
    """Return an override.

    Raises:
        NoSuchRecord: There is none.
    """
    row = transaction.one("SELECT * FROM overrides WHERE override_id = :id", id=override_id)
    if row is None:
        raise NoSuchRecord(
            f"No override has the id {override_id}.", hint="GET /overrides lists them."
        )
    return row


def overrides_of(transaction: Transaction, case_id: str) -> list[Row]:
    """Return the overrides about a case, its steps and holds, in whatever state."""
    return transaction.all(
        "SELECT * FROM overrides WHERE case_id = :id ORDER BY proposed_at, override_id", id=case_id
    )


def propose_override(
    transaction: Transaction,
    at_ms: int,
    kind: str,
    record_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    reason: str,
    outcome: str | None = None,
) -> Row:
    """Propose to go against what stands; nothing happens by that.

    Args:
        transaction: A writing one.
        at_ms: The present.
        kind: ``case``, ``step`` or ``hold``.
        record_id: Its id.
        caller: Who proposes.
        expected_version: The version of the record that was read.
        reason: Why what was found is wrong, or not enough.
        outcome: Of a case: ``refuted`` or ``inconclusive``.

    Raises:
        BadRecord: No reason, or no such outcome.
        Conflict: Nothing stands against it, so that one person does; or one waits already.
        Stale: The record was changed meanwhile.
    """
    caller.check("overrides.propose")
    against = _against(transaction, kind, record_id, outcome)
    caller.check_shops(_shops(transaction, against.case_id, against.record))
    check_said(reason=reason)
    if int(against.record["version"]) != expected_version:
        raise Stale(f"{record_id} was changed meanwhile.", hint="Read it again.")
    override_id = f"V-{next_number(transaction, 'override')}"  # takes the lock of all overrides
    there = transaction.one(
        """SELECT override_id FROM overrides
           WHERE kind = :kind AND record_id = :id AND state = 'proposed'""",
        kind=kind,
        id=record_id,
    )
    if there:
        raise Conflict(f"{there['override_id']} about {record_id} waits.", hint="Decide it first.")
    add(
        transaction, _TABLE, override_id=override_id, kind=kind, record_id=record_id,
        case_id=against.case_id, outcome=outcome, rung=against.rung,
        record_version=expected_version, reason=reason, state="proposed",
        proposed_by=caller.person_id, proposed_at=at_ms, changed_at=at_ms, version=1,
    )  # fmt: skip
    note(
        transaction, at_ms, caller.person_id, "override.proposed", "override", override_id,
        kind=kind, record=record_id, case=against.case_id, outcome=outcome, rung=against.rung,
        reason=reason,
    )  # fmt: skip
    return override_of(transaction, override_id)


def decide_override(
    transaction: Transaction,
    at_ms: int,
    override_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    is_approved: bool,
    reason: str,
) -> Row:
    """Confirm what somebody else proposed, which is done at once, or refuse it.

    Raises:
        NotAllowed: The caller proposed it, or has a tie to a shop.
        Conflict: It is decided; or what it is about is not what its proposer has read.
    """
    caller.check("overrides.decide")
    row = override_of(transaction, override_id)
    record = _READ[row["kind"]](transaction, row["record_id"])
    caller.check_shops(_shops(transaction, row["case_id"], record))
    decide(
        transaction, at_ms, _TABLE, _KEY, row, caller=caller, reason=reason,
        expected_version=expected_version, is_approved=is_approved, states=_STATES,
        action="override",
    )  # fmt: skip
    if is_approved:
        _carry_out(transaction, at_ms, row, caller)
    return override_of(transaction, override_id)


def withdraw_override(
    transaction: Transaction,
    at_ms: int,
    override_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    reason: str,
) -> Row:
    """Take back what one has proposed oneself; others refuse it."""
    caller.check("overrides.propose")
    row = override_of(transaction, override_id)
    if row["proposed_by"] != caller.person_id:
        raise NotAllowed("You did not propose it.", hint="Who did not may refuse it.")
    if row["state"] != "proposed":
        raise Conflict(f"{override_id} is {row['state']}.", hint="There is nothing to withdraw.")
    check_said(reason=reason)
    change(transaction, at_ms, _TABLE, _KEY, override_id, expected_version, state="withdrawn")
    note(
        transaction, at_ms, caller.person_id, "override.withdrawn", "override", override_id,
        reason=reason,
    )  # fmt: skip
    return override_of(transaction, override_id)


def _against(transaction: Transaction, kind: str, record_id: str, outcome: str | None) -> _Against:
    """Return what an override would go against, if it takes two people."""
    if kind == "case":
        return _case(transaction, record_id, outcome)
    if outcome is not None:
        raise BadRecord(f"A {kind} has no outcome.", hint="Only cases are closed with one.")
    record = _READ[kind](transaction, record_id)
    step = record if kind == "step" else step_of(transaction, record["step_id"])
    act = f"POST /{kind}s/{record_id}/{'lift' if kind == 'step' else 'release'}"
    if record["state"] != "in-force":
        raise Conflict(
            f"{record_id} is {record['state']}.", hint=f"{act} withdraws a proposed one."
        )
    rung = carrying_rung(transaction, step)
    if not rung:
        raise Conflict(
            f"The evidence does not carry {step['step_id']} any more.",
            hint=f"One person may end it: {act}.",
        )
    return _Against(record, step["case_id"], rung)


def _case(transaction: Transaction, case_id: str, outcome: str | None) -> _Against:
    case = case_of(transaction, case_id)
    if outcome not in AGAINST:
        raise BadRecord(
            f"{outcome} does not go against what was found.",
            hint=did_you_mean(str(outcome), AGAINST),
        )
    check_move(case, "closed")
    if outcome == "refuted":
        check_no_step(transaction, case_id)
    rung = standing_rung(transaction, case_id)
    if rung < FROM:
        raise Conflict(
            f"Nothing of {FROM} or above stands against {case_id}.",
            hint=f"One reviewer closes it: POST /cases/{case_id}/move.",
        )
    return _Against(case, case_id, rung)


def _shops(transaction: Transaction, case_id: str, record: Row) -> set[str]:
    """Return the shops of a case, and the one that a step or hold is about: it may have moved."""
    own = {str(record["shop_id"])} if "shop_id" in record else set()
    return shops_of(transaction, case_id) | own


def _carry_out(transaction: Transaction, at_ms: int, row: Row, caller: Caller) -> None:
    """Do what was confirmed, if its record is still what the proposer has read."""
    against = _against(transaction, row["kind"], row["record_id"], row["outcome"])
    if int(against.record["version"]) != int(row["record_version"]):
        raise Conflict(
            f"{row['record_id']} was changed since {row['override_id']} was proposed.",
            hint="Refuse it; what is there now can be proposed anew.",
        )
    done: dict[str, Any] = {
        "by": caller.person_id,
        "reason": row["reason"],
        "over": {"override": row["override_id"], "proposed_by": row["proposed_by"]},
    }
    version = int(row["record_version"])
    if row["kind"] == "case":
        move_checked(
            transaction, at_ms, against.record, "closed", expected_version=version,
            outcome=row["outcome"], **done,
        )  # fmt: skip
    elif row["kind"] == "step":
        lift_checked(transaction, at_ms, against.record, expected_version=version, **done)
    else:
        end_hold(transaction, at_ms, against.record, "person", **done)

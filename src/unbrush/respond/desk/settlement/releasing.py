"""Releasing what is held: at the end of its term, or with what it rests on. Never with interest.

Steps and appeals call this in their own transaction, so that money is not held an instant longer
than the step that it is held for.
"""

from collections.abc import Mapping, Sequence

from unbrush.base.records import Row, Transaction
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.settlement.outbox import tell, tell_many
from unbrush.respond.sharing.ending import shops_are_cleared

_AT_ONCE = 500


def step_began(transaction: Transaction, at_ms: int, step: Row, ends_at: int | None) -> None:
    """Tell that a step is in force."""
    tell(
        transaction, at_ms, "step.in-force", "shop", step["shop_id"],
        step_id=step["step_id"], case_id=step["case_id"], rung=step["rung"], starts_at=at_ms,
        ends_at=ends_at,
    )  # fmt: skip


def step_ended(transaction: Transaction, at_ms: int, step_id: str, state: str, /) -> None:
    """Tell that a step that was in force has ended, and release what is held for it.

    Args:
        transaction: A writing one.
        at_ms: The present.
        step_id: The step.
        state: lifted, expired, overturned.
    """
    step = transaction.one("SELECT * FROM steps WHERE step_id = :id", id=step_id)
    if step is None or step["starts_at"] is None:
        return
    cause = "appeal" if state == "overturned" else "step-ended"
    held = transaction.all(
        """SELECT * FROM holds WHERE step_id = :id AND state IN ('proposed', 'in-force')
           ORDER BY hold_id""",
        id=step_id,
    )
    for hold in held:
        end_hold(transaction, at_ms, hold, cause, reason=f"{step_id} {state}", by="system")
    tell(
        transaction, at_ms, "step.ended", "shop", step["shop_id"],
        step_id=step_id, rung=step["rung"], state=state,
    )  # fmt: skip


def shops_restored(
    transaction: Transaction, at_ms: int, shop_ids: Sequence[str], /, *, because: str
) -> None:
    """Tell that what was decided of shops is reversed, and release all that is held of them."""
    for start in range(0, len(shop_ids), _AT_ONCE):
        held = transaction.all(
            """SELECT * FROM holds WHERE shop_id IN :shops AND state IN ('proposed', 'in-force')
               ORDER BY shop_id, hold_id""",
            shops=list(shop_ids[start : start + _AT_ONCE]),
        )
        for hold in held:
            end_hold(transaction, at_ms, hold, "appeal", reason=because, by="system")
    told = [(shop_id, {"because": because}) for shop_id in shop_ids]
    tell_many(transaction, at_ms, "decision.reversed", "shop", told)
    shops_are_cleared(transaction, at_ms, shop_ids, because=because)


def end_hold(
    transaction: Transaction, at_ms: int, hold: Row, cause: str, /, *, reason: str, by: str,
    over: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Release a hold, or refuse it if it is only proposed.

    Args:
        transaction: A writing one.
        at_ms: The present.
        hold: The hold, as it stands.
        cause: term, person, appeal, step-ended.
        reason: In words, or an id.
        by: Who does it; ``system`` for what happens by itself.
        over: Names the override that allows it.
    """
    was_in_force = hold["state"] == "in-force"
    state = "released" if was_in_force else "refused"
    transaction.run(
        """UPDATE holds SET state = :state, released_at = :released_at, released_by = :who,
               release_cause = :cause, release_reason = :reason, changed_at = :at_ms,
               version = version + 1 WHERE hold_id = :id""",
        state=state,
        released_at=at_ms if was_in_force else None,
        who=by,
        cause=cause,
        reason=reason,
        at_ms=at_ms,
        id=hold["hold_id"],
    )
    note(
        transaction, at_ms, by, f"hold.{state}", "hold", hold["hold_id"],
        shop=hold["shop_id"], cause=cause, reason=reason, amount_minor=int(hold["amount_minor"]),
        **(over or {}),
    )  # fmt: skip
    if was_in_force:
        tell(
            transaction, at_ms, "hold.released", "shop", hold["shop_id"],
            hold_id=hold["hold_id"], kind=hold["kind"], amount_minor=int(hold["amount_minor"]),
            currency=hold["currency"], interest_minor=0, cause=cause,
        )  # fmt: skip


def release_due(transaction: Transaction, at_ms: int) -> int:
    """Release every hold whose term is over; return how many. To be called now and then."""
    due = transaction.all(
        """SELECT * FROM holds WHERE state = 'in-force' AND ends_at <= :at_ms
           ORDER BY ends_at, hold_id""",
        at_ms=at_ms,
    )
    for hold in due:
        end_hold(transaction, at_ms, hold, "term", reason="term over", by="system")
    return len(due)

"""Holds: disputed money of a shop, kept back for a term, without interest, for a step in force.

States: proposed → in-force → released; proposed → refused. L4 keeps back disputed subsidies alone,
as its notice says; of payouts, L5 and above hold the disputed part. A hold ends by itself with its
term, never later than its step, and at once if the step ends or an appeal is right.
"""

from collections.abc import Sequence

from unbrush.base.clock import DAY_MS
from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, NotAllowed, Stale
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.base.words import Words
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.cases import check_work, shops_of
from unbrush.respond.desk.settlement.holdable import Grant, Holdable, newest_run
from unbrush.respond.desk.settlement.outbox import tell
from unbrush.respond.desk.settlement.releasing import end_hold
from unbrush.respond.desk.standing import carrying_rung, refuse_alone
from unbrush.respond.desk.steps import step_of

LONGEST_MS = 90 * DAY_MS
"""For how long money is held at most."""

FROM_RUNG = {"subsidy": "L4", "payout": "L5"}
"""What may be held → the lowest rung of a step that allows it."""

_HELD = "('proposed', 'in-force')"


def hold_of(transaction: Transaction, hold_id: str) -> Row:
    """Return a hold with the subsidies that it keeps back.

    Raises:
        NoSuchRecord: There is none.
    """
    row = transaction.one("SELECT * FROM holds WHERE hold_id = :id", id=hold_id)
    if row is None:
        raise NoSuchRecord(f"No hold has the id {hold_id}.", hint="GET /holds lists them.")
    grants = transaction.all(
        """SELECT grant_id, order_id, amount_minor FROM held_grants WHERE hold_id = :id
           ORDER BY grant_id""",
        id=hold_id,
    )
    return {**row, "grants": grants}


def propose_hold(
    transaction: Transaction,
    at_ms: int,
    step_id: str,
    /,
    *,
    caller: Caller,
    most: Holdable,
    kind: str,
    reason: Words,
    basis: str,
    term_ms: int,
    amount_minor: int | None = None,
    grant_ids: Sequence[str] | None = None,
) -> Row:
    """Propose to keep back money for a step in force; nothing is held by that.

    Args:
        transaction: A writing one.
        at_ms: The present.
        step_id: The step.
        caller: Who proposes.
        most: What the newest run allows.
        kind: ``subsidy``, or ``payout``.
        reason: Why, for the merchant, in both languages.
        basis: Rules or provisions that it rests on, with their version.
        term_ms: For how long; the step's end comes first.
        amount_minor: Of payouts, how much; all that is disputed and not held if left out.
        grant_ids: Of subsidies, which; all disputed ones that are not held if left out.

    Raises:
        BadRecord: Something is missing, or a subsidy that is not disputed, or too long a term.
        Conflict: The step carries no such hold, nothing is disputed, or more than that is asked.
    """
    if kind not in FROM_RUNG:
        raise BadRecord(f"{kind} is nothing to hold.", hint="It is subsidy or payout.")
    step = step_of(transaction, step_id)
    check_work(transaction, caller, step["case_id"], "holds.propose")
    _check_step(step, at_ms, kind)
    for text in (*reason, basis):
        if not text.strip():
            raise BadRecord(
                "A hold without its reason or basis is not written.",
                hint="The reason in both languages, and the rules that it rests on.",
            )
    if not 0 < term_ms <= LONGEST_MS:
        raise BadRecord(f"{term_ms} ms is no term.", hint=f"It is 1 to {LONGEST_MS} ms.")
    # Takes the lock of all holds: what is left to hold is the same until this is kept.
    hold_id = f"H-{next_number(transaction, 'hold')}"
    _check_run(transaction, step, most)
    grants: Sequence[Grant] = ()
    if kind == "subsidy":
        if amount_minor is not None:
            raise BadRecord("Subsidies are held whole.", hint="Name grant_ids, or leave both out.")
        grants = _grants_to_hold(transaction, most, grant_ids)
        amount = sum(grant.amount_minor for grant in grants)
    else:
        if grant_ids is not None:
            raise BadRecord("Payouts have no grants.", hint="Name amount_minor, or leave both out.")
        amount = _amount_to_hold(transaction, most, amount_minor)
    add(
        transaction, "holds", hold_id=hold_id, step_id=step_id, shop_id=step["shop_id"],
        kind=kind, state="proposed", amount_minor=amount,
        currency=most.currency, run_id=most.run_id, reason_zh=reason.zh, reason_en=reason.en,
        most_minor=most.subsidies_minor if kind == "subsidy" else most.turnover_minor,
        basis=basis, term_ms=term_ms, proposed_by=caller.person_id, proposed_at=at_ms,
        changed_at=at_ms, version=1,
    )  # fmt: skip
    for grant in grants:
        add(transaction, "held_grants", hold_id=hold_id, **vars(grant))
    note(
        transaction, at_ms, caller.person_id, "hold.proposed", "hold", hold_id,
        step=step_id, shop=step["shop_id"], kind=kind, amount_minor=amount, run=most.run_id,
    )  # fmt: skip
    return hold_of(transaction, hold_id)


def decide_hold(
    transaction: Transaction,
    at_ms: int,
    hold_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    is_approved: bool,
    reason: str,
) -> Row:
    """Approve or refuse a hold that somebody else proposed; approved, it is in force.

    Raises:
        NotAllowed: The caller proposed it, or has a tie to the shop.
        Conflict: It is not proposed any more, or its step or run is not what it was.
        Stale: Somebody was faster.
    """
    caller.check("holds.approve")
    hold = hold_of(transaction, hold_id)
    step = step_of(transaction, hold["step_id"])
    caller.check_shops({hold["shop_id"]} | shops_of(transaction, step["case_id"]))
    if caller.person_id == hold["proposed_by"]:
        raise NotAllowed(
            "Who proposed a hold never approves or refuses it.", hint="It takes somebody else."
        )
    if hold["state"] != "proposed":
        raise Conflict(f"{hold_id} is {hold['state']}.", hint="Only proposed holds are decided.")
    if not reason.strip():
        raise BadRecord("A decision needs a reason.", hint="One sentence that others can follow.")
    if is_approved:
        _check_step(step, at_ms, hold["kind"])
        if newest_run(transaction)[0] != hold["run_id"]:
            raise Conflict(
                f"A newer run was imported since {hold_id} was proposed.",
                hint="Refuse it, and propose it anew on what that run says.",
            )
    longest = at_ms + int(hold["term_ms"])
    ends_at = longest if step["ends_at"] is None else min(longest, int(step["ends_at"]))
    touched = transaction.run(
        """UPDATE holds SET state = :state, decided_by = :who, decided_at = :at_ms,
               decided_because = :reason, starts_at = :starts_at, ends_at = :ends_at,
               changed_at = :at_ms, version = version + 1
           WHERE hold_id = :id AND version = :version""",
        state="in-force" if is_approved else "refused",
        who=caller.person_id,
        at_ms=at_ms,
        reason=reason,
        starts_at=at_ms if is_approved else None,
        ends_at=ends_at if is_approved else None,
        id=hold_id,
        version=expected_version,
    )
    if not touched:
        raise Stale(f"{hold_id} was changed meanwhile.", hint="Read it again.")
    note(
        transaction, at_ms, caller.person_id, "hold.approved" if is_approved else "hold.refused",
        "hold", hold_id, reason=reason, shop=hold["shop_id"], amount_minor=hold["amount_minor"],
    )  # fmt: skip
    if is_approved:
        tell(
            transaction, at_ms, "hold.placed", "shop", hold["shop_id"],
            hold_id=hold_id, step_id=hold["step_id"], kind=hold["kind"],
            amount_minor=int(hold["amount_minor"]), currency=hold["currency"], ends_at=ends_at,
            grant_ids=[grant["grant_id"] for grant in hold["grants"]],
        )  # fmt: skip
    return hold_of(transaction, hold_id)


def release_hold(
    transaction: Transaction,
    at_ms: int,
    hold_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    reason: str,
) -> Row:
    """Release a hold whose step the evidence carries no longer, or withdraw one that is proposed.

    Raises:
        Conflict: There is nothing to release, or the evidence carries its step (`overrides`).
    """
    caller.check("holds.release")
    hold = hold_of(transaction, hold_id)
    step = step_of(transaction, hold["step_id"])
    caller.check_shops({hold["shop_id"]} | shops_of(transaction, step["case_id"]))
    if hold["state"] not in ("proposed", "in-force"):
        raise Conflict(f"{hold_id} is {hold['state']}.", hint="There is nothing to release.")
    if not reason.strip():
        raise BadRecord("Releasing needs a reason.", hint="One sentence that others can follow.")
    if int(hold["version"]) != expected_version:
        raise Stale(f"{hold_id} was changed meanwhile.", hint="Read it again.")
    if hold["state"] == "in-force" and (rung := carrying_rung(transaction, step)):
        raise refuse_alone("hold", hold_id, rung)
    end_hold(transaction, at_ms, hold, "person", reason=reason, by=caller.person_id)
    return hold_of(transaction, hold_id)


def due_for_release(
    transaction: Transaction,
    until_ms: int,
    /,
    *,
    apart: tuple[str, dict[str, list[str]]] = ("1 = 1", {}),
) -> list[Row]:
    """Return holds that end by ``until_ms``, the first to end first.

    ``apart`` leaves out those that the reader may not see, by `ties.apart_from`.
    """
    condition, tied = apart
    return transaction.all(
        f"""SELECT hold_id, shop_id, step_id, kind, amount_minor, currency, starts_at, ends_at
           FROM holds WHERE state = 'in-force' AND ends_at <= :until AND {condition}
           ORDER BY ends_at, hold_id LIMIT 1000""",
        until=until_ms,
        **tied,
    )


def _check_step(step: Row, at_ms: int, kind: str) -> None:
    is_in_force = step["state"] == "in-force"
    if not is_in_force or (step["ends_at"] is not None and int(step["ends_at"]) <= at_ms):
        raise Conflict(
            f"{step['step_id']} is not in force.", hint="Money is held for a step in force alone."
        )
    if step["rung"] < FROM_RUNG[kind]:
        raise Conflict(
            f"{step['rung']} holds no {kind}.",
            hint=f"It takes a step of {FROM_RUNG[kind]} or above.",
        )


def _check_run(transaction: Transaction, step: Row, most: Holdable) -> None:
    if most.shop_id != step["shop_id"] or newest_run(transaction)[0] != most.run_id:
        raise Conflict(
            "What may be held was read from another run, or for another shop.",
            hint="Ask again: it is read from the newest run.",
        )


def _grants_to_hold(
    transaction: Transaction, most: Holdable, grant_ids: Sequence[str] | None
) -> list[Grant]:
    disputed = {grant.grant_id: grant for grant in most.grants}
    held = {
        str(row["grant_id"])
        for row in transaction.all(
            f"""SELECT g.grant_id FROM held_grants g JOIN holds h ON h.hold_id = g.hold_id
                WHERE h.shop_id = :shop AND h.state IN {_HELD}""",
            shop=most.shop_id,
        )
    }
    wanted = sorted(set(disputed) - held if grant_ids is None else set(grant_ids))
    wrong = [each for each in wanted if each not in disputed]
    if wrong:
        raise BadRecord(
            f"{wrong[0]} is no disputed subsidy of {most.shop_id}.",
            hint="Only subsidies for orders that do not count may be held.",
        )
    twice = [each for each in wanted if each in held]
    if twice:
        raise Conflict(f"{twice[0]} is held, or to be held, already.", hint="GET /holds lists it.")
    if not wanted:
        raise Conflict(
            f"No subsidy of {most.shop_id} is disputed and not held yet.",
            hint="Only subsidies for orders that do not count may be held.",
        )
    return [disputed[each] for each in wanted]


def _amount_to_hold(transaction: Transaction, most: Holdable, asked: int | None) -> int:
    row = transaction.one(
        f"""SELECT coalesce(sum(amount_minor), 0) AS held FROM holds
            WHERE shop_id = :shop AND kind = 'payout' AND state IN {_HELD}""",
        shop=most.shop_id,
    )
    left = most.turnover_minor - int(row["held"] if row else 0)
    amount = left if asked is None else asked
    if left <= 0 or not 0 < amount <= left:
        raise Conflict(
            f"Of {most.shop_id} {max(left, 0)} (minor units) may be held of payouts, not {amount}.",
            hint="That is the turnover that does not count, less what is held already.",
        )
    return amount

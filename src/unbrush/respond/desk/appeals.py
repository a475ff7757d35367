"""Appeals: a merchant's word against a step, or against orders and reviews that do not count.

Somebody decides who had no part in it. If the merchant is right, all is restored: the step ends
as overturned, and what runs say of the shop counts as reversed until a person says otherwise.
"""

import json
from collections.abc import Sequence

from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, NotAllowed, Stale, did_you_mean
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.cases import shops_of
from unbrush.respond.desk.ladder import APPEAL_MS, APPEAL_TERM_MS
from unbrush.respond.desk.settlement.releasing import shops_restored, step_ended
from unbrush.respond.desk.steps import step_of

OUTCOMES = ("upheld", "overturned", "partly")
"""What becomes of what was appealed against; ``partly``: the step ends, the counts stay."""


def file_appeal(
    transaction: Transaction,
    at_ms: int,
    shop_id: str,
    text: str,
    /,
    *,
    caller: Caller,
    step_id: str | None = None,
) -> Row:
    """File an appeal for a shop that the caller acts for; it is free and never held against it.

    Args:
        transaction: A writing one.
        at_ms: The present.
        shop_id: The shop.
        text: What the merchant says.
        caller: Who files it.
        step_id: The step; without one it is about orders and reviews that do not count.

    Raises:
        NoSuchRecord: The caller does not act for the shop, or the step is none of its.
        Conflict: The time for it is over, or an appeal is open.
    """
    caller.check("appeals.file")
    if shop_id not in caller.member_of:
        raise NoSuchRecord(f"You act for no shop {shop_id}.", hint="Your account names your shops.")
    if not text.strip() or len(text) > 20_000:
        raise BadRecord("An appeal has 1 to 20,000 signs.", hint="Documents are attached as files.")
    if step_id is not None:
        _check_step(transaction, at_ms, step_id, shop_id)
    open_one = transaction.one(
        """SELECT appeal_id FROM appeals WHERE shop_id = :shop AND state = 'open'
             AND coalesce(step_id, '') = coalesce(:step, '')""",
        shop=shop_id,
        step=step_id,
    )
    if open_one:
        raise Conflict(
            f"{open_one['appeal_id']} is open about the same.", hint="It is decided first."
        )
    appeal_id = f"A-{next_number(transaction, 'appeal')}"
    add(
        transaction, "appeals", appeal_id=appeal_id, step_id=step_id, shop_id=shop_id, text=text,
        filed_by=caller.person_id, filed_at=at_ms, due_at=at_ms + APPEAL_TERM_MS, state="open",
        version=1,
    )  # fmt: skip
    note(
        transaction, at_ms, caller.person_id, "appeal.filed", "appeal", appeal_id,
        step=step_id, shop=shop_id,
    )  # fmt: skip
    return appeal_of(transaction, appeal_id)


def _check_step(transaction: Transaction, at_ms: int, step_id: str, shop_id: str) -> None:
    step = step_of(transaction, step_id)
    if step["shop_id"] != shop_id or step["starts_at"] is None:
        raise NoSuchRecord(f"No step {step_id} was put in force for you.", hint="GET /me/steps.")
    if step["state"] == "overturned":
        raise Conflict(f"{step_id} is overturned.", hint="There is nothing left to appeal against.")
    if at_ms > int(step["starts_at"]) + APPEAL_MS:
        raise Conflict(
            f"The six months to appeal against {step_id} are over.",
            hint="New facts can be sent to the desk at any time.",
        )


def appeal_of(transaction: Transaction, appeal_id: str) -> Row:
    """Return an appeal.

    Raises:
        NoSuchRecord: There is none.
    """
    row = transaction.one("SELECT * FROM appeals WHERE appeal_id = :id", id=appeal_id)
    if row is None:
        raise NoSuchRecord(f"No appeal has the id {appeal_id}.", hint="GET /appeals lists them.")
    return row


def decide_appeal(
    transaction: Transaction,
    at_ms: int,
    appeal_id: str,
    outcome: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    reason: str,
) -> Row:
    """Decide an appeal; if the merchant is right, restore everything.

    Raises:
        NotAllowed: The caller had a part in the step, or in its case.
        Conflict: It is decided already.
    """
    caller.check("appeals.decide")
    appeal = appeal_of(transaction, appeal_id)
    caller.check_shops({appeal["shop_id"]})
    if appeal["state"] != "open":
        raise Conflict(f"{appeal_id} is {appeal['state']}.", hint="It is decided once.")
    if outcome not in OUTCOMES:
        raise BadRecord(f"{outcome} is no outcome.", hint=did_you_mean(outcome, OUTCOMES))
    if not reason.strip():
        raise BadRecord("An outcome needs its reason.", hint="The merchant reads it.")
    _check_had_no_part(transaction, appeal, caller)
    touched = transaction.run(
        """UPDATE appeals SET state = :outcome, decided_by = :decided_by, decided_at = :at_ms,
               reason = :reason, version = version + 1
           WHERE appeal_id = :id AND version = :version""",
        outcome=outcome,
        decided_by=caller.person_id,
        at_ms=at_ms,
        reason=reason,
        id=appeal_id,
        version=expected_version,
    )
    if not touched:
        raise Stale(f"{appeal_id} was changed meanwhile.", hint="Read it again.")
    note(
        transaction, at_ms, caller.person_id, "appeal.decided", "appeal", appeal_id,
        outcome=outcome, reason=reason, shop=appeal["shop_id"], step=appeal["step_id"],
    )  # fmt: skip
    if outcome != "upheld" and appeal["step_id"]:
        state = "overturned" if outcome == "overturned" else "lifted"
        transaction.run(
            """UPDATE steps SET state = :state, changed_at = :at_ms, version = version + 1
               WHERE step_id = :id""",
            state=state,
            at_ms=at_ms,
            id=appeal["step_id"],
        )
        note(transaction, at_ms, "system", f"step.{state}", "step", appeal["step_id"])
        step_ended(transaction, at_ms, appeal["step_id"], state)
    if outcome == "overturned":
        restore_shop(transaction, at_ms, appeal["shop_id"], by=caller.person_id, because=appeal_id)
    return appeal_of(transaction, appeal_id)


def restore_shop(
    transaction: Transaction, at_ms: int, shop_id: str, /, *, by: str, because: str
) -> None:
    """Reverse what is decided about a shop; whoever counts takes that from `reversed_subjects`.

    Orders of a shop may be left out while no run says anything of the shop itself: then that it is
    reversed is kept beside nothing (L0).
    """
    transaction.run(
        """INSERT INTO decisions (subject_kind, subject_id, run_id, rung, elements, families,
               strength, rule, shop_id, human_outcome, human_by, human_at)
           SELECT 'shop', CAST(:id AS TEXT), run_id, 'L0', '', '', '', 'no-longer-suspected',
               CAST(:id AS TEXT), 'reversed', CAST(:who AS TEXT), CAST(:at_ms AS BIGINT)
           FROM (SELECT run_id FROM runs ORDER BY imported_at DESC, run_id DESC LIMIT 1) AS newest
           WHERE true
           ON CONFLICT (subject_kind, subject_id) DO UPDATE SET human_outcome = 'reversed',
               human_by = excluded.human_by, human_at = excluded.human_at""",
        who=by,
        at_ms=at_ms,
        id=shop_id,
    )
    note(transaction, at_ms, by, "decision.reversed", "shop", shop_id, because=because)
    shops_restored(transaction, at_ms, [shop_id], because=because)


def reversed_subjects(transaction: Transaction) -> list[Row]:
    """Return every decision that people reversed: what counts again, with who and when."""
    return transaction.all(
        """SELECT subject_kind, subject_id, human_by, human_at FROM decisions
           WHERE human_outcome = 'reversed' ORDER BY subject_kind, subject_id"""
    )


def _check_had_no_part(transaction: Transaction, appeal: Row, caller: Caller) -> None:
    """Raise NotAllowed if the caller proposed, approved or investigated what is appealed against.

    Without a step that is every case of the shop: what people found there is what the counts are
    held to.
    """
    if appeal["step_id"] is None:
        rows = transaction.all(
            """SELECT case_id FROM case_subjects
               WHERE subject_kind = 'shop' AND subject_id = :shop""",
            shop=appeal["shop_id"],
        )
        had_part = _worked_on(transaction, [row["case_id"] for row in rows])
    else:
        step = step_of(transaction, appeal["step_id"])
        caller.check_shops(shops_of(transaction, step["case_id"]))
        had_part = _worked_on(transaction, [step["case_id"]])
        had_part |= {step["proposed_by"], *(each["person_id"] for each in step["approvals"])}
    if caller.person_id in had_part:
        raise NotAllowed(
            "You had a part in what is appealed against.",
            hint="Somebody who neither proposed, approved nor investigated it decides the appeal.",
        )


def _worked_on(transaction: Transaction, case_ids: Sequence[str]) -> set[str]:
    """Return who had a case, moved it or wrote in it, also before it was merged or handed on."""
    rows = transaction.all(
        """SELECT l.actor, l.action, l.detail FROM audit_log l
           WHERE l.subject_kind = 'case' AND l.subject_id IN (
                   SELECT c.case_id FROM cases c WHERE c.case_id IN :ids OR c.merged_into IN :ids)
             AND l.action IN ('case.assigned', 'case.moved', 'case.noted')""",
        ids=list(case_ids),
    )
    return {
        str(json.loads(row["detail"])["assignee"] if row["action"] == "case.assigned"
            else row["actor"])
        for row in rows
    }  # fmt: skip

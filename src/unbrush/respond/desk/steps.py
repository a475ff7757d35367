"""Steps: what is done to a shop, proposed by one person and put in force by others.

States: proposed → in-force → expired, lifted or overturned; proposed → refused. None is written
without its facts, its basis and why nothing milder does; none outlasts its term.
"""

from collections.abc import Mapping

from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, NotAllowed, Stale, did_you_mean
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.base.words import Words
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.cases import check_work, shops_of
from unbrush.respond.desk.credit.entering import step_entered
from unbrush.respond.desk.ladder import FROM_RUNS, LADDER, RungRule
from unbrush.respond.desk.notices import notice_of
from unbrush.respond.desk.permissions import Role
from unbrush.respond.desk.settlement.releasing import step_began, step_ended
from unbrush.respond.desk.standing import carrying_rung, refuse_alone


def step_of(transaction: Transaction, step_id: str) -> Row:
    """Return a step with its approvals.

    Raises:
        NoSuchRecord: There is none.
    """
    row = transaction.one("SELECT * FROM steps WHERE step_id = :id", id=step_id)
    if row is None:
        raise NoSuchRecord(f"No step has the id {step_id}.", hint="A case lists its steps.")
    approvals = transaction.all(
        "SELECT * FROM approvals WHERE step_id = :id ORDER BY given_at, person_id", id=step_id
    )
    return {**row, "approvals": approvals}


def propose(
    transaction: Transaction,
    at_ms: int,
    case_id: str,
    /,
    *,
    caller: Caller,
    shop_id: str,
    rung: str,
    facts: Words,
    basis: str,
    proportionality: str,
    term_ms: int | None = None,
) -> Row:
    """Propose a step against a shop of a case; nothing happens to the shop by that.

    Args:
        transaction: A writing one.
        at_ms: The present.
        case_id: The case.
        caller: Who proposes.
        shop_id: One of the case's shops.
        rung: L2 to L7.
        facts: What was found, for the merchant, in both languages.
        basis: Rules or provisions that it rests on, with their version.
        proportionality: Why nothing milder does.
        term_ms: For how long; the rung's longest if left out.

    Raises:
        BadRecord: Something is missing, or no such rung, shop or term.
        Conflict: The evidence does not allow this rung, or a step as high is there.
    """
    check_work(transaction, caller, case_id, "steps.propose")
    if rung not in LADDER:
        raise BadRecord(f"{rung} is no rung that people propose.", hint=did_you_mean(rung, LADDER))
    shops = shops_of(transaction, case_id)
    if shop_id not in shops:
        raise BadRecord(f"{shop_id} is no shop of {case_id}.", hint=did_you_mean(shop_id, shops))
    rule = LADDER[rung]
    said = {"facts_zh": facts.zh, "facts_en": facts.en, "basis": basis}
    for name, text in {**said, "proportionality": proportionality}.items():
        if not text.strip():
            raise BadRecord(
                f"A step without {name} is not written.",
                hint="Facts in both languages, the basis, and why nothing milder does.",
            )
    if term_ms is None:
        term_ms = rule.term_ms
    elif rule.term_ms is None or not 0 < term_ms <= rule.term_ms:
        longest = "none" if rule.term_ms is None else f"{rule.term_ms} ms"
        raise BadRecord(f"{term_ms} ms is no term for {rung}.", hint=f"Its longest is {longest}.")
    strength = _check_evidence(transaction, shop_id, rung)
    _check_none_as_high(transaction, shop_id, rung)
    step_id = f"S-{next_number(transaction, 'step')}"
    add(
        transaction, "steps", step_id=step_id, case_id=case_id, shop_id=shop_id, rung=rung,
        state="proposed", **said, proportionality=proportionality, strength=strength,
        proposed_by=caller.person_id, proposed_at=at_ms, term_ms=term_ms, changed_at=at_ms,
        version=1,
    )  # fmt: skip
    note(
        transaction, at_ms, caller.person_id, "step.proposed", "step", step_id,
        case=case_id, shop=shop_id, rung=rung, term_ms=term_ms,
    )  # fmt: skip
    return step_of(transaction, step_id)


def _check_evidence(transaction: Transaction, shop_id: str, rung: str) -> str:
    """Return the strength of what speaks against a shop, if it carries the rung."""
    row = transaction.one(
        """SELECT rung, strength, human_outcome FROM decisions
           WHERE subject_kind = 'shop' AND subject_id = :id""",
        id=shop_id,
    )
    if row is None or row["human_outcome"] == "reversed":
        raise Conflict(
            f"Nothing that stands was decided about {shop_id}.",
            hint="A run has to suspect it, and nobody may have reversed that.",
        )
    allowed = row["rung"]
    if min(rung, FROM_RUNS) > allowed:
        raise Conflict(
            f"The evidence about {shop_id} carries {allowed} at most, not {rung}.",
            hint="`unbrush explain` says what is missing for the next rung.",
        )
    earlier = LADDER[rung].needs_earlier
    if earlier and not transaction.one(
        """SELECT 1 AS there FROM steps WHERE shop_id = :shop AND rung >= :rung
             AND state IN ('in-force', 'expired', 'lifted') AND starts_at IS NOT NULL""",
        shop=shop_id,
        rung=earlier,
    ):
        raise Conflict(
            f"{rung} is for repetition: {shop_id} has had no step of {earlier} or above.",
            hint=f"The highest that can be proposed now is {FROM_RUNS}.",
        )
    return str(row["strength"])


def _check_none_as_high(transaction: Transaction, shop_id: str, rung: str) -> None:
    row = transaction.one(
        """SELECT step_id, state FROM steps WHERE shop_id = :shop AND rung >= :rung
             AND state IN ('proposed', 'in-force') ORDER BY step_id LIMIT 1""",
        shop=shop_id,
        rung=rung,
    )
    if row:
        raise Conflict(
            f"{row['step_id']}, which is {row['state']}, is as high for {shop_id}.",
            hint="A shop stands on one rung at a time: lift or refuse that step first.",
        )


def decide(
    transaction: Transaction,
    at_ms: int,
    step_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    is_approved: bool,
    reason: str,
) -> Row:
    """Approve or refuse a proposed step; with the last approval that it needs it is in force.

    Raises:
        NotAllowed: The caller proposed it, has no such role, or has a tie to the shop.
        Conflict: It is not proposed any more, or the caller has decided already.
    """
    caller.check("steps.approve")
    step = step_of(transaction, step_id)
    caller.check_shops({step["shop_id"]} | shops_of(transaction, step["case_id"]))
    rule = LADDER[step["rung"]]
    if caller.person_id == step["proposed_by"]:
        raise NotAllowed(
            "Who proposed a step never approves or refuses it.", hint="It takes somebody else."
        )
    if not caller.roles & rule.roles:
        allowed = ", ".join(sorted(rule.roles))
        raise NotAllowed(f"{step['rung']} is not yours to decide.", hint=f"It takes: {allowed}.")
    if step["state"] != "proposed":
        raise Conflict(f"{step_id} is {step['state']}.", hint="Only proposed steps are decided.")
    if any(each["person_id"] == caller.person_id for each in step["approvals"]):
        raise Conflict(f"You have decided {step_id} already.", hint="One person, one voice.")
    if not reason.strip():
        raise BadRecord("A decision needs a reason.", hint="One sentence that others can follow.")
    _bump(transaction, at_ms, step_id, expected_version)
    add(
        transaction, "approvals", step_id=step_id, person_id=caller.person_id,
        verdict="approve" if is_approved else "refuse", reason=reason, given_at=at_ms,
    )  # fmt: skip
    note(
        transaction, at_ms, caller.person_id, "step.approved" if is_approved else "step.refused",
        "step", step_id, reason=reason,
    )  # fmt: skip
    if not is_approved:
        transaction.run("UPDATE steps SET state = 'refused' WHERE step_id = :id", id=step_id)
    elif _is_carried(transaction, step_id, rule):
        _put_in_force(transaction, at_ms, step)
    return step_of(transaction, step_id)


def _is_carried(transaction: Transaction, step_id: str, rule: RungRule) -> bool:
    approving = transaction.all(
        """SELECT a.person_id, max(CASE WHEN r.role = :counsel THEN 1 ELSE 0 END) AS is_counsel
           FROM approvals a LEFT JOIN person_roles r ON r.person_id = a.person_id
           WHERE a.step_id = :id AND a.verdict = 'approve' GROUP BY a.person_id""",
        id=step_id,
        counsel=str(Role.COUNSEL),
    )
    has_counsel = any(row["is_counsel"] for row in approving)
    return len(approving) >= rule.n_approvals and (has_counsel or not rule.needs_counsel)


def _put_in_force(transaction: Transaction, at_ms: int, step: Row) -> None:
    # What was approved on evidence that a run has taken back since is not put in force.
    _check_evidence(transaction, step["shop_id"], step["rung"])
    ends_at = None if step["term_ms"] is None else at_ms + int(step["term_ms"])
    notice = notice_of(step, at_ms, ends_at)
    transaction.run(
        """UPDATE steps SET state = 'in-force', starts_at = :starts_at, ends_at = :ends_at,
               notice_zh = :zh, notice_en = :en WHERE step_id = :id""",
        starts_at=at_ms,
        ends_at=ends_at,
        zh=notice.zh,
        en=notice.en,
        id=step["step_id"],
    )
    note(
        transaction, at_ms, "system", "step.in-force", "step", step["step_id"],
        shop=step["shop_id"], rung=step["rung"], ends_at=ends_at,
    )  # fmt: skip
    step_began(transaction, at_ms, step, ends_at)
    step_entered(transaction, at_ms, step)


def lift(
    transaction: Transaction,
    at_ms: int,
    step_id: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    reason: str,
) -> Row:
    """End a step that the evidence carries no longer, or withdraw one that is proposed.

    Raises:
        Conflict: There is nothing to lift, or the evidence carries it (`overrides`).
    """
    caller.check("steps.lift")
    step = step_of(transaction, step_id)
    caller.check_shops({step["shop_id"]} | shops_of(transaction, step["case_id"]))
    if step["state"] not in ("proposed", "in-force"):
        raise Conflict(f"{step_id} is {step['state']}.", hint="There is nothing to lift.")
    if not reason.strip():
        raise BadRecord("Lifting needs a reason.", hint="One sentence that others can follow.")
    if step["state"] == "in-force" and (rung := carrying_rung(transaction, step)):
        raise refuse_alone("step", step_id, rung)
    return lift_checked(
        transaction, at_ms, step, by=caller.person_id, expected_version=expected_version,
        reason=reason,
    )  # fmt: skip


def lift_checked(
    transaction: Transaction,
    at_ms: int,
    step: Row,
    /,
    *,
    by: str,
    expected_version: int,
    reason: str,
    over: Mapping[str, str] | None = None,
) -> Row:
    """End a step of which all was checked; ``over`` names an override."""
    step_id = step["step_id"]
    _bump(transaction, at_ms, step_id, expected_version)
    state = "lifted" if step["state"] == "in-force" else "refused"
    transaction.run("UPDATE steps SET state = :state WHERE step_id = :id", state=state, id=step_id)
    note(
        transaction, at_ms, by, f"step.{state}", "step", step_id, reason=reason, **(over or {})
    )  # fmt: skip
    step_ended(transaction, at_ms, step_id, state)
    return step_of(transaction, step_id)


def expire(transaction: Transaction, at_ms: int) -> int:
    """End every step whose term is over; return how many. It is to be called now and then."""
    due = transaction.all(
        """SELECT step_id FROM steps WHERE state = 'in-force' AND ends_at <= :at_ms
           ORDER BY step_id""",
        at_ms=at_ms,
    )
    for row in due:
        transaction.run(
            """UPDATE steps SET state = 'expired', changed_at = :at_ms, version = version + 1
               WHERE step_id = :id""",
            at_ms=at_ms,
            id=row["step_id"],
        )
        note(transaction, at_ms, "system", "step.expired", "step", row["step_id"])
        step_ended(transaction, at_ms, row["step_id"], "expired")
    return len(due)


def _bump(transaction: Transaction, at_ms: int, step_id: str, version: int) -> None:
    touched = transaction.run(
        """UPDATE steps SET changed_at = :at_ms, version = version + 1
           WHERE step_id = :id AND version = :version""",
        at_ms=at_ms,
        id=step_id,
        version=version,
    )
    if not touched:
        raise Stale(
            f"{step_id} was changed since version {version}.",
            hint="Read it again and repeat the change on its new version.",
        )

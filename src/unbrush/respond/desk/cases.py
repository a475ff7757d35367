"""Cases: one for each organiser or merchant; who looks at it, what was found, how it ended.

States: new → investigating ⇄ waiting → closed, with an outcome; closed → investigating when new
evidence comes; any open one → merged into another. Every change names the version that it was
made on, and writes its line of the audit.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from unbrush.base.clock import DAY_MS
from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, NotAllowed, Stale
from unbrush.base.records import Row, Transaction, add, add_many, next_number
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.credit.entering import case_entered
from unbrush.respond.desk.standing import FROM, refuse_alone, standing_rung
from unbrush.respond.desk.verdicts import give_verdicts
from unbrush.respond.desk.victims import tell_victims

MOVES = {
    "new": ("investigating", "closed"),
    "investigating": ("waiting", "closed"),
    "waiting": ("investigating", "closed"),
    "closed": ("investigating",),
    "merged": (),
}
"""State → states that it can move to."""

OUTCOMES = ("confirmed", "refuted", "inconclusive")
AGAINST = ("refuted", "inconclusive")
"""Outcomes that go against findings which stand: two people close a case so."""

TERM_MS = 15 * DAY_MS
"""How long a case may stay without an outcome before it counts as overdue."""

DOUBLINGS_A_DAY = 0.2
"""A case that waits five days longer stands beside one with twice its harm."""


def queue_key(harm_minor: int, opened_at: int) -> float:
    """Return harm and age as one number that does not change with time; highest comes first."""
    doublings = math.log2(1 + max(harm_minor, 0))
    return round(doublings - DOUBLINGS_A_DAY * opened_at / DAY_MS, 6)


def case_of(transaction: Transaction, case_id: str) -> Row:
    """Return a case with its subjects.

    Raises:
        NoSuchRecord: There is none.
    """
    row = transaction.one("SELECT * FROM cases WHERE case_id = :id", id=case_id)
    if row is None:
        raise NoSuchRecord(f"No case has the id {case_id}.", hint="GET /cases lists them.")
    return {**row, "subjects": _subjects(transaction, case_id)}


def shops_of(transaction: Transaction, case_id: str) -> set[str]:
    """Return the ids of a case's shops."""
    return {
        row["subject_id"]
        for row in _subjects(transaction, case_id)
        if row["subject_kind"] == "shop"
    }


def _subjects(transaction: Transaction, case_id: str) -> list[Row]:
    return transaction.all(
        """SELECT subject_kind, subject_id FROM case_subjects WHERE case_id = :id
           ORDER BY subject_kind, subject_id""",
        id=case_id,
    )


def add_subjects(
    transaction: Transaction, case_id: str, subjects: Sequence[tuple[str, str]], /
) -> int:
    """Add (kind, id) to a case; return how many were not there yet."""
    return add_many(
        transaction, "case_subjects", ("case_id", "subject_kind", "subject_id"),
        [(case_id, kind, subject_id) for kind, subject_id in subjects],
        where_there="ON CONFLICT DO NOTHING",
    )  # fmt: skip


def change(
    transaction: Transaction, at_ms: int, case_id: str, version: int, /, **values: Any
) -> None:
    """Write columns of a case that is still at ``version``; names are ours."""
    columns = ", ".join(f"{column} = :{column}" for column in values)
    touched = transaction.run(
        f"""UPDATE cases SET {columns}, changed_at = :changed_at, version = version + 1
            WHERE case_id = :case_id AND version = :version""",
        **values,
        changed_at=at_ms,
        case_id=case_id,
        version=version,
    )
    if not touched:
        raise Stale(
            f"{case_id} was changed since version {version}.",
            hint="Read it again and repeat the change on its new version.",
        )


def check_work(transaction: Transaction, caller: Caller, case_id: str, act: str) -> Row:
    """Return the case, if the caller may do ``act`` in it and has no tie to its shops."""
    caller.check(act)
    case = case_of(transaction, case_id)
    caller.check_shops({s["subject_id"] for s in case["subjects"] if s["subject_kind"] == "shop"})
    return case


def move(
    transaction: Transaction,
    at_ms: int,
    case_id: str,
    state: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    reason: str,
    outcome: str | None = None,
) -> Row:
    """Move a case to another state; closing takes an outcome and a role that may close.

    Raises:
        Conflict: It cannot move there from where it is, or it takes two people (`overrides`).
        BadRecord: No outcome, or no reason.
        Stale: Somebody was faster.
    """
    act = "cases.close" if state == "closed" else "cases.work"
    case = check_work(transaction, caller, case_id, act)
    check_move(case, state)
    if not reason.strip():
        raise BadRecord("A move needs a reason.", hint="One sentence that others can follow.")
    if (outcome is None) == (state == "closed") or (outcome and outcome not in OUTCOMES):
        raise BadRecord(
            "A case is closed with an outcome, and only then has one.",
            hint=f"Outcomes: {', '.join(OUTCOMES)}.",
        )
    if outcome in AGAINST and (rung := standing_rung(transaction, case_id)) >= FROM:
        raise refuse_alone("case", case_id, rung)
    return move_checked(
        transaction, at_ms, case, state, by=caller.person_id, expected_version=expected_version,
        reason=reason, outcome=outcome,
    )  # fmt: skip


def check_move(case: Row, state: str) -> None:
    """Raise Conflict if a case cannot move to a state from where it is."""
    if state not in MOVES[case["state"]]:
        allowed = ", ".join(MOVES[case["state"]]) or "nothing"
        raise Conflict(
            f"{case['case_id']} is {case['state']} and cannot become {state}.",
            hint=f"It can become {allowed}.",
        )


def move_checked(
    transaction: Transaction,
    at_ms: int,
    case: Row,
    state: str,
    /,
    *,
    by: str,
    expected_version: int,
    reason: str,
    outcome: str | None,
    over: Mapping[str, str] | None = None,
) -> Row:
    """Move a case whose move, caller and outcome were checked; ``over`` names an override."""
    case_id = case["case_id"]
    if outcome == "refuted":
        check_no_step(transaction, case_id)
    # Taken up again, it has its term again: else it would be overdue before anybody looked.
    anew = {"due_at": at_ms + TERM_MS} if case["state"] == "closed" else {}
    change(
        transaction, at_ms, case_id, expected_version,
        state=state, outcome=outcome, closed_at=at_ms if state == "closed" else None, **anew,
    )  # fmt: skip
    note(
        transaction, at_ms, by, "case.moved", "case", case_id,
        before=case["state"], after=state, outcome=outcome, reason=reason, **(over or {}),
    )  # fmt: skip
    if outcome in ("confirmed", "refuted"):
        give_verdicts(transaction, at_ms, case, outcome == "confirmed", by=by)
    if outcome == "confirmed":
        case_entered(transaction, at_ms, case)
        tell_victims(transaction, at_ms, case)
    return case_of(transaction, case_id)


def check_no_step(transaction: Transaction, case_id: str) -> None:
    """Raise Conflict if something is done, or to be done, to a shop of a case."""
    row = transaction.one(
        """SELECT count(*) AS n FROM steps
           WHERE case_id = :id AND state IN ('proposed', 'in-force')""",
        id=case_id,
    )
    if row and row["n"]:
        raise Conflict(
            f"{case_id} has steps that are proposed or in force.",
            hint="Lift or refuse them first: what is refuted has no consequences.",
        )


def assign(
    transaction: Transaction,
    at_ms: int,
    case_id: str,
    assignee: Caller | None,
    /,
    *,
    caller: Caller,
    expected_version: int,
) -> Row:
    """Give a case to somebody who may work on it and has no tie to its shops, or to nobody."""
    case = check_work(transaction, caller, case_id, "cases.work")
    if case["state"] in ("closed", "merged"):
        raise Conflict(f"{case_id} is {case['state']}.", hint="Only open cases have an assignee.")
    if assignee is not None:
        if not assignee.may("cases.work"):
            raise NotAllowed(
                f"{assignee.person_id} may not work on cases.",
                hint="Choose an analyst or reviewer.",
            )
        assignee.check_shops(shops_of(transaction, case_id))
    who = None if assignee is None else assignee.person_id
    change(transaction, at_ms, case_id, expected_version, assignee=who)
    note(transaction, at_ms, caller.person_id, "case.assigned", "case", case_id, assignee=who)
    return case_of(transaction, case_id)


def write_note(
    transaction: Transaction, at_ms: int, case_id: str, text: str, /, *, caller: Caller
) -> str:
    """Add a note to a case and return its id; notes are never changed."""
    check_work(transaction, caller, case_id, "cases.work")
    if not text.strip() or len(text) > 20_000:
        raise BadRecord("A note has 1 to 20,000 signs.", hint="Longer texts are attached as files.")
    note_id = f"N-{next_number(transaction, 'note')}"
    add(
        transaction, "case_notes", note_id=note_id, case_id=case_id, author=caller.person_id,
        written_at=at_ms, text=text,
    )  # fmt: skip
    note(transaction, at_ms, caller.person_id, "case.noted", "case", case_id, note=note_id)
    return note_id


def queue(
    transaction: Transaction,
    at_ms: int,
    /,
    *,
    states: Sequence[str] = ("new", "investigating", "waiting"),
    assignee: str | None = None,
    shop_id: str | None = None,
    apart: tuple[str, dict[str, list[str]]] = ("1 = 1", {}),
    after: tuple[float, str] | None = None,
    n: int = 50,
) -> list[Row]:
    """Return a page of cases, those first whose harm and age weigh most.

    Args:
        transaction: Where they are.
        at_ms: The present, to say which are overdue.
        states: Which states.
        assignee: Whose; everybody's if left out.
        shop_id: Those about this shop; about any if left out.
        apart: What leaves out cases that the reader may not see, by `ties.apart_from`.
        after: `queue_key` and id of the last one of the page before.
        n: How many at most.
    """
    conditions = ["state = :state", apart[0]]
    values: dict[str, Any] = {"n": n, **apart[1]}
    if assignee is not None:
        conditions.append("assignee = :assignee")
        values["assignee"] = assignee
    if shop_id is not None:
        conditions.append(
            """case_id IN (SELECT case_id FROM case_subjects
               WHERE subject_kind = 'shop' AND subject_id = :shop)"""
        )
        values["shop"] = shop_id
    if after is not None:
        conditions.append("queue_key <= :key AND (queue_key < :key OR case_id > :last)")
        values |= {"key": after[0], "last": after[1]}
    # One state after the other: each is read from its index as far as it is shown.
    found = [
        row
        for state in dict.fromkeys(states)
        for row in transaction.all(
            f"""SELECT * FROM cases WHERE {" AND ".join(conditions)}
                ORDER BY queue_key DESC, case_id LIMIT :n""",
            state=state,
            **values,
        )
    ]
    rows = sorted(found, key=lambda row: (-row["queue_key"], row["case_id"]))[:n]
    return [
        {**row, "is_overdue": row["closed_at"] is None and int(row["due_at"]) < at_ms}
        for row in rows
    ]

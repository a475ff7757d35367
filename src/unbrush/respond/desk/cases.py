"""Cases: one for each organiser or merchant; who looks at it, what was found, how it ended.

States: new → investigating ⇄ waiting → closed, with an outcome; closed → investigating when new
evidence comes; any open one → merged into another. Every change names the version that it was
made on, and writes its line of the audit.
"""

import math
from collections.abc import Sequence
from typing import Any

from unbrush.base.clock import DAY_MS
from unbrush.base.errors import BadRecord, Conflict, NoSuchRecord, NotAllowed, Stale
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.credit.entering import case_entered
from unbrush.respond.desk.settlement.releasing import shop_restored

MOVES = {
    "new": ("investigating", "closed"),
    "investigating": ("waiting", "closed"),
    "waiting": ("investigating", "closed"),
    "closed": ("investigating",),
    "merged": (),
}
"""State → states that it can move to."""

OUTCOMES = ("confirmed", "refuted", "inconclusive")

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
    n = 0
    for kind, subject_id in subjects:
        n += transaction.run(
            """INSERT INTO case_subjects (case_id, subject_kind, subject_id)
               VALUES (:case_id, :kind, :subject_id)
               ON CONFLICT (case_id, subject_kind, subject_id) DO NOTHING""",
            case_id=case_id,
            kind=kind,
            subject_id=subject_id,
        )
    return n


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
        Conflict: It cannot move there from where it is.
        BadRecord: No outcome, or no reason.
        Stale: Somebody was faster.
    """
    act = "cases.close" if state == "closed" else "cases.work"
    case = check_work(transaction, caller, case_id, act)
    if state not in MOVES[case["state"]]:
        allowed = ", ".join(MOVES[case["state"]]) or "nothing"
        raise Conflict(
            f"{case_id} is {case['state']} and cannot become {state}.",
            hint=f"It can become {allowed}.",
        )
    if not reason.strip():
        raise BadRecord("A move needs a reason.", hint="One sentence that others can follow.")
    if (outcome is None) == (state == "closed") or (outcome and outcome not in OUTCOMES):
        raise BadRecord(
            "A case is closed with an outcome, and only then has one.",
            hint=f"Outcomes: {', '.join(OUTCOMES)}.",
        )
    if state == "closed" and outcome == "refuted":
        _check_no_step(transaction, case_id)
    change(
        transaction, at_ms, case_id, expected_version,
        state=state, outcome=outcome, closed_at=at_ms if state == "closed" else None,
    )  # fmt: skip
    note(
        transaction, at_ms, caller.person_id, "case.moved", "case", case_id,
        before=case["state"], after=state, outcome=outcome, reason=reason,
    )  # fmt: skip
    if outcome in ("confirmed", "refuted"):
        _give_verdicts(transaction, at_ms, case, outcome == "confirmed", by=caller.person_id)
    if outcome == "confirmed":
        case_entered(transaction, at_ms, case)
    return case_of(transaction, case_id)


def _check_no_step(transaction: Transaction, case_id: str) -> None:
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


def _give_verdicts(
    transaction: Transaction, at_ms: int, case: Row, is_fake: bool, /, *, by: str
) -> None:
    """Keep what people found for every subject of a case: labels that go back to `judge`.

    That somebody brushed says nothing of shops that are held as its possible victims.
    """
    subjects = case["subjects"]
    if is_fake:
        victims = _possible_victims(transaction, case["case_id"])
        subjects = [
            each for each in subjects
            if each["subject_kind"] != "shop" or each["subject_id"] not in victims
        ]  # fmt: skip
    for subject in subjects:
        transaction.run(
            """INSERT INTO verdicts
                   (subject_kind, subject_id, is_fake, source, case_id, given_by, given_at)
               VALUES (:kind, :id, :is_fake, 'case', :case_id, :given_by, :given_at)
               ON CONFLICT (subject_kind, subject_id) DO UPDATE SET
                   is_fake = excluded.is_fake, source = 'case', case_id = excluded.case_id,
                   given_by = excluded.given_by, given_at = excluded.given_at""",
            kind=subject["subject_kind"],
            id=subject["subject_id"],
            is_fake=int(is_fake),
            case_id=case["case_id"],
            given_by=by,
            given_at=at_ms,
        )
        transaction.run(
            """UPDATE decisions SET human_outcome = :outcome, human_by = :given_by,
                   human_at = :given_at WHERE subject_kind = :kind AND subject_id = :id""",
            outcome="upheld" if is_fake else "reversed",
            given_by=by,
            given_at=at_ms,
            kind=subject["subject_kind"],
            id=subject["subject_id"],
        )
        if subject["subject_kind"] == "shop" and not is_fake:
            shop_restored(transaction, at_ms, subject["subject_id"], because=case["case_id"])


def _possible_victims(transaction: Transaction, case_id: str) -> set[str]:
    """Return shops of a case that are at L1 at most, and of which no step says otherwise."""
    rows = transaction.all(
        """SELECT s.subject_id FROM case_subjects s
           JOIN decisions d ON d.subject_kind = 'shop' AND d.subject_id = s.subject_id
           WHERE s.case_id = :id AND s.subject_kind = 'shop' AND d.rung <= 'L1'
               AND NOT EXISTS (SELECT 1 FROM steps t WHERE t.case_id = :id
                   AND t.shop_id = s.subject_id AND t.starts_at IS NOT NULL
                   AND t.state <> 'overturned')""",
        id=case_id,
    )
    return {row["subject_id"] for row in rows}


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
    after: tuple[float, str] | None = None,
    n: int = 50,
) -> list[Row]:
    """Return a page of cases, those first whose harm and age weigh most.

    Args:
        transaction: Where they are.
        at_ms: The present, to say which are overdue.
        states: Which states.
        assignee: Whose; everybody's if left out.
        after: `queue_key` and id of the last one of the page before.
        n: How many at most.
    """
    conditions = ["state = :state"]
    values: dict[str, Any] = {"n": n}
    if assignee is not None:
        conditions.append("assignee = :assignee")
        values["assignee"] = assignee
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

"""Merge cases that turn out to be one, split those that are several; nothing of either is lost."""

from collections.abc import Mapping, Sequence
from typing import Any

from unbrush.base.errors import BadRecord, Conflict, did_you_mean
from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.respond.desk.attachment_joining import carry_hold, give_to_both, held_by
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.cases import add_subjects, case_of, change, check_work, queue_key


def merge(
    transaction: Transaction,
    at_ms: int,
    case_id: str,
    into: str,
    /,
    *,
    caller: Caller,
    expected_version: int,
    reason: str,
) -> Row:
    """Merge a case into another, which gets its subjects, notes, attachments, findings and steps.

    Nothing is deleted: the merged case stays, points to the other, and keeps its line of audit.
    """
    case = check_work(transaction, caller, case_id, "cases.work")
    target = check_work(transaction, caller, into, "cases.work")
    if case_id == into or "merged" in (case["state"], target["state"]):
        raise Conflict(
            f"{case_id} cannot be merged into {into}.", hint="Both have to be cases of their own."
        )
    if target["state"] == "closed" and case["state"] != "closed":
        # It would be closed by that, by one person, whatever stands against it.
        raise Conflict(f"{into} is closed.", hint="Take it up again first, or merge it into this.")
    add_subjects(
        transaction, into, [(s["subject_kind"], s["subject_id"]) for s in case["subjects"]]
    )
    moved = held_by(transaction, case_id)
    carry_hold(transaction, case_id, into)
    for table in ("case_notes", "attachments", "document_findings", "steps"):
        transaction.run(
            f"UPDATE {table} SET case_id = :into WHERE case_id = :id", into=into, id=case_id
        )
    harm = int(case["harm_minor"]) + int(target["harm_minor"])
    opened = min(int(case["opened_at"]), int(target["opened_at"]))
    change(
        transaction, at_ms, into, int(target["version"]), harm_minor=harm, opened_at=opened,
        rung=max(case["rung"], target["rung"]), queue_key=queue_key(harm, opened),
    )  # fmt: skip
    change(
        transaction, at_ms, case_id, expected_version, state="merged", merged_into=into,
        assignee=None,
    )  # fmt: skip
    for kept, other, action in ((case_id, into, "case.merged"), (into, case_id, "case.took-in")):
        note(
            transaction, at_ms, caller.person_id, action, "case", kept,
            other=other, reason=reason, attachments=moved,
        )  # fmt: skip
    return case_of(transaction, into)


def split(
    transaction: Transaction,
    at_ms: int,
    case_id: str,
    shops: Sequence[str],
    /,
    *,
    caller: Caller,
    expected_version: int,
    reason: str,
) -> Row:
    """Take shops out of a case into a new one, which names where it comes from; return the new.

    What is attached goes with both; what documents say stays, since it is about the whole.
    """
    case = check_work(transaction, caller, case_id, "cases.work")
    own = {s["subject_id"] for s in case["subjects"] if s["subject_kind"] == "shop"}
    chosen = sorted(set(shops))
    unknown = [shop for shop in chosen if shop not in own]
    if unknown:
        raise BadRecord(
            f"{unknown[0]} is no shop of {case_id}.", hint=did_you_mean(unknown[0], own)
        )
    if not chosen or len(chosen) == len(own):
        raise BadRecord(
            "A split takes some of a case's shops, not none and not all.",
            hint=f"{case_id} has {len(own)}.",
        )
    new_id = f"C-{next_number(transaction, 'case')}"
    columns: Mapping[str, Any] = {
        key: case[key] for key in ("harm_minor", "rung", "opened_at", "due_at", "run_id")
    }
    share = {**columns, "harm_minor": int(case["harm_minor"]) * len(chosen) // len(own)}
    add(
        transaction, "cases", **share, case_id=new_id,
        kind="merchant" if len(chosen) == 1 else "organiser",
        title=f"{case_id}: {', '.join(chosen[:3])}{' …' if len(chosen) > 3 else ''}",
        state="investigating", queue_key=queue_key(share["harm_minor"], int(case["opened_at"])),
        changed_at=at_ms, version=1,
    )  # fmt: skip
    add_subjects(transaction, new_id, [("shop", shop) for shop in chosen])
    transaction.run(
        """DELETE FROM case_subjects
           WHERE case_id = :id AND subject_kind = 'shop' AND subject_id IN :shops""",
        id=case_id,
        shops=chosen,
    )
    transaction.run(
        "UPDATE steps SET case_id = :new WHERE case_id = :id AND shop_id IN :shops",
        new=new_id,
        id=case_id,
        shops=chosen,
    )
    given = give_to_both(transaction, case_id, new_id)
    carry_hold(transaction, case_id, new_id)
    rest = int(case["harm_minor"]) - share["harm_minor"]
    change(
        transaction, at_ms, case_id, expected_version, harm_minor=rest,
        queue_key=queue_key(rest, int(case["opened_at"])),
    )  # fmt: skip
    told = ((case_id, new_id, "case.split"), (new_id, case_id, "case.split-off"))
    for kept, other, action in told:
        note(
            transaction, at_ms, caller.person_id, action, "case", kept,
            other=other, shops=chosen, reason=reason, attachments=given,
        )  # fmt: skip
    return case_of(transaction, new_id)

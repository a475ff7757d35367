"""Open the case that a run calls for, or bring the one there is up to date."""

from collections.abc import Sequence

from unbrush.base.records import Row, Transaction, add, next_number
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.case_finding import FoundCase
from unbrush.respond.desk.cases import TERM_MS, add_subjects, change, queue_key


def open_or_renew(
    transaction: Transaction, at_ms: int, found: FoundCase, /, *, run_id: str, by: str
) -> str:
    """Open the case that a run calls for, or bring the one there is up to date.

    A case that a person has closed as refuted stays closed; one that was closed otherwise is taken
    up again if a higher rung is proposed than then.

    Returns:
        ``opened``, ``renewed`` or ``same``.
    """
    kind = "ring" if found.kind == "organiser" else "shop"
    subjects = [(kind, key) for key in found.keys] + [("shop", shop) for shop, _ in found.shops]
    there = _known(transaction, kind, found.keys)
    if there is None:
        case_id = f"C-{next_number(transaction, 'case')}"
        add(
            transaction, "cases", case_id=case_id, kind=found.kind, title=_title(found),
            state="new", harm_minor=found.harm_minor, queue_key=queue_key(found.harm_minor, at_ms),
            rung=found.rung, opened_at=at_ms, changed_at=at_ms, due_at=at_ms + TERM_MS,
            run_id=run_id, version=1,
        )  # fmt: skip
        add_subjects(transaction, case_id, subjects)
        note(
            transaction, at_ms, by, "case.opened", "case", case_id,
            kind=found.kind, run=run_id, n_shops=len(found.shops), rung=found.rung,
        )  # fmt: skip
        return "opened"
    case_id = str(there["case_id"])
    if there["state"] == "merged":
        # Its harm is counted where people put it: only what is new is added there.
        return (
            "renewed" if add_subjects(transaction, _heir(transaction, there), subjects) else "same"
        )
    is_more = found.rung > there["rung"]
    state = there["state"]
    if state == "closed" and is_more and there["outcome"] != "refuted":
        state = "investigating"
    n_new = add_subjects(transaction, case_id, subjects)
    is_same = (found.harm_minor, found.rung, state) == (
        int(there["harm_minor"]), there["rung"], there["state"],
    )  # fmt: skip
    if is_same and not n_new:
        return "same"
    change(
        transaction, at_ms, case_id, int(there["version"]),
        harm_minor=found.harm_minor, rung=found.rung, state=state, run_id=run_id,
        queue_key=queue_key(found.harm_minor, int(there["opened_at"])),
        closed_at=None if state != "closed" else there["closed_at"],
    )  # fmt: skip
    note(
        transaction, at_ms, by, "case.renewed", "case", case_id,
        run=run_id, n_new_subjects=n_new, rung=found.rung, state=state,
    )  # fmt: skip
    return "renewed"


def _known(transaction: Transaction, kind: str, keys: Sequence[str]) -> Row | None:
    """Return the oldest case that was opened for one of the keys."""
    return transaction.one(
        """SELECT c.* FROM cases c JOIN case_subjects s ON s.case_id = c.case_id
           WHERE s.subject_kind = :kind AND s.subject_id IN :keys AND c.kind = :case_kind
           ORDER BY c.opened_at, c.case_id LIMIT 1""",
        kind=kind,
        keys=list(keys),
        case_kind="organiser" if kind == "ring" else "merchant",
    )


def _heir(transaction: Transaction, case: Row) -> str:
    """Return the id of the case that a merged one has ended in."""
    while case["state"] == "merged":
        row = transaction.one("SELECT * FROM cases WHERE case_id = :id", id=case["merged_into"])
        assert row is not None
        case = row
    return str(case["case_id"])


def _title(found: FoundCase) -> str:
    if found.kind == "merchant":
        return f"店铺 {found.keys[0]} / Shop {found.keys[0]}"
    n = len(found.shops)
    shops = "1 shop" if n == 1 else f"{n} shops"
    return f"组织者 {found.keys[0]}（{n} 家店铺）/ Organiser {found.keys[0]} ({shops})"

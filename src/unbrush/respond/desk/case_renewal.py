"""Open the cases that a run calls for, or bring those there are up to date.

A run may call for a hundred thousand, while others wait to write: they are read and written by the
hundred. The audit is written last, all of it at once: who writes to it keeps everybody else from
doing so until their transaction is over.
"""

from collections.abc import Sequence
from typing import Any

from unbrush.base.errors import Stale
from unbrush.base.progress import Progress, silent
from unbrush.base.records import Row, Transaction, add_many, next_numbers
from unbrush.respond.desk.audit import Entry, note_many
from unbrush.respond.desk.case_finding import FoundCase
from unbrush.respond.desk.cases import TERM_MS, add_subjects, queue_key

_AT_ONCE = 500
_OPENED, _RENEWED, _SAME = "opened", "renewed", "same"
_CHANGING = ("state", "harm_minor", "queue_key", "rung", "closed_at", "run_id", "due_at")
_COLUMNS = (
    "case_id", "kind", "title", *_CHANGING, "opened_at", "changed_at", "version",
)  # fmt: skip


def open_or_renew(
    transaction: Transaction, at_ms: int, found: FoundCase, /, *, run_id: str, by: str
) -> str:
    """Open one case, or bring it up to date, as `open_or_renew_all` does."""
    return open_or_renew_all(transaction, at_ms, [found], run_id=run_id, by=by)[0]


def open_or_renew_all(
    transaction: Transaction,
    at_ms: int,
    found: Sequence[FoundCase],
    /,
    *,
    run_id: str,
    by: str,
    progress: Progress = silent,
) -> list[str]:
    """Open the cases that a run calls for, or bring those there are up to date.

    A case that a person has closed as refuted stays closed; one that was closed otherwise is taken
    up again if a higher rung is proposed than then.

    Returns:
        ``opened``, ``renewed`` or ``same`` for each.

    Raises:
        Stale: Somebody changed one of them meanwhile.
    """
    said: list[str] = []
    entries: list[Entry] = []
    for start in range(0, len(found), _AT_ONCE):
        progress("cases", start / len(found))
        part = _Part(transaction, at_ms, run_id)
        said += part.taken(found[start : start + _AT_ONCE])
        entries += part.entries
    note_many(transaction, at_ms, by, entries)
    return said


class _Part:
    """Some cases that are read and written together.

    Attributes:
        entries: What is to be noted of them.
    """

    def __init__(self, transaction: Transaction, at_ms: int, run_id: str) -> None:
        self._transaction, self._at_ms, self._run_id = transaction, at_ms, run_id
        self._cases: dict[str, dict[str, Any]] = {}
        self._subjects: list[tuple[str, str, str]] = []
        self.entries: list[Entry] = []

    def taken(self, found: Sequence[FoundCase]) -> list[str]:
        """Do what is to be done for each, and say what it was."""
        keys: dict[str, list[str]] = {"ring": [], "shop": []}
        for each in found:
            keys[_kind(each)] += each.keys
        known = {kind: _known(self._transaction, kind, those) for kind, those in keys.items()}
        there = [_oldest(known[_kind(each)], each.keys) for each in found]
        ids = [str(case["case_id"]) for case in there if case is not None]
        subjects = _subjects_of(self._transaction, ids)
        n_new = sum(case is None for case in there)
        numbers = iter(next_numbers(self._transaction, "case", n_new) if n_new else ())
        said = []
        for each, case in zip(found, there, strict=True):
            if case is None:
                said.append(self._open(each, f"C-{next(numbers)}"))
            elif case["state"] == "merged":
                # Its harm is counted where people put it: only what is new is added there.
                heir = _heir(self._transaction, case)
                n = add_subjects(self._transaction, heir, _subjects(each))
                said.append(_RENEWED if n else _SAME)
            else:
                said.append(self._renew(each, case, subjects))
        self._write()
        return said

    def _open(self, found: FoundCase, case_id: str) -> str:
        at_ms = self._at_ms
        self._cases[case_id] = {
            "case_id": case_id, "kind": found.kind, "title": _title(found), "state": "new",
            "harm_minor": found.harm_minor, "queue_key": queue_key(found.harm_minor, at_ms),
            "rung": found.rung, "closed_at": None, "run_id": self._run_id, "opened_at": at_ms,
            "due_at": at_ms + TERM_MS, "version": 0,
        }  # fmt: skip
        self._subjects += [(case_id, *subject) for subject in _subjects(found)]
        self._note(
            "case.opened", case_id, kind=found.kind, n_shops=len(found.shops), rung=found.rung
        )
        return _OPENED

    def _renew(self, found: FoundCase, case: Row, there: set[tuple[str, str, str]]) -> str:
        case_id = str(case["case_id"])
        case = self._cases.get(case_id, case)  # one that two of a run's organisers came from
        state = case["state"]
        is_more = found.rung > case["rung"]
        due_at = int(case["due_at"])
        if state == "closed" and is_more and case["outcome"] != "refuted":
            state, due_at = "investigating", self._at_ms + TERM_MS
        new = [subject for each in _subjects(found) if (subject := (case_id, *each)) not in there]
        is_same = (found.harm_minor, found.rung, state) == (
            int(case["harm_minor"]), case["rung"], case["state"],
        )  # fmt: skip
        if is_same and not new:
            return _SAME
        self._cases[case_id] = {
            **case, "harm_minor": found.harm_minor, "rung": found.rung, "state": state,
            "run_id": self._run_id, "due_at": due_at,
            "queue_key": queue_key(found.harm_minor, int(case["opened_at"])),
            "closed_at": None if state != "closed" else case["closed_at"],
        }  # fmt: skip
        self._subjects += new
        self._note("case.renewed", case_id, n_new_subjects=len(new), rung=found.rung, state=state)
        return _RENEWED

    def _note(self, action: str, case_id: str, **detail: Any) -> None:
        self.entries.append(Entry(action, "case", case_id, {"run": self._run_id, **detail}))

    def _write(self) -> None:
        rows = [
            case | {"changed_at": self._at_ms, "version": int(case["version"]) + 1}
            for case in self._cases.values()
        ]
        written = ", ".join(
            f"{column} = excluded.{column}" for column in (*_CHANGING, "changed_at", "version")
        )
        n = add_many(
            self._transaction, "cases", _COLUMNS,
            [[case[column] for column in _COLUMNS] for case in rows],
            where_there=f"""ON CONFLICT (case_id) DO UPDATE SET {written}
                WHERE cases.version = excluded.version - 1""",
        )  # fmt: skip
        if n != len(rows):
            raise Stale(
                "A case was changed while the run was imported.",
                hint="Import it again: nothing of it is there.",
            )
        add_many(
            self._transaction, "case_subjects", ("case_id", "subject_kind", "subject_id"),
            self._subjects, where_there="ON CONFLICT DO NOTHING",
        )  # fmt: skip


def _kind(found: FoundCase) -> str:
    return "ring" if found.kind == "organiser" else "shop"


def _subjects(found: FoundCase) -> list[tuple[str, str]]:
    """Return kind and id of what a case is about, each once."""
    subjects = [(_kind(found), key) for key in found.keys]
    return list(dict.fromkeys(subjects + [("shop", shop) for shop, _ in found.shops]))


def _known(transaction: Transaction, kind: str, keys: Sequence[str]) -> dict[str, list[Row]]:
    """Return the cases that were opened for each of these keys, the oldest first."""
    found: dict[str, list[Row]] = {}
    for start in range(0, len(keys), _AT_ONCE):
        rows = transaction.all(
            """SELECT s.subject_id AS key_of, c.* FROM cases c
               JOIN case_subjects s ON s.case_id = c.case_id
               WHERE s.subject_kind = :kind AND s.subject_id IN :keys AND c.kind = :case_kind
               ORDER BY c.opened_at, c.case_id""",
            kind=kind,
            keys=list(keys[start : start + _AT_ONCE]),
            case_kind="organiser" if kind == "ring" else "merchant",
        )
        for row in rows:
            found.setdefault(str(row["key_of"]), []).append(row)
    return found


def _oldest(known: dict[str, list[Row]], keys: Sequence[str]) -> Row | None:
    cases = [case for key in keys for case in known.get(key, ())]
    return min(cases, key=lambda case: (int(case["opened_at"]), case["case_id"]), default=None)


def _subjects_of(transaction: Transaction, case_ids: Sequence[str]) -> set[tuple[str, str, str]]:
    if not case_ids:
        return set()
    rows = transaction.all(
        """SELECT case_id, subject_kind, subject_id FROM case_subjects WHERE case_id IN :ids""",
        ids=list(case_ids),
    )
    return {(row["case_id"], row["subject_kind"], row["subject_id"]) for row in rows}


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

"""The import that is under way: which run, how far it is, and who does it.

There is one at most. It is done in parts, each a transaction of its own, so that nobody waits for
the whole; this record is written with each part, so that whoever imports next goes on from there.
Until something of a run is applied (`STAGING`), another run may take its place.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from unbrush.base.errors import Busy, Conflict, Stale
from unbrush.base.records import Records, Row, Transaction, add
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.audit import note

STAGING, DECISIONS, CASES, ENDING = "staging", "decisions", "cases", "ending"
"""What is done: the run is copied; decisions are compared; cases are opened; holds are fitted."""

_SHARES = ("n_compared", "n_decisions", "next_case", "n_cases")

TRIES = 100
"""How often a part is tried while people hold what it needs."""

Part = Callable[[Transaction, Row], Mapping[str, Any]]
"""Does something and returns what that changes in the record."""


def under_way(transaction: Transaction) -> Row | None:
    """Return the import that is under way, if there is one."""
    return transaction.one("SELECT * FROM run_imports")


def told(transaction: Transaction) -> dict[str, Any] | None:
    """Return how far the import under way is, as people are told it; None if there is none."""
    row = under_way(transaction)
    shown = ("run_id", "stage", "begun_at", "begun_by", *_SHARES)
    return {name: row[name] for name in shown} if row else None


def take_up(
    transaction: Transaction,
    at_ms: int,
    folder: RunFolder,
    run_id: str,
    /,
    *,
    worker: str,
    by: str,
) -> Row | None:
    """Begin to import a run, or go on with what is half done; None if the run is there already.

    What is half done may be another run: it goes first.

    Args:
        transaction: A writing one.
        at_ms: The present.
        folder: The run.
        run_id: Its id.
        worker: Who does it from here on.
        by: Who wants it.

    Raises:
        Conflict: Somebody else began at the same moment.
    """
    there = under_way(transaction)
    if there and (there["stage"] != STAGING or there["run_id"] == run_id):
        transaction.run("UPDATE run_imports SET worker = :worker", worker=worker)
    elif is_imported(transaction, run_id):
        return None
    else:
        if there:
            transaction.run(
                "DELETE FROM run_imports WHERE stage = :stage AND worker = :worker",
                stage=STAGING,
                worker=there["worker"],
            )
        n = transaction.run(
            """INSERT INTO run_imports (slot, run_id, stage, worker, begun_at, begun_by,
                   policy_version, folder, summary)
               VALUES (1, :run_id, :stage, :worker, :at_ms, :by, :policy, :folder, :summary)
               ON CONFLICT (slot) DO NOTHING""",
            run_id=run_id,
            stage=STAGING,
            worker=worker,
            at_ms=at_ms,
            by=by,
            policy=json.loads(folder.policy.read_text(encoding="utf-8"))["version"],
            folder=str(folder.root),
            summary=_summary(folder),
        )
        if not n:
            raise Conflict("Another import began at this moment.", hint="Import again.")
    return mine(transaction, worker)


def is_imported(transaction: Transaction, run_id: str) -> bool:
    """Say whether a run is in the records, or on its way into them."""
    return transaction.one("SELECT 1 AS there FROM runs WHERE run_id = :id", id=run_id) is not None


def mine(transaction: Transaction, worker: str) -> Row:
    """Return the record, and keep others from it until the transaction is over.

    Raises:
        Conflict: Somebody else has taken the import over.
    """
    row = transaction.one(
        "UPDATE run_imports SET worker = worker WHERE worker = :worker RETURNING *", worker=worker
    )
    if row is None:
        raise Conflict(
            "Another import began meanwhile, and has taken this one over.",
            hint="Import again: that says whether this run is there, and goes on if it is not.",
        )
    return row


def do_part(records: Records, worker: str, part: Part, /) -> Row:
    """Do a part of an import in a transaction of its own; return the record as it is then.

    People go first: a part that meets them is undone and tried again.

    Raises:
        Conflict: Somebody else has taken the import over.
        Busy: What it needs was held all the time.
    """
    for _ in range(TRIES):
        try:
            with records.giving_way() as transaction:
                row = mine(transaction, worker)
                changes = part(transaction, row)
                if changes:
                    columns = ", ".join(f"{column} = :{column}" for column in changes)
                    transaction.run(f"UPDATE run_imports SET {columns}", **changes)
                return {**row, **changes}
        except (Busy, Stale):
            continue
    raise Busy(
        "The import waits for others who write to the same records.",
        hint="Import again later: it goes on from where it is.",
    )


def begin_applying(transaction: Transaction, at_ms: int, row: Row, by: str, /) -> Mapping[str, Any]:
    """Put a run that is staged among the runs: from here on it is gone through with."""
    add(
        transaction, "runs", run_id=row["run_id"], imported_at=row["begun_at"],
        policy_version=row["policy_version"], n_decisions=row["n_decisions"],
        folder=row["folder"], summary=row["summary"],
    )  # fmt: skip
    note(transaction, at_ms, by, "run.import-began", "run", row["run_id"])
    return {"stage": DECISIONS}


def _summary(folder: RunFolder) -> str:
    return folder.summary.read_text(encoding="utf-8") if folder.summary.is_file() else "{}"

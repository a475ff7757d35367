"""A run's decisions → records, and the cases that they call for.

The same run again changes nothing. Another run replaces what earlier ones said, keeps what that
was, and never touches what a person decided: that stands beside what the run says.

It is staged first, where nobody reads it, and then applied in many short transactions. In between
decisions and cases of the run stand beside older ones; the run is the newest when it is all there.
"""

import hashlib
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from unbrush.base.engine import Engine
from unbrush.base.errors import NotReady
from unbrush.base.progress import Progress, silent
from unbrush.base.records import Records, Transaction
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.import_applying import apply_cases, apply_decisions
from unbrush.respond.desk.import_ending import Imported, end_import, fit_holds
from unbrush.respond.desk.import_record import (
    CASES,
    DECISIONS,
    ENDING,
    STAGING,
    Part,
    begin_applying,
    do_part,
    is_imported,
    mine,
    take_up,
    under_way,
)
from unbrush.respond.desk.import_staging import PACE, Pace, stage_run


def run_id_of(folder: RunFolder) -> str:
    """Return the name of a judged run: the start of the SHA-256 of its decisions and its policy.

    Raises:
        NotReady: It has not been judged.
    """
    digest = hashlib.sha256()
    for path in (folder.output("decisions"), folder.policy):
        if not path.is_file():
            raise NotReady(
                f"{folder.root} has no {path.name}: it has not been judged.",
                hint=f"Run `unbrush judge {folder.root}` first.",
            )
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()[:16]


def import_run(
    records: Records,
    engine: Engine,
    folder: RunFolder,
    at_ms: int,
    /,
    *,
    by: str,
    progress: Progress = silent,
    last: Callable[[], AbstractContextManager[Transaction]] | None = None,
    pace: Pace = PACE,
) -> Imported:
    """Take a judged run into the records, and let go money that it no longer disputes.

    It is done in short transactions, so that people do not wait for it. Whoever kills it loses
    nothing: the next import, of this run or another, goes on from there.

    Args:
        records: Where to.
        engine: Reads the run's files.
        folder: The run.
        at_ms: When it is imported.
        by: Who does it.
        progress: Told the step and the share that is done.
        last: Opens the transaction in which the import ends; one of its own if left out.
        pace: How much is done in one transaction.

    Raises:
        NotReady: The run has not been judged.
        Conflict: Another import began meanwhile and has taken this one over.
        Busy: Others held what it needs; what was done is kept.
    """
    run_id, worker = run_id_of(folder), secrets.token_hex(8)
    with records.reading() as transaction:
        is_over = under_way(transaction) is None and is_imported(transaction, run_id)
    before = ""
    while not is_over:
        with records.writing() as transaction:
            row = take_up(transaction, at_ms, folder, run_id, worker=worker, by=by)
        if row is None:
            break
        if row["stage"] == STAGING:
            stage_run(records, engine, folder, worker, pace, progress)
            do_part(records, worker, lambda tx, row: begin_applying(tx, at_ms, row, by))
        _apply(records, worker, at_ms, by, pace, progress)
        of = RunFolder(Path(row["folder"]))
        fitted = fit_holds(records, engine, of, worker, at_ms, run_id=row["run_id"])
        is_asked = row["run_id"] == run_id
        with (last if is_asked and last else records.writing)() as transaction:
            imported = end_import(transaction, engine, of, worker, at_ms, by=by, fitted=fitted)
        progress("", 1.0)
        if is_asked:
            return replace(imported, completed=before)
        before = row["run_id"]
    if last:  # in which the caller keeps its answer
        with last():
            pass
    return Imported(run_id=run_id, is_new=False, completed=before)


def _apply(
    records: Records, worker: str, at_ms: int, by: str, pace: Pace, progress: Progress
) -> None:
    """Apply what is staged until nothing is left of it."""
    parts: dict[str, Part] = {
        DECISIONS: lambda tx, row: apply_decisions(tx, row, pace),
        CASES: lambda tx, row: apply_cases(tx, row, pace, at_ms, by),
    }
    with records.writing() as transaction:
        row = mine(transaction, worker)
    while row["stage"] != ENDING:
        row = do_part(records, worker, parts[row["stage"]])
        if row["stage"] == DECISIONS:
            progress("compare", 0.3 + 0.4 * row["n_compared"] / max(row["n_decisions"], 1))
        else:
            progress("cases", 0.7 + 0.3 * row["next_case"] / max(row["n_cases"], 1))

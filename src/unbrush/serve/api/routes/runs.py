"""Runs: take one into the records, and list those that are there."""

from contextlib import nullcontext
from typing import Annotated, Any

from fastapi import APIRouter

from unbrush.base.errors import BadRecord, NoSuchRecord
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.import_record import told
from unbrush.respond.desk.importing import import_run
from unbrush.serve.api.callers import DeskOf, Reading, WritingLater, may
from unbrush.serve.api.shapes import Asked, Name
from unbrush.serve.api.state import Desk
from unbrush.store.duckdb_engine import DuckDBEngine

router = APIRouter(tags=["runs"])

RunsImport = Annotated[Caller, may("runs.import")]
RunsRead = Annotated[Caller, may("runs.read")]


class NewRun(Asked):
    """A run to import."""

    folder: Name


@router.get("/runs")
def list_runs(caller: RunsRead, transaction: Reading) -> dict[str, Any]:
    """List imported runs, the newest first, and the one whose import is under way, or null.

    While one is, decisions and cases may be of it or of the run before, each as a whole. One that
    was broken off stays there until a run is imported: that goes through with it first.
    """
    rows = transaction.all(
        """SELECT run_id, imported_at, policy_version, n_decisions FROM runs
           WHERE run_id NOT IN (SELECT run_id FROM run_imports)
           ORDER BY imported_at DESC, run_id LIMIT 200"""
    )
    return {"rows": rows, "under_way": told(transaction)}


@router.post("/runs", status_code=201)
def add_run(asked: NewRun, desk: DeskOf, caller: RunsImport, begin: WritingLater) -> dict[str, Any]:
    """Take a judged run into the records; the same one again changes nothing.

    Money that it no longer disputes is not held any longer. People can work meanwhile; what was
    broken off is gone through with first (`completed` names it, if it was another run).
    """
    folder, at_ms = _folder(desk, asked.folder), desk.clock()
    with DuckDBEngine() as engine:
        imported = import_run(
            desk.records, engine, folder, at_ms, by=caller.person_id,
            last=lambda: nullcontext(begin()),
        )  # fmt: skip
    return dict(vars(imported))


def _folder(desk: Desk, name: str) -> RunFolder:
    """Return the folder that a name means: one right below the desk's runs, and nothing else.

    Raises:
        BadRecord: No runs may be imported, or the name leads elsewhere.
        NoSuchRecord: There is no such folder.
    """
    if desk.runs is None:
        raise BadRecord("No runs may be imported.", hint="Start the desk with --runs FOLDER.")
    root = desk.runs.resolve()
    path = (root / name).resolve()
    if path.parent != root:
        raise BadRecord(f"{name} is no name of a run.", hint="Name a folder right below --runs.")
    if not path.is_dir():
        raise NoSuchRecord(f"There is no run {name}.", hint="GET /runs lists what was imported.")
    return RunFolder(path)

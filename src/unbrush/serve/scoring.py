"""Read a run and its labels for `unbrush score`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from unbrush.base.engine import Engine
from unbrush.base.errors import NotReady
from unbrush.base.manifest import Manifest, TableCapability
from unbrush.base.run_folder import RunFolder
from unbrush.base.tables import SUBJECT_TABLES
from unbrush.judge.score import score, score_gang
from unbrush.serve.gang import gang_file, put_gang
from unbrush.serve.labels import read_labels


def score_run(engine: Engine, folder: RunFolder, truth: Path) -> dict[str, list[dict[str, Any]]]:
    """Score the run in ``folder`` against labels.

    Args:
        engine: Where SQL runs.
        folder: A judged run.
        truth: A file of labels, or a folder with one called as in `NAMES`. If there is a
            gang.parquet beside it, how much of the gang was found is scored too.

    Raises:
        NotReady: The run has no decisions.
        SourceNotFound, UnreadableFile, MissingColumn: The labels cannot be used.
    """
    for table in ("rings", "ring_members", "decisions"):
        if not folder.output(table).is_file():
            raise NotReady(
                f"{folder.root} has no {table}.parquet.", hint=f"Run `unbrush judge {folder.root}`."
            )
        engine.view(table, f"SELECT * FROM {engine.scan(folder.output(table))}")
    engine.put("labels", read_labels(truth))
    totals = _totals(engine, folder)
    result = score(engine, totals)
    if path := gang_file(truth):
        put_gang(engine, folder, path)
        result |= score_gang(engine, totals["account"])
    return result


def _totals(engine: Engine, folder: RunFolder) -> dict[str, int]:
    """Count the subjects of each kind, from their own table or from the orders and reviews."""
    tables = Manifest.read(folder.manifest).tables
    totals = {
        kind: tables[table].n_rows if table in tables else 0
        for kind, table in SUBJECT_TABLES.items()
    }
    totals["staff"] = _n_staff(engine, folder, tables)
    for kind in ("account", "shop"):
        for table in ("orders", "reviews"):
            if not totals[kind] and table in tables and f"{kind}_id" in tables[table].fill:
                source = engine.scan(folder.event(table))
                totals[kind] = engine.value(f"SELECT count(DISTINCT {kind}_id) FROM {source}")
    return totals


def _n_staff(engine: Engine, folder: RunFolder, tables: Mapping[str, TableCapability]) -> int:
    """Count staff, from their own table or from what they did."""
    if "staff" in tables:
        return tables["staff"].n_rows
    if "staff_actions" not in tables:
        return 0
    source = engine.scan(folder.event("staff_actions"))
    return engine.value(f"SELECT count(DISTINCT staff_id) FROM {source}")

"""Holds after a newer run: only what it still disputes stays held."""

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tests.respond.desk.office import NOW
from tests.respond.desk.settlement.test_holds import held, most, proposed, step, told
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.importing import import_run
from unbrush.respond.desk.settlement.holds import hold_of
from unbrush.store.duckdb_engine import DuckDBEngine
from unbrush.store.records import SqlRecords


def newer(folder: RunFolder, *counted: int) -> RunFolder:
    """Return a run that says the same, but for orders that count now."""
    path = folder.root.with_name("newer")
    shutil.copytree(folder.root, path)
    run = RunFolder(Path(path))
    table = pq.read_table(run.output("decisions"))
    is_order = pc.equal(table["subject_kind"], "order")
    is_counted = pc.is_in(table["subject_id"], value_set=pa.array(counted, pa.int64()))
    again = pc.and_(is_order, is_counted)
    pq.write_table(table.filter(pc.invert(again)), run.output("decisions"))
    run.policy.write_text(json.dumps({"version": "p2"}), encoding="utf-8")
    return run


def test_what_is_no_longer_disputed_is_let_go(
    records: SqlRecords, engine: DuckDBEngine, people: dict[str, Caller], folder: RunFolder
) -> None:
    with records.writing() as tx:
        found, step_id = most(tx, engine, folder), step(tx, people)
        first = held(tx, people, step_id, found, amount_minor=300)
        last = held(tx, people, step_id, found, amount_minor=250)
        grants = held(tx, people, step_id, found, kind="subsidy")
    run = newer(folder, 1)  # 100 of its turnover, and subsidy 71 of 10
    import_run(records, engine, run, NOW + 1, by="system")
    with records.reading() as tx:
        assert hold_of(tx, first["hold_id"])["amount_minor"] == 300
        assert hold_of(tx, last["hold_id"])["amount_minor"] == 150
        now = hold_of(tx, grants["hold_id"])
        assert now["amount_minor"] == 20
        assert [grant["grant_id"] for grant in now["grants"]] == ["72"]
        assert told(tx)[-2:] == ["hold.reduced", "hold.reduced"]
        body = tx.all("SELECT body FROM outbox WHERE kind = 'hold.reduced' ORDER BY seq")
        assert sum(json.loads(row["body"])["data"]["freed_minor"] for row in body) == 110


def test_a_hold_of_which_nothing_is_left_ends(
    records: SqlRecords, engine: DuckDBEngine, people: dict[str, Caller], folder: RunFolder
) -> None:
    with records.writing() as tx:
        found, step_id = most(tx, engine, folder), step(tx, people)
        in_force = held(tx, people, step_id, found, amount_minor=100)
        waiting = proposed(tx, people, step_id, found, amount_minor=50)
    import_run(records, engine, newer(folder, 1, 2, 3), NOW + 1, by="system")
    with records.reading() as tx:
        ended = hold_of(tx, in_force["hold_id"])
        assert (ended["state"], ended["release_cause"]) == ("released", "run")
        assert hold_of(tx, waiting["hold_id"])["state"] == "refused"

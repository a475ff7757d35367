"""An appeal that is right reaches the counts of the run that is on disk, without anybody's help."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

pytest.importorskip("fastapi", reason='the desk is an extra: pip install "unbrush[desk]"')

from tests.respond.desk.office import NOW, person
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.appeals import restore_shop
from unbrush.respond.desk.importing import import_run
from unbrush.respond.desk.permissions import Role
from unbrush.respond.desk.signing import Signer
from unbrush.serve.api.state import Desk
from unbrush.serve.cli import run_command
from unbrush.serve.recounting import follow_words
from unbrush.store.duckdb_engine import DuckDBEngine
from unbrush.store.records import SqlRecords


def test_counts_follow_a_reversal_once(tmp_path: Path) -> None:
    market, out = tmp_path / "m", tmp_path / "out"
    assert run_command(["simulate", "--scale", "tiny", "--seed", "3", "--out", str(market)]) == 0
    assert run_command(["run", str(market), "--out", str(out)]) == 0
    folder = RunFolder(out)
    shop = _worst(folder)["subject_id"]
    records = SqlRecords(f"sqlite:///{tmp_path / 'records.sqlite'}")
    desk = Desk(records=records, clock=lambda: NOW, folder=tmp_path, signer=Signer(b"k" * 32))
    with records.writing() as tx:
        by = person(tx, "sam", Role.SERVICE).person_id
    with DuckDBEngine() as engine:
        import_run(records, engine, folder, NOW, by=by)
    with records.writing() as tx:
        restore_shop(tx, NOW, str(shop), by=by, because="A-1")
    assert follow_words(desk) == 1
    row = next(row for row in _shops(folder) if row["subject_id"] == shop)
    assert row["orders_clean"] == row["orders_raw"]
    assert follow_words(desk) == 0
    with records.reading() as tx:
        (done,) = tx.all("SELECT n_orders FROM recounts")
    assert done["n_orders"] > 0


def _shops(folder: RunFolder) -> list[dict]:
    rows = pq.read_table(folder.output("clean_counts")).to_pylist()
    return [row for row in rows if row["subject_kind"] == "shop"]


def _worst(folder: RunFolder) -> dict:
    return max(_shops(folder), key=lambda row: row["orders_raw"] - row["orders_clean"])

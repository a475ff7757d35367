"""A run's counts of suspected shops reach the entries, and stay what they were."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.respond.desk.office import NOW, in_force, office
from tests.respond.desk.test_importing import a_run
from unbrush.base.evidence import clean_count_schema
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.credit.risk import risk_of
from unbrush.respond.desk.credit.standing import standing_of
from unbrush.respond.desk.importing import import_run
from unbrush.store.duckdb_engine import DuckDBEngine
from unbrush.store.records import SqlRecords


def counted(path: Path, shops: dict[int, str], **counts: int) -> RunFolder:
    """Write a run in which every shop has these counts."""
    folder = a_run(path, shops)
    schema = clean_count_schema(pa.int64())
    rows = [
        dict.fromkeys(schema.names) | {"subject_kind": "shop", "subject_id": shop} | counts
        for shop in [*shops, 99]
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder.output("clean_counts"))
    return folder


def test_counts_are_of_the_newest_run_and_entries_keep_theirs(
    records: SqlRecords, engine: DuckDBEngine, tmp_path: Path
) -> None:
    first = counted(tmp_path / "a", {1: "L5", 2: "L1"}, orders_raw=40, orders_clean=30)
    second = counted(tmp_path / "b", {1: "L4"}, orders_raw=40, orders_clean=4)
    with records.writing() as tx:
        people = office(tx)
    import_run(records, engine, first, NOW, by="system")
    with records.writing() as tx:
        assert (risk_of(tx, "1")["n_fake"], risk_of(tx, "99")["n_fake"]) == (10, 0)
        tx.run("UPDATE decisions SET subject_id = 's1' WHERE subject_id = '1'")
        tx.run("UPDATE case_subjects SET subject_id = 's1' WHERE subject_id = '1'")
        tx.run("UPDATE shop_counts SET shop_id = 's1' WHERE shop_id = '1'")
        in_force(tx, people, "L4", "rita", "pia")
        [line] = standing_of(tx, NOW, "s1").lines
        assert line.entry.severity == pytest.approx(0.4150375)  # log2(1 + 10 / 30)
    import_run(records, engine, second, NOW + 1, by="system")
    with records.reading() as tx:
        assert risk_of(tx, "1")["n_genuine"] == 4
        assert risk_of(tx, "2")["n_fake"] == 0  # it is suspected of nothing any more
        [line] = standing_of(tx, NOW + 1, "s1").lines
        assert line.entry.severity == pytest.approx(0.4150375)


def test_reviews_are_counted_where_there_are_no_orders(
    records: SqlRecords, engine: DuckDBEngine, tmp_path: Path
) -> None:
    folder = counted(
        tmp_path / "a", {1: "L5"}, orders_raw=0, orders_clean=0, reviews_raw=9, reviews_clean=6
    )
    import_run(records, engine, folder, NOW, by="system")
    with records.reading() as tx:
        assert (risk_of(tx, "1")["n_fake"], risk_of(tx, "1")["n_genuine"]) == (3, 6)

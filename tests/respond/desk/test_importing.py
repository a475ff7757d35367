"""A run's decisions and cases, taken in twice, replaced by another run, against people's word."""

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.respond.desk.office import NOW, office, overridden
from unbrush.base.errors import NotReady
from unbrush.base.evidence import (
    clean_count_schema,
    decision_schema,
    ring_member_schema,
    ring_schema,
)
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.cases import case_of, queue
from unbrush.respond.desk.importing import import_run
from unbrush.store.duckdb_engine import DuckDBEngine
from unbrush.store.records import SqlRecords


def _write(folder: RunFolder, name: str, schema: pa.Schema, rows: list[dict[str, Any]]) -> None:
    whole = [{column: row.get(column) for column in schema.names} for row in rows]
    pq.write_table(pa.Table.from_pylist(whole, schema=schema), folder.output(name))


def a_run(path: Path, shops: dict[int, str], ring: tuple[int, ...] = (1, 2)) -> RunFolder:
    """Write a judged run: shops with their rungs, of which some are in a ring."""
    path.mkdir()
    folder = RunFolder(path)
    whole = pa.int64()
    said = {"probability": 0.9, "is_neutralised": True, "elements": "a", "families": "money"}
    decisions = [
        {"subject_kind": "shop", "subject_id": shop, "rung": rung, "rule": "attributed",
         "strength": "E3", **said}
        for shop, rung in shops.items()
    ]  # fmt: skip
    decisions += [
        {"subject_kind": "order", "subject_id": 900 + i, "rung": "L1" if i < 3 else "L0",
         "rule": "strong", "strength": "E2", **said}
        for i in range(5)
    ]  # fmt: skip
    _write(folder, "decisions", decision_schema(whole), decisions)
    _write(folder, "rings", ring_schema(), [{"ring_id": "R-7", "cluster_id": "K-7"}])
    members = [{"ring_id": "R-7", "subject_kind": "shop", "subject_id": shop} for shop in ring]
    _write(folder, "ring_members", ring_member_schema(whole), members)
    counts = [
        {"subject_kind": "shop", "subject_id": shop, "turnover_minor_raw": 1_000,
         "turnover_minor_clean": 400}
        for shop in shops
    ]  # fmt: skip
    _write(folder, "clean_counts", clean_count_schema(whole), counts)
    folder.policy.write_text(json.dumps({"version": "p1"}), encoding="utf-8")
    return folder


@pytest.fixture
def first(tmp_path: Path) -> RunFolder:
    return a_run(tmp_path / "first", {1: "L5", 2: "L1", 3: "L2", 4: "L1"})


def take(records: SqlRecords, engine: DuckDBEngine, folder: RunFolder, at_ms: int = NOW):  # type: ignore[no-untyped-def]
    return import_run(records, engine, folder, at_ms, by="system")


def test_a_run_opens_a_case_per_organiser_and_merchant(
    records: SqlRecords, engine: DuckDBEngine, first: RunFolder
) -> None:
    imported = take(records, engine, first)
    assert (imported.n_decisions, imported.n_opened, imported.n_changed) == (7, 2, 7)
    with records.reading() as tx:
        [organiser, merchant] = queue(tx, NOW)
        assert (organiser["kind"], organiser["harm_minor"], organiser["rung"]) == (
            "organiser", 1_200, "L5",
        )  # fmt: skip
        assert {s["subject_id"] for s in case_of(tx, organiser["case_id"])["subjects"]} == {
            "R-7", "1", "2",
        }  # fmt: skip
        assert [s["subject_id"] for s in case_of(tx, merchant["case_id"])["subjects"]] == ["3"]


def test_the_same_run_again_changes_nothing(
    records: SqlRecords, engine: DuckDBEngine, first: RunFolder, tmp_path: Path
) -> None:
    once = take(records, engine, first)
    copy = RunFolder(tmp_path / "copy")
    shutil.copytree(first.root, copy.root)
    with records.reading() as tx:
        before = tx.all("SELECT * FROM decisions ORDER BY subject_kind, subject_id")
    again = take(records, engine, copy, NOW + 5)
    assert (again.is_new, again.run_id) == (False, once.run_id)
    with records.reading() as tx:
        assert tx.all("SELECT * FROM decisions ORDER BY subject_kind, subject_id") == before


def test_another_run_replaces_what_was_said_and_keeps_it(
    records: SqlRecords, engine: DuckDBEngine, first: RunFolder, tmp_path: Path
) -> None:
    take(records, engine, first)
    second = a_run(tmp_path / "second", {1: "L3", 2: "L1", 5: "L2"})
    imported = take(records, engine, second, NOW + 5)
    assert imported.n_changed == 4  # 1 is lower, 3 and 4 gone, 5 new
    with records.reading() as tx:
        rungs = {
            row["subject_id"]: row["rung"]
            for row in tx.all("SELECT * FROM decisions WHERE subject_kind = 'shop'")
        }
        assert rungs == {"1": "L3", "2": "L1", "5": "L2"}
        past = tx.all("SELECT subject_id, rung FROM past_decisions ORDER BY subject_id")
        assert [(row["subject_id"], row["rung"]) for row in past] == [
            ("1", "L5"), ("3", "L2"), ("4", "L1"),
        ]  # fmt: skip


def test_what_people_decided_stands(
    records: SqlRecords, engine: DuckDBEngine, first: RunFolder, tmp_path: Path
) -> None:
    take(records, engine, first)
    with records.writing() as tx:
        people = office(tx)
        [_, merchant] = queue(tx, NOW)
        overridden(tx, people, "case", merchant["case_id"], merchant["version"], outcome="refuted")
    imported = take(records, engine, a_run(tmp_path / "second", {3: "L5"}), NOW + 5)
    assert imported.n_kept == 1
    with records.reading() as tx:
        row = tx.one("SELECT rung, human_outcome FROM decisions WHERE subject_id = '3'")
        assert row == {"rung": "L5", "human_outcome": "reversed"}
        assert case_of(tx, merchant["case_id"])["state"] == "closed"
    take(records, engine, a_run(tmp_path / "third", {9: "L2"}), NOW + 9)
    with records.reading() as tx:
        row = tx.one("SELECT rung, human_outcome FROM decisions WHERE subject_id = '3'")
        assert row == {"rung": "L0", "human_outcome": "reversed"}


def test_a_run_that_was_not_judged_is_refused(
    records: SqlRecords, engine: DuckDBEngine, tmp_path: Path
) -> None:
    with pytest.raises(NotReady, match="judged"):
        take(records, engine, RunFolder(tmp_path))

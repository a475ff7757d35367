"""An import that people meet: they go first, nothing is lost, and what is half done shows."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.respond.desk.office import NOW, office, overridden
from tests.respond.desk.test_importing import a_run
from unbrush.base.errors import Busy, Conflict
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk import importing
from unbrush.respond.desk.audit_check import audit_faults
from unbrush.respond.desk.cases import case_of, move, queue, write_note
from unbrush.respond.desk.import_record import do_part, told
from unbrush.respond.desk.import_staging import Pace
from unbrush.respond.desk.importing import Imported, import_run
from unbrush.respond.desk.settlement.holdable import newest_run
from unbrush.store.duckdb_engine import DuckDBEngine
from unbrush.store.records import SqlRecords

SMALL = Pace(staged=3, decisions=2, cases=1)
SHOPS = {1: "L2", 2: "L1", 3: "L2", 4: "L2", 5: "L2"}
HIGHER = {1: "L5", 2: "L1", 3: "L5", 4: "L5", 5: "L5", 6: "L5"}


def take(records: SqlRecords, engine: DuckDBEngine, folder: RunFolder, at_ms: int) -> Imported:
    return import_run(records, engine, folder, at_ms, by="system", pace=SMALL)


def broken_off(
    monkeypatch: pytest.MonkeyPatch, n_parts: int, act: Callable[[], object] = lambda: None
) -> None:
    """Let the import that comes do something, and then end, after some of its parts."""
    done = []

    def part(*args: Any) -> Any:
        if len(done) == n_parts:
            monkeypatch.undo()
            act()
            raise InterruptedError
        done.append(args)
        return do_part(*args)

    monkeypatch.setattr(importing, "do_part", part)


def test_what_is_half_done_shows_and_is_not_the_newest(
    records: SqlRecords, engine: DuckDBEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = take(records, engine, a_run(tmp_path / "first", SHOPS), NOW)
    folder = a_run(tmp_path / "second", HIGHER)
    broken_off(monkeypatch, 3)
    with pytest.raises(InterruptedError):
        take(records, engine, folder, NOW + 1)
    with records.reading() as tx:
        assert newest_run(tx)[0] == first.run_id
        shown = told(tx)
        assert shown is not None
        assert (shown["stage"], shown["begun_at"]) == ("decisions", NOW + 1)
        assert 0 < shown["n_compared"] < shown["n_decisions"] == 9
        runs = {row["run_id"] for row in tx.all("SELECT run_id FROM decisions")}
        assert runs == {first.run_id, shown["run_id"]}, "old beside new"
    second = take(records, engine, folder, NOW + 2)
    assert (second.is_new, second.completed, second.n_decisions) == (True, "", 9)
    assert (second.n_changed, second.n_opened, second.n_renewed) == (5, 1, 4)
    with records.reading() as tx:
        assert (told(tx), newest_run(tx)[0]) == (None, second.run_id)
        assert tx.all("SELECT DISTINCT run_id FROM decisions") == [{"run_id": second.run_id}]
        assert audit_faults(tx, []) == []


def test_another_run_says_what_it_went_through_with_first(
    records: SqlRecords, engine: DuckDBEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = a_run(tmp_path / "first", SHOPS)
    broken_off(monkeypatch, 3)
    with pytest.raises(InterruptedError):
        take(records, engine, folder, NOW)
    other = take(records, engine, a_run(tmp_path / "second", HIGHER), NOW + 1)
    assert other.completed == importing.run_id_of(folder)
    assert not take(records, engine, folder, NOW + 2).is_new


def test_who_comes_later_takes_an_import_over(
    records: SqlRecords, engine: DuckDBEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = a_run(tmp_path / "first", SHOPS)
    taken: list[Imported] = []

    def part(*args: Any) -> Any:
        if not taken:
            monkeypatch.undo()
            with DuckDBEngine() as other:
                taken.append(take(records, other, folder, NOW))
        return do_part(*args)

    monkeypatch.setattr(importing, "do_part", part)
    with pytest.raises(Conflict, match="taken this one over"):
        take(records, engine, folder, NOW)
    assert taken[0].n_opened == 4
    with records.reading() as tx:
        assert len(queue(tx, NOW)) == 4


def test_what_people_do_meanwhile_stands(
    records: SqlRecords, engine: DuckDBEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case is refuted after its decision was compared, and before it is brought up to date."""
    take(records, engine, a_run(tmp_path / "first", SHOPS), NOW)
    with records.writing() as tx:
        people = office(tx)
        case = next(row for row in queue(tx, NOW) if row["title"].startswith("店铺 3"))

    def refute() -> None:
        with records.writing() as tx:
            write_note(tx, NOW, case["case_id"], "看过", caller=people["ann"])
            overridden(tx, people, "case", case["case_id"], case["version"], outcome="refuted")

    folder = a_run(tmp_path / "second", HIGHER)
    broken_off(monkeypatch, 5, refute)
    with pytest.raises(InterruptedError):
        take(records, engine, folder, NOW + 1)
    take(records, engine, folder, NOW + 2)
    with records.reading() as tx:
        now = case_of(tx, case["case_id"])
        assert (now["state"], now["outcome"], now["rung"]) == ("closed", "refuted", "L5")
        row = tx.one("SELECT rung, human_outcome FROM decisions WHERE subject_id = '3'")
        assert row == {"rung": "L5", "human_outcome": "reversed"}
        assert len(tx.all("SELECT note_id FROM case_notes")) == 1


def test_a_verdict_from_when_no_run_spoke_of_the_shop_stands_beside_what_a_run_says(
    records: SqlRecords, engine: DuckDBEngine, tmp_path: Path
) -> None:
    take(records, engine, a_run(tmp_path / "first", SHOPS), NOW)
    take(records, engine, a_run(tmp_path / "second", {9: "L2"}), NOW + 1)
    with records.writing() as tx:
        people = office(tx)
        case = next(row for row in queue(tx, NOW) if row["title"].startswith("店铺 3"))
        move(
            tx, NOW + 1, case["case_id"], "closed", caller=people["rita"], outcome="refuted",
            expected_version=case["version"], reason="genuine",
        )  # fmt: skip
        assert tx.one("SELECT 1 AS n FROM decisions WHERE subject_id = '3'") is None
    take(records, engine, a_run(tmp_path / "third", HIGHER), NOW + 2)
    with records.reading() as tx:
        row = tx.one("SELECT human_outcome FROM decisions WHERE subject_id = '3'")
        assert row == {"human_outcome": "reversed"}


def test_a_part_that_meets_people_is_done_again(records: SqlRecords) -> None:
    """PostgreSQL: who holds a row keeps it; SQLite: who waits begins first."""
    with records.writing() as tx:
        tx.run("INSERT INTO counters (name, value) VALUES ('a', 0)")
    if records.dialect == "postgresql":
        with records.writing() as tx:
            tx.run("UPDATE counters SET value = 1")
            with pytest.raises(Busy), records.giving_way() as other:
                other.run("UPDATE counters SET value = 2")
        return
    is_held, order = threading.Event(), []

    def person() -> None:
        is_held.wait(5)
        with records.writing():
            order.append("person")

    waiting = threading.Thread(target=person)
    waiting.start()
    with records.giving_way():
        is_held.set()
        waiting.join(0.1)
        order.append("import")
    with records.giving_way():
        order.append("import")
    waiting.join()
    assert order == ["import", "person", "import"]

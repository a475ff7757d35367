import threading
from contextlib import suppress

import pyarrow as pa
import pytest

from unbrush.base.errors import BadParameter, CannotWrite, DoesNotFit
from unbrush.store.duckdb_engine import DuckDBEngine, QueryFailed


def test_a_table_can_be_made_from_the_one_it_replaces(engine: DuckDBEngine):
    engine.put("t", pa.table({"n": [1, 2]}))
    assert engine.create("t", "SELECT n + 1 AS n FROM t") == 2
    assert engine.query("SELECT n FROM t ORDER BY n")["n"].to_pylist() == [2, 3]


def test_a_view_gives_way_to_a_table_of_its_name(engine: DuckDBEngine):
    engine.view("v", "SELECT 1 AS n")
    engine.create("v", "SELECT 2 AS n")
    assert engine.value("SELECT n FROM v") == 2


def test_rows_keep_their_order_on_the_way_to_a_file(engine: DuckDBEngine, tmp_path):
    path = tmp_path / "it's here" / "t.parquet"
    assert engine.write("SELECT range AS n FROM range(300000) ORDER BY n DESC", path) == 300_000
    assert engine.value(f"SELECT n FROM {engine.scan(path)} LIMIT 1") == 299_999


def test_a_folder_whose_name_is_a_pattern_is_one_folder(engine: DuckDBEngine, tmp_path):
    for name in ("o*r", "oxr", "o?r", "o[x]r"):
        engine.write(f"SELECT '{name}' AS n", tmp_path / name / "t.parquet")
    for name in ("o*r", "o?r", "o[x]r"):
        rows = engine.query(f"SELECT n FROM {engine.scan(tmp_path / name / 't.parquet')}")
        assert rows["n"].to_pylist() == [name]


def test_the_same_rows_make_the_same_bytes(engine: DuckDBEngine, tmp_path):
    sql = "SELECT range AS n, range % 7 AS m FROM range(500000) ORDER BY n"
    first, second = tmp_path / "a.parquet", tmp_path / "b.parquet"
    engine.write(sql, first)
    engine.write(sql, second)
    assert first.read_bytes() == second.read_bytes()


def test_columns_of_what_does_not_exist_are_none(engine: DuckDBEngine):
    assert engine.columns("nothing") == {}


def test_a_failing_statement_is_named(engine: DuckDBEngine):
    with pytest.raises(QueryFailed, match="SELECT nonsense"):
        engine.query("SELECT nonsense")


def test_nothing_is_left_after_close(tmp_path):
    engine = DuckDBEngine(memory="1GB", threads=1, spill=tmp_path)
    engine.create("t", "SELECT 1 AS n")
    engine.close()
    with pytest.raises(Exception, match=r"closed|invalid|Connection"):
        engine.query("SELECT 1")


def test_an_interrupt_while_a_statement_runs_is_pythons_own(engine: DuckDBEngine):
    """Whoever catches errors of statements must not catch the user's Ctrl-C with them."""
    timer = threading.Timer(0.3, engine._connection.interrupt)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        engine.value("SELECT count(*) FROM range(100000000000) t(n) WHERE n % 7 = 3")
    timer.join()


BEYOND = "SELECT list(n ORDER BY m) AS ns, max(m) AS m FROM (SELECT range AS n, hash(range) AS m \
FROM range(4000000))"
"""One value of 32 MB: no spilling makes it smaller."""


@pytest.mark.parametrize(
    "work",
    [
        lambda engine, path: engine.query(BEYOND),
        lambda engine, path: engine.create("t", BEYOND),
        lambda engine, path: engine.write(BEYOND, path),
    ],
    ids=["query", "create", "write"],
)
def test_what_does_not_fit_is_said_and_leaves_the_engine_usable(tmp_path, work):
    path = tmp_path / "t.parquet"
    with DuckDBEngine(memory="20MB", threads=1) as engine:
        with pytest.raises(DoesNotFit, match=r"20\.0 MB") as caught:
            work(engine, path)
        assert "--memory" in caught.value.hint
        assert not path.exists(), "half a file would be taken for a whole one"
        assert engine.value("SELECT 7") == 7


def test_tables_beyond_the_memory_go_to_disk():
    with DuckDBEngine(memory="40MB", threads=1) as engine:
        n_bytes = 8 * engine.create("t", "SELECT hash(range) AS n FROM range(10000000)")
        assert n_bytes > engine.memory_bytes
        stored = "SELECT sum(temporary_storage_bytes) FROM duckdb_memory()"
        assert engine.value(stored) > n_bytes - engine.memory_bytes
        assert engine.value("SELECT count(DISTINCT n % 1000) FROM t") == 1000


@pytest.mark.parametrize("is_too_much", [False, True])
def test_the_spill_folder_goes_even_when_the_work_fails(tmp_path, monkeypatch, is_too_much):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with suppress(DoesNotFit), DuckDBEngine(memory="20MB", threads=1) as engine:
        engine.create("t", "SELECT hash(range) AS n FROM range(4000000)")
        assert [path for path in tmp_path.rglob("*") if path.is_file()]
        if is_too_much:
            engine.query(BEYOND)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_room_is_no_want_of_memory():
    with DuckDBEngine(memory="20MB", threads=1) as engine:
        engine._do("SET max_temp_directory_size = '1MB'")
        with pytest.raises(CannotWrite, match="disk is full"):
            engine.create("t", "SELECT hash(range) AS n FROM range(10000000)")


def test_the_memory_allowed_is_known():
    with DuckDBEngine(memory="1.5GiB") as engine:
        assert engine.memory_bytes == 3 * 2**29
    with DuckDBEngine() as engine:
        assert engine.memory_bytes > 100_000_000


def test_the_least_memory_starts_and_less_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    DuckDBEngine(memory="1MB").close()
    with pytest.raises(BadParameter):
        DuckDBEngine(memory="1KB")
    assert list(tmp_path.iterdir()) == []

import threading

import pyarrow as pa
import pytest

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

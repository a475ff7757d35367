"""Event tables read in parts."""

import numpy as np
import pyarrow as pa
import pytest

from unbrush.base import event_rows
from unbrush.base.event_rows import EventRows
from unbrush.store.duckdb_engine import DuckDBEngine


@pytest.fixture
def rows(engine: DuckDBEngine, monkeypatch) -> EventRows:
    monkeypatch.setattr(event_rows, "BATCH", 1_000)
    n = np.arange(5_000)
    engine.put("t", pa.table({"n": n, "text": [f"x{k}" for k in n.tolist()], "other": n % 7}))
    return EventRows(engine)


def test_batches_are_the_table_in_its_order(rows: EventRows):
    batches = list(rows.batches("t", ["text", "n"]))
    assert len(batches) > 1
    assert max(map(len, batches)) <= 1_000
    assert pa.concat_tables(batches).equals(rows.table("t", ["text", "n"]))


def test_rows_come_in_the_order_asked_and_as_often(rows: EventRows):
    asked = np.array([4_999, 3, 3, 1_000, 0, 999])
    found = rows.take("t", ["n", "text"], asked)
    assert found["n"].to_pylist() == asked.tolist()
    assert found["text"].to_pylist() == [f"x{k}" for k in asked.tolist()]


def test_no_rows_have_the_columns_all_the_same(rows: EventRows):
    found = rows.take("t", ["text", "n"], np.array([], np.int64))
    assert found.num_rows == 0
    assert found.column_names == ["text", "n"]


def test_what_was_left_unread_stops_nothing(rows: EventRows):
    next(rows.batches("t", ["n"]))
    assert rows.engine.value("SELECT count(*) FROM t") == 5_000

"""A simulated case as its tables stood on some day, ready for a detector."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector
from unbrush.base.market import whole_table_sql
from unbrush.base.tables import TABLES, Kind
from unbrush.detect import find
from unbrush.simulate.season import N_DAYS, START_AT
from unbrush.store.duckdb_engine import DuckDBEngine

ID_TYPES = {c.domain: "BIGINT" for t in TABLES.values() for c in t.columns if c.kind is Kind.ID}


@contextmanager
def opened(folder: Path, *, until_day: int = N_DAYS) -> Iterator[DuckDBEngine]:
    """Open a case without what happened from ``until_day`` of the span on."""
    until = START_AT + until_day * DAY_MS
    with DuckDBEngine(threads=2) as engine:
        for table in TABLES.values():
            path = folder / f"{table.name}.parquet"
            if not path.is_file():
                engine.view(table.name, whole_table_sql(engine, table, "", ID_TYPES))
                continue
            rows = whole_table_sql(engine, table, engine.scan(path), ID_TYPES)
            if table.time and table.name not in ("accounts", "account_links", "campaigns"):
                rows = f'SELECT * FROM ({rows}) WHERE coalesce("{table.time}", 0) < {until}'
            engine.view(table.name, rows)
        for path in folder.glob("truth/*.parquet"):
            engine.view(path.stem, f"SELECT * FROM {engine.scan(path)}")
        yield engine


def found(folder: Path, detector: Detector, *, until_day: int = N_DAYS) -> dict[Any, dict]:
    """Return a detector's rows by subject."""
    with opened(folder, until_day=until_day) as engine:
        return {row["subject_id"]: row for row in find(engine, detector).to_pylist()}


def members(folder: Path, role: str) -> set[int]:
    """Return who plays a part."""
    with opened(folder) as engine:
        rows = engine.query(f"SELECT subject_id FROM gang WHERE role = '{role}'")
        return set(rows["subject_id"].to_pylist())


def facts_of(folder: Path) -> dict[str, Any]:
    """Return what the market was drawn with."""
    return json.loads((folder / "truth/market.json").read_text(encoding="utf-8"))

"""The engine, for every test that needs one."""

from collections.abc import Iterator

import pytest

from unbrush.store.duckdb_engine import DuckDBEngine


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine(threads=2) as engine:
        yield engine

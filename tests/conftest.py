"""The engine, for every test that needs one; how long an example of hypothesis may take."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from unbrush.store.duckdb_engine import DuckDBEngine

# A busy machine makes any one example slow; what is too slow is measured in bench/.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine(threads=2) as engine:
        yield engine

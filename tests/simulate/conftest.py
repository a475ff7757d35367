"""Simulated markets, made once a session and read with SQL."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from unbrush.simulate import simulate
from unbrush.store.duckdb_engine import DuckDBEngine

Ask = Callable[..., list[tuple]]
SEED = 11


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return the folder of a market: ``market(n_orders, level)``."""

    @cache
    def made(n_orders: int = 20_000, level: int = 1, *, with_fakes: bool = True) -> Path:
        out = tmp_path_factory.mktemp("market")
        simulate(out, n_orders=n_orders, seed=SEED, level=level, with_fakes=with_fakes)
        return out

    return made


@pytest.fixture(scope="session")
def ask(market: Callable[..., Path]) -> Iterator[Ask]:
    """Return the rows of a SELECT over a market's tables, `labels` and `plans`."""
    with DuckDBEngine(threads=2) as engine:

        def rows(sql: str, **which: int) -> list[tuple]:
            folder = market(**which)
            for path in sorted([*folder.glob("*.parquet"), *folder.glob("truth/*.parquet")]):
                engine.view(path.stem, f"SELECT * FROM {engine.scan(path)}")
            table = engine.query(sql)
            return list(zip(*(column.to_pylist() for column in table.columns), strict=True))

        yield rows

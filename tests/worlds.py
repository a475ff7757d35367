"""Small hand-written markets for tests: a few rows in, both sides visible."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest, TableCapability
from unbrush.base.market import whole_table_sql
from unbrush.base.tables import TABLES, Kind

Rows = Sequence[Mapping[str, Any]]
Market = Mapping[str, Rows]
"""Rows by table name; columns left out are absent."""

T0 = 1_700_006_400_000  # 2023-11-15 00:00 UTC, a Wednesday
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000


@dataclass(frozen=True)
class Example:
    """What a detector's test file shows of it; tests/contracts reads every one.

    Attributes:
        fake: A market with the pattern planted in it and honest rows around it.
        finds: Exactly the subjects that must be found in ``fake``.
        without_fakes: The same market after the planted rows are gone: nothing may be found.
        look_alikes: For each look-alike that the detector names, an honest market that shows it.
    """

    fake: Market
    finds: set[Any]
    without_fakes: Market
    look_alikes: Mapping[str, Market] = field(default_factory=dict)


def build(engine: Engine, market: Market) -> Manifest:
    """Put a market into ``engine`` as `collect` would have left it; return its manifest."""
    id_types: dict[str, str] = {}
    for table_name, rows in market.items():
        for column in TABLES[table_name].columns:
            if column.kind is Kind.ID:
                values = [row[column.name] for row in rows if row.get(column.name) is not None]
                if values:
                    whole = all(isinstance(value, int) for value in values)
                    before = id_types.get(column.domain, "BIGINT")
                    id_types[column.domain] = (
                        "BIGINT" if whole and before == "BIGINT" else "VARCHAR"
                    )
    capabilities = {}
    for table in TABLES.values():
        rows = market.get(table.name, ())
        if rows:
            names = list(dict.fromkeys(name for row in rows for name in row))
            unknown = set(names) - {column.name for column in table.columns}
            assert not unknown, f"{table.name} has no {unknown}"
            engine.put(
                f"_raw_{table.name}",
                pa.Table.from_pylist([{n: r.get(n) for n in names} for r in rows]),
            )
            capabilities[table.name] = TableCapability(
                n_rows=len(rows),
                fill={n: sum(r.get(n) is not None for r in rows) / len(rows) for n in names},
            )
        source = f"_raw_{table.name}" if rows else ""
        engine.view(table.name, whole_table_sql(engine, table, source, id_types))
    return Manifest(tables=capabilities, id_types=id_types)


def data_folder(name: str) -> Path:
    """Return a folder of the evaluation data sets, or skip the test saying where it was sought."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    root = Path(os.environ.get("UNBRUSH_DATA", default))
    if not (root / name).is_dir():
        pytest.skip(f"evaluation data {name} not found under UNBRUSH_DATA")
    return root / name

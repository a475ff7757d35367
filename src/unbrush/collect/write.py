"""Writing: the usable rows of a table, typed, hashed, sorted by key, and what they hold."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from unbrush.base.engine import Engine, name
from unbrush.base.tables import Table, sql_type
from unbrush.collect.personal import token_sql
from unbrush.collect.reading import Reading
from unbrush.collect.repeats import gone_table


def write_table(
    engine: Engine,
    reading: Reading,
    path: Path,
    *,
    id_types: Mapping[str, str],
    tokens: Mapping[str, str],
    has_bad: bool,
    has_repeats: bool,
) -> int:
    """Write a table's usable rows to a Parquet file; return how many.

    Args:
        engine: Holds the reading.
        reading: The table.
        path: Where to.
        id_types: Type of each id domain.
        tokens: For each personal column the table that turns its raw values into tokens, or
            nothing where each is hashed by itself; a column not named holds tokens already.
        has_bad: Whether there are rows with a problem. Where there are none, leaving the condition
            out tells the engine how many rows come, and it keeps the smaller side of a join.
        has_repeats: Whether there are rows to leave out.
    """
    picks, joins = [], []
    for number, column in enumerate(reading.columns):
        value = f"r.{name(f'v_{column.name}')}"
        if tokens.get(column.name) == "":
            value = token_sql(value)
        elif column.name in tokens:
            joins.append(f"LEFT JOIN {tokens[column.name]} t{number} ON t{number}.raw = {value}")
            value = f"t{number}.token"
        kind = sql_type(column, id_types)
        picks.append(f"CAST({value} AS {kind}) AS {name(column.name)}")
    if has_repeats:
        joins.append(f"ANTI JOIN {gone_table(reading)} g ON g._part = r._part AND g._row = r._row")
    where = f"WHERE NOT {reading.is_bad} " if has_bad else ""
    sql = (
        f"SELECT {', '.join(picks)} FROM {reading.view} r {' '.join(joins)} "
        f"{where}ORDER BY {', '.join(order_of(reading))}"
    )
    return engine.write(sql, path)


def order_of(reading: Reading) -> list[str]:
    """Return the columns that put rows in their one order: the id, or the time and then the key."""
    table, present = reading.table, {column.name for column in reading.columns}
    wanted = table.key if table.is_keyed else (table.time, *table.key)
    return [name(column) for column in dict.fromkeys(wanted) if column in present]


def holdings_of(engine: Engine, table: Table, path: Path) -> dict[str, Any]:
    """Return the fill share of each column and the days covered of a table that was written."""
    columns = list(engine.columns(engine.scan(path)))
    picks = ["count(*) AS n", *(f"count({name(c)}) AS {name(f'n_{c}')}" for c in columns)]
    if table.time in columns:
        picks += [f"min({name(table.time)}) AS first", f"max({name(table.time)}) AS last"]
    row = engine.query(f"SELECT {', '.join(picks)} FROM {engine.scan(path)}").to_pylist()[0]
    return {
        "fill": {column: row[f"n_{column}"] / row["n"] for column in columns},
        "first_at": row.get("first"),
        "last_at": row.get("last"),
    }

"""The market: the event tables of a run folder, every one of them present under its own name.

A table or column that the source lacked is there and empty, typed as it would have been, so that
SQL can join what is optional without asking first.
"""

from collections.abc import Mapping
from pathlib import Path

from unbrush.base.engine import Engine, name
from unbrush.base.manifest import Manifest
from unbrush.base.tables import TABLES, Table, sql_type


def open_market(engine: Engine, events: Path, manifest: Manifest) -> None:
    """Make every event table readable in ``engine`` under its own name.

    Args:
        engine: Where the tables shall appear, as views.
        events: Folder with one Parquet file per table, as `collect` wrote it.
        manifest: What `collect` found; decides the types of ids.
    """
    for table in TABLES.values():
        path = events / f"{table.name}.parquet"
        source = engine.scan(path) if table.name in manifest.tables else ""
        engine.view(table.name, whole_table_sql(engine, table, source, manifest.id_types))


def whole_table_sql(engine: Engine, table: Table, source: str, id_types: Mapping[str, str]) -> str:
    """Return a SELECT of all columns of ``table`` from ``source``, NULL where it has none.

    Args:
        engine: Where ``source`` can be read.
        table: The shape to come out.
        source: What to read, as it stands after FROM; empty for a table without rows.
        id_types: Type of each id domain.
    """
    present = set(engine.columns(source)) if source else set()
    picks = []
    for column in table.columns:
        kind = sql_type(column, id_types)
        value = name(column.name) if column.name in present else "NULL"
        picks.append(f"CAST({value} AS {kind}) AS {name(column.name)}")
    tail = f" FROM {source}" if source else " WHERE false"
    return f"SELECT {', '.join(picks)}{tail}"

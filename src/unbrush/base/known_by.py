"""The market as it was known at a moment: what happened later is not there, nor what came of it.

A run of that day could have seen no more. Planned things (campaigns) are known ahead; labels are
never part of it. What a table holds only in its last state (titles, prices) is as it is now.
"""

from pathlib import Path

from unbrush.base.engine import Engine, name
from unbrush.base.manifest import Manifest
from unbrush.base.market import whole_table_sql
from unbrush.base.tables import TABLES, Kind, Table

# Outcomes without a time of their own: known once all times of their row have come.
_STATUS = """CASE WHEN coalesce(greatest(paid_at, shipped_at, confirmed_at, closed_at), 0) <= {at}
                  AND (closed_at IS NOT NULL OR status NOT IN ('cancelled', 'refunded'))
                  THEN status END"""
_AS_WRITTEN = "CASE WHEN coalesce(edited_at, 0) <= {{at}} THEN {column} END"

SPECIAL: dict[tuple[str, str], str] = {
    ("orders", "status"): _STATUS,
    ("reviews", "text"): _AS_WRITTEN.format(column="text"),
    ("reviews", "rating"): _AS_WRITTEN.format(column="rating"),
    ("account_links", "last_seen_at"): "least(last_seen_at, {at})",
}
"""Columns that say what is so at the end, and what was known of them."""

DATED_BY = {"declared_revenue": "period_end_at"}
"""Tables that are known later than the time that dates their rows."""


def open_market_known_by(engine: Engine, events: Path, manifest: Manifest, at_ms: int) -> None:
    """Make every event table readable in ``engine`` as it was known at ``at_ms``.

    Args:
        engine: Where the tables shall appear, as views under their own names.
        events: Folder with one Parquet file per table, as `collect` wrote it.
        manifest: What `collect` found.
        at_ms: The moment (epoch ms UTC); what happened at it is known.
    """
    for table in TABLES.values():
        path = events / f"{table.name}.parquet"
        is_there = table.name in manifest.tables and table.name != "labels"
        source = engine.scan(path) if is_there else ""
        whole = whole_table_sql(engine, table, source, manifest.id_types)
        engine.view(table.name, known_by_sql(table, whole, at_ms))


def known_by_sql(table: Table, whole: str, at_ms: int) -> str:
    """Return a SELECT of what ``whole``, a SELECT of all columns, held at a moment."""
    picks = []
    for column in table.columns:
        value = name(column.name)
        if special := SPECIAL.get((table.name, column.name)):
            value = special.format(at=at_ms)
        elif column.kind is Kind.TIME and not column.may_be_future:
            value = f"CASE WHEN {value} <= {at_ms} THEN {value} END"
        picks.append(f"{value} AS {name(column.name)}")
    dated_by = DATED_BY.get(table.name, table.time)
    is_planned = dated_by and table.column(dated_by).may_be_future and table.name not in DATED_BY
    where = "true"
    if dated_by and not is_planned:
        where = f"coalesce({name(dated_by)} <= {at_ms}, true)"
    return f"SELECT {', '.join(picks)} FROM ({whole}) WHERE {where}"

"""The rows that a finding rests on, as the event tables have them, cut to what a page can hold."""

from collections.abc import Callable
from typing import Any

from unbrush.base.clock import minute_of
from unbrush.base.engine import Engine, name
from unbrush.base.tables import TABLES, Column, Kind, Table
from unbrush.base.words import Words
from unbrush.respond import figures
from unbrush.respond.figures import Money
from unbrush.respond.limits import EVIDENCE_SHOWN
from unbrush.respond.seams import removed_sql
from unbrush.respond.terms import COLUMNS, said

Row = dict[str, Any]

COUNTED = ("orders", "reviews")
"""Tables whose rows count, or do not."""

TELLING = (
    "order_id",
    "review_id",
    "account_id",
    "shop_id",
    "item_id",
    "placed_at",
    "posted_at",
    "at",
    "paid_minor",
    "amount_minor",
    "quantity",
    "rating",
    "text",
    "text_source",
    "status",
    "confirmed_at",
    "device_token",
    "address_token",
    "payer_token",
    "remark",
    "registered_at",
    "invited_by",
    "region",
    "category",
    "title",
    "price_minor",
    "action_id",
    "kind",
    "subject_kind",
    "subject_id",
    "reason",
    "approver_id",
)
"""Columns that a reader of evidence looks for, in the order in which they are shown."""

SUBJECTS = ("order", "review", "account", "shop", "staff")
"""What an id can name that can be explained."""

NUMBERS = (Kind.MONEY, Kind.COUNT, Kind.NUMBER)
"""Kinds of column that stand to the right."""


def evidence_rows(
    engine: Engine, money: Money, *, most: int = EVIDENCE_SHOWN, zone: str = "UTC"
) -> dict[str, Row]:
    """Return, by signal of `_shown_signals`, the first rows of its evidence with their columns.

    Args:
        engine: Holds `signals`, `_shown_signals` and the event tables.
        money: How amounts are written.
        most: Rows of one signal.
        zone: Whose clocks tell the times.
    """
    engine.create("_cited", cited_sql(most))
    return cited_rows(engine, money, zone=zone)


def cited_rows(engine: Engine, money: Money, *, zone: str) -> dict[str, Row]:
    """Return the rows that `_cited` names, by what cites them, and forget it.

    Args:
        engine: Holds `_cited` (signal_id, evidence_table, event_id, number) and the event tables.
        money: How amounts are written.
        zone: Whose clocks tell the times.
    """
    tables = engine.query("SELECT DISTINCT evidence_table FROM _cited ORDER BY 1").column(0)
    found: dict[str, Row] = {}
    for table in tables.to_pylist():
        if table in TABLES:
            found.update(_rows_of_table(engine, TABLES[table], money, zone))
    engine.drop("_cited")
    return found


def cited_sql(most: int) -> str:
    """Return a SELECT of the first rows that each signal in `_shown_signals` rests on."""
    return f"""
        WITH chosen AS (
            SELECT signal_id, evidence_table, evidence_ids[1:{most}] AS ids
            FROM signals WHERE signal_id IN (SELECT signal_id FROM _shown_signals))
        SELECT DISTINCT signal_id, evidence_table, unnest(ids) AS event_id,
            generate_subscripts(ids, 1) AS number
        FROM chosen"""


def _rows_of_table(engine: Engine, table: Table, money: Money, zone: str) -> dict[str, Row]:
    columns = [table.column(each) for each in TELLING if each in {c.name for c in table.columns}]
    key = f"CAST({name(table.key[0])} AS {engine.columns('_cited')['event_id']})"
    picked = ", ".join(f"e.{name(column.name)}" for column in columns)
    rows = engine.query(
        f"""WITH e AS (
            SELECT *, {key} AS cited_key FROM {name(table.name)}
            WHERE {key} IN (SELECT event_id FROM _cited))
        SELECT c.signal_id, {picked}, d.subject_id IS NOT NULL AS is_removed
        FROM _cited c JOIN e ON e.cited_key = c.event_id
        LEFT JOIN {removed_sql(engine, table.name.removesuffix("s"))} d ON d.subject_id = c.event_id
        WHERE c.evidence_table = '{table.name}'
        ORDER BY c.signal_id, c.number"""
    ).to_pylist()
    by_signal: dict[str, list[Row]] = {}
    for row in rows:
        by_signal.setdefault(row["signal_id"], []).append(row)
    return {
        signal: {
            "table": table.name,
            "has_counts": table.name in COUNTED,
            **row_table(columns, its_rows, money, zone=zone),
        }
        for signal, its_rows in by_signal.items()
    }


def row_table(columns: list[Column], rows: list[Row], money: Money, *, zone: str = "UTC") -> Row:
    """Return one table of evidence: only the columns in which some row has a value.

    Args:
        columns: What to show, in order.
        rows: Values by column name, and ``is_removed``.
        money: How amounts are written.
        zone: Whose clocks tell the times.
    """
    filled = [column for column in columns if any(row[column.name] is not None for row in rows)]
    writers = {column.name: _writer(column, money, zone) for column in filled}
    return {
        "columns": [
            {
                "name": column.name,
                "words": _heading(column, zone),
                "is_number": column.kind in NUMBERS,
                "kind": column.domain if column.domain in SUBJECTS else "",
            }
            for column in filled
        ],
        "rows": [
            {
                "cells": [writers[column.name](row[column.name]) for column in filled],
                "is_removed": row["is_removed"],
            }
            for row in rows
        ],
        "n_shown": figures.count(len(rows)),
    }


def _heading(column: Column, zone: str) -> Words:
    words = said(COLUMNS, column.name)
    return Words(words.zh.replace("UTC", zone), words.en.replace("UTC", zone))


def _writer(column: Column, money: Money, zone: str) -> Callable[[Any], str]:
    match column.kind:
        case Kind.TIME:
            return lambda value: figures.NOTHING if value is None else minute_of(value, zone)
        case Kind.MONEY:
            return money.exact
        case Kind.TOKEN:
            return figures.token
        case Kind.NUMBER:
            return lambda value: figures.NOTHING if value is None else f"{value:g}"
        case _:
            return figures.outside

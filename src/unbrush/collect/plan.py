"""The plan of a reading: which files make a table, and how each of its columns is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from unbrush.base.tables import Column, Table

DEFAULT_MAX_REJECT_SHARE = 0.2

ROW = "#row"
"""Stands for the number of the row in its file, where a source has no id of its own."""


@dataclass(frozen=True, kw_only=True)
class Pull:
    """How one column of ours is made.

    Attributes:
        column: The column.
        sources: Columns of the source, ``title`` or ``join.title``; the first that exists is used.
        constant: A value for all rows instead.
        unit: Of a number, time, duration, weight or amount; the kind's own if empty.
        decimals: Digits after the point of an amount in major units.
        decimal: The decimal mark, ``.`` or ``,``.
        formats: Formats of a time; ISO and epoch times are recognised without.
        zone: Time zone of times that do not carry one.
        words: The source's words and ours.
        group: How several source rows become one: first, last, sum or count.
        if_present: Whether the source may lack the columns.
        key: Where in the mapping this stands, for errors.
    """

    column: Column
    sources: tuple[str, ...] = ()
    constant: str | None = None
    unit: str = ""
    decimals: int = 2
    decimal: str = "."
    formats: tuple[str, ...] = ()
    zone: str = "UTC"
    words: Mapping[str, str] = field(default_factory=dict)
    group: str = "first"
    if_present: bool = False
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Join:
    """Another file of the source whose columns are looked up by key.

    Attributes:
        name: What pulls call it.
        files: What the file may be called.
        on: Pairs of a column of the row so far (``title`` or ``join.title``) and one of the file.
        if_present: Whether the source may lack the file.
    """

    name: str
    files: tuple[str, ...]
    on: tuple[tuple[str, str], ...]
    if_present: bool = False


@dataclass(frozen=True, kw_only=True)
class TablePlan:
    """How one event table is made.

    Attributes:
        table: The table.
        files: What its main file may be called.
        pulls: Its columns.
        joins: Other files, in the order in which they are looked up.
        group_by: Columns of the main file that several rows of one result share; none if empty.
        if_present: Whether the source may lack the main file.
    """

    table: Table
    files: tuple[str, ...]
    pulls: tuple[Pull, ...]
    joins: tuple[Join, ...] = ()
    group_by: tuple[str, ...] = ()
    if_present: bool = False


@dataclass(frozen=True, kw_only=True)
class SourceMapping:
    """A whole mapping file, checked.

    Attributes:
        name: What it is called in the manifest.
        tables: The tables it makes.
        params: Detector parameters that the source prescribes, by detector.
        max_reject_share: Most bad rows per table (0-1), if the source sets it.
        time_zone: The source's own; its days end at midnight there.
    """

    name: str
    tables: tuple[TablePlan, ...]
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    max_reject_share: float | None = None
    time_zone: str = "UTC"

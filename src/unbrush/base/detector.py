"""The detector: a function from event tables to signals, with its facts beside it.

A detector is one file in `detect/` that ends in ``DETECTOR = Detector(...)``. Its finder is either
``sql(params)``, one SELECT over the event tables, or, where SQL says it badly,
``compute(params, tables)`` over Arrow tables, or ``stream(params, rows)`` over tables that it reads
in parts, as texts want. Each yields these columns, then any number of fact columns:

    subject_id    the subject, of the kind that the detector names
    score         0-1, higher is more suspicious
    evidence_ids  list of row ids of the detector's evidence table that the finding rests on
    strength      optional, where it differs from row to row
    element       optional, where it differs from row to row

Every event table exists when a finder runs; a table or column that the source lacks is there and
empty, so that optional evidence can be joined without asking.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from unbrush.base.event_rows import EventRows
from unbrush.base.evidence import Element, Family, Implicates, Strength
from unbrush.base.words import Words

Columns = Mapping[str, tuple[str, ...]]
"""Columns by table name."""

EVIDENCE_TABLES = (
    "orders",
    "reviews",
    "accounts",
    "items",
    "posts",
    "messages",
    "shops",
    "staff_actions",
)
"""Tables whose rows a signal can rest on."""

Facts = Mapping[str, Any]
"""The fact columns of one signal by name, plus ``score``."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A table that a finder's SQL reads beside the event tables, where SQL alone says it badly.

    Attributes:
        name: The table's name, beginning with ``_``; it is dropped once the finder has run.
        reads: The event tables and columns that it is made of.
        make: Makes it of them.
    """

    name: str
    reads: Columns
    make: Callable[[Mapping[str, pa.Table]], pa.Table]


@dataclass(frozen=True, kw_only=True)
class Detector:
    """One pattern, how to find it and what to say about it.

    Attributes:
        name: The pattern in kebab-case; must read well after "flagged for".
        title: The pattern in one short phrase.
        subject: What a signal is about (a key of `SUBJECT_TABLES`).
        family: Where the evidence comes from.
        strength: How much one finding can carry, unless the finder says so by row.
        element: Which part of the proof it supports, unless the finder says so by row.
        needs: Tables and columns without which it is not applicable.
        uses: Tables and columns that spare look-alikes or sharpen the score where they exist.
        evidence: The table whose rows ``evidence_ids`` names, one of `EVIDENCE_TABLES`. Only rows
            of orders and reviews are ever left out of a count.
        look_alikes: Honest behaviour that resembles the pattern, by short name.
        params: A frozen dataclass of `bounded` fields with its default values.
        sql: Returns the SELECT that finds the pattern.
        compute: Finds the pattern over Arrow tables holding the ``needs`` and ``uses`` columns.
        stream: Finds the pattern over the ``needs`` and ``uses`` columns, read as it likes.
        prepared: A table that ``sql`` reads beside the event tables, if it needs one.
        explain: Says what one signal means, in one sentence with its numbers.
        implicates: Whom a finding speaks against; a detector that finds victims says nobody.
        since: The version that brought it.
    """

    name: str
    title: Words
    subject: str
    family: Family
    strength: Strength
    element: Element
    needs: Columns
    evidence: str
    look_alikes: Mapping[str, Words]
    params: Any
    explain: Callable[[Facts], Words]
    sql: Callable[[Any], str] | None = None
    compute: Callable[[Any, Mapping[str, pa.Table]], pa.Table] | None = None
    stream: Callable[[Any, EventRows], pa.Table] | None = None
    prepared: Prepared | None = None
    uses: Columns = field(default_factory=dict)
    implicates: Implicates = Implicates.ACTORS
    since: str = "0.1"

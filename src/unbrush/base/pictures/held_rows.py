"""Rows of a market that a screenshot may be about, found by its numbers and its words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from unbrush.base.pictures.carriers import bare_number, mended
from unbrush.base.pictures.screenshot import Screenshot
from unbrush.base.text.wording import plain

SAME_TEXT = 0.9
"""Share of a review's letters, in order, that make it the same: OCR loses a few."""

LEAST_LETTERS = 8
"""Of a review: shorter ones are written by many."""

MOST_TEXT = 400
"""Letters of a text that are compared, from its start: time grows with their square."""

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Held:
    """Rows of the market that a screenshot may be about."""

    tables: Mapping[str, Rows]
    orders: Rows
    parcels: Rows
    reviews: Rows
    shot: Screenshot = field(repr=False)

    def has(self, table: str) -> bool:
        """Whether the market has a table."""
        return table in self.tables


def held_rows(shot: Screenshot, tables: Mapping[str, pa.Table]) -> Held:
    """Return the rows of some event tables that a screenshot may be about."""
    rows = {name: table.to_pylist() for name, table in tables.items()}
    order, waybill = shot.value("order_id"), shot.value("waybill_id")
    orders = with_id(rows.get("orders", ()), "order_id", order)
    parcels = with_id(rows.get("shipments", ()), "waybill_id", waybill)
    return Held(rows, orders, parcels, same_reviews(shot, rows.get("reviews", ())), shot)


def similarity(one: str, other: str) -> float:
    """Return the share of letters that two texts have in common in order, 0-1, folded first."""
    a, b = (text[:MOST_TEXT] for text in plain(pa.array([one, other])).to_pylist())
    if not a or not b:
        return 0.0
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, other_letter in enumerate(b, 1):
            best = min(row[j] + 1, row[j - 1] + 1, before + (letter != other_letter))
            before, row[j] = row[j], best
    return 1 - row[-1] / max(len(a), len(b))


def with_id(rows: Rows, column: str, number: object) -> Rows:
    """Return the rows whose id is a number as printed, misread digits mended."""
    if number is None:
        return ()
    wanted = {plain_id(number), mended(str(number))}
    return [row for row in rows if plain_id(row.get(column)) in wanted]


def plain_id(value: object) -> str:
    """Return an id as comparisons want it, without leading zeros."""
    return bare_number(str(value)).lstrip("0")


def same_reviews(shot: Screenshot, rows: Rows) -> Rows:
    """Return the reviews that say what a screenshot shows, the likest first."""
    text = str(shot.value("review_text") or "")
    if len(plain(pa.array([text]))[0].as_py()) < LEAST_LETTERS:
        return ()
    scored = [(similarity(text, row["text"]), row) for row in rows if row.get("text")]
    near = [(share, row) for share, row in scored if share >= SAME_TEXT]
    return [row for _, row in sorted(near, key=lambda each: (-each[0], str(each[1]["review_id"])))]

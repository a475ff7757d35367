"""The review whose words a picture shows: sought by pieces of them, chosen by likeness.

OCR loses a character here and there, and a page shows the beginning of a long review only. So no
whole text is sought, but short pieces of it; whoever has most of them is compared in full.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pyarrow as pa

from unbrush.base.engine import Engine, quote
from unbrush.base.text.wording import plain

PIECE = 5  # characters: rare enough in a market, short enough to survive a misread one nearby
MOST_PIECES = 8
MOST_COMPARED = 200
_RUN = re.compile(r"[\u3400-\u9fffA-Za-z0-9]{5,}")


def likeness(shown: str, recorded: str) -> float:
    """Return the share of the shown text's character pairs that the recorded one has, 0-1."""
    own, others = (_pairs(text) for text in plain(pa.array([shown, recorded])).to_pylist())
    return len(own & others) / len(own) if own else 0.0


def _pairs(text: str) -> set[tuple[str, str]]:
    return set(pairwise(text))


def review_with_words(
    engine: Engine, shown: str, order_id: str | None
) -> tuple[Mapping[str, Any] | None, float]:
    """Return the review that has the words shown best, and how much of them it has.

    Args:
        engine: Where ``reviews`` can be read.
        shown: Words of a review, as read from a picture.
        order_id: If known, a review of this order is compared as well.
    """
    tests = [f"contains(text, {quote(piece)})" for piece in pieces_of(shown)]
    if order_id is not None:
        tests.append(f"coalesce(CAST(order_id AS VARCHAR) = {quote(order_id)}, false)")
    if not tests:
        return None, 0.0
    n_held = " + ".join(f"CAST({test} AS INTEGER)" for test in tests)
    rows = engine.query(
        f"SELECT * FROM (SELECT review_id, order_id, rating, text, posted_at, {n_held} AS n_held "
        f"FROM reviews WHERE text IS NOT NULL) WHERE n_held > 0 "
        f"ORDER BY n_held DESC, review_id LIMIT {MOST_COMPARED}"
    ).to_pylist()
    alike = [(likeness(shown, row["text"]), row) for row in rows]
    if not alike:
        return None, 0.0
    best, row = max(alike, key=lambda each: each[0])  # of equals the first, by number
    return row, best


def pieces_of(shown: str) -> list[str]:
    """Return short pieces of a text, spread over it, for seeking it."""
    pieces = [
        run[at : at + PIECE]
        for run in _RUN.findall(shown)
        for at in range(0, len(run) - PIECE + 1, PIECE)
    ]
    if len(pieces) <= MOST_PIECES:
        return pieces
    step = len(pieces) / MOST_PIECES
    return [pieces[int(number * step)] for number in range(MOST_PIECES)]

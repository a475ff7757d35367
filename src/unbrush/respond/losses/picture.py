"""Intervals as a picture: for each family its own scale, since families are not compared."""

from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]

WIDTH, STEP, TOP = 420, 18, 8
MOST_ROWS = 24


def picture(families: Sequence[Row]) -> list[Row]:
    """Return for each family and currency its drawing: bars, points and the place of nothing.

    Numbers of the drawing are whole; it is made into SVG where it is shown.
    """
    drawn = []
    for family in families:
        for currency in sorted({row["currency"] for row in family["rows"]}):
            rows = [row for row in family["rows"] if row["currency"] == currency][:MOST_ROWS]
            ends = [row["expected"][key] for row in rows for key in ("low_minor", "high_minor")]
            ends += [row["proved"]["point_minor"] for row in rows if row["proved"]]
            low, high = min(0, *ends), max(1, *ends)
            drawn.append(
                {
                    "family": family["family"],
                    "words": family["words"],
                    "currency": currency,
                    "width": WIDTH,
                    "height": TOP * 2 + STEP * len(rows),
                    "zero": _place(0, low, high),
                    "bars": [_bar(row, at, low, high) for at, row in enumerate(rows)],
                }
            )
    return drawn


def _bar(row: Row, at: int, low: int, high: int) -> Row:
    expected = row["expected"]
    left, right = (_place(expected[key], low, high) for key in ("low_minor", "high_minor"))
    return {
        "y": TOP + STEP * at + STEP // 2,
        "left": left,
        "width": max(1, right - left),
        "point": _place(expected["point_minor"], low, high),
        "proved": row["proved"] and _place(row["proved"]["point_minor"], low, high),
        "title": row["title"],
        "about": row["about"],
        "written": row["written"]["expected"],
    }


def _place(minor: int, low: int, high: int) -> int:
    return round((minor - low) * WIDTH / (high - low))

"""Sparklines: a shop's days as a picture no larger than a word, raw behind clean.

All of a table are drawn over the same days and each to its own height, so that shapes can be
compared and sizes cannot; the numbers stand beside it.
"""

from collections.abc import Mapping
from typing import Any

from unbrush.base.engine import Engine
from unbrush.respond.limits import SHOPS_LISTED

Row = dict[str, Any]

WIDTH, HEIGHT = 120, 26
MOST_BARS = 60
"""Steps of one picture; more days are drawn two and two, or more, together."""


def sparklines(engine: Engine, kind: str) -> dict[int, Row]:
    """Return by listed shop two SVG paths, raw and clean, of its orders by day.

    Reviews, where a shop has no orders; nothing for runs that have no counts by day.

    Args:
        engine: Holds `_listed` and `clean_counts_daily`.
        kind: What is counted: shop or item.
    """
    if not engine.columns("clean_counts_daily"):
        return {}
    number = "day - DATE '1970-01-01'"
    days = f"FROM clean_counts_daily WHERE subject_kind = '{kind}'"
    first = engine.value(f"SELECT min({number}) {days}")
    n_days = engine.value(f"SELECT max({number}) - min({number}) + 1 {days}")
    step = max(1, -(-n_days // MOST_BARS))
    found: dict[int, dict[int, Row]] = {}
    for row in engine.query(_bars_sql(kind, first, step)).to_pylist():
        found.setdefault(row["place"], {})[row["bar"]] = row
    return {place: _drawn(bars, -(-n_days // step)) for place, bars in found.items()}


def _bars_sql(kind: str, first: int, step: int) -> str:
    sums = ", ".join(
        f"CAST(sum(d.{what}_{side}) AS BIGINT) AS {what}_{side}"
        for what in ("orders", "reviews")
        for side in ("raw", "clean")
    )
    return f"""
        SELECT place, (day - DATE '1970-01-01' - {first}) // {step} AS bar, {sums}
        FROM clean_counts_daily d JOIN _listed l ON l.subject_id = d.subject_id
        WHERE d.subject_kind = '{kind}' AND place <= {SHOPS_LISTED}
        GROUP BY 1, 2 ORDER BY 1, 2"""


def _drawn(bars: Mapping[int, Row], n_bars: int) -> Row:
    what = "orders" if any(bar["orders_raw"] for bar in bars.values()) else "reviews"
    most = max(bar[f"{what}_raw"] for bar in bars.values()) or 1
    return {
        "what": what,
        "most": most,
        **{
            side: _path(
                [bars[n][f"{what}_{side}"] if n in bars else 0 for n in range(n_bars)], most
            )
            for side in ("raw", "clean")
        },
    }


def _path(heights: list[int], most: int) -> str:
    """An outline of bars as one path, from the left end of the ground line back to it."""
    step = WIDTH / len(heights)
    parts = [f"M0 {HEIGHT}"]
    before = 0
    for n, height in enumerate(heights):
        if height != before:
            parts.append(f"H{_short(n * step)}V{_short(HEIGHT * (1 - height / most))}")
        before = height
    return f"{''.join(parts)}H{WIDTH}V{HEIGHT}Z"


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")

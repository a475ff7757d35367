"""Timelines: orders and reviews by day, raw against clean, of the market and of single shops."""

from typing import Any

from unbrush.base.clock import DAY_MS
from unbrush.base.engine import Engine
from unbrush.respond.limits import DAYS_DRAWN

WEEK = 7

Row = dict[str, Any]


def market_timeline(engine: Engine) -> Row | None:
    """Return the timeline of the whole market; None if nothing is dated."""
    return _timelines(engine, placed="_placed", posted="_posted", subject="0").get(0)


def shop_timelines(engine: Engine) -> dict[int, Row]:
    """Return the timeline of each shop in `_shop_orders` and `_shop_reviews`, by its place."""
    return _timelines(engine, placed="_shop_orders", posted="_shop_reviews", subject="place")


def _timelines(engine: Engine, *, placed: str, posted: str, subject: str) -> dict[int, Row]:
    first, last = _span(engine, placed, posted)
    if first is None or last is None:
        return {}
    step = _step(last - first + 1)
    n_bars = (last - first) // step + 1
    found: dict[int, Row] = {}
    for row in engine.query(_orders_sql(placed, subject, first, step)).to_pylist():
        line = found.setdefault(row["subject"], _blank(first, step, n_bars))
        line["orders"]["raw"][row["bar"]] = row["raw"]
        line["orders"]["clean"][row["bar"]] = row["clean"]
    for row in engine.query(_reviews_sql(posted, subject, first, step)).to_pylist():
        line = found.setdefault(row["subject"], _blank(first, step, n_bars))
        for side in ("raw", "clean"):
            line["reviews"][side][row["bar"]] = row[side]
            line["rating"][side][row["bar"]] = row[f"rating_{side}"]
    for line in found.values():
        _drop_empty(line)
    return found


def _span(engine: Engine, placed: str, posted: str) -> tuple[int | None, int | None]:
    row = engine.query(
        f"""SELECT min(event_at) // {DAY_MS} AS first, max(event_at) // {DAY_MS} AS last FROM (
            SELECT event_at FROM {placed} WHERE is_counted
            UNION ALL SELECT event_at FROM {posted})"""
    ).to_pylist()[0]
    return row["first"], row["last"]


def _step(n_days: int) -> int:
    """Return how many days one bar holds: one, or as many weeks as keep the bars few."""
    if n_days <= DAYS_DRAWN:
        return 1
    return WEEK * -(-n_days // (WEEK * DAYS_DRAWN))


def _orders_sql(placed: str, subject: str, first: int, step: int) -> str:
    return f"""
        SELECT {subject} AS subject, (event_at // {DAY_MS} - {first}) // {step} AS bar,
            count(*) AS raw, count(*) FILTER (WHERE NOT is_removed) AS clean
        FROM {placed} WHERE is_counted GROUP BY 1, 2 ORDER BY 1, 2"""


def _reviews_sql(posted: str, subject: str, first: int, step: int) -> str:
    # Thousandths as whole numbers: means that do not depend on the order of rows.
    mille = "CAST(round(rating * 1000) AS BIGINT)"
    return f"""
        SELECT {subject} AS subject, (event_at // {DAY_MS} - {first}) // {step} AS bar,
            count(*) AS raw, count(*) FILTER (WHERE NOT is_removed) AS clean,
            round(sum({mille}) / count(rating) / 1000, 3) AS rating_raw,
            round(sum({mille}) FILTER (WHERE NOT is_removed)
                / count(rating) FILTER (WHERE NOT is_removed) / 1000, 3) AS rating_clean
        FROM {posted} GROUP BY 1, 2 ORDER BY 1, 2"""


def _blank(first: int, step: int, n_bars: int) -> Row:
    def both(value: int | None) -> Row:
        return {"raw": [value] * n_bars, "clean": [value] * n_bars}

    return {
        "first_day": first,
        "step": step,
        "orders": both(0),
        "reviews": both(0),
        "rating": both(None),
    }


def _drop_empty(line: Row) -> None:
    """Leave out what a market does not have, so that no empty axis is drawn."""
    if not any(line["orders"]["raw"]):
        line["orders"] = None
    if not any(line["reviews"]["raw"]):
        line["reviews"] = None
    if not any(value is not None for value in line["rating"]["raw"]):
        line["rating"] = None

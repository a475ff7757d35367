"""Every shop and item by the day: what was sold and said of it, with and without what is left out.

An order counts on the day it was placed, and so does what was later given back for it; a review on
the day it was posted. Cancelled orders count on neither side.
"""

from unbrush.base.clock import day_number_sql, offsets_of
from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.judge.clean_counts.measures import MEASURES, sums

KINDS = ("shop", "item")


def count_by_day(engine: Engine, manifest: Manifest) -> None:
    """Leave `_sold` (orders that count, with what was given back) and `clean_counts_daily`.

    Days are those of the platform's time zone; a day without anything has no row.
    """
    engine.view("_sold", _sold_sql())
    first = engine.value("SELECT least(min(o), min(r)) FROM (" + _span_sql("min") + ")")
    last = engine.value("SELECT greatest(max(o), max(r)) FROM (" + _span_sql("max") + ")")
    offsets = offsets_of(manifest.time_zone, first, last)
    engine.create("_by_day", _by_day_sql(offsets))
    parts = [
        f"""SELECT '{kind}' AS subject_kind, {kind}_id AS subject_id, day, {sums()}
            FROM _by_day WHERE {kind}_id IS NOT NULL GROUP BY {kind}_id, day"""
        for kind in KINDS
    ]
    engine.create(
        "clean_counts_daily",
        f"""SELECT * REPLACE (DATE '1970-01-01' + CAST(day AS INTEGER) AS day)
            FROM ({" UNION ALL ".join(parts)}) ORDER BY subject_kind, subject_id, day""",
    )
    engine.drop("_by_day")


def _sold_sql() -> str:
    """Orders with what was given back: never more than was paid, all of it if the status says so.

    An order whose money was given back wholly stays an order, as it does where sales are counted
    when they are paid; it is also told apart, for where they are counted when they are kept.
    """
    return """
        SELECT o.*, f.order_id IS NOT NULL OR status = 'refunded' AS has_refund,
               CASE WHEN f.order_id IS NOT NULL THEN least(f.amount_minor, paid_minor)
                    WHEN status = 'refunded' THEN paid_minor ELSE 0 END AS refunded_minor
        FROM _orders o LEFT JOIN (
            SELECT order_id, CAST(sum(amount_minor) AS BIGINT) AS amount_minor
            FROM refunds GROUP BY order_id) f ON CAST(f.order_id AS VARCHAR) = CAST(o.id AS VARCHAR)
        WHERE counts"""


def _span_sql(end: str) -> str:
    return f"""SELECT (SELECT {end}(placed_at) FROM _orders) AS o,
                      (SELECT {end}(posted_at) FROM _reviews) AS r"""


def _by_day_sql(offsets: list[tuple[int, int]]) -> str:
    def both(measures: dict[str, str]) -> str:
        """Each measure of a row, and the same where the row is not left out."""
        return ", ".join(
            f"sum({measures.get(what, '0')}) AS {what}_raw, "
            f"coalesce(sum({measures.get(what, '0')}) FILTER (WHERE x.id IS NULL), 0)"
            f" AS {what}_clean"
            for what in MEASURES
        )

    is_whole = "has_refund AND refunded_minor >= paid_minor"
    of_order = {
        "orders": "1",
        "turnover_minor": "paid_minor",
        "refunded_orders": f"CASE WHEN {is_whole} THEN 1 ELSE 0 END",
        "refunded_minor": "refunded_minor",
    }
    of_review = {
        "reviews": "1",
        "ratings": "CASE WHEN rating IS NULL THEN 0 ELSE 1 END",
        "rating_milli_sum": "coalesce(CAST(rating * 1000 AS BIGINT), 0)",
    }
    return f"""
        SELECT shop_id, item_id, {day_number_sql("placed_at", offsets)} AS day, {both(of_order)}
        FROM _sold o LEFT JOIN _out x ON x.kind = 'order' AND x.id = o.id GROUP BY 1, 2, 3
        UNION ALL
        SELECT shop_id, item_id, {day_number_sql("posted_at", offsets)} AS day, {both(of_review)}
        FROM _reviews r LEFT JOIN _out x ON x.kind = 'review' AND x.id = r.id GROUP BY 1, 2, 3"""

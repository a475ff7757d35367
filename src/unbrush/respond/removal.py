"""Removal: what each kind of evidence takes out of the counts, and what people put back.

A reader can switch one family off and see every count without it. Only one at a time: two kinds of
evidence that need each other would each seem to remove nothing, and what two remove together is no
sum of what each does.
"""

from typing import Any

from unbrush.base.clock import minute_of
from unbrush.base.engine import Engine
from unbrush.base.words import Words
from unbrush.respond import figures
from unbrush.respond.figures import Money
from unbrush.respond.limits import REVERSALS_LISTED
from unbrush.respond.terms import FAMILIES, KIND, said

Row = dict[str, Any]

WHAT = ("orders", "turnover_minor", "reviews")


def tell_removal(engine: Engine, kind: str, money: Money) -> Row:
    """Return what rests on each family and each detector, over all shops (or items).

    Args:
        engine: Holds `removed_by`; runs of earlier versions do not.
        kind: What is counted: shop or item.
        money: How amounts are written.
    """
    if not engine.columns("removed_by"):
        return {"families": [], "detectors": []}
    rows = engine.query(_sums_sql(kind)).to_pylist()
    return {
        "families": [
            {**_counts(row, money), "words": said(FAMILIES, row["name"])}
            for row in rows
            if row["evidence"] == "family"
        ],
        "detectors": [_counts(row, money) for row in rows if row["evidence"] == "detector"],
    }


def without_each(engine: Engine, kind: str) -> dict[Any, dict[str, Row]]:
    """Return by listed shop and family how much would count again without that family.

    Args:
        engine: Holds `_listed` and `removed_by`.
        kind: What is counted.
    """
    if not engine.columns("removed_by"):
        return {}
    rows = engine.query(
        f"""SELECT place, name, orders_regained, turnover_minor_regained, reviews_regained
        FROM removed_by JOIN _listed USING (subject_id)
        WHERE subject_kind = '{kind}' AND evidence = 'family' ORDER BY place, name"""
    ).to_pylist()
    found: dict[Any, dict[str, Row]] = {}
    for row in rows:
        found.setdefault(row["place"], {})[row["name"]] = {
            what: row[f"{what}_regained"] for what in WHAT
        }
    return found


def tell_restored(engine: Engine, zone: str) -> Row:
    """Return what people restored: each thing said that is in force, the latest first.

    Args:
        engine: Holds `restored`; runs of earlier versions do not.
        zone: The platform's time zone.
    """
    if not engine.columns("restored"):
        return {"rows": [], "n": 0}
    rows = engine.query(
        """SELECT through_kind, through_id, restored_at, restored_by, because,
            count(*) FILTER (WHERE subject_kind = 'order') AS orders,
            count(*) FILTER (WHERE subject_kind = 'review') AS reviews
        FROM restored GROUP BY ALL ORDER BY restored_at DESC, through_kind, through_id"""
    ).to_pylist()
    return {
        "n": len(rows),
        "zone": zone,
        "rows": [
            {
                "kind": said({**KIND, "ring": Words("协同圈", "ring")}, row["through_kind"]),
                "id": figures.outside(row["through_id"]),
                "orders": figures.count(row["orders"]),
                "reviews": figures.count(row["reviews"]),
                "by": figures.outside(row["restored_by"]),
                "because": figures.outside(row["because"]),
                "at": minute_of(row["restored_at"], zone),
            }
            for row in rows[:REVERSALS_LISTED]
        ],
    }


def restored_of(engine: Engine, kind: str) -> dict[Any, int]:
    """Return by listed shop how many of its rows people restored; needs `_listed`."""
    if not engine.columns("restored"):
        return {}
    subject = f"{kind}_id"
    rows = engine.query(
        f"""SELECT place, count(*) AS n FROM _listed JOIN (
            SELECT {subject} AS subject_id FROM _placed JOIN restored r
                ON r.subject_kind = 'order' AND r.subject_id = event_id
            UNION ALL
            SELECT {subject} FROM _posted JOIN restored r
                ON r.subject_kind = 'review' AND r.subject_id = event_id) USING (subject_id)
        GROUP BY place"""
    ).to_pylist()
    return {row["place"]: row["n"] for row in rows}


def is_restored(row: Row) -> bool:
    """Say whether people restored all that was left out of a listed shop: nothing follows then."""
    return row["n_restored"] > 0 and not row["orders_removed"] + row["reviews_removed"]


def _sums_sql(kind: str) -> str:
    sums = ", ".join(
        f"CAST(sum({what}_{how}) AS BIGINT) AS {what}_{how}"
        for what in WHAT
        for how in ("resting", "regained")
    )
    return f"""
        SELECT evidence, name, {sums} FROM removed_by WHERE subject_kind = '{kind}'
        GROUP BY evidence, name
        ORDER BY evidence, sum(orders_resting) + sum(reviews_resting) DESC, name"""


def _counts(row: Row, money: Money) -> Row:
    written = {"orders": figures.count, "turnover_minor": money.whole, "reviews": figures.count}
    return {
        "name": row["name"],
        **{
            f"{what}_{how}": written[what](row[f"{what}_{how}"])
            for what in WHAT
            for how in ("resting", "regained")
        },
    }

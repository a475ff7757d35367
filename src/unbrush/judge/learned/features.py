"""The features of all orders and reviews, and the numbers that a model reads of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unbrush.base.engine import Engine, name, quote
from unbrush.judge.learned.feature import SIGNAL, Feature, of_signal
from unbrush.judge.learned.order_features import ORDER_FEATURES, order_features_sql
from unbrush.judge.learned.review_features import REVIEW_FEATURES, review_features_sql

KINDS = ("order", "review")
"""What a model judges."""

FEATURES: dict[str, tuple[Feature, ...]] = {"order": ORDER_FEATURES, "review": REVIEW_FEATURES}
"""What is known of each kind without any detector."""

RING, COMPANY = "ring", "ring-company"
"""Names under which rings speak as signals: of those tied firmly, and of companions."""

CHUNK = 500_000
"""Rows that are read at once."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """Numbers of some orders or reviews, one row each.

    Attributes:
        ids: Whole numbers or texts, shape (n,).
        values: Shape (n, number of names), without missing values.
    """

    ids: npt.NDArray[np.object_]
    values: Floats


def make_features(engine: Engine, kind: str, *, hindsight_ms: int = 0) -> str:
    """Leave the features of all orders or reviews in ``engine``; return the table's name.

    Args:
        engine: Holds the event tables, `_orders` and `_reviews`.
        kind: One of `KINDS`.
        hindsight_ms: How long after an event others may still be counted for it.
    """
    table = f"_features_{kind}"
    sql = order_features_sql if kind == "order" else review_features_sql
    engine.create(table, sql(hindsight_ms))
    return table


def said_sql(kind: str) -> str:
    """Return a SELECT of id, name, score: what each detector and ring says of orders or reviews.

    Reads `_witnesses`; only what was said of the row itself, not of its review.
    """
    spoken = f"""CASE WHEN signal_id IS NOT NULL THEN name
                      WHEN strength = 'E1' THEN {quote(COMPANY)} ELSE {quote(RING)} END"""
    return f"""SELECT id, {spoken} AS name, max(score) AS score
               FROM _witnesses WHERE kind = {quote(kind)} AND is_direct GROUP BY ALL"""


def features_of(kind: str, names: Sequence[str]) -> list[Feature]:
    """Return the features called ``names``; KeyError for one that is none of the kind's."""
    known = {feature.name: feature for feature in FEATURES[kind]}
    return [
        of_signal(each.removeprefix(SIGNAL)) if each.startswith(SIGNAL) else known[each]
        for each in names
    ]


def matrix_sql(features: str, said: str, names: Sequence[str], where: str = "true") -> str:
    """Return a SELECT of id and one DOUBLE column for each of ``names``.

    Args:
        features: Table or view as `make_features` leaves it.
        said: Table or SELECT in brackets, as `said_sql` returns it.
        names: Columns of ``features``, or ``signal:`` and a detector.
        where: Which rows, said of the columns of ``features``.
    """
    heard = [each.removeprefix(SIGNAL) for each in names if each.startswith(SIGNAL)]
    pivot = "".join(
        f", max(score) FILTER (name = {quote(each)}) AS {name(SIGNAL + each)}" for each in heard
    )
    columns = ", ".join(
        f"CAST(coalesce({name(each)}, 0) AS DOUBLE) AS {name(each)}" for each in names
    )
    return f"""
        SELECT f.id, {columns}
        FROM (SELECT * FROM {features} WHERE {where}) f
        LEFT JOIN (SELECT id{pivot} FROM {said} GROUP BY id) s USING (id)"""


def read_matrix(engine: Engine, sql: str, names: Sequence[str]) -> Matrix:
    """Run what `matrix_sql` returned."""
    rows = engine.query(sql)
    values = np.empty((rows.num_rows, len(names)))
    for place, each in enumerate(names):
        values[:, place] = rows[each].to_numpy()
    values[~np.isfinite(values)] = 0.0
    ids = np.array(rows["id"].to_pylist(), dtype=object)
    return Matrix(ids=ids, values=values)


NEEDS: dict[str, tuple[tuple[str, str], ...]] = {
    "registered": (("accounts", "registered_at"),),
    "shop_age": (("accounts", "registered_at"),),
    "device": (("orders", "device_token"),),
    "ip": (("orders", "ip_token"),),
    "address": (("orders", "address_token"),),
    "payer": (("orders", "payer_token"),),
    "in_live": (("orders", "live_session_id"),),
    "in_campaign": (("orders", "campaign_id"),),
    "in_group": (("orders", "group_id"),),
    "is_gift": (("orders", "is_gift"),),
    "is_own_staff": (("accounts", "staff_of_shop_id"),),
    "paid": (("orders", "paid_minor"),),
    "past_price": (("orders", "paid_minor"),),
    "text": (("reviews", "text"),),
    "rating": (("reviews", "rating"),),
    "order_days": (("reviews", "order_id"),),
    "of_order": (("reviews", "order_id"),),
    "is_disclosed": (("reviews", "is_disclosed_incentive"),),
    "is_ready_made": (("reviews", "text_source"),),
}
"""Columns that features rest on which a market may lack, by how their names begin."""


def needs_of(kind: str, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the columns by table that features of a kind cannot do without."""
    found = {("orders" if kind == "order" else "reviews", "account_id")}
    for each in names:
        for start, columns in NEEDS.items():
            if each.startswith(start):
                found.update(columns)
    return {
        table: tuple(sorted(column for own, column in found if own == table))
        for table in sorted({table for table, _ in found})
    }

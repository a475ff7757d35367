"""Reversing: one thing that a person says of a judged run, and what it changes at once.

The decision stays on record as it was made; what a person said stands above it. Saying the same
twice changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from unbrush.base.engine import Engine, quote
from unbrush.base.errors import SubjectNotFound
from unbrush.base.manifest import Manifest
from unbrush.base.reversals import RESTORE, Reversal, put_reversals
from unbrush.judge.clean_counts import count_clean
from unbrush.judge.clean_counts.restoring import restore
from unbrush.judge.witnesses import name_rows

PLACES = {
    "order": (("orders", "order_id"),),
    "review": (("reviews", "review_id"),),
    "account": (("accounts", "account_id"), ("orders", "account_id"), ("reviews", "account_id")),
    "shop": (("shops", "shop_id"), ("orders", "shop_id"), ("reviews", "shop_id")),
    "item": (("items", "item_id"), ("orders", "item_id"), ("reviews", "item_id")),
    "ring": (("rings", "ring_id"),),
}
"""Where the ids of each kind of subject stand."""

EVER = 2**62
MOST_SHOPS = 10


@dataclass(frozen=True, kw_only=True)
class Change:
    """What came of it.

    Attributes:
        orders: Orders that count again, or that are left out again.
        reviews: Reviews likewise.
        n_later: Rows of the subject that are left out and are of a later time than what was said:
            they are judged anew.
        shops: Counts of shops before and after, those that changed most first.
    """

    orders: int
    reviews: int
    n_later: int
    shops: Sequence[dict[str, Any]]

    @property
    def is_new(self) -> bool:
        """Whether anything changed; else it was said before, or nothing of it is left out."""
        return bool(self.orders or self.reviews)


def reverse(
    engine: Engine, manifest: Manifest, said: Sequence[Reversal], reversal: Reversal
) -> Change:
    """Count again with one more thing said; leave what `count_clean` leaves.

    Args:
        engine: Holds a judged run.
        manifest: What the market has.
        said: What was said before, in order.
        reversal: What is said now.

    Raises:
        SubjectNotFound: Nothing in the market has this id.
    """
    _check_is_there(engine, reversal)
    name_rows(engine, manifest)
    reached = _restored_by(engine, manifest, [replace(reversal, at=EVER)], "_reached")
    of_its_time = _restored_by(engine, manifest, [reversal], "_reached")
    _restored_by(engine, manifest, said, "_was_restored")
    _restored_by(engine, manifest, [*said, reversal], "_reached")
    changed = {kind: _n_changed(engine, kind) for kind in ("order", "review")}
    engine.create("_counted_before", "SELECT * FROM clean_counts WHERE subject_kind = 'shop'")
    count_clean(engine, manifest)
    shops = engine.query(_shops_sql()).to_pylist()
    for table in ("_reached", "_was_restored", "_counted_before"):
        engine.drop(table)
    return Change(
        orders=changed["order"],
        reviews=changed["review"],
        n_later=reached - of_its_time if reversal.action == RESTORE else 0,
        shops=shops,
    )


def _check_is_there(engine: Engine, reversal: Reversal) -> None:
    for table, column in PLACES[reversal.kind]:
        same = f"CAST({column} AS VARCHAR) = {quote(reversal.id)}"
        if engine.columns(table) and engine.value(f"SELECT count(*) FROM {table} WHERE {same}"):
            return
    raise SubjectNotFound(
        f"There is no {reversal.kind} {reversal.id!r} in this market.",
        hint="Ids are those of the source, as they stand in decisions.parquet and in the report.",
    )


def _restored_by(engine: Engine, manifest: Manifest, said: Sequence[Reversal], table: str) -> int:
    """Leave what these words restore as ``table``; return how many rows."""
    put_reversals(engine, said)
    restore(engine, manifest)
    return engine.create(table, "SELECT subject_kind, subject_id FROM restored")


def _n_changed(engine: Engine, kind: str) -> int:
    return engine.value(
        f"""SELECT count(*) FROM (
                SELECT subject_id FROM _was_restored WHERE subject_kind = '{kind}') a
            FULL JOIN (SELECT subject_id FROM _reached WHERE subject_kind = '{kind}') b
                ON a.subject_id = b.subject_id
            WHERE a.subject_id IS NULL OR b.subject_id IS NULL"""
    )


def _shops_sql() -> str:
    what = ("orders", "turnover_minor", "reviews", "rating", "rank")
    both = ", ".join(f"a.{each}_clean AS {each}_before, b.{each}_clean AS {each}" for each in what)
    differ = " OR ".join(f"a.{each}_clean IS DISTINCT FROM b.{each}_clean" for each in what[:3])
    return f"""
        SELECT b.subject_id AS shop, {both}
        FROM clean_counts b JOIN _counted_before a USING (subject_kind, subject_id)
        WHERE {differ}
        ORDER BY abs(b.orders_clean - a.orders_clean) + abs(b.reviews_clean - a.reviews_clean) DESC,
                 b.subject_id
        LIMIT {MOST_SHOPS}"""

"""The days of every shop: what was sold as shown, and what of it was genuine as far as is known."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from unbrush.base.clock import day_number_sql, offsets_of
from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.respond.losses.counterfactual import Days
from unbrush.respond.losses.draws import Array

MILLION = 1_000_000
"""Probabilities are summed as whole millionths: sums then do not depend on the order of rows."""
TOUCHED_SHARE = 0.02
"""From this expected share of fake orders on a shop is no measure for others."""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Shops by days, in one currency.

    Attributes:
        shops: Ids, shape (shops,).
        category: Of each shop; empty if not known.
        is_touched: Whether a shop has orders that are left out, or many that are likely fake.
        first_day: Days since 1970 of the first column.
        raw_orders: Shape (shops, days), as shown.
        orders: The same without fakes, by their probability.
        raw_turnover: Minor units, as shown.
        turnover: Without fakes.
        fakes: Expected fake orders.
        views: Views of the shop's pages; zeros where there are none. Those of accounts with
            suspected orders are left out: they are told to look at others, too.
    """

    shops: list[str]
    category: list[str]
    is_touched: Days
    first_day: int
    raw_orders: Array
    orders: Array
    raw_turnover: Array
    turnover: Array
    fakes: Array
    views: Array

    @property
    def n_days(self) -> int:
        """How many days."""
        return int(self.orders.shape[1])

    def date_of(self, column: int) -> date:
        """Return the day of a column."""
        return date(1970, 1, 1) + timedelta(days=self.first_day + column)

    def window_of(self, row: int) -> tuple[int, int] | None:
        """Return the first column and the one after the last of a shop's fakes.

        A hundredth of them at either end is left aside, so that a single order months before does
        not begin it.
        """
        total = self.fakes[row].sum()
        if total < 1:
            return None
        running = np.cumsum(self.fakes[row]) / total
        first = int(np.searchsorted(running, 0.01))
        last = int(np.searchsorted(running, 0.99))
        return first, min(last, self.n_days - 1) + 1

    def days(self, first: int, last: int) -> Days:
        """Return a mask of the columns from ``first`` up to before ``last``."""
        found = np.zeros(self.n_days, bool)
        found[first:last] = True
        return found

    def clean_shops(self) -> list[str]:
        """Return the shops of which nothing was found."""
        return [
            shop for shop, touched in zip(self.shops, self.is_touched, strict=True) if not touched
        ]

    def untouched(self, but: Collection[str]) -> list[int]:
        """Return rows of shops without fakes in other categories than ``but``."""
        return [
            row
            for row in range(len(self.shops))
            if not self.is_touched[row] and self.category[row] not in but
        ]


def make_panel(engine: Engine, manifest: Manifest, currency: str) -> Panel | None:
    """Return the days of every shop from `loss_orders`; None where nothing was sold.

    Args:
        engine: Holds `loss_orders`, and `interactions`.
        manifest: What was collected.
        currency: Orders in others are left out.
    """
    where = f"FROM loss_orders WHERE currency = '{currency}'"
    table = engine.query(
        f"""SELECT shop_id, any_value(coalesce(category, '')) AS category, day,
                   CAST(count(*) AS DOUBLE) AS raw_orders,
                   CAST(sum({MILLION} - millionths) AS DOUBLE) AS orders,
                   CAST(sum(paid_minor) AS DOUBLE) AS raw_turnover,
                   CAST(sum(paid_minor * ({MILLION} - millionths)) AS DOUBLE) AS turnover,
                   CAST(sum(CASE WHEN is_suspected THEN millionths ELSE 0 END) AS DOUBLE) AS fakes,
                   CAST(sum(CASE WHEN is_suspected THEN 1 ELSE 0 END) AS DOUBLE) AS suspected
            FROM (SELECT *, CAST(round(probability * {MILLION}) AS BIGINT) AS millionths {where})
            GROUP BY shop_id, day ORDER BY shop_id, day"""
    )
    if not len(table):
        return None
    columns = {name: table.column(name).to_numpy(zero_copy_only=False)
               for name in table.column_names}  # fmt: skip
    shops, row = np.unique(columns["shop_id"].astype(str), return_inverse=True)
    first = int(columns["day"].min())
    column = columns["day"].astype(np.int64) - first
    shape = (len(shops), int(column.max()) + 1)

    def spread(name: str) -> Array:
        found = np.zeros(shape)
        found[row, column] = columns[name]
        return found

    category = [""] * len(shops)
    for at, name in zip(row, columns["category"], strict=True):
        category[at] = str(name)
    raw, fakes = spread("raw_orders"), spread("fakes") / MILLION
    is_touched = (spread("suspected").sum(axis=1) > 0) & (
        fakes.sum(axis=1) > np.maximum(1.0, TOUCHED_SHARE * raw.sum(axis=1))
    )
    return Panel(
        shops=[str(each) for each in shops], category=category, is_touched=is_touched,
        first_day=first, raw_orders=raw, orders=spread("orders") / MILLION,
        raw_turnover=spread("raw_turnover"), turnover=spread("turnover") / MILLION,
        fakes=fakes, views=_views(engine, manifest, shops, first, shape),
    )  # fmt: skip


def _views(
    engine: Engine, manifest: Manifest, shops: Iterable[object], first: int, shape: tuple[int, int]
) -> Array:
    found = np.zeros(shape)
    ends = [engine.value(f'SELECT {end}("at") FROM interactions') for end in ("min", "max")]
    day = day_number_sql('e."at"', offsets_of(manifest.time_zone, ends[0], ends[1]))
    rows = engine.query(
        f"""SELECT CAST(coalesce(e.shop_id, i.shop_id) AS VARCHAR) AS shop_id,
                   CAST({day} AS BIGINT) AS day, count(*) AS n
            FROM interactions e LEFT JOIN items i ON i.item_id = e.item_id
            WHERE e.kind = 'view' AND coalesce(e.shop_id, i.shop_id) IS NOT NULL
                AND coalesce(CAST(e.account_id AS VARCHAR), '') NOT IN (
                    SELECT account_id FROM loss_orders
                    WHERE is_suspected AND account_id IS NOT NULL)
            GROUP BY 1, 2"""
    )
    place = {str(shop): row for row, shop in enumerate(shops)}
    for row in rows.to_pylist():
        at, column = place.get(row["shop_id"]), int(row["day"]) - first
        if at is not None and 0 <= column < shape[1]:
            found[at, column] += row["n"]
    return found

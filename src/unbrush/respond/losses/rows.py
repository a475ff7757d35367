"""Orders with what is thought of them: how likely fake, by whom, and whether a person said so."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from unbrush.base.clock import day_number_sql, offsets_of
from unbrush.base.engine import Engine, quote
from unbrush.base.manifest import Manifest
from unbrush.respond.losses.draws import Array, Ids

SUSPECTED = 0.5
"""From this probability on an order is suspected, whether it is left out or not."""


PER_CATEGORY = 200
"""Shops of a category that are looked at, those with most orders, so that a market of any size can
be reckoned; those that a sheet is about are always among them."""


def choose_shops(
    engine: Engine, shops: Sequence[str], *, most: int, rival: str = ""
) -> tuple[str, ...]:
    """Name `loss_shops` (shop_id), whose orders are looked at; return those that are reckoned.

    Args:
        engine: Holds the market and the output of the run.
        shops: In scope.
        most: How many of them are reckoned: those with most orders that are left out.
        rival: A shop that is asked for besides; empty for none.
    """
    listed = ", ".join(map(quote, shops)) or "NULL"
    found = engine.query(
        f"""SELECT CAST(o.shop_id AS VARCHAR) AS shop_id,
                   count(*) FILTER (WHERE d.is_neutralised) AS n
            FROM orders o LEFT JOIN decisions d ON d.subject_kind = 'order'
                AND CAST(d.subject_id AS VARCHAR) = CAST(o.order_id AS VARCHAR)
            WHERE CAST(o.shop_id AS VARCHAR) IN ({listed})
            GROUP BY 1 ORDER BY n DESC, shop_id LIMIT {most}"""
    )
    chosen = tuple(str(each) for each in found.column("shop_id").to_pylist())
    always = ", ".join(map(quote, (*chosen, rival)))
    engine.create(
        "loss_shops",
        f"""
        WITH counted AS (
            SELECT CAST(o.shop_id AS VARCHAR) AS shop_id, count(*) AS n FROM orders o GROUP BY 1),
        placed AS (
            SELECT c.shop_id, row_number() OVER (
                PARTITION BY s.category ORDER BY c.n DESC, c.shop_id) AS place
            FROM counted c LEFT JOIN shops s ON CAST(s.shop_id AS VARCHAR) = c.shop_id)
        SELECT shop_id FROM placed WHERE place <= {PER_CATEGORY} OR shop_id IN ({always})""",
    )
    return chosen


def name_orders(
    engine: Engine,
    manifest: Manifest,
    confirmed: Sequence[tuple[str, str]],
    reversed_: Sequence[tuple[str, str]] = (),
) -> None:
    """Name `loss_orders` in ``engine``: orders of `loss_shops`, with what is thought of them.

    Those that were called off are left out.

    What a person restored is honest; what a person confirmed is fake. A confirmed shop or ring
    stands for those of its orders that are left out. Its columns: order_id, account_id, shop_id,
    item_id, category, day (whole days since 1970, platform's calendar), paid_minor, quantity,
    currency, probability, is_suspected, is_confirmed, cluster.

    Args:
        engine: Holds the market and the output of the run.
        manifest: What was collected.
        confirmed: Kind (order, shop, ring) and id.
        reversed_: The same of what people have said that it is genuine; it goes first.
    """
    for name, said in (("loss_confirmed", confirmed), ("loss_reversed", reversed_)):
        kinds, ids = ([each[place] for each in said] for place in (0, 1))
        engine.put(
            name, pa.table({"kind": pa.array(kinds, pa.string()), "id": pa.array(ids, pa.string())})
        )
    ends = [engine.value(f"SELECT {end}(placed_at) FROM orders") for end in ("min", "max")]
    day = day_number_sql("o.placed_at", offsets_of(manifest.time_zone, ends[0], ends[1]))
    restored = (
        "SELECT CAST(subject_id AS VARCHAR) AS id FROM restored WHERE subject_kind = 'order'"
        if engine.columns("restored")
        else "SELECT NULL AS id WHERE false"
    )
    engine.create(
        "loss_orders",
        f"""
        WITH decided AS (
            SELECT CAST(subject_id AS VARCHAR) AS id, probability, is_neutralised
            FROM decisions WHERE subject_kind = 'order'),
        ringed AS (
            SELECT CAST(a.subject_id AS VARCHAR) AS account, CAST(s.subject_id AS VARCHAR) AS shop,
                   min(a.ring_id) AS ring_id,
                   bool_or(a.ring_id IN (SELECT id FROM loss_confirmed WHERE kind = 'ring'))
                       AS is_confirmed,
                   bool_and(a.ring_id IN (SELECT id FROM loss_reversed WHERE kind = 'ring'))
                       AS is_reversed
            FROM ring_members a JOIN ring_members s
                ON s.ring_id = a.ring_id AND s.subject_kind = 'shop'
            WHERE a.subject_kind = 'account' GROUP BY 1, 2),
        told AS (
            SELECT CAST(o.order_id AS VARCHAR) AS order_id,
                   CAST(o.account_id AS VARCHAR) AS account_id,
                   CAST(o.shop_id AS VARCHAR) AS shop_id, CAST(o.item_id AS VARCHAR) AS item_id,
                   s.category, CAST({day} AS BIGINT) AS day,
                   coalesce(o.paid_minor, 0) AS paid_minor,
                   greatest(coalesce(o.quantity, 1), 1) AS quantity,
                   coalesce(o.currency, '') AS currency,
                   coalesce(d.probability, 0.0) AS probability,
                   coalesce(d.is_neutralised, false) AS is_out, x.id IS NOT NULL
                       OR CAST(o.order_id AS VARCHAR) IN (
                           SELECT id FROM loss_reversed WHERE kind = 'order')
                       OR CAST(o.shop_id AS VARCHAR) IN (
                           SELECT id FROM loss_reversed WHERE kind = 'shop')
                       OR coalesce(r.is_reversed, false) AS is_restored,
                   r.ring_id, coalesce(r.is_confirmed, false) AS ring_confirmed
            FROM orders o
            LEFT JOIN shops s ON CAST(s.shop_id AS VARCHAR) = CAST(o.shop_id AS VARCHAR)
            LEFT JOIN decided d ON d.id = CAST(o.order_id AS VARCHAR)
            LEFT JOIN ({restored}) x ON x.id = CAST(o.order_id AS VARCHAR)
            LEFT JOIN ringed r ON r.account = CAST(o.account_id AS VARCHAR)
                AND r.shop = CAST(o.shop_id AS VARCHAR)
            WHERE coalesce(o.status, '') <> 'cancelled'
                AND CAST(o.shop_id AS VARCHAR) IN (SELECT shop_id FROM loss_shops)),
        judged AS (
            SELECT *, NOT is_restored AND (
                order_id IN (SELECT id FROM loss_confirmed WHERE kind = 'order')
                OR is_out AND (ring_confirmed
                    OR shop_id IN (SELECT id FROM loss_confirmed WHERE kind = 'shop')))
                AS is_confirmed
            FROM told)
        SELECT order_id, account_id, shop_id, item_id, category, day, paid_minor, quantity,
               currency, is_confirmed,
               CASE WHEN is_restored THEN 0.0 WHEN is_confirmed THEN 1.0 ELSE probability END
                   AS probability,
               NOT is_restored AND (is_out OR is_confirmed OR probability >= {SUSPECTED})
                   AS is_suspected,
               CASE WHEN ring_id IS NOT NULL AND probability >= {SUSPECTED}
                   THEN 'ring ' || ring_id ELSE 'buyer ' || account_id END AS cluster
        FROM judged""",
    )
    engine.drop("loss_confirmed")
    engine.drop("loss_reversed")


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Some orders with an amount of each.

    Attributes:
        amount: Shape (orders,), minor units.
        probability: That each is fake.
        cluster: Ring or buyer, whole numbers from 0 without gaps.
        is_confirmed: Whether a person said that it is.
        is_suspected: Whether it is left out, or likely.
        day: Days since 1970.
        currency: ISO code of them all.
    """

    amount: Array
    probability: Array
    cluster: Ids
    is_confirmed: np.ndarray[tuple[int], np.dtype[np.bool_]]
    is_suspected: np.ndarray[tuple[int], np.dtype[np.bool_]]
    day: Ids
    currency: str

    @property
    def expected(self) -> float:
        """The sum of the amounts by their probability."""
        return float((self.amount * self.probability).sum())

    @property
    def n_clusters(self) -> int:
        """How many rings and buyers."""
        return int(self.cluster.max()) + 1 if len(self.cluster) else 0


def rows_of(engine: Engine, sql: str, currency: str) -> Rows:
    """Return the rows of a SELECT over `loss_orders` with a column ``amount``.

    Args:
        engine: Holds `loss_orders`.
        sql: It has amount, probability, cluster, is_confirmed, is_suspected, day, order_id.
        currency: Rows in other currencies are left out.
    """
    table = engine.query(
        f"""SELECT CAST(amount AS DOUBLE) AS amount, probability, is_confirmed, is_suspected, day,
                   CAST(dense_rank() OVER (ORDER BY cluster) - 1 AS BIGINT) AS cluster
            FROM ({sql}) WHERE currency = '{currency}' AND probability > 0 AND amount IS NOT NULL
            ORDER BY cluster, order_id"""
    )
    columns = {name: table.column(name).to_numpy() for name in table.column_names}
    return Rows(**columns, currency=currency)


def currencies(engine: Engine, shops_sql: str) -> list[str]:
    """Return the currencies of the orders of some shops, the most frequent first."""
    found = engine.query(
        f"""SELECT currency, count(*) AS n FROM loss_orders
            WHERE shop_id IN ({shops_sql}) GROUP BY 1 ORDER BY n DESC, currency"""
    )
    return [str(each) for each in found.column("currency").to_pylist()]

"""Order concentration: in some short time, few buyers place nearly all orders of a shop.

What it finds: A shop with a continuous interval of ``window_s`` seconds, starting at any instant
and closed at both ends, in which orders / distinct buyers reaches ``min_ratio``. The answer is
exact over all such intervals, not only over clock hours or intervals that start at an order.

Why it is fake: Orders raise the rank of a shop, and accounts are the scarce part of brushing, so
the same few are made to order again and again. People who buy for themselves rarely place three
orders with one shop within an hour.

Look-alikes: Each is spared by its own evidence only; without those columns every order counts.
A group leader's orders of one group (``group_id``) count once. Orders of one checkout (same buyer,
second, payer and address, paid, of different items) count once, because platforms split baskets.
Gifts to different addresses do not count, nor orders cancelled before payment, nor those of
``bulk_pieces`` or more, as companies buy: who wants many orders does not put many pieces into one.
A market whose times are only dates has no hours and is left alone. Not told apart: a bargain hunter
who orders again and again; that is why one such finding is weak.

Score: Of the interval that says most, (orders - buyers) / (orders + 2): the share of orders that
repeat a buyer already there, with two orders of doubt, so that 3 orders of one buyer give 0.4 and
300 orders of 100 buyers give 0.66.

Check by hand:
1. Open the shop's orders from ``first_at`` on and sort them by time.
2. Count orders and different buyers between ``from_at`` and ``until_at``.
3. Look at the named buyers: what else do they buy, who pays, where do the parcels go?

Cost: One pass over orders; then only hours around a buyer with ``min_ratio`` orders are sorted.
The orders that go along as evidence are those of the named buyers, and of others who ordered at
least twice there: a buyer who came once did nothing to raise the ratio, and stays counted.

References: Shopee Code League 2020, order brushing challenge, whose key it gives exactly.
"""

import math
from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, SECOND_MS, minute_of
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

DOUBT = 2


@dataclass(frozen=True, kw_only=True)
class Params:
    """How long the interval is and how few buyers are too few."""

    window_s: int = bounded(
        3600, at_least=1, at_most=30 * 86_400, doc="Length of the interval in seconds."
    )
    min_ratio: float = bounded(
        3.0, at_least=1.5, at_most=1000, doc="Orders per distinct buyer from which a shop is named."
    )
    bulk_pieces: int = bounded(
        5,
        at_least=2,
        doc="Pieces in one order from which it is a bulk purchase and does not count.",
    )


def sql(params: Params) -> str:
    """Return the SELECT of shops with a qualifying interval.

    An interval is known by its start. An order at ``t`` lies in those that start in
    ``[t - window, t]``, a buyer in the union of that over their orders, so both counts are running
    sums over a line of starts. Places on that line are doubled: ``2s`` is the start ``s`` itself,
    ``2s + 1`` all starts between ``s`` and the next millisecond.
    """
    window = params.window_s * SECOND_MS
    # Where the ratio is reached, some buyer has at least this many orders in the interval.
    repeats = math.ceil(params.min_ratio)
    return f"""
WITH dated AS (
    SELECT min(placed_at) < max(placed_at)
        AND min(placed_at % {DAY_MS}) = max(placed_at % {DAY_MS}) AS is_dates_only
    FROM orders
),
repeated AS (
    SELECT shop_id, account_id FROM orders
    WHERE NOT (SELECT is_dates_only FROM dated)
    GROUP BY shop_id, account_id HAVING count(*) >= {repeats}
),
runs AS (
    SELECT shop_id, placed_at, lag(placed_at, {repeats - 1}) OVER (
        PARTITION BY shop_id, account_id ORDER BY placed_at
    ) AS run_from
    FROM orders JOIN repeated USING (shop_id, account_id)
),
-- An interval that holds a run lies within one window of the run's end.
near AS (
    SELECT DISTINCT shop_id, placed_at // {window} + step AS bucket
    FROM runs, (VALUES (-1), (0), (1)) AS steps (step)
    WHERE placed_at - run_from <= {window}
),
numbered AS (
    SELECT o.shop_id, o.account_id, o.order_id, o.placed_at, o.group_id, o.address_token,
        coalesce(o.is_gift, false) AS is_gift, o.paid_at,
        row_number() OVER (
            PARTITION BY o.shop_id, o.account_id, o.group_id ORDER BY o.placed_at, o.order_id
        ) AS nth_of_group,
        count(*) OVER (
            PARTITION BY o.shop_id, o.account_id, coalesce(o.is_gift, false), o.address_token
        ) AS n_to_address,
        row_number() OVER (checkout ORDER BY o.placed_at, o.order_id) AS nth_of_checkout,
        coalesce(min(o.item_id) OVER checkout < max(o.item_id) OVER checkout, false) AS is_basket
    FROM orders AS o
    JOIN near ON near.shop_id = o.shop_id AND near.bucket = o.placed_at // {window}
    WHERE NOT (o.status IS NOT DISTINCT FROM 'cancelled' AND o.paid_at IS NULL)
        AND coalesce(o.quantity, 1) < {params.bulk_pieces}
    WINDOW checkout AS (
        PARTITION BY o.shop_id, o.account_id, o.placed_at // {SECOND_MS}, o.group_id,
            o.payer_token, o.address_token, o.paid_at IS NULL
    )
),
-- Of a group, and of a checkout, only the first order counts; see Look-alikes.
purchases AS (
    SELECT shop_id, account_id, order_id, placed_at,
        CASE
            WHEN group_id IS NOT NULL THEN nth_of_group = 1
            WHEN paid_at IS NULL OR NOT is_basket THEN true
            ELSE nth_of_checkout = 1
        END AS counts
    FROM numbered
    WHERE NOT (is_gift AND (address_token IS NULL OR n_to_address = 1))
),
visits AS (
    SELECT shop_id, placed_at,
        coalesce(placed_at - lag(placed_at) OVER buyer > {window}, true) AS is_first,
        coalesce(lead(placed_at) OVER buyer - placed_at > {window}, true) AS is_last
    FROM purchases WHERE counts
    WINDOW buyer AS (PARTITION BY shop_id, account_id ORDER BY placed_at, order_id)
),
steps AS (
    SELECT shop_id, 2 * (placed_at - {window}) AS place, 1 AS orders, is_first::INT AS buyers
    FROM visits
    UNION ALL
    SELECT shop_id, 2 * placed_at + 1, -1, -(is_last::INT) FROM visits
    UNION ALL
    SELECT shop_id, 2 * (placed_at - {window}), 0, 0 FROM purchases WHERE NOT counts
    UNION ALL
    SELECT shop_id, 2 * placed_at + 1, 0, 0 FROM purchases WHERE NOT counts
),
places AS (
    SELECT shop_id, place, sum(orders) AS orders, sum(buyers) AS buyers
    FROM steps GROUP BY shop_id, place
),
starts AS (
    SELECT shop_id, place, sum(orders) OVER line AS n_orders, sum(buyers) OVER line AS n_buyers
    FROM places WINDOW line AS (PARTITION BY shop_id ORDER BY place)
),
judged AS (
    SELECT *, n_buyers > 0 AND n_orders >= {params.min_ratio} * n_buyers AS qualifies,
        (n_orders - n_buyers) / (n_orders + {DOUBT}) AS score
    FROM starts
),
reached AS (
    SELECT shop_id, place, max(CASE WHEN qualifies THEN place END) OVER (
        PARTITION BY shop_id ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS last_start
    FROM judged
),
inside AS (
    SELECT p.*
    FROM purchases AS p
    JOIN reached AS r ON r.shop_id = p.shop_id AND r.place = 2 * p.placed_at + 1
    WHERE r.last_start >= 2 * (p.placed_at - {window})
),
buyers AS (
    SELECT shop_id, account_id, sum(counts::INT) AS n_purchases,
        rank() OVER (PARTITION BY shop_id ORDER BY sum(counts::INT) DESC) = 1 AS is_named
    FROM inside GROUP BY shop_id, account_id
),
named AS (
    SELECT shop_id, list(account_id ORDER BY account_id) AS buyers, max(n_purchases) AS n_each
    FROM buyers WHERE is_named GROUP BY shop_id
),
evidence AS (
    SELECT shop_id, list(order_id ORDER BY order_id) AS evidence_ids,
        min(placed_at) AS first_at, max(placed_at) AS last_at
    FROM inside JOIN buyers USING (shop_id, account_id)
    WHERE is_named OR n_purchases > 1
    GROUP BY shop_id
),
densest AS (
    SELECT *, row_number() OVER (PARTITION BY shop_id ORDER BY score DESC, place) AS nth
    FROM judged WHERE qualifies
)
SELECT shop_id AS subject_id, round(score, 6) AS score, evidence_ids,
    n_orders::BIGINT AS n_orders, n_buyers::BIGINT AS n_buyers,
    round(n_orders / n_buyers, 3) AS ratio, buyers, n_each::BIGINT AS n_each,
    -- An odd place stands for the starts just after its instant.
    place // 2 + place % 2 AS from_at, place // 2 + {window} AS until_at,
    first_at, last_at, {params.window_s} AS window_s
FROM densest JOIN named USING (shop_id) JOIN evidence USING (shop_id)
WHERE nth = 1
"""


def explain(facts: Facts) -> Words:
    """Say how many orders came from how few buyers, and when."""
    orders, buyers, ratio = facts["n_orders"], facts["n_buyers"], facts["ratio"]
    minutes, named = facts["window_s"] / 60, len(facts["buyers"])
    since = minute_of(facts["from_at"])
    return Words(
        f"自 {since}（UTC）起 {minutes:g} 分钟内，本店 {orders} 笔订单仅来自 {buyers} 名买家"
        f"（人均 {ratio:g} 笔）；下单最多的 {named} 名买家各 {facts['n_each']} 笔。",
        f"In {counted(minutes, 'minute')} from {since} UTC, {counted(orders, 'order')} of this "
        f"shop came from only {counted(buyers, 'buyer')}, {ratio:g} each; the busiest "
        f"({named:,}) placed {facts['n_each']:,} each.",
    )


DETECTOR = Detector(
    name="order-concentration",
    title=Words("短时间内订单集中于少数买家", "few buyers place many orders in a short time"),
    subject="shop",
    family=Family.TIME,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={"orders": ("order_id", "account_id", "shop_id", "placed_at")},
    uses={
        "orders": (
            "item_id",
            "quantity",
            "paid_at",
            "payer_token",
            "status",
            "address_token",
            "group_id",
            "is_gift",
        )
    },
    evidence="orders",
    look_alikes={
        "group-buying": Words("团长代团员下单", "a group leader orders for the group"),
        "split-checkout": Words(
            "一次结算被拆成多笔订单", "one checkout that the platform split into several orders"
        ),
        "bulk-buying": Words("企业批量采购", "a company that buys by the dozen"),
        "gifts": Words("给不同收件人送礼", "gifts to different people"),
        "payment-retries": Words(
            "付款失败后重新下单", "orders placed again after a failed payment"
        ),
        "dates-only": Words("数据只有日期没有时刻", "times that are only dates"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

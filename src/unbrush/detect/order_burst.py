"""Order burst: a shop's orders of one hour or day far exceed its own usual.

What it finds: A shop with an hour or a day that holds many times the orders that this shop usually
has at that hour of the day, or in a day, after what lifted everybody is taken out.

Why it is fake: Whoever buys rank needs the orders by a date, and whoever is paid for them works
through the list in one sitting. Demand rises over days and for many shops at once; a list of tasks
rises for one shop within the hour.

Look-alikes: Orders with a live session or campaign do not count, and a group counts once. What
other shops of the category, or of the whole market, gained in the same hour or day is taken as
honest (the fullest of them left out, as it may be brushed too), and within a campaign of the
category the shop may gain several times that. When a mention in the news brings buyers it brings
many more who only look, so people who looked at the shop without ordering raise the expectation by
the shop's usual orders per such visitor. A new shop is not judged in its first two weeks. Not told
apart: a mention in a closed chat group looks the same, a gang that lifts a whole category hides,
and so do tasks that are spread evenly over weeks; that is why one such finding is weak.

Score: Of the cell that says most, (orders - expected) / (orders + 10), from 20 orders on that are
4 times the expected and 6 spreads above it. Expected is the median of the shop's own hours (or
days), at least 1, times the lift; spread is the root of the expected and the squared distance
from the median to the upper quartile (as a standard deviation), so that an erratic shop is
allowed more.

Check by hand:
1. Draw the shop's orders by hour around ``at``, beside those of its category.
2. Look for a reason: a campaign, a live stream, a restock, an article.
3. Compare the buyers of the burst with earlier buyers: age of account, region, what they looked at.

Cost: Orders are counted by shop and hour once; history is only built for shops with a full hour or
day, and interactions are only read for shops that remain. What of a cell is honest cannot be told,
so all its counted orders go along as evidence; where the excess sits in single hours, only those.

References: Rousseeuw and Croux 1993, Alternatives to the median absolute deviation.
"""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, HOUR_MS, day_of, minute_of
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

DAY_H = 24
QUARTILE_TO_DEVIATION = 1.4826  # of a normal distribution
DOUBT = 10  # orders
FEW = 2  # orders, so that a quiet crowd's first one is no lift


@dataclass(frozen=True, kw_only=True)
class Params:
    """From where on an hour or day is too full."""

    min_orders: int = bounded(20, at_least=5, doc="Orders in an hour or day before it is judged.")
    min_ratio: float = bounded(4.0, at_least=1.5, doc="Times the expected orders.")
    min_spreads: float = bounded(6.0, at_least=3.0, doc="Spreads above the expected orders.")
    min_days: int = bounded(
        14,
        at_least=7,
        at_most=366,
        doc="Days of history, and age of the shop, before it is judged.",
    )
    campaign_factor: float = bounded(
        3.0, at_least=1.0, doc="How much more than others a shop may gain in a campaign."
    )


def sql(params: Params) -> str:
    """Return the SELECT of shops with a burst; a cell is an hour or day counted from 1970."""
    middle, upper = "(n_days + 1) // 2", "(3 * n_days + 3) // 4"
    return f"""
WITH market AS (
    SELECT min(placed_at) // {DAY_MS} AS first_day, max(placed_at) // {DAY_MS} AS last_day,
        min(placed_at % {DAY_MS}) < max(placed_at % {DAY_MS}) AS has_hours
    FROM orders
),
counted AS (
    SELECT order_id, account_id, shop_id, placed_at // {HOUR_MS} AS hour, group_id
    FROM orders WHERE live_session_id IS NULL AND campaign_id IS NULL
),
hours AS (
    SELECT shop_id, hour, count(*) - count(group_id) + count(DISTINCT group_id) AS n
    FROM counted GROUP BY shop_id, hour
),
days AS (
    SELECT shop_id, hour // {DAY_H} AS day, sum(n)::BIGINT AS n FROM hours
    GROUP BY shop_id, hour // {DAY_H}
),
cells AS (
    SELECT shop_id, 1 AS width, hour AS cell, hour % {DAY_H} AS slot, n
    FROM hours WHERE (SELECT has_hours FROM market)
    UNION ALL
    SELECT shop_id, {DAY_H}, day, 0, n FROM days
),
full_cells AS (SELECT * FROM cells WHERE n >= {params.min_orders}),
full_shops AS (SELECT DISTINCT shop_id FROM full_cells),
-- A shop that sold on the market's first day may be older than the market's records.
lives AS (
    SELECT shop_id, min(placed_at) // {DAY_MS} AS first_day
    FROM orders SEMI JOIN full_shops USING (shop_id) GROUP BY shop_id
),
judged_from AS (
    SELECT shop_id, last_day - l.first_day + 1 AS n_days,
        CASE
            WHEN s.opened_at IS NOT NULL THEN s.opened_at // {DAY_MS} + {params.min_days}
            WHEN l.first_day > m.first_day THEN l.first_day + {params.min_days}
            ELSE l.first_day
        END AS from_day
    FROM lives AS l LEFT JOIN shops AS s USING (shop_id), market AS m
    WHERE last_day - l.first_day + 1 >= {params.min_days}
),
-- Hours without an order have no row, so the rank of a row starts after them.
ranked AS (
    SELECT shop_id, width, slot, n, n_days,
        n_days - count(*) OVER slot_cells + row_number() OVER (slot_cells ORDER BY n) AS rank
    FROM cells
    SEMI JOIN full_cells USING (shop_id, width, slot)
    JOIN judged_from USING (shop_id)
    WINDOW slot_cells AS (PARTITION BY shop_id, width, slot)
),
usual AS (
    SELECT shop_id, width, slot,
        coalesce(max(n) FILTER (WHERE rank <= {middle}), 0) AS median,
        coalesce(max(n) FILTER (WHERE rank <= {upper}), 0) AS quartile
    FROM ranked GROUP BY shop_id, width, slot
),
item_categories AS (
    SELECT shop_id, category, row_number() OVER (
        PARTITION BY shop_id ORDER BY count(*) DESC, category
    ) AS nth
    FROM items WHERE category IS NOT NULL GROUP BY shop_id, category
),
kinds AS (
    SELECT h.shop_id, coalesce(s.category, i.category) AS category
    FROM (SELECT DISTINCT shop_id FROM hours) AS h
    LEFT JOIN shops AS s ON s.shop_id = h.shop_id
    LEFT JOIN item_categories AS i ON i.shop_id = h.shop_id AND i.nth = 1
),
category_cells AS (
    SELECT category, width, cell, slot, sum(n) AS n
    FROM cells JOIN kinds USING (shop_id) WHERE category IS NOT NULL
    GROUP BY category, width, cell, slot
),
-- The whole market is the category without a name.
crowds AS (
    SELECT * FROM category_cells
    UNION ALL
    SELECT NULL, width, cell, slot, sum(n) FROM cells GROUP BY width, cell, slot
),
ranked_crowds AS (
    SELECT category, width, slot, n, last_day - first_day + 1 AS n_days,
        last_day - first_day + 1 - count(*) OVER slot_cells
            + row_number() OVER (slot_cells ORDER BY n) AS rank
    FROM crowds, market
    WINDOW slot_cells AS (PARTITION BY category, width, slot)
),
usual_crowds AS (
    SELECT category, width, slot, coalesce(max(n) FILTER (WHERE rank <= {middle}), 0) AS median
    FROM ranked_crowds GROUP BY category, width, slot
),
-- One shop's burst must not excuse its neighbour's: of the others, the fullest is left out.
leaders AS (
    SELECT crowd.category, c.shop_id, c.width, c.cell, c.n, u.median, row_number() OVER (
        PARTITION BY crowd.category, c.width, c.cell ORDER BY c.n - u.median DESC, c.shop_id
    ) AS nth
    FROM full_cells AS c
    JOIN usual AS u USING (shop_id, width, slot)
    JOIN kinds AS k ON k.shop_id = c.shop_id
    JOIN (SELECT DISTINCT category FROM crowds) AS crowd
        ON crowd.category IS NULL OR crowd.category = k.category
),
rivals AS (
    SELECT own.category, own.shop_id, own.width, own.cell, first.n, first.median
    FROM leaders AS own
    JOIN leaders AS first ON first.width = own.width AND first.cell = own.cell
        AND first.category IS NOT DISTINCT FROM own.category
        AND first.nth = CASE WHEN own.nth = 1 THEN 2 ELSE 1 END
),
lifts AS (
    SELECT c.shop_id, c.width, c.cell, max(
        (crowd.n - c.n - coalesce(r.n, 0) + {FEW})
        / (greatest(normal.median - own.median - coalesce(r.median, 0), 0) + {FEW})
    ) AS lift
    FROM full_cells AS c
    JOIN usual AS own USING (shop_id, width, slot)
    JOIN kinds AS k ON k.shop_id = c.shop_id
    JOIN crowds AS crowd ON crowd.width = c.width AND crowd.cell = c.cell
        AND (crowd.category IS NULL OR crowd.category = k.category)
    JOIN usual_crowds AS normal ON normal.width = c.width AND normal.slot = c.slot
        AND normal.category IS NOT DISTINCT FROM crowd.category
    LEFT JOIN rivals AS r ON r.shop_id = c.shop_id AND r.width = c.width AND r.cell = c.cell
        AND r.category IS NOT DISTINCT FROM crowd.category
    GROUP BY c.shop_id, c.width, c.cell
),
allowances AS (
    SELECT DISTINCT c.shop_id, c.width, c.cell
    FROM full_cells AS c
    JOIN kinds AS k ON k.shop_id = c.shop_id
    JOIN campaigns AS g ON g.starts_at < (c.cell + 1) * c.width * {HOUR_MS}
        AND g.ends_at > c.cell * c.width * {HOUR_MS}
        AND (g.category IS NULL OR g.category = k.category)
),
measured AS (
    SELECT c.shop_id, c.width, c.cell, c.slot, c.n, own.median, greatest(l.lift, 1) AS lift,
        greatest(own.median, 1) * greatest(l.lift, 1)
            * CASE WHEN a.cell IS NULL THEN 1 ELSE {params.campaign_factor} END AS expected,
        {QUARTILE_TO_DEVIATION} * (own.quartile - own.median) * greatest(l.lift, 1) AS deviation
    FROM full_cells AS c
    JOIN usual AS own USING (shop_id, width, slot)
    JOIN judged_from AS j ON j.shop_id = c.shop_id AND c.cell * c.width // {DAY_H} >= j.from_day
    JOIN lifts AS l ON l.shop_id = c.shop_id AND l.width = c.width AND l.cell = c.cell
    LEFT JOIN allowances AS a ON a.shop_id = c.shop_id AND a.width = c.width AND a.cell = c.cell
),
suspects AS (
    SELECT * FROM measured
    WHERE n >= {params.min_ratio} * expected
        AND n - expected >= {params.min_spreads} * sqrt(expected + deviation * deviation)
),
looks AS (
    SELECT DISTINCT coalesce(i.shop_id, t.shop_id) AS shop_id, i.at // {HOUR_MS} AS hour,
        i.account_id
    FROM interactions AS i LEFT JOIN items AS t ON i.shop_id IS NULL AND t.item_id = i.item_id
    WHERE coalesce(i.shop_id, t.shop_id) IN (SELECT shop_id FROM suspects)
),
lookers AS (
    SELECT l.shop_id, l.hour, count(*) AS n
    FROM looks AS l
    ANTI JOIN counted AS o
        ON o.shop_id = l.shop_id AND o.account_id = l.account_id
        AND o.hour // {DAY_H} = l.hour // {DAY_H}
    GROUP BY l.shop_id, l.hour
),
totals AS (
    SELECT shop_id, sum(n) AS n_orders FROM days SEMI JOIN suspects USING (shop_id) GROUP BY shop_id
),
visitors AS (
    SELECT s.shop_id, s.width, s.cell, sum(v.n) AS elsewhere_and_here,
        coalesce(sum(v.n) FILTER (WHERE v.hour // s.width = s.cell), 0) AS here
    FROM suspects AS s JOIN lookers AS v USING (shop_id) GROUP BY s.shop_id, s.width, s.cell
),
-- Orders per visitor at other times, had there been one more visitor and the burst's share fair.
explained AS (
    SELECT s.*, coalesce(
        v.here * (t.n_orders - s.n) / (v.elsewhere_and_here - v.here + {DOUBT}), 0
    ) AS by_visitors
    FROM suspects AS s
    JOIN totals AS t USING (shop_id)
    LEFT JOIN visitors AS v ON v.shop_id = s.shop_id AND v.width = s.width AND v.cell = s.cell
),
bursts AS (
    SELECT shop_id, width, cell, n, median, lift, greatest(expected, by_visitors) AS expected
    FROM explained WHERE n >= {params.min_ratio} * greatest(expected, by_visitors)
),
in_hours AS (
    SELECT shop_id, cell // {DAY_H} AS day, sum(n - expected) AS excess
    FROM bursts WHERE width = 1 GROUP BY shop_id, cell // {DAY_H}
),
-- Where full hours hold most of a full day's excess, the rest of that day is left alone.
named AS (
    SELECT b.*, round((b.n - b.expected) / (b.n + {DOUBT}), 6) AS score
    FROM bursts AS b
    LEFT JOIN in_hours AS h ON b.width = {DAY_H} AND h.shop_id = b.shop_id AND h.day = b.cell
    WHERE coalesce(h.excess, 0) < (b.n - b.expected) / 2
),
evidence AS (
    SELECT o.shop_id, o.order_id FROM counted AS o
    JOIN named AS b ON b.width = 1 AND b.shop_id = o.shop_id AND b.cell = o.hour
    UNION
    SELECT o.shop_id, o.order_id FROM counted AS o
    JOIN named AS b ON b.width = {DAY_H} AND b.shop_id = o.shop_id AND b.cell = o.hour // {DAY_H}
),
listed AS (
    SELECT shop_id, list(order_id ORDER BY order_id) AS evidence_ids FROM evidence GROUP BY shop_id
),
fullest AS (
    SELECT *, count(*) OVER (PARTITION BY shop_id) AS n_bursts,
        row_number() OVER (PARTITION BY shop_id ORDER BY score DESC, width, cell) AS nth
    FROM named
)
SELECT shop_id AS subject_id, score, evidence_ids, n AS n_orders, round(expected, 2) AS expected,
    median::BIGINT AS usual, round(lift, 2) AS lift, width AS hours,
    cell * width * {HOUR_MS} AS at, n_bursts
FROM fullest JOIN listed USING (shop_id)
WHERE nth = 1
"""


def explain(facts: Facts) -> Words:
    """Say how full the fullest hour or day was and what was to be expected."""
    n_orders, expected, n_bursts = facts["n_orders"], facts["expected"], facts["n_bursts"]
    if facts["hours"] == 1:
        when = minute_of(facts["at"])
        zh, en = f"{when}（UTC）起的一小时", f"in the hour from {when} UTC"
    else:
        when = day_of(facts["at"])
        zh, en = f"{when}（UTC）一天", f"on {when} (UTC)"
    return Words(
        f"本店{zh}内有 {n_orders} 笔订单，按自身历史与同类涨幅应约为 {expected:g} 笔；"
        f"共有 {n_bursts} 个这样的时段。",
        f"{counted(n_orders, 'order')} {en}, where the shop's own history and the lift of its "
        f"category suggest about {expected:g}; {counted(n_bursts, 'such peak')} in all.",
    )


DETECTOR = Detector(
    name="order-burst",
    title=Words("订单量突增", "a burst of orders"),
    subject="shop",
    family=Family.TIME,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={"orders": ("order_id", "account_id", "shop_id", "placed_at")},
    uses={
        "orders": ("campaign_id", "live_session_id", "group_id"),
        "campaigns": ("category", "starts_at", "ends_at"),
        "interactions": ("at", "account_id", "item_id", "shop_id"),
        "items": ("shop_id", "category"),
        "shops": ("category", "opened_at"),
    },
    evidence="orders",
    look_alikes={
        "live-stream": Words("直播带来的订单", "orders from a live stream"),
        "campaign": Words("平台大促", "a campaign of the platform"),
        "group-buying": Words("拼团、接龙", "group buying"),
        "category-season": Words("同类商品一起热销", "a season that lifts the whole category"),
        "news-surge": Words(
            "新闻或达人提及引来大量访客", "news or a mention that brings many visitors"
        ),
        "shop-opening": Words("新店开业", "the opening of a new shop"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

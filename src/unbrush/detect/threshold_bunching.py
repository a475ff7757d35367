"""Threshold bunching: a shop's sales reach an activity's entry line in its last days, then fall.

What it finds: Shops whose orders in the ``window_days`` before enrolment for a campaign closes come
    to just over a line at which many shops stop, that would have missed it at the pace they had
    before, and that fall back once the line is passed.
Why it is fake: A campaign takes shops from a number of sales on. Whoever is short of it buys the
    rest in the last days, no more than needed, and stops. Sales have no reason to know the line:
    without bunching, about as many shops end just under a number as just over it.
Look-alikes: Promotion before an event raises sales, but they do not stop just over the line, and
    seldom do so many shops together; a shop that only grows, goes on. What the category gained in
    the same days, and lost after them, is expected of all its shops. Orders with a campaign, a live
    session or a group do not count, nor do goods sold ``min_cut`` below their usual price, as in a
    presale. Where no line shows and none is given, nothing is said. Not told apart: a seller's
    honest effort that happens to stop there; that is why this is weak.
Score: 1 - expected / found orders of the last ``late_days``, where expected is the pace before,
    times the category's lift; times the share of shops just over the line that are too many there.
    A line and a day of closing (0 to 14 days before the start) are learned for each campaign: those
    with the most shops within ``width`` over against under it, if chance makes it at most
    ``max_false`` times in a market, and the day after which these fall most; ``line`` and
    ``closes_days`` may be given instead.
Check by hand: 1. Look up the campaign's rules: is this the line and the day? 2. Draw the shop's
    orders by day up to the start. 3. Compare the buyers of the last days with those before.
Cost: Orders are counted by shop and day once and joined with some 30 days for each campaign and
    day of closing; goods' prices are only read for shops just over a line.
References: Kleven and Waseem 2013, bunching at notches; the binomial tail bounded by the relative
    entropy (Chernoff), shared among all lines tried; domain notes T11.
"""

import math
from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, day_of
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

CLOSES = (0, 1, 2, 3, 5, 7, 10, 14)  # days before the start
LEARN = -1
MIN_CATEGORY = 50  # orders of others before, by which a category's course is known
MIN_PRICES = 3  # earlier days of an item by which its price is known
MIN_OVER = 5  # shops just over a line


@dataclass(frozen=True, kw_only=True)
class Params:
    """When a shop stops too near a line."""

    line: int = bounded(0, at_least=0, doc="Orders that a campaign asks for; 0 learns it.")
    closes_days: int = bounded(
        LEARN,
        at_least=LEARN,
        at_most=60,
        doc="Days before the start on which enrolment closes; -1 learns them.",
    )
    window_days: int = bounded(
        30, at_least=10, at_most=90, doc="Days before closing whose orders are counted."
    )
    late_days: int = bounded(
        7, at_least=2, at_most=30, doc="Last days of the window, in which orders are bought."
    )
    width: float = bounded(
        0.1, at_least=0.01, at_most=0.5, doc="How far over the line is just over, as a share of it."
    )
    min_line: int = bounded(20, at_least=5, doc="Smallest line that is looked for.")
    min_ratio: float = bounded(
        2.0, at_least=1.2, doc="Times the expected orders in the last days, and after them."
    )
    min_cut: float = bounded(
        0.1, at_least=0.01, at_most=0.9, doc="Share below the usual price that draws buyers."
    )
    max_false: float = bounded(
        0.01,
        at_least=1e-300,
        at_most=1.0,
        doc="Expected lines in a whole market in which no campaign has one.",
    )


def sql(params: Params) -> str:
    """Return the SELECT of shops that stopped just over a line; days are counted from 1970."""
    window, late = params.window_days, params.late_days
    closes = CLOSES if params.closes_days == LEARN else (params.closes_days,)
    values = ", ".join(f"({days})" for days in closes)
    tried = (
        f"line BETWEEN {params.line} AND {params.line}"
        if params.line
        else f"line >= {params.min_line}"
    )
    surely = (
        "true"
        if params.line
        else f"n_over * ln(2.0 * n_over / (n_over + n_under)) + CASE WHEN n_under = 0 THEN 0 ELSE "
        f"n_under * ln(2.0 * n_under / (n_over + n_under)) END "
        f">= ln(n_tests) - {math.log(params.max_false)}"
    )
    return f"""
WITH market AS (
    SELECT min(placed_at) // {DAY_MS} AS first_day, max(placed_at) // {DAY_MS} AS last_day
    FROM orders
),
counted AS (
    SELECT order_id, shop_id, item_id, placed_at // {DAY_MS} AS day,
        paid_minor // greatest(1, coalesce(quantity, 1)) AS price
    FROM orders
    WHERE live_session_id IS NULL AND campaign_id IS NULL AND group_id IS NULL
        AND status IS DISTINCT FROM 'cancelled'
),
shop_days AS (SELECT shop_id, day, count(*) AS n FROM counted GROUP BY shop_id, day),
-- Campaigns of one start and category are one; its window and what follows must be on record.
gates AS (
    SELECT g.start_day, g.category, c.closes, g.start_day - c.closes AS closing_day
    FROM (SELECT DISTINCT starts_at // {DAY_MS} AS start_day, category FROM campaigns) AS g
    CROSS JOIN (VALUES {values}) AS c(closes), market AS m
    WHERE g.start_day - c.closes - {window} >= m.first_day
        AND g.start_day - c.closes + {late} - 1 <= m.last_day
),
kinds AS (
    SELECT d.shop_id, coalesce(s.category, i.category) AS category
    FROM (SELECT DISTINCT shop_id FROM shop_days) AS d
    LEFT JOIN shops AS s ON s.shop_id = d.shop_id
    LEFT JOIN (
        SELECT shop_id, category FROM items WHERE category IS NOT NULL
        GROUP BY shop_id, category
        QUALIFY row_number() OVER (PARTITION BY shop_id ORDER BY count(*) DESC, category) = 1
    ) AS i ON i.shop_id = d.shop_id
),
sums AS (  -- early and late in the window, and as many days after it
    SELECT g.start_day, g.closes, g.closing_day, g.category AS asked, d.shop_id, k.category,
        sum(d.n) FILTER (WHERE d.day < g.closing_day)::BIGINT AS n,
        coalesce(sum(d.n) FILTER (WHERE d.day < g.closing_day - {late}), 0)::BIGINT AS n_early,
        coalesce(sum(d.n) FILTER (WHERE d.day BETWEEN g.closing_day - {late}
            AND g.closing_day - 1), 0)::BIGINT AS n_late,
        coalesce(sum(d.n) FILTER (WHERE d.day >= g.closing_day), 0)::BIGINT AS n_after
    FROM gates AS g
    JOIN shop_days AS d ON d.day >= g.closing_day - {window} AND d.day < g.closing_day + {late}
    JOIN kinds AS k ON k.shop_id = d.shop_id AND (g.category IS NULL OR g.category = k.category)
    GROUP BY ALL
),
totals AS (
    SELECT start_day, closes, asked, n AS line, count(*) AS n_shops,
        sum(n_late - n_after)::BIGINT AS n_fallen
    FROM sums WHERE n > 0 GROUP BY start_day, closes, asked, n
),
-- The line itself counts as over it; as many numbers are under it.
near AS (
    SELECT *, greatest(1, ceil({params.width} * line))::BIGINT AS reach FROM (
        SELECT start_day, closes, asked, {params.line or "line"} AS line
        FROM totals GROUP BY ALL
    ) WHERE {tried}
),
bunches AS (
    SELECT l.start_day, l.closes, l.asked, l.line, l.reach,
        coalesce(sum(t.n_shops) FILTER (WHERE t.line >= l.line), 0)::BIGINT AS n_over,
        coalesce(sum(t.n_shops) FILTER (WHERE t.line < l.line), 0)::BIGINT AS n_under,
        coalesce(sum(t.n_fallen) FILTER (WHERE t.line >= l.line), 0)::BIGINT AS n_fallen
    FROM near AS l JOIN totals AS t ON t.start_day = l.start_day AND t.closes = l.closes
        AND t.asked IS NOT DISTINCT FROM l.asked
        AND t.line >= l.line - l.reach AND t.line < l.line + l.reach
    GROUP BY ALL
),
tests AS (SELECT count(*) AS n_tests FROM bunches WHERE n_over + n_under > 0),
clear AS (  -- for each campaign and day of closing the clearest line
    SELECT b.*, greatest(0, n_over - n_under) / n_over AS excess
    FROM bunches AS b, tests
    WHERE {"n_over > 0" if params.line else f"n_over >= {MIN_OVER} AND n_over > n_under"}
        AND {surely}
    QUALIFY row_number() OVER (
        PARTITION BY start_day, asked, closes
        ORDER BY (n_over - n_under) * (n_over - n_under) / (n_over + n_under) DESC, line
    ) = 1
),
lines AS (  -- and of these days the one after which shops over the line fall most
    SELECT * FROM clear
    QUALIFY row_number() OVER (PARTITION BY start_day, asked ORDER BY n_fallen DESC, closes) = 1
),
-- Everybody's course, without the shops just over the line: they must not excuse each other.
courses AS (
    SELECT s.start_day, s.closes, s.asked, s.category, sum(s.n_early)::BIGINT AS n_early,
        sum(s.n_late)::BIGINT AS n_late, sum(s.n_after)::BIGINT AS n_after
    FROM sums AS s JOIN lines AS l ON l.start_day = s.start_day AND l.closes = s.closes
        AND l.asked IS NOT DISTINCT FROM s.asked
    WHERE s.n IS NULL OR s.n < l.line OR s.n >= l.line + l.reach
    GROUP BY s.start_day, s.closes, s.asked, s.category
),
markets AS (
    SELECT start_day, closes, asked, sum(n_early) AS n_early, sum(n_late) AS n_late,
        sum(n_after) AS n_after
    FROM courses GROUP BY start_day, closes, asked
),
over AS (
    SELECT s.*, l.line, l.reach, l.n_over, l.n_under, l.excess
    FROM sums AS s JOIN lines AS l ON l.start_day = s.start_day AND l.closes = s.closes
        AND l.asked IS NOT DISTINCT FROM s.asked
    WHERE s.n >= l.line AND s.n < l.line + l.reach
),
sold AS (SELECT c.* FROM counted AS c SEMI JOIN over USING (shop_id)),
priced AS (
    SELECT shop_id, item_id, day, median(price) OVER earlier AS usual_price,
        count(price) OVER earlier AS n_prices
    FROM (
        SELECT shop_id, item_id, day, median(price) AS price
        FROM sold WHERE item_id IS NOT NULL GROUP BY shop_id, item_id, day
    )
    WINDOW earlier AS (PARTITION BY shop_id, item_id ORDER BY day
        RANGE BETWEEN {window} PRECEDING AND 1 PRECEDING)
),
open_orders AS (
    SELECT s.order_id, s.shop_id, s.day FROM sold AS s
    LEFT JOIN priced AS p
        ON p.shop_id = s.shop_id AND p.item_id = s.item_id AND p.day = s.day
    WHERE NOT coalesce(p.n_prices >= {MIN_PRICES}
        AND s.price <= (1 - {params.min_cut}) * p.usual_price, false)
),
last_days AS (
    SELECT o.start_day, o.asked, o.shop_id, count(*) AS n_open,
        list(w.order_id ORDER BY w.order_id) AS evidence_ids
    FROM over AS o JOIN open_orders AS w ON w.shop_id = o.shop_id
        AND w.day >= o.closing_day - {late} AND w.day < o.closing_day
    GROUP BY o.start_day, o.asked, o.shop_id
),
measured AS (
    SELECT o.*, d.n_open, d.evidence_ids,
        -- Half an order of doubt, for a shop that sold nothing before.
        (o.n_early + 0.5) * {late} / {window - late} * greatest(1, coalesce(
            CASE WHEN c.n_early >= {MIN_CATEGORY}
                THEN 1.0 * c.n_late / c.n_early * {window - late} / {late} END,
            CASE WHEN m.n_early >= {MIN_CATEGORY}
                THEN 1.0 * m.n_late / m.n_early * {window - late} / {late} END,
            1)) AS expected,
        -- A category that falls after the closing day takes its shops along.
        least(1, coalesce(
            CASE WHEN c.n_late >= {MIN_CATEGORY} THEN 1.0 * c.n_after / c.n_late END,
            CASE WHEN m.n_late >= {MIN_CATEGORY} THEN 1.0 * m.n_after / m.n_late END,
            1)) AS others_keep
    FROM over AS o
    JOIN last_days AS d ON d.start_day = o.start_day AND d.shop_id = o.shop_id
        AND d.asked IS NOT DISTINCT FROM o.asked
    LEFT JOIN courses AS c ON c.start_day = o.start_day AND c.closes = o.closes
        AND c.asked IS NOT DISTINCT FROM o.asked AND c.category = o.category
    LEFT JOIN markets AS m ON m.start_day = o.start_day AND m.closes = o.closes
        AND m.asked IS NOT DISTINCT FROM o.asked
),
found AS (
    SELECT *, round((1 - expected / n_open) * {"1" if params.line else "excess"}, 6) AS score,
        count(*) OVER (PARTITION BY shop_id) AS n_campaigns
    FROM measured
    WHERE n_early + expected < line
        AND n_open >= {params.min_ratio} * expected
        AND n_open - expected >= 3 * sqrt(expected)
        AND {params.min_ratio} * n_after <= n_late * others_keep
)
SELECT shop_id AS subject_id, score, evidence_ids, line, n AS n_orders, n_late,
    round(expected, 2) AS expected, n_after, n_over, n_under, {late} AS late_days, closes,
    start_day * {DAY_MS} AS starts_at, n_campaigns
FROM found
QUALIFY row_number() OVER (
    PARTITION BY shop_id ORDER BY score DESC, start_day, asked NULLS FIRST
) = 1
"""


def explain(facts: Facts) -> Words:
    """Say how the shop reached the line, what its pace let expect, and how many stop there."""
    line, n_orders, n_late = facts["line"], facts["n_orders"], facts["n_late"]
    expected, after, days = facts["expected"], facts["n_after"], facts["late_days"]
    over, under, start = facts["n_over"], facts["n_under"], day_of(facts["starts_at"])
    return Words(
        f"{start}（UTC）开始的活动报名截止前，本店销量达到 {n_orders} 笔，刚过 {line} 笔的门槛；"
        f"最后 {days} 天有 {n_late} 笔，按此前节奏与同类涨幅应约 {expected:g} 笔，"
        f"随后同样天数只有 {after} 笔。有 {over} 家店刚过此数，只有 {under} 家略少于此数。",
        f"Before enrolment for the campaign of {start} UTC closed, this shop reached "
        f"{counted(n_orders, 'order')}, just over a line of {line:,}: {n_late:,} in the last "
        f"{counted(days, 'day')}, where its pace and the category let expect about {expected:g}, "
        f"and {after:,} in as many days after. Just over that number stop "
        f"{counted(over, 'shop')}, just under it {under:,}.",
    )


DETECTOR = Detector(
    name="threshold-bunching",
    title=Words("销量刚好冲过活动门槛后回落", "sales that just reach a line, then fall"),
    subject="shop",
    family=Family.TIME,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "campaigns": ("campaign_id", "starts_at"),
        "orders": ("order_id", "shop_id", "placed_at"),
    },
    uses={
        "campaigns": ("category",),
        "items": ("shop_id", "category"),
        "orders": (
            "item_id",
            "quantity",
            "paid_minor",
            "status",
            "campaign_id",
            "live_session_id",
            "group_id",
        ),
        "shops": ("shop_id", "category"),
    },
    evidence="orders",
    look_alikes={
        "pre-event-promotion": Words("活动前的正常促销", "promotion before an event"),
        "presale-price": Words("预售降价", "lower prices of a presale"),
        "steady-near-the-line": Words("本就接近门槛的店铺", "a steady shop near the line"),
        "growing": Words("持续增长的店铺", "a shop that goes on growing"),
        "category-course": Words("整个品类先涨后落", "a category that rises and falls"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

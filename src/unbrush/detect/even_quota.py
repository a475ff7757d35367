"""Even quota: a shop's orders come in equal daily portions, more even than chance lets them be.

What it finds: Two, four or eight weeks in which the new buyers of a shop, or of one of its items,
    come in numbers that differ less from day to day than independent people's would.
Why it is fake: Who buys orders buys so many a day ("30 单, 10 天放完"), small enough not to stand
    out. People who do not know of each other make counts that scatter at least as their root
    (Poisson), and weekends, weather and sales only add to that; nothing honest takes away from it
    but a limit.
Look-alikes: Subscriptions are even by design, so only an account's first order in the shop counts.
    A workshop with a daily limit never goes beyond it and mostly reaches it: so does a series that
    stands at its highest day for half of the time and is never above it, nor is a shop found whose
    other weeks are as even, nor one in a category where half of the others are. Shops that sell
    less than ``min_per_day`` are not judged: small whole numbers cannot scatter. Orders with a
    campaign, a live session or a group do not count. Not told apart: a quota kept to the order with
    no honest trade on top looks like a daily limit; a limit raised for some weeks looks like a
    quota. That is why this is weak evidence.
Score: 1 - (index of dispersion / what is usual), which is the share of the orders that came by
    quota, if the others came by chance. Usual is 1 (Poisson), or less where the shop's other weeks
    or its category are more even. Chance alone makes at most ``max_false`` findings in a market.
Check by hand: 1. Write down the orders of each day: is it the same number again and again? 2. Does
    the shop state a daily limit? 3. Take the buyers of several such days: who are they, where else
    did they buy, did anybody look without buying?
Cost: Two groupings of orders into days and weeks, window sums by integer frames; first orders are
    only looked up for shops with an even series. What of a day is honest cannot be told, so all
    first orders of the even windows of the series that says most go along as evidence.
References: Fisher 1950, index of dispersion; the lower tail of chi-squared by Chernoff's bound,
    (x e^(1-x))^(k/2) at x times its k degrees of freedom; domain notes T1.
"""

import math
from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, day_of
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

WINDOWS = (14, 28, 56)  # days; a window starts every week
WEEK = 7
MAYBE = 0.6  # evenness of all orders from which the first ones are looked at
MIN_CATEGORY = 5  # other shops by which a category's evenness is known
FLOOR = 0.02  # of the index of dispersion, below which it says no more


@dataclass(frozen=True, kw_only=True)
class Params:
    """When days are too much alike."""

    min_per_day: float = bounded(
        3.0, at_least=1.0, doc="Mean of first orders a day before evenness is judged."
    )
    max_ratio: float = bounded(
        0.4, at_least=0.05, at_most=0.9, doc="Dispersion, as a share of the usual, to be too even."
    )
    max_false: float = bounded(
        0.01,
        at_least=1e-300,
        at_most=1.0,
        doc="Expected findings in a whole market in which chance alone is at work.",
    )
    limit_share: float = bounded(
        0.5, at_least=0.1, at_most=1.0, doc="Share of days at the highest that makes it a limit."
    )


def _windows_sql(series: str, weeks: str) -> str:
    """Return the SELECT of windows over ``weeks`` (the columns of ``series``, week, n, squares).

    Columns: those of ``series``, first_week, length in days, n, squares. A window that does not lie
    within the market's days is left out; a week without an order has no row and adds nothing.
    """
    return "\n    UNION ALL\n    ".join(
        f"""SELECT {series}, week AS first_week, {length} AS length,
        sum(n) OVER frame::BIGINT AS n, sum(squares) OVER frame::BIGINT AS squares
    FROM {weeks}, market
    WINDOW frame AS (
        PARTITION BY {series} ORDER BY week
        RANGE BETWEEN CURRENT ROW AND {length // WEEK - 1} FOLLOWING
    )
    QUALIFY {WEEK} * week + {length} - 1 <= last_day"""
        for length in WINDOWS
    )


def sql(params: Params) -> str:
    """Return the SELECT of shops; a series is a shop (item_id null) or one of its items."""
    ratio = "(1.0 * w.squares * w.length - w.n * w.n) / w.n / (w.length - 1)"
    return f"""
WITH market AS (
    SELECT min(placed_at) // {DAY_MS} AS first_day, max(placed_at) // {DAY_MS} AS last_day
    FROM orders
),
counted AS (
    SELECT order_id, account_id, shop_id, item_id, placed_at, placed_at // {DAY_MS} AS day
    FROM orders
    WHERE live_session_id IS NULL AND campaign_id IS NULL AND group_id IS NULL
),
item_days AS (
    SELECT shop_id, item_id, day, count(*) AS n FROM counted GROUP BY shop_id, item_id, day
),
shop_days AS (SELECT shop_id, day, sum(n)::BIGINT AS n FROM item_days GROUP BY shop_id, day),
item_weeks AS (
    SELECT shop_id, item_id, day // {WEEK} AS week, sum(n) AS n, sum(n * n) AS squares
    FROM item_days WHERE item_id IS NOT NULL GROUP BY shop_id, item_id, day // {WEEK}
),
shop_weeks AS (
    SELECT shop_id, day // {WEEK} AS week, sum(n) AS n, sum(n * n) AS squares
    FROM shop_days GROUP BY shop_id, day // {WEEK}
),
-- A look at all orders first: repeat buyers only make them scatter less, so that this lets by all.
shop_windows AS ({_windows_sql("shop_id", "shop_weeks")}),
item_windows AS ({_windows_sql("shop_id, item_id", "item_weeks")}),
maybe AS (
    SELECT DISTINCT shop_id FROM (
        SELECT shop_id, length, n, squares FROM shop_windows
        UNION ALL
        SELECT shop_id, length, n, squares FROM item_windows
    ) AS w
    WHERE n >= {params.min_per_day} * length AND {ratio} <= {MAYBE}
),
tested AS (
    SELECT count(*) AS n_windows FROM (
        SELECT n, length FROM shop_windows
        UNION ALL
        SELECT n, length FROM item_windows
    )
    WHERE n >= {params.min_per_day} * length
),
firsts AS (
    SELECT c.order_id, c.shop_id, c.item_id, c.day
    FROM counted AS c SEMI JOIN maybe USING (shop_id)
    QUALIFY row_number() OVER (
        PARTITION BY c.shop_id, c.account_id ORDER BY c.placed_at, c.order_id
    ) = 1
),
series_days AS (
    SELECT shop_id, item_id, day, count(*) AS n FROM firsts WHERE item_id IS NOT NULL
    GROUP BY shop_id, item_id, day
    UNION ALL
    SELECT shop_id, NULL, day, count(*) FROM firsts GROUP BY shop_id, day
),
series_weeks AS (
    SELECT shop_id, item_id, day // {WEEK} AS week, sum(n) AS n, sum(n * n) AS squares
    FROM series_days GROUP BY shop_id, item_id, day // {WEEK}
),
windows AS ({_windows_sql("shop_id, item_id", "series_weeks")}),
lives AS (  -- from the first sale on; the last day may be cut off
    SELECT shop_id, item_id, sum(n)::BIGINT AS n, sum(n * n)::BIGINT AS squares, max(n) AS highest,
        last_day - min(day) + 1 AS length
    FROM series_days, market GROUP BY shop_id, item_id, last_day
),
-- The shop's other days, of all its items, as far as they sold anything.
others AS (
    SELECT w.*, own.highest, l.n - here.n AS rest_n, l.squares - here.squares AS rest_squares,
        l.length - w.length AS rest_days
    FROM windows AS w
    JOIN lives AS own ON own.shop_id = w.shop_id AND own.item_id IS NOT DISTINCT FROM w.item_id
    JOIN lives AS l ON l.shop_id = w.shop_id AND l.item_id IS NULL
    JOIN windows AS here ON here.shop_id = w.shop_id AND here.item_id IS NULL
        AND here.first_week = w.first_week AND here.length = w.length
    WHERE w.n >= {params.min_per_day} * w.length
),
-- How even the shops of a category are as a whole: the middle one of each length of window.
kinds AS (
    SELECT s.shop_id, s.category FROM shops AS s WHERE s.category IS NOT NULL
),
shop_ratios AS (
    SELECT k.category, w.shop_id, w.length, min({ratio}) AS ratio
    FROM shop_windows AS w JOIN kinds AS k ON k.shop_id = w.shop_id
    WHERE w.n >= {params.min_per_day} * w.length
    GROUP BY k.category, w.shop_id, w.length
),
category_ratios AS (
    SELECT category, length, quantile_disc(ratio, 0.5) AS ratio
    FROM shop_ratios GROUP BY category, length HAVING count(*) > {MIN_CATEGORY}
),
measured AS (
    SELECT w.shop_id, w.item_id, {WEEK} * w.first_week AS first_day, w.length, w.n, w.highest,
        greatest({ratio}, {FLOOR}) AS ratio,
        least(1, greatest({FLOOR}, least(
            coalesce(c.ratio, 1),
            CASE WHEN w.rest_days >= {WINDOWS[0]} AND w.rest_n >= w.rest_days THEN
                (1.0 * w.rest_squares * w.rest_days - w.rest_n * w.rest_n)
                    / w.rest_n / (w.rest_days - 1) ELSE 1 END
        ))) AS usual
    FROM others AS w
    LEFT JOIN kinds AS k ON k.shop_id = w.shop_id
    LEFT JOIN category_ratios AS c ON c.category = k.category AND c.length = w.length
),
even AS (
    SELECT m.* FROM measured AS m, tested AS t
    WHERE m.ratio <= {params.max_ratio} * m.usual
        AND (m.length - 1) / 2 * (ln(m.ratio / m.usual) + 1 - m.ratio / m.usual)
            <= {math.log(params.max_false)} - ln(t.n_windows)
),
-- A limit: days stand at the highest that this series ever reached.
at_top AS (
    SELECT e.shop_id, e.item_id, e.first_day, e.length, count(*) AS n_top
    FROM even AS e JOIN series_days AS d
        ON d.shop_id = e.shop_id AND d.item_id IS NOT DISTINCT FROM e.item_id
        AND d.day >= e.first_day AND d.day < e.first_day + e.length AND d.n = e.highest
    GROUP BY e.shop_id, e.item_id, e.first_day, e.length
),
found AS (
    SELECT e.*, round(1 - e.ratio / e.usual, 6) AS score
    FROM even AS e LEFT JOIN at_top AS t
        ON t.shop_id = e.shop_id AND t.item_id IS NOT DISTINCT FROM e.item_id
        AND t.first_day = e.first_day AND t.length = e.length
    WHERE coalesce(t.n_top, 0) < {params.limit_share} * e.length
),
best AS (
    SELECT * FROM found
    QUALIFY row_number() OVER (
        PARTITION BY shop_id ORDER BY score * n DESC, length DESC, first_day, item_id NULLS FIRST
    ) = 1
),
covered AS (  -- all even windows of the series that says most
    SELECT DISTINCT f.shop_id, f.order_id
    FROM best AS b
    JOIN found AS w ON w.shop_id = b.shop_id AND w.item_id IS NOT DISTINCT FROM b.item_id
    JOIN firsts AS f ON f.shop_id = b.shop_id AND (b.item_id IS NULL OR f.item_id = b.item_id)
        AND f.day >= w.first_day AND f.day < w.first_day + w.length
),
evidence AS (
    SELECT shop_id, list(order_id ORDER BY order_id) AS evidence_ids FROM covered GROUP BY shop_id
)
SELECT b.shop_id AS subject_id, b.score, e.evidence_ids, b.n AS n_orders, b.length AS n_days,
    round(b.n / b.length, 2) AS per_day, round(sqrt(b.ratio * b.n / b.length), 2) AS spread,
    round(sqrt(b.usual * b.n / b.length), 2) AS usual_spread,
    b.first_day * {DAY_MS} AS first_at, b.item_id
FROM best AS b JOIN evidence AS e ON e.shop_id = b.shop_id
"""


def explain(facts: Facts) -> Words:
    """Say how many came a day, how far days lie apart, and how far chance would take them."""
    n_orders, n_days, since = facts["n_orders"], facts["n_days"], day_of(facts["first_at"])
    per_day, spread, usual = facts["per_day"], facts["spread"], facts["usual_spread"]
    what_zh, what_en = ("本店", "") if facts["item_id"] is None else ("一款商品", " of one item")
    return Words(
        f"{since}（UTC）起 {n_days} 天内{what_zh}的 {n_orders} 笔首购订单每天约 {per_day:g} 笔，"
        f"日间标准差只有 {spread:g}，互不相识的买家至少应有约 {usual:g}。",
        f"{counted(n_orders, 'first order')}{what_en} in {counted(n_days, 'day')} from {since} UTC "
        f"came as about {per_day:g} a day with a standard deviation of only {spread:g}, where "
        f"buyers who do not know of each other make at least about {usual:g}.",
    )


DETECTOR = Detector(
    name="even-quota",
    title=Words("每日订单量过于均匀", "equal daily portions of orders"),
    subject="shop",
    family=Family.TIME,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={"orders": ("order_id", "account_id", "shop_id", "placed_at")},
    uses={
        "orders": ("item_id", "campaign_id", "live_session_id", "group_id"),
        "shops": ("shop_id", "category"),
    },
    evidence="orders",
    look_alikes={
        "subscription": Words("订阅、定期购", "subscriptions"),
        "daily-limit": Words("每日限量的定制店铺", "made to order, so many a day"),
        "even-by-nature": Words(
            "本店一向如此均匀", "a shop that has always been as even, not at a limit"
        ),
        "even-category": Words("整个品类都均匀", "a category in which all are as even"),
        "tiny-shop": Words("每天一两单的小店", "a tiny shop of an order or two a day"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

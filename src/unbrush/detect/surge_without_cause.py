"""Surge without cause: a shop sells several times its usual for days, and nothing says why.

What it finds: Windows of three, seven or fourteen days in which a shop has several times the orders
    of the four weeks before, and neither a campaign, a live stream, lookers, a lower price, goods
    that are new or back, nor its category or market explains it.
Why it is fake: Demand leaves tracks before it buys: people search, look and mostly go away again.
    Bought orders come from people who were sent; they look because they were told to, and buy.
Look-alikes: Orders with a campaign, a live session, a group or a subsidy do not count; in the days
    of a campaign of its category a shop may gain ``campaign_factor`` times what others gain. What
    the category, or the market, sells more than before raises what is expected (without the shop
    that gained most besides, which may be brushed too). News and mentions bring many who look and
    do not buy: visitors without an order raise it likewise, and a public post about the shop that
    does not recruit explains the days after it. Of one account or address a day's first order
    counts. Goods paid ``min_cut`` below their
    usual price do not count, nor do goods whose first sale is new or that come back after
    ``restock_days`` without any. A shop without any visit on record is not judged, nor is one in
    its first ``min_days`` days. Not told apart: demand that never shows on this platform's pages,
    such as a link shared in a closed chat, and bought orders of goods that were just listed; that
    is why this is weak. Without interactions nothing can be said to have no cause, and this does
    not apply.
Score: (orders - expected) / (orders + 10) of the window that says most, from ``min_ratio`` times
    the expected and ``min_spreads`` spreads above it. The spread is the root of the expected, or
    what the shop's own days vary by, whichever is more.
Check by hand: 1. Draw orders and visitors by day, beside the category. 2. Look for what the data
    does not hold: an article, a video, an advertisement, a big customer. 3. Compare the buyers of
    the window with earlier ones: did they look around, how old are the accounts, what did they pay?
Cost: Orders are counted by shop, item and day once, window sums by integer frames; interactions and
    prices are only read for shops that remain. What of a window is honest cannot be told, so all
    its counted orders go along as evidence.
References: domain notes D1 (bursts net of campaign and category) and §1.3; order-burst looks at
    single hours and days.
"""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, day_of
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

WINDOWS = (3, 7, 14)  # days
BEFORE = 28  # days
DOUBT = 10  # orders
FEW = 5  # orders, or visitors, so that a quiet crowd's first one is no lift
FRESH = 7  # days for which a public post brings buyers
RECRUITING = (
    "刷单|代刷|补单|垫付|本金|佣金|返现|返款|免单|接单|放单|做单|派单|任务|兼职|日结|红包|"
    "commission|refund|task"
)
MIN_PRICES = 3  # earlier days of an item by which its price is known


@dataclass(frozen=True, kw_only=True)
class Params:
    """When a surge is without cause."""

    min_orders: int = bounded(30, at_least=10, doc="Orders in a window before it is judged.")
    min_ratio: float = bounded(3.0, at_least=1.5, doc="Times the expected orders.")
    min_spreads: float = bounded(6.0, at_least=3.0, doc="Spreads above the expected orders.")
    min_days: int = bounded(
        28, at_least=14, at_most=366, doc="Age of the shop, in days, before it is judged."
    )
    campaign_factor: float = bounded(
        3.0, at_least=1.0, doc="How much more than others a shop may gain in a campaign."
    )
    min_cut: float = bounded(
        0.1, at_least=0.01, at_most=0.9, doc="Share below the usual price that draws buyers."
    )
    restock_days: int = bounded(
        7, at_least=2, at_most=28, doc="Days without a sale after which goods were sold out."
    )


def _windows_sql(by: str, days: str) -> str:
    """Return the SELECT of windows over ``days`` (``by``, day, n): first_day, length, n, before."""
    during = ", ".join(
        f"""sum(n) OVER (PARTITION BY {by} ORDER BY day
            RANGE BETWEEN CURRENT ROW AND {length - 1} FOLLOWING)::BIGINT"""
        for length in WINDOWS
    )
    return f"""SELECT {by}, day AS first_day, unnest({list(WINDOWS)}) AS length,
        unnest(during) AS n, before, squares
    FROM (
        SELECT {by}, day, [{during}] AS during,
            coalesce(sum(n) OVER past, 0)::BIGINT AS before,
            coalesce(sum(n * n) OVER past, 0)::BIGINT AS squares
        FROM {days}
        WINDOW past AS (PARTITION BY {by} ORDER BY day
            RANGE BETWEEN {BEFORE} PRECEDING AND 1 PRECEDING)
    )"""


def sql(params: Params) -> str:
    """Return the SELECT of shops with a surge; days are counted from 1970."""
    return f"""
WITH market AS (
    SELECT min(placed_at) // {DAY_MS} AS first_day, max(placed_at) // {DAY_MS} AS last_day
    FROM orders
),
granted AS (SELECT DISTINCT order_id FROM subsidies WHERE amount_minor > 0),
counted AS (
    SELECT o.order_id, o.account_id, o.shop_id, o.item_id, o.placed_at // {DAY_MS} AS day,
        o.paid_minor // greatest(1, coalesce(o.quantity, 1)) AS price, o.address_token
    FROM orders AS o ANTI JOIN granted AS g ON g.order_id = o.order_id
    WHERE o.live_session_id IS NULL AND o.campaign_id IS NULL AND o.group_id IS NULL
),
shop_days AS (SELECT shop_id, day, count(*) AS n FROM counted GROUP BY shop_id, day),
busy_days AS (
    SELECT * FROM shop_days SEMI JOIN (
        SELECT shop_id FROM shop_days GROUP BY shop_id HAVING sum(n) >= {params.min_orders}
    ) USING (shop_id)
),
shop_windows AS ({_windows_sql("shop_id", "busy_days")}),
lives AS (
    SELECT shop_id, min(placed_at) // {DAY_MS} AS first_day FROM orders GROUP BY shop_id
),
-- A shop that sold on the market's first days may be older than the market's records.
judged_from AS (
    SELECT l.shop_id, greatest(m.first_day, l.first_day) + {BEFORE} AS from_day,
        coalesce(s.opened_at // {DAY_MS}, l.first_day) + {params.min_days} AS grown_day
    FROM lives AS l CROSS JOIN market AS m LEFT JOIN shops AS s ON s.shop_id = l.shop_id
),
-- A first look, by the shop's own past alone.
high AS (
    SELECT w.shop_id, w.first_day, w.length, w.n, w.before, w.squares,
        greatest(1.0 * w.before / {BEFORE}, 1.0 / w.length) * w.length AS usual
    FROM shop_windows AS w JOIN judged_from AS j ON j.shop_id = w.shop_id, market AS m
    WHERE w.n >= {params.min_orders} AND w.first_day >= greatest(j.from_day, j.grown_day)
        AND w.first_day + w.length - 1 <= m.last_day AND w.n >= {params.min_ratio} * usual
),
high_shops AS (SELECT DISTINCT shop_id FROM high),
-- What draws buyers by itself: goods that are cheaper, new or back.
sold AS (SELECT c.* FROM counted AS c SEMI JOIN high_shops USING (shop_id)),
priced AS (
    SELECT *, median(price) OVER earlier AS usual_price, count(price) OVER earlier AS n_prices
    FROM (
        SELECT shop_id, item_id, day, median(price) AS price, count(*) AS n
        FROM sold WHERE item_id IS NOT NULL GROUP BY shop_id, item_id, day
    )
    WINDOW earlier AS (PARTITION BY shop_id, item_id ORDER BY day
        RANGE BETWEEN {BEFORE} PRECEDING AND 1 PRECEDING)
),
item_gaps AS (
    SELECT shop_id, item_id, day, usual_price,
        day - lag(day) OVER (PARTITION BY shop_id, item_id ORDER BY day) AS gap,
        min(day) OVER (PARTITION BY shop_id, item_id) AS first_day,
        count(*) OVER (PARTITION BY shop_id, item_id ORDER BY day
            RANGE BETWEEN {BEFORE} PRECEDING AND 1 PRECEDING) AS n_days_before
    FROM priced
),
-- Sold out: it sold on most days of its weeks, then not at all for so long, then again.
returns AS (
    SELECT shop_id, item_id, day FROM item_gaps
    WHERE gap > {params.restock_days} AND 2 * n_days_before >= {BEFORE} - gap
),
novelties AS (
    SELECT DISTINCT g.shop_id, g.item_id, g.first_day AS day
    FROM item_gaps AS g JOIN judged_from AS j ON j.shop_id = g.shop_id
    WHERE g.first_day >= j.from_day
    UNION
    SELECT shop_id, item_id, day FROM returns
),
cheap AS (
    SELECT s.order_id
    FROM sold AS s JOIN priced AS p
        ON p.shop_id = s.shop_id AND p.item_id = s.item_id AND p.day = s.day
    WHERE p.n_prices >= {MIN_PRICES} AND s.price <= (1 - {params.min_cut}) * p.usual_price
),
-- For a window's length after goods came, their orders are explained; a firm, an office or a
-- hunter of bargains decides once a day.
open_orders AS (
    SELECT s.* FROM sold AS s ANTI JOIN cheap USING (order_id)
    ANTI JOIN novelties AS v ON v.shop_id = s.shop_id AND v.item_id = s.item_id
        AND s.day >= v.day AND s.day < v.day + {max(WINDOWS)}
    QUALIFY row_number() OVER (PARTITION BY shop_id, day, account_id ORDER BY order_id) = 1
        AND row_number() OVER (
            PARTITION BY shop_id, day, coalesce(address_token, order_id::VARCHAR) ORDER BY order_id
        ) = 1
),
open_days AS (SELECT shop_id, day, count(*) AS n FROM open_orders GROUP BY shop_id, day),
kinds AS (
    SELECT l.shop_id, coalesce(s.category, i.category) AS category
    FROM lives AS l LEFT JOIN shops AS s ON s.shop_id = l.shop_id
    LEFT JOIN (
        SELECT shop_id, category FROM items WHERE category IS NOT NULL
        GROUP BY shop_id, category
        QUALIFY row_number() OVER (PARTITION BY shop_id ORDER BY count(*) DESC, category) = 1
    ) AS i ON i.shop_id = l.shop_id
),
crowd_days AS (  -- the whole market is the category without a name
    SELECT k.category, d.day, sum(d.n)::BIGINT AS n
    FROM shop_days AS d JOIN kinds AS k ON k.shop_id = d.shop_id
    WHERE k.category IS NOT NULL GROUP BY k.category, d.day
    UNION ALL
    SELECT '', day, sum(n)::BIGINT FROM shop_days GROUP BY day
),
crowd_windows AS ({_windows_sql("category", "crowd_days")}),
gains AS (  -- one shop's surge must not excuse its neighbour's
    SELECT h.shop_id, h.first_day, h.length, h.n, h.before, c.category, row_number() OVER (
        PARTITION BY c.category, h.first_day, h.length ORDER BY h.n - h.usual DESC, h.shop_id
    ) AS nth
    FROM high AS h JOIN kinds AS k ON k.shop_id = h.shop_id
    JOIN (SELECT DISTINCT category FROM crowd_days) AS c
        ON c.category = '' OR c.category = k.category
),
lifts AS (
    SELECT g.shop_id, g.first_day, g.length, max(
        (c.n - g.n - coalesce(r.n, 0) + {FEW})
        / ((c.before - g.before - coalesce(r.before, 0)) * g.length / {BEFORE} + {FEW})
    ) AS lift
    FROM gains AS g
    JOIN crowd_windows AS c ON c.category = g.category AND c.first_day = g.first_day
        AND c.length = g.length
    LEFT JOIN gains AS r ON r.category = g.category AND r.first_day = g.first_day
        AND r.length = g.length AND r.nth = CASE WHEN g.nth = 1 THEN 2 ELSE 1 END
    GROUP BY g.shop_id, g.first_day, g.length
),
allowances AS (
    SELECT DISTINCT h.shop_id, h.first_day, h.length
    FROM high AS h JOIN kinds AS k ON k.shop_id = h.shop_id
    JOIN campaigns AS g ON g.starts_at < (h.first_day + h.length) * {DAY_MS}
        AND g.ends_at > h.first_day * {DAY_MS}
        AND (g.category IS NULL OR g.category = k.category)
),
unexplained AS (
    SELECT h.shop_id, h.first_day, h.length, h.before, h.usual, h.squares,
        greatest(1, l.lift) AS lift,
        CASE WHEN a.shop_id IS NULL THEN 1 ELSE {params.campaign_factor} END AS allowed,
        sum(o.n)::BIGINT AS n
    FROM high AS h
    JOIN open_days AS o ON o.shop_id = h.shop_id AND o.day >= h.first_day
        AND o.day < h.first_day + h.length
    JOIN lifts AS l ON l.shop_id = h.shop_id AND l.first_day = h.first_day
        AND l.length = h.length
    LEFT JOIN allowances AS a ON a.shop_id = h.shop_id AND a.first_day = h.first_day
        AND a.length = h.length
    GROUP BY ALL
),
suspects AS (
    SELECT *, greatest(usual, usual * lift * allowed) AS expected,
        -- Variance of the shop's own days before, zeros among them, for the window's days.
        greatest(1.0 * squares / {BEFORE} - pow(1.0 * before / {BEFORE}, 2), 0) * length
            * pow(greatest(1, lift * allowed), 2) AS variance
    FROM unexplained
    WHERE n >= {params.min_orders} AND n >= {params.min_ratio} * expected
        AND n - expected >= {params.min_spreads} * sqrt(greatest(expected, variance))
),
suspected AS (SELECT DISTINCT shop_id FROM suspects),
-- Somebody wrote of the shop in public, and did not look for brushers.
mentions AS (
    SELECT coalesce(p.shop_id, i.shop_id) AS shop_id, p.captured_at // {DAY_MS} AS day
    FROM posts AS p LEFT JOIN items AS i ON i.item_id = p.item_id
    WHERE coalesce(p.shop_id, i.shop_id) IN (SELECT shop_id FROM suspected)
        AND NOT regexp_matches(p.text, '{RECRUITING}', 'i')
),
looks AS (
    SELECT DISTINCT coalesce(i.shop_id, t.shop_id) AS shop_id, i."at" // {DAY_MS} AS day,
        i.account_id
    FROM interactions AS i LEFT JOIN items AS t ON i.shop_id IS NULL AND t.item_id = i.item_id
    WHERE coalesce(i.shop_id, t.shop_id) IN (SELECT shop_id FROM suspected)
),
buyers AS (
    SELECT DISTINCT o.shop_id, o.account_id FROM orders AS o SEMI JOIN suspected USING (shop_id)
),
lookers AS (
    SELECT l.shop_id, l.day, count(*) AS n FROM looks AS l
    ANTI JOIN buyers AS b ON b.shop_id = l.shop_id AND b.account_id = l.account_id
    GROUP BY l.shop_id, l.day
),
traffic AS (
    SELECT s.shop_id, s.first_day, s.length,
        coalesce(sum(v.n) FILTER (WHERE v.day >= s.first_day), 0)::BIGINT AS n_lookers,
        coalesce(sum(v.n) FILTER (WHERE v.day < s.first_day), 0)::BIGINT AS n_before
    FROM suspects AS s LEFT JOIN lookers AS v ON v.shop_id = s.shop_id
        AND v.day >= s.first_day - {BEFORE} AND v.day < s.first_day + s.length
    GROUP BY s.shop_id, s.first_day, s.length
),
surges AS (
    SELECT s.shop_id, s.first_day, s.length, s.n, t.n_lookers, s.usual, s.lift,
        1.0 * t.n_before * s.length / {BEFORE} AS usual_lookers,
        greatest(s.expected, s.usual * (t.n_lookers + {FEW})
            / (1.0 * t.n_before * s.length / {BEFORE} + {FEW})) AS expected
    FROM suspects AS s JOIN traffic AS t USING (shop_id, first_day, length)
    -- Where no visit is on record, visitors are not known to have stayed away.
    SEMI JOIN looks AS l ON l.shop_id = s.shop_id
    ANTI JOIN mentions AS p ON p.shop_id = s.shop_id
        AND p.day >= s.first_day - {FRESH} AND p.day < s.first_day + s.length
),
best AS (
    SELECT *, round((n - expected) / (n + {DOUBT}), 6) AS score
    FROM surges WHERE n >= {params.min_ratio} * expected
    QUALIFY row_number() OVER (
        PARTITION BY shop_id ORDER BY n - expected DESC, length, first_day
    ) = 1
),
evidence AS (
    SELECT b.shop_id, list(o.order_id ORDER BY o.order_id) AS evidence_ids
    FROM best AS b JOIN open_orders AS o ON o.shop_id = b.shop_id
        AND o.day >= b.first_day AND o.day < b.first_day + b.length
    GROUP BY b.shop_id
)
SELECT b.shop_id AS subject_id, b.score, e.evidence_ids, b.n AS n_orders, b.length AS n_days,
    round(b.usual, 2) AS usual, round(b.lift, 2) AS lift, round(b.expected, 2) AS expected,
    b.n_lookers, round(b.usual_lookers, 1) AS usual_lookers, b.first_day * {DAY_MS} AS first_at
FROM best AS b JOIN evidence AS e ON e.shop_id = b.shop_id
"""


def explain(facts: Facts) -> Words:
    """Say how much was sold, how much the shop's past and everything known let expect."""
    n_orders, n_days, expected = facts["n_orders"], facts["n_days"], facts["expected"]
    lookers, usual_lookers = facts["n_lookers"], facts["usual_lookers"]
    since = day_of(facts["first_at"])
    return Words(
        f"{since}（UTC）起 {n_days} 天内有 {n_orders} 笔订单，按此前四周、同类涨幅、活动与客流应约 "
        f"{expected:g} 笔；其间只看不买的访客 {lookers} 人，平时约 {usual_lookers:g} 人，"
        f"降价、上新、补货也不能解释。",
        f"{counted(n_orders, 'order')} in {counted(n_days, 'day')} from {since} UTC, where the "
        f"four weeks before, the category, campaigns and visitors let expect about {expected:g}; "
        f"{counted(lookers, 'visitor')} looked without buying, where about {usual_lookers:g} are "
        f"usual, and neither prices nor new or returning goods explain it.",
    )


DETECTOR = Detector(
    name="surge-without-cause",
    title=Words("销量骤增而无原因", "a surge of sales without a cause"),
    subject="shop",
    family=Family.TIME,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "interactions": ("at", "account_id"),
        "orders": ("order_id", "account_id", "shop_id", "placed_at"),
    },
    uses={
        "campaigns": ("category", "starts_at", "ends_at"),
        "interactions": ("item_id", "shop_id"),
        "items": ("item_id", "shop_id", "category"),
        "orders": (
            "address_token",
            "item_id",
            "quantity",
            "paid_minor",
            "campaign_id",
            "live_session_id",
            "group_id",
        ),
        "posts": ("text", "captured_at", "shop_id", "item_id"),
        "shops": ("shop_id", "category", "opened_at"),
        "subsidies": ("order_id", "amount_minor"),
    },
    evidence="orders",
    look_alikes={
        "campaign": Words("双11等平台大促", "a campaign of the platform, such as 11-11"),
        "live-stream": Words("直播带来的订单", "orders from a live stream"),
        "news": Words("新闻或达人提及", "news or a mention that goes viral"),
        "office": Words("公司、集体一次多单", "a firm or office that orders together"),
        "coupon": Words("优惠券、降价", "coupons and lower prices"),
        "restock": Words("补货、上新", "goods that are back or new"),
        "category-season": Words("同类商品一起热销", "a season that lifts the whole category"),
        "shop-opening": Words("新店开业", "the opening of a new shop"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

"""Catalogue scraping: an account goes through catalogues item by item and never buys.

What it finds: An account, or the accounts of one device, that looked at far more goods than anybody
    does, hardly any of them twice, without a cart or an order, and shows two of these habits: a
    pace that never changes, whole catalogues seen to the end one after the other, awake around
    the clock.
Why it is fake: The visits are no interest in goods. Copied catalogues, prices and buyers' words
    feed shops of copies, and the tools that brush them; visitors who are none also swell the counts
    of what is popular. The finding protects data: no order or review stops counting for it.
Look-alikes: Price comparers (they come back to the same goods, at their own pace, and sleep). Shop
    assistants who check their own shop (its goods do not count for its staff). Crawlers that are
    declared (an account on an allow list, in ``staff_actions``). Companies that look through
    everything before they buy (they buy).
Score: b / (b + 1) × habits / 3, where b is how many times the breadth exceeds the limit. The limit
    is the larger of ``min_items`` and the median breadth of accounts, ``spreads`` deviations up on
    the logarithmic scale. E1.
Check by hand: 1. Draw the account's visits by time: pauses, hours, order. 2. Ask whether operations
    or a partner know it. 3. See whether its device is used by accounts with a life.
Cost: Views are counted by account and by device; the rest reads only visits of the few that are
    broad enough.
References: docs/architecture.md, Evidence; Rousseeuw and Croux 1993, for the deviation.
"""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

QUARTILE_TO_DEVIATION = 1.4826  # of a normal distribution
PAUSE_MS = 10 * MINUTE_MS  # after which the next visit begins another sitting
MANY = 500_000  # views from which a part of the hours tells the usual pace
FEW = 50  # views without which the market has no usual pace


@dataclass(frozen=True, kw_only=True)
class Params:
    """From where on looking around is no shopping."""

    min_items: int = bounded(200, at_least=20, doc="Different goods looked at before it is judged.")
    spreads: float = bounded(
        5.0, at_least=2, at_most=20, doc="Deviations above the usual breadth (logarithmic)."
    )
    max_again: float = bounded(
        0.2, at_least=0, at_most=1, doc="Share of views that may come back to something seen."
    )
    max_pace: float = bounded(
        0.33, at_least=0.01, at_most=1, doc="Spread of its pace over the market's, to be constant."
    )
    min_seen: float = bounded(
        0.8,
        at_least=0.1,
        at_most=1,
        doc="Share of the visited shops' goods, to be seen to the end.",
    )
    min_hours: int = bounded(
        20, at_least=12, at_most=24, doc="Hours of one day with visits, to be around the clock."
    )


def sql(params: Params) -> str:
    """Return the SELECT of accounts that go through catalogues."""
    return f"WITH {_broad_sql(params)}, {_habits_sql(params)}"


def _broad_sql(params: Params) -> str:
    """Broad: visitors, an account or a device, that saw much, little of it twice, and left."""
    return f"""
excused AS (
    SELECT subject_id::VARCHAR AS account_id FROM staff_actions
    WHERE kind = 'allow_list' AND subject_kind = 'account'
),
views AS (
    SELECT v.account_id, v.device_token, v.item_id, v."at" AS moment, v.dwell_ms
    FROM interactions AS v
    LEFT JOIN accounts AS a ON a.account_id = v.account_id AND a.staff_of_shop_id IS NOT NULL
    LEFT JOIN items AS i ON a.account_id IS NOT NULL AND i.item_id = v.item_id
    WHERE v.kind = 'view' AND v.item_id IS NOT NULL
        AND coalesce(a.staff_of_shop_id <> coalesce(v.shop_id, i.shop_id), true)
        AND v.account_id::VARCHAR NOT IN (SELECT account_id FROM excused)
),
breadths AS (
    SELECT account_id, count(DISTINCT item_id) AS n FROM views GROUP BY account_id
),
bounds AS (
    SELECT greatest({params.min_items}, exp(median(ln(n)) + {params.spreads}
        * {QUARTILE_TO_DEVIATION} * (quantile_cont(ln(n), 0.75) - median(ln(n))))) AS least
    FROM breadths
),
visitors AS (
    SELECT 'account' AS kind, account_id::VARCHAR AS visitor, count(*) AS n_views
    FROM views GROUP BY account_id HAVING count(*) >= {params.min_items}
    UNION ALL
    SELECT 'device', device_token, count(*)
    FROM views WHERE device_token IS NOT NULL
    GROUP BY device_token HAVING count(*) >= {params.min_items}
),
visits AS (
    SELECT w.kind, w.visitor, v.*
    FROM visitors AS w JOIN views AS v ON v.account_id::VARCHAR = w.visitor
    WHERE w.kind = 'account'
    UNION ALL
    SELECT w.kind, w.visitor, v.*
    FROM visitors AS w JOIN views AS v ON v.device_token = w.visitor
    WHERE w.kind = 'device'
),
-- Whoever buys or fills a cart is a customer, however much they look at.
buyers AS (
    SELECT account_id FROM orders
    UNION
    SELECT account_id FROM interactions WHERE kind = 'cart'
),
broad AS (
    SELECT kind, visitor, count(*) AS n_views, count(DISTINCT item_id) AS n_items,
        count(DISTINCT account_id) AS n_accounts, count(b.account_id) AS n_of_buyers
    FROM visits LEFT JOIN buyers AS b USING (account_id)
    GROUP BY kind, visitor
    HAVING count(DISTINCT item_id) >= (SELECT least FROM bounds)
        AND count(*) - count(DISTINCT item_id) <= {params.max_again} * count(*)
        AND count(b.account_id) = 0
)"""


def _habits_sql(params: Params) -> str:
    """Habits: pace, whole catalogues and hours of each broad visitor."""
    return f"""
told AS (SELECT v.* FROM visits AS v SEMI JOIN broad USING (kind, visitor)),
-- Pace is the time from one view to the next of a sitting, or how long each was looked at. Some
-- hours are enough to tell how that of people varies.
paces AS (
    SELECT account_id, moment, dwell_ms, moment - lag(moment) OVER (
        PARTITION BY account_id ORDER BY moment
    ) AS gap_ms
    FROM views
    WHERE moment // {HOUR_MS} % (1 + (SELECT count(*) FROM views) // {MANY}) = 0
),
market AS (
    SELECT count(*) AS n,
        ln(quantile_cont(gap_ms, 0.75) / quantile_cont(gap_ms, 0.25)) AS gap_spread,
        ln(quantile_cont(dwell_ms, 0.75) / quantile_cont(dwell_ms, 0.25)) AS dwell_spread
    FROM (
        SELECT CASE WHEN gap_ms > 0 AND gap_ms <= {PAUSE_MS} THEN gap_ms END AS gap_ms,
            CASE WHEN dwell_ms > 0 THEN dwell_ms END AS dwell_ms
        FROM paces
        WHERE account_id NOT IN (SELECT account_id FROM told)
    )
),
gaps AS (
    SELECT *, moment - lag(moment) OVER (PARTITION BY kind, visitor ORDER BY moment) AS gap_ms
    FROM told
),
pace AS (
    SELECT kind, visitor,
        ln(quantile_cont(gap_ms, 0.75) FILTER (gap_ms > 0 AND gap_ms <= {PAUSE_MS})
            / quantile_cont(gap_ms, 0.25) FILTER (gap_ms > 0 AND gap_ms <= {PAUSE_MS})) AS gap,
        count(*) FILTER (gap_ms > 0 AND gap_ms <= {PAUSE_MS}) AS n_gaps,
        ln(quantile_cont(dwell_ms, 0.75) FILTER (dwell_ms > 0)
            / quantile_cont(dwell_ms, 0.25) FILTER (dwell_ms > 0)) AS dwell,
        count(*) FILTER (dwell_ms > 0) AS n_dwells
    FROM gaps GROUP BY kind, visitor
),
steady AS (
    SELECT p.kind, p.visitor, least(
        CASE WHEN m.gap_spread > 0 AND p.n_gaps >= {FEW} THEN p.gap / m.gap_spread END,
        CASE WHEN m.dwell_spread > 0 AND p.n_dwells >= {FEW} THEN p.dwell / m.dwell_spread END
    ) AS spread
    FROM pace AS p, market AS m WHERE m.n >= {FEW}
),
catalogues AS (SELECT shop_id, count(*) AS n FROM items GROUP BY shop_id),
seen AS (
    SELECT t.kind, t.visitor, i.shop_id, count(DISTINCT t.item_id) AS n
    FROM told AS t JOIN items AS i USING (item_id) GROUP BY t.kind, t.visitor, i.shop_id
),
covered AS (
    SELECT s.kind, s.visitor, sum(s.n) / sum(c.n) AS share
    FROM seen AS s JOIN catalogues AS c USING (shop_id) GROUP BY s.kind, s.visitor
),
clocks AS (
    SELECT kind, visitor, max(n) AS n FROM (
        SELECT kind, visitor, count(DISTINCT moment // {HOUR_MS}) AS n
        FROM told GROUP BY kind, visitor, moment // {DAY_MS}
    ) GROUP BY kind, visitor
),
habits AS (
    SELECT b.*, s.spread, v.share, c.n AS n_hours,
        coalesce(s.spread <= {params.max_pace}, false)::INT AS is_steady,
        coalesce(v.share >= {params.min_seen}, false)::INT AS is_whole,
        (c.n >= {params.min_hours})::INT AS is_sleepless
    FROM broad AS b
    JOIN clocks AS c USING (kind, visitor)
    LEFT JOIN steady AS s USING (kind, visitor)
    LEFT JOIN covered AS v USING (kind, visitor)
),
named AS (
    SELECT DISTINCT t.account_id, h.*, h.is_steady + h.is_whole + h.is_sleepless AS n_habits
    FROM habits AS h JOIN told AS t USING (kind, visitor)
    WHERE h.is_steady + h.is_whole + h.is_sleepless >= 2
),
best AS (
    SELECT *, n_items / (SELECT least FROM bounds) AS times, row_number() OVER (
        PARTITION BY account_id ORDER BY n_habits DESC, n_items DESC, kind, visitor
    ) AS nth
    FROM named
)
SELECT account_id AS subject_id, round(times / (times + 1) * n_habits / 3, 6) AS score,
    [account_id] AS evidence_ids, n_items::BIGINT AS n_items, n_views::BIGINT AS n_views,
    n_accounts::BIGINT AS n_accounts, n_hours::BIGINT AS n_hours,
    round((SELECT least FROM bounds), 1) AS limit_items,
    round(spread, 4) AS pace_spread, round(share, 4) AS seen_share, n_habits::BIGINT AS n_habits
FROM best WHERE nth = 1
"""


def explain(facts: Facts) -> Words:
    """Say how much was seen, by how many accounts, and in which habits."""
    n_items, n_hours, limit = facts["n_items"], facts["n_hours"], facts["limit_items"]
    accounts, share, spread = facts["n_accounts"], facts["seen_share"], facts["pace_spread"]
    zh = en = ""
    if spread is not None:
        zh += f"，节奏波动为平均的 {spread:.0%}"
        en += f", at a pace that varies {spread:.0%} as much as people's"
    if share is not None:
        zh += f"，看完所到店铺 {share:.0%} 的商品"
        en += f", {share:.0%} of all goods in the shops visited"
    return Words(
        f"浏览了 {n_items} 件不同商品（{accounts} 个账号，上限 {limit:g}）而无加购或下单{zh}，"
        f"一天内 {n_hours} 个小时都在浏览。",
        f"Looked at {counted(n_items, 'item')} (over {counted(accounts, 'account')}; hardly "
        f"anybody exceeds {limit:g}) without a cart or an order{en}, in "
        f"{counted(n_hours, 'hour')} of one day.",
    )


DETECTOR = Detector(
    name="catalogue-scraping",
    title=Words("系统性浏览商品目录而不购买", "catalogues gone through without buying"),
    subject="account",
    family=Family.BEHAVIOUR,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={"interactions": ("at", "kind", "account_id", "item_id"), "orders": ("account_id",)},
    uses={
        "interactions": ("shop_id", "dwell_ms", "device_token"),
        "items": ("item_id", "shop_id"),
        "accounts": ("account_id", "staff_of_shop_id"),
        "staff_actions": ("kind", "subject_kind", "subject_id"),
    },
    evidence="accounts",
    look_alikes={
        "price-comparer": Words("比价的消费者", "somebody who compares prices"),
        "shop-assistant": Words("查看自家商品的店员", "staff who check their own shop"),
        "declared-crawler": Words("已报备的爬虫", "a crawler that is declared"),
        "company-buyer": Words("批量采购的企业买家", "a company that looks before it buys"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

"""Scripted path: buyers of an item come by one keyword, look around and stay equally long.

What it finds: An item with a group of buyers whose visits follow one script: they searched the same
    words, looked at ``min_views`` other goods or more, then stayed on this one for times that lie
    closer together than those of any honest crowd, and ordered. Never one buyer: who alone does so
    is a careful customer.
Why it is fake: Hired buyers are told what to search, how many rivals to open and how many minutes
    to stay, so that the platform's ranking takes them for customers. They all do as told.
Look-alikes: Genuine comparison shoppers (they take their own time and their own words). People who
    search a brand or what a post praised (one keyword, but any dwell). Recommendation traffic (no
    search). A guided kiosk (its visits count once, as one device). A live stream's buyers are left
    out.
Score: s × k × c × e / (e + min_buyers), where s is the share of the group that went the whole path,
    k the chance that two of them used the same words, c is one minus the square root of the share
    of such dwell elsewhere, and e the buyers beyond those expected. E1 always, and never the only
    reason for anything: people can be told by a magazine what to search, too.
Check by hand: 1. List the group's visits: search, goods opened, seconds, order. 2. See whether
    the words are what anybody would type. 3. Look for a call for hands that names these words.
Cost: Joins orders with views on account and item, and those visits with searches and views of their
    account in the same or the previous hour; the rest is over counts by item.
References: docs/architecture.md, Evidence; the null of dwell is the category's own, the item's
    taken out, over all bands of the same width (a scan statistic with a union bound); that of
    words is the unbiased Simpson index of the category's items.
"""

import math
from dataclasses import dataclass

from unbrush.base.clock import HOUR_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

STEPS = 20  # in which dwell grows by a factor of e; one is 5 %
QUARTILE_TO_DEVIATION = 1.4826  # of a normal distribution
FEW_ITEMS = 5  # below which a category has no usual way of searching
NO_SPREAD = 0.02  # of Simpson's index, where a category's items are all alike


@dataclass(frozen=True, kw_only=True)
class Params:
    """From where on visits are too much alike."""

    min_buyers: int = bounded(8, at_least=4, doc="Buyers in a group before it is a pattern.")
    band: float = bounded(
        1.5, at_least=1.1, at_most=4, doc="Longest dwell of a group over its shortest."
    )
    min_views: int = bounded(
        2, at_least=0, at_most=20, doc="Other goods looked at between the search and the item."
    )
    min_path_share: float = bounded(
        0.6, at_least=0.1, at_most=1, doc="Share of the group that went the whole path."
    )
    min_same_words: float = bounded(
        0.5, at_least=0.05, at_most=1, doc="Chance that two of the group searched the same words."
    )
    spreads: float = bounded(
        3.5, at_least=2, at_most=10, doc="Deviations above the category's usual chance of that."
    )
    max_chance: float = bounded(
        1e-4, at_least=1e-300, at_most=1, doc="Largest chance that honest dwell gathers so."
    )


def sql(params: Params) -> str:
    """Return the SELECT of items with a group of visits that follow one script."""
    return f"WITH {_visits_sql()}, {_bands_sql(params)}, {_paths_sql()}, {_groups_sql(params)}"


def _visits_sql() -> str:
    """Visits: how long each buyer looked at the item in the two hours before ordering it."""
    return f"""
placed AS (
    SELECT o.order_id, o.account_id, o.item_id, o.placed_at, o.device_token,
        coalesce(i.category, s.category, '') AS category
    FROM orders AS o
    LEFT JOIN items AS i ON i.item_id = o.item_id
    LEFT JOIN shops AS s ON s.shop_id = o.shop_id
    WHERE o.item_id IS NOT NULL AND o.live_session_id IS NULL
),
looks AS (
    SELECT p.order_id, min(v."at") AS from_at, sum(v.dwell_ms)::BIGINT AS dwell_ms
    FROM placed AS p
    JOIN interactions AS v ON v.account_id = p.account_id AND v.item_id = p.item_id
    WHERE v.kind = 'view' AND v.dwell_ms > 0
        AND v."at" <= p.placed_at AND v."at" >= p.placed_at - {2 * HOUR_MS}
    GROUP BY p.order_id
),
-- Whoever shares a device, and whoever comes again, counts once: the earliest visit.
numbered AS (
    SELECT p.*, l.from_at, floor({STEPS} * ln(l.dwell_ms))::BIGINT AS step, l.dwell_ms,
        row_number() OVER (
            PARTITION BY p.item_id, coalesce(p.device_token, p.account_id::VARCHAR)
            ORDER BY p.placed_at, l.dwell_ms, p.order_id
        ) AS nth
    FROM placed AS p JOIN looks AS l USING (order_id)
),
visits AS (SELECT * FROM numbered WHERE nth = 1)"""


def _bands_sql(params: Params) -> str:
    """Bands: of each item, the stretch of dwell in which most more visits lie than elsewhere."""
    width = max(1, round(STEPS * math.log(params.band)))
    frame = f"ORDER BY step RANGE BETWEEN CURRENT ROW AND {width - 1} FOLLOWING"
    # As many bands could have been named as the item has visits, and as many as there are items.
    wanted = f"{-math.log(params.max_chance)} + ln(n) + ln((SELECT count(*) FROM all_items))"
    return f"""
steps AS (
    SELECT category, item_id, step, count(*) AS n FROM visits GROUP BY category, item_id, step
),
all_items AS (SELECT DISTINCT item_id FROM steps),
item_bands AS (
    SELECT category, item_id, step, sum(n) OVER (PARTITION BY category, item_id {frame}) AS m,
        sum(n) OVER (PARTITION BY category, item_id) AS n
    FROM steps
),
{_surprises_sql("first", "all_items", frame=frame, min_buyers=params.min_buyers)},
-- Once more without what stood out: brushed items must not excuse one another.
plain_items AS (
    SELECT item_id FROM all_items
    ANTI JOIN (SELECT item_id FROM first_surprises WHERE surprise >= {wanted}) USING (item_id)
),
{_surprises_sql("last", "plain_items", frame=frame, min_buyers=params.min_buyers)},
bands AS (
    SELECT *, row_number() OVER (PARTITION BY item_id ORDER BY surprise DESC, step) AS nth
    FROM last_surprises WHERE surprise >= {wanted}
)"""


def _surprises_sql(name: str, measure: str, *, frame: str, min_buyers: int) -> str:
    """Return how little the dwell of the items in ``measure`` explains each item's bands.

    Of n visits, m lie in a band that holds a share of all others' visits: Chernoff's bound.
    """
    return f"""{name}_steps AS (  -- a step of an item that is left out counts nothing
    SELECT category, step, sum(CASE WHEN p.item_id IS NULL THEN 0 ELSE n END) AS n
    FROM steps AS s LEFT JOIN {measure} AS p ON p.item_id = s.item_id
    GROUP BY category, step
),
{name}_bands AS (
    SELECT category, step, sum(n) OVER (PARTITION BY category {frame}) AS m,
        sum(n) OVER (PARTITION BY category) AS n
    FROM {name}_steps
),
{name}_shares AS (
    SELECT i.category, i.item_id, i.step, i.m, i.n,
        CASE WHEN p.item_id IS NULL THEN (c.m + 1) / (c.n + 2)
            ELSE (c.m - i.m + 1) / (c.n - i.n + 2) END AS share
    FROM item_bands AS i JOIN {name}_bands AS c USING (category, step)
    LEFT JOIN {measure} AS p ON p.item_id = i.item_id
    WHERE i.m >= {min_buyers}
),
{name}_surprises AS (
    SELECT *, m * ln(m / (n * share))
        + CASE WHEN m < n THEN (n - m) * ln((n - m) / (n * (1 - share))) ELSE 0 END AS surprise
    FROM {name}_shares WHERE m > n * share
)"""


def _paths_sql() -> str:
    """Paths: the last search in the hour before a visit, and the other goods opened since."""
    return f"""
earlier AS (
    SELECT account_id, "at", kind, item_id, "at" // {HOUR_MS} AS hour,
        regexp_replace(lower(query), '[^\\p{{L}}\\p{{N}}]+', '', 'g') AS words
    FROM interactions
    WHERE (kind = 'search' AND query IS NOT NULL) OR (kind = 'view' AND item_id IS NOT NULL)
),
hours AS (
    SELECT order_id, account_id, item_id, from_at, from_at // {HOUR_MS} - back AS hour
    FROM visits, (VALUES (0), (1)) AS backs (back)
),
before AS (
    SELECT h.order_id, h.item_id AS own_id, e."at", e.kind, e.item_id, e.words
    FROM hours AS h JOIN earlier AS e ON e.account_id = h.account_id AND e.hour = h.hour
    WHERE e."at" <= h.from_at AND e."at" >= h.from_at - {HOUR_MS}
),
searched AS (
    SELECT order_id, max({{'searched_at': "at", 'words': words}}) AS last
    FROM before WHERE kind = 'search' AND words <> '' GROUP BY order_id
),
compared AS (
    SELECT b.order_id, count(DISTINCT b.item_id) AS n_views
    FROM before AS b JOIN searched AS s USING (order_id)
    WHERE b.kind = 'view' AND b.item_id <> b.own_id AND b."at" >= s.last.searched_at
    GROUP BY b.order_id
),
paths AS (
    SELECT v.order_id, v.category, v.item_id, v.step, v.dwell_ms, v.placed_at,
        s.last.words AS words, coalesce(c.n_views, 0) AS n_views
    FROM visits AS v
    LEFT JOIN searched AS s USING (order_id)
    LEFT JOIN compared AS c USING (order_id)
)"""


def _groups_sql(params: Params) -> str:
    """Groups: the visits in an item's band, how alike their words, and who went the whole path."""
    width = max(1, round(STEPS * math.log(params.band)))
    simpson = "sum(n * (n - 1)) / (sum(n) * (sum(n) - 1))"
    whole = f"p.words IS NOT NULL AND p.n_views >= {params.min_views}"
    return f"""
words_of_items AS (
    SELECT category, item_id, words, count(*) AS n
    FROM paths WHERE words IS NOT NULL GROUP BY category, item_id, words
),
alike AS (
    SELECT category, item_id, {simpson} AS chance
    FROM words_of_items GROUP BY category, item_id HAVING sum(n) >= {params.min_buyers}
),
-- A category with few items that are searched for is judged by the whole market, the one of NULL.
usual AS (
    SELECT category, count(*) AS n, median(chance) AS chance, {QUARTILE_TO_DEVIATION}
        * greatest(quantile_cont(chance, 0.75) - median(chance), {NO_SPREAD}) AS deviation
    FROM (SELECT * FROM alike UNION ALL SELECT NULL, item_id, chance FROM alike)
    GROUP BY category HAVING count(*) >= {FEW_ITEMS}
),
whole_paths AS (
    SELECT p.category, count(*) FILTER ({whole}) AS n_whole, count(*) AS n
    FROM paths AS p GROUP BY p.category
),
inside AS (
    SELECT b.category, b.item_id, b.n, b.m, b.share, p.order_id, p.words, p.dwell_ms, p.placed_at,
        {whole} AS is_whole
    FROM bands AS b JOIN paths AS p ON p.item_id = b.item_id
    WHERE b.nth = 1 AND p.step >= b.step AND p.step < b.step + {width}
),
named AS (  -- the words that most of the whole paths began with
    SELECT item_id, words, n, sum(n) OVER (PARTITION BY item_id) AS n_whole,
        sum(n * (n - 1)) OVER (PARTITION BY item_id) AS n_pairs,
        row_number() OVER (PARTITION BY item_id ORDER BY n DESC, words) AS nth
    FROM (
        SELECT item_id, words, count(*) AS n FROM inside WHERE is_whole GROUP BY item_id, words
    )
),
groups AS (
    SELECT g.item_id, g.category, any_value(g.m) AS n_in_band, any_value(g.n) AS n_visits,
        any_value(g.share) AS share, any_value(w.n_whole) AS n_whole, any_value(w.n) AS n_same,
        any_value(w.n_pairs) / greatest(any_value(w.n_whole) * (any_value(w.n_whole) - 1), 1)
            AS same_words,
        min(g.dwell_ms) FILTER (g.is_whole AND g.words = w.words) AS low_ms,
        max(g.dwell_ms) FILTER (g.is_whole AND g.words = w.words) AS high_ms,
        list(g.order_id ORDER BY g.order_id) FILTER (g.is_whole AND g.words = w.words)
            AS evidence_ids
    FROM inside AS g JOIN named AS w ON w.item_id = g.item_id AND w.nth = 1
    GROUP BY g.item_id, g.category
),
judged AS (
    SELECT g.*, coalesce(own.chance, every.chance) AS usual_same,
        coalesce(own.deviation, every.deviation) AS deviation,
        g.n_whole / g.n_in_band AS path_share,
        -- The group's own visits must not make its path usual.
        (p.n_whole - g.n_whole + 1) / (p.n - g.n_in_band + 2) AS usual_path
    FROM groups AS g
    JOIN whole_paths AS p ON p.category = g.category
    LEFT JOIN usual AS own ON own.category = g.category
    LEFT JOIN usual AS every ON every.category IS NULL
)
SELECT item_id AS subject_id,
    round(path_share * same_words * (1 - sqrt(share))
        * (n_same - n_visits * share)
        / (n_same - n_visits * share + {params.min_buyers}), 6) AS score,
    evidence_ids, n_same::BIGINT AS n_buyers, n_in_band::BIGINT AS n_in_band,
    n_visits::BIGINT AS n_visits, round(n_visits * share, 2) AS expected,
    low_ms // 1000 AS low_s, high_ms // 1000 AS high_s, round(path_share, 4) AS path_share,
    round(usual_path, 4) AS usual_path, round(same_words, 4) AS same_words,
    round(usual_same, 4) AS usual_same
FROM judged
WHERE n_same >= {params.min_buyers} AND n_same > n_visits * share
    AND path_share >= greatest({params.min_path_share}, 2 * usual_path)
    AND same_words >= greatest(
        {params.min_same_words}, least(usual_same + {params.spreads} * deviation, 0.95)
    )
"""


def explain(facts: Facts) -> Words:
    """Say how many came by the same words and stayed as long, and how many would."""
    n, low, high = facts["n_buyers"], facts["low_s"], facts["high_s"]
    expected, same, usual = facts["expected"], facts["same_words"], facts["usual_same"]
    return Words(
        f"{n} 名买家搜索同一关键词、比较其他商品后，都在本商品停留 {low:g}–{high:g} 秒再下单"
        f"（按同类商品应约 {expected:g} 人）；两人用词相同的概率为 {same:.0%}，"
        f"同类通常 {usual:.0%}。",
        f"{counted(n, 'buyer')} searched the same words, compared other goods and stayed "
        f"from {low:g} to {counted(high, 'second')} before ordering, where the category suggests "
        f"about {expected:g}; two of them used the same words with a chance of {same:.0%}, usually "
        f"{usual:.0%}.",
    )


DETECTOR = Detector(
    name="scripted-path",
    title=Words("买家按同一脚本浏览下单", "buyers who follow one script"),
    subject="item",
    family=Family.BEHAVIOUR,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "orders": ("order_id", "account_id", "shop_id", "item_id", "placed_at"),
        "interactions": ("at", "kind", "account_id", "item_id", "query", "dwell_ms"),
    },
    uses={
        "orders": ("device_token", "live_session_id"),
        "items": ("item_id", "category"),
        "shops": ("shop_id", "category"),
    },
    evidence="orders",
    look_alikes={
        "comparison-shoppers": Words("货比三家的真实买家", "genuine comparison shoppers"),
        "brand-search": Words("直接搜索品牌名", "people who search for a brand by name"),
        "recommendation": Words("推荐位带来的流量", "traffic from recommendations"),
        "guided-kiosk": Words("有人指导的自助终端", "a kiosk where somebody guides"),
        "live-stream": Words("直播间下单", "buyers in a live stream"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

"""Instruction match: orders that do what a captured call for hands says.

What it finds: Orders of a shop or item after a post that offers money for orders there, or any
    reward for ordering by a script, placed in the way the post prescribes: after a search with its
    keyword, after as many minutes on the page as it asks for, at its hours; every part that the
    post states must fit, and far more orders fit than would by chance. A post that names no place
    but a keyword and a dwell leads to what people buy after typing just these words. Once a call is
    shown to be followed, orders that came by its keyword but stayed otherwise are named, weakly.
Why it is fake: Hired buyers work from a list. That a keyword, a shop and a dwell which a stranger
    wrote down days before all come true in one order is no taste.
Look-alikes: Ordinary promotion (a free order, gift or red packet alone is none of ours: a post must
    offer pay, commission or money back, or else dictate how long to look or what to write). News
    that warns of such tasks. Genuine buyers who saw the post (they come to the shop, perhaps by its
    keyword, but stay as long as they like). Items which everybody finds by that keyword, or studies
    for so long (the shop's own orders of other days, and its category's, are the measure).
Score: e / (e + 3), where e is the number of orders that fit beyond those expected; E2 if keyword
    and dwell are both stated and fit, else half of that and E1. It shows that somebody organised
    the orders (element b), not who: a rival can write such a post, too.
Check by hand: 1. Read the post and when and where it was captured. 2. Lay the order's visit beside
    it: search, minutes, hour. 3. See whether its reviews, too, are as the post asks.
Cost: Reads posts (`base.solicitation`, about 0.1 ms each); joins orders of the shops that they name
    with views and searches, and the dwell of those shops' categories.
References: docs/architecture.md, Evidence; Chernoff's bound on the binomial, for as many tests as
    there are calls.
"""

import math
from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, HOUR_MS, minute_of
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.solicitation import INSTRUCTIONS
from unbrush.base.words import Words, counted

STEPS = 20  # in which dwell grows by a factor of e
DOUBT = 3  # orders
FEW = 20  # orders of other days below which a shop has no habits of its own


@dataclass(frozen=True, kw_only=True)
class Params:
    """When orders fit a call."""

    window_days: int = bounded(
        21, at_least=1, at_most=120, doc="Days after its capture in which a call may be followed."
    )
    min_orders: int = bounded(4, at_least=2, doc="Orders that fit a call before it is a pattern.")
    slack: float = bounded(
        0.1, at_least=0, at_most=0.5, doc="How far a dwell may be off, as a share of what is asked."
    )
    max_chance: float = bounded(
        1e-4, at_least=1e-300, at_most=1, doc="Largest chance that so many orders fit."
    )
    clock_h: int = bounded(
        8, at_least=-12, at_most=14, doc="Hours by which the posts' clocks are ahead of UTC."
    )


def sql(params: Params) -> str:
    """Return the SELECT of orders that follow a call, as `INSTRUCTIONS` reads the calls."""
    return f"WITH {_visits_sql(params)}, {_fits_sql(params)}"


def _visits_sql(params: Params) -> str:
    """Visits: every order of a place that a call names, with its dwell; others' dwell beside it."""
    return f"""
searches AS (
    SELECT account_id, "at", "at" // {DAY_MS} AS day,
        regexp_replace(lower(query), '[^\\p{{L}}\\p{{N}}]+', '', 'g') AS words
    FROM interactions WHERE kind = 'search' AND query IS NOT NULL
),
-- A careful agent names no shop: its script leads to whatever those who type its words then buy.
led AS (
    SELECT t.post_id, o.item_id, t.captured_at, t.keyword, t.low_ms, t.high_ms, t.from_h, t.until_h
    FROM _instructions AS t
    JOIN searches AS s ON s.words = t.keyword
    JOIN orders AS o ON o.account_id = s.account_id
    WHERE coalesce(t.item_id::VARCHAR, t.shop_id::VARCHAR) IS NULL AND t.low_ms IS NOT NULL
        AND length(t.keyword) >= 2 AND o.item_id IS NOT NULL AND o.placed_at >= t.captured_at
        AND s."at" <= o.placed_at AND s."at" >= o.placed_at - {DAY_MS}
    GROUP BY ALL HAVING count(DISTINCT o.order_id) >= {params.min_orders}
),
tasks AS (
    SELECT post_id || ' ' || coalesce(item_id::VARCHAR, '') AS task, * FROM (
        SELECT post_id, shop_id, item_id, captured_at, keyword, low_ms, high_ms, from_h, until_h
        FROM _instructions
        WHERE coalesce(item_id::VARCHAR, shop_id::VARCHAR) IS NOT NULL
            AND (length(keyword) >= 2 OR low_ms IS NOT NULL)
        UNION ALL
        SELECT post_id, NULL, item_id, captured_at, keyword, low_ms, high_ms, from_h, until_h
        FROM led
    )
),
placed AS (
    SELECT o.order_id, o.account_id, o.shop_id, o.item_id, o.placed_at,
        coalesce(i.category, s.category, '') AS category
    FROM orders AS o
    LEFT JOIN items AS i ON i.item_id = o.item_id
    LEFT JOIN shops AS s ON s.shop_id = o.shop_id
),
there AS (
    SELECT t.task, p.order_id, p.category
    FROM tasks AS t JOIN placed AS p ON p.item_id = t.item_id
    UNION ALL
    SELECT t.task, p.order_id, p.category
    FROM tasks AS t JOIN placed AS p ON p.shop_id = t.shop_id
    WHERE t.item_id IS NULL
),
looks AS (
    SELECT p.order_id, any_value(p.category) AS category, sum(v.dwell_ms)::BIGINT AS dwell_ms
    FROM placed AS p
    JOIN interactions AS v ON v.account_id = p.account_id AND v.item_id = p.item_id
    WHERE v.kind = 'view' AND v.dwell_ms > 0
        AND v."at" <= p.placed_at AND v."at" >= p.placed_at - {2 * HOUR_MS}
        AND p.category IN (SELECT category FROM there)
    GROUP BY p.order_id
),
visits AS (
    SELECT t.*, h.category, p.order_id, p.account_id, p.placed_at, l.dwell_ms,
        p.placed_at >= t.captured_at
            AND p.placed_at < t.captured_at + {params.window_days * DAY_MS} AS is_after,
        (p.placed_at + {params.clock_h * HOUR_MS}) // {HOUR_MS} % 24 AS hour
    FROM there AS h JOIN tasks AS t USING (task) JOIN placed AS p USING (order_id)
    LEFT JOIN looks AS l USING (order_id)
),
days AS (
    SELECT task, order_id, account_id, placed_at, keyword, placed_at // {DAY_MS} - back AS day
    FROM visits, (VALUES (0), (1)) AS backs (back) WHERE length(keyword) >= 2
),
searched AS (
    SELECT DISTINCT d.task, d.order_id
    FROM days AS d JOIN searches AS s ON s.account_id = d.account_id AND s.day = d.day
    WHERE s."at" <= d.placed_at AND s."at" >= d.placed_at - {DAY_MS}
        AND contains(s.words, d.keyword)
),
checked AS (
    SELECT v.*, length(v.keyword) >= 2 AS has_keyword, s.order_id IS NOT NULL AS by_keyword,
        coalesce(v.dwell_ms >= v.low_ms * (1 - {params.slack})
            AND v.dwell_ms <= v.high_ms * (1 + {params.slack}), false) AS by_dwell,
        v.from_h IS NULL OR CASE WHEN v.from_h <= v.until_h
            THEN v.hour >= v.from_h AND v.hour < v.until_h
            ELSE v.hour >= v.from_h OR v.hour < v.until_h END AS by_hours
    FROM visits AS v LEFT JOIN searched AS s USING (task, order_id)
)"""


def _fits_sql(params: Params) -> str:
    """Fits: how many orders do all that a call states, and how many would by chance.

    Chance is the share of the category's other orders with such a dwell, or of the place's own of
    other days if more, times the place's usual share of that keyword, times that of those hours.
    """
    fits = "(by_keyword OR NOT has_keyword) AND (by_dwell OR low_ms IS NULL) AND by_hours"
    whole = fits.replace("low_ms", "c.low_ms").replace("has_k", "c.has_k")
    usual = "CASE WHEN n_out >= {few} THEN ({n} + 1) / (n_out + 2) ELSE 1.0 END"
    return f"""
counts AS (
    SELECT task, min(category) AS category, any_value(low_ms) AS low_ms,
        any_value(high_ms) AS high_ms, any_value(has_keyword) AS has_keyword,
        any_value(from_h) AS from_h,
        count(*) FILTER (is_after) AS n_after, count(*) FILTER (is_after AND {fits}) AS n_fit,
        count(*) FILTER (is_after AND by_dwell) AS n_dwell_after,
        count(*) FILTER (is_after AND dwell_ms IS NOT NULL) AS n_seen_after,
        count(*) FILTER (NOT is_after) AS n_out,
        count(*) FILTER (NOT is_after AND by_keyword) AS n_keyword_out,
        count(*) FILTER (NOT is_after AND by_dwell) AS n_dwell_out,
        count(*) FILTER (NOT is_after AND by_hours) AS n_hours_out
    FROM checked GROUP BY task
),
steps AS (
    SELECT category, floor({STEPS} * ln(dwell_ms))::BIGINT AS step, count(*) AS n
    FROM looks GROUP BY category, step
),
elsewhere AS (
    SELECT c.task, sum(s.n) AS n, coalesce(sum(s.n) FILTER (
        s.step >= floor({STEPS} * ln(greatest(c.low_ms * (1 - {params.slack}), 1)))
        AND s.step <= floor({STEPS} * ln(greatest(c.high_ms * (1 + {params.slack}), 1)))
    ), 0) AS n_dwell
    FROM counts AS c JOIN steps AS s USING (category)
    WHERE c.low_ms IS NOT NULL
    GROUP BY c.task
),
chances AS (
    SELECT c.*, CASE WHEN low_ms IS NULL THEN 1.0 ELSE greatest(
            (greatest(coalesce(e.n_dwell, 0) - n_dwell_after, 0) + 1)
                / (greatest(coalesce(e.n, 0) - n_seen_after, 0) + 2),
            CASE WHEN n_out >= {FEW} THEN n_dwell_out / n_out ELSE 0 END
        ) END
        * CASE WHEN has_keyword THEN {usual.format(n="n_keyword_out", few=FEW)} ELSE 1.0 END
        * CASE WHEN from_h IS NULL THEN 1.0
            ELSE {usual.format(n="n_hours_out", few=FEW)} END AS chance
    FROM counts AS c LEFT JOIN elsewhere AS e USING (task)
    WHERE n_fit >= {params.min_orders}
),
followed AS (
    SELECT *, n_after * chance AS expected
    FROM chances
    WHERE n_fit > n_after * chance
        AND n_fit * ln(n_fit / (n_after * chance)) + CASE WHEN n_fit < n_after
            THEN (n_after - n_fit) * ln((n_after - n_fit) / (n_after * (1 - chance))) ELSE 0 END
            >= {-math.log(params.max_chance)} + ln((SELECT count(*) FROM tasks))
),
scored AS (
    SELECT c.order_id, c.post_id, c.captured_at, c.placed_at, c.dwell_ms, f.n_fit, f.n_after,
        f.expected, f.has_keyword, f.low_ms, f.high_ms, {whole} AS is_whole,
        f.has_keyword AND f.low_ms IS NOT NULL AND {whole} AS is_strong,
        (f.n_fit - f.expected) / (f.n_fit - f.expected + {DOUBT})
            * CASE WHEN {whole} THEN 1.0 ELSE 1 - (n_keyword_out + 1) / (n_out + 2) END AS worth
    FROM checked AS c JOIN followed AS f USING (task)
    -- A call that is followed is followed by those, too, who came by its keyword and were hasty.
    WHERE c.is_after AND ({whole} OR c.has_keyword AND c.by_keyword AND c.by_hours)
),
best AS (
    SELECT *, row_number() OVER (
        PARTITION BY order_id ORDER BY is_strong DESC, worth DESC, captured_at, post_id
    ) AS nth
    FROM scored
)
SELECT order_id AS subject_id, round(CASE WHEN is_strong THEN worth ELSE worth / 2 END, 6) AS score,
    [order_id] AS evidence_ids, CASE WHEN is_strong THEN 'E2' ELSE 'E1' END AS strength,
    post_id, captured_at, round((placed_at - captured_at) / {HOUR_MS}, 1) AS after_h,
    n_fit::BIGINT AS n_fit, n_after::BIGINT AS n_after, round(expected, 3) AS expected,
    has_keyword AS by_keyword, low_ms // 1000 AS low_s, high_ms // 1000 AS high_s,
    CASE WHEN low_ms IS NOT NULL THEN dwell_ms // 1000 END AS dwell_s, is_whole
FROM best WHERE nth = 1
"""


def explain(facts: Facts) -> Words:
    """Say which parts of the call the order fits, and how many others do."""
    n_fit, n_after, expected = facts["n_fit"], facts["n_after"], facts["expected"]
    parts_zh = ["店铺或商品"] + ["关键词"] * bool(facts["by_keyword"])
    parts_en = ["shop or item"] + ["keyword"] * bool(facts["by_keyword"])
    but_zh = but_en = ""
    if facts["dwell_s"] is not None:
        stayed, low, high = facts["dwell_s"], facts["low_s"], facts["high_s"]
        if facts["is_whole"]:
            parts_zh.append(f"停留时间（{stayed:g} 秒，要求 {low:g}–{high:g} 秒）")
            parts_en.append(f"dwell ({counted(stayed, 'second')}; it asks for {low:g}-{high:g})")
        else:
            but_zh = f"本单停留 {stayed:g} 秒，与要求的 {low:g}–{high:g} 秒不符，只作弱证据。"
            but_en = (
                f" This one stayed {counted(stayed, 'second')} where {low:g}-{high:g} are asked "
                f"for, so it says little."
            )
    when = minute_of(facts["captured_at"])
    return Words(
        f"该订单与 {when}（UTC）采集的招募帖相符：{'、'.join(parts_zh)}；其后 {n_after} 笔订单中"
        f" {n_fit} 笔完全相符，按平时约 {expected:g} 笔。{but_zh}",
        f"Fits a call for hands captured on {when} UTC: {', '.join(parts_en)}; of "
        f"{counted(n_after, 'order')} since then, {n_fit:,} fit wholly, where about {expected:g} "
        f"would.{but_en}",
    )


DETECTOR = Detector(
    name="instruction-match",
    title=Words("与招募帖要求相符的订单", "orders that do what a captured call for hands says"),
    subject="order",
    family=Family.OFF_PLATFORM,
    strength=Strength.E2,
    element=Element.ORGANISED,
    needs={
        "posts": ("post_id", "text", "captured_at"),
        "orders": ("order_id", "account_id", "shop_id", "placed_at", "item_id"),
        "interactions": ("at", "kind", "account_id", "item_id"),
    },
    uses={
        "posts": ("shop_id", "item_id"),
        "interactions": ("query", "dwell_ms"),
        "items": ("item_id", "category"),
        "shops": ("shop_id", "category"),
    },
    evidence="orders",
    look_alikes={
        "promotion-post": Words("普通促销帖", "an ordinary promotion"),
        "warning-post": Words("提醒防范刷单的帖子", "news that warns of such tasks"),
        "saw-the-post": Words("看到帖子的真实买家", "genuine buyers who saw the post"),
        "usual-words": Words("人人都用的关键词", "a keyword that everybody uses for it"),
        "studied-item": Words("本来就要看很久的商品", "an item that everybody studies for long"),
    },
    params=Params(),
    prepared=INSTRUCTIONS,
    sql=sql,
    explain=explain,
)

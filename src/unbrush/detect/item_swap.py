"""Item swap: a listing sells another product from one day on, and keeps the old one's reviews.

What it finds: An item whose price per piece, or whose parcels' weight per piece, changed for good
    at one moment by a factor of ``min_factor`` or more, while its reviews stopped speaking of what
    they spoke of before: the words of both sides have far less in common than those within a side.
    Where reviews of one side hardly share words among themselves, words cannot tell.
Why it is fake: A listing that has sold thousands of something cheap is worth more than a new one.
    Its sales and praise are grafted onto another product, which nobody has bought or tried.
Look-alikes: A relisting or a price rise of the same product, and another packaging, such as two in
    a box (the reviews go on speaking of the same thing). Variants sold side by side (they are mixed
    in time, not parted by it). A sale (prices come back). Edits of the title for the season
    (neither price nor weight changes), and words of the season (they are few among the words of the
    goods).
Score: (1 - likeness / usual likeness) × n / (n + min_reviews), where likeness is the cosine between
    the words of earlier and later reviews, usual likeness the smaller one between halves of a side,
    and n the reviews carried over. E2 if price and weight both changed within ``same_days``, else
    E1. The evidence is the reviews of before: they say nothing of what is sold now. Their authors
    did nothing wrong.
Check by hand: 1. Read a few reviews of either side: what do they speak of? 2. Look up the listing's
    history of titles and pictures around the day. 3. Compare its sales before and after.
Cost: Quartiles of price and weight by item; one window over the orders of items in which these
    differ widely; words only of items with a clean break.
References: docs/architecture.md, Evidence; inverse document frequency over the market's reviews, so
    that praise which fits everything counts little.
"""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, SECOND_MS, day_of
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Implicates, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

SAMPLE = 20_000  # reviews that tell how common a word is
EDGE = 0.1  # share of orders at either end of price or weight that may be anything


@dataclass(frozen=True, kw_only=True)
class Params:
    """From where on a listing sells something else."""

    min_factor: float = bounded(
        1.6, at_least=1.2, at_most=10, doc="Change of price or weight per piece, as a factor."
    )
    min_orders: int = bounded(10, at_least=5, doc="Orders on either side of the change.")
    min_purity: float = bounded(
        0.95, at_least=0.8, at_most=1, doc="Share of orders on the right side of the change."
    )
    min_reviews: int = bounded(10, at_least=4, doc="Written reviews on either side.")
    max_likeness: float = bounded(
        0.4,
        at_least=0,
        at_most=0.9,
        doc="Likeness of words across the change, over that within a side.",
    )
    min_within: float = bounded(
        0.15, at_least=0, at_most=0.9, doc="Likeness within a side, below which words say nothing."
    )
    same_days: int = bounded(
        14, at_least=0, at_most=90, doc="Days within which price and weight change together."
    )


def sql(params: Params) -> str:
    """Return the SELECT of items that became another product."""
    return f"WITH {_breaks_sql(params)}, {_words_sql(params)}, {_likeness_sql(params)}"


def _breaks_sql(params: Params) -> str:
    """Breaks: the moment that parts an item's cheap from its dear, or light from heavy, orders."""
    return f"""
weights AS (SELECT order_id, sum(weight_g) AS weight_g FROM shipments GROUP BY order_id),
measures AS (
    SELECT 'price' AS what, item_id, order_id, placed_at,
        paid_minor / greatest(coalesce(quantity, 1), 1) AS size
    FROM orders WHERE item_id IS NOT NULL AND paid_minor > 0
    UNION ALL
    SELECT 'weight', o.item_id, o.order_id, o.placed_at,
        w.weight_g / greatest(coalesce(o.quantity, 1), 1)
    FROM orders AS o JOIN weights AS w USING (order_id)
    WHERE o.item_id IS NOT NULL AND w.weight_g > 0
),
ranges AS (
    SELECT what, item_id, sqrt(quantile_cont(size, {EDGE}) * quantile_cont(size, {1 - EDGE}))
        AS middle, count(*) AS n
    FROM measures GROUP BY what, item_id
    HAVING count(*) >= {2 * params.min_orders}
        AND quantile_cont(size, {1 - EDGE}) >= {params.min_factor} * quantile_cont(size, {EDGE})
),
sides AS (
    SELECT m.what, m.item_id, m.placed_at, m.size, r.n,
        count(*) OVER before AS n_before,
        count(*) FILTER (m.size > r.middle) OVER before AS n_big_before,
        count(*) FILTER (m.size > r.middle) OVER (PARTITION BY m.what, m.item_id) AS n_big
    FROM measures AS m JOIN ranges AS r USING (what, item_id)
    WINDOW before AS (
        PARTITION BY m.what, m.item_id ORDER BY m.placed_at
        RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
),
-- Of n orders, those on their right side if all up to here were small and all later ones big.
parted AS (
    SELECT *, n_before - n_big_before + n_big - n_big_before AS n_rising FROM sides
),
best AS (
    SELECT what, item_id, placed_at AS last_at, greatest(n_rising, n - n_rising) / n AS purity,
        n_before, n, row_number() OVER (
            PARTITION BY what, item_id ORDER BY greatest(n_rising, n - n_rising) DESC, placed_at
        ) AS nth
    FROM parted
    WHERE n_before >= {params.min_orders} AND n - n_before >= {params.min_orders}
),
breaks AS (
    SELECT b.what, b.item_id, b.last_at,
        median(m.size) FILTER (m.placed_at <= b.last_at) AS size_before,
        median(m.size) FILTER (m.placed_at > b.last_at) AS size_after
    FROM best AS b JOIN measures AS m USING (what, item_id)
    WHERE b.nth = 1 AND b.purity >= {params.min_purity}
    GROUP BY b.what, b.item_id, b.last_at
    HAVING greatest(size_before / size_after, size_after / size_before) >= {params.min_factor}
),
changes AS (  -- where both changed at different times, by the price
    SELECT item_id, arg_min(last_at, what) AS last_at,
        coalesce(max(last_at) - min(last_at) <= {params.same_days * DAY_MS} AND count(*) = 2, false)
            AS is_both,
        max(size_before) FILTER (what = 'price') AS price_before,
        max(size_after) FILTER (what = 'price') AS price_after,
        max(size_before) FILTER (what = 'weight') AS weight_before,
        max(size_after) FILTER (what = 'weight') AS weight_after
    FROM breaks GROUP BY item_id
)"""


def _words_sql(params: Params) -> str:
    """Words: pairs of neighbouring characters of the reviews on both sides, by review."""
    plain = "regexp_replace(lower(text), '[^\\p{L}\\p{N}]+', '', 'g')"
    places = "range(1, greatest(length(said), 1))"
    grams = f"list_distinct(list_transform({places}, lambda i: said[i:i + 1]))"
    return f"""
written AS (
    SELECT review_id, item_id, order_id, posted_at, rating, {plain} AS said
    FROM reviews
    WHERE text IS NOT NULL AND append_of IS NULL
        AND coalesce(text_source, 'written') = 'written'
),
common AS (
    SELECT word, count(*) AS n FROM (
        SELECT unnest({grams}) AS word FROM written
        WHERE posted_at // {SECOND_MS} % (1 + (SELECT count(*) FROM written) // {SAMPLE}) = 0
    ) GROUP BY word
),
-- A review belongs to the product that was sold when it was ordered.
sided AS (
    SELECT w.*, coalesce(o.placed_at, w.posted_at) > c.last_at AS is_after
    FROM written AS w JOIN changes AS c USING (item_id)
    LEFT JOIN orders AS o ON o.order_id = w.order_id
    -- Without its order, a review soon after the change may be of either.
    WHERE o.order_id IS NOT NULL OR w.posted_at <= c.last_at
        OR w.posted_at > c.last_at + {params.same_days * DAY_MS}
),
halved AS (
    SELECT *, row_number() OVER (
        PARTITION BY item_id, is_after ORDER BY posted_at, said, rating, review_id
    ) % 2 AS half
    FROM sided
),
enough AS (
    SELECT item_id FROM halved GROUP BY item_id
    HAVING count(*) FILTER (is_after) >= {params.min_reviews}
        AND count(*) FILTER (NOT is_after) >= {params.min_reviews}
),
spoken AS (
    SELECT item_id, is_after, half, word, count(*) AS n FROM (
        SELECT item_id, is_after, half, unnest({grams}) AS word
        FROM halved SEMI JOIN enough USING (item_id)
    ) GROUP BY item_id, is_after, half, word
)"""


def _likeness_sql(params: Params) -> str:
    """Likeness: the cosine between the words of two sides, and of the halves of each."""
    cosine = (
        "sum({0} * {1} * weight)::DOUBLE / sqrt(greatest(sum({0} * {0} * weight), 1)::DOUBLE"
        " * greatest(sum({1} * {1} * weight), 1)::DOUBLE)"
    )
    return f"""
sampled AS (SELECT max(n) AS n_most FROM common),
-- Whole numbers, so that no order of adding them changes a sum; the commonest word weighs nothing.
weighed AS (
    SELECT s.item_id, s.word,
        round(100 * ln((m.n_most + 1) / (coalesce(any_value(c.n), 0) + 1)))::BIGINT AS rarity,
        coalesce(sum(s.n) FILTER (NOT is_after AND half = 0), 0)::BIGINT AS old_0,
        coalesce(sum(s.n) FILTER (NOT is_after AND half = 1), 0)::BIGINT AS old_1,
        coalesce(sum(s.n) FILTER (is_after AND half = 0), 0)::BIGINT AS new_0,
        coalesce(sum(s.n) FILTER (is_after AND half = 1), 0)::BIGINT AS new_1
    FROM spoken AS s LEFT JOIN common AS c USING (word), sampled AS m
    GROUP BY s.item_id, s.word, m.n_most
),
likenesses AS (
    SELECT item_id,
        greatest({cosine.format("old_0", "new_0")}, {cosine.format("old_1", "new_1")}) AS across,
        least({cosine.format("old_0", "old_1")}, {cosine.format("new_0", "new_1")}) AS within
    FROM (SELECT *, rarity * rarity AS weight FROM weighed)
    GROUP BY item_id
),
swapped AS (
    SELECT item_id, across, within FROM likenesses
    WHERE within >= {params.min_within} AND across <= {params.max_likeness} * within
),
carried AS (
    SELECT h.item_id, list(h.review_id ORDER BY h.review_id) FILTER (NOT is_after) AS ids,
        count(*) FILTER (NOT is_after) AS n_carried, count(*) FILTER (is_after) AS n_since,
        -- Stars in hundredths, for the same reason.
        sum(round(100 * rating)::BIGINT) FILTER (NOT is_after)
            / count(rating) FILTER (NOT is_after) AS stars_before,
        sum(round(100 * rating)::BIGINT) FILTER (is_after)
            / count(rating) FILTER (is_after) AS stars_after
    FROM halved AS h SEMI JOIN swapped USING (item_id) GROUP BY h.item_id
)
SELECT s.item_id AS subject_id,
    round((1 - across / within) * r.n_carried / (r.n_carried + {params.min_reviews}), 6) AS score,
    r.ids AS evidence_ids, CASE WHEN c.is_both THEN 'E2' ELSE 'E1' END AS strength,
    c.last_at AS changed_at, r.n_carried::BIGINT AS n_carried, r.n_since::BIGINT AS n_since,
    round(across, 4) AS likeness, round(within, 4) AS usual_likeness,
    round(c.price_before / 100, 2) AS price_before, round(c.price_after / 100, 2) AS price_after,
    round(c.weight_before, 1) AS weight_before_g, round(c.weight_after, 1) AS weight_after_g,
    round(r.stars_before / 100, 2) AS stars_before, round(r.stars_after / 100, 2) AS stars_after
FROM swapped AS s JOIN changes AS c USING (item_id) JOIN carried AS r USING (item_id)
"""


def explain(facts: Facts) -> Words:
    """Say what changed, when, and how many reviews were carried over."""
    when, carried, since = day_of(facts["changed_at"]), facts["n_carried"], facts["n_since"]
    alike, usual = facts["likeness"], facts["usual_likeness"]
    zh, en = [], []
    if facts["price_before"] is not None:
        zh.append(f"单价由 {facts['price_before']:g} 变为 {facts['price_after']:g}")
        en.append(f"the price went from {facts['price_before']:g} to {facts['price_after']:g}")
    if facts["weight_before_g"] is not None:
        zh.append(f"单件重量由 {facts['weight_before_g']:g} 克变为 {facts['weight_after_g']:g} 克")
        en.append(
            f"the weight from {facts['weight_before_g']:g} g to {facts['weight_after_g']:g} g"
        )
    return Words(
        f"{when}（UTC）起{'，'.join(zh)}；此前 {carried} 条评价与此后 {since} 条用词相似度仅 "
        f"{alike:.0%}（同一侧内 {usual:.0%}），旧评价说的是另一种商品。",
        f"From {when} (UTC) on, {' and '.join(en)}; {counted(carried, 'earlier review')} and "
        f"{since:,} later ones are only {alike:.0%} alike in their words ({usual:.0%} within a "
        f"side): what was praised is not what is sold.",
    )


DETECTOR = Detector(
    name="item-swap",
    title=Words("老链接换成了另一种商品", "an old listing that sells another product"),
    subject="item",
    family=Family.TEXT,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "orders": ("order_id", "item_id", "placed_at"),
        "reviews": ("review_id", "item_id", "posted_at", "text"),
    },
    uses={
        "orders": ("paid_minor", "quantity"),
        "reviews": ("order_id", "rating", "text_source", "append_of"),
        "shipments": ("order_id", "weight_g"),
    },
    evidence="reviews",
    implicates=Implicates.GOODS,
    look_alikes={
        "relisting": Words("同一商品重新上架或涨价", "the same product relisted or dearer"),
        "packaging": Words("更换包装或规格", "another packaging of the same product"),
        "variants": Words("同一链接的多种款式", "variants sold side by side"),
        "sale": Words("限时降价", "a sale"),
        "season-words": Words("换季的标题和用词", "titles and words of the season"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

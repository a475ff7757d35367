"""Rating campaign: a short rise of an item's reviews and stars, then fewer stars and more of one.

What it finds: One to four weeks in which an item gets several times its usual reviews with a
    better mean than before, followed by weeks with fewer reviews, a worse mean and a larger share
    of the lowest rating than before the campaign.
Why it is fake: Sellers buy reviews for some weeks to be seen. The stars bring buyers who expected
    more than they get: when the buying ends, the mean falls and one-star reviews rise beyond where
    they were. Of all measured signs of bought reviews this course is the one found in the field.
Look-alikes: A better product gets better reviews and keeps them, so nothing is said unless the mean
    falls again. A disclosed trial or reward does not count, nor does what the platform wrote by
    default. A season lifts the category: what its other items gained in reviews and in stars in the
    same weeks is taken off. A rush after an article or a discount brings more reviews, not better
    ones. Not told apart: an honest rush of happy buyers, right before a bad batch. That, and that
    honest praise of those weeks is found with the rest, makes this weak evidence.
Score: 1 - expected / found highest ratings of the campaign, where expected is what the weeks before
    let expect, times the category's lift. Chance alone makes at most ``max_false`` findings in a
    whole market by the number of reviews alone; means and shares must differ by ``min_spreads``.
Check by hand: 1. Draw reviews and mean by week, beside the category. 2. Read the one-star reviews
    after the rise: do they speak of praise that misled? 3. Who wrote the campaign's praise, and
    what else do they praise?
Cost: Reviews are grouped by item and week once; window sums by integer frames; linear.
References: He, Hollenbeck and Proserpio 2022, The Market for Fake Reviews (ratings rise in the
    campaign and fall after it, one-star shares beyond); Chernoff bound of the Poisson law.
"""

import math
from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, day_of
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

WEEK_MS = 7 * DAY_MS
LENGTHS = (1, 2, 3, 4)  # weeks of a campaign
AROUND = 8  # weeks before and after it
LEAST_AROUND = 4  # of these, that must be on record
MIN_CATEGORY = 30  # other items' reviews before a campaign by which a season is known
FALLS = 0.5  # of the campaign's reviews a week, which the weeks after it may reach
DOUBT = 2.0  # reviews


@dataclass(frozen=True, kw_only=True)
class Params:
    """When a rise and fall is a campaign's."""

    min_reviews: int = bounded(
        15, at_least=5, doc="Reviews in a campaign, and before and after it, to be judged."
    )
    min_ratio: float = bounded(3.0, at_least=1.5, doc="Times the expected reviews.")
    min_stars: float = bounded(
        0.2, at_least=0.05, doc="Stars by which the campaign's mean is above those around it."
    )
    min_spreads: float = bounded(
        3.0, at_least=1.5, doc="Standard errors by which the means differ."
    )
    min_low_spreads: float = bounded(
        2.0, at_least=1.0, doc="Standard errors by which the share of lowest ratings rises."
    )
    max_false: float = bounded(
        0.01,
        at_least=1e-300,
        at_most=1.0,
        doc="Expected findings in a whole market by number of reviews alone, by chance alone.",
    )


_COUNTS = ("n", "tenths", "squares", "n_top", "n_low")
_SPANS = ("before", "during", "after")


def _sums_sql(by: str, weeks: str, length: int) -> str:
    """Return the SELECT of sums before, during and after a campaign of ``length`` from each week.

    Reads ``weeks`` (``by``, week and the counts); columns end in ``_before`` and so on.
    """
    frames = {
        "before": f"{AROUND} PRECEDING AND 1 PRECEDING",
        "during": f"CURRENT ROW AND {length - 1} FOLLOWING",
        "after": f"{length} FOLLOWING AND {length + AROUND - 1} FOLLOWING",
    }
    sums = ", ".join(
        f"coalesce(sum({count}) OVER {span}, 0) AS {count}_{span}"
        for span in frames
        for count in _COUNTS
    )
    windows = ", ".join(
        f"{span} AS (PARTITION BY {by} ORDER BY week RANGE BETWEEN {frame})"
        for span, frame in frames.items()
    )
    return f"SELECT {by}, week, {length} AS length, {sums} FROM {weeks} WINDOW {windows}"


def _mean(span: str, table: str) -> str:
    return f"{table}.tenths_{span} / 10.0 / {table}.n_{span}"


def _error_squared(span: str) -> str:
    """Squared standard error of a mean, with one review of doubt so that it is never nothing."""
    mean_of_squares = f"(s.squares_{span} + {DOUBT} * 100) / 100.0 / s.n_{span}"
    return f"({mean_of_squares} - pow(s.tenths_{span} / 10.0 / s.n_{span}, 2)) / s.n_{span}"


def sql(params: Params) -> str:
    """Return the SELECT of items with a campaign; weeks are counted from 1970."""
    item_sums = "\n    UNION ALL\n    ".join(_sums_sql("item_id", "weeks", n) for n in LENGTHS)
    category_sums = "\n    UNION ALL\n    ".join(
        _sums_sql("category", "category_weeks", n) for n in LENGTHS
    )
    season = {
        span: f"CASE WHEN c.n_{span} - s.n_{span} >= {MIN_CATEGORY} "
        f"AND c.n_during - s.n_during >= {MIN_CATEGORY} THEN greatest(0, "
        f"(c.tenths_during - s.tenths_during) / 10.0 / (c.n_during - s.n_during) "
        f"- (c.tenths_{span} - s.tenths_{span}) / 10.0 / (c.n_{span} - s.n_{span})) "
        f"ELSE 0 END"
        for span in ("before", "after")
    }
    low = "(n_low_before + n_low_after) / (n_before + n_after)"
    return f"""
WITH scale AS (
    SELECT max(rating) AS top, min(rating) AS low,
        max(posted_at) // {WEEK_MS} AS last_week
    FROM reviews
),
counted AS (
    SELECT review_id, item_id, posted_at // {WEEK_MS} AS week, rating >= top AS is_top,
        rating <= low AS is_low,
        -- Tenths of a star as whole numbers: sums that do not depend on their order.
        round(rating * 10)::BIGINT AS tenths
    FROM reviews, scale
    WHERE rating IS NOT NULL AND append_of IS NULL AND text_source IS DISTINCT FROM 'default'
        AND NOT coalesce(is_disclosed_incentive, false)
),
weeks AS (
    SELECT item_id, week, count(*) AS n, sum(tenths)::BIGINT AS tenths,
        sum(tenths * tenths)::BIGINT AS squares, count(*) FILTER (WHERE is_top) AS n_top,
        count(*) FILTER (WHERE is_low) AS n_low
    FROM counted GROUP BY item_id, week
),
lives AS (SELECT item_id, min(week) AS first_week FROM weeks GROUP BY item_id),
kinds AS (
    SELECT i.item_id, coalesce(i.category, s.category) AS category
    FROM items AS i LEFT JOIN shops AS s ON s.shop_id = i.shop_id
    WHERE coalesce(i.category, s.category) IS NOT NULL
),
category_weeks AS (
    SELECT category, week, sum(n)::BIGINT AS n, sum(tenths)::BIGINT AS tenths,
        sum(squares)::BIGINT AS squares, sum(n_top)::BIGINT AS n_top, sum(n_low)::BIGINT AS n_low
    FROM weeks JOIN kinds USING (item_id) GROUP BY category, week
),
item_sums AS ({item_sums}),
category_sums AS ({category_sums}),
spans AS (
    SELECT s.*, l.first_week, least({AROUND}, s.week - l.first_week) AS weeks_before,
        least({AROUND}, last_week - s.week - s.length + 1) AS weeks_after
    FROM item_sums AS s JOIN lives AS l ON l.item_id = s.item_id, scale
    WHERE {" AND ".join(f"s.n_{span} >= {params.min_reviews}" for span in _SPANS)}
        AND s.week - l.first_week >= {LEAST_AROUND}
        AND last_week - s.week - s.length + 1 >= {LEAST_AROUND}
),
tested AS (SELECT count(*) AS n_spans FROM spans),
compared AS (
    SELECT s.*,
        -- The category's weeks before may be cut off like the item's: their weeks cancel out.
        1.0 * s.n_before * s.length / s.weeks_before * greatest(1, coalesce(
            CASE WHEN c.n_before - s.n_before >= {MIN_CATEGORY} THEN
                1.0 * (c.n_during - s.n_during) * s.weeks_before
                    / (c.n_before - s.n_before) / s.length
            END, 1)) AS expected,
        {_mean("during", "s")} - {_mean("before", "s")} - {season["before"]} AS rise,
        {_mean("during", "s")} - {_mean("after", "s")} - {season["after"]} AS fall,
        {_error_squared("before")} AS error_before, {_error_squared("during")} AS error_during,
        {_error_squared("after")} AS error_after
    FROM spans AS s
    LEFT JOIN kinds AS k ON k.item_id = s.item_id
    LEFT JOIN category_sums AS c
        ON c.category = k.category AND c.week = s.week AND c.length = s.length
),
campaigns_found AS (
    SELECT compared.*, 1.0 * n_top_before * expected / n_before AS expected_top
    FROM compared, tested
    WHERE n_during >= {params.min_ratio} * expected
        AND n_during - expected + n_during * ln(expected / n_during)
            <= {math.log(params.max_false)} - ln(n_spans)
        AND 1.0 * n_after / weeks_after <= {FALLS} * n_during / length
        AND rise >= greatest({params.min_stars},
            {params.min_spreads} * sqrt(error_before + error_during))
        AND fall >= greatest({params.min_stars},
            {params.min_spreads} * sqrt(error_after + error_during))
        AND 1.0 * n_low_after / n_after - 1.0 * n_low_before / n_before
            >= {params.min_low_spreads} * sqrt(greatest({low} * (1 - {low}), 1.0 / n_after)
                * (1.0 / n_before + 1.0 / n_after))
),
best AS (
    SELECT *, round(1 - least(1, expected_top / n_top_during), 6) AS score
    FROM campaigns_found
    QUALIFY row_number() OVER (
        PARTITION BY item_id ORDER BY n_top_during - expected_top DESC, length, week
    ) = 1
),
evidence AS (
    SELECT b.item_id, list(c.review_id ORDER BY c.review_id) AS evidence_ids
    FROM best AS b JOIN counted AS c
        ON c.item_id = b.item_id AND c.week >= b.week AND c.week < b.week + b.length
    WHERE c.is_top GROUP BY b.item_id
)
SELECT b.item_id AS subject_id, b.score, e.evidence_ids, b.n_during::BIGINT AS n_reviews,
    round(b.expected, 1) AS expected, b.length AS n_weeks, b.week * {WEEK_MS} AS first_at,
    {", ".join(f"round({_mean(span, 'b')}, 2) AS mean_{span}" for span in _SPANS)},
    round(1.0 * b.n_low_before / b.n_before, 4) AS low_share_before,
    round(1.0 * b.n_low_after / b.n_after, 4) AS low_share_after
FROM best AS b JOIN evidence AS e ON e.item_id = b.item_id
"""


def explain(facts: Facts) -> Words:
    """Say how reviews and stars rose, and where they fell to."""
    n_reviews, expected, n_weeks = facts["n_reviews"], facts["expected"], facts["n_weeks"]
    before, during, after = (facts[f"mean_{span}"] for span in _SPANS)
    low, low_after = facts["low_share_before"], facts["low_share_after"]
    since = day_of(facts["first_at"])
    return Words(
        f"{since}（UTC）起 {n_weeks} 周内有 {n_reviews} 条评价（按此前与同类应约 {expected:g} 条）"
        f"，平均分由 {before:g} 升至 {during:g}，随后跌至 {after:g}；"
        f"最低分占比由此前的 {low:.1%} 升至 {low_after:.1%}。",
        f"{counted(n_reviews, 'review')} in {counted(n_weeks, 'week')} from {since} UTC, where the "
        f"time before and the category let expect about {expected:g}; the mean rose from "
        f"{before:g} to {during:g}, then fell to {after:g}, with {low_after:.1%} lowest ratings "
        f"where {low:.1%} were usual.",
    )


DETECTOR = Detector(
    name="rating-campaign",
    title=Words("评分短期冲高后回落", "a short rise of stars, then a fall"),
    subject="item",
    family=Family.TIME,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={"reviews": ("review_id", "item_id", "posted_at", "rating")},
    uses={
        "items": ("item_id", "shop_id", "category"),
        "reviews": ("text_source", "append_of", "is_disclosed_incentive"),
        "shops": ("shop_id", "category"),
    },
    evidence="reviews",
    look_alikes={
        "product-improvement": Words("产品改进，评分持续走高", "a product that got better"),
        "disclosed-trial": Words("已标明的试用活动", "a disclosed trial"),
        "season": Words("整个品类的旺季", "a season of the whole category"),
        "default-praise": Words("系统默认好评", "default praise by the platform"),
        "rush": Words("报道或促销带来的评价潮", "a rush after an article or a discount"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

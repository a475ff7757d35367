"""Quick review: written before the parcel came, or sooner after it than people of that category.

What it finds: A review posted before its order could have been delivered (more than ``late_h``
hours before the first scan that says so), or after delivery but sooner than nearly anyone reviews
goods of the same category.

Why it is fake: A hired reviewer has a text and a list, not a product; waiting costs a day's pay.
Who opens, tries and then writes needs hours or days, more for a mattress than for a meal.

Look-alikes: What is used at once (food, vouchers) has its own category's distribution, which then
allows it. Default praise, and additions to an earlier review, say nothing of the first lag. A
buyer who had the same item from an earlier order knows it already. Delivery counts from the first
scan near the buyer (out for delivery, arrived in the buyer's region, signed), since a neighbour or
a station often signs late; if only the signature was scanned, or only dispatch is known, records
may be ``late_h`` late. Who confirms receipt only to review, in one sitting, has had the goods for
an unknown time, which is then counted from dispatch. An order with a parcel that was never scanned
may have come in that one. Who complains of waiting may do so before delivery: only praise (a rating
above ``complaint``, or none known) is too early. Times of review that are only dates count as the
end of their day, and then say nothing of lags. Where a fifth of all reviews comes "before
delivery", the clocks or the process differ, and nothing is said of that.

Score: Before delivery by the carrier's scans 0.8 to 1, half way at a day too early; strength E2.
Before dispatch, which only the shop recorded, 0.6 to 0.8; E1. After delivery 0.1 to 0.7, falling as
the lag approaches the limit; E1. The limit is the category's median lag divided by ``spreads``
deviations on the logarithmic scale, the deviation taken from the wider of the two quartiles, so
that neither fakes nor a quick minority move it much. Categories with fewer than ``min_reviews``
lags are not judged by lag, nor are lags of ``at_most_h`` hours and more.

Check by hand:
1. Lay the order's times in a row: placed, dispatched, scans, confirmed, reviewed.
2. Read the review: does it tell of use, or only of what the page shows?
3. Look at the reviewer's other reviews: always as quick, in the same shops?

Cost: Joins reviews with orders, parcels and scans; quartiles per category; earlier orders are only
looked up for reviews that would be found.

References: none; the rule is ours.
"""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

QUARTILE_TO_DEVIATION = 1.4826  # of a normal distribution
ROUND_MS = 15 * MINUTE_MS  # midnight is a multiple of this in every time zone
SITTING_MS = 15 * MINUTE_MS
KNOWN_MS = 3 * DAY_MS  # after which an earlier order of the item has shown it

_SINCE = {
    "signed": Words("签收", "signed for"),
    "confirmed": Words("确认收货", "confirmed as received"),
    "dispatched": Words("发货", "dispatched"),
}


@dataclass(frozen=True, kw_only=True)
class Params:
    """From where on a review is too quick."""

    late_h: int = bounded(
        24, at_least=0, at_most=240, doc="Hours that a signature or dispatch may be recorded late."
    )
    spreads: float = bounded(
        3.5, at_least=2, at_most=10, doc="Deviations below the category's median lag (logarithmic)."
    )
    at_most_h: int = bounded(
        24, at_least=1, at_most=240, doc="Hours after delivery from which no review is too quick."
    )
    min_reviews: int = bounded(
        50, at_least=20, doc="Lags of a category before it has a distribution."
    )
    complaint: float = bounded(
        3.0,
        at_least=0,
        doc="Rating up to which a review before delivery is a complaint of waiting.",
    )
    max_early_share: float = bounded(
        0.2, at_least=0.01, at_most=1, doc="Share of early reviews from which clocks are doubted."
    )


def sql(params: Params) -> str:
    """Return the SELECT of reviews posted before delivery or too soon after it."""
    deviation = (
        f"{QUARTILE_TO_DEVIATION} * greatest(ln(median_ms / low_ms), ln(high_ms / median_ms))"
    )
    return f"""
WITH dated AS (
    SELECT CASE WHEN count(*) FILTER (WHERE posted_at % {ROUND_MS} = 0) >= 0.9 * count(*)
        THEN {DAY_MS - 1} ELSE 0 END AS slack_ms
    FROM reviews
),
written AS (
    SELECT r.review_id, r.account_id, r.item_id, r.order_id, o.placed_at, o.shipped_at,
        -- Confirmed in the same sitting: the goods had been there before.
        CASE WHEN o.confirmed_at <= r.posted_at - {SITTING_MS} THEN o.confirmed_at END
            AS receipt_at,
        r.posted_at + d.slack_ms AS posted_at, d.slack_ms > 0 AS is_date_only,
        coalesce(r.rating > {params.complaint}, true) AS is_praise,
        coalesce(i.category, s.category, '') AS category
    FROM dated AS d, reviews AS r
    JOIN orders AS o ON o.order_id = r.order_id
    LEFT JOIN items AS i ON i.item_id = r.item_id
    LEFT JOIN shops AS s ON s.shop_id = o.shop_id
    WHERE r.append_of IS NULL AND r.text_source IS DISTINCT FROM 'default'
),
parcels AS (
    SELECT order_id, waybill_id, destination_region
    FROM shipments SEMI JOIN written USING (order_id)
),
parcel_times AS (
    SELECT p.order_id, p.waybill_id,
        min(c.at) FILTER (WHERE c.kind = 'signed') AS signed_at,
        min(c.at) FILTER (
            WHERE c.kind = 'out_for_delivery'
                OR (c.kind = 'arrived' AND c.region = p.destination_region)
        ) AS near_at
    FROM parcels AS p
    LEFT JOIN scans AS c
        ON c.waybill_id = p.waybill_id AND c.kind IN ('signed', 'out_for_delivery', 'arrived')
    GROUP BY p.order_id, p.waybill_id
),
deliveries AS (
    SELECT order_id, min(signed_at) AS signed_at,
        -- One parcel without a trace may have come first.
        CASE WHEN count(*) = count(coalesce(near_at, signed_at))
            THEN min(coalesce(near_at, signed_at - {params.late_h * HOUR_MS})) END AS possible_at
    FROM parcel_times GROUP BY order_id
),
timed AS (
    SELECT w.*,
        coalesce(d.possible_at,
            CASE WHEN d.signed_at IS NULL THEN w.shipped_at - {params.late_h * HOUR_MS} END
        ) AS possible_at,
        d.possible_at IS NOT NULL AS is_scanned,
        coalesce(d.signed_at, w.receipt_at, w.shipped_at) AS since_at,
        CASE WHEN d.signed_at IS NOT NULL THEN 'signed'
            WHEN w.receipt_at IS NOT NULL THEN 'confirmed' ELSE 'dispatched' END AS since
    FROM written AS w LEFT JOIN deliveries AS d ON d.order_id = w.order_id
),
clocks AS (
    SELECT is_scanned, count(*) FILTER (WHERE posted_at < possible_at) AS n_early, count(*) AS n
    FROM timed WHERE possible_at IS NOT NULL GROUP BY is_scanned
),
early AS (
    SELECT t.*, possible_at - posted_at AS early_ms
    FROM timed AS t JOIN clocks AS c ON c.is_scanned = t.is_scanned
    WHERE t.posted_at < t.possible_at AND t.is_praise
        AND c.n_early <= {params.max_early_share} * greatest(c.n, {params.min_reviews})
),
lags AS (
    SELECT review_id, account_id, item_id, order_id, placed_at, category, since,
        greatest(posted_at - since_at, {SECOND_MS}) AS lag_ms
    FROM timed WHERE posted_at >= since_at AND NOT is_date_only
),
spread AS (
    SELECT category, since, count(*) AS n, median(lag_ms) AS median_ms,
        quantile_cont(lag_ms, 0.25) AS low_ms, quantile_cont(lag_ms, 0.75) AS high_ms
    FROM lags GROUP BY category, since HAVING count(*) >= {params.min_reviews}
),
limits AS (
    SELECT *, least(
        median_ms / exp({params.spreads} * {deviation}), {params.at_most_h * HOUR_MS}
    ) AS limit_ms
    FROM spread
),
found AS (
    SELECT review_id, account_id, item_id, order_id, placed_at,
        CASE WHEN is_scanned THEN 0.8 ELSE 0.6 END + 0.2 * early_ms / (early_ms + {DAY_MS})
            AS score,
        CASE WHEN is_scanned THEN 'E2' ELSE 'E1' END AS strength, since,
        early_ms, NULL AS lag_ms, NULL AS limit_ms, NULL AS median_ms, 0 AS n_lags
    FROM early
    UNION ALL
    SELECT review_id, account_id, item_id, order_id, placed_at,
        0.1 + 0.6 * (1 - lag_ms / limit_ms), 'E1', since,
        NULL, lag_ms, limit_ms, median_ms, n
    FROM lags AS l JOIN limits USING (category, since)
    WHERE lag_ms < limit_ms AND review_id NOT IN (SELECT review_id FROM early)
),
knowing AS (
    SELECT DISTINCT f.review_id
    FROM found AS f
    JOIN orders AS before ON before.account_id = f.account_id AND before.item_id = f.item_id
    WHERE before.placed_at <= f.placed_at - {KNOWN_MS}
)
SELECT review_id AS subject_id, round(score, 6) AS score, [review_id] AS evidence_ids, strength,
    round(early_ms / {HOUR_MS}, 1) AS early_h, round(lag_ms / {HOUR_MS}, 2) AS lag_h,
    round(limit_ms / {HOUR_MS}, 2) AS limit_h, round(median_ms / {HOUR_MS}, 1) AS usual_h,
    n_lags, since
FROM found ANTI JOIN knowing USING (review_id)
"""


def explain(facts: Facts) -> Words:
    """Say by how much the review was too early, or how quick it was beside others."""
    if facts["early_h"] is not None:
        early = facts["early_h"]
        return Words(
            f"该评价比包裹最早可能送达的时间还早 {early:g} 小时。",
            f"Posted {counted(early, 'hour')} before the parcel could have been delivered.",
        )
    since = _SINCE[facts["since"]]
    lag, limit, usual, n_lags = (facts[key] for key in ("lag_h", "limit_h", "usual_h", "n_lags"))
    return Words(
        f"{since.zh}后 {lag:g} 小时即评价；同类 {n_lags} 条评价通常在 {usual:g} 小时后，"
        f"早于 {limit:g} 小时的极少。",
        f"Posted {counted(lag, 'hour')} after the order was {since.en}; "
        f"of {counted(n_lags, 'review')} in this category half take over {counted(usual, 'hour')} "
        f"and hardly any is quicker than {limit:g}.",
    )


DETECTOR = Detector(
    name="quick-review",
    title=Words("收货前或收货后过快评价", "a review before or too soon after delivery"),
    subject="review",
    family=Family.BEHAVIOUR,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "reviews": ("review_id", "account_id", "item_id", "posted_at", "order_id"),
        "orders": ("order_id",),
    },
    uses={
        "reviews": ("append_of", "text_source", "rating"),
        "orders": ("account_id", "item_id", "shop_id", "placed_at", "shipped_at", "confirmed_at"),
        "items": ("category",),
        "shops": ("category",),
        "shipments": ("waybill_id", "order_id", "destination_region"),
        "scans": ("waybill_id", "kind", "at", "region"),
    },
    evidence="reviews",
    look_alikes={
        "instant-use": Words("即食即用的商品", "goods that are used at once"),
        "default-praise": Words("系统默认好评", "default praise by the platform"),
        "complaint-of-waiting": Words("抱怨迟迟未收到货", "a complaint that nothing has come"),
        "added-review": Words("追加评价", "an addition to an earlier review"),
        "repeat-buyer": Words("回购熟悉的商品", "a buyer who had the item before"),
        "signed-late": Words("邻居或驿站代收、补签", "signed late by a neighbour or station"),
        "missing-scans": Words("部分包裹无扫描记录", "a parcel without scans"),
        "dates-only": Words("评价只有日期没有时刻", "review times that are only dates"),
        "clock-skew": Words("时钟或流程不一致", "clocks or a process that differ"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

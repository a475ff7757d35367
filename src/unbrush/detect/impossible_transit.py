"""Impossible transit: faster than any transport, delivered before it left, signed before ordered.

What it finds: Parcels that reach the buyer's region (out for delivery or signed) sooner after they
left the sender's than ``at_most_h`` hours and than nearly any parcel of their carrier on that
route, or before they left at all; and parcels signed for more than ``late_h`` hours before their
order was placed. Only of senders that have more of these than others at the same places.

Why it is fake: Who opens and closes a waybill at a desk is bound by no road. A waybill bought ready
made was often signed for before the order that it serves.

Look-alikes: A branch with a wrong clock or time zone, or one that uploads a day's scans at once,
is wrong for all senders; others there, and on the same day, show how many to expect. Scans that
share their branch and instant with ``batch_scans`` parcels are uploads, whose times mean nothing.
Air freight and neighbouring regions are quick: a route has its own distribution, and no flight is
under ``at_most_h`` from door to door. A number that was given out again is signed for months
before, which is not counted. A sender with one or two such parcels met with a slip.

Score: 1 - expected / found: the share of the sender's impossible parcels that others' do not
explain. Strength E2 from ``strong_parcels`` on where that is ``strong_share`` at least, else E1.
The limit of a route is its median divided by ``spreads`` deviations on the logarithmic scale, from
the wider quartile; with fewer than ``min_route`` parcels, of all the carrier's between regions.

Check by hand:
1. Lay the scans in a row with regions and branches: how far, how fast?
2. Look at other parcels scanned by those branches on that day: are their clocks right?
3. Ask the carrier who entered the scans, from where.

Cost: One grouping of scans by waybill, quartiles by route; uploads are only looked for around the
parcels in question.

References: base/beside_others.py for the measure.
"""

from dataclasses import dataclass

from unbrush.base.beside_others import beside_others_sql
from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

QUARTILE_TO_DEVIATION = 1.4826  # of a normal distribution


@dataclass(frozen=True, kw_only=True)
class Params:
    """From where on no parcel can have travelled so."""

    at_most_h: float = bounded(
        6.0, at_least=0.5, at_most=48, doc="Hours between regions from which any speed is possible."
    )
    spreads: float = bounded(
        4.0, at_least=2, at_most=10, doc="Deviations below the route's median time (logarithmic)."
    )
    min_route: int = bounded(50, at_least=20, doc="Parcels of a route before it has its own limit.")
    late_h: int = bounded(
        24, at_least=1, at_most=240, doc="Hours that a signature may precede its order by mistake."
    )
    recycle_days: int = bounded(
        60, at_least=7, doc="Days after which a signature is that of an earlier use of the number."
    )
    batch_scans: int = bounded(
        10, at_least=2, doc="Parcels scanned in one instant at one branch that make an upload."
    )
    min_parcels: int = bounded(
        3, at_least=2, doc="Impossible parcels of a sender before anything is said."
    )
    strong_parcels: int = bounded(5, at_least=2, doc="Impossible parcels from which it is E2.")
    strong_share: float = bounded(
        0.8, at_least=0.5, at_most=1.0, doc="Share beyond the expected from which it is E2."
    )
    min_others: int = bounded(
        20, at_least=5, doc="Parcels of other senders by which a carrier or branch is judged."
    )
    max_chance: float = bounded(
        1e-6, at_least=1e-300, at_most=0.05, doc="Largest chance that errors of scans did it."
    )


def sql(params: Params) -> str:
    """Return the SELECT of parcels that no transport explains, of senders that have too many."""
    deviation = f"{QUARTILE_TO_DEVIATION} * greatest(ln(usual_h / low_h), ln(high_h / usual_h))"
    spread = """quantile_cont(hours, [0.25, 0.5, 0.75]) AS quarters FROM parcels WHERE hours > 0"""
    limit = f"""quarters[2] AS usual_h, quarters[1] AS low_h, quarters[3] AS high_h,
        least({params.at_most_h}, usual_h / exp(least(700, {params.spreads} * {deviation})))"""
    beside_others = beside_others_sql(
        places=("start_branch", "end_branch", "day"),
        min_odd=params.min_parcels,
        min_others=params.min_others,
        max_chance=params.max_chance,
    )
    return f"""
WITH trails AS (
    SELECT waybill_id,
        min({{'at': "at", 'region': region, 'branch': branch}})
            FILTER (WHERE kind IN ('collected', 'departed')) AS start,
        min({{'at': "at", 'region': region, 'branch': branch}})
            FILTER (WHERE kind IN ('out_for_delivery', 'signed')) AS finish,
        max("at") FILTER (WHERE kind = 'signed') AS signed_at
    FROM scans WHERE kind IN ('collected', 'departed', 'out_for_delivery', 'signed')
    GROUP BY waybill_id HAVING finish IS NOT NULL
),
parcels AS (
    SELECT s.order_id, s.waybill_id, coalesce(s.carrier, '') AS pool,
        coalesce(s.shipper_token, 'shop ' || CAST(o.shop_id AS VARCHAR)) AS sender,
        t.start.at AS start_at, t.start.branch AS start_branch,
        t.finish.at AS finish_at, t.finish.branch AS end_branch,
        t.finish.at // {DAY_MS} AS day,
        t.start.region || '>' || t.finish.region AS route,
        CASE WHEN t.start.region <> t.finish.region
            THEN (t.finish.at - t.start.at) / {HOUR_MS} END AS hours,
        CASE WHEN o.placed_at - t.signed_at
                BETWEEN {params.late_h * HOUR_MS + 1} AND {params.recycle_days * DAY_MS}
            THEN (o.placed_at - t.signed_at) / {HOUR_MS} END AS before_h
    FROM trails AS t
    JOIN shipments AS s ON s.waybill_id = t.waybill_id
    JOIN orders AS o ON o.order_id = s.order_id
),
routes AS (SELECT pool, route, {spread} GROUP BY pool, route HAVING count(*) >= {params.min_route}),
carriers AS (SELECT pool, {spread} GROUP BY pool HAVING count(*) >= {params.min_route}),
route_limits AS (SELECT pool, route, {limit} AS limit_h FROM routes),
carrier_limits AS (SELECT pool, {limit} AS limit_h FROM carriers),
timed AS NOT MATERIALIZED (  -- two small joins: cheaper to repeat than to keep
    SELECT p.*, coalesce(r.usual_h, c.usual_h) AS usual_h,
        coalesce(r.limit_h, c.limit_h) AS limit_h,
        coalesce(p.hours < coalesce(r.limit_h, c.limit_h), false) AS is_fast
    FROM parcels AS p
    LEFT JOIN route_limits AS r ON r.pool = p.pool AND r.route = p.route
    LEFT JOIN carrier_limits AS c ON c.pool = p.pool
),
fast AS MATERIALIZED (
    SELECT start_branch, start_at, end_branch, finish_at FROM timed WHERE is_fast
),
instants AS (
    SELECT start_branch AS branch, start_at AS scanned_at FROM fast
    UNION
    SELECT end_branch, finish_at FROM fast
),
uploads AS (
    SELECT s.branch, s."at" AS scanned_at
    FROM scans AS s JOIN instants AS i ON i.branch = s.branch AND i.scanned_at = s."at"
    GROUP BY s.branch, s."at" HAVING count(DISTINCT s.waybill_id) >= {params.batch_scans}
),
cases AS (
    SELECT t.* EXCLUDE (is_fast), t.is_fast AND u.branch IS NULL AND v.branch IS NULL AS is_fast,
        (t.is_fast AND u.branch IS NULL AND v.branch IS NULL) OR t.before_h IS NOT NULL AS is_odd
    FROM timed AS t
    LEFT JOIN uploads AS u ON u.branch = t.start_branch AND u.scanned_at = t.start_at
    LEFT JOIN uploads AS v ON v.branch = t.end_branch AND v.scanned_at = t.finish_at
),
{beside_others}
SELECT c.order_id AS subject_id, max(round(1 - o.expected / o.n_odd, 6)) AS score,
    [c.order_id] AS evidence_ids,
    max(CASE WHEN o.n_odd >= {params.strong_parcels}
        AND 1 - o.expected / o.n_odd >= {params.strong_share} THEN 'E2' ELSE 'E1' END) AS strength,
    round(min(CASE WHEN is_fast THEN c.hours END), 2) AS hours,
    round(min(CASE WHEN is_fast THEN c.limit_h END), 2) AS limit_h,
    round(min(CASE WHEN is_fast THEN c.usual_h END), 1) AS usual_h,
    round(max(c.before_h), 1) AS before_h,
    max(o.n_odd) AS n_impossible, max(o.n) AS n_parcels, round(max(o.expected), 2) AS expected
FROM cases AS c JOIN odd_senders AS o ON o.pool = c.pool AND o.sender = c.sender
WHERE c.is_odd GROUP BY c.order_id
"""


def explain(facts: Facts) -> Words:
    """Say how fast the parcel was or how early it was signed for, and how the sender compares."""
    hours, before, limit = facts["hours"], facts["before_h"], facts["limit_h"]
    usual = facts["usual_h"]
    odd, parcels, expected = facts["n_impossible"], facts["n_parcels"], facts["expected"]
    zh = en = ""
    if hours is not None and hours < 0:
        zh += f"包裹在发出前 {-hours:g} 小时已到达另一地区。"
        en += f"In the other region {counted(-hours, 'hour')} before it left. "
    elif hours is not None:
        zh += (
            f"包裹 {hours:g} 小时即到另一地区，"
            f"该线路通常 {usual:g} 小时，少于 {limit:g} 小时不可信。"
        )
        en += (
            f"In the other region after {counted(hours, 'hour')}, where {usual:g} are usual and "
            f"less than {limit:g} not credible. "
        )
    if before is not None:
        zh += f"包裹在下单前 {before:g} 小时已签收。"
        en += f"Signed for {counted(before, 'hour')} before the order was placed. "
    zh += (
        f"该发件人 {parcels} 个包裹中有 {odd} 个如此，"
        f"按同网点、同日其他发件人只应有约 {expected:g} 个。"
    )
    en += (
        f"So it is with {odd:,} of {counted(parcels, 'parcel')} of this sender; others at the same "
        f"branches and days let expect about {expected:g}."
    )
    return Words(zh, en)


DETECTOR = Detector(
    name="impossible-transit",
    title=Words("物流时间不可能", "a journey that no transport explains"),
    subject="order",
    family=Family.LOGISTICS,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "orders": ("order_id", "shop_id", "placed_at"),
        "scans": ("waybill_id", "kind", "at"),
        "shipments": ("waybill_id", "order_id"),
    },
    uses={
        "scans": ("region", "branch"),
        "shipments": ("carrier", "shipper_token"),
    },
    evidence="orders",
    look_alikes={
        "clock-skew": Words("网点时钟不准", "a branch with a wrong clock"),
        "time-zone": Words("时区记录不一致", "a region that writes local time"),
        "batch-upload": Words("扫描批量补传", "scans uploaded all at once"),
        "air-freight": Words("航空件", "air freight"),
        "neighbouring-regions": Words("相邻地区", "regions next to each other"),
        "recycled-number": Words("单号循环使用", "a number that was used before"),
        "slip": Words("偶尔一次差错", "a slip of one parcel"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

"""Two-scan parcel: collected, then signed for, with nothing between, unlike the branch's others.

What it finds: Parcels between regions whose trail has no scan between collection and signature,
of a sender (or shop, where senders are unknown) with many more of them than other senders have at
the same carrier, branch, route and day.

Why it is fake: A parcel that exists passes sorting centres, and each scans it. A waybill that was
bought is opened and closed by hand at one counter: collected, signed.

Look-alikes: Scans get lost. A carrier or branch that often loses them loses everybody's, so its
other senders show how many to expect; a day's outage shows in other parcels sent that day, one of
a sorting centre in those of the same route. The place that expects most is believed. An outage that
strikes one sender alone does not choose scans: if the sender's other trails of the same days miss
``max_loss`` times as many scans as is usual (one each at least), all were swallowed. Deliveries
within a region need no centre and are left out. Lockers and stations of one carrier may be filled
without a scan; parcels to them are compared with each other. A trail without collection or
signature is incomplete and says nothing, nor does a parcel that is under way.

Score: 1 - expected / found: the share of the sender's two-scan parcels that losses do not explain.
Strength E2 from ``strong_parcels`` on where that is ``strong_share`` at least, else E1.

Check by hand:
1. Ask the carrier's sorting centres on the route for the waybill: was it ever there?
2. Look at other senders' parcels that left this branch on that day.
3. Who signed, where, with what code? Ask the buyer what came.

Cost: One grouping of scans by waybill, joins with shipments and orders, a grouping for each place.

References: base/beside_others.py for the measure.
"""

from dataclasses import dataclass

from unbrush.base.beside_others import beside_others_sql
from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

KINDS = 5  # of scans
BOTH_ENDS = 1 + 16  # collected and signed
HOLES = 3  # other trails of a sender from which its losses can be told


@dataclass(frozen=True, kw_only=True)
class Params:
    """From how many two-scan parcels on a sender's losses are not the carrier's."""

    min_parcels: int = bounded(
        5, at_least=2, doc="Two-scan parcels of a sender before anything is said."
    )
    strong_parcels: int = bounded(10, at_least=2, doc="Two-scan parcels from which it is E2.")
    strong_share: float = bounded(
        0.8, at_least=0.5, at_most=1.0, doc="Share beyond the expected from which it is E2."
    )
    min_others: int = bounded(
        20, at_least=5, doc="Parcels of other senders by which a carrier, branch or day is judged."
    )
    max_loss: float = bounded(
        2.0, at_least=1.0, doc="Times the carrier's usual loss of scans from which it is an outage."
    )
    max_chance: float = bounded(
        1e-6, at_least=1e-300, at_most=0.05, doc="Largest chance that losses alone did it."
    )


def sql(params: Params) -> str:
    """Return the SELECT of two-scan parcels of senders that have too many of them."""
    beside_others = beside_others_sql(
        places=("branch", "route", "day", "kept"),
        min_odd=params.min_parcels,
        min_others=params.min_others,
        max_chance=params.max_chance,
    )
    return f"""
WITH trails AS (
    SELECT waybill_id,
        -- Which of the five kinds of scans there are.
        bit_or(CASE kind WHEN 'collected' THEN 1 WHEN 'departed' THEN 2 WHEN 'arrived' THEN 4
            WHEN 'out_for_delivery' THEN 8 WHEN 'signed' THEN 16 ELSE 0 END) AS kinds,
        count(*) FILTER (WHERE kind NOT IN ('collected', 'signed')) AS n_between,
        min({{'at': "at", 'region': region, 'branch': branch}})
            FILTER (WHERE kind = 'collected') AS collected,
        max({{'at': "at", 'region': region}}) FILTER (WHERE kind = 'signed') AS signed
    FROM scans GROUP BY waybill_id
),
kept_for_pick_up AS (
    SELECT DISTINCT token FROM account_links
    WHERE kind = 'address' AND address_type IN ('station', 'locker', 'forwarder')
),
sent AS (
    SELECT s.order_id, coalesce(s.carrier, '') AS pool,
        coalesce(s.shipper_token, 'shop ' || CAST(o.shop_id AS VARCHAR)) AS sender,
        coalesce(t.kinds, 0) AS kinds, t.n_between = 0 AS is_odd, t.collected.branch AS branch,
        coalesce(s.origin_region, t.collected.region) AS origin,
        coalesce(t.signed.region, s.destination_region) AS destination,
        coalesce(s.sent_at, t.collected.at) // {DAY_MS} AS day,
        o.address_token IN (SELECT token FROM kept_for_pick_up) AS kept,
        (t.signed.at - t.collected.at) / {DAY_MS} AS days
    FROM shipments AS s
    JOIN orders AS o ON o.order_id = s.order_id
    LEFT JOIN trails AS t ON t.waybill_id = s.waybill_id
),
cases AS (
    SELECT *, origin || '>' || destination AS route
    FROM sent WHERE kinds & {BOTH_ENDS} = {BOTH_ENDS} AND origin <> destination
),
{beside_others},
usual_loss AS (
    SELECT pool, sum({KINDS} - bit_count(kinds))::BIGINT / count(*) AS n_lost
    FROM cases WHERE NOT is_odd GROUP BY pool
),
bad_days AS (
    SELECT DISTINCT pool, sender, day FROM cases SEMI JOIN odd_senders USING (pool, sender)
    WHERE is_odd
),
-- What swallows scans does not stop at those between: other trails of these days have holes, too.
swallowed AS (
    SELECT s.pool, s.sender
    FROM sent AS s JOIN bad_days AS b USING (pool, sender, day)
    JOIN usual_loss AS u ON u.pool = s.pool
    WHERE s.kinds <> {BOTH_ENDS}
    GROUP BY s.pool, s.sender
    HAVING count(*) >= {HOLES} AND sum({KINDS} - bit_count(s.kinds))
        >= greatest(1, {params.max_loss} * max(u.n_lost)) * count(*)
)
SELECT c.order_id AS subject_id, max(round(1 - o.expected / o.n_odd, 6)) AS score,
    [c.order_id] AS evidence_ids,
    max(CASE WHEN o.n_odd >= {params.strong_parcels}
        AND 1 - o.expected / o.n_odd >= {params.strong_share} THEN 'E2' ELSE 'E1' END) AS strength,
    max(o.n_odd) AS n_two_scan, max(o.n) AS n_parcels, round(max(o.expected), 2) AS expected,
    round(max(c.days), 2) AS days
FROM cases AS c JOIN odd_senders AS o ON o.pool = c.pool AND o.sender = c.sender
ANTI JOIN swallowed AS w ON w.pool = c.pool AND w.sender = c.sender
WHERE c.is_odd GROUP BY c.order_id
"""


def explain(facts: Facts) -> Words:
    """Say how many of the sender's parcels have two scans, and how many others let expect."""
    odd, parcels, expected = facts["n_two_scan"], facts["n_parcels"], facts["expected"]
    days = facts["days"]
    return Words(
        f"包裹揽收后 {days:g} 天直接签收，中间无任何扫描；同一发件人跨地区的 {parcels} 个包裹中有 "
        f"{odd} 个如此，按同承运商、网点、线路、日期的其他发件人，只应有约 {expected:g} 个。",
        f"Signed for {counted(days, 'day')} after collection with no scan between; so were {odd:,} "
        f"of {counted(parcels, 'parcel')} that this sender sent to other regions, where others at "
        f"the same carrier, branch, route and day let expect about {expected:g}.",
    )


DETECTOR = Detector(
    name="two-scan-parcel",
    title=Words("揽收后直接签收，中间无扫描", "collected and signed for with nothing between"),
    subject="order",
    family=Family.LOGISTICS,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "orders": ("order_id", "shop_id"),
        "scans": ("waybill_id", "kind", "at"),
        "shipments": ("waybill_id", "order_id"),
    },
    uses={
        "account_links": ("kind", "token", "address_type"),
        "orders": ("address_token",),
        "scans": ("region", "branch"),
        "shipments": (
            "carrier",
            "shipper_token",
            "origin_region",
            "destination_region",
            "sent_at",
        ),
    },
    evidence="orders",
    look_alikes={
        "missing-scans": Words("承运商普遍漏扫", "a carrier that loses scans"),
        "branch-outage": Words("网点停电、系统故障", "an outage of a branch"),
        "route-outage": Words("分拨中心故障", "an outage of a sorting centre"),
        "sender-outage": Words(
            "仅一家店的扫描丢失", "an outage that strikes one sender, with holes everywhere"
        ),
        "same-region": Words("同城、同省配送", "a delivery within a region"),
        "locker": Words("快递柜、驿站", "parcels to lockers and stations"),
        "incomplete-trail": Words("轨迹不完整", "an incomplete trail"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

"""Waybill reuse: one waybill serves as proof of delivery for orders of different people.

What it finds: Orders that share a waybill with orders of other accounts to other addresses. A
parcel has one door; of those orders at most one can have been in it.

Why it is fake: A waybill costs money, and vendors of waybills sell the same one again. Whoever
needs only something that says "signed" can enter it for any number of orders.

Look-alikes: Orders of one account, or to one address, travel together honestly: a basket that the
platform split, consolidated shipping, a household. Orders of one group count as one door, since its
leader receives them. An order that also has a waybill of its own went by that one: the shared one
is an old label. Cancelled and refunded orders were called off or made good. A number without a
scan that stands at more than ``max_orders`` orders is a form's filler, such as "no parcel". After
``recycle_days`` a carrier may give a number out again. Typing errors hit any shop, a few in a
thousand parcels, and a slip in an upload hits many orders at once. A number may be read off a
stranger's parcel: the order of the one shop that usually sends as this parcel's sender does is the
one that was in it. Reuse is only named if it joins
shops that do not send together, goes on over ``min_days`` days, or befalls the shop more often than
``slip_share`` of its parcels can.

Score: (n - 1) / n for n different recipients: the chance that this order is not the one inside.
Strength E2. An order placed a day or more after the parcel was signed for by others cannot be in
it: 0.95, E3. Where no address is known, from three accounts on, E1.

Check by hand:
1. Ask the carrier for the waybill: one trip, one recipient, which?
2. Compare the recipient with the addresses of all orders that name it.
3. Ask the shop for the dispatch list of those days: a column filled down, or a few numbers used
   again and again?

Cost: One grouping of shipments by waybill; everything else only for waybills of several orders.

References: The trade sells 单号 (waybill numbers), often more than once.
"""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

SIGNED_SCORE = 0.95  # its parcel was another's; one in twenty for a number entered wrongly
ACCOUNTS_WITHOUT_DOORS = 3  # accounts on one waybill where no address is known


@dataclass(frozen=True, kw_only=True)
class Params:
    """When one waybill for several people is no slip."""

    slip_share: float = bounded(
        0.005, at_least=0.0, at_most=0.5, doc="Share of waybills that are entered wrongly."
    )
    min_waybills: int = bounded(
        3, at_least=2, doc="Waybills of a shop with several recipients before they are no slips."
    )
    min_days: int = bounded(
        3, at_least=2, doc="Different days on which one waybill was used before it is no slip."
    )
    home_share: float = bounded(
        0.5, at_least=0.1, at_most=1.0, doc="Share of a shop's parcels that its usual sender sends."
    )
    recycle_days: int = bounded(
        60, at_least=7, doc="Days without use after which a number may have been given out anew."
    )
    late_h: int = bounded(
        24, at_least=1, at_most=240, doc="Hours that clocks and dispatch lists may be off."
    )
    max_orders: int = bounded(
        50, at_least=5, doc="Orders from which a number that was never scanned is a filler."
    )


def sql(params: Params) -> str:
    """Return the SELECT of orders whose waybill is also that of other people."""
    late_ms = params.late_h * 3_600_000
    return f"""
WITH shared AS (
    SELECT waybill_id FROM shipments GROUP BY waybill_id HAVING min(order_id) < max(order_id)
),
entered AS (
    SELECT DISTINCT s.waybill_id, s.order_id, s.shipper_token, s.sent_at
    FROM shipments AS s SEMI JOIN shared USING (waybill_id)
),
own_parcel AS (
    SELECT DISTINCT e.order_id
    FROM (SELECT DISTINCT order_id FROM entered) AS e
    JOIN shipments AS s ON s.order_id = e.order_id
    ANTI JOIN shared ON shared.waybill_id = s.waybill_id
),
carried AS (
    SELECT e.waybill_id, e.order_id, o.account_id, o.shop_id, o.placed_at,
        coalesce(e.sent_at, o.shipped_at, o.placed_at) AS used_at,
        coalesce(e.shipper_token, CAST(o.shop_id AS VARCHAR)) AS sender,
        CASE WHEN o.group_id IS NOT NULL THEN 'group ' || CAST(o.group_id AS VARCHAR)
            ELSE o.address_token END AS door
    FROM entered AS e JOIN orders AS o ON o.order_id = e.order_id
    ANTI JOIN own_parcel AS p ON p.order_id = e.order_id
    ANTI JOIN refunds AS r ON r.order_id = e.order_id
    WHERE coalesce(o.status, '') NOT IN ('cancelled', 'refunded')
),
steps AS (
    SELECT *, coalesce(used_at - lag(used_at) OVER (
            PARTITION BY waybill_id ORDER BY used_at, order_id
        ) > {params.recycle_days * DAY_MS}, true) AS is_new
    FROM carried
),
trips AS (
    SELECT *, sum(is_new::INT) OVER (
            PARTITION BY waybill_id ORDER BY used_at, order_id
        ) AS trip
    FROM steps
),
scanned AS (
    SELECT c.waybill_id, c.kind, c."at" AS scanned_at
    FROM scans AS c SEMI JOIN shared USING (waybill_id)
),
met AS (
    SELECT waybill_id, trip, count(*) AS n_orders, count(DISTINCT account_id) AS n_accounts,
        count(DISTINCT door) AS n_doors, count(DISTINCT shop_id) AS n_shops,
        count(DISTINCT sender) AS n_senders, count(DISTINCT used_at // {DAY_MS}) AS n_days,
        min(used_at) AS first_at, max(used_at) AS last_at,
        CASE WHEN count(door) > 0 THEN least(count(DISTINCT account_id), count(DISTINCT door))
            WHEN count(DISTINCT account_id) >= {ACCOUNTS_WITHOUT_DOORS}
                THEN count(DISTINCT account_id)
            ELSE 1 END AS n_people
    FROM trips GROUP BY waybill_id, trip
),
crowded AS (
    SELECT m.* FROM met AS m
    WHERE n_people >= 2 AND (
        n_orders <= {params.max_orders}
        OR EXISTS (SELECT 1 FROM scanned AS c WHERE c.waybill_id = m.waybill_id)
    )
),
members AS (
    SELECT t.*, c.n_people, c.n_orders, c.n_shops, c.n_days, c.n_doors,
        c.n_shops > 1 AND c.n_senders > 1 OR c.n_days >= {params.min_days} AS is_no_slip,
        (SELECT min(scanned_at) FROM scanned AS d
            WHERE d.waybill_id = t.waybill_id AND d.kind = 'signed'
                AND d.scanned_at BETWEEN c.first_at AND c.last_at + {params.recycle_days * DAY_MS}
        ) AS signed_at
    FROM trips AS t JOIN crowded AS c ON c.waybill_id = t.waybill_id AND c.trip = t.trip
    WHERE c.n_doors = 0 OR t.door IS NOT NULL
),
slips AS (
    SELECT shop_id, count(DISTINCT waybill_id) AS n_reused FROM members GROUP BY shop_id
),
sent AS (
    SELECT o.shop_id, count(*) AS n_sent
    FROM shipments AS s JOIN orders AS o ON o.order_id = s.order_id
    SEMI JOIN slips ON slips.shop_id = o.shop_id
    GROUP BY o.shop_id
),
careless AS (
    SELECT shop_id FROM slips JOIN sent USING (shop_id)
    WHERE n_reused < {params.min_waybills}
        OR n_reused <= {params.slip_share} * n_sent + 3 * sqrt({params.slip_share} * n_sent)
),
usual AS (  -- whom shops send by when nobody else uses the number
    SELECT o.shop_id, s.shipper_token, count(*) AS n
    FROM shipments AS s JOIN orders AS o ON o.order_id = s.order_id
    SEMI JOIN slips ON slips.shop_id = o.shop_id
    ANTI JOIN shared ON shared.waybill_id = s.waybill_id
    WHERE s.shipper_token IS NOT NULL
    GROUP BY o.shop_id, s.shipper_token
),
homes AS (
    SELECT shop_id, shipper_token FROM usual
    QUALIFY n >= {params.min_waybills}
        AND n >= {params.home_share} * sum(n) OVER (PARTITION BY shop_id)
),
theirs AS (  -- the one buyer whose shop sent the parcel, where others entered its number
    SELECT m.waybill_id, m.trip, min(m.account_id) AS account_id
    FROM members AS m JOIN homes AS h ON h.shop_id = m.shop_id AND h.shipper_token = m.sender
    WHERE m.n_shops > 1 AND m.placed_at <= m.used_at
    GROUP BY m.waybill_id, m.trip
    HAVING count(DISTINCT m.shop_id) = 1 AND count(DISTINCT m.account_id) = 1
),
judged AS (
    SELECT m.*, m.signed_at IS NOT NULL AND m.placed_at > m.signed_at + {late_ms}
        AND NOT EXISTS (
            SELECT 1 FROM members AS b
            WHERE b.waybill_id = m.waybill_id AND b.trip = m.trip AND b.placed_at <= m.signed_at
                AND (b.account_id = m.account_id OR b.door = m.door)
        ) AS is_after,
        s.shop_id IS NULL OR is_no_slip AS is_named
    FROM members AS m LEFT JOIN careless AS s ON s.shop_id = m.shop_id
)
SELECT order_id AS subject_id,
    round(max(CASE WHEN is_after THEN greatest({SIGNED_SCORE}, (n_people - 1) / n_people)
        ELSE (n_people - 1) / n_people END), 6) AS score,
    [order_id] AS evidence_ids,
    max(CASE WHEN n_doors = 0 THEN 'E1' WHEN is_after THEN 'E3' ELSE 'E2' END) AS strength,
    max(n_people) AS n_people, max(n_orders) AS n_orders, max(n_shops) AS n_shops,
    max(n_days) AS n_days,
    max(CASE WHEN is_after THEN round((placed_at - signed_at) / {DAY_MS}, 1) END) AS days_after
FROM judged ANTI JOIN theirs USING (waybill_id, trip, account_id)
WHERE is_named GROUP BY order_id
"""


def explain(facts: Facts) -> Words:
    """Say how many people share the waybill, and whether it was signed for before the order."""
    people, orders, days = facts["n_people"], facts["n_orders"], facts["n_days"]
    after = facts["days_after"]
    zh = f"同一运单号用于 {people} 个不同收件人的 {orders} 笔订单，前后用于 {days} 天。"
    en = (
        f"One waybill serves {counted(orders, 'order')} of {counted(people, 'recipient')}, "
        f"entered on {counted(days, 'day')}."
    )
    if after is not None:
        zh += f"本单下单时，该包裹已被他人签收 {after:g} 天。"
        en += f" Others had signed for the parcel {counted(after, 'day')} before this order."
    return Words(zh, en)


DETECTOR = Detector(
    name="waybill-reuse",
    title=Words("一个运单号用于多个收件人", "one waybill for several recipients"),
    subject="order",
    family=Family.LOGISTICS,
    strength=Strength.E2,
    element=Element.NOT_GENUINE,
    needs={
        "orders": ("order_id", "account_id", "shop_id", "placed_at"),
        "shipments": ("waybill_id", "order_id"),
    },
    uses={
        "orders": ("address_token", "group_id", "status", "shipped_at"),
        "refunds": ("order_id",),
        "scans": ("waybill_id", "kind", "at"),
        "shipments": ("shipper_token", "sent_at"),
    },
    evidence="orders",
    look_alikes={
        "split-order": Words("一单拆成多笔、同包发出", "a split basket in one parcel"),
        "consolidated-shipping": Words(
            "同一买家合并发货", "orders of one buyer that are sent together"
        ),
        "household": Words("一家人合并收货", "a household's orders in one parcel"),
        "group-buying": Words("团长代收", "group buying received by its leader"),
        "replacement-label": Words("换单重发", "a label that was replaced by another"),
        "called-off": Words("已取消或退款", "an order that was called off or refunded"),
        "filler-number": Words("占位单号（无需物流）", "a filler where there is no parcel"),
        "copied-number": Words("单号被他人盗用的真实包裹", "a parcel whose number others copied"),
        "recycled-number": Words("承运商循环使用单号", "a number that the carrier gave out anew"),
        "mistyped-number": Words("单号录入错误", "a number entered wrongly"),
        "upload-slip": Words("批量上传串行", "a slip in one upload"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

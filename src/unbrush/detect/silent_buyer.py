"""Silent buyer: nothing came, nobody complains, and the praise is there all the same.

What it finds: Orders whose parcel was an empty bag, or never went beyond its first branch, and
whose buyers gave full stars and neither asked for money back nor wrote a word about it; only of
senders that have more of these than others at the same carrier, branch, region, day and category,
and of whose empty or lost parcels hardly any (``max_complaints``) brought a complaint.

Why it is fake: A person who paid and got nothing says so. Who was hired to buy expects nothing.

Look-alikes: Virtual goods and goods of less than ``min_goods_g`` are not judged. An empty bag
counts only for items that other parcels confirm to weigh what the catalogue says. Gifts, whose
buyer does not see them, and forwarders for buyers abroad are left out. Buyers who are absent let
the platform confirm and praise for them: only praise that somebody gave counts. Scans that a
carrier or branch loses are lost for all its senders, which shows how many to expect; and where
only scans are missing, buyers praise as often as those whose parcels were seen to come, so that
their share must be beyond that. A parcel is lost ``wait_days`` after it was sent, not before. Who
delivers with own people has no others to be compared with.

Score: 1 - expected / found: the share of the silent, praised orders that others' do not explain.
Strength E2 from ``strong_orders`` on where that is ``strong_share`` at least, else E1. The family
is logistics: where a scale or a scan is wrong, silence is honest, so the two are one evidence.

Check by hand:
1. Ask the carrier where the parcels ended, and what they weighed.
2. Ask some buyers what came, and when.
3. Read the reviews: do they tell of goods that can never have arrived?

Cost: Groups shipments by order and the scans beyond the first branch by waybill; joins with orders,
items and reviews.

References: base/beside_others.py for the measure.
"""

import math
from dataclasses import dataclass

from unbrush.base.beside_others import beside_others_sql
from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

FULL = 0.9  # share of the net weight from which a parcel confirms the catalogue
CONFIRMING = 3  # full parcels before an item's catalogue weight counts as right


@dataclass(frozen=True, kw_only=True)
class Params:
    """What is empty or lost, and from how many on silence speaks."""

    empty_g: int = bounded(
        100, at_least=1, at_most=5000, doc="Grams up to which a parcel may be a bag without goods."
    )
    min_goods_g: int = bounded(
        200, at_least=2, doc="Grams of goods from which an empty bag can be told from them."
    )
    wait_days: int = bounded(
        20, at_least=5, at_most=180, doc="Days after which a parcel without a trace is lost."
    )
    full_stars: float = bounded(5.0, at_least=1, doc="Rating from which a review is full praise.")
    complaint: float = bounded(3.0, at_least=0, doc="Rating up to which a review complains.")
    max_complaints: float = bounded(
        0.1,
        at_least=0.0,
        at_most=0.5,
        doc="Share of a sender's empty and lost parcels that may have brought a complaint.",
    )
    min_orders: int = bounded(
        5, at_least=2, doc="Silent, praised orders of a sender before anything is said."
    )
    strong_orders: int = bounded(10, at_least=2, doc="Such orders from which it is E2.")
    strong_share: float = bounded(
        0.8, at_least=0.5, at_most=1.0, doc="Share beyond the expected from which it is E2."
    )
    min_others: int = bounded(
        20, at_least=5, doc="Orders of other senders by which a carrier or branch is judged."
    )
    max_chance: float = bounded(
        1e-6, at_least=1e-300, at_most=0.05, doc="Largest chance that lost scans alone did it."
    )
    max_praise_chance: float = bounded(
        1e-3, at_least=1e-300, at_most=0.05, doc="Largest chance that buyers praised as usual."
    )


def sql(params: Params) -> str:
    """Return the SELECT of praised orders of which nothing can have come."""
    beside_others = beside_others_sql(
        places=("branch", "region", "day", "category"),
        min_odd=params.min_orders,
        min_others=params.min_others,
        max_chance=params.max_chance,
    )
    return f"""
WITH latest AS (SELECT max("at") AS at_ms FROM scans),
further AS (
    SELECT DISTINCT waybill_id FROM scans WHERE kind IN ('arrived', 'out_for_delivery', 'signed')
),
-- Apart from what follows, so that its waybills are forgotten before those of branches are read.
untraced AS MATERIALIZED (
    SELECT s.order_id FROM shipments AS s LEFT JOIN further AS f ON f.waybill_id = s.waybill_id
    GROUP BY s.order_id HAVING count(f.waybill_id) = 0
),
first_branch AS (
    SELECT waybill_id, min(branch) AS branch FROM scans WHERE kind = 'collected' GROUP BY waybill_id
),
sent AS (
    SELECT s.order_id, min(s.carrier) AS carrier, min(s.shipper_token) AS shipper_token,
        min(b.branch) AS branch, min(s.destination_region) AS region, max(s.sent_at) AS sent_at,
        CASE WHEN count(*) = count(*) FILTER (WHERE s.weight_g > 0)
            THEN sum(round(s.weight_g)::BIGINT)::BIGINT END AS weight_g
    FROM shipments AS s
    LEFT JOIN first_branch AS b ON b.waybill_id = s.waybill_id
    GROUP BY s.order_id
),
forwarders AS (
    SELECT DISTINCT token FROM account_links
    WHERE kind = 'address' AND address_type = 'forwarder'
),
sold AS (
    SELECT s.* EXCLUDE (sent_at, carrier, shipper_token), o.account_id, o.item_id, i.category,
        coalesce(s.carrier, '') AS pool,
        coalesce(s.shipper_token, 'shop ' || CAST(o.shop_id AS VARCHAR)) AS sender,
        i.net_weight_g * greatest(coalesce(o.quantity, 1), 1) AS net_g,
        coalesce(s.sent_at, o.shipped_at) AS sent_at,
        coalesce(o.status, '') IN ('refunded', 'cancelled') AS is_undone
    FROM sent AS s
    JOIN orders AS o ON o.order_id = s.order_id
    JOIN items AS i ON i.item_id = o.item_id
    ANTI JOIN forwarders AS f ON f.token = o.address_token
    WHERE i.net_weight_g > 0 AND coalesce(o.is_gift, false) = false
        AND coalesce(o.paid_minor, 1) > 0
),
confirmed_items AS (
    SELECT item_id FROM sold WHERE weight_g >= {FULL} * net_g
    GROUP BY item_id HAVING count(*) >= {CONFIRMING}
),
hollow AS (
    SELECT order_id, account_id, weight_g, round(net_g)::BIGINT AS goods_g, CASE
            WHEN weight_g <= {params.empty_g} AND net_g >= {params.min_goods_g}
                AND 2 * weight_g < net_g AND item_id IN (SELECT item_id FROM confirmed_items)
                THEN 'empty'
            WHEN order_id IN (SELECT order_id FROM untraced)
                AND sent_at <= (SELECT at_ms FROM latest) - {params.wait_days * DAY_MS}
                THEN 'lost'
        END AS how
    FROM sold WHERE how IS NOT NULL
),
stars AS (
    SELECT r.order_id, r.account_id, bool_or(r.rating <= {params.complaint}) AS complains,
        bool_or(r.rating >= {params.full_stars} AND r.append_of IS NULL
            AND coalesce(r.text_source, '') <> 'default') AS praises
    FROM reviews AS r WHERE r.order_id IS NOT NULL
    GROUP BY r.order_id, r.account_id
),
words AS (
    SELECT DISTINCT m.order_id
    FROM messages AS m JOIN hollow AS h ON h.order_id = m.order_id AND h.account_id = m.sender_id
),
cases AS (
    SELECT o.order_id, o.pool, o.sender, o.branch, o.region, o.sent_at // {DAY_MS} AS day,
        o.category, h.order_id IS NOT NULL AS is_hollow,
        coalesce(s.praises, false) AS praises,
        coalesce(s.complains, false) OR o.is_undone OR w.order_id IS NOT NULL
            OR r.order_id IS NOT NULL AS complains,
        is_hollow AND praises AND NOT complains AS is_odd
    FROM sold AS o
    LEFT JOIN hollow AS h ON h.order_id = o.order_id
    LEFT JOIN stars AS s ON s.order_id = o.order_id AND s.account_id = o.account_id
    LEFT JOIN words AS w ON w.order_id = o.order_id
    LEFT JOIN (SELECT DISTINCT order_id FROM refunds) AS r ON r.order_id = o.order_id
),
{beside_others},
usual AS (
    SELECT pool, (count(*) FILTER (WHERE praises) + 1) / (count(*) + 2) AS praise
    FROM cases WHERE NOT is_hollow GROUP BY pool
),
-- Where only the scans are missing, people praise as rarely as anywhere.
praised AS (
    SELECT c.pool, c.sender, count(*) AS n_hollow,
        count(*) FILTER (WHERE complains) AS n_complaints,
        count(*) FILTER (WHERE praises) / count(*) AS share, min(u.praise) AS usual_share
    FROM cases AS c SEMI JOIN odd_senders USING (pool, sender)
    JOIN usual AS u ON u.pool = c.pool
    WHERE is_hollow GROUP BY c.pool, c.sender
),
unheard AS (
    SELECT * FROM praised
    WHERE n_complaints <= {params.max_complaints} * n_hollow AND share > usual_share
        AND n_hollow * (share * ln(share / usual_share) + CASE WHEN share < 1
            THEN (1 - share) * ln((1 - share) / (1 - usual_share)) ELSE 0 END)
            >= {-math.log(params.max_praise_chance)}
)
SELECT c.order_id AS subject_id, round(1 - o.expected / o.n_odd, 6) AS score,
    [c.order_id] AS evidence_ids,
    CASE WHEN o.n_odd >= {params.strong_orders}
        AND 1 - o.expected / o.n_odd >= {params.strong_share} THEN 'E2' ELSE 'E1' END AS strength,
    h.how, h.weight_g, h.goods_g, u.n_hollow, u.n_complaints, o.n_odd AS n_praised,
    round(u.usual_share, 4) AS usual_praise, o.n AS n_orders, round(o.expected, 2) AS expected
FROM cases AS c JOIN hollow AS h ON h.order_id = c.order_id
JOIN odd_senders AS o ON o.pool = c.pool AND o.sender = c.sender
JOIN unheard AS u ON u.pool = c.pool AND u.sender = c.sender
WHERE c.is_odd
"""


def explain(facts: Facts) -> Words:
    """Say what did not come, that it was praised, and how many of the sender's were."""
    hollow, complaints, praised = facts["n_hollow"], facts["n_complaints"], facts["n_praised"]
    orders, expected = facts["n_orders"], facts["expected"]
    if facts["how"] == "empty":
        zh = f"{facts['weight_g']} 克的包裹装不下 {facts['goods_g']} 克的商品"
        en = f"A parcel of {facts['weight_g']:,} g for goods of {facts['goods_g']:,} g"
    else:
        zh, en = "包裹始终没有到达记录", "A parcel without a trace of its arrival"
    usual = facts["usual_praise"]
    return Words(
        f"{zh}，买家未投诉、未退款，仍给满分；同一发件人 {orders} 单中有 {hollow} 单是空包或无到达"
        f"记录，其中 {complaints} 单有投诉，{praised} 单获满分（正常送达的仅 {usual:.0%} 获满分；"
        f"按同承运商、网点、日期、品类，这样的订单只应有约 {expected:g} 单）。",
        f"{en} was praised with full stars, without complaint or refund. Of "
        f"{counted(orders, 'order')} of this sender {hollow:,} were empty or lost; of these "
        f"{complaints:,} brought a complaint and {praised:,} full stars (of parcels that came, "
        f"{usual:.0%}). Others at the same carrier, branch, day and category let expect about "
        f"{expected:g} such orders.",
    )


DETECTOR = Detector(
    name="silent-buyer",
    title=Words("空包、丢件却获满分好评", "full stars for a parcel that never came"),
    subject="order",
    family=Family.LOGISTICS,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "items": ("item_id", "net_weight_g"),
        "orders": ("order_id", "account_id", "shop_id", "item_id"),
        "reviews": ("order_id", "account_id", "rating"),
        "shipments": ("waybill_id", "order_id"),
    },
    uses={
        "account_links": ("kind", "token", "address_type"),
        "items": ("category",),
        "messages": ("order_id", "sender_id"),
        "orders": ("quantity", "paid_minor", "shipped_at", "status", "address_token", "is_gift"),
        "refunds": ("order_id",),
        "reviews": ("append_of", "text_source"),
        "scans": ("waybill_id", "kind", "at", "branch"),
        "shipments": ("carrier", "shipper_token", "destination_region", "weight_g", "sent_at"),
    },
    evidence="orders",
    look_alikes={
        "virtual-goods": Words("虚拟商品", "virtual goods"),
        "light-goods": Words("轻小商品", "goods that weigh little"),
        "wrong-catalogue-weight": Words("商品目录净重填错", "a wrong weight in the catalogue"),
        "gifts": Words("买家看不到的礼物", "gifts that the buyer does not see"),
        "buyers-abroad": Words("转运到境外的买家", "buyers abroad, by a forwarder"),
        "absent-buyers": Words("不在家、系统默认好评", "absent buyers, praise by default"),
        "missing-scans": Words("承运商、网点漏扫", "scans that a carrier or branch loses"),
        "untraced-shop": Words("自有网点不扫描的店", "a shop whose own branch scans nothing"),
        "still-under-way": Words("仍在途中", "a parcel that is under way"),
        "real-trouble": Words("真丢件，有人投诉", "real losses, of which some buyers complain"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

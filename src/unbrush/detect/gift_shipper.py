"""Gift shipper: one sender whose tiny parcels stand for the goods of many unrelated shops.

What it finds: Orders sent by somebody who sends for ``min_shops`` owners or more, nearly always
(``min_share``) parcels of at most ``tiny_g`` grams that weigh less than half of what was sold.

Why it is fake: Gift dropshipping (礼品代发) sells a real parcel with a real trail for the price of
a napkin. Its customers have nothing in common but the sender.

Look-alikes: Cloud warehouses and fulfilment centres serve everybody, too, but what they send weighs
as much as what was sold, light or heavy. A gift that comes along with the goods is a second parcel:
orders with parcels of several senders are left out, as are samples and replacement parts (paid with
0) and cancelled or refunded orders. A carrier's default weight says nothing. Goods of unknown
weight, and categories that others send as light, are not judged; an order in several parcels is
weighed as a whole, and not at all if one was not weighed.

Score: tiny / (judged + 2) x (1 - 1 / owners): the sender's share of tiny parcels, with two parcels
of doubt, and how many unrelated owners meet there. Element b: somebody organises it. Strength E2
where the item's net weight is known; E1 where only the usual weight of its category is, the median
among senders of few shops.

Check by hand:
1. Look the sender up: a gift shop, a warehouse, what does it offer?
2. List its parcels by weight, and by shop: does the weight follow the goods?
3. Ask some buyers what came.

Cost: One grouping of shipments by order, one by sender; medians by category.

References: The trade calls it 礼品代发 and 小礼品 (small gifts). A press case: 127 pairs of
odd-sized shoes for less than 10 yuan each, sent in place of what was sold (Suzhou, 2020).
"""

from dataclasses import dataclass

from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

DOUBT = 2


@dataclass(frozen=True, kw_only=True)
class Params:
    """When a sender of many shops sends trifles."""

    min_shops: int = bounded(
        5, at_least=2, doc="Different owners of shops that one sender sends for."
    )
    min_parcels: int = bounded(
        20, at_least=5, doc="Orders of a sender with comparable weight before it is judged."
    )
    tiny_g: int = bounded(250, at_least=10, at_most=2000, doc="Grams up to which a parcel is tiny.")
    light_share: float = bounded(
        0.5, at_least=0.1, at_most=0.9, doc="Share of the goods' weight below which it is light."
    )
    min_share: float = bounded(
        0.8, at_least=0.5, at_most=1.0, doc="Share of tiny and light parcels of the sender."
    )
    min_usual: int = bounded(
        20, at_least=5, doc="Weighed parcels of a category before it has a usual weight."
    )
    default_share: float = bounded(
        0.3,
        at_least=0.05,
        at_most=1,
        doc="Share of a carrier's parcels with one weight: a default.",
    )


def sql(params: Params) -> str:
    """Return the SELECT of orders whose sender sends trifles for many shops."""
    return f"""
WITH weights AS (
    SELECT coalesce(carrier, '') AS carrier, weight_g, coalesce(shipper_token, '') AS shipper,
        count(*) AS n
    FROM shipments WHERE weight_g > 0 GROUP BY ALL
),
defaults AS (  -- one weight of many parcels, of no one sender most of all
    SELECT carrier, weight_g
    FROM (
        SELECT carrier, weight_g, sum(n) AS n_weight, max(n) AS n_most,
            sum(sum(n)) OVER (PARTITION BY carrier) AS n_carrier
        FROM weights GROUP BY carrier, weight_g
    )
    WHERE n_weight >= 20 AND n_weight >= {params.default_share} * n_carrier
        AND 2 * n_most <= n_weight
),
sent AS (
    SELECT s.order_id, min(s.shipper_token) AS shipper_token,
        sum(round(s.weight_g)::BIGINT)::BIGINT AS weight_g
    FROM shipments AS s
    LEFT JOIN defaults AS d ON d.carrier = coalesce(s.carrier, '') AND d.weight_g = s.weight_g
    GROUP BY s.order_id
    HAVING count(*) = count(*) FILTER (WHERE s.weight_g > 0 AND d.weight_g IS NULL)
        AND count(*) = count(s.shipper_token) AND min(s.shipper_token) = max(s.shipper_token)
),
parcels AS (
    SELECT s.*, o.shop_id, coalesce('owner ' || CAST(h.owner_id AS VARCHAR),
            'shop ' || CAST(o.shop_id AS VARCHAR)) AS owner,
        coalesce(i.category, h.category) AS category,
        CASE WHEN i.net_weight_g > 0
            THEN i.net_weight_g * greatest(coalesce(o.quantity, 1), 1) END AS net_g
    FROM sent AS s
    JOIN orders AS o ON o.order_id = s.order_id
    LEFT JOIN items AS i ON i.item_id = o.item_id
    LEFT JOIN shops AS h ON h.shop_id = o.shop_id
    ANTI JOIN refunds AS r ON r.order_id = o.order_id
    WHERE coalesce(o.paid_minor, 1) > 0 AND coalesce(o.status, '') NOT IN ('cancelled', 'refunded')
),
senders AS (
    SELECT shipper_token, count(DISTINCT owner) AS n_owners
    FROM parcels GROUP BY shipper_token HAVING n_owners >= {params.min_shops}
),
usual AS (
    SELECT category, median(weight_g) AS usual_g
    FROM parcels ANTI JOIN senders USING (shipper_token)
    WHERE category IS NOT NULL
    GROUP BY category HAVING count(*) >= {params.min_usual}
),
judged AS (
    SELECT p.*, coalesce(p.net_g, u.usual_g) AS goods_g,
        p.weight_g <= {params.tiny_g}
            AND p.weight_g < {params.light_share} * coalesce(p.net_g, u.usual_g) AS is_tiny
    FROM parcels AS p SEMI JOIN senders USING (shipper_token)
    LEFT JOIN usual AS u ON u.category = p.category
    WHERE coalesce(p.net_g, u.usual_g) IS NOT NULL
),
found AS (
    SELECT shipper_token, count(*) AS n, count(*) FILTER (WHERE is_tiny) AS n_tiny,
        count(DISTINCT owner) FILTER (WHERE is_tiny) AS n_owners,
        count(DISTINCT shop_id) FILTER (WHERE is_tiny) AS n_shops,
        median(weight_g) FILTER (WHERE is_tiny) AS usual_tiny_g
    FROM judged GROUP BY shipper_token
    HAVING n >= {params.min_parcels} AND n_tiny >= {params.min_share} * n
        AND n_owners >= {params.min_shops}
)
SELECT j.order_id AS subject_id,
    round(f.n_tiny / (f.n + {DOUBT}) * (1 - 1 / f.n_owners), 6) AS score,
    [j.order_id] AS evidence_ids, CASE WHEN j.net_g IS NULL THEN 'E1' ELSE 'E2' END AS strength,
    j.weight_g, round(j.goods_g)::BIGINT AS goods_g, j.net_g IS NOT NULL AS is_net,
    f.n AS n_parcels, f.n_tiny, f.n_shops, f.n_owners, round(f.usual_tiny_g)::BIGINT AS usual_g
FROM judged AS j JOIN found AS f ON f.shipper_token = j.shipper_token
WHERE j.is_tiny
"""


def explain(facts: Facts) -> Words:
    """Say what the parcel and the goods weigh, and what else this sender sends."""
    weight, goods, shops = facts["weight_g"], facts["goods_g"], facts["n_shops"]
    parcels, tiny, owners = facts["n_parcels"], facts["n_tiny"], facts["n_owners"]
    zh_goods, en_goods = "同类包裹通常重", "goods that usually weigh"
    if facts["is_net"]:
        zh_goods, en_goods = "商品净重", "goods of"
    return Words(
        f"包裹重 {weight} 克，而{zh_goods} {goods} 克；同一发件人为 {owners} 个不同经营者的 "
        f"{shops} 家店铺代发，可比的 {parcels} 单中有 {tiny} 单是这样的小件。",
        f"{weight:,} g were sent for {en_goods} {goods:,} g; of "
        f"{counted(parcels, 'comparable order')} that this sender sent, for "
        f"{counted(shops, 'shop')} of {counted(owners, 'unrelated owner')}, {tiny:,} went as such "
        "trifles.",
    )


DETECTOR = Detector(
    name="gift-shipper",
    title=Words("礼品代发：小件充当所售商品", "trifles from a sender of many unrelated shops"),
    subject="order",
    family=Family.LOGISTICS,
    strength=Strength.E2,
    element=Element.ORGANISED,
    needs={
        "orders": ("order_id", "shop_id"),
        "shipments": ("order_id", "shipper_token", "weight_g"),
    },
    uses={
        "items": ("item_id", "category", "net_weight_g"),
        "orders": ("item_id", "quantity", "paid_minor", "status"),
        "refunds": ("order_id",),
        "shipments": ("carrier",),
        "shops": ("owner_id", "category"),
    },
    evidence="orders",
    look_alikes={
        "fulfilment-centre": Words("轻重皆发的仓配中心", "a fulfilment centre of light and heavy"),
        "light-goods-warehouse": Words("轻小商品云仓", "a warehouse of light goods"),
        "one-owner": Words("同一经营者的多家店", "shops of one owner"),
        "add-on-gifts": Words("另行寄出的赠品", "free gifts that are sent beside the goods"),
        "samples": Words("零元样品、补发配件", "samples and replacement parts"),
        "default-weight": Words("面单默认重量", "a form's default weight"),
        "several-parcels": Words("一单多包裹", "an order in several parcels"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

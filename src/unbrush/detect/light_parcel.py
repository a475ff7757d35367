"""Light parcel: what was sent weighs too little to be what was sold.

What it finds: An order whose parcels, taken together and all weighed, are lighter than
``min_share`` of the item's net weight less ``tolerance_g``: the item cannot be inside.

Why it is fake: A brushed order needs a tracking number, not the goods. Empty parcels and small
gifts cost a fraction of the item, and the carrier's scale sees it whatever the accounts look like.

Look-alikes: Items without a net weight (virtual goods, services) are not judged, nor light goods,
whose limit lies below zero after the tolerance. A parcel without a weight, or with 0, was not
weighed, and then nothing is said of its order; the same holds for a weight that a carrier gives
for a large part of its parcels and that items fit under as often as not: it is a form's default.
All parcels of an order are added up. An order of several pieces is held against one piece, since
the rest may follow or be out of stock; only if the buyer confirmed it without a refund is it held
against all, and then weakly. Orders paid with 0 (replacement parts, samples) are left out, and so
are refunded ones (sent wrongly, made good). A wrong catalogue weight shows as items of which hardly
any parcel has the full weight, while goods are inside all the same: over the shop's parcels of such
items, what should weigh more does (more pieces, the heavier item), or all parcels of one weigh
alike and more than an empty bag. Such items are spared, with what else of the shop is off by about
as much. A listing may have sold something lighter before: where all light parcels are older than
the full ones, and a piece cost a third less then, nothing is said.

Score: 1 - weight / (net weight x quantity): the share of the weight that is missing. Strength
follows what stands behind the catalogue weight. E3: a fifth of the item's parcels, and three at
least, do have the full weight. E2: too few parcels of the item to tell; or nearly none is full, and
the item weighs the same as another of the shop with twice the net weight, so that the goods do not
matter to what is sent. E1: nearly none is full, and no more is known: a shop that only brushes, or
a gram written for a kilogram; also where all light parcels are older than the full ones, since the
listing may have sold something lighter then; and where one piece may be inside but not all that
were bought.

Check by hand:
1. Put the order's waybills on the scale's records: weight, size, branch.
2. Compare with other parcels of the same item, of other buyers and other weeks.
3. Ask the buyer for a photo of what came; look whether anybody ever complained about this item.

Cost: Joins orders, items and shipments once; per-item statistics only for items with a light order.

References: The trade calls what is sent 空包 (an empty parcel) or 小礼品 (a small gift).
"""

from dataclasses import dataclass

from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

FULL = 0.9  # share of the net weight from which a parcel confirms the catalogue
CONFIRMING = 3  # full parcels before an item's catalogue weight counts as right
CONFIRMING_SHARE = 0.2  # of an item's parcels, below which its catalogue weight is in doubt
DIFFERENT = 2  # net weights this many times apart belong to different goods
SAME = 0.15  # typical weights of two items this close are one weight
ALIKE = 0.3  # quartiles of one item's parcels this close to each other: the same goods each time
FOLLOWS = 3.0  # standard errors by which weights follow the goods; 1 in 700 by chance
FEWEST_FOLLOWING = 10  # parcels for a correlation to mean anything
SCALE_STEP_G = 20
OTHER_PRICE = 0.67  # of what is paid for a piece now, below which something else was sold before
STRAY = 0.05  # share of parcels that may lie on the wrong side of a change


@dataclass(frozen=True, kw_only=True)
class Params:
    """From where on a parcel is too light."""

    min_share: float = bounded(
        0.5, at_least=0.1, at_most=0.9, doc="Share of the net weight that a parcel must reach."
    )
    tolerance_g: int = bounded(
        50, at_least=0, at_most=5000, doc="Grams that scales and catalogues may be off."
    )
    empty_g: int = bounded(
        100, at_least=1, at_most=5000, doc="Grams up to which a parcel may be a bag without goods."
    )
    min_item_parcels: int = bounded(
        5, at_least=2, doc="Weighed orders of an item before its catalogue weight is doubted."
    )
    default_share: float = bounded(
        0.3,
        at_least=0.05,
        at_most=1,
        doc="Share of a carrier's parcels with one weight: a default.",
    )


def sql(params: Params) -> str:
    """Return the SELECT of orders whose parcels cannot hold what was sold."""
    return f"""
WITH sold AS (
    SELECT o.order_id, o.shop_id, o.item_id, i.net_weight_g, o.status, o.confirmed_at, o.placed_at,
        o.paid_minor, greatest(coalesce(o.quantity, 1), 1) AS quantity
    FROM orders AS o JOIN items AS i ON i.item_id = o.item_id
    WHERE i.net_weight_g > 0 AND coalesce(o.paid_minor, 1) > 0
),
parcels AS (
    SELECT s.order_id, coalesce(s.carrier, '') AS carrier, round(s.weight_g)::BIGINT AS weight_g,
        o.net_weight_g * o.quantity <= s.weight_g AS fits
    FROM shipments AS s JOIN sold AS o ON o.order_id = s.order_id
),
weights AS (
    SELECT carrier, weight_g, count(*) AS n, count(*) FILTER (WHERE fits) AS n_fit,
        sum(count(*)) OVER (PARTITION BY carrier) AS n_carrier
    FROM parcels WHERE weight_g > 0 GROUP BY carrier, weight_g
),
-- Empty parcels weigh alike too, but hardly any item fits under their weight.
defaults AS (
    SELECT carrier, weight_g FROM weights
    WHERE n >= 20 AND n >= {params.default_share} * n_carrier AND n_fit >= 0.25 * n
),
sent AS (
    SELECT p.order_id, count(*) AS n_parcels, sum(p.weight_g)::BIGINT AS weight_g
    FROM parcels AS p
    LEFT JOIN defaults AS d ON d.carrier = p.carrier AND d.weight_g = p.weight_g
    GROUP BY p.order_id
    HAVING count(*) = count(*) FILTER (WHERE p.weight_g > 0 AND d.weight_g IS NULL)
),
weighed AS (
    SELECT o.*, s.n_parcels, s.weight_g,
        s.weight_g < {params.min_share} * o.net_weight_g - {params.tolerance_g} AS lacks_one,
        s.weight_g < {params.min_share} * o.net_weight_g * o.quantity - {params.tolerance_g}
            AS lacks_some
    FROM sold AS o JOIN sent AS s ON s.order_id = o.order_id
),
light_items AS (SELECT DISTINCT item_id FROM weighed WHERE lacks_some),
records AS (
    SELECT item_id, shop_id, max(net_weight_g) AS net_weight_g, count(*) AS n,
        count(*) FILTER (WHERE lacks_one) AS n_light,
        count(*) FILTER (WHERE weight_g >= {FULL} * net_weight_g * quantity) AS n_full,
        -- The catalogue tells what an item is now; before, it may have been something else.
        quantile_disc(placed_at, 1 - {STRAY}) FILTER (WHERE lacks_one)
            < quantile_disc(placed_at, {STRAY})
                FILTER (WHERE weight_g >= {FULL} * net_weight_g * quantity) AS is_parted,
        median(paid_minor / quantity) FILTER (WHERE lacks_one)
            <= {OTHER_PRICE} * median(paid_minor / quantity)
                FILTER (WHERE weight_g >= {FULL} * net_weight_g * quantity) AS was_cheaper,
        median(weight_g // quantity) AS typical_g,
        quantile_cont(weight_g // quantity, 0.75) - quantile_cont(weight_g // quantity, 0.25)
            AS range_g
    FROM weighed SEMI JOIN light_items USING (item_id)
    GROUP BY item_id, shop_id
),
-- Hardly anything sent of these items ever weighed what the catalogue says.
doubted AS (
    SELECT * FROM records
    WHERE n >= {params.min_item_parcels} AND n_full < {CONFIRMING_SHARE} * n
),
-- Goods are inside where parcels weigh as the goods would, if by another measure. Parcels count up
-- to one weight for all items: a bound by item would make the heavier item's look heavier.
bounded AS (SELECT shop_id, {FULL} * min(net_weight_g) AS most_g FROM doubted GROUP BY shop_id),
following AS (
    SELECT shop_id FROM (
        SELECT w.shop_id, ln(w.weight_g) AS sent, ln(w.net_weight_g * w.quantity) AS sold
        FROM weighed AS w JOIN bounded AS b ON b.shop_id = w.shop_id
        WHERE w.weight_g < b.most_g AND w.item_id IN (SELECT item_id FROM doubted)
    )
    GROUP BY shop_id
    HAVING count(*) >= {FEWEST_FOLLOWING}
        -- Where either never varies DuckDB's correlation is NaN, which is above all numbers.
        AND stddev_pop(sent) > 0 AND stddev_pop(sold) > 0
        AND corr(sent, sold) * sqrt(count(*)) >= {FOLLOWS}
),
indifferent AS (
    SELECT DISTINCT a.item_id
    FROM doubted AS a
    JOIN doubted AS b ON b.shop_id = a.shop_id
    WHERE greatest(a.net_weight_g, b.net_weight_g)
            >= {DIFFERENT} * least(a.net_weight_g, b.net_weight_g)
        AND abs(a.typical_g - b.typical_g)
            <= greatest({SCALE_STEP_G}, {SAME} * least(a.typical_g, b.typical_g))
),
miscounted AS (
    SELECT item_id, shop_id, typical_g / net_weight_g AS true_share
    FROM doubted
    WHERE shop_id IN (SELECT shop_id FROM following) OR (
        item_id NOT IN (SELECT item_id FROM indifferent) AND typical_g > {params.empty_g}
        AND range_g <= greatest({SCALE_STEP_G}, {ALIKE} * typical_g)
    )
),
-- The same slip of the same shop, in items that sell too little to show it by themselves.
slipped AS (
    SELECT DISTINCT r.item_id
    FROM records AS r JOIN miscounted AS m ON m.shop_id = r.shop_id
    WHERE r.n_full = 0 AND r.n < {params.min_item_parcels}
        AND r.typical_g / r.net_weight_g BETWEEN m.true_share / {DIFFERENT}
            AND m.true_share * {DIFFERENT}
),
standings AS (
    SELECT r.item_id, r.n, r.n_light,
        CASE
            WHEN r.item_id IN (SELECT item_id FROM miscounted) THEN 'spared'
            WHEN r.item_id IN (SELECT item_id FROM slipped) THEN 'spared'
            WHEN r.item_id IN (SELECT item_id FROM indifferent) THEN 'E2'
            WHEN r.item_id IN (SELECT item_id FROM doubted) THEN 'E1'
            WHEN r.is_parted AND r.was_cheaper THEN 'spared'
            WHEN r.n_light >= {CONFIRMING} AND r.is_parted THEN 'E1'
            WHEN r.n_full >= {CONFIRMING} AND r.n_full >= {CONFIRMING_SHARE} * r.n THEN 'E3'
            ELSE 'E2'
        END AS strength
    FROM records AS r
),
found AS (
    SELECT w.*, s.n AS n_item, s.n_light AS n_item_light,
        CASE WHEN lacks_one OR s.strength = 'spared' THEN s.strength ELSE 'E1' END AS strength
    FROM weighed AS w JOIN standings AS s ON s.item_id = w.item_id
    -- Pieces may be missing; the buyer's confirmation says that none are to follow.
    WHERE lacks_one OR (
        lacks_some AND (w.confirmed_at IS NOT NULL OR w.status IS NOT DISTINCT FROM 'confirmed')
    )
)
SELECT f.order_id AS subject_id,
    round(1 - f.weight_g / (f.net_weight_g * f.quantity), 6) AS score,
    [f.order_id] AS evidence_ids, f.strength,
    f.weight_g, round(f.net_weight_g * f.quantity)::BIGINT AS net_weight_g, f.quantity, f.n_parcels,
    f.n_item, f.n_item_light
FROM found AS f
ANTI JOIN refunds AS r ON r.order_id = f.order_id
WHERE f.strength <> 'spared' AND f.status IS DISTINCT FROM 'refunded'
"""


def explain(facts: Facts) -> Words:
    """Say what the parcels and the goods weigh, and how other parcels of the item compare."""
    weight, net, parcels = facts["weight_g"], facts["net_weight_g"], facts["n_parcels"]
    others, light = facts["n_item"], facts["n_item_light"]
    zh = f"{parcels} 个包裹共重 {weight} 克，而所售商品净重 {net} 克，装不下所售商品。"
    en = f"{counted(parcels, 'parcel')} of {weight:,} g in all cannot hold goods of {net:,} g net."
    if others:
        zh += f"该商品已称重的 {others} 笔订单中有 {light} 笔过轻。"
        en += f" Of {counted(others, 'weighed order')} of this item, {light:,} weighed too little."
    return Words(zh, en)


DETECTOR = Detector(
    name="light-parcel",
    title=Words("包裹重量装不下所售商品", "a parcel too light for the item"),
    subject="order",
    family=Family.LOGISTICS,
    strength=Strength.E3,
    element=Element.NOT_GENUINE,
    needs={
        "orders": ("order_id", "item_id"),
        "items": ("item_id", "net_weight_g"),
        "shipments": ("order_id", "weight_g"),
    },
    uses={
        "orders": ("shop_id", "quantity", "paid_minor", "placed_at", "confirmed_at", "status"),
        "refunds": ("order_id",),
        "shipments": ("carrier",),
    },
    evidence="orders",
    look_alikes={
        "weightless-goods": Words("虚拟商品或无净重", "virtual goods, or no net weight known"),
        "light-goods": Words("轻小商品", "goods that weigh little"),
        "not-weighed": Words("承运商未称重（空或 0）", "a carrier that did not weigh (empty or 0)"),
        "default-weight": Words("面单默认重量", "a form's default weight"),
        "several-parcels": Words("一单多包裹", "an order in several parcels"),
        "partial-shipment": Words("部分发货", "the rest follows later"),
        "replacement-parts": Words("补发配件、零元样品", "replacement parts and free samples"),
        "made-good": Words("错发、漏发后已退款", "sent wrongly and refunded"),
        "another-listing": Words(
            "商品页以前卖的是别的货", "a listing that sold something else before"
        ),
        "wrong-catalogue-weight": Words("商品目录净重填错", "a wrong weight in the catalogue"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

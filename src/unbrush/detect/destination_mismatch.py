"""Destination mismatch: parcels end where neither the label nor the buyer is.

What it finds: Parcels signed for in another region than their label says (astray), and parcels to
another region than their buyer's to which nobody else sends that buyer anything (foreign); only of
senders (shops, where senders are unknown) that have more of these than others in the same category,
week, carrier and region.

Why it is fake: A bought waybill is a parcel that somebody else sent somewhere. It goes its own way,
and nobody troubles to match it with a buyer.

Look-alikes: Gifts marked as such, orders of a group, which its leader receives, and addresses
marked as office, school, station, locker or forwarder are left out. Who moved, studies or works
elsewhere has parcels of several senders sent there, which makes it a place of theirs. Festivals and
goods that are given away show in the week and category, a forwarders' hub in the region, redirected
and missorted parcels in the carrier and region: of these the highest share among others is
expected. Without the buyer's region only the label is compared. Not told apart: a shop of gifts in
a category that is otherwise bought for oneself; that is why a foreign region alone is weak.

Score: 1 - expected / found: the share of the mismatches that others' do not explain. Strength E1;
E2 for astray parcels from ``strong_parcels`` on where that is ``strong_share`` at least.

Check by hand:
1. Compare the label, the signature's branch and the order's address.
2. See where the buyer's other parcels go.
3. Ask the buyer whether anything came, and the carrier who signed.

Cost: One grouping of signatures by waybill, joins with shipments, orders and accounts.

References: base/beside_others.py for the measure; region mismatch is weak by docs/architecture.md.
"""

from dataclasses import dataclass

from unbrush.base.beside_others import beside_others_sql
from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

WEEK_MS = 7 * DAY_MS


@dataclass(frozen=True, kw_only=True)
class Params:
    """From how many mismatches on they are not the buyers' or the carrier's."""

    min_parcels: int = bounded(
        5, at_least=2, doc="Mismatched parcels of a sender before anything is said."
    )
    strong_parcels: int = bounded(10, at_least=2, doc="Parcels astray from which it is E2.")
    strong_share: float = bounded(
        0.8, at_least=0.5, at_most=1.0, doc="Share beyond the expected from which it is E2."
    )
    min_others: int = bounded(
        20, at_least=5, doc="Parcels of others by which a category, week or region is judged."
    )
    max_chance: float = bounded(
        1e-6, at_least=1e-300, at_most=0.05, doc="Largest chance that the usual mismatches did it."
    )


def sql(params: Params) -> str:
    """Return the SELECT of mismatched parcels of senders that have too many."""
    beside_others = beside_others_sql(
        places=("category", "week", "region", "carrier"),
        min_odd=params.min_parcels,
        min_others=params.min_others,
        max_chance=params.max_chance,
    )
    strong = f"""c.pool = 'astray' AND o.n_odd >= {params.strong_parcels}
        AND 1 - o.expected / o.n_odd >= {params.strong_share}"""
    return f"""
WITH signed AS (
    SELECT waybill_id, "at", region FROM scans WHERE kind = 'signed' AND region IS NOT NULL
),
ends AS (
    SELECT waybill_id, min(region) AS region, max(region) AS other FROM signed GROUP BY waybill_id
),
signatures AS (  -- the last one counts; of nearly all parcels there is one alone
    SELECT waybill_id, region FROM ends WHERE region = other
    UNION ALL
    SELECT waybill_id, max({{'at': "at", 'region': region}}).region
    FROM signed SEMI JOIN (SELECT waybill_id FROM ends WHERE region <> other) USING (waybill_id)
    GROUP BY waybill_id
),
shared_doors AS (
    SELECT DISTINCT token FROM account_links
    WHERE kind = 'address'
        AND address_type IN ('office', 'school', 'station', 'locker', 'forwarder')
),
parcels AS (
    SELECT s.order_id, o.account_id, s.carrier,
        coalesce(s.shipper_token, 'shop ' || CAST(o.shop_id AS VARCHAR)) AS shipper,
        coalesce(i.category, h.category) AS category, o.placed_at // {WEEK_MS} AS week,
        s.destination_region AS label, t.region AS signed, a.region AS home
    FROM shipments AS s
    JOIN orders AS o ON o.order_id = s.order_id
    LEFT JOIN signatures AS t ON t.waybill_id = s.waybill_id
    LEFT JOIN accounts AS a ON a.account_id = o.account_id
    LEFT JOIN items AS i ON i.item_id = o.item_id
    LEFT JOIN shops AS h ON h.shop_id = o.shop_id
    ANTI JOIN shared_doors AS d ON d.token = o.address_token
    WHERE coalesce(o.is_gift, false) = false AND o.group_id IS NULL
),
foreign_places AS (
    SELECT account_id, coalesce(label, signed) AS place, min(shipper) < max(shipper) AS is_own
    FROM parcels WHERE coalesce(label, signed) <> home
    GROUP BY ALL
),
cases AS (
    SELECT 'astray' AS pool, shipper AS sender, order_id, category, week, label AS region, carrier,
        label AS wanted, signed AS met, signed <> label AS is_odd
    FROM parcels WHERE signed IS NOT NULL AND label IS NOT NULL
    UNION ALL
    SELECT 'foreign', shipper, order_id, category, week, coalesce(label, signed), carrier,
        home, coalesce(label, signed), coalesce(NOT f.is_own, false)
    FROM parcels AS p
    LEFT JOIN foreign_places AS f
        ON f.account_id = p.account_id AND f.place = coalesce(p.label, p.signed)
    WHERE home IS NOT NULL AND coalesce(label, signed) IS NOT NULL
),
{beside_others},
found AS (
    SELECT c.order_id, c.pool, c.wanted, c.met, o.n_odd, o.n, o.expected,
        CASE WHEN {strong} THEN 'E2' ELSE 'E1' END AS strength,
        row_number() OVER (PARTITION BY c.order_id ORDER BY c.pool, c.met, c.wanted) AS nth
    FROM cases AS c JOIN odd_senders AS o ON o.pool = c.pool AND o.sender = c.sender
    WHERE c.is_odd
)
SELECT order_id AS subject_id, round(1 - expected / n_odd, 6) AS score, [order_id] AS evidence_ids,
    strength, pool = 'astray' AS is_astray, wanted AS wanted_region, met AS met_region,
    n_odd AS n_mismatched, n AS n_parcels, round(expected, 2) AS expected
FROM found WHERE nth = 1
"""


def explain(facts: Facts) -> Words:
    """Say where the parcel should have gone and went, and how the sender compares."""
    wanted, met, odd = facts["wanted_region"], facts["met_region"], facts["n_mismatched"]
    parcels, expected = facts["n_parcels"], facts["expected"]
    if facts["is_astray"]:
        zh = f"面单寄往 {wanted}，却在 {met} 签收；同一发件人"
        en = f"Labelled for {wanted}, signed for in {met}; so it is with "
    else:
        zh = f"买家在 {wanted}，包裹寄往 {met}，此前此后无其他发件人向该买家寄往那里；该发件人"
        en = f"Sent to {met}, where no other sender reaches this buyer of {wanted}; so it is with "
    return Words(
        f"{zh} {parcels} 个包裹中有 {odd} 个如此，按同品类、同周、同承运商、同地区只应有约 "
        f"{expected:g} 个。",
        f"{en}{odd:,} of {counted(parcels, 'parcel')} of this sender, where others of the same "
        f"category, week, carrier and region let expect about {expected:g}.",
    )


DETECTOR = Detector(
    name="destination-mismatch",
    title=Words("签收地与面单或买家不符", "a parcel that ends where it should not"),
    subject="order",
    family=Family.LOGISTICS,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "orders": ("order_id", "account_id", "shop_id", "placed_at"),
        "shipments": ("waybill_id", "order_id", "destination_region"),
    },
    uses={
        "account_links": ("kind", "token", "address_type"),
        "accounts": ("account_id", "region"),
        "items": ("category",),
        "orders": ("item_id", "address_token", "is_gift", "group_id"),
        "scans": ("waybill_id", "kind", "at", "region"),
        "shipments": ("carrier", "shipper_token"),
        "shops": ("category",),
    },
    evidence="orders",
    look_alikes={
        "gifts": Words("礼物订单", "gifts to somebody elsewhere"),
        "group-buying": Words("团长代收", "group buying received by its leader"),
        "festival": Words("节日送礼", "a festival in which many send presents"),
        "gift-goods": Words("常用于送礼的品类", "goods that are mostly given away"),
        "moved-people": Words("搬家、异地求学工作", "people who moved"),
        "office": Words("单位、学校地址", "an office or school"),
        "forwarder": Words("转运仓、驿站", "a forwarder or station"),
        "redirected": Words("承运商改派、错分", "parcels that a carrier redirects or missorts"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

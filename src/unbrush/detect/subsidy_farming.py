"""Subsidies of many accounts end with one person, and nothing is consumed.

What it finds: Subsidised orders by accounts that share a device, a payer, an identity, a phone or a
    home (at least ``min_accounts`` of them), most of which are hollow: no parcel, or none that
    could hold the goods; or whose payer or address is that of the shop's own owner, so that goods
    and money go in a circle.
Why it is fake: A subsidy is meant for so much per person. Whoever orders through many accounts
    draws it many times, and where shop and buyer are one the goods need not move at all.
Look-alikes: A family that buys in bulk (too few accounts). Resellers, who break the rules of the
    campaign but take the goods, and a subsidised bargain that everybody wants (parcels arrive).
    Perks of the shop's own staff (declared as such). Vouchers and top-ups (nothing is sent in the
    whole category). A pick-up station, a campus, an office (not a home).
Score: hollow or circling share of the place's subsidised orders × n / (n + min_accounts), n being
    accounts. E2 and element b from ``farm_accounts`` on or where it circles, else E1.
Check by hand: 1. Add up the subsidies by person rather than by account. 2. Ask the carrier for the
    parcels. 3. Compare serial numbers of the goods, where there are any.
Cost: Reads orders, subsidies and shipments once; groups subsidised orders by five kinds of token.
    At most one row per subsidised order.
References: docs/architecture.md, Evidence; what is usual in a category is counted outside crowded
    places, with a Chernoff bound.
"""

import math
from dataclasses import dataclass

from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.hollow import grants_sql
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted


@dataclass(frozen=True, kw_only=True)
class Params:
    """When accounts that draw subsidies are one person's."""

    min_accounts: int = bounded(
        5, at_least=3, doc="Subsidised accounts that share a token before anything is said."
    )
    farm_accounts: int = bounded(
        6, at_least=3, doc="Such accounts from which it looks like a farm: E2, organised."
    )
    min_share: float = bounded(
        0.6, at_least=0.1, at_most=1.0, doc="Share of their subsidised orders that are hollow."
    )
    min_lift: float = bounded(
        3.0, at_least=1.0, doc="Hollow orders for each one that is usual in these categories."
    )
    max_chance: float = bounded(
        1e-6, at_least=1e-300, at_most=1.0, doc="Largest chance that parcels were lost by accident."
    )
    wait_days: int = bounded(
        10, at_least=1, at_most=90, doc="Days in which a parcel should have been sent."
    )
    light_share: float = bounded(
        0.3, at_least=0.0, at_most=1.0, doc="Share of the net weight that holds no goods."
    )


def sql(params: Params) -> str:
    """Return the SELECT that finds subsidised orders that one person drew through many accounts."""
    return f"""WITH {grants_sql(wait_days=params.wait_days, light_share=params.light_share)},
drawn AS (  -- with the shop's own staff taken out: their perks are declared
    SELECT grants.*, accounts.identity_token, accounts.phone_token, shops.owner_id
    FROM grants
    LEFT JOIN accounts ON accounts.account_id = grants.account_id
    LEFT JOIN shops ON shops.shop_id = grants.shop_id
    WHERE accounts.staff_of_shop_id IS DISTINCT FROM grants.shop_id
),
circling AS (  -- paid by the shop's owner, or delivered to them
    SELECT drawn.order_id
    FROM drawn JOIN owners ON owners.owner_id = drawn.owner_id
    WHERE drawn.payer_token IN (owners.bank_token, owners.phone_token)
        OR drawn.address_token = owners.address_token
    UNION
    SELECT drawn.order_id
    FROM drawn
    JOIN (SELECT DISTINCT shop_id, bank_token FROM payouts WHERE bank_token IS NOT NULL) AS paid
        ON paid.shop_id = drawn.shop_id AND paid.bank_token = drawn.payer_token
),
told AS (
    SELECT drawn.*, circling.order_id IS NOT NULL AS is_circling,
        coalesce(drawn.is_hollow, false) OR circling.order_id IS NOT NULL AS is_empty
    FROM drawn LEFT JOIN circling ON circling.order_id = drawn.order_id
),
public_places AS (
    SELECT DISTINCT token FROM account_links
    WHERE kind = 'address'
        AND address_type IN ('office', 'school', 'station', 'locker', 'forwarder')
),
at_place AS (
    SELECT concat('device ', device_token) AS place, * FROM told WHERE device_token IS NOT NULL
    UNION ALL
    SELECT concat('payer ', payer_token), * FROM told WHERE payer_token IS NOT NULL
    UNION ALL
    SELECT concat('identity ', identity_token), * FROM told WHERE identity_token IS NOT NULL
    UNION ALL
    SELECT concat('phone ', phone_token), * FROM told WHERE phone_token IS NOT NULL
    UNION ALL
    SELECT concat('address ', address_token), * FROM told
    WHERE address_token IS NOT NULL
        AND address_token NOT IN (SELECT token FROM public_places)
),
crowded AS (
    SELECT place FROM at_place GROUP BY place
    HAVING count(DISTINCT account_id) >= {params.min_accounts}
),
crowd AS (
    SELECT at_place.* FROM at_place JOIN crowded ON crowded.place = at_place.place
    WHERE is_hollow IS NOT NULL OR is_circling
),
usual AS (  -- what is usual in a category, where nobody crowds
    SELECT category, count(*) AS n, count(*) FILTER (WHERE is_hollow) AS n_hollow
    FROM told
    WHERE is_hollow IS NOT NULL AND order_id NOT IN (SELECT order_id FROM crowd)
    GROUP BY category
),
usual_anywhere AS (
    SELECT coalesce(sum(n), 0) AS n, coalesce(sum(n_hollow), 0) AS n_hollow FROM usual
),
places AS (
    SELECT crowd.place,
        count(*) AS n, count(*) FILTER (WHERE is_empty) AS n_empty,
        count(*) FILTER (WHERE is_circling) AS n_circling,
        count(DISTINCT account_id) FILTER (WHERE is_empty) AS n_accounts,
        count(DISTINCT shop_id) FILTER (WHERE is_empty) AS n_shops,
        CAST(coalesce(sum(granted_minor) FILTER (WHERE is_empty), 0) AS BIGINT) AS granted_minor,
        list_sum(list_sort(list(coalesce(
            (usual.n_hollow + 0.5) / (usual.n + 1.0),
            (usual_anywhere.n_hollow + 0.5) / (usual_anywhere.n + 1.0)
        )))) AS expected
    FROM crowd
    LEFT JOIN usual ON usual.category = crowd.category
    CROSS JOIN usual_anywhere
    GROUP BY crowd.place
),
people AS (  -- what an account usually draws
    SELECT CAST(median(granted_minor) AS BIGINT) AS usual_minor
    FROM (SELECT account_id, sum(granted_minor) AS granted_minor FROM drawn GROUP BY account_id)
),
notable AS (
    SELECT *, 1.0 * n_empty / n * n_accounts / (n_accounts + {params.min_accounts}) AS score
    FROM places
    WHERE n_accounts >= {params.min_accounts}
        AND n_empty >= {params.min_share} * n
        AND n_empty >= {params.min_lift} * expected
        AND n_empty - expected + n_empty * ln(expected / n_empty) <= {math.log(params.max_chance)}
),
said AS (
    SELECT crowd.order_id, notable.*, row_number() OVER (
            PARTITION BY crowd.order_id ORDER BY notable.score DESC, notable.place
        ) AS nth
    FROM crowd JOIN notable ON notable.place = crowd.place
    WHERE crowd.is_empty
)
SELECT
    order_id AS subject_id, round(score, 6) AS score, [order_id] AS evidence_ids,
    CASE WHEN n_accounts >= {params.farm_accounts} OR n_circling >= {params.min_accounts}
        THEN 'E2' ELSE 'E1' END AS strength,
    CASE WHEN n_accounts >= {params.farm_accounts} OR n_circling >= {params.min_accounts}
        THEN 'b' ELSE 'a' END AS element,
    split_part(place, ' ', 1) AS shared, n_accounts, n_shops, n AS n_granted, n_empty, n_circling,
    round(expected, 3) AS expected_hollow, granted_minor, people.usual_minor
FROM said CROSS JOIN people
WHERE nth = 1
"""


_SHARED = {
    "device": Words("同一台设备", "one device"),
    "payer": Words("同一付款人", "one payer"),
    "identity": Words("同一实名身份", "one identity"),
    "phone": Words("同一手机号", "one phone number"),
    "address": Words("同一住址", "one home"),
}


def explain(facts: Facts) -> Words:
    """Say how many accounts draw subsidies in one place, how much, and what became of the goods."""
    n, empty, circling = facts["n_granted"], facts["n_empty"], facts["n_circling"]
    total, usual = facts["granted_minor"] / 100, facts["usual_minor"] / 100
    shared = _SHARED[facts["shared"]]
    return Words(
        zh=f"{facts['n_accounts']} 个账号经{shared.zh}在 {facts['n_shops']} 家店铺领取补贴"
        f" {total:,.2f}（普通账号通常 {usual:,.2f}）；其 {n} 笔补贴订单中 {empty} 笔无消费痕迹"
        f"或货款回流（同类通常约 {facts['expected_hollow']:.1f} 笔；回流 {circling} 笔）。",
        en=f"{counted(facts['n_accounts'], 'account')} on {shared.en} drew {total:,.2f} in "
        f"subsidies in {counted(facts['n_shops'], 'shop')} (an account usually draws "
        f"{usual:,.2f}); {empty:,} of {counted(n, 'subsidised order')} left no sign of "
        f"consumption or circled (about {facts['expected_hollow']:.1f} is usual in these "
        f"categories; {circling:,} circled).",
    )


DETECTOR = Detector(
    name="subsidy-farming",
    title=Words("多账号套取补贴且无消费", "one person draws subsidies through many accounts"),
    subject="order",
    family=Family.MONEY,
    strength=Strength.E2,
    element=Element.ORGANISED,
    needs={
        "subsidies": ("order_id", "amount_minor"),
        "orders": ("order_id", "account_id", "shop_id", "placed_at"),
        "shipments": ("order_id",),
    },
    uses={
        "orders": ("device_token", "payer_token", "address_token", "item_id", "quantity", "status"),
        "shipments": ("weight_g",),
        "items": ("category", "net_weight_g"),
        "shops": ("category", "owner_id"),
        "accounts": ("identity_token", "phone_token", "staff_of_shop_id"),
        "account_links": ("token", "address_type"),
        "owners": ("bank_token", "phone_token", "address_token"),
        "payouts": ("shop_id", "bank_token"),
    },
    evidence="orders",
    look_alikes={
        "bulk-family": Words("家庭大量购买", "a family that buys in bulk"),
        "resellers": Words("转卖者", "resellers who take the goods"),
        "staff-perks": Words("店铺员工福利", "perks of the shop's own staff"),
        "popular-bargain": Words("百亿补贴热门商品", "a subsidised bargain that everybody wants"),
        "sends-nothing": Words("无需发货的商品", "goods that are not sent"),
        "shared-place": Words("驿站、校园、办公室", "a station, campus or office"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

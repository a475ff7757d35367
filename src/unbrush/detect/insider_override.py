"""A staff member overrides alerts in favour of shops that cost the platform money.

What it finds: Staff who did most of what was done for some shops (overrides, entries in a list of
    allowed ones, closed alerts, released payouts; at least ``min_acts`` for each owner), where they
    are tied to who is behind such a shop, or where the subsidised orders of these shops are hollow:
    granted money, no parcel that could hold the goods.
Why it is fake: Somebody inside dismisses the warnings about a firm that claims subsidies for trade
    that does not take place, and shares what the firm is paid.
Look-alikes: A key-account manager, who touches the same shops all the time (their orders are
    consumed like others of the category). On-call staff who override hundreds of alerts in an
    incident, and the rota that closes whatever comes up (little of what is done for any one shop
    is theirs). A strategic test that raises a budget by a parameter (the sales are real). Shops
    that send nothing, such as top-ups (hollow like their whole category). One shop whose parcels
    nobody records (one shop alone says nothing without a tie). A relative's shop that they leave
    to others.
Score: 1 - (1 - 0.6 × h)(1 - 0.6 × t); h is the hollow share of the shops' subsidised orders ×
    n / (n + min_hollow), t is acts for shops that they are tied to, n / (n + min_acts), less a
    fifth for two hops. E2 where a tied shop is hollow, else E1.
Check by hand: 1. Read the actions named here in the order of time, with their reasons. 2. Set the
    orders and payouts of the shop beside them. 3. Ask who is behind the shop and how the staff
    member knows them; ask somebody outside their line.
Cost: Reads staff_actions, subsidised orders and their shipments once; tokens only where staff hold
    them. At most one row per staff member.
References: docs/architecture.md, Evidence; hollow orders are weighed against the ordinary shops of
    their categories (a firm that is most of a category is not its measure), and hollow shops
    against their share of all others, by a Chernoff bound.
"""

import math
from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, minute_of
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.hollow import grants_sql
from unbrush.base.params import bounded
from unbrush.base.staff import acts_sql, ties_sql
from unbrush.base.words import Words, counted


@dataclass(frozen=True, kw_only=True)
class Params:
    """When somebody's overrides favour shops that they should not."""

    min_acts: int = bounded(
        3, at_least=2, doc="Acts for the shops of one owner that make them somebody's care."
    )
    min_part: float = bounded(
        0.5, at_least=0.1, at_most=1.0, doc="Share of all acts for these shops that are theirs."
    )
    min_hollow: int = bounded(
        10, at_least=2, doc="Hollow subsidised orders of a shop before anything is said."
    )
    min_share: float = bounded(
        0.5, at_least=0.05, at_most=1.0, doc="Share of a shop's subsidised orders that are hollow."
    )
    min_lift: float = bounded(
        3.0, at_least=1.0, doc="Hollow orders for each one that is usual in these categories."
    )
    min_shops: int = bounded(
        2, at_least=1, doc="Hollow shops before anything is said without a tie."
    )
    max_chance: float = bounded(
        1e-4, at_least=1e-300, at_most=1.0, doc="Largest chance that it just so happened."
    )
    max_shop_chance: float = bounded(
        1e-3,
        at_least=1e-300,
        at_most=1.0,
        doc="Largest chance that so many of somebody's shops are hollow.",
    )
    wait_days: int = bounded(
        10, at_least=1, at_most=90, doc="Days in which a parcel should have been sent."
    )
    light_share: float = bounded(
        0.3, at_least=0.0, at_most=1.0, doc="Share of the net weight that holds no goods."
    )
    few_orders: int = bounded(
        5, at_least=1, doc="Subsidised orders from which a shop tells what is usual."
    )
    few_shops: int = bounded(
        5, at_least=2, doc="Such shops without which nobody knows what is usual in a category."
    )
    lead_days: int = bounded(
        30, at_least=1, doc="Days before the first act in which a changed parameter belongs to it."
    )


def sql(params: Params) -> str:
    """Return the SELECT that finds staff whose overrides favour hollow or tied shops."""
    return f"""WITH {acts_sql()}, {ties_sql()},
{grants_sql(wait_days=params.wait_days, light_share=params.light_share)},
{_cared_for(params)}, {_chain(params)}
SELECT
    judged.staff_id AS subject_id,
    round(1 - (1 - CASE WHEN judged.is_hollow THEN 0.6 * judged.n_hollow / judged.n_granted
                * judged.n_hollow / (judged.n_hollow + {params.min_hollow}) ELSE 0 END)
            * (1 - 0.6 * (judged.near_acts + 0.8 * judged.far_acts)
                / (judged.near_acts + judged.far_acts + {params.min_acts})), 6) AS score,
    cited.evidence_ids,
    CASE WHEN judged.n_tied_hollow > 0 THEN 'E2' ELSE 'E1' END AS strength,
    judged.n_shops, judged.n_acts, judged.n_closed, judged.n_alerts, judged.n_hollow,
    judged.n_granted, round(judged.expected, 3) AS expected_hollow, judged.lost_minor,
    judged.granted_minor, judged.near_acts + judged.far_acts AS n_tied_acts, judged.n_hops,
    judged.shops, coalesce(reasons.same_reason, 0) AS same_reason,
    first_steps.shop_id AS first_shop,
    first_steps.parameter_at, first_steps.alert_at, first_steps.override_at,
    first_steps.order_at, first_steps.payout_at
FROM judged
JOIN cited ON cited.staff_id = judged.staff_id
JOIN first_steps ON first_steps.staff_id = judged.staff_id
LEFT JOIN reasons ON reasons.staff_id = judged.staff_id
"""


def _cared_for(params: Params) -> str:
    """Shops that somebody does most for, what they cost, and what is usual."""
    return f"""
favours AS (
    SELECT * FROM acts
    WHERE shop_id IS NOT NULL
        AND kind IN ('override', 'allow_list', 'alert_close', 'payout_release')
),
owned AS (  -- what is done for an owner counts together, however many shops there are
    SELECT favours.*, CASE WHEN shops.owner_id IS NULL THEN concat('shop ', favours.shop_id)
        ELSE concat('owner ', shops.owner_id) END AS owner
    FROM favours LEFT JOIN shops ON shops.shop_id = favours.shop_id
),
touched AS (
    SELECT staff_id, owner, shop_id, count(*) AS n_acts, min(at_ms) AS first_at,
        count(*) FILTER (WHERE kind = 'alert_close') AS n_closed
    FROM owned
    GROUP BY staff_id, owner, shop_id
),
care AS (
    SELECT shop_id, sum(n_closed) AS n_closed FROM touched GROUP BY shop_id
),
by_owner AS (
    SELECT staff_id, owner, sum(n_acts) AS n_acts,
        sum(sum(n_acts)) OVER (PARTITION BY owner) AS n_all
    FROM touched
    GROUP BY staff_id, owner
),
trade AS (
    SELECT shop_id, category, count(*) AS n, count(*) FILTER (WHERE is_hollow) AS n_hollow,
        sum(granted_minor) FILTER (WHERE is_hollow) AS lost_minor
    FROM grants
    WHERE is_hollow IS NOT NULL
    GROUP BY shop_id, category
),
drew AS (  -- all that a shop drew, what may still be sent included
    SELECT shop_id, sum(granted_minor) AS granted_minor FROM grants GROUP BY shop_id
),
shares AS (
    SELECT *, n_hollow >= {params.min_share} * n AS is_much,
        median(1.0 * n_hollow / n) OVER (PARTITION BY category) AS middle
    FROM trade
    WHERE n >= {params.few_orders}
),
by_category AS (  -- of its ordinary shops, which are the hollow ones where most are hollow
    SELECT category, count(*) AS n_shops,
        sum(n) FILTER (WHERE NOT is_much OR middle >= {params.min_share}) AS n,
        sum(n_hollow) FILTER (WHERE NOT is_much OR middle >= {params.min_share}) AS n_hollow
    FROM shares
    GROUP BY category
),
hollow_shops AS (
    SELECT trade.shop_id, sum(trade.n) AS n, sum(trade.n_hollow) AS n_hollow,
        sum(trade.lost_minor) AS lost_minor,
        -- Where too few shops tell what is usual, everything may be; summed in a fixed order.
        list_sum(list_sort(list(trade.n * CASE WHEN by_category.n_shops >= {params.few_shops}
            THEN (by_category.n_hollow + 0.5) / (by_category.n + 1.0) ELSE 1.0 END
        ))) AS expected
    FROM trade LEFT JOIN by_category ON by_category.category = trade.category
    GROUP BY trade.shop_id
),
shops_weighed AS (
    SELECT *,
        n_hollow >= {params.min_hollow} AND n_hollow >= {params.min_share} * n
            AND n_hollow >= {params.min_lift} * expected
            AND n_hollow - expected + n_hollow * ln(expected / greatest(n_hollow, 1))
                <= {math.log(params.max_chance)} AS is_hollow
    FROM hollow_shops
),
market AS (
    SELECT count(*) AS n, count(*) FILTER (WHERE is_hollow) AS n_hollow FROM shops_weighed
),
own AS (  -- shops in somebody's special care
    SELECT touched.*, care.n_closed AS n_alerts, ties.n_hops,
        coalesce(shops_weighed.is_hollow, false) AS is_hollow,
        coalesce(shops_weighed.n, 0) AS n, coalesce(shops_weighed.n_hollow, 0) AS n_hollow,
        coalesce(shops_weighed.expected, 0) AS expected,
        coalesce(shops_weighed.lost_minor, 0) AS lost_minor,
        coalesce(drew.granted_minor, 0) AS granted_minor
    FROM touched
    JOIN care ON care.shop_id = touched.shop_id
    JOIN by_owner
        ON by_owner.staff_id = touched.staff_id AND by_owner.owner = touched.owner
    LEFT JOIN shops_weighed ON shops_weighed.shop_id = touched.shop_id
    LEFT JOIN drew ON drew.shop_id = touched.shop_id
    LEFT JOIN ties ON ties.staff_id = touched.staff_id AND ties.shop_id = touched.shop_id
    WHERE by_owner.n_acts >= {params.min_acts}
        AND by_owner.n_acts >= {params.min_part} * by_owner.n_all
),
staff_weighed AS (
    SELECT staff_id, count(*) FILTER (WHERE own.is_hollow) AS n_hollow_shops,
        count(*) * (any_value(market.n_hollow) - count(*) FILTER (WHERE own.is_hollow) + 0.5)
            / (any_value(market.n) - count(*) FILTER (WHERE own.n > 0) + 1.0) AS expected
    FROM own CROSS JOIN market
    GROUP BY staff_id
),
said AS (  -- what is held against them: tied shops, and hollow ones if they are too many
    SELECT own.*,
        own.is_hollow AND (own.n_hops IS NOT NULL OR (
            staff_weighed.n_hollow_shops >= {params.min_shops}
            AND staff_weighed.n_hollow_shops >= {params.min_lift} * staff_weighed.expected
            AND staff_weighed.n_hollow_shops - staff_weighed.expected
                + staff_weighed.n_hollow_shops
                    * ln(staff_weighed.expected / greatest(staff_weighed.n_hollow_shops, 1))
                <= {math.log(params.max_shop_chance)}
        )) AS is_costly
    FROM own JOIN staff_weighed ON staff_weighed.staff_id = own.staff_id
),
held_against AS (
    SELECT * FROM said WHERE is_costly OR n_hops IS NOT NULL
)"""


def _chain(params: Params) -> str:
    """What was done in the order of time, for the shop that cost most, and the actions cited."""
    return f"""
reasons AS (
    SELECT staff_id, max(n) AS same_reason
    FROM (
        SELECT favours.staff_id, favours.reason, count(*) AS n
        FROM favours
        JOIN held_against
            ON held_against.staff_id = favours.staff_id AND held_against.shop_id = favours.shop_id
        WHERE favours.reason IS NOT NULL
        GROUP BY favours.staff_id, favours.reason
    )
    GROUP BY staff_id
),
judged AS (
    SELECT staff_id,
        bool_or(is_costly) AS is_hollow,
        count(*) FILTER (WHERE is_costly AND n_hops IS NOT NULL) AS n_tied_hollow,
        count(*) AS n_shops, CAST(sum(n_acts) AS BIGINT) AS n_acts,
        CAST(sum(n_closed) AS BIGINT) AS n_closed, CAST(sum(n_alerts) AS BIGINT) AS n_alerts,
        CAST(coalesce(sum(n_hollow) FILTER (WHERE is_costly), 0) AS BIGINT) AS n_hollow,
        CAST(greatest(1, coalesce(sum(n) FILTER (WHERE is_costly), 0)) AS BIGINT) AS n_granted,
        coalesce(list_sum(list_sort(list(expected) FILTER (WHERE is_costly))), 0) AS expected,
        CAST(coalesce(sum(lost_minor) FILTER (WHERE is_costly), 0) AS BIGINT) AS lost_minor,
        CAST(sum(granted_minor) AS BIGINT) AS granted_minor,
        CAST(coalesce(sum(n_acts) FILTER (WHERE n_hops = 1), 0) AS BIGINT) AS near_acts,
        CAST(coalesce(sum(n_acts) FILTER (WHERE n_hops = 2), 0) AS BIGINT) AS far_acts,
        min(n_hops) AS n_hops, list(shop_id ORDER BY shop_id)[1:10] AS shops
    FROM held_against
    GROUP BY staff_id
),
main_shop AS (
    SELECT staff_id, shop_id, first_at FROM held_against
    QUALIFY row_number() OVER (
        PARTITION BY staff_id
        ORDER BY is_costly AND n_hops IS NOT NULL DESC, lost_minor DESC, n_acts DESC, shop_id
    ) = 1
),
changes AS (
    SELECT main_shop.staff_id, max(acts.at_ms) AS parameter_at
    FROM main_shop
    JOIN acts ON acts.staff_id = main_shop.staff_id AND acts.kind = 'parameter'
        AND acts.at_ms <= main_shop.first_at
        AND acts.at_ms >= main_shop.first_at - {params.lead_days * DAY_MS}
    GROUP BY main_shop.staff_id
),
steps AS (
    SELECT main_shop.staff_id,
        min(favours.at_ms) FILTER (WHERE favours.kind = 'alert_close') AS alert_at,
        min(favours.at_ms) FILTER (WHERE favours.kind <> 'alert_close') AS override_at
    FROM main_shop
    JOIN favours
        ON favours.staff_id = main_shop.staff_id AND favours.shop_id = main_shop.shop_id
    GROUP BY main_shop.staff_id
),
costs AS (
    SELECT main_shop.staff_id, min(grants.placed_at) AS order_at
    FROM main_shop
    JOIN steps ON steps.staff_id = main_shop.staff_id
    JOIN grants ON grants.shop_id = main_shop.shop_id AND grants.is_hollow
        AND grants.placed_at >= coalesce(steps.override_at, main_shop.first_at)
    GROUP BY main_shop.staff_id
),
gains AS (
    SELECT main_shop.staff_id, min(payouts."at") AS payout_at
    FROM main_shop
    JOIN payouts ON payouts.shop_id = main_shop.shop_id AND payouts.amount_minor > 0
    LEFT JOIN costs ON costs.staff_id = main_shop.staff_id
    WHERE payouts."at" >= coalesce(costs.order_at, main_shop.first_at)
    GROUP BY main_shop.staff_id
),
first_steps AS (
    SELECT main_shop.staff_id, main_shop.shop_id, changes.parameter_at, steps.alert_at,
        steps.override_at, costs.order_at, gains.payout_at
    FROM main_shop
    LEFT JOIN changes ON changes.staff_id = main_shop.staff_id
    LEFT JOIN steps ON steps.staff_id = main_shop.staff_id
    LEFT JOIN costs ON costs.staff_id = main_shop.staff_id
    LEFT JOIN gains ON gains.staff_id = main_shop.staff_id
),
cited_ids AS (
    SELECT favours.staff_id, favours.action_id
    FROM favours
    JOIN held_against
        ON held_against.staff_id = favours.staff_id AND held_against.shop_id = favours.shop_id
    UNION
    SELECT changes.staff_id, acts.action_id
    FROM changes
    JOIN acts ON acts.staff_id = changes.staff_id AND acts.kind = 'parameter'
        AND acts.at_ms = changes.parameter_at
),
cited AS (
    SELECT staff_id, list(action_id ORDER BY action_id) AS evidence_ids
    FROM cited_ids
    GROUP BY staff_id
)"""


_STEPS = (
    ("parameter_at", Words("修改参数", "a parameter changed")),
    ("alert_at", Words("关闭风险提示", "an alert closed")),
    ("override_at", Words("放行", "an override")),
    ("order_at", Words("无消费痕迹的补贴订单", "a subsidised order that nobody consumed")),
    ("payout_at", Words("向该店结算", "a payout to the shop")),
)
_HOPS = {1: Words("直接", "directly"), 2: Words("经一层中间人", "through one other")}


def explain(facts: Facts) -> Words:
    """Say what they did for which shops, in the order of time, what it cost and what ties them."""
    known = [(facts[name], place) for place, (name, _) in enumerate(_STEPS) if facts[name]]
    chain = [(minute_of(at), _STEPS[place][1]) for at, place in sorted(known)]
    zh = " → ".join(f"{when} {what.zh}" for when, what in chain)
    en = " → ".join(f"{when} {what.en}" for when, what in chain)
    cost_zh, cost_en = "", ""
    if facts["n_hollow"]:
        n, of, yuan = facts["n_hollow"], facts["n_granted"], facts["lost_minor"] / 100
        cost_zh = f"；补贴订单 {of} 笔中 {n} 笔无消费痕迹，涉及补贴 {yuan:,.2f}"
        cost_en = (
            f"; {n:,} of {counted(of, 'subsidised order')} left no sign of consumption, "
            f"which cost {yuan:,.2f} in subsidies"
        )
    tie_zh, tie_en = "", ""
    if facts["n_hops"]:
        hops = _HOPS[facts["n_hops"]]
        tie_zh = f"；与受益店铺的经营者{hops.zh}有关联"
        tie_en = f"; tied to who is behind a shop that gains, {hops.en}"
    return Words(
        zh=f"该人员对 {facts['n_shops']} 家店铺实施了大部分放行或关闭提示操作，"
        f"共 {facts['n_acts']} 次（其中关闭提示 {facts['n_closed']}/{facts['n_alerts']} 次，"
        f"同一理由最多 {facts['same_reason']} 次）。首要店铺（UTC）：{zh}{cost_zh}{tie_zh}。",
        en=f"Did most of what was done for {counted(facts['n_shops'], 'shop')}, in "
        f"{counted(facts['n_acts'], 'action')} (closing {facts['n_closed']:,} of "
        f"{counted(facts['n_alerts'], 'alert')}; one reason given up to "
        f"{counted(facts['same_reason'], 'time')}). First of them, UTC: {en}{cost_en}{tie_en}.",
    )


DETECTOR = Detector(
    name="insider-override",
    title=Words("内部人员为特定店铺放行", "staff override alerts for shops that cost money"),
    subject="staff",
    family=Family.STAFF,
    strength=Strength.E2,
    element=Element.ATTRIBUTED,
    needs={"staff_actions": ("action_id", "staff_id", "kind", "subject_kind", "subject_id", "at")},
    uses={
        "staff_actions": ("reason",),
        "staff": ("phone_token", "identity_token", "address_token", "bank_token", "account_id"),
        "orders": ("order_id", "shop_id", "placed_at", "item_id", "quantity", "status"),
        "subsidies": ("order_id", "amount_minor"),
        "shipments": ("order_id", "weight_g"),
        "items": ("category", "net_weight_g"),
        "shops": ("owner_id", "category"),
        "owners": ("legal_rep_token", "phone_token", "address_token", "bank_token"),
        "payouts": ("payout_id", "shop_id", "at", "bank_token"),
        "accounts": ("phone_token", "identity_token", "staff_of_shop_id"),
        "account_links": ("account_id", "kind", "token", "address_type"),
        "transfers": ("from_token", "to_token"),
    },
    evidence="staff_actions",
    look_alikes={
        "key-account-manager": Words("大客户经理", "a key-account manager"),
        "on-call": Words("值班人员批量放行", "on-call staff in an incident"),
        "rota": Words("轮值处理提示", "a rota that closes whatever comes up"),
        "strategic-test": Words("战略性测试", "a strategic test that sells"),
        "sends-nothing": Words("无需发货的商品", "shops that send nothing"),
        "unrecorded-parcels": Words("运单未回传的店铺", "a shop whose parcels nobody records"),
        "relatives-shop": Words("亲属开店但回避处理", "a relative's shop, left to others"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

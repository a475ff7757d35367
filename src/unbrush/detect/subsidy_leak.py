"""A campaign's money collects at one shop, beyond what its trade explains.

What it finds: Shops that drew far more of the platform's money for each subsidised yuan of trade
    that was not undone than the other shops of the campaign, under the same version of its rules
    (from one change of a parameter to the next).
Why it is fake: Where a rule has been bent for somebody, or trade is staged for the subsidy, money
    goes out and no trade comes back: the return on it falls at one beneficiary and nowhere else.
Look-alikes: A big honest seller that simply sells most (its trade explains its share). A shop whose
    opening is celebrated (its first ``opening_days``). A trial of goods that are given away and
    reviewed as such. A rush in the first minutes, when the budget is there for everybody (every
    order is helped, but none by more than usual). A victim of orders that somebody places and takes
    back (what is undone draws nothing). Offers that the shop itself pays for (not
    the platform's money). A small shop where chance does it (too few orders, and the expected
    spread is wider). A campaign of which every shop draws as it likes (the spread is wide).
Score: (drawn - explained) / drawn. Always E1: it says where money went, not that orders are fake.
Check by hand: 1. Set the campaign's rule beside the grants of the shop, day by day from the first
    one named here. 2. Ask who changed the rule and who approved it. 3. Look at what was delivered.
Cost: Reads orders and subsidies once. At most one row per shop.
References: docs/architecture.md, Evidence; the spread between shops is their median absolute
    deviation in logarithms, freed of the sampling noise, which is added for each shop by itself.
"""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, day_of
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

NOISE = 1.0
"""Variance of the logarithm of what one subsidised order draws for each yuan, generously."""

LEAST_SPREAD = 0.15
"""Shops differ at least so much (in logarithms) by what they sell."""


@dataclass(frozen=True, kw_only=True)
class Params:
    """When a shop drew more than its trade explains."""

    min_orders: int = bounded(
        20, at_least=5, doc="Subsidised orders of a shop under one rule before anything is said."
    )
    min_owners: int = bounded(
        8, at_least=3, doc="Owners of other shops in the campaign to measure by."
    )
    few_orders: int = bounded(
        5, at_least=1, doc="Orders from which an owner is one of those to measure by."
    )
    min_ratio: float = bounded(
        2.0,
        at_least=1.0,
        doc="Drawn for each yuan that the shop's trade explains; shops below are the measure.",
    )
    min_spread: float = bounded(
        5.0, at_least=1.0, doc="Standard deviations beyond the other shops."
    )
    disclosed_share: float = bounded(
        0.3,
        at_least=0.0,
        at_most=1.0,
        doc="Share of a shop's subsidised orders reviewed as a trial that makes it one.",
    )
    opening_days: int = bounded(
        14, at_least=0, at_most=90, doc="Days after opening in which a shop may be favoured."
    )


def sql(params: Params) -> str:
    """Return the SELECT that finds shops where a campaign's money collects."""
    return f"""
WITH paid_out AS (  -- the platform's money only
    SELECT subsidies.order_id, subsidies.campaign_id,
        CAST(sum(subsidies.amount_minor) AS BIGINT) AS granted_minor
    FROM subsidies
    WHERE coalesce(subsidies.funder, 'platform') <> 'shop'
    GROUP BY subsidies.order_id, subsidies.campaign_id
),
joined AS (
    SELECT orders.order_id, orders.shop_id, orders.placed_at,
        CASE WHEN shops.owner_id IS NULL THEN concat('shop ', orders.shop_id)
            ELSE concat('owner ', shops.owner_id) END AS owner,
        coalesce(paid_out.campaign_id, orders.campaign_id) AS campaign_id,
        paid_out.granted_minor,
        coalesce(orders.paid_minor, 0) AS kept_minor,
        orders.order_id IN (
            SELECT order_id FROM reviews WHERE is_disclosed_incentive AND order_id IS NOT NULL
        ) AS is_disclosed
    FROM orders
    JOIN paid_out ON paid_out.order_id = orders.order_id
    LEFT JOIN shops ON shops.shop_id = orders.shop_id
    WHERE coalesce(paid_out.campaign_id, orders.campaign_id) IS NOT NULL
        AND coalesce(orders.status, '') NOT IN ('cancelled', 'refunded')
        AND (shops.opened_at IS NULL
            OR orders.placed_at >= shops.opened_at + {params.opening_days * DAY_MS})
),
changes AS (  -- every change of a campaign's rule starts a version of it
    SELECT DISTINCT campaigns.campaign_id, staff_actions."at" AS changed_at
    FROM staff_actions
    JOIN campaigns
        ON CAST(campaigns.campaign_id AS VARCHAR) = CAST(staff_actions.subject_id AS VARCHAR)
    WHERE staff_actions.kind = 'parameter' AND staff_actions.subject_kind = 'campaign'
),
versions AS (
    SELECT campaign_id, changed_at AS from_at,
        row_number() OVER (PARTITION BY campaign_id ORDER BY changed_at) AS version
    FROM changes
),
under_rule AS (
    SELECT joined.*, coalesce(versions.version, 0) AS version
    FROM joined
    ASOF LEFT JOIN versions
        ON versions.campaign_id = joined.campaign_id AND versions.from_at <= joined.placed_at
),
cells AS (
    SELECT campaign_id, version, shop_id, min(owner) AS owner, count(*) AS n_granted,
        count(*) FILTER (WHERE is_disclosed) AS n_disclosed,
        CAST(sum(kept_minor) AS DOUBLE) AS kept_minor,
        CAST(sum(granted_minor) AS DOUBLE) AS granted_minor,
        min(placed_at) AS first_at, max(placed_at) AS last_at
    FROM under_rule
    GROUP BY campaign_id, version, shop_id
),
owners_cells AS (  -- one owner is one voice in what is usual, however many shops there are
    SELECT campaign_id, version, owner, sum(n_granted) AS n_granted,
        sum(kept_minor) AS kept_minor, sum(granted_minor) AS granted_minor,
        sum(granted_minor) / greatest(1.0, sum(kept_minor)) AS rate
    FROM cells
    GROUP BY campaign_id, version, owner
    HAVING sum(n_granted) >= {params.few_orders}
),
middle_rates AS (
    SELECT campaign_id, version, median(rate) AS rate, count(*) AS n_owners,
        greatest(1.0, sum(granted_minor) / sum(n_granted)) AS usual_minor
    FROM owners_cells
    GROUP BY campaign_id, version
),
ordinary AS (  -- the money of a few must not be the measure of all, nor of themselves
    SELECT owners_cells.campaign_id, owners_cells.version,
        sum(owners_cells.granted_minor) / nullif(sum(owners_cells.kept_minor), 0) AS rate,
        any_value(middle_rates.n_owners) AS n_owners,
        any_value(middle_rates.usual_minor) AS usual_minor
    FROM owners_cells
    JOIN middle_rates
        ON middle_rates.campaign_id = owners_cells.campaign_id
        AND middle_rates.version = owners_cells.version
    WHERE owners_cells.rate <= {params.min_ratio} * middle_rates.rate
    GROUP BY owners_cells.campaign_id, owners_cells.version
),
measured AS (  -- a usual grant is added to both, so that a few fen are no surprise
    SELECT owners_cells.*,
        ln((owners_cells.granted_minor + usual_minor)
            / (owners_cells.kept_minor * ordinary.rate + usual_minor)) AS beyond
    FROM owners_cells
    JOIN ordinary
        ON ordinary.campaign_id = owners_cells.campaign_id
        AND ordinary.version = owners_cells.version
    WHERE ordinary.rate IS NOT NULL
),
middles AS (
    SELECT campaign_id, version, median(beyond) AS middle
    FROM measured GROUP BY campaign_id, version
),
spreads AS (
    SELECT measured.campaign_id, measured.version, any_value(middle) AS middle,
        -- How unlike shops are in truth: what is seen less what few orders make of it.
        greatest({LEAST_SPREAD**2}, pow(1.4826 * median(abs(beyond - middle)), 2)
            - median({NOISE} / n_granted)) AS variance
    FROM measured
    JOIN middles
        ON middles.campaign_id = measured.campaign_id AND middles.version = measured.version
    GROUP BY measured.campaign_id, measured.version
),
weighed AS (
    SELECT cells.*, ordinary.n_owners - 1 AS n_owners,
        cells.kept_minor * ordinary.rate AS explained_minor,
        (ln((cells.granted_minor + ordinary.usual_minor)
            / (cells.kept_minor * ordinary.rate + ordinary.usual_minor)) - spreads.middle)
            / sqrt(spreads.variance + {NOISE} / cells.n_granted) AS spreads
    FROM cells
    JOIN ordinary
        ON ordinary.campaign_id = cells.campaign_id AND ordinary.version = cells.version
    JOIN spreads
        ON spreads.campaign_id = cells.campaign_id AND spreads.version = cells.version
),
leaks AS (
    SELECT * FROM weighed
    WHERE n_granted >= {params.min_orders} AND n_owners >= {params.min_owners}
        AND n_disclosed < {params.disclosed_share} * n_granted
        AND granted_minor >= {params.min_ratio} * explained_minor
),
worst AS (
    SELECT * FROM leaks
    WHERE spreads >= {params.min_spread}
    QUALIFY row_number() OVER (
        PARTITION BY shop_id
        ORDER BY granted_minor - explained_minor DESC, campaign_id, version
    ) = 1
),
cited AS (
    SELECT worst.shop_id, list(under_rule.order_id ORDER BY under_rule.order_id) AS evidence_ids
    FROM worst
    JOIN under_rule
        ON under_rule.shop_id = worst.shop_id AND under_rule.campaign_id = worst.campaign_id
        AND under_rule.version = worst.version
    GROUP BY worst.shop_id
),
days AS (
    SELECT shop_id, max(day_minor) / sum(day_minor) AS busiest_share, count(*) AS n_days
    FROM (
        SELECT worst.shop_id, CAST(sum(under_rule.granted_minor) AS DOUBLE) AS day_minor
        FROM worst
        JOIN under_rule
            ON under_rule.shop_id = worst.shop_id AND under_rule.campaign_id = worst.campaign_id
            AND under_rule.version = worst.version
        GROUP BY worst.shop_id, under_rule.placed_at // {DAY_MS}
    )
    GROUP BY shop_id
)
SELECT
    worst.shop_id AS subject_id,
    round((granted_minor - explained_minor) / granted_minor, 6) AS score,
    cited.evidence_ids, campaign_id, version, n_owners, n_granted,
    CAST(granted_minor AS BIGINT) AS granted_minor,
    CAST(round(explained_minor) AS BIGINT) AS explained_minor,
    round(spreads, 2) AS spreads, first_at, last_at, n_days,
    round(busiest_share, 4) AS busiest_share
FROM worst
JOIN cited ON cited.shop_id = worst.shop_id
JOIN days ON days.shop_id = worst.shop_id
"""


def explain(facts: Facts) -> Words:
    """Say what the shop drew from the campaign, what its trade explains, and from when to when."""
    drew, explained = facts["granted_minor"] / 100, facts["explained_minor"] / 100
    first, last = day_of(facts["first_at"]), day_of(facts["last_at"])
    return Words(
        zh=f"本店自 {first} 至 {last} 在活动 {facts['campaign_id']}（第 {facts['version']} 版规则）"
        f"的 {facts['n_granted']} 笔订单上领取平台补贴 {drew:,.2f}；按其余 "
        f"{facts['n_owners']} 个经营者的力度，其成交只应约 {explained:,.2f}"
        f"（超出 {facts['spreads']:.1f} 个标准差）。",
        en=f"From {first} to {last} this shop drew {drew:,.2f} of the platform's money in campaign "
        f"{facts['campaign_id']} (version {facts['version']} of its rule) on "
        f"{counted(facts['n_granted'], 'order')}; beside "
        f"{counted(facts['n_owners'], 'other owner')} its trade explains about "
        f"{explained:,.2f} ({facts['spreads']:.1f} standard deviations beyond).",
    )


DETECTOR = Detector(
    name="subsidy-leak",
    title=Words("活动补贴异常集中于店铺", "a campaign's subsidies collect at one shop"),
    subject="shop",
    family=Family.MONEY,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "subsidies": ("order_id", "amount_minor"),
        "orders": ("order_id", "shop_id", "placed_at", "paid_minor", "campaign_id"),
    },
    uses={
        "subsidies": ("campaign_id", "funder"),
        "orders": ("status",),
        "shops": ("opened_at", "owner_id"),
        "reviews": ("order_id", "is_disclosed_incentive"),
        "campaigns": ("campaign_id",),
        "staff_actions": ("kind", "subject_kind", "subject_id", "at"),
    },
    evidence="orders",
    look_alikes={
        "big-seller": Words("销量最大的诚信卖家", "a big honest seller that sells most"),
        "opening-event": Words("开业活动", "the opening of a shop"),
        "disclosed-trial": Words("已标明的试用活动", "a trial that says it is one"),
        "first-minutes": Words("活动头几分钟的抢购", "a rush while the budget lasts"),
        "undone-orders": Words("被人恶意拍下又撤销的店铺", "a victim of orders taken back"),
        "own-offers": Words("店铺自费优惠", "offers that the shop itself pays for"),
        "small-shop": Words("订单很少的小店", "a small shop of few orders"),
        "uneven-campaign": Words("各店力度本就不一的活动", "a campaign that is uneven anyway"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

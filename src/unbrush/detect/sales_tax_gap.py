"""Sales shown to the public far above the revenue that the owner declares.

What it finds: Shops of an owner whose sales, over all declared periods that the orders cover from
    the beginning, come to at least
    ``min_ratio`` times what was declared, after refunds, cancellations, the platform's fees and
    sales that may fall into the next period are taken off.
Why it is fake: Who brushes shows sales that never were, and declares the ones that were. Or the
    sales were and the tax is evaded: the gap alone does not tell which, so it is weak, and it rests
    on no order: nothing stops counting because of it.
Look-alikes: Refunds and cancellations (taken off, whenever they were paid). Several owners who
    declare together (owners with a bank account or legal representative in common are summed).
    Period boundaries (sales of a period's last ``lag_days`` may be recognised later, and count only
    where the next period is declared, too). Agency sales (where payouts are known, no more than
    what was paid out counts as the owner's; an agent declares its commission).
Score: 1 - declared / sales (after what is taken off). E1, element a.
Check by hand: 1. Put the declared periods beside the shop's own books. 2. Ask for the contracts:
    does the shop sell its own goods, or others' for a commission? 3. Look what else speaks against
    its orders; if nothing does, the matter is one of tax.
Cost: Groups orders by shop and day once; the rest is over owners and periods. At most one row per
    shop.
References: docs/architecture.md, Evidence. Tables of other currencies than the declared are not
    converted.
"""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted


@dataclass(frozen=True, kw_only=True)
class Params:
    """When sales and declared revenue do not belong to the same business."""

    min_ratio: float = bounded(
        2.0, at_least=1.05, doc="Sales, for each unit of money declared, that need explaining."
    )
    min_gap_minor: int = bounded(
        1_000_000, at_least=0, doc="Smallest difference worth a question, in minor units."
    )
    max_fee: float = bounded(
        0.15,
        at_least=0.0,
        at_most=0.6,
        doc="Share of sales that platform fees and tax included in prices may take.",
    )
    unseen_days: int = bounded(
        3, at_least=1, at_most=31, doc="First days of a period that the orders may not cover."
    )
    lag_days: int = bounded(
        30, at_least=0, at_most=120, doc="Days that a sale may be recognised after its order."
    )


def sql(params: Params) -> str:
    """Return the SELECT that finds shops that show more than their owner declares."""
    return f"WITH {_sold(params)}, {_declared(params)}, {_verdicts(params)}"


def _sold(params: Params) -> str:
    """Net sales of each shop by UTC day of the order."""
    return f"""
refunded AS (
    SELECT order_id, CAST(sum(amount_minor) AS BIGINT) AS amount_minor
    FROM refunds
    GROUP BY order_id
),
owned AS (
    SELECT shop_id, owner_id FROM shops WHERE owner_id IN (SELECT owner_id FROM declared_revenue)
),
sold AS (
    SELECT
        owned.owner_id, owned.shop_id, orders.placed_at // {DAY_MS} AS day,
        CAST(sum(greatest(orders.paid_minor - coalesce(refunded.amount_minor, 0), 0)) AS BIGINT)
            AS net_minor,
        count(*) AS n_orders
    FROM orders
    JOIN owned ON owned.shop_id = orders.shop_id
    LEFT JOIN refunded ON refunded.order_id = orders.order_id
    WHERE orders.paid_minor > 0
        AND coalesce(orders.status, '') NOT IN ('refunded', 'cancelled', 'created')
    GROUP BY owned.owner_id, owned.shop_id, orders.placed_at // {DAY_MS}
)"""


def _declared(params: Params) -> str:
    """What owners declared, alone and with those that they belong to."""
    return f"""
seen AS (
    SELECT min(day) * {DAY_MS} AS first_at FROM sold
),
periods AS (  -- a sale near the end counts where the next period is declared, too
    SELECT
        declared_revenue.owner_id, declared_revenue.period_start_at AS from_at,
        CASE WHEN next.owner_id IS NULL
            THEN declared_revenue.period_end_at - {params.lag_days * DAY_MS}
            ELSE declared_revenue.period_end_at
        END AS until_at,
        declared_revenue.period_end_at AS end_at,
        greatest(declared_revenue.amount_minor, 0) AS amount_minor
    FROM declared_revenue
    -- What was declared of days before the records begin has no sales to stand beside it.
    JOIN seen ON declared_revenue.period_start_at > seen.first_at - {params.unseen_days * DAY_MS}
    LEFT JOIN (SELECT DISTINCT owner_id, period_start_at FROM declared_revenue) AS next
        ON next.owner_id = declared_revenue.owner_id
        AND next.period_start_at > declared_revenue.period_start_at
        AND next.period_start_at <= declared_revenue.period_end_at + {DAY_MS}
        AND next.period_start_at >= declared_revenue.period_end_at - {DAY_MS}
),
declared AS (
    SELECT
        owner_id, CAST(sum(amount_minor) AS BIGINT) AS declared_minor, count(*) AS n_periods,
        min(from_at) AS from_at, max(end_at) AS end_at
    FROM periods
    GROUP BY owner_id
),
shown AS (
    SELECT
        sold.owner_id, sold.shop_id, CAST(sum(sold.net_minor) AS BIGINT) AS net_minor,
        CAST(sum(sold.n_orders) AS BIGINT) AS n_orders
    FROM sold
    JOIN periods ON periods.owner_id = sold.owner_id
    WHERE sold.day * {DAY_MS} >= periods.from_at AND (sold.day + 1) * {DAY_MS} <= periods.until_at
    GROUP BY sold.owner_id, sold.shop_id
),
settled AS (  -- an agency's shop is paid its commission only; payouts come after the sales
    SELECT payouts.shop_id, CAST(sum(payouts.amount_minor) AS BIGINT) AS paid_out_minor
    FROM payouts
    JOIN owned ON owned.shop_id = payouts.shop_id
    JOIN declared ON declared.owner_id = owned.owner_id
    WHERE payouts.at >= declared.from_at
        AND payouts.at <= declared.end_at + {params.lag_days * DAY_MS}
    GROUP BY payouts.shop_id
),
revenue AS (
    SELECT
        shown.*,
        CAST(floor(least(
            shown.net_minor * {1 - params.max_fee},
            coalesce(settled.paid_out_minor, shown.net_minor)
        )) AS BIGINT) AS least_minor
    FROM shown LEFT JOIN settled ON settled.shop_id = shown.shop_id
),
owner_sums AS (
    SELECT
        declared.owner_id, declared.declared_minor, declared.n_periods,
        CAST(coalesce(sum(revenue.net_minor), 0) AS BIGINT) AS net_minor,
        CAST(coalesce(sum(revenue.least_minor), 0) AS BIGINT) AS least_minor
    FROM declared LEFT JOIN revenue ON revenue.owner_id = declared.owner_id
    GROUP BY declared.owner_id, declared.declared_minor, declared.n_periods
),
owner_marks AS (
    SELECT owner_id, 'bank' AS kind, bank_token AS token FROM owners WHERE bank_token IS NOT NULL
    UNION
    SELECT owner_id, 'head', legal_rep_token FROM owners WHERE legal_rep_token IS NOT NULL
),
houses AS (
    SELECT DISTINCT mine.owner_id, theirs.owner_id AS member_id
    FROM owner_marks AS mine
    JOIN owner_marks AS theirs ON theirs.kind = mine.kind AND theirs.token = mine.token
    UNION
    SELECT owner_id, owner_id FROM declared
),
house_sums AS (
    SELECT
        houses.owner_id, CAST(sum(owner_sums.declared_minor) AS BIGINT) AS declared_minor,
        CAST(sum(owner_sums.least_minor) AS BIGINT) AS least_minor, count(*) AS n_owners
    FROM houses JOIN owner_sums ON owner_sums.owner_id = houses.member_id
    GROUP BY houses.owner_id
)"""


def _verdicts(params: Params) -> str:
    """Shops of owners that stand out alone, and with those that they belong to."""
    beyond = (
        "{sums}.least_minor >= "
        f"{params.min_ratio} * {{sums}}.declared_minor"
        f" AND {{sums}}.least_minor - {{sums}}.declared_minor >= {params.min_gap_minor}"
    )
    return f"""
gaps AS (
    SELECT
        owner_sums.*, house_sums.n_owners, house_sums.declared_minor AS house_declared_minor
    FROM owner_sums
    JOIN house_sums ON house_sums.owner_id = owner_sums.owner_id
    WHERE {beyond.format(sums="owner_sums")}
        AND {beyond.format(sums="house_sums")}
)
SELECT
    revenue.shop_id AS subject_id,
    round(1 - 1.0 * gaps.declared_minor / gaps.least_minor, 6) AS score,
    [revenue.shop_id] AS evidence_ids,
    revenue.net_minor AS shop_minor,
    gaps.net_minor,
    gaps.least_minor,
    gaps.declared_minor,
    gaps.n_periods,
    gaps.n_owners,
    revenue.n_orders
FROM revenue
JOIN gaps ON gaps.owner_id = revenue.owner_id
WHERE revenue.net_minor > 0
"""


def explain(facts: Facts) -> Words:
    """Say what was sold and what was declared."""
    net, least = facts["net_minor"] / 100, facts["least_minor"] / 100
    declared, shop = facts["declared_minor"] / 100, facts["shop_minor"] / 100
    periods = facts["n_periods"]
    return Words(
        zh=f"该店主在已申报的 {periods} 个期间内净销售额为 {net:.2f}（本店 {shop:.2f}），"
        f"扣除平台费用等后至少 {least:.2f}，而申报收入只有 {declared:.2f}；"
        f"是虚增销量还是少报收入，仅凭此无法区分。",
        en=f"In {counted(periods, 'declared period')} the owner's shops sold {net:.2f} net of "
        f"refunds ({shop:.2f} here), {least:.2f} at least after fees, and {declared:.2f} was "
        f"declared; whether the sales are inflated or the revenue is not all declared, this alone "
        f"does not tell.",
    )


DETECTOR = Detector(
    name="sales-tax-gap",
    title=Words(zh="展示销售额远高于申报收入", en="sales far above declared revenue"),
    subject="shop",
    family=Family.RECONCILIATION,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "declared_revenue": ("owner_id", "period_start_at", "period_end_at", "amount_minor"),
        "orders": ("order_id", "shop_id", "placed_at", "paid_minor"),
        "shops": ("shop_id", "owner_id"),
    },
    uses={
        "orders": ("status",),
        "owners": ("owner_id", "bank_token", "legal_rep_token"),
        "payouts": ("shop_id", "amount_minor", "at"),
        "refunds": ("order_id", "amount_minor"),
    },
    evidence="shops",
    look_alikes={
        "refunds": Words(zh="退款与取消", en="refunds and cancellations"),
        "several-owners": Words(zh="多个主体合并申报", en="several owners who declare together"),
        "period-boundary": Words(zh="跨期确认收入", en="revenue recognised in the next period"),
        "agency": Words(zh="代销，只申报佣金", en="agency sales: only commission is declared"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

"""Money comes back to the buyer after the order, outside refunds.

What it finds: Orders whose price (with or without a fee) was returned to the buyer by somebody who
    does the same for several buyers of the shop: in one transfer or many, from one payer or a
    cluster of them, within ``window_days`` of the order, its confirmation or its review.
Why it is fake: Whoever gets the price back has bought nothing. The shop pays for the order to count
    and for the review that follows it.
Look-alikes: An official refund (the order is closed, or refunds of a tenth of it or more exist).
    After-sales compensation (the buyer complained with two stars or fewer before, or the amounts do
    not fit the prices). A family that settles up (its payer pays too few people). Affiliate and
    group leader's commission, wages of staff who buy in their shop, prizes of fixed amounts (not
    ``min_match`` of the payer's transfers fit an order).
Score: matched share of the payer's transfers × n / (n + 2), n being buyers of the shop who were
    paid back. E3 if the payer is the shop itself, or with 5 buyers and a matched share of 0.7;
    else E2. Element c if the payer's token is one of the shop or its owner, else b.
Check by hand: 1. Set the buyer's orders beside the transfers named in the facts. 2. Look at what
    else these payers pay, and when. 3. Ask who holds the payer's account.
Cost: Reads orders, transfers and account_links once; joins on tokens, then on account and time in
    buckets of 16 days. A payer of millions is dropped before amounts are compared, unless it
    pays this shop's buyers beyond the shop's popularity. At most one row per order.
References: docs/architecture.md, Evidence; returns are matched to orders as sums: all of an
    account's orders within one stretch of time first, then sets of up to three transfers.
"""

import math
from dataclasses import dataclass

from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words

BUCKET_DAYS = 16


@dataclass(frozen=True, kw_only=True)
class Params:
    """When money that reaches a buyer is the price coming back."""

    window_days: int = bounded(
        15, at_least=1, at_most=120, doc="Days after order, confirmation or review to look at."
    )
    max_wait_days: int = bounded(
        45, at_least=0, at_most=365, doc="Days after the order to wait for its confirmation."
    )
    min_payees: int = bounded(
        3, at_least=2, doc="People that one payer pays among the buyers of a shop."
    )
    min_buyers: int = bounded(3, at_least=2, doc="Buyers of a shop who got their money back.")
    min_focus: float = bounded(
        0.2, at_least=0.0, at_most=1.0, doc="Share of a payer's payees that ties it to a shop."
    )
    max_chance: float = bounded(
        1e-6, at_least=1e-300, at_most=1.0, doc="Chance that ties a payer to a shop otherwise."
    )
    tolerance: float = bounded(
        0.08, at_least=0.0, at_most=0.3, doc="How far a return may be off, as a share of the price."
    )
    max_fee: float = bounded(
        0.5, at_least=0.0, at_most=5.0, doc="Largest fee on top of the price, as a share of it."
    )
    min_match: float = bounded(
        0.4, at_least=0.0, at_most=1.0, doc="Share of a payer's transfers that must fit orders."
    )
    max_holders: int = bounded(
        6, at_least=1, doc="Accounts from which a token is no longer somebody's own purse."
    )
    max_set: int = bounded(
        12, at_least=3, at_most=40, doc="Transfers near an order of which any three may add up."
    )


def sql(params: Params) -> str:
    """Return the SELECT that finds orders paid back."""
    return f"WITH {_who_pays(params)}, {_what_adds_up(params)} {_what_holds(params)}"


def _who_pays(params: Params) -> str:
    """Transfers that reach a buyer after an order, from payers tied to the order's shop."""
    span_days = params.max_wait_days + params.window_days
    steps = ", ".join(f"({step})" for step in range(span_days // BUCKET_DAYS + 2))
    bucket_ms = BUCKET_DAYS * DAY_MS
    return f"""
purses AS (
    SELECT payer_token AS token, account_id FROM orders WHERE payer_token IS NOT NULL
    UNION
    SELECT token, account_id FROM account_links WHERE kind IN ('card', 'phone')
    UNION
    SELECT phone_token, account_id FROM accounts WHERE phone_token IS NOT NULL
),
own_purses AS (
    SELECT purses.token, purses.account_id
    FROM purses
    JOIN (
        SELECT token FROM purses GROUP BY token HAVING count(*) <= {params.max_holders}
    ) AS personal ON personal.token = purses.token
),
payers AS (
    SELECT from_token, count(*) AS n_payees
    FROM (SELECT DISTINCT from_token, to_token FROM transfers)
    GROUP BY from_token
    HAVING count(*) >= {params.min_payees}
),
received AS (
    SELECT
        transfers.transfer_id, transfers.from_token, transfers.to_token, transfers.amount_minor,
        transfers.at, own_purses.account_id
    FROM transfers
    JOIN payers ON payers.from_token = transfers.from_token
    JOIN own_purses ON own_purses.token = transfers.to_token
    LEFT JOIN own_purses AS mine
        ON mine.token = transfers.from_token AND mine.account_id = own_purses.account_id
    WHERE mine.token IS NULL AND transfers.amount_minor > 0
),
reviewed AS (
    SELECT
        order_id,
        max(posted_at) AS last_at,
        min(CASE WHEN rating <= 2 THEN posted_at END) AS complained_at
    FROM reviews
    WHERE order_id IS NOT NULL
    GROUP BY order_id
),
refunded AS (
    SELECT order_id, sum(amount_minor) AS amount_minor FROM refunds GROUP BY order_id
),
bought AS (
    SELECT
        orders.order_id, orders.account_id, orders.shop_id, orders.placed_at, orders.paid_minor,
        reviewed.complained_at,
        {params.window_days * DAY_MS} + least(
            orders.placed_at + {params.max_wait_days * DAY_MS},
            greatest(
                orders.placed_at,
                coalesce(orders.confirmed_at, orders.placed_at),
                coalesce(reviewed.last_at, orders.placed_at)
            )
        ) AS until_at
    FROM orders
    LEFT JOIN reviewed ON reviewed.order_id = orders.order_id
    LEFT JOIN refunded ON refunded.order_id = orders.order_id
    WHERE orders.paid_minor > 0
        AND coalesce(orders.status, '') NOT IN ('refunded', 'cancelled')
        AND coalesce(refunded.amount_minor, 0) * 10 < orders.paid_minor
        AND orders.account_id IN (SELECT account_id FROM received)
),
near AS (
    SELECT
        bought.order_id, bought.account_id, bought.shop_id, bought.placed_at, bought.until_at,
        bought.paid_minor, received.transfer_id, received.from_token, received.to_token,
        received.amount_minor, received.at
    FROM bought
    CROSS JOIN (VALUES {steps}) AS steps(step)
    JOIN received
        ON received.account_id = bought.account_id
        AND received.at // {bucket_ms} = bought.placed_at // {bucket_ms} + steps.step
    WHERE received.at >= bought.placed_at
        AND received.at <= bought.until_at
        AND (bought.complained_at IS NULL OR received.at < bought.complained_at)
),
popularity AS (
    SELECT shop_id, count(*) AS n_buyers
    FROM (SELECT DISTINCT shop_id, account_id FROM orders)
    GROUP BY shop_id
),
market AS (
    SELECT count(*) AS n_accounts FROM (SELECT DISTINCT account_id FROM orders)
),
meetings AS (
    SELECT from_token, shop_id, count(*) AS n_paid
    FROM (SELECT DISTINCT from_token, shop_id, to_token FROM near)
    GROUP BY from_token, shop_id
    HAVING count(*) >= {params.min_payees}
),
weighed AS (
    SELECT
        meetings.from_token, meetings.shop_id, meetings.n_paid, payers.n_payees,
        1.0 * payers.n_payees * popularity.n_buyers / market.n_accounts AS expected
    FROM meetings
    JOIN payers ON payers.from_token = meetings.from_token
    JOIN popularity ON popularity.shop_id = meetings.shop_id
    CROSS JOIN market
),
tied AS (
    SELECT from_token, shop_id
    FROM weighed
    WHERE n_paid >= {params.min_focus} * n_payees
        OR (
            n_paid > expected
            AND n_paid - expected + n_paid * ln(expected / n_paid) <= {math.log(params.max_chance)}
        )
),
candidates AS (
    SELECT near.*
    FROM near
    JOIN tied ON tied.from_token = near.from_token AND tied.shop_id = near.shop_id
)"""


def _what_adds_up(params: Params) -> str:
    """Orders whose price the candidates add up to, with the transfers that do."""
    low, high = 1 - params.tolerance, 1 + params.max_fee
    return f"""
awaiting AS (
    SELECT DISTINCT order_id, account_id, shop_id, placed_at, until_at, paid_minor FROM candidates
),
chained AS (  -- 1 where an account's order comes after all windows of its earlier ones
    SELECT
        awaiting.*,
        CASE WHEN placed_at > max(until_at) OVER (
            PARTITION BY account_id ORDER BY placed_at, order_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) THEN 1 ELSE 0 END AS starts
    FROM awaiting
),
stretches AS (
    SELECT
        chained.*,
        sum(starts) OVER (
            PARTITION BY account_id ORDER BY placed_at, order_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS stretch
    FROM chained
),
paid AS (
    SELECT account_id, stretch, sum(paid_minor) AS paid_minor, count(*) AS n_orders
    FROM stretches
    GROUP BY account_id, stretch
),
returned AS (
    SELECT account_id, stretch, sum(amount_minor) AS amount_minor
    FROM (
        SELECT DISTINCT
            stretches.account_id, stretches.stretch, candidates.transfer_id, candidates.amount_minor
        FROM candidates
        JOIN stretches ON stretches.order_id = candidates.order_id
    )
    GROUP BY account_id, stretch
),
balanced AS (
    SELECT paid.account_id, paid.stretch, paid.paid_minor, paid.n_orders, returned.amount_minor
    FROM paid
    JOIN returned ON returned.account_id = paid.account_id AND returned.stretch = paid.stretch
    WHERE returned.amount_minor BETWEEN {low} * paid.paid_minor AND {high} * paid.paid_minor
),
fees AS (  -- what a shop pays on top: a share of the price, or so much for an order
    SELECT
        stretches.shop_id,
        median(1.0 * balanced.amount_minor / balanced.paid_minor) AS rate,
        median(1.0 * (balanced.amount_minor - balanced.paid_minor) / balanced.n_orders) AS fee
    FROM balanced
    JOIN stretches
        ON stretches.account_id = balanced.account_id AND stretches.stretch = balanced.stretch
    GROUP BY stretches.shop_id
),
due AS (  -- whole minor units, so that no order of adding changes a sum
    SELECT
        stretches.order_id, stretches.account_id, stretches.stretch, stretches.paid_minor,
        CAST(round(stretches.paid_minor * coalesce(fees.rate, 1.0)) AS BIGINT) AS by_rate,
        CAST(round(stretches.paid_minor + coalesce(fees.fee, 0.0)) AS BIGINT) AS by_fee
    FROM stretches
    LEFT JOIN fees ON fees.shop_id = stretches.shop_id
),
due_in_all AS (
    SELECT account_id, stretch, sum(by_rate) AS by_rate, sum(by_fee) AS by_fee
    FROM due
    GROUP BY account_id, stretch
),
settled AS (
    SELECT balanced.*
    FROM balanced
    JOIN due_in_all
        ON due_in_all.account_id = balanced.account_id AND due_in_all.stretch = balanced.stretch
    WHERE least(
        abs(balanced.amount_minor - balanced.paid_minor),
        abs(balanced.amount_minor - due_in_all.by_rate),
        abs(balanced.amount_minor - due_in_all.by_fee)
    ) <= {params.tolerance} * balanced.paid_minor
),
whole AS (
    SELECT
        stretches.order_id, candidates.transfer_id, settled.amount_minor AS returned_minor,
        settled.paid_minor AS claimed_minor, settled.n_orders
    FROM settled
    JOIN stretches
        ON stretches.account_id = settled.account_id AND stretches.stretch = settled.stretch
    JOIN candidates ON candidates.order_id = stretches.order_id
),
loose AS (
    SELECT
        candidates.order_id, candidates.transfer_id, candidates.amount_minor, due.paid_minor,
        due.by_rate, due.by_fee,
        count(*) OVER (PARTITION BY candidates.order_id) AS n_near
    FROM candidates
    JOIN due ON due.order_id = candidates.order_id
    WHERE candidates.amount_minor <= {high} * due.paid_minor
        AND candidates.order_id NOT IN (SELECT order_id FROM whole)
),
sets AS (
    SELECT
        order_id, paid_minor, by_rate, by_fee, amount_minor, transfer_id AS one,
        transfer_id AS two, transfer_id AS three, 1 AS n_parts
    FROM loose
    UNION ALL
    SELECT
        a.order_id, a.paid_minor, a.by_rate, a.by_fee, a.amount_minor + b.amount_minor,
        a.transfer_id, b.transfer_id, b.transfer_id, 2
    FROM loose AS a
    JOIN loose AS b ON b.order_id = a.order_id AND b.transfer_id > a.transfer_id
    WHERE a.n_near <= {3 * params.max_set}
    UNION ALL
    SELECT
        a.order_id, a.paid_minor, a.by_rate, a.by_fee,
        a.amount_minor + b.amount_minor + c.amount_minor,
        a.transfer_id, b.transfer_id, c.transfer_id, 3
    FROM loose AS a
    JOIN loose AS b ON b.order_id = a.order_id AND b.transfer_id > a.transfer_id
    JOIN loose AS c ON c.order_id = a.order_id AND c.transfer_id > b.transfer_id
    WHERE a.n_near <= {params.max_set}
),
fitting AS (
    SELECT
        order_id, amount_minor, one, two, three, n_parts,
        least(
            abs(amount_minor - paid_minor), abs(amount_minor - by_rate), abs(amount_minor - by_fee)
        ) AS off_minor
    FROM sets
    WHERE least(
        abs(amount_minor - paid_minor), abs(amount_minor - by_rate), abs(amount_minor - by_fee)
    ) <= {params.tolerance} * paid_minor
),
best AS (
    SELECT *
    FROM (
        SELECT
            fitting.*,
            row_number() OVER (
                PARTITION BY order_id ORDER BY n_parts, off_minor, one, two, three
            ) AS place
        FROM fitting
    )
    WHERE place = 1
),
parts AS (
    SELECT order_id, one AS transfer_id, amount_minor, off_minor FROM best
    UNION
    SELECT order_id, two, amount_minor, off_minor FROM best
    UNION
    SELECT order_id, three, amount_minor, off_minor FROM best
),
contested AS (  -- a transfer pays back one order: the one it fits best
    SELECT
        parts.*,
        row_number() OVER (PARTITION BY transfer_id ORDER BY off_minor, order_id) AS place
    FROM parts
),
claims AS (
    SELECT * FROM whole
    UNION ALL
    SELECT
        contested.order_id, contested.transfer_id, contested.amount_minor, awaiting.paid_minor, 1
    FROM contested
    JOIN awaiting ON awaiting.order_id = contested.order_id
    WHERE contested.order_id NOT IN (SELECT order_id FROM contested WHERE place > 1)
)"""


def _what_holds(params: Params) -> str:
    """Claims of payers whose transfers are mostly such claims, for several buyers of a shop."""
    return f"""
, matched AS (
    SELECT
        everything.from_token,
        1.0 * count(claimed.transfer_id) / count(*) AS share
    FROM (SELECT DISTINCT from_token, transfer_id FROM candidates) AS everything
    LEFT JOIN (SELECT DISTINCT transfer_id FROM claims) AS claimed
        ON claimed.transfer_id = everything.transfer_id
    GROUP BY everything.from_token
),
shop_tokens AS (
    SELECT shop_id, bank_token AS token FROM payouts WHERE bank_token IS NOT NULL
    UNION
    SELECT shops.shop_id, owners.bank_token
    FROM shops JOIN owners ON owners.owner_id = shops.owner_id
    WHERE owners.bank_token IS NOT NULL
    UNION
    SELECT shops.shop_id, owners.phone_token
    FROM shops JOIN owners ON owners.owner_id = shops.owner_id
    WHERE owners.phone_token IS NOT NULL
    UNION
    SELECT shops.shop_id, owners.legal_rep_token
    FROM shops JOIN owners ON owners.owner_id = shops.owner_id
    WHERE owners.legal_rep_token IS NOT NULL
),
detailed AS (
    SELECT
        claims.*, candidates.shop_id, candidates.paid_minor, candidates.from_token,
        candidates.to_token, candidates.at, candidates.placed_at, matched.share,
        shop_tokens.token IS NOT NULL AS is_own
    FROM claims
    JOIN candidates
        ON candidates.order_id = claims.order_id AND candidates.transfer_id = claims.transfer_id
    JOIN matched ON matched.from_token = candidates.from_token
    LEFT JOIN shop_tokens
        ON shop_tokens.shop_id = candidates.shop_id AND shop_tokens.token = candidates.from_token
),
loops AS (
    SELECT
        order_id, shop_id, paid_minor, returned_minor, claimed_minor, n_orders,
        count(*) AS n_parts,
        count(DISTINCT from_token) AS n_payers,
        min(to_token) AS payee,
        min(share) AS share,
        max(detailed.at) - placed_at AS lag_ms,
        bool_or(is_own) AS payer_tied_to_shop,
        list(transfer_id ORDER BY transfer_id) AS transfer_ids
    FROM detailed
    GROUP BY
        order_id, shop_id, paid_minor, returned_minor, claimed_minor, n_orders, placed_at
    HAVING min(share) >= {params.min_match}
),
shop_loops AS (
    SELECT shop_id, count(DISTINCT payee) AS n_buyers FROM loops GROUP BY shop_id
)
SELECT
    loops.order_id AS subject_id,
    round(loops.share * n_buyers / (n_buyers + 2.0), 6) AS score,
    [loops.order_id] AS evidence_ids,
    CASE WHEN payer_tied_to_shop OR (n_buyers >= 5 AND share >= 0.7) THEN 'E3' ELSE 'E2' END
        AS strength,
    CASE WHEN payer_tied_to_shop THEN 'c' ELSE 'b' END AS element,
    loops.paid_minor,
    CAST(loops.returned_minor AS BIGINT) AS returned_minor,
    CAST(loops.claimed_minor AS BIGINT) AS claimed_minor,
    loops.n_orders,
    loops.n_parts,
    loops.n_payers,
    shop_loops.n_buyers,
    round(loops.lag_ms / {float(DAY_MS)}, 2) AS lag_days,
    round(loops.share, 4) AS matched_share,
    loops.payer_tied_to_shop,
    loops.transfer_ids
FROM loops
JOIN shop_loops ON shop_loops.shop_id = loops.shop_id
WHERE n_buyers >= {params.min_buyers}
"""


def explain(facts: Facts) -> Words:
    """Say how much came back, from how many payers, how soon and to how many others."""
    paid, returned = facts["claimed_minor"] / 100, facts["returned_minor"] / 100
    parts, payers, days = facts["n_parts"], facts["n_payers"], facts["lag_days"]
    buyers, orders = facts["n_buyers"], facts["n_orders"]
    own_zh = "，付款方是店铺自己的账户" if facts["payer_tied_to_shop"] else ""
    own_en = "; the payer's account is the shop's own" if facts["payer_tied_to_shop"] else ""
    many_zh = f"（共 {orders} 笔订单）" if orders > 1 else ""
    many_en = f" (for {orders} orders)" if orders > 1 else ""
    return Words(
        zh=f"付款 {paid:.2f}{many_zh}，下单后 {days:.1f} 天内有 {payers} 个付款方分 {parts} 笔"
        f"转回 {returned:.2f}；本店有 {buyers} 个买家如此{own_zh}。",
        en=f"Of {paid:.2f} paid{many_en}, {returned:.2f} came back within {days:.1f} days of the "
        f"order, in {parts} transfers from {payers} payers; so it did for {buyers} buyers of this "
        f"shop{own_en}.",
    )


DETECTOR = Detector(
    name="cashback-loop",
    title=Words(zh="货款回流买家", en="the price comes back to the buyer"),
    subject="order",
    family=Family.MONEY,
    strength=Strength.E3,
    element=Element.ORGANISED,
    needs={
        "orders": (
            "order_id",
            "account_id",
            "shop_id",
            "placed_at",
            "paid_minor",
            "payer_token",
        ),
        "transfers": ("transfer_id", "from_token", "to_token", "amount_minor", "at"),
    },
    uses={
        "account_links": ("account_id", "kind", "token"),
        "accounts": ("account_id", "phone_token"),
        "orders": ("confirmed_at", "status"),
        "owners": ("owner_id", "bank_token", "phone_token", "legal_rep_token"),
        "payouts": ("shop_id", "bank_token"),
        "refunds": ("order_id", "amount_minor"),
        "reviews": ("order_id", "posted_at", "rating"),
        "shops": ("shop_id", "owner_id"),
    },
    evidence="orders",
    look_alikes={
        "official-refund": Words(zh="平台内退款", en="an official refund"),
        "compensation": Words(zh="售后补偿", en="after-sales compensation"),
        "family": Words(zh="家人之间结账", en="a family that settles up"),
        "affiliate": Words(zh="推广佣金", en="affiliate commission"),
        "group-leader": Words(zh="团长佣金", en="commission of group-buying leaders"),
        "wages": Words(zh="在本店购物的员工的工资", en="wages of staff who buy in their shop"),
        "prizes": Words(zh="固定金额的奖金", en="prizes of fixed amounts"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

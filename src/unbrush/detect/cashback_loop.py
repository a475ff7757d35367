"""Money comes back to the buyer after the order, outside refunds.

What it finds: Orders whose price (with or without a fee) was returned to the buyer by somebody who
    does the same for several buyers of the shop: in one transfer or many, from one payer or a
    cluster of them, within ``window_days`` of the order, its confirmation or its review.
Why it is fake: Whoever gets the price back has bought nothing. The shop pays for the order to count
    and for the review that follows it.
Look-alikes: An official refund (the order is closed, or refunds of a tenth of it or more exist).
    After-sales compensation (the buyer complained with two stars or fewer before, or the amounts do
    not fit the prices). A family that settles up (its payer pays too few people, or shares a door
    or device of at most ``max_holders`` accounts with them, and no shop's purse). Affiliate and
    group leader's commission, wages of staff who buy in their shop, prizes of fixed amounts (not
    ``min_match`` of the payer's transfers fit an order). A wallet or insurer that pays buyers of
    every shop (fewer than ``min_lift`` times as many of this one's as its popularity gives).
Score: matched share of the payer's transfers × n / (n + 2), n being buyers of the shop who were
    paid back. E3 if the payer is the shop itself, or has 5 payees among them and a matched share of
    0.7; else E2. Element c if the payer's token is one of the shop or its owner, else b.
Check by hand: 1. Set the buyer's orders beside the transfers named in the facts. 2. Look at what
    else these payers pay, and when. 3. Ask who holds the payer's account.
Cost: Reads orders, transfers and account_links; joins on tokens, then on account. A payer of
    millions is dropped before times and amounts are compared, unless it pays this shop's buyers
    beyond the shop's popularity. Orders and transfers are paired only where sums of everything
    fail. At most one row per order.
References: docs/architecture.md, Evidence; returns are matched to orders as sums: all of an
    account's orders within one stretch of time first, then sets of up to three transfers.
"""

import math
from dataclasses import dataclass

from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted


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
        0.5, at_least=0.0, at_most=1.0, doc="Share of a payer's payees that ties it to a shop."
    )
    max_chance: float = bounded(
        1e-4, at_least=1e-300, at_most=1.0, doc="Chance that ties a payer to a shop otherwise."
    )
    min_lift: float = bounded(
        2.0,
        at_least=1.0,
        doc="Buyers of a shop that it pays, for each one that the shop's popularity explains.",
    )
    tolerance: float = bounded(
        0.08, at_least=0.0, at_most=0.3, doc="How far a return may be off, as a share of the price."
    )
    max_fee: float = bounded(
        0.5, at_least=0.0, at_most=5.0, doc="Largest fee on top of the price, as a share of it."
    )
    min_match: float = bounded(
        0.4,
        at_least=0.0,
        at_most=1.0,
        doc="Share of a payer's transfers, and a shop's orders, to fit.",
    )
    max_holders: int = bounded(
        6, at_least=1, doc="Accounts from which a token is no longer somebody's own purse."
    )
    max_set: int = bounded(
        12, at_least=3, at_most=40, doc="Transfers near an order of which any three may add up."
    )


def sql(params: Params) -> str:
    """Return the SELECT that finds orders paid back."""
    return (
        f"WITH {_who_pays(params)}, {_stretches()}, {_settled(params)}, "
        f"{_single_returns(params)}, {_verdicts(params)}"
    )


def _who_pays(params: Params) -> str:
    """Orders and transfers of buyers whom somebody pays that pays many buyers of their shop."""
    return f"""
purses AS (
    SELECT payer_token AS token, account_id FROM orders WHERE payer_token IS NOT NULL
    UNION
    SELECT token, account_id FROM account_links WHERE kind IN ('card', 'phone')
    UNION
    SELECT phone_token, account_id FROM accounts WHERE phone_token IS NOT NULL
),
own_purses AS (  -- numbered, as are payers: numbers join in a fraction of the memory
    SELECT purses.token, purses.account_id, personal.purse
    FROM purses
    JOIN (
        SELECT token, row_number() OVER (ORDER BY token) AS purse
        FROM purses
        GROUP BY token
        HAVING count(*) <= {params.max_holders}
    ) AS personal ON personal.token = purses.token
),
payers AS (
    SELECT from_token, count(*) AS n_payees, row_number() OVER (ORDER BY from_token) AS payer
    FROM (SELECT DISTINCT from_token, to_token FROM transfers)
    GROUP BY from_token
    HAVING count(*) >= {params.min_payees}
),
owner_tokens AS (
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
shop_tokens AS (  -- without the accounts of agencies, through which the money of many owners goes
    SELECT owner_tokens.shop_id, owner_tokens.token
    FROM owner_tokens
    JOIN (
        SELECT owner_tokens.token
        FROM owner_tokens LEFT JOIN shops ON shops.shop_id = owner_tokens.shop_id
        GROUP BY owner_tokens.token
        HAVING count(DISTINCT CASE
            WHEN shops.owner_id IS NULL THEN concat('shop ', owner_tokens.shop_id)
            ELSE concat('owner ', shops.owner_id)
        END) <= {params.max_holders}
    ) AS own ON own.token = owner_tokens.token
),
heads AS (  -- buyers who pay other people from their own purse, which is no shop's
    SELECT payers.payer, own_purses.account_id
    FROM payers JOIN own_purses ON own_purses.token = payers.from_token
    WHERE payers.from_token NOT IN (SELECT token FROM shop_tokens)
),
at_home AS (
    SELECT account_id, address_token AS token FROM orders WHERE address_token IS NOT NULL
    UNION
    SELECT account_id, device_token FROM orders WHERE device_token IS NOT NULL
    UNION
    SELECT account_id, token FROM account_links WHERE kind IN ('address', 'device')
),
homes AS (  -- doors and devices of few enough accounts for one household
    SELECT at_home.token, heads.payer
    FROM (SELECT token FROM at_home GROUP BY token HAVING count(*) <= {params.max_holders}) AS few
    JOIN at_home ON at_home.token = few.token
    JOIN heads ON heads.account_id = at_home.account_id
    GROUP BY at_home.token, heads.payer
),
kin AS (
    SELECT DISTINCT homes.payer, at_home.account_id
    FROM homes JOIN at_home ON at_home.token = homes.token
),
received AS (
    SELECT
        transfers.transfer_id, payers.payer, own_purses.purse, transfers.amount_minor,
        transfers.at, own_purses.account_id
    FROM transfers
    JOIN payers ON payers.from_token = transfers.from_token
    JOIN own_purses ON own_purses.token = transfers.to_token
    LEFT JOIN own_purses AS mine
        ON mine.token = transfers.from_token AND mine.account_id = own_purses.account_id
    LEFT JOIN kin ON kin.payer = payers.payer AND kin.account_id = own_purses.account_id
    WHERE mine.token IS NULL AND kin.payer IS NULL AND transfers.amount_minor > 0
),
shopped AS (
    SELECT DISTINCT account_id, shop_id FROM orders
),
popularity AS (
    SELECT shop_id, count(*) AS n_buyers FROM shopped GROUP BY shop_id
),
market AS (
    SELECT count(*) AS n_accounts FROM (SELECT DISTINCT account_id FROM shopped)
),
met AS (
    SELECT payees.payer, payees.purse, payees.account_id, shopped.shop_id
    FROM (SELECT DISTINCT payer, purse, account_id FROM received) AS payees
    JOIN shopped ON shopped.account_id = payees.account_id
),
weighed AS (
    SELECT
        meetings.payer, meetings.shop_id, meetings.n_paid, payers.n_payees,
        1.0 * payers.n_payees * popularity.n_buyers / market.n_accounts AS expected
    FROM (
        SELECT payer, shop_id, count(DISTINCT purse) AS n_paid
        FROM met
        GROUP BY payer, shop_id
        HAVING count(DISTINCT purse) >= {params.min_payees}
    ) AS meetings
    JOIN payers ON payers.payer = meetings.payer
    JOIN popularity ON popularity.shop_id = meetings.shop_id
    CROSS JOIN market
),
tied AS (
    SELECT payer, shop_id
    FROM weighed
    WHERE n_paid >= {params.min_focus} * n_payees
        OR (
            n_paid >= {params.min_lift} * expected
            AND n_paid > expected
            AND n_paid - expected + n_paid * ln(expected / n_paid) <= {math.log(params.max_chance)}
        )
),
tied_buyers AS (
    SELECT met.account_id, met.shop_id, met.payer
    FROM met
    JOIN tied ON tied.payer = met.payer AND tied.shop_id = met.shop_id
),
returns AS (
    SELECT received.*
    FROM received
    JOIN (SELECT DISTINCT account_id, payer FROM tied_buyers) AS paying
        ON paying.account_id = received.account_id AND paying.payer = received.payer
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
bought AS (  -- with the last moment at which money may still come back for it
    SELECT
        orders.order_id, orders.account_id, orders.shop_id, orders.placed_at, orders.paid_minor,
        least(
            coalesce(reviewed.complained_at, orders.placed_at + {10_000 * DAY_MS}),
            {params.window_days * DAY_MS} + least(
                orders.placed_at + {params.max_wait_days * DAY_MS},
                greatest(
                    orders.placed_at,
                    coalesce(orders.confirmed_at, orders.placed_at),
                    coalesce(reviewed.last_at, orders.placed_at)
                )
            )
        ) AS until_at
    FROM orders
    JOIN (SELECT DISTINCT account_id, shop_id FROM tied_buyers) AS hired
        ON hired.account_id = orders.account_id AND hired.shop_id = orders.shop_id
    LEFT JOIN reviewed ON reviewed.order_id = orders.order_id
    LEFT JOIN refunded ON refunded.order_id = orders.order_id
    WHERE orders.paid_minor > 0
        AND coalesce(orders.status, '') NOT IN ('refunded', 'cancelled')
        AND coalesce(refunded.amount_minor, 0) * 10 < orders.paid_minor
)"""


def _stretches() -> str:
    """An account's orders and returns as far as their windows overlap, without pairing them."""
    return """
moments AS (
    SELECT account_id, placed_at AS moment, 0 AS is_return, order_id FROM bought
    UNION ALL
    SELECT account_id, returns.at, 1, NULL FROM returns
),
followed AS (
    SELECT
        order_id, is_return,
        min(CASE WHEN is_return = 1 THEN moment END) OVER (
            PARTITION BY account_id ORDER BY moment DESC, is_return DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS next_at
    FROM moments
),
awaiting AS (  -- orders with a return in their window, and when the first one came
    SELECT bought.*, followed.next_at
    FROM bought
    JOIN followed ON followed.order_id = bought.order_id
    WHERE followed.is_return = 0 AND followed.next_at <= bought.until_at
),
chained AS (  -- 1 where an order comes after all windows of the account's earlier ones
    SELECT
        awaiting.*,
        CASE WHEN placed_at > max(until_at) OVER (
            PARTITION BY account_id ORDER BY placed_at, order_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) THEN 1 ELSE 0 END AS starts
    FROM awaiting
),
owed AS (
    SELECT
        chained.*,
        sum(starts) OVER (
            PARTITION BY account_id ORDER BY placed_at, order_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS stretch
    FROM chained
),
spans AS (
    SELECT
        account_id, stretch, min(placed_at) AS from_at, max(until_at) AS until_at,
        sum(paid_minor) AS paid_minor, count(*) AS n_orders
    FROM owed
    GROUP BY account_id, stretch
),
came AS (
    SELECT returns.*, spans.stretch
    FROM returns
    JOIN spans ON spans.account_id = returns.account_id
    WHERE returns.at >= spans.from_at AND returns.at <= spans.until_at
)"""


def _settled(params: Params) -> str:
    """Stretches in which everything that came is everything that was owed."""
    low, high = 1 - params.tolerance, 1 + params.max_fee
    return f"""
balanced AS (
    SELECT spans.*, sums.amount_minor, sums.n_parts
    FROM spans
    JOIN (
        SELECT account_id, stretch, sum(amount_minor) AS amount_minor, count(*) AS n_parts
        FROM came
        GROUP BY account_id, stretch
    ) AS sums ON sums.account_id = spans.account_id AND sums.stretch = spans.stretch
    WHERE sums.amount_minor BETWEEN {low} * spans.paid_minor AND {high} * spans.paid_minor
),
fees AS (  -- what a shop pays on top: a share of the price, or so much for an order
    SELECT
        owed.shop_id,
        median(1.0 * balanced.amount_minor / balanced.paid_minor) AS rate,
        median(1.0 * (balanced.amount_minor - balanced.paid_minor) / balanced.n_orders) AS fee
    FROM balanced
    JOIN owed ON owed.account_id = balanced.account_id AND owed.stretch = balanced.stretch
    GROUP BY owed.shop_id
),
due AS (  -- whole minor units, so that no order of adding changes a sum
    SELECT
        owed.*,
        CAST(round(owed.paid_minor * greatest(coalesce(fees.rate, 1.0), 1.0)) AS BIGINT) AS by_rate,
        CAST(round(owed.paid_minor + greatest(coalesce(fees.fee, 0.0), 0.0)) AS BIGINT) AS by_fee
    FROM owed
    LEFT JOIN fees ON fees.shop_id = owed.shop_id
),
settled AS (
    SELECT balanced.*
    FROM balanced
    JOIN (
        SELECT account_id, stretch, sum(by_rate) AS by_rate, sum(by_fee) AS by_fee
        FROM due
        GROUP BY account_id, stretch
    ) AS sums ON sums.account_id = balanced.account_id AND sums.stretch = balanced.stretch
    WHERE least(
        abs(balanced.amount_minor - balanced.paid_minor),
        abs(balanced.amount_minor - sums.by_rate),
        abs(balanced.amount_minor - sums.by_fee)
    ) <= {params.tolerance} * balanced.paid_minor
),
whole_steps AS (  -- orders and returns of settled stretches in turn, to say which followed which
    SELECT account_id, stretch, placed_at AS moment, 0 AS is_return, order_id, NULL AS transfer_id
    FROM due
    UNION ALL
    SELECT account_id, stretch, came.at, 1, NULL, transfer_id FROM came
),
whole_turns AS (
    SELECT
        account_id, stretch, is_return, transfer_id,
        count(order_id) OVER (
            PARTITION BY account_id, stretch ORDER BY moment, is_return, order_id, transfer_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS turn,
        order_id
    FROM whole_steps
),
whole AS (  -- each return stands with the latest order before it
    SELECT
        ordered.order_id, followers.transfer_id, settled.amount_minor AS returned_minor,
        settled.paid_minor AS claimed_minor, settled.n_orders, settled.n_parts
    FROM settled
    JOIN whole_turns AS ordered
        ON ordered.account_id = settled.account_id AND ordered.stretch = settled.stretch
        AND ordered.is_return = 0
    LEFT JOIN whole_turns AS followers
        ON followers.account_id = ordered.account_id AND followers.stretch = ordered.stretch
        AND followers.turn = ordered.turn AND followers.is_return = 1
)"""


def _single_returns(params: Params) -> str:
    """Of what did not settle as a whole, orders to which up to three transfers add up."""
    off = "abs(amount_minor - paid_minor), abs(amount_minor - by_rate), abs(amount_minor - by_fee)"
    return f"""
loose AS (
    SELECT
        due.order_id, came.transfer_id, came.amount_minor, due.paid_minor, due.by_rate, due.by_fee,
        count(*) OVER (PARTITION BY due.order_id) AS n_near
    FROM due
    JOIN came ON came.account_id = due.account_id AND came.stretch = due.stretch
    LEFT JOIN settled ON settled.account_id = due.account_id AND settled.stretch = due.stretch
    WHERE settled.account_id IS NULL
        AND came.at >= due.placed_at
        AND came.at <= due.until_at
        AND came.amount_minor <= {1 + params.max_fee} * due.paid_minor
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
best AS (
    SELECT *
    FROM (
        SELECT
            sets.*,
            least({off}) AS off_minor,
            row_number() OVER (
                PARTITION BY order_id ORDER BY n_parts, least({off}), one, two, three
            ) AS place
        FROM sets
        WHERE least({off}) <= {params.tolerance} * paid_minor
    )
    WHERE place = 1
),
parts AS (
    SELECT order_id, one AS transfer_id, amount_minor, paid_minor, n_parts, off_minor FROM best
    UNION
    SELECT order_id, two, amount_minor, paid_minor, n_parts, off_minor FROM best
    UNION
    SELECT order_id, three, amount_minor, paid_minor, n_parts, off_minor FROM best
),
contested AS (  -- a transfer pays back one order: the one it fits best
    SELECT
        parts.*,
        row_number() OVER (PARTITION BY transfer_id ORDER BY off_minor, order_id) AS place
    FROM parts
)"""


def _verdicts(params: Params) -> str:
    """Claims of payers whose transfers are mostly such claims, for several buyers of a shop."""
    return f"""
claims AS (
    SELECT * FROM whole
    UNION ALL
    SELECT order_id, transfer_id, amount_minor, paid_minor, 1, n_parts
    FROM contested
    WHERE order_id NOT IN (SELECT order_id FROM contested WHERE place > 1)
),
matched AS (
    SELECT
        everything.payer,
        1.0 * count(claimed.transfer_id) / count(*) AS share,
        count(DISTINCT CASE WHEN claimed.transfer_id IS NOT NULL THEN everything.purse END)
            AS n_payees
    FROM (SELECT DISTINCT payer, purse, transfer_id FROM came) AS everything
    LEFT JOIN (SELECT DISTINCT transfer_id FROM claims) AS claimed
        ON claimed.transfer_id = everything.transfer_id
    GROUP BY everything.payer
),
stretch_payers AS (
    SELECT
        came.account_id, came.stretch, min(came.purse) AS purse,
        count(DISTINCT came.payer) AS n_payers, min(matched.share) AS share,
        min(matched.n_payees) AS n_payees
    FROM came
    JOIN matched ON matched.payer = came.payer
    JOIN (SELECT DISTINCT transfer_id FROM claims) AS claimed
        ON claimed.transfer_id = came.transfer_id
    GROUP BY came.account_id, came.stretch
),
paid_by_shop AS (
    SELECT DISTINCT came.account_id, came.stretch, shop_tokens.shop_id
    FROM came
    JOIN payers ON payers.payer = came.payer
    JOIN shop_tokens ON shop_tokens.token = payers.from_token
),
claimed_orders AS (
    SELECT
        order_id, returned_minor, claimed_minor, n_orders, n_parts,
        coalesce(
            list(transfer_id ORDER BY transfer_id) FILTER (transfer_id IS NOT NULL), []
        ) AS transfer_ids
    FROM claims
    GROUP BY order_id, returned_minor, claimed_minor, n_orders, n_parts
),
loops AS (
    SELECT
        claimed_orders.*, due.shop_id, due.paid_minor, due.next_at - due.placed_at AS lag_ms,
        stretch_payers.purse, stretch_payers.n_payers, stretch_payers.share,
        stretch_payers.n_payees,
        paid_by_shop.shop_id IS NOT NULL AS payer_tied_to_shop
    FROM claimed_orders
    JOIN due ON due.order_id = claimed_orders.order_id
    JOIN stretch_payers
        ON stretch_payers.account_id = due.account_id AND stretch_payers.stretch = due.stretch
    LEFT JOIN paid_by_shop
        ON paid_by_shop.account_id = due.account_id AND paid_by_shop.stretch = due.stretch
        AND paid_by_shop.shop_id = due.shop_id
    WHERE stretch_payers.share >= {params.min_match}
        AND stretch_payers.n_payees >= {params.min_payees}
),
shop_loops AS (  -- not the shops where paid buyers also happen to buy
    SELECT loops.shop_id, count(DISTINCT loops.purse) AS n_buyers
    FROM loops
    JOIN (SELECT shop_id, count(*) AS n_orders FROM due GROUP BY shop_id) AS paid_buyers
        ON paid_buyers.shop_id = loops.shop_id
    GROUP BY loops.shop_id, paid_buyers.n_orders
    HAVING count(*) >= {params.min_match} * paid_buyers.n_orders
)
SELECT
    loops.order_id AS subject_id,
    round(loops.share * n_buyers / (n_buyers + 2.0), 6) AS score,
    [loops.order_id] AS evidence_ids,
    CASE
        WHEN payer_tied_to_shop THEN 'E3'
        -- Its own payees: two payers of three people each may have nothing to do with each other.
        WHEN least(n_buyers, n_payees) >= 5 AND share >= 0.7 THEN 'E3'
        ELSE 'E2'
    END AS strength,
    CASE WHEN payer_tied_to_shop THEN 'c' ELSE 'b' END AS element,
    loops.paid_minor,
    CAST(loops.returned_minor AS BIGINT) AS returned_minor,
    CAST(loops.claimed_minor AS BIGINT) AS claimed_minor,
    loops.n_orders,
    loops.n_parts,
    least(loops.n_payers, loops.n_parts) AS n_payers,
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
        zh=f"付款 {paid:.2f}{many_zh}，下单后 {days:.1f} 天起由 {payers} 个付款方分 {parts} 笔"
        f"转回 {returned:.2f}；本店有 {buyers} 个买家如此{own_zh}。",
        en=f"Of {paid:.2f} paid{many_en}, {returned:.2f} came back, the first of it "
        f"{counted(days, 'day')} after the order, in {counted(parts, 'transfer')} from "
        f"{counted(payers, 'payer')}; the same happened to {counted(buyers, 'buyer')} of "
        f"this shop{own_en}.",
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
        "orders": ("address_token", "confirmed_at", "device_token", "status"),
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

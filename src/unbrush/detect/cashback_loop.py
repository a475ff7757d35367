"""Money comes back to the buyer after the order, outside refunds.

What it finds: Orders whose price (with or without a fee) was returned to the buyer by somebody who
    does the same for several buyers of the shop: in one transfer or many, from one payer or a
    cluster of them, within ``window_days`` of the order, its confirmation or its review. A payer
    who also pays much else counts if what came fits the payees' own orders ``min_lift`` times as
    often as it fits the next payee's, and ``min_praised`` of these orders got five stars.
Why it is fake: Whoever gets the price back has bought nothing. The shop pays for the order to count
    and for the review that follows it.
Look-alikes: An official refund (the order is closed, or refunds of a tenth of it or more exist).
    After-sales compensation and goods taken back (the buyer complained before, with two stars or
    fewer or in a message, and did not praise the goods; or the amounts do not fit the prices). A
    family that settles up (its payer pays too few people, or shares a door or device of at most
    ``max_holders`` accounts with them, and no shop's purse). What buyers who are paid buy for
    themselves (money that fits it comes ``late`` times later than the payer's). Commission of
    affiliates and group leaders, wages of staff who buy in their shop, prizes of fixed amounts (not
    ``min_match`` of what the payer sent those it seems to pay back, near orders or at other times,
    fit an order; or of all that it sent, and by chance, or not for praise). A wallet or insurer
    that pays buyers of every shop (fewer than ``min_lift`` times as many of this one's as its
    popularity gives).
Score: matched share of the payer's transfers (of those to whom it pays back, where it pays much
    else) × n / (n + 2), n being buyers of the shop who were paid back. E3 if the payer is the shop
    itself, or has 5 payees among them and a matched share of 0.7; else E2. Element c if the payer's
    token is one of the shop or its owner, else b. Only E1 and element a where the buyer complained
    in a message before and praised the goods later.
Check by hand: 1. Set the buyer's orders beside the transfers named in the facts. 2. Look at what
    else these payers pay, and when. 3. Ask who holds the payer's account.
Cost: Reads orders, transfers and account_links; joins on tokens, then on account. A payer of
    millions is dropped before times and amounts are compared, unless it pays this shop's buyers
    beyond the shop's popularity. Orders and transfers are paired only where sums of everything
    fail. At most one row per order.
References: docs/architecture.md, Evidence; returns are matched to orders as sums: all of an
    account's orders within one stretch of time first, then sets of up to three transfers.
"""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.engine import quote
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.money.mixed_payers import mixed_payers_sql
from unbrush.base.money.paid_back import paid_back_sql
from unbrush.base.money.payers import tied_payers_sql
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

COMPLAINS = (
    "退货|退款|想退|要退|能退|坏|破|碎|裂|漏|发错|少发|瑕疵|质量|不合适|不能用|没法用"
    "|return (it|this|them)|send (it|this|them) back|refund|broken|damaged|defect|faulty|wrong"
)
MIN_LAGS = 10  # returns of a payer from which its usual lag is known
TALKS_TASKS = "本金|佣金|任务|返现|返款|好评|五星|晒图|commission|principal|five[- ]star"
"""What a buyer who is hired writes of, whatever else it says."""


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
    min_praised: float = bounded(
        0.8,
        at_least=0.0,
        at_most=1.0,
        doc="Share of five stars among orders paid back by a hand that pays much else, too.",
    )
    max_holders: int = bounded(
        6, at_least=1, doc="Accounts from which a token is no longer somebody's own purse."
    )
    max_set: int = bounded(
        12, at_least=3, at_most=40, doc="Transfers near an order of which any three may add up."
    )
    late: float = bounded(
        2.0,
        at_least=1.0,
        doc="Times the lag of three quarters of a payer's returns, after which it pays no order.",
    )


def sql(params: Params) -> str:
    """Return the SELECT that finds orders paid back."""
    payers = tied_payers_sql(
        max_holders=params.max_holders,
        min_payees=params.min_payees,
        min_focus=params.min_focus,
        min_lift=params.min_lift,
        max_chance=params.max_chance,
    )
    back = paid_back_sql(
        low=1 - params.tolerance,
        high=1 + params.max_fee,
        tolerance=params.tolerance,
        takes="more",
        max_set=params.max_set,
    )
    mixed = mixed_payers_sql(
        tolerance=params.tolerance,
        min_lift=params.min_lift,
        max_chance=params.max_chance,
        min_praised=params.min_praised,
    )
    return f"WITH {payers}, {_bought(params)}, {back}, {mixed}, {_verdicts(params)}"


def _bought(params: Params) -> str:
    """Orders of buyers whom somebody pays that pays many buyers of their shop."""
    return f"""
reviewed AS (
    SELECT
        order_id,
        max(posted_at) AS last_at, max(rating) AS best,
        min(CASE WHEN rating <= 2 THEN posted_at END) AS complained_at
    FROM reviews
    WHERE order_id IS NOT NULL
    GROUP BY order_id
),
asked AS (  -- buyers who wrote that something was wrong, or that they want to give it back
    SELECT messages.order_id, messages.sender_id AS account_id, min(messages."at") AS asked_at
    FROM messages
    WHERE messages.order_id IS NOT NULL
        AND regexp_matches(lower(messages.text), {quote(COMPLAINS)})
        AND NOT regexp_matches(lower(messages.text), {quote(TALKS_TASKS)})
    GROUP BY messages.order_id, messages.sender_id
),
refunded AS (
    SELECT order_id, sum(amount_minor) AS amount_minor FROM refunds GROUP BY order_id
),
bought AS (  -- with the last moment at which money may still come back for it
    SELECT
        orders.order_id, orders.account_id, orders.shop_id, orders.placed_at, orders.paid_minor,
        least(
            coalesce(reviewed.complained_at, orders.placed_at + {10_000 * DAY_MS}),
            CASE WHEN coalesce(reviewed.best, 0) < 4
                THEN coalesce(asked.asked_at, orders.placed_at + {10_000 * DAY_MS})
                ELSE orders.placed_at + {10_000 * DAY_MS} END,
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
    LEFT JOIN asked
        ON asked.order_id = orders.order_id AND asked.account_id = orders.account_id
    WHERE orders.paid_minor > 0
        AND coalesce(orders.status, '') NOT IN ('refunded', 'cancelled')
        AND coalesce(refunded.amount_minor, 0) * 10 < orders.paid_minor
)"""


def _verdicts(params: Params) -> str:
    """Claims of payers whose transfers are mostly such claims, for several buyers of a shop."""
    return f"""
paid_back AS (  -- who was paid back by whom, at least once
    SELECT DISTINCT came.payer, came.purse
    FROM came JOIN claims ON claims.transfer_id = came.transfer_id
),
near AS (  -- what came near orders, and all else that they have from the same hand: wages
    SELECT payer, purse, transfer_id FROM came
    UNION
    SELECT returns.payer, returns.purse, returns.transfer_id
    FROM returns
    JOIN paid_back ON paid_back.payer = returns.payer AND paid_back.purse = returns.purse
),
matched AS (  -- of all that the hand sends near orders, and of what it sends whom it pays back
    SELECT
        everything.payer,
        1.0 * count(claimed.transfer_id) / count(*) AS share,
        1.0 * count(claimed.transfer_id)
            / greatest(count(CASE WHEN paid_back.purse IS NOT NULL THEN 1 END), 1) AS own_share,
        count(DISTINCT CASE WHEN claimed.transfer_id IS NOT NULL THEN everything.purse END)
            AS n_payees
    FROM near AS everything
    LEFT JOIN (SELECT DISTINCT transfer_id FROM claims) AS claimed
        ON claimed.transfer_id = everything.transfer_id
    LEFT JOIN paid_back
        ON paid_back.payer = everything.payer AND paid_back.purse = everything.purse
    GROUP BY everything.payer
),
hands AS (  -- payers who mostly pay prices back, or do so beside much else
    SELECT
        matched.payer, matched.n_payees,
        CASE WHEN matched.share >= {params.min_match} THEN matched.share ELSE own_share END
            AS share
    FROM matched
    LEFT JOIN mixed_payers ON mixed_payers.payer = matched.payer
    WHERE matched.n_payees >= {params.min_payees}
        AND (
            matched.share >= {params.min_match}
            OR (own_share >= {params.min_match} AND mixed_payers.payer IS NOT NULL)
        )
),
stretch_payers AS (
    SELECT
        came.account_id, came.stretch, min(came.purse) AS purse, min(came.payer) AS payer,
        count(DISTINCT came.payer) AS n_payers, min(coalesce(hands.share, 0)) AS share,
        min(hands.n_payees) AS n_payees
    FROM came
    LEFT JOIN hands ON hands.payer = came.payer
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
        claimed_orders.*, due.shop_id, due.account_id, due.paid_minor,
        due.next_at - due.placed_at AS lag_ms,
        stretch_payers.purse, stretch_payers.payer, stretch_payers.n_payers,
        stretch_payers.share, stretch_payers.n_payees,
        paid_by_shop.shop_id IS NOT NULL AS payer_tied_to_shop
    FROM claimed_orders
    JOIN due ON due.order_id = claimed_orders.order_id
    JOIN stretch_payers
        ON stretch_payers.account_id = due.account_id AND stretch_payers.stretch = due.stretch
    LEFT JOIN paid_by_shop
        ON paid_by_shop.account_id = due.account_id AND paid_by_shop.stretch = due.stretch
        AND paid_by_shop.shop_id = due.shop_id
    WHERE stretch_payers.share >= {params.min_match}
),
usual AS (  -- who is paid for orders eats as well: what a payer settles in hours is not last week's
    SELECT payer, greatest({DAY_MS // 4}, {params.late} * quantile_disc(lag_ms, 0.75)) AS until_ms
    FROM loops
    GROUP BY payer
    HAVING count(*) >= {MIN_LAGS}
),
shop_loops AS (  -- not the shops where paid buyers also happen to buy
    SELECT loops.shop_id, count(DISTINCT loops.purse) AS n_buyers
    FROM loops
    JOIN (
        SELECT shop_id, count(*) AS n_orders
        FROM due
        WHERE account_id IN (SELECT account_id FROM loops)
        GROUP BY shop_id
    ) AS paid_buyers
        ON paid_buyers.shop_id = loops.shop_id
    GROUP BY loops.shop_id, paid_buyers.n_orders
    HAVING count(*) >= {params.min_match} * paid_buyers.n_orders
)
SELECT
    loops.order_id AS subject_id,
    round(loops.share * n_buyers / (n_buyers + 2.0), 6) AS score,
    [loops.order_id] AS evidence_ids,
    CASE
        WHEN asked.order_id IS NOT NULL THEN 'E1'
        WHEN payer_tied_to_shop THEN 'E3'
        -- Its own payees: two payers of three people each may have nothing to do with each other.
        WHEN least(n_buyers, n_payees) >= 5 AND share >= 0.7 THEN 'E3'
        ELSE 'E2'
    END AS strength,
    CASE WHEN asked.order_id IS NOT NULL THEN 'a' WHEN payer_tied_to_shop THEN 'c' ELSE 'b' END
        AS element,
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
LEFT JOIN usual ON usual.payer = loops.payer
LEFT JOIN asked ON asked.order_id = loops.order_id AND asked.account_id = loops.account_id
WHERE n_buyers >= {params.min_buyers} AND loops.lag_ms <= coalesce(until_ms, loops.lag_ms)
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
        "messages": ("order_id", "sender_id", "at", "text"),
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
        "goods-taken-back": Words(zh="确认收货后退货、转账退款", en="goods taken back late"),
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

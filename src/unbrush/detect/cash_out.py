"""The price comes back less a fee, and no goods are sent: credit turned into cash.

What it finds: Orders of a shop whose price returned to the buyer short of the same fee each time
    (``min_fee`` to ``max_fee``), within ``window_days``, from the shop or from a payer of many of
    its buyers, while nothing that could hold goods was sent.
Why it is fake: The buyer wants the money that a consumer credit lends only for purchases, the shop
    keeps a share for playing the seller. The fee goes the other way than in brushing (the buyer
    pays it), but the order counts as a sale all the same.
Look-alikes: A promotion of pay-later (a small part comes back, or the payer pays buyers of every
    shop). A refund outside the platform (all of it comes back, without a fee; or something was
    sent, or two stars or fewer were given). A trade-in (what the old thing is worth has nothing to
    do with the price; and a parcel weighs something). Goods without parcels, such as vouchers, and
    a few of them cancelled for a fee: where the shop sends no parcels anyway, such returns must be
    at least ``min_match`` of its orders.
Score: share of the payers' transfers that are such returns × n / (n + 2), n being buyers of the
    shop. E3 if the shop's own purse pays ``strong_buyers`` or more, and this buyer confirmed goods
    that were never sent, else E2. Element c if the shop's own purse pays, else b.
Check by hand: 1. Divide what came back by the price, order by order: is it one number? 2. Ask the
    buyers for the goods, and the lender how these purchases were paid. 3. Ask the shop what it
    bought to sell.
Cost: That of cashback-loop for who pays whom; then orders of tied buyers only, and their parcels.
    At most one row per order.
References: docs/architecture.md, Evidence. The trade calls it 套现. Transfers whose channel says
    credit, paid by the buyer within an hour of the order, are named in the facts.
"""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.money.paid_back import paid_back_sql
from unbrush.base.money.payers import tied_payers_sql
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted


@dataclass(frozen=True, kw_only=True)
class Params:
    """When money that reaches a buyer is the price less a fee for nothing."""

    window_days: int = bounded(
        10, at_least=1, at_most=90, doc="Days after the order to look at: cash is wanted soon."
    )
    min_fee: float = bounded(
        0.003, at_least=0.0005, at_most=0.5, doc="Smallest share of the price that the shop keeps."
    )
    max_fee: float = bounded(
        0.25, at_least=0.01, at_most=0.6, doc="Largest share of the price that the shop keeps."
    )
    tolerance: float = bounded(
        0.01,
        at_least=0.0,
        at_most=0.05,
        doc="How far a return may be off, as a share of the price.",
    )
    min_buyers: int = bounded(3, at_least=2, doc="Buyers of a shop who cashed out.")
    strong_buyers: int = bounded(
        5,
        at_least=2,
        doc="Buyers paid by the shop itself from which chance is out of the question.",
    )
    min_match: float = bounded(
        0.6, at_least=0.0, at_most=1.0, doc="Share of a payer's transfers that are such returns."
    )
    empty_g: int = bounded(
        100, at_least=0, at_most=1000, doc="Grams up to which a parcel may be a bag without goods."
    )
    min_sent_share: float = bounded(
        0.5,
        at_least=0.0,
        at_most=1.0,
        doc="Share of the shops' other orders with parcels before a missing one says anything.",
    )
    min_payees: int = bounded(
        3, at_least=2, doc="People that one payer pays among the buyers of a shop."
    )
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
    max_holders: int = bounded(
        6, at_least=1, doc="Accounts from which a token is no longer somebody's own purse."
    )
    max_set: int = bounded(
        12, at_least=3, at_most=40, doc="Transfers near an order of which any three may add up."
    )


def sql(params: Params) -> str:
    """Return the SELECT that finds orders cashed out."""
    payers = tied_payers_sql(
        max_holders=params.max_holders,
        min_payees=params.min_payees,
        min_focus=params.min_focus,
        min_lift=params.min_lift,
        max_chance=params.max_chance,
    )
    back = paid_back_sql(
        low=1 - params.max_fee,
        high=1 - params.min_fee,
        tolerance=params.tolerance,
        takes="less",
        max_set=params.max_set,
    )
    return f"WITH {payers}, {_bought(params)}, {back}, {_verdicts(params)}"


def _bought(params: Params) -> str:
    """Orders of paid buyers for which nothing that could hold goods was sent."""
    return f"""
sent AS (
    SELECT order_id, bool_or(weight_g IS NULL OR weight_g > {params.empty_g}) AS holds_goods
    FROM shipments
    GROUP BY order_id
),
shop_sends AS (  -- whether a missing parcel means anything there
    SELECT
        orders.shop_id,
        count(*) AS n_orders,
        1.0 * count(sent.order_id) / count(*) >= {params.min_sent_share} AS usually
    FROM orders LEFT JOIN sent ON sent.order_id = orders.order_id
    WHERE orders.shop_id IN (SELECT shop_id FROM tied_buyers)
    GROUP BY orders.shop_id
),
market_sends AS (
    SELECT 1.0 * (SELECT count(*) FROM sent) / greatest(count(*), 1) >= {params.min_sent_share}
        AS usually
    FROM orders
),
complained AS (
    SELECT DISTINCT order_id FROM reviews WHERE rating <= 2 AND order_id IS NOT NULL
),
bought AS (
    SELECT
        orders.order_id, orders.account_id, orders.shop_id, orders.placed_at, orders.paid_minor,
        orders.placed_at + {params.window_days * DAY_MS} AS until_at
    FROM orders
    JOIN (SELECT DISTINCT account_id, shop_id FROM tied_buyers) AS hired
        ON hired.account_id = orders.account_id AND hired.shop_id = orders.shop_id
    LEFT JOIN sent ON sent.order_id = orders.order_id
    WHERE orders.paid_minor > 0
        AND coalesce(orders.status, '') NOT IN ('refunded', 'cancelled')
        AND orders.order_id NOT IN (SELECT order_id FROM refunds)
        AND orders.order_id NOT IN (SELECT order_id FROM complained)
        AND NOT coalesce(sent.holds_goods, false)
)"""


def _verdicts(params: Params) -> str:
    """Returns of payers who mostly pay such returns, for several buyers of a shop."""
    return f"""
shares AS (
    SELECT
        everything.payer,
        1.0 * count(claimed.transfer_id) / count(*) AS share
    FROM (SELECT DISTINCT payer, transfer_id FROM returns) AS everything
    LEFT JOIN (SELECT DISTINCT transfer_id FROM claims) AS claimed
        ON claimed.transfer_id = everything.transfer_id
    GROUP BY everything.payer
),
cashed AS (
    SELECT
        claims.order_id, any_value(claims.returned_minor) AS returned_minor,
        any_value(claims.claimed_minor) AS claimed_minor, any_value(claims.n_orders) AS n_orders,
        min(shares.share) AS share, count(DISTINCT came.payer) AS n_payers,
        bool_or(shop_tokens.token IS NOT NULL) AS payer_is_shop,
        list(DISTINCT claims.transfer_id ORDER BY claims.transfer_id) AS transfer_ids,
        min(came.purse) AS purse
    FROM claims
    JOIN due ON due.order_id = claims.order_id
    JOIN came ON came.transfer_id = claims.transfer_id AND came.account_id = due.account_id
    JOIN shares ON shares.payer = came.payer
    JOIN payers ON payers.payer = came.payer
    LEFT JOIN shop_tokens
        ON shop_tokens.shop_id = due.shop_id AND shop_tokens.token = payers.from_token
    GROUP BY claims.order_id
    HAVING min(shares.share) >= {params.min_match}
),
credits AS (
    SELECT DISTINCT orders.order_id
    FROM orders JOIN transfers ON transfers.from_token = orders.payer_token
    WHERE orders.order_id IN (SELECT order_id FROM cashed)
        AND transfers.amount_minor = orders.paid_minor
        AND transfers.at BETWEEN orders.placed_at - {HOUR_MS} AND orders.placed_at + {HOUR_MS}
        AND lower(transfers.channel) IN ('credit', 'credit-card', 'bnpl', 'pay-later')
),
shop_sizes AS (
    SELECT due.shop_id, count(DISTINCT cashed.purse) AS n_buyers, count(*) AS n_cashed
    FROM cashed JOIN due ON due.order_id = cashed.order_id
    GROUP BY due.shop_id
)
SELECT
    cashed.order_id AS subject_id,
    round(cashed.share * n_buyers / (n_buyers + 2.0), 6) AS score,
    [cashed.order_id] AS evidence_ids,
    CASE
        WHEN payer_is_shop AND n_buyers >= {params.strong_buyers} AND orders.status = 'confirmed'
            THEN 'E3'
        ELSE 'E2'
    END AS strength,
    CASE WHEN payer_is_shop THEN 'c' ELSE 'b' END AS element,
    CAST(cashed.claimed_minor AS BIGINT) AS claimed_minor,
    CAST(cashed.returned_minor AS BIGINT) AS returned_minor,
    cashed.n_orders,
    cashed.n_payers,
    shop_sizes.n_buyers,
    round(1 - 1.0 * cashed.returned_minor / cashed.claimed_minor, 4) AS fee_share,
    round((due.next_at - due.placed_at) / {float(DAY_MS)}, 2) AS lag_days,
    round(cashed.share, 4) AS matched_share,
    credits.order_id IS NOT NULL AS paid_on_credit,
    cashed.payer_is_shop,
    cashed.transfer_ids
FROM cashed
JOIN due ON due.order_id = cashed.order_id
JOIN orders ON orders.order_id = cashed.order_id
JOIN shop_sizes ON shop_sizes.shop_id = due.shop_id
JOIN shop_sends ON shop_sends.shop_id = due.shop_id
CROSS JOIN market_sends
LEFT JOIN credits ON credits.order_id = cashed.order_id
WHERE n_buyers >= {params.min_buyers}
    AND (
        shop_sends.usually
        OR (
            (payer_is_shop OR market_sends.usually)
            AND n_cashed >= {params.min_match} * shop_sends.n_orders
        )
    )
"""


def explain(facts: Facts) -> Words:
    """Say what was kept of the price, how soon the rest came, and for how many buyers."""
    paid, returned = facts["claimed_minor"] / 100, facts["returned_minor"] / 100
    fee, days, buyers = facts["fee_share"], facts["lag_days"], facts["n_buyers"]
    orders = facts["n_orders"]
    own, credit = facts["payer_is_shop"], facts["paid_on_credit"]
    return Words(
        zh=f"付款 {paid:.2f}（{orders} 笔订单），下单后 {days:.1f} 天起扣除 {fee:.1%} 后转回 "
        f"{returned:.2f}，且没有寄出能装下商品的包裹；本店有 {buyers} 个买家如此"
        f"{'，付款方是店铺自己的账户' if own else ''}{'，订单以信用支付' if credit else ''}。",
        en=f"Of {paid:.2f} paid for {counted(orders, 'order')}, {returned:.2f} came back from "
        f"{counted(days, 'day')} after the order, less {fee:.1%}, and no parcel that could hold "
        f"goods was sent; so it went for {counted(buyers, 'buyer')} of this shop"
        f"{'; the payer is the shop itself' if own else ''}"
        f"{'; the order was paid on credit' if credit else ''}.",
    )


DETECTOR = Detector(
    name="cash-out",
    title=Words(zh="刷单套现", en="credit turned into cash through a shop"),
    subject="order",
    family=Family.MONEY,
    strength=Strength.E2,
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
        "orders": ("address_token", "device_token", "status"),
        "owners": ("owner_id", "bank_token", "phone_token", "legal_rep_token"),
        "payouts": ("shop_id", "bank_token"),
        "refunds": ("order_id",),
        "reviews": ("order_id", "rating"),
        "shipments": ("order_id", "weight_g"),
        "shops": ("shop_id", "owner_id"),
        "transfers": ("channel",),
    },
    evidence="orders",
    look_alikes={
        "pay-later-promotion": Words(zh="先享后付的返现活动", en="a promotion of pay-later"),
        "refund-outside": Words(zh="平台外的真实退款", en="a genuine refund outside the platform"),
        "trade-in": Words(zh="以旧换新", en="a trade-in"),
        "no-parcels": Words(
            zh="无需寄送的商品扣手续费退订", en="goods without parcels, cancelled for a fee"
        ),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

"""A shop's takings go back to its buyers through one or two wallets in between.

What it finds: Orders of buyers who got back, in sum, about what they had paid a shop, from a wallet
    that lives on that shop's money: the shop's own purse pays it, or pays somebody who pays it, and
    most of what it gets is passed on within ``window_days``, to several buyers of the shop.
Why it is fake: Money that goes round buys nothing but numbers. Hops are there to hide that the
    payer is the shop, and lumps to hide which order they pay for; who feeds the payer shows both.
Look-alikes: Wages of staff who also shop there (declared staff; or what they get has nothing to do
    with what they paid). Refunds (orders with one, or that were cancelled, are left out; or the
    buyer gave two stars or fewer). Supplier payments (a supplier pays its own people, whose
    purchases at the shop are small beside it, or too few of them are the shop's buyers). A trial
    that an agency runs for the shop (its reviews say so). A wallet or bank that everybody uses (it
    pays more people than ``max_payees``, or buyers of every shop alike, or lives on many shops'
    money).
Score: share of the payer's payees that are repaid buyers × n / (n + 2), n being repaid buyers. E3
    from ``strong_buyers`` on if ``strong_share`` of the payer's money goes to them, else E2. Always
    element c: the money is the shop's.
Check by hand: 1. Draw the payments of one week: shop, wallets, buyers, with dates and amounts. 2.
    Put each buyer's purchases beside what came. 3. Ask who holds the wallets in between.
Cost: Sums of transfers by pair of tokens, once; chains start at shops' purses, stop at wallets of
    many payees, and end at tied payers. At most one row per order.
References: docs/architecture.md, Evidence. One hop, order by order, is cashback-loop's.
"""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.money.payers import tied_payers_sql
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted


@dataclass(frozen=True, kw_only=True)
class Params:
    """When money that reaches buyers is their shop's own."""

    window_days: int = bounded(
        30, at_least=1, at_most=120, doc="Days after an order in which its money may come round."
    )
    low: float = bounded(
        0.7, at_least=0.1, at_most=1.0, doc="Least share of what a buyer paid that is a round trip."
    )
    high: float = bounded(
        1.5, at_least=1.0, at_most=5.0, doc="Largest; the fee of a small order may be half of it."
    )
    min_fed: float = bounded(
        0.5, at_least=0.0, at_most=1.0, doc="Share of a wallet's income that is the shop's money."
    )
    min_passed: float = bounded(
        0.5, at_least=0.0, at_most=1.0, doc="Share of its income that a wallet passes on."
    )
    max_payees: int = bounded(
        2_000, at_least=2, doc="Payees from which a wallet in between is an institution."
    )
    min_buyers: int = bounded(3, at_least=2, doc="Buyers of a shop to whom its money came back.")
    min_match: float = bounded(
        0.4, at_least=0.0, at_most=1.0, doc="Share of a payer's payees who are such buyers."
    )
    strong_buyers: int = bounded(
        5, at_least=2, doc="Buyers from which it is near-dispositive, if the money fits, too."
    )
    strong_share: float = bounded(
        0.7, at_least=0.0, at_most=1.0, doc="Share of a payer's money that goes to such buyers."
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


def sql(params: Params) -> str:
    """Return the SELECT that finds orders whose money went round."""
    payers = tied_payers_sql(
        max_holders=params.max_holders,
        min_payees=params.min_payees,
        min_focus=params.min_focus,
        min_lift=params.min_lift,
        max_chance=params.max_chance,
    )
    return f"WITH {payers}, {_chains(params)}, {_repaid(params)}, {_verdicts(params)}"


def _chains(params: Params) -> str:
    """Tied payers that live on the shop's money, one or two hops away from its purse."""
    return f"""
flows AS (
    SELECT from_token, to_token, sum(amount_minor) AS amount_minor, min(transfers.at) AS first_at
    FROM transfers
    WHERE amount_minor > 0 AND from_token <> to_token
    GROUP BY from_token, to_token
),
income AS (
    SELECT to_token AS token, sum(amount_minor) AS amount_minor FROM flows GROUP BY to_token
),
spending AS (
    SELECT from_token AS token, sum(amount_minor) AS amount_minor, count(*) AS n_payees
    FROM flows
    GROUP BY from_token
),
conduits AS (  -- wallets that pass most of what they get on; not the institutions among them
    SELECT income.token, income.amount_minor
    FROM income JOIN spending ON spending.token = income.token
    WHERE spending.amount_minor >= {params.min_passed} * income.amount_minor
        AND spending.n_payees <= {params.max_payees}
        AND income.token NOT IN (SELECT token FROM shop_tokens)
),
from_shop AS (
    SELECT
        shop_tokens.shop_id, flows.to_token AS token, min(flows.first_at) AS first_at,
        1.0 * sum(flows.amount_minor) / any_value(conduits.amount_minor) AS fed
    FROM shop_tokens
    JOIN flows ON flows.from_token = shop_tokens.token
    JOIN conduits ON conduits.token = flows.to_token
    GROUP BY shop_tokens.shop_id, flows.to_token
),
fed AS (
    SELECT shop_id, token, first_at, fed, 2 AS n_hops FROM from_shop WHERE fed >= {params.min_fed}
),
fed_twice AS (
    SELECT
        fed.shop_id, flows.to_token AS token,
        min(greatest(fed.first_at, flows.first_at)) AS first_at,
        1.0 * sum(flows.amount_minor) / any_value(conduits.amount_minor) AS fed, 3 AS n_hops
    FROM fed
    JOIN flows ON flows.from_token = fed.token
    JOIN conduits ON conduits.token = flows.to_token
    GROUP BY fed.shop_id, flows.to_token
    HAVING sum(flows.amount_minor) >= {params.min_fed} * any_value(conduits.amount_minor)
),
on_shops_money AS (
    SELECT chains.shop_id, payers.payer, min(chains.n_hops) AS n_hops,
        min(chains.first_at) AS first_at, max(chains.fed) AS fed
    FROM (SELECT * FROM fed UNION ALL SELECT * FROM fed_twice) AS chains
    JOIN payers ON payers.from_token = chains.token
    JOIN tied ON tied.payer = payers.payer AND tied.shop_id = chains.shop_id
    GROUP BY chains.shop_id, payers.payer
)"""


def _repaid(params: Params) -> str:
    """Buyers who got about what they had paid, and the orders that they had paid by then."""
    return f"""
explained AS (
    SELECT DISTINCT order_id
    FROM reviews
    WHERE order_id IS NOT NULL AND (rating <= 2 OR is_disclosed_incentive)
),
came AS (
    SELECT DISTINCT
        on_shops_money.shop_id, on_shops_money.payer, returns.account_id, returns.purse,
        returns.transfer_id, returns.amount_minor, returns.at
    FROM on_shops_money
    JOIN returns ON returns.payer = on_shops_money.payer
    JOIN tied_buyers
        ON tied_buyers.payer = returns.payer AND tied_buyers.shop_id = on_shops_money.shop_id
        AND tied_buyers.account_id = returns.account_id
    WHERE returns.at >= on_shops_money.first_at
),
spans AS (
    SELECT
        shop_id, account_id, min(came.at) AS from_at, max(came.at) AS until_at,
        sum(amount_minor) AS amount_minor,
        list(transfer_id ORDER BY transfer_id) AS transfer_ids
    FROM came
    GROUP BY shop_id, account_id
),
bought AS (
    SELECT orders.order_id, orders.account_id, orders.shop_id, orders.placed_at, orders.paid_minor
    FROM orders
    JOIN spans ON spans.account_id = orders.account_id AND spans.shop_id = orders.shop_id
    LEFT JOIN accounts ON accounts.account_id = orders.account_id
    WHERE orders.paid_minor > 0
        AND orders.placed_at >= spans.from_at - {params.window_days * DAY_MS}
        AND orders.placed_at <= spans.until_at
        AND coalesce(orders.status, '') NOT IN ('refunded', 'cancelled')
        AND accounts.staff_of_shop_id IS DISTINCT FROM orders.shop_id
        AND orders.order_id NOT IN (SELECT order_id FROM refunds)
        AND orders.order_id NOT IN (SELECT order_id FROM explained)
),
repaid AS (
    SELECT
        spans.shop_id, spans.account_id, spans.amount_minor, spans.transfer_ids,
        sum(bought.paid_minor) AS paid_minor, count(*) AS n_orders
    FROM spans
    JOIN bought ON bought.account_id = spans.account_id AND bought.shop_id = spans.shop_id
    GROUP BY spans.shop_id, spans.account_id, spans.amount_minor, spans.transfer_ids
    HAVING spans.amount_minor
        BETWEEN {params.low} * sum(bought.paid_minor) AND {params.high} * sum(bought.paid_minor)
)"""


def _verdicts(params: Params) -> str:
    """Payers most of whose payees are such buyers."""
    return f"""
payer_sums AS (
    SELECT
        came.shop_id, came.payer,
        count(DISTINCT CASE WHEN repaid.account_id IS NOT NULL THEN came.purse END) AS n_repaid,
        sum(CASE WHEN repaid.account_id IS NOT NULL THEN came.amount_minor ELSE 0 END)
            AS repaid_minor
    FROM came
    LEFT JOIN repaid ON repaid.shop_id = came.shop_id AND repaid.account_id = came.account_id
    GROUP BY came.shop_id, came.payer
),
trips AS (
    SELECT
        on_shops_money.*, payer_sums.n_repaid,
        1.0 * payer_sums.n_repaid / payers.n_payees AS match_share,
        1.0 * payer_sums.repaid_minor / spending.amount_minor AS money_share
    FROM payer_sums
    JOIN on_shops_money
        ON on_shops_money.shop_id = payer_sums.shop_id AND on_shops_money.payer = payer_sums.payer
    JOIN payers ON payers.payer = payer_sums.payer
    JOIN spending ON spending.token = payers.from_token
    WHERE payer_sums.n_repaid >= {params.min_match} * payers.n_payees
),
told AS (  -- of several payers of one buyer, the one that says most
    SELECT
        came.shop_id, came.account_id, max(trips.n_repaid) AS n_repaid,
        max(trips.match_share) AS match_share, max(trips.money_share) AS money_share,
        min(trips.n_hops) AS n_hops, min(trips.fed) AS fed
    FROM came JOIN trips ON trips.shop_id = came.shop_id AND trips.payer = came.payer
    GROUP BY came.shop_id, came.account_id
)
SELECT
    bought.order_id AS subject_id,
    round(least(told.match_share, 1) * n_repaid / (n_repaid + 2.0), 6) AS score,
    [bought.order_id] AS evidence_ids,
    CASE WHEN n_repaid >= {params.strong_buyers} AND money_share >= {params.strong_share}
        THEN 'E3' ELSE 'E2' END AS strength,
    CAST(repaid.paid_minor AS BIGINT) AS paid_minor,
    CAST(repaid.amount_minor AS BIGINT) AS returned_minor,
    repaid.n_orders,
    told.n_hops,
    told.n_repaid AS n_buyers,
    round(told.fed, 4) AS fed_share,
    round(told.match_share, 4) AS matched_share,
    repaid.transfer_ids
FROM bought
JOIN repaid ON repaid.account_id = bought.account_id AND repaid.shop_id = bought.shop_id
JOIN told ON told.account_id = bought.account_id AND told.shop_id = bought.shop_id
WHERE told.n_repaid >= {params.min_buyers}
"""


def explain(facts: Facts) -> Words:
    """Say what came back of what was paid, over how many hops, and to how many others."""
    paid, returned = facts["paid_minor"] / 100, facts["returned_minor"] / 100
    orders, hops, buyers = facts["n_orders"], facts["n_hops"], facts["n_buyers"]
    fed = facts["fed_share"]
    return Words(
        zh=f"该买家在本店 {orders} 笔订单共付款 {paid:.2f}，又收到 {returned:.2f}："
        f"本店的钱经 {hops} 次转账回到买家，付款方收入的 {fed:.0%} 来自本店；"
        f"如此收回货款的本店买家共 {buyers} 个。",
        en=f"This buyer paid {paid:.2f} for {counted(orders, 'order')} of the shop and got "
        f"{returned:.2f}: the shop's money came round in {counted(hops, 'transfer')}, from a payer "
        f"with {fed:.0%} of its income from the shop; so did the money of "
        f"{counted(buyers, 'buyer')} in all.",
    )


DETECTOR = Detector(
    name="payout-roundtrip",
    title=Words(zh="店铺货款转几手回到买家", en="a shop's takings come round to its buyers"),
    subject="order",
    family=Family.MONEY,
    strength=Strength.E2,
    element=Element.ATTRIBUTED,
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
        "payouts": ("shop_id", "bank_token"),
    },
    uses={
        "account_links": ("account_id", "kind", "token"),
        "accounts": ("account_id", "phone_token", "staff_of_shop_id"),
        "orders": ("address_token", "device_token", "status"),
        "owners": ("owner_id", "bank_token", "phone_token", "legal_rep_token"),
        "refunds": ("order_id",),
        "reviews": ("order_id", "rating", "is_disclosed_incentive"),
        "shops": ("shop_id", "owner_id"),
    },
    evidence="orders",
    look_alikes={
        "wages": Words(zh="在本店购物的员工的工资", en="wages of staff who also shop there"),
        "refunds": Words(zh="退款与赔付", en="refunds"),
        "suppliers": Words(zh="支付供应商货款", en="payments to suppliers"),
        "disclosed-trial": Words(zh="已标明的试用", en="a disclosed trial"),
        "public-wallet": Words(
            zh="人人都用的钱包或银行", en="a wallet or bank that everybody uses"
        ),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

"""Order-and-refund attack: an account orders again and again from one shop and undoes it at once.

What it finds: Accounts with at least ``min_orders`` orders in one shop, at different times, nearly
all of which (``min_share``) were cancelled or refunded, far beyond what the shop's other buyers
undo: mostly within ``quick_h`` hours, or whenever it was if ``concert`` accounts did it there.

Why it is fake: Reverse brushing (反向刷单): orders that look as if the shop had bought them get it
punished, hide its goods or lock its stock; undone at once, they cost the attacker nothing. So the
orders must not count, and **the shop is the one to whom it is done**: this finding never says that
it organised anything (element a only), and names the shops so that they can be heard as victims.

Look-alikes: Who changes his mind undoes an order or two; who hunts sizes or prices, or whose
payments fail, ends with an order that is kept, and each kept order explains ``tries`` undone ones.
Sizes that are sent back after they were tried on are not undone quickly; several people who keep
coming to one shop and never keep a thing are in concert (恶意退货). A basket that the platform
split is one moment. Where the shop or platform fails, orders of ordinary buyers are undone in the
same hours, too: ``failure_accounts`` of them, and more orders than the account's. Shops that most
buyers cancel, because nothing is ever sent, have that rate for everybody.

Score: undone / (orders + 2): the share that came to nothing, with two orders of doubt. Strength E2
from ``strong_orders`` on, else E1. The evidence is the account's orders in those shops from the
first that was undone to the last.

Check by hand:
1. Lay the account's orders in a row: placed, paid, undone, after how long, with what reason.
2. What did it do to the shop: rank, stock, a warning, a report against it?
3. Who pays and who owns the account: does a trace lead to a rival of the shop?

Cost: One grouping of orders by account and shop; everything else for pairs of ``min_orders`` or
more, and for the shops concerned.

References: 董志超 case (SPC Gazette 2018-08): one account, more than 1,500 orders of 1 yuan,
refunded soon; the platform down-ranked the victim. Anti-Unfair Competition Law 2025, art. 13(4).
"""

import math
from dataclasses import dataclass

from unbrush.base.clock import HOUR_MS, SECOND_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

DOUBT = 2


@dataclass(frozen=True, kw_only=True)
class Params:
    """From how many orders that come to nothing on it is an attack."""

    min_orders: int = bounded(
        5, at_least=3, doc="Undone orders of one account in one shop before anything is said."
    )
    strong_orders: int = bounded(10, at_least=3, doc="Undone orders from which it is E2.")
    min_share: float = bounded(
        0.8, at_least=0.5, at_most=1.0, doc="Share of the account's orders there that were undone."
    )
    quick_h: int = bounded(
        48, at_least=1, at_most=720, doc="Hours after ordering within which undoing is at once."
    )
    quick_share: float = bounded(
        0.5, at_least=0.1, at_most=1.0, doc="Share of the undone orders that were undone at once."
    )
    concert: int = bounded(
        3, at_least=2, doc="Such accounts in one shop from which undoing need not be at once."
    )
    tries: int = bounded(
        4, at_least=0, at_most=50, doc="Undone orders that one kept order explains."
    )
    failure_accounts: int = bounded(
        10, at_least=2, doc="Ordinary buyers undone in one hour that make it a failure."
    )
    max_chance: float = bounded(
        1e-6, at_least=1e-300, at_most=0.05, doc="Largest chance that a usual buyer undid so many."
    )


def sql(params: Params) -> str:
    """Return the SELECT of accounts that order from a shop and undo it, again and again."""
    hour = f"// {HOUR_MS}"
    return f"""
WITH busy AS (
    SELECT account_id, shop_id FROM orders
    GROUP BY account_id, shop_id HAVING count(*) >= {params.min_orders}
),
near AS (  -- all orders of the shops concerned: the measure
    SELECT order_id, account_id, shop_id, placed_at, closed_at, status, paid_minor,
        b.account_id IS NOT NULL AS is_busy
    FROM orders SEMI JOIN (SELECT DISTINCT shop_id FROM busy) AS s USING (shop_id)
    LEFT JOIN busy AS b USING (account_id, shop_id)
),
paid_back AS (
    SELECT r.order_id, min(r."at") AS first_at, sum(r.amount_minor)::BIGINT AS amount_minor
    FROM refunds AS r SEMI JOIN near USING (order_id) GROUP BY r.order_id
),
fates AS (
    SELECT n.*, coalesce(n.status, '') IN ('cancelled', 'refunded')
            OR coalesce(10 * p.amount_minor >= 9 * n.paid_minor, false) AS is_undone,
        least(p.first_at, n.closed_at) AS undone_at
    FROM near AS n LEFT JOIN paid_back AS p ON p.order_id = n.order_id
),
hours AS (  -- of placing and of undoing, each order once for each
    SELECT shop_id, account_id, is_busy, 'placed' AS what, placed_at {hour} AS hour, order_id
    FROM fates WHERE is_undone
    UNION ALL
    SELECT shop_id, account_id, is_busy, 'undone', undone_at {hour}, order_id
    FROM fates WHERE is_undone AND undone_at IS NOT NULL
),
failures AS (
    SELECT shop_id, what, hour FROM hours
    GROUP BY shop_id, what, hour
    HAVING count(DISTINCT CASE WHEN NOT is_busy THEN account_id END) >= {params.failure_accounts}
        AND 2 * count(*) FILTER (WHERE NOT is_busy) >= count(*)
),
failed AS (SELECT DISTINCT order_id FROM hours SEMI JOIN failures USING (shop_id, what, hour)),
usual AS (
    SELECT shop_id, count(*) AS n_others, count(*) FILTER (WHERE is_undone) AS n_others_undone
    FROM fates WHERE NOT is_busy GROUP BY shop_id
),
market AS (
    SELECT (count(*) FILTER (WHERE status IN ('cancelled', 'refunded')) + 1) / (count(*) + 20)
        AS undone
    FROM orders
    WHERE account_id NOT IN (SELECT account_id FROM busy)
),
own AS (
    SELECT f.*, x.order_id IS NOT NULL AS is_failed
    FROM fates AS f LEFT JOIN failed AS x ON x.order_id = f.order_id WHERE f.is_busy
),
pairs AS (
    SELECT account_id, shop_id,
        count(DISTINCT placed_at // {SECOND_MS}) FILTER (WHERE NOT is_failed) AS n_orders,
        count(DISTINCT placed_at // {SECOND_MS}) FILTER (WHERE is_undone AND NOT is_failed)
            AS n_undone,
        count(*) FILTER (WHERE NOT is_undone) AS n_kept,
        count(DISTINCT placed_at // {SECOND_MS}) FILTER (
            WHERE is_undone AND NOT is_failed
                AND undone_at - placed_at <= {params.quick_h * HOUR_MS}
        ) AS n_quick,
        median(undone_at - placed_at) FILTER (WHERE is_undone AND NOT is_failed) AS usual_ms,
        min(placed_at) FILTER (WHERE is_undone AND NOT is_failed) AS first_at,
        max(placed_at) FILTER (WHERE is_undone AND NOT is_failed) AS last_at
    FROM own GROUP BY account_id, shop_id
),
weighed AS (
    SELECT p.*, n_undone / n_orders AS share,
        -- A shop of few other buyers is taken to be like the market.
        greatest(m.undone, (coalesce(n_others_undone, 0) + 20 * m.undone)
            / (coalesce(n_others, 0) + 20)) AS usual_share,
        n_quick >= {params.quick_share} * n_undone AS is_quick
    FROM pairs AS p CROSS JOIN market AS m LEFT JOIN usual AS u ON u.shop_id = p.shop_id
    WHERE n_undone - {params.tries} * n_kept >= {params.min_orders}
        AND n_undone >= {params.min_share} * n_orders
),
beyond AS (
    SELECT * FROM weighed
    WHERE share > usual_share AND n_orders * (
        share * ln(share / usual_share)
        + CASE WHEN share < 1 THEN (1 - share) * ln((1 - share) / (1 - usual_share)) ELSE 0 END
    ) >= {-math.log(params.max_chance)}
),
found AS (
    SELECT * FROM beyond
    QUALIFY is_quick OR count(*) OVER (PARTITION BY shop_id) >= {params.concert}
),
evidence AS (
    SELECT o.account_id, list(o.order_id ORDER BY o.order_id) AS evidence_ids
    FROM own AS o JOIN found AS f ON f.account_id = o.account_id AND f.shop_id = o.shop_id
    WHERE o.placed_at BETWEEN f.first_at AND f.last_at AND NOT o.is_failed
    GROUP BY o.account_id
),
crowd AS (SELECT shop_id, count(*) AS n_accounts FROM found GROUP BY shop_id)
SELECT f.account_id AS subject_id, round(max(n_undone / (n_orders + {DOUBT})), 6) AS score,
    first(e.evidence_ids) AS evidence_ids,
    max(CASE WHEN n_undone >= {params.strong_orders} THEN 'E2' ELSE 'E1' END) AS strength,
    sum(n_orders)::BIGINT AS n_orders, sum(n_undone)::BIGINT AS n_undone,
    count(*) AS n_shops, list(f.shop_id ORDER BY f.shop_id) AS shops,
    max(c.n_accounts) AS n_accounts, round(max(usual_share), 4) AS usual_share,
    round(max(usual_ms) / {HOUR_MS}, 2) AS usual_h, min(first_at) AS first_at,
    max(last_at) AS last_at
FROM found AS f JOIN evidence AS e USING (account_id) JOIN crowd AS c ON c.shop_id = f.shop_id
GROUP BY f.account_id
"""


def explain(facts: Facts) -> Words:
    """Say how much was ordered and undone how quickly, and that the shop is not the doer."""
    orders, undone, shops = facts["n_orders"], facts["n_undone"], facts["n_shops"]
    usual, hours, accounts = facts["usual_share"], facts["usual_h"], facts["n_accounts"]
    zh = f"该账号在 {shops} 家店铺下单 {orders} 次，其中 {undone} 次取消或退款"
    en = (
        f"This account ordered {counted(orders, 'time')} from {counted(shops, 'shop')} and undid "
        f"{undone:,}"
    )
    if hours is not None:
        zh += f"（通常在 {hours:g} 小时内）"
        en += f", as a rule within {counted(hours, 'hour')}"
    return Words(
        f"{zh}，而店内其他买家只有 {usual:.1%} 如此；同店这样的账号共 {accounts} 个。"
        "订单不应计入，店铺是受害一方。",
        f"{en}, where {usual:.1%} are usual; {counted(accounts, 'account')} did so there. The "
        "orders should not count, and the shop is the one to whom it is done.",
    )


DETECTOR = Detector(
    name="order-and-refund-attack",
    title=Words(
        "大量拍下又随即撤销（店铺为受害方）", "orders in mass, undone at once, against a shop"
    ),
    subject="account",
    family=Family.BEHAVIOUR,
    strength=Strength.E2,
    element=Element.NOT_GENUINE,
    needs={"orders": ("order_id", "account_id", "shop_id", "placed_at", "status")},
    uses={
        "orders": ("closed_at", "paid_minor"),
        "refunds": ("order_id", "at", "amount_minor"),
    },
    evidence="orders",
    look_alikes={
        "changed-mind": Words("改变主意", "a buyer who changed his mind"),
        "size-trying": Words("试穿多个尺码后退货", "several sizes tried on and sent back"),
        "price-protection": Words("降价后取消重拍", "ordered anew as the price fell"),
        "payment-retries": Words("付款失败后重拍", "ordered anew after failed payments"),
        "split-checkout": Words("一次结算被拆成多笔订单", "one checkout split into several orders"),
        "system-failure": Words("系统故障批量取消", "a failure that cancels many orders"),
        "bad-shop": Words("多数买家都退款的店", "a shop that most buyers cancel"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

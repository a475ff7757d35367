"""Malicious returns: an account sends back nearly everything, everywhere, or claims what cannot be.

What it finds: Accounts that sent back at least ``min_share`` of ``min_visits`` purchases in
``min_shops`` shops or more, far beyond what the goods and shops explain; and accounts whose refunds
say again and again, in as many shops as ``min_cheats``, that the parcel was empty although the
carrier's scale had the goods in it, or that what came back was not what was sent.

Why it is fake: The purchase is a means: to use goods for nothing, to live on freight insurance
(运费险), to keep the goods and send back a brick (调包), or to ruin a shop's return rate. Such
orders are no sales, and the shops are the ones to whom it is done.

Look-alikes: Who orders several sizes and keeps one made one purchase and kept it: a visit (one
shop, one day) is only sent back if all of it is. Fashion goes back more often than rice: what is
expected of each visit is the share among others for the category, the shop and the item, of which
the highest counts, so that a bad batch or a shop with wrong pictures excuses its buyers. People
differ: each is granted ``inclined`` times that, up to ``most_usual``. Helpers who order for the
elderly or disabled send back more, but keep what fits. Cancelled orders are no returns. A parcel
may be robbed on its way: one or two such claims say nothing, nor do as many as others make.

Score: sent back / (visits + 2), or claims / (claims + 2) if that is more. Strength E1; E2 for
claims against the scale or swapped goods, and where freight insurance paid ``min_freight`` times
or more, at least ``freight_share`` of what the goods cost: then it was the purpose. The evidence is
what went back.

Check by hand:
1. Sort the account's orders by shop and day; what was kept at all?
2. Read the reasons, and ask the shops what came back; weigh it.
3. See who was paid by the freight insurance, how much, and what the way back cost.

Cost: One grouping of orders by account; rates by category, shop and item; reasons of refunds are
searched once.

References: Anti-Unfair Competition Law 2025, art. 13(4), on malicious returns (恶意退货).
"""

import math
from dataclasses import dataclass

from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

DOUBT = 2
FULL = 0.9  # share of the net weight from which a parcel holds the goods
PRIOR = 20  # visits like the category that a shop or item is taken to have beside its own

CLAIMS_EMPTY = "空包|空盒|空箱|空的|empty (parcel|box|package)"
SENT_BACK_WRONG = "调包|掉包|退回.{0,6}(不符|不一致|空)|退货.{0,6}(不符|空)|swapped|returned empty"
FREIGHT = "运费险|退货运费|freight|return shipping"


@dataclass(frozen=True, kw_only=True)
class Params:
    """From how many returns on they are no misfortune."""

    min_visits: int = bounded(
        10, at_least=3, doc="Purchases (one shop, one day) before an account is judged."
    )
    min_shops: int = bounded(4, at_least=2, doc="Shops to which goods went back.")
    min_share: float = bounded(
        0.8, at_least=0.5, at_most=1.0, doc="Share of the purchases that went back as a whole."
    )
    inclined: float = bounded(
        3.0, at_least=1.0, doc="Times as often as others that an honest buyer may send back."
    )
    most_usual: float = bounded(
        0.6, at_least=0.1, at_most=0.9, doc="Most that an honest buyer is expected to send back."
    )
    max_chance: float = bounded(
        1e-8, at_least=1e-300, at_most=0.05, doc="Largest chance that such a buyer returns so much."
    )
    min_cheats: int = bounded(
        3, at_least=2, doc="Refunds against the scale or for swapped goods, in as many shops."
    )
    min_freight: int = bounded(
        10, at_least=3, doc="Payments of freight insurance before they can be the purpose."
    )
    freight_share: float = bounded(
        0.3,
        at_least=0.05,
        doc="Insurance paid per price of the goods from which it is the purpose.",
    )


def sql(params: Params) -> str:
    """Return the SELECT of accounts that return beyond what goods, shops and chance explain."""
    rates = ",\n".join(
        f"""
by_{what} AS (
    SELECT {what}_id, count(*) AS n, count(*) FILTER (WHERE is_back) AS n_back
    FROM bought WHERE {what}_id IN (SELECT {what}_id FROM own) GROUP BY {what}_id
),
own_by_{what} AS (
    SELECT account_id, {what}_id, count(*) AS n, count(*) FILTER (WHERE is_back) AS n_back
    FROM own GROUP BY account_id, {what}_id
)"""
        for what in ("shop", "item")
    )
    return f"""
WITH paid_back AS (
    SELECT order_id, sum(amount_minor)::BIGINT AS amount_minor, max("at") AS at_ms,
        bool_or(regexp_matches(lower(coalesce(reason, '')), '{CLAIMS_EMPTY}')) AS says_empty,
        bool_or(regexp_matches(lower(coalesce(reason, '')), '{SENT_BACK_WRONG}')) AS says_swapped
    FROM refunds GROUP BY order_id
),
bought AS (
    SELECT o.order_id, o.account_id, o.shop_id, o.item_id, o.placed_at, o.paid_minor,
        o.payer_token, o.quantity, p.at_ms AS back_at, coalesce(p.says_empty, false) AS says_empty,
        coalesce(p.says_swapped, false) AS says_swapped,
        coalesce(o.status, '') = 'refunded'
            OR coalesce(10 * p.amount_minor >= 9 * o.paid_minor, p.order_id IS NOT NULL) AS is_back
    FROM orders AS o LEFT JOIN paid_back AS p ON p.order_id = o.order_id
    WHERE coalesce(o.status, '') <> 'cancelled'
),
-- Few can matter; visits are only made of theirs.
suspects AS (
    SELECT account_id FROM bought GROUP BY account_id
    HAVING (count(*) FILTER (WHERE is_back) >= {params.min_share} * {params.min_visits}
            AND count(DISTINCT CASE WHEN is_back THEN shop_id END) >= {params.min_shops}
            AND 2 * count(*) FILTER (WHERE is_back) >= count(*))
        OR count(DISTINCT CASE WHEN says_empty OR says_swapped THEN shop_id END)
            >= {params.min_cheats}
),
own AS (
    SELECT b.*, coalesce(i.category, s.category, '') AS category
    FROM bought AS b SEMI JOIN suspects USING (account_id)
    LEFT JOIN items AS i ON i.item_id = b.item_id
    LEFT JOIN shops AS s ON s.shop_id = b.shop_id
),
by_category AS (
    SELECT coalesce(i.category, s.category, '') AS category,
        (count(*) FILTER (WHERE is_back) + 1) / (count(*) + {PRIOR}) AS rate
    FROM bought AS b ANTI JOIN suspects USING (account_id)
    LEFT JOIN items AS i ON i.item_id = b.item_id
    LEFT JOIN shops AS s ON s.shop_id = b.shop_id
    GROUP BY ALL
),
elsewhere AS (
    SELECT (count(*) FILTER (WHERE is_back) + 1) / (count(*) + {PRIOR}) AS rate,
        (count(*) FILTER (WHERE says_empty OR says_swapped) + 1) / (count(*) + {PRIOR}) AS cheats
    FROM bought ANTI JOIN suspects USING (account_id)
),
{rates},
usual AS (
    SELECT o.*, greatest(
            coalesce(c.rate, e.rate),
            (s.n_back - t.n_back + {PRIOR} * coalesce(c.rate, e.rate)) / (s.n - t.n + {PRIOR}),
            coalesce((i.n_back - j.n_back + {PRIOR} * coalesce(c.rate, e.rate))
                / (i.n - j.n + {PRIOR}), 0)
        ) AS rate, e.cheats AS cheat_rate
    FROM own AS o CROSS JOIN elsewhere AS e
    LEFT JOIN by_category AS c ON c.category = o.category
    JOIN by_shop AS s ON s.shop_id = o.shop_id
    JOIN own_by_shop AS t ON t.account_id = o.account_id AND t.shop_id = o.shop_id
    LEFT JOIN by_item AS i ON i.item_id = o.item_id
    LEFT JOIN own_by_item AS j ON j.account_id = o.account_id AND j.item_id = o.item_id
),
visits AS (
    SELECT account_id, shop_id, placed_at // {DAY_MS} AS day, bool_and(is_back) AS is_back,
        max(rate) AS rate
    FROM usual GROUP BY ALL
),
rated AS (
    SELECT account_id, count(*) AS n_visits, count(*) FILTER (WHERE is_back) AS n_back,
        count(DISTINCT CASE WHEN is_back THEN shop_id END) AS n_shops, n_back / n_visits AS share,
        -- In whole millionths: the same sum in any order.
        sum(round(1e6 * least({params.most_usual}, {params.inclined} * rate))::BIGINT)
            / 1e6 / n_visits AS expected_share
    FROM visits GROUP BY account_id
),
extreme AS (
    SELECT * FROM rated
    WHERE n_visits >= {params.min_visits} AND n_shops >= {params.min_shops}
        AND share >= {params.min_share} AND share > expected_share
        AND n_visits * (share * ln(share / expected_share) + CASE WHEN share < 1
            THEN (1 - share) * ln((1 - share) / (1 - expected_share)) ELSE 0 END)
            >= {-math.log(params.max_chance)}
),
scaled AS (
    SELECT s.order_id, sum(round(s.weight_g)::BIGINT) AS weight_g
    FROM shipments AS s SEMI JOIN own USING (order_id)
    GROUP BY s.order_id HAVING count(*) = count(*) FILTER (WHERE s.weight_g > 0)
),
cheats AS (
    SELECT u.order_id, u.account_id, u.shop_id, u.says_swapped
    FROM usual AS u
    LEFT JOIN scaled AS s ON s.order_id = u.order_id
    LEFT JOIN items AS i ON i.item_id = u.item_id
    WHERE u.says_swapped OR (u.says_empty AND i.net_weight_g > 0
        AND s.weight_g >= {FULL} * i.net_weight_g * greatest(coalesce(u.quantity, 1), 1))
),
liars AS (
    SELECT c.account_id, count(*) AS n_cheats,
        count(*) FILTER (WHERE c.says_swapped) AS n_swapped,
        {params.inclined} * max(n.n * n.cheat_rate) AS expected
    FROM cheats AS c
    JOIN (SELECT account_id, count(*) AS n, max(cheat_rate) AS cheat_rate
        FROM usual GROUP BY account_id) AS n USING (account_id)
    GROUP BY c.account_id
    HAVING count(DISTINCT c.shop_id) >= {params.min_cheats} AND n_cheats > expected
        AND n_cheats * ln(n_cheats / expected) - (n_cheats - expected)
            >= {-math.log(params.max_chance)}
),
insured AS (
    SELECT o.account_id, o.payer_token, min(o.back_at) AS from_at,
        max(o.back_at) + {30 * DAY_MS} AS until_at
    FROM own AS o SEMI JOIN extreme USING (account_id)
    WHERE o.is_back AND o.payer_token IS NOT NULL GROUP BY ALL
),
freight AS (
    SELECT i.account_id, count(DISTINCT t.transfer_id) AS n_freight,
        sum(t.amount_minor)::BIGINT AS freight_minor
    FROM transfers AS t JOIN insured AS i ON i.payer_token = t.to_token
    WHERE t."at" BETWEEN i.from_at AND i.until_at AND regexp_matches(
        lower(coalesce(t.channel, '') || ' ' || coalesce(t.memo, '')), '{FREIGHT}')
    GROUP BY i.account_id
),
evidence AS (
    SELECT o.account_id, list(o.order_id ORDER BY o.order_id) AS evidence_ids,
        sum(o.paid_minor) FILTER (WHERE o.is_back)::BIGINT AS paid_minor
    FROM own AS o
    LEFT JOIN extreme AS e ON e.account_id = o.account_id
    LEFT JOIN liars AS l ON l.account_id = o.account_id
    LEFT JOIN cheats AS c ON c.order_id = o.order_id
    WHERE (e.account_id IS NOT NULL AND o.is_back)
        OR (l.account_id IS NOT NULL AND c.order_id IS NOT NULL)
    GROUP BY o.account_id
)
SELECT v.account_id AS subject_id,
    round(greatest(CASE WHEN e.account_id IS NOT NULL THEN e.n_back / (e.n_visits + {DOUBT}) END,
        l.n_cheats / (l.n_cheats + {DOUBT})), 6) AS score, v.evidence_ids,
    CASE WHEN l.account_id IS NOT NULL THEN 'E2'
        WHEN f.n_freight >= {params.min_freight}
            AND f.freight_minor >= {params.freight_share} * v.paid_minor THEN 'E2'
        ELSE 'E1' END AS strength,
    r.n_visits, r.n_back, r.n_shops, round(r.expected_share, 4) AS expected_share,
    e.account_id IS NOT NULL AS is_extreme, coalesce(l.n_cheats, 0) AS n_cheats,
    coalesce(l.n_swapped, 0) AS n_swapped, coalesce(f.n_freight, 0) AS n_freight
FROM evidence AS v JOIN rated AS r ON r.account_id = v.account_id
LEFT JOIN extreme AS e ON e.account_id = v.account_id
LEFT JOIN liars AS l ON l.account_id = v.account_id
LEFT JOIN freight AS f ON f.account_id = v.account_id
"""


def explain(facts: Facts) -> Words:
    """Say how much went back, what was to be expected, and what else does not fit."""
    visits, back, shops = facts["n_visits"], facts["n_back"], facts["n_shops"]
    expected, cheats, freight = facts["expected_share"], facts["n_cheats"], facts["n_freight"]
    zh = f"该账号 {visits} 次购物中有 {back} 次全部退回，涉及 {shops} 家店铺"
    en = (
        f"{back:,} of {counted(visits, 'purchase')} went back as a whole, to "
        f"{counted(shops, 'shop')}"
    )
    if facts["is_extreme"]:
        zh += f"（按品类、店铺、商品，爱退货的买家也只应退 {expected:.0%}）"
        en += f", where even a choosy buyer of such goods would send back {expected:.0%}"
    zh += "。"
    en += "."
    if cheats:
        zh += f"{cheats} 笔退款称空包而称重正常，或退回的不是原物。"
        en += f" {counted(cheats, 'refund')} went against the scale or for swapped goods."
    if freight:
        zh += f"运费险赔付 {freight} 次。"
        en += f" Freight insurance paid {counted(freight, 'time')}."
    return Words(zh, en)


DETECTOR = Detector(
    name="malicious-returns",
    title=Words("恶意退货", "returns of nearly everything, everywhere"),
    subject="account",
    family=Family.BEHAVIOUR,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "orders": ("order_id", "account_id", "shop_id", "placed_at", "paid_minor"),
        "refunds": ("order_id", "amount_minor", "at"),
    },
    uses={
        "items": ("item_id", "category", "net_weight_g"),
        "orders": ("item_id", "quantity", "status", "payer_token"),
        "refunds": ("reason",),
        "shipments": ("order_id", "weight_g"),
        "shops": ("category",),
        "transfers": ("transfer_id", "to_token", "amount_minor", "at", "channel", "memo"),
    },
    evidence="orders",
    look_alikes={
        "size-trying": Words("多买几个尺码试穿", "several sizes, of which one is kept"),
        "fashion": Words("高退货率品类", "goods that often go back"),
        "bad-batch": Words("问题批次", "a bad batch"),
        "bad-shop": Words("货不对板的店", "a shop whose goods are not as shown"),
        "helped-buyers": Words("替老人、残障人士代买", "orders for the elderly or disabled"),
        "bad-luck": Words("偶尔几次退货", "a few returns"),
        "robbed-parcels": Words("运输途中被盗", "parcels that were robbed on their way"),
        "cancelled": Words("发货前取消", "orders that were cancelled"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

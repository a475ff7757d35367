"""Remark marker: a mark in order remarks that goes with orders nobody fulfilled, or undone ones.

What it finds: Orders of a shop whose remarks bear a mark (an ending such as "!!", a run of signs, a
    word, a short remark) that goes with unfulfilled or refunded orders far more than the shop's and
    the category's other orders do. The mark is learned from the data: nobody needs to know it.
Why it is fake: A shop that pays for orders must tell them from real ones, so that nothing is cooked
    or sent. The brusher is told to write a mark that nobody would notice. In Shanghai in 2022 it
    was "!!" at the end of the remark; riders collected fewer than half of such orders.
Look-alikes: Politeness ("谢谢"), "no onions", where to leave the parcel and words for a gift are
    all over the market, and the orders that bear them arrive. A shop that sends nothing (vouchers,
    top-ups) sends nothing without the mark either. Some remarks say by themselves why nothing is
    sent or money goes back: collected in person, a difference in price, ordered by mistake, to be
    changed; orders with such words do not count. Nor do gifts and orders of a group. An order that
    is still open, or was called off, is not unfulfilled. One person's habit is no mark: several
    accounts must use it.
Score: 1 - expected / found odd orders that bear the mark in the shop. Expected is the higher of the
    shop's and the category's share of odd orders that do not bear it. The mark must go with
    ``min_share`` odd orders in the shop, ``min_lift`` times the expected, and either there or over
    the whole market chance would make at most ``max_false`` such marks. Strength E2 (somebody
    organised it) for odd orders of a mark with ``strong_orders`` odd ones and ``strong_share``, if
    their accounts use it ``strong_each`` times, or if hardly any of the others' are to be expected
    by how often it is written elsewhere (``max_habit``); else E1, and so are the marked orders that
    were fulfilled.
Check by hand: 1. Read the marked remarks: does the mark mean anything? 2. Ask the shop and the
    carrier or rider what was sent with these orders, and with the shop's others of that day. 3. See
    who else uses the mark, and in which shops.
Cost: Shipments, scans and refunds are joined with orders once; only remarks are cut into marks, by
    patterns; groupings by mark and shop.
References: domain notes T26 and case B3 (people.com.cn 2022-11-03); Chernoff bound of the Poisson
    law, shared among all marks (Bonferroni).
"""

import math
from dataclasses import dataclass

from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

_MILLION = 1_000_000  # expectations are summed in whole millionths: the same in any order
LONGEST = 12  # letters of a remark, clause or word that can be a mark
PRIOR = 20  # orders like its category's, with which a shop is filled up
MIN_UNMARKED = 10  # orders of a shop without the mark, by which its usual is known,
MIN_SHOPS = 3  # or shops that share the mark
EXPLAINED = (  # says itself why nothing is sent or money goes back
    "自提|自取|自己取|来取|去取|来拿|去拿|自己拿|不用送|不必送|不要送|别送|到店|堂食|上门|差价|补差|邮费|运费|补拍|"
    "补款|补单|定金|尾款|换货|退|取消|拍错|点错|下错|不要了|不用发|先不发|晚点发|暂不发|改地址|无需|虚拟|充值|"
    "pick(ing)? ?(it |them )?up|collect|no delivery|in store|dine|cancel|refund|return|mistake|"
    "wrong|difference|postage|top.?up"
)


@dataclass(frozen=True, kw_only=True)
class Params:
    """When a mark goes too well with orders that were not fulfilled."""

    wait_days: int = bounded(
        15, at_least=1, doc="Days after which an order that is not known to be open has been sent."
    )
    light_share: float = bounded(
        0.5, at_least=0.05, at_most=0.9, doc="Share of the net weight that a parcel must reach."
    )
    min_orders: int = bounded(
        5, at_least=2, doc="Odd orders, and accounts, of a mark before anything is said."
    )
    min_in_shop: int = bounded(2, at_least=1, doc="Odd orders of a mark in a shop.")
    min_share: float = bounded(
        0.2, at_least=0.05, at_most=1.0, doc="Share of odd orders among the marked of a shop."
    )
    min_lift: float = bounded(4.0, at_least=1.5, doc="Times the expected odd orders.")
    strong_orders: int = bounded(20, at_least=5, doc="Odd orders of a mark from which it is E2.")
    strong_share: float = bounded(
        0.5, at_least=0.1, at_most=1.0, doc="Share of odd orders in its shops from which it is E2."
    )
    strong_each: int = bounded(
        2, at_least=1, doc="Odd orders with the mark of one account from which they are E2."
    )
    max_habit: float = bounded(
        0.01,
        at_least=0.0,
        at_most=1.0,
        doc="Share of chance among the odd orders of others up to which theirs are E2 as well.",
    )
    max_false: float = bounded(
        0.01,
        at_least=1e-300,
        at_most=1.0,
        doc="Expected marks in a whole market in which chance alone is at work.",
    )


def sql(params: Params) -> str:
    """Return the SELECT of marked orders.

    Orders are odd in two ways, which are judged apart: unfulfilled (no parcel, one that the carrier
    never collected, one that cannot hold the goods) and refunded.
    """
    signs, letters = r"[^\p{L}\p{M}\p{N}\s]", r"[\p{L}\p{M}\p{N}]"

    def beyond(n: str, expected: str, tests: str) -> str:
        return (
            f"({n} > {expected} AND {n} - {expected} + {n} * ln({expected} / {n})"
            f" <= {math.log(params.max_false)} - ln({tests}))"
        )

    return rf"""
WITH known AS (
    SELECT (SELECT max(placed_at) FROM orders) AS last_at,
        (SELECT count(*) FROM shipments) > 0 AS has_parcels,
        (SELECT count(*) FROM scans WHERE kind = 'collected') > 0 AS has_scans
),
collected AS (SELECT DISTINCT waybill_id FROM scans WHERE kind = 'collected'),
parcels AS (
    SELECT s.order_id, count(c.waybill_id) > 0 AS is_collected, count(*) AS n,
        count(*) FILTER (WHERE s.weight_g > 0) AS n_weighed,
        sum(round(s.weight_g)::BIGINT) AS weight_g, min(s.sent_at) AS sent_at
    FROM shipments AS s LEFT JOIN collected AS c ON c.waybill_id = s.waybill_id
    GROUP BY s.order_id
),
repaid AS (SELECT DISTINCT order_id FROM refunds),
judged AS (
    SELECT o.order_id, o.account_id, o.shop_id,
        coalesce(i.category, s.category, '') AS category,
        lower(trim(translate(o.remark, '！？～。，；：＋＊＃', '!?~.,;:+*#'))) AS remark,
        coalesce(o.status IN ('refunded'), false) OR r.order_id IS NOT NULL AS is_refunded,
        CASE
            WHEN p.order_id IS NULL THEN has_parcels
            WHEN has_scans AND NOT p.is_collected THEN true
            ELSE p.n = p.n_weighed AND coalesce(
                p.weight_g < {params.light_share} * i.net_weight_g
                    * greatest(1, coalesce(o.quantity, 1)), false)
        END AS is_unfulfilled,
        coalesce(o.status IN ('delivered', 'confirmed', 'refunded'), false)
            OR o.confirmed_at IS NOT NULL AS is_done,
        o.status IS NULL AND o.placed_at <= last_at - {params.wait_days * DAY_MS} AS is_old
    FROM orders AS o CROSS JOIN known
    LEFT JOIN parcels AS p ON p.order_id = o.order_id
    LEFT JOIN repaid AS r ON r.order_id = o.order_id
    LEFT JOIN items AS i ON i.item_id = o.item_id
    LEFT JOIN shops AS s ON s.shop_id = o.shop_id
    WHERE o.status IS DISTINCT FROM 'cancelled' AND o.group_id IS NULL
        AND NOT coalesce(o.is_gift, false)
        AND NOT coalesce(regexp_matches(o.remark, '{EXPLAINED}', 'i'), false)
),
cases AS (
    SELECT 'unfulfilled' AS way, order_id, account_id, shop_id, category, remark,
        is_unfulfilled AS is_odd
    FROM judged WHERE (is_done OR is_old) AND NOT is_refunded
    UNION ALL
    SELECT 'refunded', order_id, account_id, shop_id, category, remark, is_refunded
    FROM judged WHERE is_done
),
remarks AS (SELECT DISTINCT remark FROM cases WHERE remark <> ''),
cut AS (  -- "…!!" is an ending, "!!" stands anywhere
    SELECT remark, unnest(list_distinct(list_concat(
        ['…' || regexp_extract(remark, '{signs}+$'),
            '…' || regexp_extract(remark, '({letters}{{2}}){signs}*$', 1), remark],
        regexp_extract_all(remark, '{letters}+'),
        regexp_extract_all(remark, '{signs}+')
    ))) AS mark
    FROM remarks
),
marks AS (
    SELECT remark, mark FROM cut
    WHERE length(mark) BETWEEN 2 AND {LONGEST}
        OR (mark <> '…' AND regexp_matches(mark, '^{signs}$'))
),
all_marked AS (
    SELECT c.way, m.mark, c.order_id, c.account_id, c.shop_id, c.category, c.is_odd
    FROM cases AS c JOIN marks AS m ON m.remark = c.remark
),
tested AS (
    SELECT count(DISTINCT mark) AS n_marks, count(DISTINCT {{'mark': mark, 'shop': shop_id}})
        AS n_cells
    FROM all_marked
),
marked AS (
    SELECT * FROM all_marked SEMI JOIN (
        SELECT way, mark FROM all_marked GROUP BY way, mark
        HAVING count(*) FILTER (WHERE is_odd) >= {params.min_orders}
    ) USING (way, mark)
),
cells AS (
    SELECT way, mark, shop_id, category, count(*) AS n, count(*) FILTER (WHERE is_odd) AS n_odd
    FROM marked GROUP BY way, mark, shop_id, category
),
shop_counts AS (
    SELECT way, shop_id, count(*) AS n, count(*) FILTER (WHERE is_odd) AS n_odd
    FROM cases GROUP BY way, shop_id
),
category_counts AS (
    SELECT way, category, count(*) AS n, count(*) FILTER (WHERE is_odd) AS n_odd
    FROM cases GROUP BY way, category
),
mark_shops AS (
    SELECT way, mark, shop_id, sum(n) AS n, sum(n_odd) AS n_odd FROM cells
    GROUP BY way, mark, shop_id
),
mark_categories AS (
    SELECT way, mark, category, sum(n) AS n, sum(n_odd) AS n_odd FROM cells
    GROUP BY way, mark, category
),
category_rates AS (
    SELECT m.way, m.mark, m.category, (k.n_odd - m.n_odd + 1.0) / (k.n - m.n + 2.0) AS rate
    FROM mark_categories AS m JOIN category_counts AS k USING (way, category)
),
expectations AS (
    SELECT c.way, c.mark, c.shop_id, sum(round({_MILLION} * c.n * greatest(
        r.rate, (s.n_odd - m.n_odd + {PRIOR} * r.rate) / (s.n - m.n + {PRIOR})
    ))::BIGINT) / {_MILLION}.0 AS expected
    FROM cells AS c
    JOIN mark_shops AS m USING (way, mark, shop_id)
    JOIN shop_counts AS s USING (way, shop_id)
    JOIN category_rates AS r USING (way, mark, category)
    GROUP BY c.way, c.mark, c.shop_id
),
in_shops AS (
    SELECT m.*, e.expected, s.n - m.n AS n_unmarked
    FROM mark_shops AS m
    JOIN expectations AS e USING (way, mark, shop_id)
    JOIN shop_counts AS s USING (way, shop_id)
),
in_market AS (
    SELECT way, mark, sum(n_odd) AS n_odd,
        sum(round({_MILLION} * expected)::BIGINT) / {_MILLION}.0 AS expected
    FROM in_shops GROUP BY way, mark
),
telling AS (
    SELECT s.way, s.mark, s.shop_id, s.n, s.n_odd, s.expected, s.n_unmarked
    FROM in_shops AS s JOIN in_market AS m USING (way, mark) CROSS JOIN tested
    WHERE s.n_odd >= {params.min_in_shop} AND s.n_odd >= {params.min_share} * s.n
        AND s.n_odd >= {params.min_lift} * s.expected
        AND ({beyond("s.n_odd", "s.expected", "2 * n_cells")}
            OR {beyond("m.n_odd", "m.expected", "2 * n_marks")})
),
users AS (  -- one person's habit is no mark, nor what all buyers of a shop must write
    SELECT t.way, t.mark, count(DISTINCT t.shop_id) AS n_shops, sum(n_odd_here) AS n_odd_all
    FROM (
        SELECT t.way, t.mark, t.shop_id, t.n_unmarked, o.account_id, count(*) AS n_odd_here
        FROM telling AS t JOIN marked AS o USING (way, mark, shop_id)
        WHERE o.is_odd GROUP BY t.way, t.mark, t.shop_id, t.n_unmarked, o.account_id
    ) AS t
    GROUP BY t.way, t.mark
    HAVING count(DISTINCT t.account_id) >= {params.min_orders}
        AND (max(t.n_unmarked) >= {MIN_UNMARKED} OR count(DISTINCT t.shop_id) >= {MIN_SHOPS})
),
told AS (  -- a mark in all the shops that it tells of
    SELECT way, mark, sum(t.n) AS n, sum(t.n_odd) AS n_odd, sum(s.n) AS n_in_shops,
        sum(s.n_odd - t.n_odd) AS n_odd_unmarked
    FROM telling AS t JOIN shop_counts AS s USING (way, shop_id)
    GROUP BY way, mark
),
elsewhere AS (  -- how often people write it whose orders have nothing to do with it
    SELECT t.way, t.mark,
        (sum(m.n) - any_value(t.n) + 1.0) / (any_value(w.n) - any_value(t.n_in_shops) + 2.0) AS rate
    FROM told AS t
    JOIN mark_shops AS m USING (way, mark)
    JOIN (SELECT way, count(*) AS n FROM cases GROUP BY way) AS w ON w.way = t.way
    GROUP BY t.way, t.mark
),
uses AS (
    SELECT way, mark, o.account_id, count(*) AS n_uses
    FROM telling JOIN marked AS o USING (way, mark, shop_id)
    WHERE o.is_odd GROUP BY way, mark, o.account_id
),
seldom AS (
    SELECT way, mark, sum(n_uses) AS n FROM uses WHERE n_uses < {params.strong_each}
    GROUP BY way, mark
),
strengths AS (  -- of a mark, and of it by accounts that hardly use it
    SELECT way, mark, u.n_shops,
        u.n_odd_all >= {params.strong_orders} AND t.n_odd >= {params.strong_share} * t.n AS strong,
        e.rate * t.n_odd_unmarked <= {params.max_habit} * coalesce(seldom.n, 0) AS is_no_habit
    FROM users AS u JOIN told AS t USING (way, mark) JOIN elsewhere AS e USING (way, mark)
    LEFT JOIN seldom USING (way, mark)
),
found AS (
    SELECT o.order_id, o.is_odd, t.way, t.mark, t.n, t.n_odd, t.expected, k.n_shops,
        k.strong AND o.is_odd AND (k.is_no_habit OR u.n_uses >= {params.strong_each}) AS strong
    FROM telling AS t
    JOIN strengths AS k USING (way, mark)
    JOIN marked AS o USING (way, mark, shop_id)
    LEFT JOIN uses AS u USING (way, mark, account_id)
)
SELECT order_id AS subject_id, round(1 - expected / n_odd, 6) AS score, [order_id] AS evidence_ids,
    CASE WHEN strong THEN 'E2' ELSE 'E1' END AS strength,
    CASE WHEN strong THEN 'b' ELSE 'a' END AS element,
    n::BIGINT AS n_marked, n_odd::BIGINT AS n_odd, round(expected, 2) AS expected, n_shops, mark,
    way, is_odd
FROM found
-- Of several marks in one remark, the one that says most.
QUALIFY row_number() OVER (
    PARTITION BY order_id
    ORDER BY strong DESC, is_odd DESC, n_odd - expected DESC, length(mark), mark, way
) = 1
"""


_WAYS = {
    "unfulfilled": Words("没有履约（无包裹、未揽收或空包）", "never fulfilled"),
    "refunded": Words("退了款", "refunded"),
}


def explain(facts: Facts) -> Words:
    """Say how the marked orders fared, and how others do."""
    n, odd, expected, shops = (facts[key] for key in ("n_marked", "n_odd", "expected", "n_shops"))
    mark, way = facts["mark"], _WAYS[facts["way"]]
    return Words(
        f"备注带有标记“{mark}”：本店带此标记的 {n} 笔订单中有 {odd} 笔{way.zh}，"
        f"按本店与同类其他订单应约 {expected:g} 笔；共有 {shops} 家店铺如此。",
        f"The remark bears the mark “{mark}”: of {counted(n, 'order')} of this shop that bear it "
        f"{odd:,} were {way.en}, where its other orders and its category's let expect about "
        f"{expected:g}; so it is in {counted(shops, 'shop')}.",
    )


DETECTOR = Detector(
    name="remark-marker",
    title=Words("备注中的暗号与未履约订单相伴", "a mark in remarks of unfulfilled orders"),
    subject="order",
    family=Family.TEXT,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "orders": ("order_id", "account_id", "shop_id", "placed_at", "remark"),
        "shipments": ("waybill_id", "order_id"),
    },
    uses={
        "items": ("item_id", "category", "net_weight_g"),
        "orders": ("item_id", "quantity", "status", "confirmed_at", "group_id", "is_gift"),
        "refunds": ("order_id",),
        "scans": ("waybill_id", "kind"),
        "shipments": ("weight_g", "sent_at"),
        "shops": ("shop_id", "category"),
    },
    evidence="orders",
    look_alikes={
        "politeness": Words("“谢谢”等客套话", "polite formulas"),
        "special-wish": Words("“不要葱”等口味要求", "wishes such as no onions"),
        "delivery-note": Words("放门口、放驿站等配送备注", "notes on where to leave the parcel"),
        "gift-note": Words("礼物赠言", "words for a gift"),
        "collected-in-person": Words("自提、补差价", "collected in person; a difference paid"),
        "nothing-to-send": Words("本就不发货的店铺", "a shop that never sends anything"),
        "own-habit": Words("一个人的习惯写法", "one person's habit"),
        "still-open": Words("尚未发货的订单", "an order that is still open"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

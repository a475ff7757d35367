"""People of shops buy from each other's shops in circles.

What it finds: Shops whose staff and owners buy in shops whose people buy back, directly or through
    one shop between, more often than chance gives to shops with as many purchases and sales. Or
    shops on a closed circle of two to four, along which each one's people bought ``min_orders``
    times or more from the next, where far more shops are on such circles than chance gives.
Why it is fake: On an exchange (互刷) every member buys from others to earn points that buy orders
    for their own shop. What goes round in circles is no demand: nobody outside takes part.
Look-alikes: Trade inside an industry belt and restaurants of one street (partners of the same
    region do not count). Wholesale along a trade (nor do partners of the same category, nor orders
    of ``bulk_pieces`` or more). Shops of one owner (not partners). Staff who like to shop (each
    shop keeps its number of purchases and sales in the null). Where region or category of the two
    is not known, an honest tie cannot be ruled out and the finding stays weak. Two owners who are
    friends (a circle or two in a market is chance, and a circle alone stays weak).
Score: e / (e + min_partners), where e is the number of partners beyond chance. A partner is a shop
    whose people buy here and that this shop's people reach by one purchase, or in several ways by
    two; what says more is taken. Of a circle, n / (n + 4 × min_orders), where n is the number of
    orders from it. E2 and element b from ``exchange_partners`` on, where region and
    category of so many are known. What goes along as evidence is what people of partners that are
    found themselves bought here.
Check by hand: 1. Draw the purchases among these shops with their dates: do they pair off within
    days? 2. See what was bought: things that the shop could need? 3. Look for deposits or points
    to one collector, and for the address of an exchange in messages.
Cost: One pass over orders for those of shops' people, who are few; the rest over their purchases.
References: domain notes T2 (reciprocity and cycles against a configuration model); Newman 2010,
    Networks, chapter 13; the tail is bounded by Chernoff, corrected for all shops (Bonferroni).
"""

import math
from dataclasses import dataclass

from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted


@dataclass(frozen=True, kw_only=True)
class Params:
    """When buying from each other is too mutual."""

    min_partners: int = bounded(3, at_least=2, doc="Partners of a shop before anything is said.")
    exchange_partners: int = bounded(
        6, at_least=2, doc="Partners from which it looks like an exchange: E2, organised."
    )
    min_lift: float = bounded(
        3.0, at_least=1.0, doc="Smallest number of partners for each one that chance gives."
    )
    max_false: float = bounded(
        0.01,
        at_least=1e-300,
        at_most=1.0,
        doc="Expected findings in a whole market in which chance alone is at work.",
    )
    min_orders: int = bounded(
        5, at_least=2, doc="Orders from each shop of a circle to the next, to be no visit or two."
    )
    min_round: int = bounded(
        6, at_least=3, doc="Shops of the market on such circles before anything is said."
    )
    bulk_pieces: int = bounded(
        5, at_least=2, doc="Pieces in one order from which it is wholesale and does not count."
    )
    max_shops_of_one: int = bounded(
        3, at_least=1, doc="Shops of a person from which they are an agency's, and tie none."
    )


def sql(params: Params) -> str:
    """Return the SELECT of shops with too many partners.

    An edge leads from the shop whose person buys to the shop where they buy. Given how often others
    buy, each of the ``n_in`` shops that buy here lies among the shops reached from here with the
    share that these have of all such purchases.
    """
    return f"""
WITH people AS (
    SELECT account_id, staff_of_shop_id AS shop_id FROM accounts
    WHERE staff_of_shop_id IS NOT NULL
    UNION
    SELECT accounts.account_id, shops.shop_id
    FROM accounts JOIN owners ON owners.legal_rep_token = accounts.identity_token
    JOIN shops ON shops.owner_id = owners.owner_id
    UNION
    SELECT accounts.account_id, shops.shop_id
    FROM accounts JOIN owners ON owners.phone_token = accounts.phone_token
    JOIN shops ON shops.owner_id = owners.owner_id
),
own AS (
    SELECT people.* FROM people
    JOIN (
        SELECT account_id FROM people GROUP BY account_id
        HAVING count(*) <= {params.max_shops_of_one}
    ) AS few ON few.account_id = people.account_id
),
bought AS (
    SELECT
        orders.order_id, own.shop_id AS buyer, orders.shop_id AS seller,
        ours.region IS NULL OR ours.category IS NULL
            OR theirs.region IS NULL OR theirs.category IS NULL AS is_unclear
    FROM own
    JOIN orders ON orders.account_id = own.account_id
    LEFT JOIN shops AS ours ON ours.shop_id = own.shop_id
    LEFT JOIN shops AS theirs ON theirs.shop_id = orders.shop_id
    WHERE own.shop_id <> orders.shop_id
        AND coalesce(orders.quantity, 1) < {params.bulk_pieces} AND orders.group_id IS NULL
        -- Whoever answers for both shops, or shares their place or trade, is no stranger.
        AND coalesce(ours.owner_id <> theirs.owner_id, true)
        AND coalesce(ours.region <> theirs.region, true)
        AND coalesce(ours.category <> theirs.category, true)
),
edges AS (
    SELECT buyer, seller, bool_or(is_unclear) AS is_unclear FROM bought GROUP BY buyer, seller
),
market AS (
    SELECT count(*) AS n_edges, count(DISTINCT buyer) AS n_shops FROM edges
),
out_of AS (
    SELECT buyer AS shop_id, count(*) AS n_out FROM edges GROUP BY buyer
),
taken AS (
    SELECT seller AS shop_id, count(*) AS n_in FROM edges GROUP BY seller
),
candidates AS (
    SELECT out_of.shop_id, out_of.n_out, taken.n_in
    FROM out_of JOIN taken ON taken.shop_id = out_of.shop_id
    WHERE taken.n_in >= {params.min_partners}
),
one_step AS (
    SELECT edges.buyer AS shop_id, edges.seller AS reached, 1 AS steps
    FROM edges JOIN candidates ON candidates.shop_id = edges.buyer
),
two_steps AS (  -- by more than one way, as in a crowd; any stroll leads somewhere
    SELECT one_step.shop_id, edges.seller AS reached, 2 AS steps
    FROM one_step JOIN edges ON edges.buyer = one_step.reached
    WHERE edges.seller <> one_step.shop_id
    GROUP BY one_step.shop_id, edges.seller
    HAVING count(*) >= 2
),
reach AS (SELECT * FROM one_step UNION ALL SELECT * FROM two_steps),
weighed AS (
    SELECT
        reach.shop_id, reach.steps, count(back.buyer) AS n_partners,
        count(CASE WHEN NOT back.is_unclear THEN 1 END) AS n_strangers,
        any_value(candidates.n_in) AS n_in, any_value(candidates.n_out) AS n_out,
        any_value(candidates.n_in) * coalesce(sum(out_of.n_out), 0)::BIGINT
            / (any_value(market.n_edges) - any_value(candidates.n_out) + 0.0) AS expected,
        any_value(market.n_shops) AS n_shops
    FROM reach
    JOIN candidates ON candidates.shop_id = reach.shop_id
    LEFT JOIN out_of ON out_of.shop_id = reach.reached
    LEFT JOIN edges AS back ON back.buyer = reach.reached AND back.seller = reach.shop_id
    CROSS JOIN market
    GROUP BY reach.shop_id, reach.steps
),
notable AS (
    SELECT *, row_number() OVER (
        PARTITION BY shop_id ORDER BY n_partners - expected DESC, steps
    ) AS nth
    FROM weighed
    WHERE n_partners >= {params.min_partners}
        AND n_partners >= {params.min_lift} * expected
        AND n_partners - expected
            + n_partners * ln(greatest(expected, 1e-9) / nullif(n_partners, 0))
            <= {math.log(params.max_false / 2)} - ln(n_shops)
),
partners AS (  -- who are found themselves; a stroller who came by is no party to it
    SELECT notable.shop_id, reach.reached AS partner
    FROM notable
    JOIN reach ON reach.shop_id = notable.shop_id AND reach.steps = notable.steps
    JOIN edges ON edges.buyer = reach.reached AND edges.seller = notable.shop_id
    WHERE notable.nth = 1 AND reach.reached IN (SELECT shop_id FROM notable)
),
evidence AS (
    SELECT partners.shop_id, list(DISTINCT bought.order_id ORDER BY bought.order_id) AS evidence_ids
    FROM partners
    JOIN bought ON bought.seller = partners.shop_id AND bought.buyer = partners.partner
    GROUP BY partners.shop_id
),
{_circles_sql(params)}
SELECT
    notable.shop_id AS subject_id,
    round((n_partners - expected) / (n_partners - expected + {params.min_partners}), 6) AS score,
    evidence.evidence_ids,
    CASE WHEN n_strangers >= {params.exchange_partners} THEN 'E2' ELSE 'E1' END AS strength,
    CASE WHEN n_strangers >= {params.exchange_partners} THEN 'b' ELSE 'a' END AS element,
    n_partners, n_in, n_out, steps, round(expected, 4) AS expected_partners,
    NULL::BIGINT AS n_orders, NULL::BIGINT AS n_round, NULL::DOUBLE AS expected_round
FROM notable JOIN evidence ON evidence.shop_id = notable.shop_id
WHERE nth = 1
UNION ALL
SELECT
    shop_id, round(n_orders / (n_orders + {4.0 * params.min_orders}), 6), evidence_ids, 'E1', 'a',
    NULL, NULL, NULL, steps - 1, NULL, n_orders, n_round, round(expected, 4)
FROM rounds
WHERE shop_id NOT IN (
    SELECT notable.shop_id FROM notable JOIN evidence ON evidence.shop_id = notable.shop_id
    WHERE nth = 1
)
"""


def _circles_sql(params: Params) -> str:
    """Rounds: shops on short closed circles of people who buy again and again from the next shop.

    By the configuration model, sum(in × out) / edges is how many steps go on from one step, and its
    powers are how many shops lie on circles of as many steps by chance.
    """
    steps = {
        2: "b.seller = a.buyer",
        3: "b.seller <> a.buyer AND c.seller = a.buyer",
        4: "b.seller <> a.buyer AND c.seller NOT IN (a.buyer, b.buyer) AND d.seller = a.buyer",
    }
    joins = [
        "JOIN often AS b ON b.buyer = a.seller",
        "JOIN often AS c ON c.buyer = b.seller",
        "JOIN often AS d ON d.buyer = c.seller",
    ]
    closed = " UNION ALL ".join(
        f"SELECT a.buyer AS shop_id, {n} AS steps FROM often AS a {' '.join(joins[: n - 1])}"
        f" WHERE {closes}"
        for n, closes in steps.items()
    )
    return f"""
often AS (
    SELECT buyer, seller, count(*) AS n FROM bought
    GROUP BY buyer, seller HAVING count(DISTINCT order_id) >= {params.min_orders}
),
goes_on AS (
    SELECT coalesce(sum(o.n * i.n), 0) / greatest((SELECT count(*) FROM often), 1) AS rate
    FROM (SELECT buyer AS shop_id, count(*) AS n FROM often GROUP BY buyer) AS o
    JOIN (SELECT seller AS shop_id, count(*) AS n FROM often GROUP BY seller) AS i
        ON i.shop_id = o.shop_id
),
circles AS (SELECT shop_id, min(steps) AS steps FROM ({closed}) GROUP BY shop_id),
many AS (
    SELECT n_round, expected FROM (
        SELECT (SELECT count(*) FROM circles) AS n_round,
            power(rate, 2) + power(rate, 3) + power(rate, 4) AS expected
        FROM goes_on
    )
    WHERE n_round >= {params.min_round} AND n_round >= {params.min_lift} * expected
),
rounds AS (
    SELECT
        circles.shop_id, any_value(circles.steps)::BIGINT AS steps,
        any_value(many.n_round) AS n_round, any_value(many.expected) AS expected,
        count(DISTINCT bought.order_id) AS n_orders,
        list(DISTINCT bought.order_id ORDER BY bought.order_id) AS evidence_ids
    FROM circles
    CROSS JOIN many
    JOIN often ON often.seller = circles.shop_id
    JOIN bought ON bought.seller = often.seller AND bought.buyer = often.buyer
    WHERE often.buyer IN (SELECT shop_id FROM circles)
    GROUP BY circles.shop_id
)"""


def explain(facts: Facts) -> Words:
    """Say how many shops buy back, and how many would by chance."""
    if facts["n_orders"] is not None:
        return _explain_circle(facts)
    n_partners, n_in, n_out = facts["n_partners"], facts["n_in"], facts["n_out"]
    expected, steps = facts["expected_partners"], facts["steps"]
    return Words(
        f"本店人员在 {n_out} 家无关店铺购买，{n_in} 家无关店铺的人员来本店购买，"
        f"其中 {n_partners} 家在 {steps + 1} 步内与本店循环购买"
        f"（随机只应有约 {expected:.2f} 家）。",
        f"People of this shop buy in {counted(n_out, 'unrelated shop')}, people of "
        f"{counted(n_in, 'unrelated shop')} buy here, and with {n_partners:,} of these the "
        f"purchases go round in {counted(steps + 1, 'step')} (chance gives about "
        f"{expected:.2f}).",
    )


def _explain_circle(facts: Facts) -> Words:
    n_orders, n_round, steps = facts["n_orders"], facts["n_round"], facts["steps"] + 1
    expected = facts["expected_round"]
    return Words(
        f"无关店铺的人员在本店买了 {n_orders} 单，购买关系经 {steps} 步回到本店；全平台有 "
        f"{n_round} 家店铺处在这样的闭环上（随机只应有约 {expected:.2f} 家）。",
        f"People of unrelated shops placed {counted(n_orders, 'order')} here, and such purchases "
        f"lead back here in {counted(steps, 'step')}; {counted(n_round, 'shop')} of the market "
        f"are on such circles (chance gives about {expected:.2f}).",
    )


DETECTOR = Detector(
    name="reciprocal-shops",
    title=Words("店铺人员互相循环购买", "people of shops buy from each other in circles"),
    subject="shop",
    family=Family.GRAPH,
    strength=Strength.E2,
    element=Element.ORGANISED,
    needs={
        "orders": ("order_id", "account_id", "shop_id"),
        "accounts": ("account_id", "staff_of_shop_id"),
    },
    uses={
        "accounts": ("identity_token", "phone_token"),
        "owners": ("owner_id", "legal_rep_token", "phone_token"),
        "shops": ("shop_id", "owner_id", "region", "category"),
        "orders": ("quantity", "group_id"),
    },
    evidence="orders",
    look_alikes={
        "industry-belt": Words("产业带内互相采购", "trade inside an industry belt"),
        "wholesale": Words("批发进货", "wholesale along a trade"),
        "one-street": Words("同街餐馆互相光顾", "restaurants of one street"),
        "one-owner": Words("同一店主的多家店", "several shops of one owner"),
        "friends": Words("相熟店主之间的往来", "owners who are friends"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

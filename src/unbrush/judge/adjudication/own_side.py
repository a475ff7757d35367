"""Tests for the shop's own side: its money, its parcels, its people, and hands that did both."""

from unbrush.base.words import Words
from unbrush.judge.adjudication.tests import NO_SHOPS, Test, ids_sql

FEWEST_HANDS = 3
"""Accounts that were paid by the shop and undid orders, too, before it was staged."""


def _own_money_sql(id_type: str, min_rows: int) -> str:
    return f"""
        SELECT p.shop_id, any_value(p.n_c) AS n, any_value(p.n) AS n_of,
               any_value(p.n_c) >= {min_rows} AS holds,
               {ids_sql("w.id")} AS row_ids, {NO_SHOPS} AS shops
        FROM _parties p JOIN _atoms a ON a.shop_id = p.shop_id AND a.is_neutralised
        JOIN _witnesses w ON w.kind = a.kind AND w.id = a.id AND w.element = 'c'
        WHERE p.has_a GROUP BY p.shop_id"""


def _own_parcels_sql(id_type: str, min_rows: int) -> str:
    return f"""
        SELECT p.shop_id, any_value(p.n_shipped_for_hire) AS n, any_value(p.n_orders) AS n_of,
               bool_or(p.is_sent_empty) AS holds,
               {ids_sql("w.id")} AS row_ids, {NO_SHOPS} AS shops
        FROM _parties p JOIN _atoms a ON a.shop_id = p.shop_id AND a.is_neutralised
        JOIN _witnesses w ON w.kind = a.kind AND w.id = a.id AND w.family = 'logistics'
            AND w.strength = 'E3'
        WHERE p.has_a AND a.kind = 'order' GROUP BY p.shop_id"""


def _own_people_sql(id_type: str, min_rows: int) -> str:
    """Orders by the owner's own phone or papers. Declared staff buy openly, and are spared."""
    return f"""
        WITH own AS (
            SELECT q.shop_id, q.id FROM _questioned q
            JOIN accounts c ON CAST(c.account_id AS {id_type}) = q.account_id
            JOIN _houses h ON h.shop_id = q.shop_id
            JOIN _sides s ON s.house = h.house AND s.token IN (c.phone_token, c.identity_token))
        SELECT shop_id, count(DISTINCT id) AS n, any_value(n_all) AS n_of, n >= {min_rows} AS holds,
               {ids_sql("id")} AS row_ids, {NO_SHOPS} AS shops
        FROM own JOIN (SELECT shop_id, count(*) AS n_all FROM _questioned GROUP BY shop_id) of
            USING (shop_id)
        GROUP BY shop_id"""


def _same_hands_sql(id_type: str, min_rows: int) -> str:
    """Accounts that the shop's own money paid, and that undid other orders there: it is staged."""
    return f"""
        WITH paid AS (
            SELECT DISTINCT a.shop_id, a.account_id FROM _atoms a
            JOIN _witnesses w ON w.kind = a.kind AND w.id = a.id AND w.element = 'c'
            WHERE a.is_neutralised AND a.account_id IS NOT NULL),
        hands AS (
            SELECT q.shop_id, q.account_id, q.id, q.is_undone, p.account_id IS NOT NULL AS is_paid
            FROM _questioned q LEFT JOIN paid p
                ON p.shop_id = q.shop_id AND p.account_id = q.account_id)
        SELECT shop_id, count(DISTINCT account_id) FILTER (WHERE is_undone AND is_paid) AS n,
               count(DISTINCT account_id) FILTER (WHERE is_undone) AS n_of,
               n >= {FEWEST_HANDS} AND 2 * n >= n_of AS holds,
               {ids_sql("id", "is_undone AND is_paid")} AS row_ids, {NO_SHOPS} AS shops
        FROM hands GROUP BY shop_id HAVING n_of > 0"""


OWN_SIDE = (
    Test(
        name="own-money",
        speaks_for="beneficiary",
        weight=4.0,
        needs={"transfers": ("from_token", "to_token")},
        rows="orders",
        words=Words(
            "店铺或店主自己的钱付给了下单者", "the shop's own purse paid for them or paid them back"
        ),
        sql=_own_money_sql,
    ),
    Test(
        name="own-parcels",
        speaks_for="beneficiary",
        weight=3.0,
        needs={"shipments": ("order_id", "weight_g")},
        rows="orders",
        words=Words(
            "店铺为受雇下的订单寄出了不可能装下商品的包裹",
            "for hired orders the shop sent parcels that cannot hold the goods",
        ),
        sql=_own_parcels_sql,
    ),
    Test(
        name="own-people",
        speaks_for="beneficiary",
        weight=2.0,
        needs={"accounts": ("phone_token",), "owners": ("phone_token",)},
        rows="orders",
        words=Words("下单者就是店主本人", "the owner placed them"),
        sql=_own_people_sql,
    ),
    Test(
        name="same-hands",
        speaks_for="beneficiary",
        weight=2.0,
        needs={"orders": ("status",), "transfers": ("from_token", "to_token")},
        rows="orders",
        words=Words(
            "撤销订单的账号另有由店铺付款的订单",
            "who undid orders has others that the shop's own money paid for",
        ),
        sql=_same_hands_sql,
    ),
)
"""Tests that only the shop's own doing passes."""

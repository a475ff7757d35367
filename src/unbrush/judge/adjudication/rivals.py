"""Tests for somebody else's side: another house's money or people behind the orders in question.

A house that pays those who placed them is not yet a rival who bought an attack. It may pay them for
what they do in its own shops; be an agency that serves many; be the same people under another name;
sell something else, as a wholesaler or an employer does. `_payments` keeps what tells these apart.
"""

from unbrush.base.clock import DAY_MS
from unbrush.base.engine import Engine
from unbrush.base.words import Words
from unbrush.judge.adjudication.tests import NO_SHOPS, Test, ids_sql

BEFORE_MS = 60 * DAY_MS
"""How long before an order the money for it may come."""

AFTER_MS = 30 * DAY_MS
"""How long after an order it may be paid back."""

OWN_BUSINESS = 5
"""Orders in question for each one in the payer's own shops, from which those do not explain it."""

MOST_SERVED = 1
"""Other houses that a rival's payees may serve as much; more, and the payer is an agency."""

FOCUS = 0.5
"""Share of a house's payees that placed the orders in question: wages go to everybody."""

FEWEST_PAYEES = 3
"""Accounts from which payments do not only show where one person works."""

ATTACK_ROWS = 10
"""Orders in question of fewer accounts from which undoing them can only have been meant to harm."""

ATTACK_UNDONE = 0.8
"""Share of all their orders there that such accounts undid: nobody is hired to do that."""


def follow_payments(engine: Engine, id_type: str, min_rows: int) -> None:
    """Leave `_paid_orders`, `_payees` and `_payments` in ``engine``.

    `_paid_orders`: shop_id, payer_house, id, account_id, of orders in question for which another
    house's side paid whoever placed or paid them, in time. `_payments`, one row per shop and such
    house: n_orders, n_accounts, n_own (orders of all its payees in the house's own shops),
    n_served (other houses whose shops these buy from as much), focus, undone_share, is_same_trade,
    is_kin (the houses share a token: one family, two names), is_rivals, whether all this leaves
    nothing but an attack.
    """
    engine.create("_paid_orders", _paid_orders_sql(id_type))
    engine.create("_payees", _payees_sql(id_type))
    engine.create("_payments", _payments_sql(id_type, min_rows))


def _paid_orders_sql(id_type: str) -> str:
    return f"""
        WITH moved AS (
            SELECT s.house AS payer_house, t.to_token, t.at AS moved_at
            FROM transfers t JOIN _sides s ON s.token = t.from_token
            WHERE t.amount_minor > 0 AND t.to_token IN (SELECT token FROM _wallets)),
        paid AS (
            SELECT m.payer_house, w.account_id, m.moved_at
            FROM moved m JOIN (SELECT DISTINCT token, account_id FROM _wallets) w
                ON w.token = m.to_token)
        SELECT DISTINCT q.shop_id, p.payer_house, q.id, q.account_id
        FROM _questioned q JOIN paid p ON p.account_id = q.account_id
            AND p.moved_at BETWEEN q.placed_at - {BEFORE_MS} AND q.placed_at + {AFTER_MS}
        JOIN _houses h ON h.shop_id = q.shop_id AND h.house <> p.payer_house"""


def _payees_sql(id_type: str) -> str:
    """Everybody who pays by a token that such a house pays, whatever is said of them."""
    return f"""
        WITH tokens AS (
            SELECT DISTINCT s.house, t.to_token AS token
            FROM transfers t JOIN _sides s ON s.token = t.from_token
            WHERE s.house IN (SELECT payer_house FROM _paid_orders) AND t.amount_minor > 0)
        SELECT DISTINCT k.house, k.token, CAST(o.account_id AS {id_type}) AS account_id
        FROM tokens k JOIN orders o ON o.payer_token = k.token
        UNION
        SELECT k.house, k.token, CAST(l.account_id AS {id_type})
        FROM tokens k JOIN account_links l ON l.token = k.token AND l.kind IN ('card', 'phone')"""


def _payments_sql(id_type: str, min_rows: int) -> str:
    """What spares a payer is counted over all its payees, so that no finding can take it away."""
    return f"""
        WITH pairs AS (
            SELECT shop_id, payer_house, count(*) AS n_orders,
                   count(DISTINCT account_id) AS n_accounts
            FROM _paid_orders GROUP BY shop_id, payer_house),
        people AS (SELECT DISTINCT house, account_id FROM _payees),
        bought AS (
            SELECT p.house AS payer_house, h.house, count(*) AS n,
                   count(DISTINCT p.account_id) AS n_accounts
            FROM people p JOIN orders o ON CAST(o.account_id AS {id_type}) = p.account_id
            JOIN _houses h ON h.shop_id = CAST(o.shop_id AS {id_type})
            GROUP BY ALL),
        served AS (
            SELECT p.shop_id, p.payer_house, count(*) AS n
            FROM pairs p JOIN bought b USING (payer_house)
            JOIN _houses v ON v.shop_id = p.shop_id
            WHERE b.house NOT IN (p.payer_house, v.house) AND 2 * b.n >= p.n_orders
                AND 2 * b.n_accounts >= p.n_accounts
            GROUP BY ALL),
        focused AS (
            SELECT y.house AS payer_house, o.shop_id,
                   count(DISTINCT y.token) AS n
            FROM _payees y JOIN _paid_orders o
                ON o.payer_house = y.house AND o.account_id = y.account_id
            GROUP BY ALL),
        wallets AS (
            SELECT house AS payer_house, count(DISTINCT token) AS n FROM _payees GROUP BY house),
        harm AS (
            SELECT p.house AS payer_house, f.shop_id,
                   count(*) FILTER (WHERE f.is_undone) / count(*) AS undone_share
            FROM people p JOIN _fates f USING (account_id) GROUP BY ALL),
        kin AS (
            SELECT DISTINCT a.house, b.house AS other
            FROM _sides a JOIN _sides b ON a.token = b.token AND a.house <> b.house),
        measured AS (
            SELECT p.*, coalesce(b.n, 0) AS n_own, coalesce(s.n, 0) AS n_served,
                   coalesce(c.n / w.n, 0) AS focus, coalesce(h.undone_share, 0) AS undone_share,
                   p.payer_house IN (SELECT r.house FROM _houses r
                                     WHERE r.category = v.category) AS is_same_trade,
                   k.house IS NOT NULL AS is_kin
            FROM pairs p JOIN _houses v ON v.shop_id = p.shop_id
            LEFT JOIN bought b ON b.payer_house = p.payer_house AND b.house = p.payer_house
            LEFT JOIN served s ON s.shop_id = p.shop_id AND s.payer_house = p.payer_house
            LEFT JOIN focused c ON c.shop_id = p.shop_id AND c.payer_house = p.payer_house
            LEFT JOIN wallets w ON w.payer_house = p.payer_house
            LEFT JOIN harm h ON h.shop_id = p.shop_id AND h.payer_house = p.payer_house
            LEFT JOIN kin k ON k.house = v.house AND k.other = p.payer_house)
        SELECT *, n_orders >= {min_rows} AND is_same_trade AND NOT is_kin
                AND n_orders >= {OWN_BUSINESS} * n_own AND n_served <= {MOST_SERVED}
                AND focus >= {FOCUS}
                AND (n_accounts >= {FEWEST_PAYEES}
                     OR (n_orders >= {ATTACK_ROWS} AND undone_share >= {ATTACK_UNDONE}))
                AS is_rivals
        FROM measured"""


def _rivals_money_sql(id_type: str, min_rows: int) -> str:
    return f"""
        SELECT p.shop_id, count(DISTINCT o.id) AS n, any_value(n_all) AS n_of,
               bool_or(p.is_rivals) AS holds, {ids_sql("o.id")} AS row_ids,
               coalesce(list_sort(list(DISTINCT CAST(h.shop_id AS VARCHAR))
                   FILTER (WHERE p.is_rivals AND h.category = v.category)), {NO_SHOPS}) AS shops
        FROM _payments p JOIN _paid_orders o USING (shop_id, payer_house)
        JOIN _houses h ON h.house = p.payer_house JOIN _houses v ON v.shop_id = p.shop_id
        JOIN (SELECT shop_id, count(*) AS n_all FROM _questioned GROUP BY shop_id) of
            ON of.shop_id = p.shop_id
        GROUP BY p.shop_id"""


def _rivals_people_sql(id_type: str, min_rows: int) -> str:
    """Declared staff of another house in the same trade, or its owner's own phone or papers."""
    return f"""
        WITH who AS (
            SELECT CAST(account_id AS {id_type}) AS account_id, h.house
            FROM accounts a JOIN _houses h ON h.shop_id = CAST(a.staff_of_shop_id AS {id_type})
            UNION
            SELECT CAST(account_id AS {id_type}), s.house
            FROM accounts a JOIN _sides s ON s.token IN (a.phone_token, a.identity_token)),
        found AS (
            SELECT q.shop_id, q.id, who.house, r.shop_id AS rival
            FROM _questioned q JOIN who USING (account_id)
            JOIN _houses v ON v.shop_id = q.shop_id AND v.house <> who.house
            JOIN _houses r ON r.house = who.house AND r.category = v.category),
        enough AS (
            SELECT shop_id, house FROM found GROUP BY shop_id, house
            HAVING count(DISTINCT id) >= {min_rows})
        SELECT f.shop_id, count(DISTINCT f.id) AS n, any_value(n_all) AS n_of,
               count(e.house) > 0 AS holds, {ids_sql("f.id")} AS row_ids,
               coalesce(list_sort(list(DISTINCT CAST(f.rival AS VARCHAR))
                   FILTER (WHERE e.house IS NOT NULL)), {NO_SHOPS}) AS shops
        FROM found f LEFT JOIN enough e ON e.shop_id = f.shop_id AND e.house = f.house
        JOIN (SELECT shop_id, count(*) AS n_all FROM _questioned GROUP BY shop_id) of
            ON of.shop_id = f.shop_id
        GROUP BY f.shop_id"""


RIVALS = (
    Test(
        name="rivals-money",
        speaks_for="victim",
        weight=4.0,
        needs={
            "transfers": ("from_token", "to_token"),
            "owners": ("bank_token",),
            "shops": ("owner_id", "category"),
        },
        rows="orders",
        words=Words(
            "同行另一家店铺的钱付给了下单者",
            "the money of another shop in the same trade went to whoever placed them",
        ),
        sql=_rivals_money_sql,
    ),
    Test(
        name="rivals-people",
        speaks_for="victim",
        weight=2.0,
        needs={"accounts": ("staff_of_shop_id",), "shops": ("owner_id", "category")},
        rows="orders",
        words=Words(
            "下单者是同行另一家店铺的员工或店主",
            "staff or the owner of another shop in the same trade placed them",
        ),
        sql=_rivals_people_sql,
    ),
)
"""Tests that point to another house."""

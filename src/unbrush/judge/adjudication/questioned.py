"""What is in question: the orders of a shop that were left out, who placed and who paid for them.

And whose money and people are whose: a house is all shops of one owner, its side the tokens that it
is paid through or answers for, and the accounts of its declared staff.
"""

from unbrush.base.engine import Engine

MOST_OWNERS = 6
"""Owners from which a token is an agency's, and no house's own purse."""

UNDONE = 0.9
"""Share of the price from which a refund undoes an order."""


def lay_out(engine: Engine, id_type: str) -> None:
    """Leave `_fates`, `_questioned`, `_houses`, `_sides` and `_wallets` in ``engine``.

    `_houses`: shop_id, house, category. `_sides`: house, token, which few enough houses share.
    `_fates`: id, account_id, shop_id, placed_at, paid_minor, payer_token, is_undone of all orders
    of shops with enough rows left out, and is_questioned. `_questioned`: those that are.
    `_wallets`: token, account_id, of who placed them.

    Args:
        engine: Holds the event tables, `_atoms` and `_parties`.
        id_type: SQL type of subjects' ids.
    """
    engine.create(
        "_houses",
        f"""SELECT CAST(shop_id AS {id_type}) AS shop_id, category,
                   CASE WHEN owner_id IS NULL THEN concat('shop ', shop_id)
                        ELSE concat('owner ', owner_id) END AS house
            FROM shops""",
    )
    engine.create("_sides", _sides_sql(id_type))
    engine.create("_fates", _fates_sql(id_type))
    engine.create("_questioned", "SELECT * FROM _fates WHERE is_questioned")
    engine.create(
        "_wallets",
        f"""WITH people AS (SELECT DISTINCT account_id FROM _questioned)
            SELECT DISTINCT payer_token AS token, account_id FROM _questioned
            WHERE payer_token IS NOT NULL
            UNION
            SELECT l.token, p.account_id
            FROM account_links l JOIN people p ON p.account_id = CAST(l.account_id AS {id_type})
            WHERE l.kind IN ('card', 'phone') AND l.token IS NOT NULL""",
    )


def _sides_sql(id_type: str) -> str:
    return f"""
        WITH named AS (
            SELECT h.house, p.bank_token AS token
            FROM payouts p JOIN _houses h ON h.shop_id = CAST(p.shop_id AS {id_type})
            UNION
            SELECT concat('owner ', owner_id),
                   unnest([bank_token, phone_token, legal_rep_token, address_token])
            FROM owners),
        few AS (
            SELECT token FROM named WHERE token IS NOT NULL
            GROUP BY token HAVING count(*) <= {MOST_OWNERS})
        SELECT house, token FROM named JOIN few USING (token)"""


def _fates_sql(id_type: str) -> str:
    return f"""
        WITH paid_back AS (
            SELECT CAST(order_id AS {id_type}) AS id, CAST(sum(amount_minor) AS BIGINT) AS minor
            FROM refunds GROUP BY order_id)
        SELECT CAST(o.order_id AS {id_type}) AS id, CAST(o.account_id AS {id_type}) AS account_id,
               p.shop_id, o.placed_at, coalesce(o.paid_minor, 0) AS paid_minor, o.payer_token,
               coalesce(o.status, '') IN ('cancelled', 'refunded')
                   OR coalesce(o.paid_minor > 0 AND b.minor >= {UNDONE} * o.paid_minor, false)
                   AS is_undone,
               coalesce(a.is_neutralised, false) AS is_questioned
        FROM orders o
        JOIN _parties p ON p.shop_id = CAST(o.shop_id AS {id_type}) AND p.has_a
        LEFT JOIN _atoms a ON a.kind = 'order' AND a.id = CAST(o.order_id AS {id_type})
        LEFT JOIN paid_back b ON b.id = CAST(o.order_id AS {id_type})"""

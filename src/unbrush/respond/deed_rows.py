"""The SELECTs that read what a hand did from the event tables, one per deed.

Every one gives place, hand and ring_id (null where a deed is not about a ring), the columns that a
reader is shown, and ``is_removed`` where the row is about an order.
"""

import json
from collections.abc import Callable, Mapping

import pyarrow as pa

from unbrush.base.engine import Engine


def make_deeds(engine: Engine, kind: str) -> None:
    """Leave one table for each of `deeds.DEEDS`, `_deed_<name>`.

    Args:
        engine: Holds what `hands.gather` leaves, `signals` and the event tables.
        kind: SQL type of ids in the output.
    """
    _name_returns(engine)
    for name, sql in _SQL.items():
        engine.create(f"_deed_{name}", sql(kind))
    engine.drop("_returned")


def forget_deeds(engine: Engine) -> None:
    """Drop what `make_deeds` left."""
    for name in _SQL:
        engine.drop(f"_deed_{name}")


def _name_returns(engine: Engine) -> None:
    """Leave `_returned` (order_id, transfer_id): which money findings say came back."""
    found = engine.query(
        """SELECT CAST(s.subject_id AS VARCHAR) AS order_id, s.facts FROM signals s
        WHERE s.subject_kind = 'order' AND s.family = 'money'
            AND s.subject_id IN (SELECT event_id FROM _org_acts)
        ORDER BY s.signal_id"""
    ).to_pylist()
    pairs = [
        {"order_id": row["order_id"], "transfer_id": str(transfer)}
        for row in found
        for transfer in json.loads(row["facts"] or "{}").get("transfer_ids", ())
    ]
    schema = pa.schema([("order_id", pa.string()), ("transfer_id", pa.string())])
    engine.put("_returned", pa.Table.from_pylist(pairs, schema=schema))


def _paid_back_sql(kind: str) -> str:
    return """
        SELECT DISTINCT h.place, h.hand, a.ring_id, a.event_id AS order_id, a.account_id,
            a.shop_id, a.event_at AS placed_at, a.paid_minor, t.transfer_id, t.amount_minor, t.at,
            a.is_removed
        FROM _hands h JOIN transfers t ON t.from_token = h.token
        JOIN _returned r ON r.transfer_id = CAST(t.transfer_id AS VARCHAR)
        JOIN _org_acts a ON a.place = h.place AND CAST(a.event_id AS VARCHAR) = r.order_id"""


def _paid_for_sql(kind: str) -> str:
    return f"""
        SELECT h.place, h.hand, a.ring_id, a.event_id AS order_id, a.account_id, a.shop_id,
            a.event_at AS placed_at, a.paid_minor, a.is_removed
        FROM _hands h JOIN orders o ON o.payer_token = h.token
        JOIN _org_acts a ON a.place = h.place AND a.event_id = CAST(o.order_id AS {kind})"""


def _paid_by_shops_sql(kind: str) -> str:
    """Money from a shop's or its owner's account, as far as it is this shop's alone."""
    return f"""
        WITH purses AS (
            SELECT CAST(shop_id AS {kind}) AS shop_id, bank_token AS token FROM payouts
            UNION SELECT CAST(s.shop_id AS {kind}), w.bank_token
            FROM shops s JOIN owners w ON w.owner_id = s.owner_id),
        own AS (
            SELECT min(shop_id) AS shop_id, token FROM purses WHERE token IS NOT NULL
            GROUP BY token HAVING count(*) = 1)
        SELECT DISTINCT h.place, h.hand, NULL AS ring_id, own.shop_id, t.transfer_id,
            t.amount_minor, t.at, false AS is_removed
        FROM _hands h JOIN transfers t ON t.to_token = h.token
        JOIN own ON own.token = t.from_token
        JOIN _org_shops s ON s.place = h.place AND s.shop_id = own.shop_id"""


def _sent_sql(kind: str) -> str:
    return f"""
        SELECT h.place, h.hand, a.ring_id, p.waybill_id, p.sent_at, p.weight_g,
            p.origin_region, p.destination_region, a.event_id AS order_id, a.account_id, a.shop_id,
            a.is_removed
        FROM _hands h JOIN shipments p ON p.shipper_token = h.token
        JOIN _org_acts a ON a.place = h.place AND a.event_id = CAST(p.order_id AS {kind})"""


def _filled_sql(kind: str) -> str:
    """Money to the wallets that the rings' accounts pay with, but for what came back for orders."""
    return f"""
        WITH wallets AS (
            SELECT CAST(account_id AS {kind}) AS account_id, payer_token AS token FROM orders
            UNION SELECT CAST(account_id AS {kind}), token FROM account_links
            WHERE kind IN ('card', 'phone')
            UNION SELECT CAST(account_id AS {kind}), phone_token FROM accounts),
        own AS (
            SELECT a.place, w.token, min(a.ring_id) AS ring_id
            FROM wallets w JOIN _org_accounts a ON a.account_id = w.account_id
            WHERE w.token IS NOT NULL GROUP BY a.place, w.token)
        SELECT h.place, h.hand, own.ring_id, t.transfer_id, t.to_token, t.amount_minor, t.at,
            false AS is_removed
        FROM _hands h JOIN transfers t ON t.from_token = h.token
        JOIN own ON own.place = h.place AND own.token = t.to_token
        WHERE NOT EXISTS (
            SELECT 1 FROM _deed_paid_back b
            WHERE b.place = h.place AND b.hand = h.hand AND b.transfer_id = t.transfer_id)"""


def _invited_sql(kind: str) -> str:
    return f"""
        WITH RECURSIVE invited AS (
            SELECT CAST(account_id AS {kind}) AS account_id, CAST(invited_by AS {kind}) AS inviter,
                registered_at, region
            FROM accounts WHERE invited_by IS NOT NULL),
        below AS (
            SELECT h.place, h.hand, i.account_id FROM _hands h JOIN invited i
                ON h.subject_kind = 'account' AND i.inviter = h.subject_id
            UNION
            (SELECT b.place, b.hand, i.account_id FROM below b JOIN invited i
                ON i.inviter = b.account_id))
        SELECT b.place, b.hand, min(a.ring_id) AS ring_id, i.account_id, i.registered_at, i.region,
            i.inviter AS invited_by, false AS is_removed
        FROM below b JOIN invited i ON i.account_id = b.account_id
        JOIN _org_accounts a ON a.place = b.place AND a.account_id = b.account_id
        GROUP BY ALL"""


def _posted_sql(kind: str) -> str:
    return """
        SELECT h.place, h.hand, NULL AS ring_id, p.post_id, p.captured_at, p.channel, p.text,
            p.shop_id, false AS is_removed
        FROM _hands h JOIN posts p ON p.author_token = h.token"""


# In this order: what was paid for orders is no longer told as money to wallets.
_SQL: Mapping[str, Callable[[str], str]] = {
    "paid_back": _paid_back_sql,
    "filled": _filled_sql,
    "paid_for": _paid_for_sql,
    "paid_by_shops": _paid_by_shops_sql,
    "sent": _sent_sql,
    "invited": _invited_sql,
    "posted": _posted_sql,
}

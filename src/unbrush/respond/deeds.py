"""What a hand behind an organiser's rings did, read from the event tables, one SELECT per deed.

Every SELECT gives place, hand and ring_id (null where a deed is not about a ring), the columns that
a reader is shown, and ``is_removed`` where the row is about an order.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.base.words import Words, counted
from unbrush.respond import figures
from unbrush.respond.figures import Money

Numbers = Mapping[str, Any]
"""n_rows, n_orders, n_accounts, n_shops, n_things and minor of one hand's deed."""


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One kind of deed.

    Attributes:
        name: What it is called in the code and in the drawing.
        words: What it is, in a word or two.
        carries: What flows: money, parcels or words; decides how its arrow is drawn.
        thing: The column that counts the deeds; one thing may stand in several rows.
        minor: The column with the money of one thing, empty if there is none.
        columns: The columns shown, as (event table, column).
        found_by: How the remaining rows are found: (event table, its column).
        sentence: The claim, given who does it, the numbers and how amounts are written.
        brief: The same for the picture, without who does it.
    """

    name: str
    words: Words
    carries: str
    thing: str
    minor: str = ""
    columns: tuple[tuple[str, str], ...]
    found_by: tuple[str, str]
    sentence: Callable[[Words, Numbers, Money], Words]
    brief: Callable[[Numbers, Money], Words]


_ORDER = tuple(
    ("orders", column)
    for column in ("order_id", "account_id", "shop_id", "placed_at", "paid_minor")
)
_TRANSFER = tuple(("transfers", column) for column in ("transfer_id", "amount_minor", "at"))


def make_deeds(engine: Engine, kind: str) -> None:
    """Leave one table for each of `DEEDS`, `_deed_<name>`.

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


def _invited_sql(kind: str) -> str:
    return f"""
        SELECT h.place, h.hand, min(a.ring_id) AS ring_id,
            CAST(c.account_id AS {kind}) AS account_id, c.registered_at, c.region,
            false AS is_removed
        FROM _hands h JOIN accounts c
            ON h.subject_kind = 'account' AND CAST(c.invited_by AS {kind}) = h.subject_id
        JOIN _org_accounts a
            ON a.place = h.place AND a.account_id = CAST(c.account_id AS {kind})
        GROUP BY ALL"""


def _posted_sql(kind: str) -> str:
    return """
        SELECT h.place, h.hand, NULL AS ring_id, p.post_id, p.captured_at, p.channel, p.text,
            p.shop_id, false AS is_removed
        FROM _hands h JOIN posts p ON p.author_token = h.token"""


_SQL: Mapping[str, Callable[[str], str]] = {
    "paid_back": _paid_back_sql,
    "paid_for": _paid_for_sql,
    "paid_by_shops": _paid_by_shops_sql,
    "sent": _sent_sql,
    "invited": _invited_sql,
    "posted": _posted_sql,
}


def _paid_back(who: Words, n: Numbers, money: Money) -> Words:
    return Words(
        f"{who.zh}返还了 {n['n_shops']:,} 家店铺 {n['n_orders']:,} 笔订单的货款，付给 "
        f"{n['n_accounts']:,} 个账号：{n['n_things']:,} 次转账，共 {money.whole(n['minor'])}。",
        f"{who.en} paid back {counted(n['n_orders'], 'order')} of {counted(n['n_shops'], 'shop')} "
        f"to {counted(n['n_accounts'], 'account')}: {counted(n['n_things'], 'transfer')}, "
        f"{money.whole(n['minor'])} in all.",
    )


def _paid_for(who: Words, n: Numbers, money: Money) -> Words:
    return Words(
        f"{who.zh}替 {n['n_accounts']:,} 个账号支付了 {n['n_shops']:,} 家店铺的 "
        f"{n['n_orders']:,} 笔订单，共 {money.whole(n['minor'])}。",
        f"{who.en} paid for {counted(n['n_orders'], 'order')} of "
        f"{counted(n['n_accounts'], 'account')} in {counted(n['n_shops'], 'shop')}: "
        f"{money.whole(n['minor'])}.",
    )


def _paid_by_shops(who: Words, n: Numbers, money: Money) -> Words:
    return Words(
        f"{who.zh}收到 {n['n_shops']:,} 家店铺自己的账户转来的 {n['n_things']:,} 笔款，共 "
        f"{money.whole(n['minor'])}。",
        f"{who.en} received {counted(n['n_things'], 'transfer')} from the own accounts of "
        f"{counted(n['n_shops'], 'shop')}: {money.whole(n['minor'])} in all.",
    )


def _sent(who: Words, n: Numbers, money: Money) -> Words:
    light = figures.decimal(n["middle"]).removesuffix(".00") if n["middle"] is not None else ""
    zh = f"，半数不超过 {light} 克" if light else ""
    en = f"; half weigh {light} g or less" if light else ""
    return Words(
        f"{who.zh}为 {n['n_shops']:,} 家店铺的 {n['n_orders']:,} 笔订单发出 "
        f"{n['n_things']:,} 个包裹{zh}。",
        f"{who.en} sent {counted(n['n_things'], 'parcel')} for "
        f"{counted(n['n_orders'], 'order')} of {counted(n['n_shops'], 'shop')}{en}.",
    )


def _invited(who: Words, n: Numbers, money: Money) -> Words:
    return Words(
        f"{who.zh}邀请注册了圈内 {n['n_accounts']:,} 个账号。",
        f"{who.en} invited {counted(n['n_accounts'], 'account')} of the rings to register.",
    )


def _posted(who: Words, n: Numbers, money: Money) -> Words:
    return Words(
        f"{who.zh}在站外发布了 {n['n_things']:,} 条帖子。",
        f"{who.en} wrote {counted(n['n_things'], 'post')} off the platform.",
    )


DEEDS = (
    Deed(
        name="paid_back",
        words=Words("返还货款", "paid back"),
        carries="money",
        thing="transfer_id",
        minor="amount_minor",
        columns=_ORDER + _TRANSFER,
        found_by=("transfers", "from_token"),
        sentence=_paid_back,
        brief=lambda n, money: Words(
            f"{n['n_orders']:,} 笔订单 · {money.whole(n['minor'])}",
            f"{counted(n['n_orders'], 'order')} · {money.whole(n['minor'])}",
        ),
    ),
    Deed(
        name="paid_for",
        words=Words("代为付款", "paid for"),
        carries="money",
        thing="order_id",
        minor="paid_minor",
        columns=_ORDER,
        found_by=("orders", "payer_token"),
        sentence=_paid_for,
        brief=lambda n, money: Words(
            f"{n['n_orders']:,} 笔订单 · {money.whole(n['minor'])}",
            f"{counted(n['n_orders'], 'order')} · {money.whole(n['minor'])}",
        ),
    ),
    Deed(
        name="paid_by_shops",
        words=Words("收店铺转款", "got from shops"),
        carries="fee",
        thing="transfer_id",
        minor="amount_minor",
        columns=(("shops", "shop_id"), *_TRANSFER),
        found_by=("transfers", "to_token"),
        sentence=_paid_by_shops,
        brief=lambda n, money: Words(
            f"{n['n_shops']:,} 家 · {money.whole(n['minor'])}",
            f"{counted(n['n_shops'], 'shop')} · {money.whole(n['minor'])}",
        ),
    ),
    Deed(
        name="sent",
        words=Words("发出包裹", "sent"),
        carries="parcels",
        thing="waybill_id",
        columns=(
            *(("shipments", column) for column in ("waybill_id", "sent_at", "weight_g")),
            *(("shipments", column) for column in ("origin_region", "destination_region")),
            *(("orders", column) for column in ("order_id", "account_id", "shop_id")),
        ),
        found_by=("shipments", "shipper_token"),
        sentence=_sent,
        brief=lambda n, money: Words(
            f"{n['n_things']:,} 个 · {n['n_shops']:,} 家店铺",
            f"{counted(n['n_things'], 'parcel')} · {counted(n['n_shops'], 'shop')}",
        ),
    ),
    Deed(
        name="invited",
        words=Words("邀请注册", "invited"),
        carries="words",
        thing="account_id",
        columns=tuple(("accounts", each) for each in ("account_id", "registered_at", "region")),
        found_by=("accounts", "invited_by"),
        sentence=_invited,
        brief=lambda n, money: Words(
            f"{n['n_accounts']:,} 个账号", counted(n["n_accounts"], "account")
        ),
    ),
    Deed(
        name="posted",
        words=Words("站外发帖", "posted"),
        carries="words",
        thing="post_id",
        columns=tuple(
            ("posts", each) for each in ("post_id", "captured_at", "channel", "text", "shop_id")
        ),
        found_by=("posts", "author_token"),
        sentence=_posted,
        brief=lambda n, money: Words(f"{n['n_things']:,} 条", counted(n["n_things"], "post")),
    ),
)
"""All deeds, those that say most first."""

"""Screenshots beside the market: what a picture states and what the rows about it hold.

A picture proves nothing: it can be drawn, and a digit can be misread. Three answers are possible
for a field. It *agrees*, it *contradicts*, or it *could not be checked*, and then why not. Where
in doubt the answer is the third: a number that the market does not hold may be of another platform
or another day, a title may be cut, a misread digit is nobody's lie.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pyarrow as pa

from unbrush.base.clock import MINUTE_MS, SECOND_MS
from unbrush.base.pictures.carriers import bare_number, carrier_of_word, mended
from unbrush.base.pictures.screenshot import FIELDS, Field, ScreenKind, Screenshot
from unbrush.base.text.wording import plain
from unbrush.base.words import Words

SURE = 0.85
"""Confidence of reading below which a difference is put down to the reading."""

SAME_TEXT = 0.9
"""Share of a review's letters, in order, that make it the same: OCR loses a few."""

LEAST_LETTERS = 8
"""Of a review: shorter ones are written by many."""

SAME_TITLE = 0.8
OTHER_TITLE = 0.2
"""Share of a title's pairs of letters found in the market's; shops reword titles, screens cut."""

MOST_TEXT = 400
"""Letters of a text that are compared, from its start: time grows with their square."""

_TIMES = ("placed_at", "paid_at", "shipped_at", "confirmed_at", "closed_at")
_TALK = (ScreenKind.CHAT, ScreenKind.REWARD_CARD, ScreenKind.OTHER)
_NO_FIELDS = ("at_precision_s",)  # says how exact another field is

Rows = Sequence[Mapping[str, Any]]


class Match(StrEnum):
    """What the market says of a field."""

    AGREES = "agrees"
    CONTRADICTS = "contradicts"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, kw_only=True)
class FieldMatch:
    """One field beside the market.

    Attributes:
        name: One of `FIELDS`.
        match: What came out.
        stated: What the picture says.
        held: What the market holds instead or as well; None if there is nothing to show.
        why: The reason in a sentence.
        table: Where the market holds it; empty if nowhere.
        ids: Key of the rows, as the market holds them.
    """

    name: str
    match: Match
    stated: str | int | float
    why: Words
    held: str | int | float | None = None
    table: str = ""
    ids: tuple[str | int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it for machines."""
        return {
            "field": self.name,
            "match": str(self.match),
            "stated": self.stated,
            "held": self.held,
            "table": self.table or None,
            "ids": list(self.ids),
            "why": {"zh": self.why.zh, "en": self.why.en},
        }


@dataclass(frozen=True)
class _Held:
    """Rows of the market that a screenshot may be about."""

    tables: Mapping[str, Rows]
    orders: Rows
    parcels: Rows
    reviews: Rows
    shot: Screenshot = field(repr=False)

    def has(self, table: str) -> bool:
        return table in self.tables


def match_screenshot(shot: Screenshot, tables: Mapping[str, pa.Table]) -> tuple[FieldMatch, ...]:
    """Compare what a screenshot states with the market.

    Args:
        shot: As `read_screenshot` returned it; with a key it has the tokens of names.
        tables: Event tables by name (orders, shipments, reviews, items, transfers are used); a
            table that the market lacks is left out. Rows that the picture is not about do no harm.

    Returns:
        A match for each field that the picture states, in the order of `FIELDS`.
    """
    rows = {name: table.to_pylist() for name, table in tables.items()}
    order, waybill = shot.value("order_id"), shot.value("waybill_id")
    orders = _with_id(rows.get("orders", ()), "order_id", order)
    parcels = _with_id(rows.get("shipments", ()), "waybill_id", waybill)
    held = _Held(rows, orders, parcels, _same_reviews(shot, rows.get("reviews", ())), shot)
    return tuple(
        _careful(shot, name, _CHECKS[name](held, shot.fields[name]))
        for name in FIELDS
        if name in shot.fields and name not in _NO_FIELDS
    )


def similarity(one: str, other: str) -> float:
    """Return the share of letters that two texts have in common in order, 0-1, folded first."""
    a, b = (text[:MOST_TEXT] for text in plain(pa.array([one, other])).to_pylist())
    if not a or not b:
        return 0.0
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, other_letter in enumerate(b, 1):
            best = min(row[j] + 1, row[j - 1] + 1, before + (letter != other_letter))
            before, row[j] = row[j], best
    return 1 - row[-1] / max(len(a), len(b))


def _careful(shot: Screenshot, name: str, found: dict[str, Any]) -> FieldMatch:
    """Make a match; a contradiction rests on what was surely read, where it surely means that."""
    stated = shot.fields[name]
    if found["match"] is Match.CONTRADICTS and stated.confidence < SURE:
        found["match"] = Match.UNCHECKED
        found["why"] = Words(
            f"与平台数据不同，但识别把握不足（{stated.confidence:.2f}），可能是误认；请看原图。",
            f"Differs, but was read with little confidence ({stated.confidence:.2f}) and may be"
            " misread; look at the picture.",
        )
    elif found["match"] is Match.CONTRADICTS and shot.kind in _TALK:
        found["match"] = Match.UNCHECKED
        found["why"] = Words(
            "与平台数据不同，但聊天或卡片中的内容未必指这笔订单。",
            "Differs, but what is said in a chat or on a card need not be about this order.",
        )
    return FieldMatch(name=name, stated=stated.value, **found)


def _with_id(rows: Rows, column: str, number: object) -> Rows:
    if number is None:
        return ()
    wanted = {_plain_id(number), mended(str(number))}
    return [row for row in rows if _plain_id(row.get(column)) in wanted]


def _plain_id(value: object) -> str:
    return bare_number(str(value)).lstrip("0")


def _same_reviews(shot: Screenshot, rows: Rows) -> Rows:
    text = str(shot.value("review_text") or "")
    if len(plain(pa.array([text]))[0].as_py()) < LEAST_LETTERS:
        return ()
    scored = [(similarity(text, row["text"]), row) for row in rows if row.get("text")]
    near = [(share, row) for share, row in scored if share >= SAME_TEXT]
    return [row for _, row in sorted(near, key=lambda each: (-each[0], str(each[1]["review_id"])))]


# ---- answers -------------------------------------------------------------------------------------


def _agrees(table: str, ids: Iterable[Any], held: Any, zh: str, en: str) -> dict[str, Any]:
    return _answer(Match.AGREES, Words(zh, en), table, ids, held)


def _contradicts(table: str, ids: Iterable[Any], held: Any, zh: str, en: str) -> dict[str, Any]:
    return _answer(Match.CONTRADICTS, Words(zh, en), table, ids, held)


def _unchecked(zh: str, en: str) -> dict[str, Any]:
    return _answer(Match.UNCHECKED, Words(zh, en), "", (), None)


def _answer(match: Match, why: Words, table: str, ids: Iterable[Any], held: Any) -> dict[str, Any]:
    own = tuple(dict.fromkeys(ids))[:5]
    return {"match": match, "why": why, "table": table, "ids": own, "held": held}


def _no_table(zh: str, name: str) -> dict[str, Any]:
    return _unchecked(f"平台数据中没有{zh}。", f"The market has no table `{name}`.")


def _no_order(held: _Held) -> dict[str, Any]:
    if not held.has("orders"):
        return _no_table("订单", "orders")
    if held.shot.value("order_id") is None:
        return _unchecked(
            "图中没有订单号，无从查找订单。", "The picture shows no order number to find it by."
        )
    return _unchecked(
        "平台数据中没有此订单号：可能误认，或属于别的平台、别的日子。",
        "The market has no such order: it may be misread, of another platform or another day.",
    )


def _values(rows: Rows, column: str) -> list[Any]:
    return sorted({row[column] for row in rows if row.get(column) is not None})


def _compared(
    rows: Rows, table: str, key: str, column: str, is_same: Callable[[Any], bool]
) -> dict[str, Any]:
    """Compare a field with a column of the rows found; any that is the same agrees."""
    values = _values(rows, column)
    ids = [row[key] for row in rows]
    if not values:
        return _unchecked(
            f"平台数据没有记录这一项（{column}）。", f"The market does not hold it ({column})."
        )
    same = [value for value in values if is_same(value)]
    if same:
        return _agrees(table, ids, same[0], "与平台数据一致。", "The market holds the same.")
    return _contradicts(table, ids, values[0], "平台数据不是这样。", "The market holds another.")


# ---- one check per field -------------------------------------------------------------------------


def _order_id(held: _Held, stated: Field) -> dict[str, Any]:
    if not held.orders:
        return _no_order(held)
    ids = [row["order_id"] for row in held.orders]
    return _agrees("orders", ids, ids[0], "有此订单。", "There is such an order.")


def _payments(held: _Held) -> Rows:
    return _with_id(held.tables.get("transfers", ()), "transfer_id", held.shot.value("payment_id"))


def _payment_id(held: _Held, stated: Field) -> dict[str, Any]:
    if not held.has("transfers"):
        return _no_table("转账", "transfers")
    ids = [row["transfer_id"] for row in _payments(held)]
    if ids:
        return _agrees("transfers", ids, ids[0], "有此笔转账。", "There is such a transfer.")
    return _unchecked(
        "平台数据中没有此交易号；支付机构的单号平台未必保存。",
        "The market has no such payment; it need not keep the numbers of payment companies.",
    )


def _waybill_id(held: _Held, stated: Field) -> dict[str, Any]:
    if not held.has("shipments"):
        return _no_table("物流", "shipments")
    orders = {_plain_id(row["order_id"]) for row in held.orders}
    if held.parcels:
        ids = [row["waybill_id"] for row in held.parcels]
        theirs = [row["order_id"] for row in held.parcels]
        if orders and not orders & {_plain_id(each) for each in theirs}:
            return _contradicts(
                "shipments", ids, theirs[0], "此运单属于别的订单。", "It carries another order."
            )
        return _agrees("shipments", ids, ids[0], "有此运单。", "There is such a parcel.")
    others = [
        row["waybill_id"]
        for row in held.tables["shipments"]
        if _plain_id(row["order_id"]) in orders
    ]
    if others:
        return _contradicts(
            "shipments",
            others,
            others[0],
            "此订单用的是别的运单。",
            "The order went with another parcel.",
        )
    return _unchecked(
        "平台数据中没有此运单号：可能误认，或属于别的平台、别的日子。",
        "The market has no such parcel: it may be misread, of another platform or another day.",
    )


def _carrier(held: _Held, stated: Field) -> dict[str, Any]:
    rows = [row for row in held.parcels if carrier_of_word(str(row.get("carrier") or ""))]
    if not rows:
        return _unchecked(
            "没有找到此运单，或平台数据没有认得的快递公司。",
            "The parcel was not found, or its carrier is not one that we know.",
        )
    return _compared(
        rows,
        "shipments",
        "waybill_id",
        "carrier",
        lambda value: carrier_of_word(str(value)) == stated.value,
    )


def _shop(held: _Held, stated: Field) -> dict[str, Any]:
    rows = [*held.orders, *held.reviews]
    table, key = ("orders", "order_id") if held.orders else ("reviews", "review_id")
    for row in rows:
        shop = row.get("shop_id")
        if shop is not None and similarity(str(shop), str(stated.value)) >= SAME_TEXT:
            return _agrees(table, [row[key]], shop, "店铺相同。", "It is the same shop.")
    return _unchecked(
        "平台数据只有店铺编号，没有店名。" if rows else "没有找到相应的订单或评价。",
        "The market holds ids of shops, not their names."
        if rows
        else "No order or review was found that it could be of.",
    )


def _item(held: _Held, stated: Field) -> dict[str, Any]:
    items = {row.get("item_id") for row in (*held.orders, *held.reviews)} - {None}
    if not items:
        return (
            _no_order(held)
            if not held.orders
            else _unchecked("订单没有记录商品。", "The order does not say what was bought.")
        )
    titled = [
        row
        for row in held.tables.get("items", ())
        if row.get("item_id") in items and row.get("title")
    ]
    if not titled:
        return _unchecked("平台数据没有商品标题。", "The market holds no title of the item.")
    best = max(titled, key=lambda row: _title_share(str(stated.value), row["title"]))
    share = _title_share(str(stated.value), best["title"])
    ids, title = [best["item_id"]], best["title"][:80]
    if share >= SAME_TITLE:
        return _agrees(
            "items", ids, title, "商品标题相同或相近。", "The title is the same or near."
        )
    if share <= OTHER_TITLE:
        return _contradicts("items", ids, title, "是别的商品。", "The order is of another item.")
    return _unchecked(
        "标题部分相同：店铺会改标题，画面会截断，不能断定。",
        "The title is partly the same: shops reword, screens cut; it cannot be told.",
    )


def _title_share(shown: str, held: str) -> float:
    """Return the share of the pairs of letters in what is shown that the market's title has."""
    a, b = plain(pa.array([shown[:MOST_TEXT], held[:MOST_TEXT]])).to_pylist()
    pairs = [a[i : i + 2] for i in range(max(1, len(a) - 1))]
    return sum(pair in b for pair in pairs) / len(pairs) if a else 0.0


def _amount(held: _Held, stated: Field) -> dict[str, Any]:
    if payments := _payments(held):
        return _compared(
            payments, "transfers", "transfer_id", "amount_minor", lambda v: v == stated.value
        )
    if not held.orders:
        return _no_order(held)
    theirs, ours = _values(held.orders, "currency"), held.shot.value("currency")
    if ours is not None and theirs and ours not in theirs:
        return _unchecked("币种不同，金额无法比较。", "Another currency: sums do not compare.")
    return _compared(held.orders, "orders", "order_id", "paid_minor", lambda v: v == stated.value)


def _currency(held: _Held, stated: Field) -> dict[str, Any]:
    if not held.orders:
        return _no_order(held)
    return _compared(held.orders, "orders", "order_id", "currency", lambda v: v == stated.value)


def _at(held: _Held, stated: Field) -> dict[str, Any]:
    moment = int(stated.value)
    # A stated minute or day holds all moments within it; clocks of two systems differ a little.
    end = moment + int(held.shot.value("at_precision_s") or 60) * SECOND_MS + MINUTE_MS
    kind = held.shot.kind
    columns: tuple[str, ...]
    if kind is ScreenKind.PARCEL:
        rows, table, key, columns = held.parcels, "shipments", "waybill_id", ("sent_at",)
    elif kind is ScreenKind.REVIEW:
        columns = ("posted_at", "edited_at")
        rows, table, key = held.reviews, "reviews", "review_id"
    elif payments := _payments(held):
        rows, table, key, columns = payments, "transfers", "transfer_id", ("at",)
    else:
        rows, table, key, columns = held.orders, "orders", "order_id", _TIMES
    times = [row[column] for row in rows for column in columns if row.get(column) is not None]
    if not times:
        return _unchecked("没有找到相应的记录，或其中没有时间。", "No row was found that dates it.")
    ids = [row[key] for row in rows]
    nearest = min(times, key=lambda each: abs(each - moment))
    if any(moment - MINUTE_MS <= each < end for each in times):
        return _agrees(table, ids, nearest, "时间一致。", "The time agrees.")
    if kind is ScreenKind.PARCEL:  # of a parcel's many moments the market need hold but one
        return _unchecked(
            "不是发货时间；物流的其他时间未作比较。",
            "Not when it was sent; other moments of a parcel were not compared.",
        )
    return _contradicts(table, ids, nearest, "时间不符。", "The market holds other times.")


def _review_text(held: _Held, stated: Field) -> dict[str, Any]:
    if not held.has("reviews"):
        return _no_table("评价", "reviews")
    if held.reviews:
        ids = [row["review_id"] for row in held.reviews]
        return _agrees(
            "reviews",
            ids,
            len(ids),
            f"有 {len(ids)} 条相同或几乎相同的评价。",
            f"{len(ids)} reviews say the same, or nearly.",
        )
    return _unchecked(
        "没有找到相同的评价：可能太短、已删除，或属于别的平台、别的日子。",
        "No such review was found: too short, deleted, of another platform or another day.",
    )


def _rating(held: _Held, stated: Field) -> dict[str, Any]:
    if not held.reviews:
        return _unchecked("没有找到这条评价。", "The review was not found.")
    return _compared(held.reviews, "reviews", "review_id", "rating", lambda v: v == stated.value)


def _account(held: _Held, stated: Field) -> dict[str, Any]:
    if "account_token" in held.shot.fields:
        return _unchecked(
            "姓名以标识比较，见下一项。", "Names are compared by token; see the next."
        )
    return _unchecked(
        "没有平台数据的密钥，或姓名已打码，无法比较。",
        "Names are compared by token, which needs the market's key and a name in full.",
    )


def _account_token(held: _Held, stated: Field) -> dict[str, Any]:
    """Compare the token of a name; another name contradicts nothing: people pay for others."""
    rows = (
        ("orders", "order_id", held.orders, ("payer_token",)),
        ("transfers", "transfer_id", _payments(held), ("from_token", "to_token")),
    )
    for table, key, found, columns in rows:
        ids = [row[key] for row in found if stated.value in [row.get(each) for each in columns]]
        if ids:
            return _agrees(table, ids, stated.value, "标识相同。", "The token is the same.")
    return _unchecked(
        "没有相同的标识；平台可能以别的写法或号码记录此人。",
        "No token is the same; the market may know the person by another name or number.",
    )


def _reward(held: _Held, stated: Field) -> dict[str, Any]:
    return _unchecked(
        "承诺的返现不是平台数据的内容。", "What is promised for a review is not in the market."
    )


_CHECKS: Mapping[str, Callable[[_Held, Field], dict[str, Any]]] = {
    "order_id": _order_id,
    "payment_id": _payment_id,
    "waybill_id": _waybill_id,
    "carrier": _carrier,
    "shop": _shop,
    "item": _item,
    "amount_minor": _amount,
    "currency": _currency,
    "reward_minor": _reward,
    "at": _at,
    "rating": _rating,
    "account": _account,
    "account_token": _account_token,
    "review_text": _review_text,
}

"""One check for each field that a screenshot may state, beside the rows that it may be about.

Where in doubt a field could not be checked: a number that the market does not hold may be of
another platform or another day, a title may be cut.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

from unbrush.base.clock import MINUTE_MS, SECOND_MS
from unbrush.base.pictures.carriers import carrier_of_word
from unbrush.base.pictures.field_answers import (
    agrees,
    compared,
    contradicts,
    no_order,
    no_table,
    unchecked,
    values_of,
)
from unbrush.base.pictures.held_rows import (
    MOST_TEXT,
    SAME_TEXT,
    Held,
    Rows,
    plain_id,
    similarity,
    with_id,
)
from unbrush.base.pictures.screenshot import Field, ScreenKind
from unbrush.base.text.wording import plain

SAME_TITLE = 0.8
OTHER_TITLE = 0.2
"""Share of a title's pairs of letters found in the market's; shops reword titles, screens cut."""

_TIMES = ("placed_at", "paid_at", "shipped_at", "confirmed_at", "closed_at")


def _order_id(held: Held, stated: Field) -> dict[str, Any]:
    if not held.orders:
        return no_order(held)
    ids = [row["order_id"] for row in held.orders]
    return agrees("orders", ids, ids[0], "有此订单。", "There is such an order.")


def _payments(held: Held) -> Rows:
    return with_id(held.tables.get("transfers", ()), "transfer_id", held.shot.value("payment_id"))


def _payment_id(held: Held, stated: Field) -> dict[str, Any]:
    if not held.has("transfers"):
        return no_table("转账", "transfers")
    ids = [row["transfer_id"] for row in _payments(held)]
    if ids:
        return agrees("transfers", ids, ids[0], "有此笔转账。", "There is such a transfer.")
    return unchecked(
        "平台数据中没有此交易号；支付机构的单号平台未必保存。",
        "The market has no such payment; it need not keep the numbers of payment companies.",
    )


def _waybill_id(held: Held, stated: Field) -> dict[str, Any]:
    if not held.has("shipments"):
        return no_table("物流", "shipments")
    orders = {plain_id(row["order_id"]) for row in held.orders}
    if held.parcels:
        ids = [row["waybill_id"] for row in held.parcels]
        theirs = [row["order_id"] for row in held.parcels]
        if orders and not orders & {plain_id(each) for each in theirs}:
            return contradicts(
                "shipments", ids, theirs[0], "此运单属于别的订单。", "It carries another order."
            )
        return agrees("shipments", ids, ids[0], "有此运单。", "There is such a parcel.")
    others = [
        row["waybill_id"] for row in held.tables["shipments"] if plain_id(row["order_id"]) in orders
    ]
    if others:
        return contradicts(
            "shipments",
            others,
            others[0],
            "此订单用的是别的运单。",
            "The order went with another parcel.",
        )
    return unchecked(
        "平台数据中没有此运单号：可能误认，或属于别的平台、别的日子。",
        "The market has no such parcel: it may be misread, of another platform or another day.",
    )


def _carrier(held: Held, stated: Field) -> dict[str, Any]:
    rows = [row for row in held.parcels if carrier_of_word(str(row.get("carrier") or ""))]
    if not rows:
        return unchecked(
            "没有找到此运单，或平台数据没有认得的快递公司。",
            "The parcel was not found, or its carrier is not one that we know.",
        )
    return compared(
        rows,
        "shipments",
        "waybill_id",
        "carrier",
        lambda value: carrier_of_word(str(value)) == stated.value,
    )


def _shop(held: Held, stated: Field) -> dict[str, Any]:
    rows = [*held.orders, *held.reviews]
    table, key = ("orders", "order_id") if held.orders else ("reviews", "review_id")
    for row in rows:
        shop = row.get("shop_id")
        if shop is not None and similarity(str(shop), str(stated.value)) >= SAME_TEXT:
            return agrees(table, [row[key]], shop, "店铺相同。", "It is the same shop.")
    return unchecked(
        "平台数据只有店铺编号，没有店名。" if rows else "没有找到相应的订单或评价。",
        "The market holds ids of shops, not their names."
        if rows
        else "No order or review was found that it could be of.",
    )


def _item(held: Held, stated: Field) -> dict[str, Any]:
    items = {row.get("item_id") for row in (*held.orders, *held.reviews)} - {None}
    if not items:
        return (
            no_order(held)
            if not held.orders
            else unchecked("订单没有记录商品。", "The order does not say what was bought.")
        )
    titled = [
        row
        for row in held.tables.get("items", ())
        if row.get("item_id") in items and row.get("title")
    ]
    if not titled:
        return unchecked("平台数据没有商品标题。", "The market holds no title of the item.")
    best = max(titled, key=lambda row: _title_share(str(stated.value), row["title"]))
    share = _title_share(str(stated.value), best["title"])
    ids, title = [best["item_id"]], best["title"][:80]
    if share >= SAME_TITLE:
        return agrees("items", ids, title, "商品标题相同或相近。", "The title is the same or near.")
    if share <= OTHER_TITLE:
        return contradicts("items", ids, title, "是别的商品。", "The order is of another item.")
    return unchecked(
        "标题部分相同：店铺会改标题，画面会截断，不能断定。",
        "The title is partly the same: shops reword, screens cut; it cannot be told.",
    )


def _title_share(shown: str, held: str) -> float:
    """Return the share of the pairs of letters in what is shown that the market's title has."""
    a, b = plain(pa.array([shown[:MOST_TEXT], held[:MOST_TEXT]])).to_pylist()
    pairs = [a[i : i + 2] for i in range(max(1, len(a) - 1))]
    return sum(pair in b for pair in pairs) / len(pairs) if a else 0.0


def _amount(held: Held, stated: Field) -> dict[str, Any]:
    if payments := _payments(held):
        return compared(
            payments, "transfers", "transfer_id", "amount_minor", lambda v: v == stated.value
        )
    if not held.orders:
        return no_order(held)
    theirs, ours = values_of(held.orders, "currency"), held.shot.value("currency")
    if ours is not None and theirs and ours not in theirs:
        return unchecked("币种不同，金额无法比较。", "Another currency: sums do not compare.")
    return compared(held.orders, "orders", "order_id", "paid_minor", lambda v: v == stated.value)


def _currency(held: Held, stated: Field) -> dict[str, Any]:
    if not held.orders:
        return no_order(held)
    return compared(held.orders, "orders", "order_id", "currency", lambda v: v == stated.value)


def _at(held: Held, stated: Field) -> dict[str, Any]:
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
        return unchecked("没有找到相应的记录，或其中没有时间。", "No row was found that dates it.")
    ids = [row[key] for row in rows]
    nearest = min(times, key=lambda each: abs(each - moment))
    if any(moment - MINUTE_MS <= each < end for each in times):
        return agrees(table, ids, nearest, "时间一致。", "The time agrees.")
    if kind is ScreenKind.PARCEL:  # of a parcel's many moments the market need hold but one
        return unchecked(
            "不是发货时间；物流的其他时间未作比较。",
            "Not when it was sent; other moments of a parcel were not compared.",
        )
    return contradicts(table, ids, nearest, "时间不符。", "The market holds other times.")


def _review_text(held: Held, stated: Field) -> dict[str, Any]:
    if not held.has("reviews"):
        return no_table("评价", "reviews")
    if held.reviews:
        ids = [row["review_id"] for row in held.reviews]
        return agrees(
            "reviews",
            ids,
            len(ids),
            f"有 {len(ids)} 条相同或几乎相同的评价。",
            f"{len(ids)} reviews say the same, or nearly.",
        )
    return unchecked(
        "没有找到相同的评价：可能太短、已删除，或属于别的平台、别的日子。",
        "No such review was found: too short, deleted, of another platform or another day.",
    )


def _rating(held: Held, stated: Field) -> dict[str, Any]:
    if not held.reviews:
        return unchecked("没有找到这条评价。", "The review was not found.")
    return compared(held.reviews, "reviews", "review_id", "rating", lambda v: v == stated.value)


def _account(held: Held, stated: Field) -> dict[str, Any]:
    if "account_token" in held.shot.fields:
        return unchecked("姓名以标识比较，见下一项。", "Names are compared by token; see the next.")
    return unchecked(
        "没有平台数据的密钥，或姓名已打码，无法比较。",
        "Names are compared by token, which needs the market's key and a name in full.",
    )


def _account_token(held: Held, stated: Field) -> dict[str, Any]:
    """Compare the token of a name; another name contradicts nothing: people pay for others."""
    rows = (
        ("orders", "order_id", held.orders, ("payer_token",)),
        ("transfers", "transfer_id", _payments(held), ("from_token", "to_token")),
    )
    for table, key, found, columns in rows:
        ids = [row[key] for row in found if stated.value in [row.get(each) for each in columns]]
        if ids:
            return agrees(table, ids, stated.value, "标识相同。", "The token is the same.")
    return unchecked(
        "没有相同的标识；平台可能以别的写法或号码记录此人。",
        "No token is the same; the market may know the person by another name or number.",
    )


def _reward(held: Held, stated: Field) -> dict[str, Any]:
    return unchecked(
        "承诺的返现不是平台数据的内容。", "What is promised for a review is not in the market."
    )


CHECKS: Mapping[str, Callable[[Held, Field], dict[str, Any]]] = {
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

"""A screenshot against a market: whether what it shows exists and says the same there.

Somebody reports with a picture. Whether its order, parcel or review is on record is found before
anybody judges; each statement of the picture agrees, contradicts or could not be checked, with the
reason. A contradiction is a question and no verdict: a digit may be misread, a record may lie on
another platform. What comes out quotes the market and is for whoever decides, not for the reporter.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from unbrush.base.carriers import bare_number, carrier_of_word
from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, minute_of
from unbrush.base.engine import Engine, quote
from unbrush.base.screenshot import Screenshot
from unbrush.base.words import Words
from unbrush.respond.shown_words import likeness, review_with_words

SAME_TIME_MS = 2 * MINUTE_MS
OTHER_DAY_MS = DAY_MS
SAME_WORDS = 0.8  # share of the shown character pairs that the record has as well
OTHER_WORDS = 0.3
MOST_MISREAD = 5  # candidates named


class Verdict(StrEnum):
    """What a record says of a statement."""

    AGREES = "agrees"
    CONTRADICTS = "contradicts"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Compared:
    """One statement of a screenshot, compared.

    Attributes:
        about: The field: ``order_id``, ``amount_minor``, ``review_text``, …
        verdict: What the record says of it.
        shown: What the picture states.
        recorded: What the market has; empty if nothing.
        words: Both, in a sentence.
    """

    about: str
    verdict: Verdict
    shown: str
    recorded: str
    words: Words


@dataclass(frozen=True, slots=True)
class Match:
    """What a market has of a screenshot.

    Attributes:
        order_id: The order that it shows, as the market writes it; None if none was found.
        waybill_id: The parcel.
        review_id: The review.
        compared: Every statement, in the order of `FIELDS`.
    """

    order_id: str | None
    waybill_id: str | None
    review_id: str | None
    compared: tuple[Compared, ...]

    def of(self, verdict: Verdict) -> tuple[Compared, ...]:
        """Return the statements with one verdict."""
        return tuple(each for each in self.compared if each.verdict is verdict)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "order_id": self.order_id,
            "waybill_id": self.waybill_id,
            "review_id": self.review_id,
            "compared": [
                {
                    "about": each.about,
                    "verdict": str(each.verdict),
                    "shown": each.shown,
                    "recorded": each.recorded,
                    "zh": each.words.zh,
                    "en": each.words.en,
                }
                for each in self.compared
            ],
        }


def match_screenshot(engine: Engine, shot: Screenshot) -> Match:
    """Compare a screenshot with the market that is open in ``engine`` (see `base.market`).

    Args:
        engine: Where the event tables can be read under their names.
        shot: What was read from the picture.
    """
    compared: list[Compared] = []
    order = _order(engine, shot, compared)
    parcel = _parcel(engine, shot, order, compared)
    if order is None and parcel is not None:
        order = _row(engine, "orders", "order_id", str(parcel["order_id"]))
    if order is not None:
        compared += _order_details(engine, shot, order)
    review = _review(engine, shot, order, compared)
    return Match(
        order_id=None if order is None else str(order["order_id"]),
        waybill_id=None if parcel is None else str(parcel["waybill_id"]),
        review_id=None if review is None else str(review["review_id"]),
        compared=tuple(compared),
    )


def _row(engine: Engine, table: str, key: str, value: str) -> Mapping[str, Any] | None:
    """Return the first row whose key is ``value``, written either way; None if there is none."""
    kind = engine.columns(table)[key]
    if kind == "VARCHAR":
        spellings = sorted({value, value.upper(), value.replace("-", ""), bare_number(value)})
        where = f"{key} IN ({', '.join(map(quote, spellings))})"
    elif _fits(value):
        where = f"{key} = {int(value)}"
    else:
        return None
    rows = engine.query(f"SELECT * FROM {table} WHERE {where} ORDER BY ALL LIMIT 1").to_pylist()
    return rows[0] if rows else None


def _fits(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 20 and int(value) < 2**63


def _order(engine: Engine, shot: Screenshot, compared: list[Compared]) -> Mapping[str, Any] | None:
    shown = shot.value("order_id")
    if shown is None:
        return None
    number = str(shown)
    if not engine.value("SELECT count(*) FROM orders"):
        compared.append(
            _unknown("order_id", number, "没有订单记录", "there are no orders on record")
        )
        return None
    order = _row(engine, "orders", "order_id", number)
    if order is not None:
        compared.append(_agrees("order_id", number, str(order["order_id"])))
    else:
        compared.append(_missing(engine, shot, "orders", "order_id", "placed_at", number))
    return order


def _parcel(
    engine: Engine,
    shot: Screenshot,
    order: Mapping[str, Any] | None,
    compared: list[Compared],
) -> Mapping[str, Any] | None:
    shown = shot.value("waybill_id")
    if shown is None:
        return None
    number = str(shown)
    if not engine.value("SELECT count(*) FROM shipments"):
        compared.append(
            _unknown("waybill_id", number, "没有物流记录", "there are no shipments on record")
        )
        return None
    parcel = _row(engine, "shipments", "waybill_id", number)
    if parcel is None:
        compared.append(_missing(engine, shot, "shipments", "waybill_id", "sent_at", number))
        return None
    its_order = str(parcel["order_id"])
    if order is not None and str(order["order_id"]) != its_order:
        others = engine.value(
            f"SELECT count(*) FROM shipments WHERE CAST(waybill_id AS VARCHAR) = "
            f"{quote(str(parcel['waybill_id']))} AND CAST(order_id AS VARCHAR) = "
            f"{quote(str(order['order_id']))}"
        )
        if not others:
            compared.append(_contradicts("waybill_id", number, f"{its_order}"))
            return parcel
    compared.append(_agrees("waybill_id", number, str(parcel["waybill_id"])))
    compared += _carrier(shot, parcel)
    return parcel


def _carrier(shot: Screenshot, parcel: Mapping[str, Any]) -> list[Compared]:
    shown, recorded = shot.value("carrier"), parcel.get("carrier")
    if shown is None or recorded is None:
        return []
    known = carrier_of_word(str(recorded))
    if known is None:
        return [
            _unknown(
                "carrier", str(shown), f"不认识承运商 {recorded}", f"{recorded} is no known carrier"
            )
        ]
    judge = _agrees if known == shown else _contradicts
    return [judge("carrier", str(shown), str(recorded))]


def _order_details(engine: Engine, shot: Screenshot, order: Mapping[str, Any]) -> list[Compared]:
    """Compare shop, item, amount and time with an order that was found."""
    checks: tuple[Callable[[Engine, Screenshot, Mapping[str, Any]], Compared | None], ...] = (
        _shop,
        _item,
        _amount,
        _moment,
    )
    return [each for check in checks if (each := check(engine, shot, order)) is not None]


def _shop(_: Engine, shot: Screenshot, order: Mapping[str, Any]) -> Compared | None:
    shown = shot.value("shop")
    if shown is None:
        return None
    if str(order["shop_id"]) == str(shown):
        return _agrees("shop", str(shown), str(order["shop_id"]))
    return _unknown(
        "shop", str(shown), "市场数据没有店铺名称", "the market has no names of shops, only ids"
    )


def _item(engine: Engine, shot: Screenshot, order: Mapping[str, Any]) -> Compared | None:
    shown = shot.value("item")
    if shown is None:
        return None
    item_id = order.get("item_id")
    item = None if item_id is None else _row(engine, "items", "item_id", str(item_id))
    title = item.get("title") if item else None
    if not title:
        return _unknown("item", str(shown), "没有商品标题", "the item's title is not on record")
    alike = max(likeness(str(shown), title), likeness(title, str(shown)))
    if alike >= SAME_WORDS:
        return _agrees("item", str(shown), title)
    if alike < OTHER_WORDS:
        return _contradicts("item", str(shown), title)
    return _unknown("item", str(shown), "标题只有部分相同", "the titles agree in part only", title)


def _amount(_: Engine, shot: Screenshot, order: Mapping[str, Any]) -> Compared | None:
    shown, recorded = shot.value("amount_minor"), order.get("paid_minor")
    if shown is None:
        return None
    if recorded is None:
        return _unknown(
            "amount_minor", str(shown), "没有实付金额", "what was paid is not on record"
        )
    ours, theirs = shot.value("currency"), order.get("currency")
    if ours and theirs and ours != theirs:
        return _contradicts("amount_minor", f"{shown} {ours}", f"{recorded} {theirs}")
    judge = _agrees if int(shown) == int(recorded) else _contradicts
    return judge("amount_minor", str(shown), str(recorded))


def _moment(_: Engine, shot: Screenshot, order: Mapping[str, Any]) -> Compared | None:
    shown = shot.value("at")
    if shown is None:
        return None
    at = int(shown)
    moments = [
        int(order[name])
        for name in ("placed_at", "paid_at", "shipped_at", "confirmed_at", "closed_at")
        if order.get(name) is not None
    ]
    written = minute_of(at)
    if not moments:
        return _unknown("at", written, "没有时间记录", "no moment is on record")
    nearest = min(moments, key=lambda each: abs(each - at))
    apart = abs(nearest - at)
    exact_to = int(shot.value("at_precision_s") or 60) * SECOND_MS
    if apart <= max(SAME_TIME_MS, exact_to):
        return _agrees("at", written, minute_of(nearest))
    if apart >= OTHER_DAY_MS + exact_to:
        return _contradicts("at", written, minute_of(nearest))
    is_zone = min(apart % HOUR_MS, -apart % HOUR_MS) <= SAME_TIME_MS
    zh = "相差整小时，可能是时区不同" if is_zone else "同一天内，时刻不同"
    en = "whole hours apart, perhaps another time zone" if is_zone else "less than a day apart"
    return _unknown("at", written, zh, en, minute_of(nearest))


def _review(
    engine: Engine,
    shot: Screenshot,
    order: Mapping[str, Any] | None,
    compared: list[Compared],
) -> Mapping[str, Any] | None:
    shown = shot.value("review_text")
    if shown is None:
        return None
    words = str(shown)
    if not engine.value("SELECT count(*) FROM reviews"):
        compared.append(
            _unknown("review_text", words, "没有评价记录", "there are no reviews on record")
        )
        return None
    order_id = None if order is None else str(order["order_id"])
    review, alike = review_with_words(engine, words, order_id)
    if review is None or alike < OTHER_WORDS:
        compared.append(
            _unknown(
                "review_text",
                words,
                "没有找到这段评价：可能在别的平台、已被删除或从未发表",
                "no review has these words: on another platform, deleted or never written",
            )
        )
        return None
    recorded = str(review.get("text") or "")
    if alike < SAME_WORDS:
        compared.append(
            _unknown("review_text", words, "文字只有部分相同", "the words agree in part", recorded)
        )
        return None
    compared.append(_agrees("review_text", words, recorded))
    rating, stars = shot.value("rating"), review.get("rating")
    if rating is not None and stars is not None:
        judge = _agrees if abs(float(rating) - float(stars)) < 0.5 else _contradicts
        compared.append(judge("rating", f"{float(rating):g}", f"{float(stars):g}"))
    return review


def _missing(
    engine: Engine, shot: Screenshot, table: str, key: str, time: str, number: str
) -> Compared:
    """Return what follows from a number that is not on record."""
    near = _one_digit_off(engine, table, key, number)
    if near:
        named = ", ".join(near)
        return _unknown(
            key,
            number,
            f"没有这个号码，但有只差一位的：{named}，可能是识别错误",
            f"not on record, but these differ in one digit and may be meant: {named}",
            named,
        )
    at = shot.value("at")
    is_covered = at is not None and engine.value(
        f"SELECT count(*) FROM {table} WHERE {time} IS NOT NULL HAVING min({time}) <= {int(at)} "
        f"AND max({time}) >= {int(at)}"
    )
    if is_covered:
        zh = f"记录覆盖了这一天，但没有 {number}"
        en = f"the records cover that day and have no {number}"
        return Compared(key, Verdict.CONTRADICTS, number, "", Words(zh, en))
    return _unknown(
        key,
        number,
        "没有这个号码；可能在别的平台，或不在记录的日期内",
        "not on record; it may be another platform's or outside the days on record",
    )


def _one_digit_off(engine: Engine, table: str, key: str, number: str) -> list[str]:
    """Return recorded numbers that differ from ``number`` in one place: OCR may have misread it."""
    half = len(number) // 2
    if half < 4:
        return []
    value = f"CAST({key} AS VARCHAR)"
    found = engine.query(
        f"SELECT DISTINCT {value} AS number FROM {table} WHERE length({value}) = {len(number)} AND "
        f"(starts_with({value}, {quote(number[:half])}) OR "
        f"ends_with({value}, {quote(number[half:])})) ORDER BY 1 LIMIT 1000"
    )
    near = [
        each
        for each in found.column("number").to_pylist()
        if sum(a != b for a, b in zip(each, number, strict=True)) == 1
    ]
    return near[:MOST_MISREAD]


def _agrees(about: str, shown: str, recorded: str) -> Compared:
    words = Words(f"{about}：与记录一致（{recorded}）", f"{about}: the record agrees ({recorded})")
    return Compared(about, Verdict.AGREES, shown, recorded, words)


def _contradicts(about: str, shown: str, recorded: str) -> Compared:
    zh = f"{about}：图中为 {shown}，记录为 {recorded}；请先核对是否识别错误"
    en = f"{about}: the picture shows {shown}, on record is {recorded}; check for misreading first"
    return Compared(about, Verdict.CONTRADICTS, shown, recorded, Words(zh, en))


def _unknown(about: str, shown: str, zh: str, en: str, recorded: str = "") -> Compared:
    words = Words(f"{about}：无法核对，{zh}", f"{about}: could not be checked, {en}")
    return Compared(about, Verdict.UNKNOWN, shown, recorded, words)

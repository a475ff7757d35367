"""Screenshots beside the market: agreement, contradiction, and where neither can be said."""

import pyarrow as pa
import pytest

from unbrush.base.pictures.held_rows import similarity
from unbrush.base.pictures.screenshot import Field, ScreenKind, Screenshot
from unbrush.base.pictures.screenshot_match import Match
from unbrush.base.pictures.screenshot_matching import match_screenshot

AT = 1_793_685_900_000  # a whole minute
ORDERS = pa.table(
    {
        "order_id": [2101, 2102],
        "account_id": [1, 2],
        "shop_id": ["南山小筑", "别家"],
        "item_id": [7, 8],
        "paid_minor": [12_990, 500],
        "currency": ["CNY", "CNY"],
        "placed_at": [AT + 22_000, AT - 9_000_000],
        "payer_token": ["f" * 32, "a" * 32],
    }
)
SHIPMENTS = pa.table(
    {
        "waybill_id": ["YT1234567890123", "SF123456789012"],
        "order_id": [2101, 2102],
        "carrier": ["圆通速递", "SF"],
        "sent_at": [AT, AT],
    }
)
TEXT = "物流很快，包装也很结实，孩子很喜欢这个颜色，下次还会再来买"
REVIEWS = pa.table(
    {
        "review_id": [31, 32],
        "item_id": [7, 8],
        "shop_id": ["南山小筑", "别家"],
        "text": [TEXT, "尺码偏小，客服态度一般，退货花了一个星期才到账"],
        "rating": [5.0, 2.0],
        "posted_at": [AT, AT],
    }
)
ITEMS = pa.table({"item_id": [7, 8], "title": ["无线蓝牙耳机降噪长续航 白色", "纯棉四件套"]})
MARKET = {"orders": ORDERS, "shipments": SHIPMENTS, "reviews": REVIEWS, "items": ITEMS}


def matched(fields, *, kind=ScreenKind.ORDER, market=MARKET, confidence=0.99):
    shot = Screenshot(
        kind=kind,
        kind_cues=(),
        width=1,
        height=1,
        turned=0,
        lines=(),
        shown=(),
        fields={name: Field(value, confidence) for name, value in fields.items()},
    )
    return {each.name: each for each in match_screenshot(shot, market)}


TRUE = {
    "order_id": "2101",
    "shop": "南山小筑",
    "item": "无线蓝牙耳机降噪长续航",
    "amount_minor": 12_990,
    "currency": "CNY",
    "at": AT,
    "at_precision_s": 60,
    "waybill_id": "YT 1234-5678-90123",
    "carrier": "yto",
    "account_token": "f" * 32,
}


def test_a_true_picture_agrees_in_every_field():
    found = matched(TRUE)
    assert {each.match for each in found.values()} == {Match.AGREES}
    assert found["order_id"].ids == (2101,), "the id as the market holds it"
    assert "at_precision_s" not in found


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("amount_minor", 1_990),
        ("at", AT + 86_400_000),
        ("item", "加厚珊瑚绒毛毯"),
        ("waybill_id", "YT9999999999999"),  # of none, while the order has one
    ],
)
def test_what_was_changed_contradicts_and_nothing_else_does(name, other):
    found = matched(TRUE | {name: other})
    assert [each.name for each in found.values() if each.match is Match.CONTRADICTS] == [name]


def test_the_parcel_of_another_order_contradicts_with_its_carrier():
    found = matched(TRUE | {"waybill_id": "SF123456789012"})
    wrong = {each.name for each in found.values() if each.match is Match.CONTRADICTS}
    assert wrong == {"waybill_id", "carrier"}
    assert found["waybill_id"].held == 2102


@pytest.mark.parametrize(
    "how", [{"confidence": 0.6}, {"kind": ScreenKind.CHAT}, {"kind": ScreenKind.OTHER}]
)
def test_misreading_and_talk_contradict_nothing(how):
    found = matched(TRUE | {"amount_minor": 1_990}, **how)
    assert found["amount_minor"].match is Match.UNCHECKED


def test_an_unknown_order_is_no_forgery():
    found = matched(TRUE | {"order_id": "77", "waybill_id": "1"})
    assert {each.match for each in found.values()} == {Match.UNCHECKED}


def test_a_market_without_tables_says_so_of_each_field():
    found = matched(TRUE | {"review_text": TEXT}, market={})
    assert {each.match for each in found.values()} == {Match.UNCHECKED}
    assert "orders" in found["order_id"].why.en
    assert all(each.why.zh and each.why.en for each in found.values())


def test_a_review_is_found_by_nearly_the_same_words():
    fields = {"review_text": TEXT.replace("结实", "结买"), "rating": 5, "at": AT - 3_600_000}
    found = matched(fields | {"at_precision_s": 86_400}, kind=ScreenKind.REVIEW)
    assert {each.match for each in found.values()} == {Match.AGREES}
    assert found["review_text"].ids == (31,)
    assert found["rating"].ids == (31,)


def test_a_rating_that_was_changed_contradicts():
    found = matched({"review_text": TEXT, "rating": 1}, kind=ScreenKind.REVIEW)
    assert found["rating"].match is Match.CONTRADICTS


@pytest.mark.parametrize("text", ["好", "很好很好", "完全不一样的一句话，和市场里的都不相同"])
def test_short_and_other_words_find_no_review(text):
    found = matched({"review_text": text, "rating": 1}, kind=ScreenKind.REVIEW)
    assert {each.match for each in found.values()} == {Match.UNCHECKED}


def test_another_name_contradicts_nothing():
    found = matched(TRUE | {"account_token": "0" * 32})
    assert found["account_token"].match is Match.UNCHECKED


def test_rows_in_another_order_change_nothing():
    turned = {name: table.take(pa.array([1, 0])) for name, table in MARKET.items()}
    assert matched(TRUE | {"review_text": TEXT}) == matched(
        TRUE | {"review_text": TEXT}, market=turned
    )


def test_likeness_is_of_letters_in_order():
    assert similarity("物流很快！", "物流 很快") == 1
    assert similarity("", "好") == 0

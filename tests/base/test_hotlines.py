"""Telephone numbers: in every disguise one number, and no others."""

import pytest

from unbrush.base.pages.hotlines import find_hotlines, is_disguised
from unbrush.base.pages.points import points_of


def numbers(text):
    return [each.number for each in find_hotlines(points_of(text).text())]


@pytest.mark.parametrize(
    "written",
    [
        "400-622-3187",
        "四零零-六二二-三一八七",
        "肆零零陆贰贰叁壹捌柒",
        "４００６２２３１８７",
        "4️⃣0️⃣0️⃣-6️⃣2️⃣2️⃣-3️⃣1️⃣8️⃣7️⃣",
        "4  0  0  -  6  2  2  -  3  1  8  7",
        "400 -62 2-3 1-8 7",
        "4oo-622-3l87",
        "400♡62★23^18#7",
        "④⓪⓪⑥②②③①⑧⑦",
    ],
)
def test_one_number_in_every_disguise(written):
    assert numbers(f"海瑞德空调售后{written}，{written}") == ["4006223187"] * 2


@pytest.mark.parametrize(
    "text",
    [
        "2025-11-12 10:00",
        "一二三四五六七八九十",
        "订单 202511121234567",
        "彩票 15 20 30 40 50 6 7 8",
        "比分 12 15 18 20 31",
        "ISBN 978-7-111-54742-6",
    ],
)
def test_what_is_no_number_is_left(text):
    assert numbers(text) == []


@pytest.mark.parametrize(
    ("written", "is_hidden"),
    [
        ("400-622-3187", False),
        ("400-62-23187", False),
        ("138 0013 8000", False),
        ("+1 (800) 555-0199", False),
        ("4 0 0 6 2 2 3 1 8 7", True),
        ("肆零零陆贰贰叁壹捌柒", True),
        ("179-662-117-18", True),
    ],
)
def test_firms_write_numbers_as_people_read_them(written, is_hidden):
    assert is_disguised(written) == is_hidden

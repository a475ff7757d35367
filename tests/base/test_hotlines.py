"""Hotlines: which forms of numbers are found, and what only looks like one."""

import pytest

from unbrush.base.pages.hotlines import find_hotlines, written
from unbrush.base.pages.points import points_of


def numbers(text: str) -> list[str]:
    return [line.number for line in find_hotlines(points_of(text).text())]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("拨打400-123-4567", ["4001234567"]),
        ("400 1234 567 / 4001234567", ["4001234567", "4001234567"]),
        ("４００－１２３－４５６７", ["4001234567"]),
        ("④⓪⓪①②③④⑤⑥⑦", ["4001234567"]),
        ("4\u200b00-1\u200b23-4567", ["4001234567"]),
        ("四零零一二三四五六七", ["4001234567"]),
        ("手机138 1234 5678", ["13812345678"]),
        ("0571-88886666 (010)62345678", ["057188886666", "01062345678"]),
        ("客服电话 95588", ["95588"]),
        ("Call (214) 555-0142 or +1 214-555-0142", ["2145550142", "2145550142"]),
        ("订单号 24001234567890，2024-03-12，共95588件", []),
        ("400页，1234567册", []),
    ],
)
def test_numbers_are_found_in_every_dress(text, found):
    assert numbers(text) == found


def test_a_mobile_is_not_shown_whole():
    assert written("13812345678") == "138****5678"
    assert written("4001234567") == "400-123-4567"

import pytest

from unbrush.base.pictures.screenshot import Box, TextLine
from unbrush.collect.pictures.stated import (
    Money,
    is_only_money,
    labelled,
    moment_in,
    money_in,
    number_in,
)


def line(text, left, top, right=None, height=30):
    return TextLine(text, Box(left, top, right or left + 20 * len(text), top + height), 0.99)


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("￥1,299.00", Money(129_900, "CNY")),
        ("¥ 29.9", Money(2_990, "CNY")),
        ("Y29.90", Money(2_990, "CNY")),  # how OCR reads the sign
        ("12元", Money(1_200, "CNY")),
        ("-200.00", Money(20_000, "")),
        ("US$5.25", Money(525, "USD")),
        ("没有钱", None),
    ],
)
def test_sums_of_money_are_whole_minor_units(text, money):
    assert money_in(text) == money


def test_a_year_is_no_sum_but_a_sum_alone_on_its_line_is():
    assert not is_only_money("2026")
    assert is_only_money("-29.90")
    assert is_only_money("￥88")


def test_moments_are_china_time_and_know_how_exact_they_are():
    moment = moment_in("2026-11-03 14:05:22")
    assert (moment.at_ms, moment.precision_s) == (1_793_685_922_000, 1)
    assert moment_in("2026-11-0314:05:22") == moment  # OCR drops the space
    assert moment_in("2026年1月3日").precision_s == 86_400
    assert moment_in("2026-02-31") is None
    assert moment_in("11月3日 14:05") is None  # without a year it is no moment


def test_a_value_is_beside_its_label_on_the_line_in_the_row_or_below():
    on_the_line = [line("订单编号：123456789012", 0, 0)]
    in_the_row = [line("订单编号", 0, 0), line("123456789012", 400, 2)]
    below = [line("订单编号", 0, 0), line("123456789012", 0, 40)]
    for lines in (on_the_line, in_the_row, below):
        (stated,) = labelled(lines, "订单编号")
        assert stated.text == "123456789012"


def test_a_label_within_a_word_is_no_label():
    assert list(labelled([line("我的订单编号怎么查询呀", 0, 0)], "订单编号")) == []


def test_numbers_lose_the_spaces_and_words_that_screens_add():
    assert number_in("2101 2345 6789 0123 复制") == "2101234567890123"
    assert number_in("210101-123456789012345") == "210101-123456789012345"
    assert number_in("只有 12 件") is None

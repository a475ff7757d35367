import pytest

from unbrush.respond import figures
from unbrush.respond.figures import Money


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [(0, 5, "0%"), (1, 100_000, "<0.01%"), (1, 400, "0.25%"), (1, 8, "12.5%"), (0, 0, "–")],
)
def test_a_small_share_is_not_shown_as_none(part: int, whole: int, written: str):
    assert figures.share(part, whole) == written


@pytest.mark.parametrize(
    ("currency", "written"),
    [
        ("CNY", "¥12,345.67"),
        ("JPY", "JPY 1,234,567"),
        ("KWD", "KWD 1,234.567"),
        ("", "12,345.67"),
    ],
)
def test_money_is_written_in_its_own_digits(currency: str, written: str):
    assert Money(currency).exact(1_234_567) == written


def test_missing_numbers_are_not_zero():
    assert figures.count(None) == figures.decimal(None) == Money("CNY").whole(None) == "–"


def test_texts_from_outside_are_one_short_line():
    assert figures.outside("a\n b\t c") == "a b c"
    assert figures.outside("长" * 500).endswith("…")
    assert len(figures.outside("长" * 500)) == 90


def test_two_equal_tokens_look_equal_and_neither_is_shown_whole():
    assert figures.token("0123456789abcdef") == "01234567…"
    assert figures.token(None) == "–"

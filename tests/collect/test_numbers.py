"""Amounts as people write them."""

from decimal import ROUND_HALF_UP, Decimal

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unbrush.collect.numbers import minor_of_major, minor_of_text, number_text
from unbrush.store.duckdb_engine import DuckDBEngine

same_engine = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def major(engine: DuckDBEngine, *texts: str, decimal: str = ".", decimals: int = 2) -> list:
    engine.put("texts", pa.table({"n": range(len(texts)), "text": texts}))
    sql = minor_of_major(number_text("text", decimal=decimal), decimals)
    return engine.query(f"SELECT {sql} AS v FROM texts ORDER BY n").column("v").to_pylist()


@pytest.mark.parametrize(
    "text",
    [
        "1234.5",
        "1,234.50",
        "￥1,234.5",
        "¥ 1234.50",
        "1234.50元",
        "１２３４．５",
        "CNY 1,234.50",
        "1 234.50",
        "R$1234.5",
        "+1234.5",
        "$1,234.500",
        "1.2345e3",
        "1234.50 EUR",
    ],
)
def test_ways_to_write_one_amount(engine, text):
    assert major(engine, text) == [123_450]


@pytest.mark.parametrize(
    "text",
    ["1.234,50", "12,5", "1,23,456", "abc", "12.5.1", "(12.50)", "--1", "1e999", "NaN", "", "￥"],
)
def test_what_is_no_amount_is_not_guessed(engine, text):
    assert major(engine, text) == [None]


def test_a_decimal_comma_is_read_where_the_mapping_says_so(engine):
    assert major(engine, "1.234,50", "12,5", "R$ 0,99", "7", "1234.5", decimal=",") == [
        123_450,
        1_250,
        99,
        700,
        None,
    ]


def test_signs_are_kept(engine):
    assert major(engine, "-1,234.50", "-￥5", "￥-5") == [-123_450, -500, -500]


@same_engine
@given(st.integers(-(10**15), 10**15))
def test_amounts_come_back_through_their_written_form(engine, minor):
    plain = f"{Decimal(minor) / 100:.2f}"
    grouped = f"{Decimal(minor) / 100:,.2f}"
    comma = grouped.translate(str.maketrans(",.", ".,"))
    assert major(engine, plain, grouped) == [minor, minor]
    assert major(engine, comma, decimal=",") == [minor]


@same_engine
@given(st.decimals(-(10**9), 10**9, places=5))
def test_more_digits_are_rounded_half_away_from_zero(engine, amount):
    wanted = int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))
    assert major(engine, f"{amount:f}") == [wanted]


def test_currencies_without_cents_have_no_decimals(engine):
    assert major(engine, "1,234", decimals=0) == [1234]
    assert major(engine, "1.234567", decimals=6) == [1_234_567]


@pytest.mark.parametrize(
    ("text", "minor"), [("1234", 1234), ("1234.0", 1234), ("1234.00", None), ("12.5", None)]
)
def test_minor_units_are_whole(engine, text, minor):
    sql = minor_of_text(f"'{text}'")
    assert engine.query(f"SELECT {sql} AS v").to_pylist() == [{"v": minor}]

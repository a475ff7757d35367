"""Totals to the minor unit: the published figures of A7 and B1."""

import pytest

from unbrush.base.errors import BadParameter
from unbrush.respond.losses.amounts import Gain, add_up
from unbrush.respond.losses.documents import (
    Entry,
    amounts_of,
    cost_of_conduct,
    fines_of,
    read_entries,
)

HEAD = "kind,n,unit_minor,currency,source,day,confirmed_by\n"


def read(tmp_path, text):
    file = tmp_path / "entries.csv"
    file.write_text(HEAD + text, encoding="utf-8")
    return read_entries(file)


def test_a7_adds_up_to_15371_yuan_and_the_fine_is_added_to_nothing(tmp_path):
    entries = read(
        tmp_path,
        "returned-spend,1,1037100,CNY,administrative decision,,court\n"
        "service-fee,1,500000,CNY,administrative decision,,court\n"
        "fine,1,5000000,CNY,administrative decision,,\n",
    )
    amounts = amounts_of(entries)
    assert all(isinstance(each, Gain) for each in amounts)
    assert add_up(amounts).point_minor == 1_537_100
    assert sum(each.proved.point_minor for each in amounts) == 1_537_100
    assert [each.amount_minor for each in fines_of(entries)] == [5_000_000]


def test_b1_is_926_times_eight_yuan_and_127_gifts(tmp_path):
    entries = read(
        tmp_path,
        "commission,926,800,CNY,decision,2020-12-07,Li Na\ngoods-given,127,785,CNY,decision,,\n",
    )
    (gain,) = amounts_of(entries)
    assert gain.expected.low_minor == gain.expected.high_minor == 740_800
    assert gain.last_day.isoformat() == "2020-12-07"
    costs = {words.en: (n, minor) for words, n, minor in cost_of_conduct(entries, "CNY")}
    assert costs == {"commissions": (926, 740_800), "goods given away": (127, 127 * 785)}


def test_what_nobody_confirmed_is_not_proved(tmp_path):
    (gain,) = amounts_of(read(tmp_path, "membership,10,9900,CNY,books,,\n"))
    assert gain.proved is None
    assert gain.expected.point_minor == 99_000


def test_currencies_stay_apart(tmp_path):
    amounts = amounts_of(read(tmp_path, "commission,2,800,CNY,a,,\ncommission,3,500,USD,b,,\n"))
    assert {each.currency: each.expected.point_minor for each in amounts} == {
        "CNY": 1_600, "USD": 1_500,
    }  # fmt: skip


def test_what_was_recovered_lessens_the_subsidies():
    entries = [
        Entry(kind=kind, n=1, unit_minor=minor, currency="CNY", source="books", confirmed_by="x")
        for kind, minor in (("subsidy", 150_000), ("recovered", 40_000))
    ]
    (gain,) = amounts_of(entries)
    assert gain.proved.point_minor == gain.expected.point_minor == 110_000


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("comission,1,800,CNY,a,,", "commission"),
        ("commission,1,8.00,CNY,a,,", "Eight yuan are 800"),
        ("commission,1,800,,a,,", "currency"),
        ("commission,1,800,CNY,,,", "source"),
        ("commission,1,-800,CNY,a,,", "0 or more"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path, line, said):
    with pytest.raises(BadParameter) as error:
        read(tmp_path, line + "\n")
    assert said in error.value.message + error.value.hint
    assert "line 2" in error.value.message

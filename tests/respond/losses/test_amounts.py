"""What may be added to what: by type, by currency, by what it is made of."""

from dataclasses import fields, replace
from pathlib import Path

import pytest

from unbrush.base.words import Words
from unbrush.respond.losses.amounts import (
    Estimate,
    Exposure,
    Fine,
    Gain,
    Loss,
    Measure,
    Placebo,
    Range,
    add_up,
)

WHO = Words("店铺", "the shop")


def amount(kind, minor=100, *, covers="a", currency="CNY", measure=Measure.MONEY):
    return kind(
        method="documents", who=WHO, currency=currency, measure=measure, proved=None,
        expected=Range(low_minor=minor - 10, point_minor=minor, high_minor=minor + 20),
        upper_minor=minor + 20, covers=frozenset({covers}),
        placebo=Placebo(is_passed=None, words=WHO),
    )  # fmt: skip


def test_amounts_of_one_family_add_up_with_their_ends():
    total = add_up([amount(Loss), amount(Loss, 1_000, covers="b")])
    assert total == Range(low_minor=1_080, point_minor=1_100, high_minor=1_140)


@pytest.mark.parametrize("pair", [(Gain, Loss), (Loss, Exposure), (Gain, Exposure)])
def test_families_are_never_added(pair):
    with pytest.raises(TypeError, match="not added up"):
        add_up([amount(pair[0]), amount(pair[1], covers="b")])


def test_a_fine_is_no_loss():
    with pytest.raises(TypeError, match="a fine is none"):
        add_up([amount(Loss), Fine(amount_minor=5_000_000, currency="CNY", source="decision")])


def test_the_same_money_never_counts_twice():
    subsidy, refunds = amount(Loss, covers="subsidy"), amount(Loss, covers="fee-refunded")
    net = replace(amount(Loss), covers=frozenset({"subsidy", "handling"}))
    add_up([net, refunds])
    with pytest.raises(ValueError, match="subsidy would count twice"):
        add_up([net, subsidy])


def test_ways_for_one_loss_are_alternatives():
    ways = [amount(Loss, covers="sales of rivals in c10") for _ in range(2)]
    with pytest.raises(ValueError, match="count twice"):
        add_up(ways)


def test_currencies_and_measures_stay_apart():
    with pytest.raises(ValueError, match="currency"):
        add_up([amount(Loss), amount(Loss, covers="b", currency="USD")])
    with pytest.raises(ValueError, match="measure"):
        add_up([amount(Loss), amount(Loss, covers="b", measure=Measure.TURNOVER)])


def test_an_interval_holds_its_point():
    with pytest.raises(ValueError, match="no range"):
        Range(low_minor=5, point_minor=4, high_minor=6)


def test_no_amount_is_made_without_an_interval_and_a_placebo():
    asked = {field.name: field for field in fields(Estimate)}
    assert asked["expected"].type is Range
    assert asked["placebo"].type is Placebo
    with pytest.raises(TypeError, match="placebo"):
        Loss(method="court", who=WHO, currency="CNY", measure=Measure.MONEY, proved=None,
             expected=Range.counted(1), upper_minor=1, covers=frozenset())  # type: ignore[call-arg]  # fmt: skip


@pytest.mark.slow
def test_the_type_checker_refuses_a_sum_of_gain_and_loss(tmp_path: Path, monkeypatch):
    from mypy import api

    file = tmp_path / "sums.py"
    file.write_text(
        "from unbrush.respond.losses.amounts import Exposure, Fine, Gain, Loss, add_up\n"
        "def wrong(gain: Gain, loss: Loss, fine: Fine, owed: Exposure) -> None:\n"
        "    add_up([gain, loss])\n"
        "    add_up([loss, fine])\n"
        "    add_up([owed, loss])\n"
        "    add_up([loss, loss])\n"
    )
    monkeypatch.setenv("MYPYPATH", str(Path(__file__).parents[3] / "src"))
    cache = Path(__file__).parents[3] / ".mypy_cache"
    said, _, code = api.run([str(file), "--strict", "--cache-dir", str(cache)])
    assert code == 1
    lines = {line.split(":")[1] for line in said.splitlines() if ": error:" in line}
    assert lines == {"3", "4", "5"}

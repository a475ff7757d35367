from datetime import UTC, date, datetime

import pytest

from unbrush.base.errors import BadParameter
from unbrush.respond.dossier.law import applying, day_in_china, lighter, provisions, thresholds
from unbrush.respond.dossier.reckoning import (
    comparisons,
    extra_minor,
    keep_until,
    months_later,
    penalty_ends,
    reckon,
)


def _ids(touched: str, audience: str, first: date, last: date) -> set[str]:
    return {each.id for each in applying([touched], audience, first, last)[0]}


def test_the_date_of_the_act_selects_the_version() -> None:
    eve, day = date(2025, 10, 14), date(2025, 10, 15)
    assert {"aucl-2019-8", "aucl-2019-20"} <= _ids("promotion", "regulator", eve, eve)
    assert not {i for i in _ids("promotion", "regulator", eve, eve) if i.startswith("aucl-2025-9")}
    after = _ids("promotion", "regulator", day, day)
    assert {"aucl-2025-9-1", "aucl-2025-25"} <= after
    assert not {each for each in after if each.startswith("aucl-2019")}


def test_acts_on_both_sides_have_both_versions() -> None:
    both = _ids("organising", "regulator", date(2025, 10, 14), date(2025, 10, 15))
    assert {"aucl-2019-8", "aucl-2025-9-2"} <= both


def test_the_law_changes_at_midnight_in_china() -> None:
    last_second = datetime(2025, 10, 14, 15, 59, 59, tzinfo=UTC)
    assert day_in_china(int(last_second.timestamp() * 1000)) == date(2025, 10, 14)
    assert day_in_china(int(last_second.timestamp() * 1000) + 1000) == date(2025, 10, 15)


@pytest.mark.parametrize(
    ("id", "usual", "serious"),
    [
        ("aucl-2025-25", (0, 1_000_000), (1_000_000, 2_000_000)),
        ("aucl-2025-28", (100_000, 1_000_000), (1_000_000, 5_000_000)),
        ("aucl-2025-29", (100_000, 1_000_000), (1_000_000, 5_000_000)),
        ("aucl-2019-20", (200_000, 1_000_000), (1_000_000, 2_000_000)),
        ("aucl-2019-23", (100_000, 500_000), (500_000, 3_000_000)),
        ("aucl-2019-24", (100_000, 500_000), (500_000, 3_000_000)),
    ],
)
def test_fines_are_what_the_articles_say(
    id: str, usual: tuple[int, int], serious: tuple[int, int]
) -> None:
    each = provisions()[id]
    assert each.fine_minor == tuple(yuan * 100 for yuan in usual)
    assert each.serious_fine_minor == tuple(yuan * 100 for yuan in serious)


def test_the_lighter_law_differs_by_article() -> None:
    compared = comparisons(["aucl-2019-20", "aucl-2019-23", "aucl-2019-24"])
    assert [row["lighter"] for row in compared] == ["new", "old", "old"]
    same = provisions()["aucl-2025-25"]
    assert lighter(same, same) == "same"


@pytest.mark.parametrize(
    ("price", "extra"), [(0, 50_000), (16_666, 50_000), (16_667, 50_001), (100_000, 300_000)]
)
def test_three_prices_or_five_hundred_yuan(price: int, extra: int) -> None:
    assert extra_minor(price) == extra


def test_penalties_end_after_two_years_or_five() -> None:
    assert penalty_ends(date(2024, 3, 1)) == date(2026, 3, 1)
    assert penalty_ends(date(2024, 2, 29)) == date(2026, 2, 28)
    assert penalty_ends(date(2024, 3, 1), has_harmed_safety=True) == date(2029, 3, 1)


def test_what_is_kept_and_until_when() -> None:
    assert keep_until(date(2025, 11, 11), "trade") == date(2028, 11, 11)
    assert keep_until(date(2025, 8, 31), "log") == date(2026, 2, 28)
    assert keep_until(date(2025, 1, 2), "assessment") == date(2028, 1, 2)
    assert months_later(date(2025, 12, 31), 2) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("id", "number"), [("personal-tracks", 50), ("personal-trades", 500), ("personal-others", 5000)]
)
def test_numbers_are_reached_exactly_at_the_number(id: str, number: int) -> None:
    assert not reckon({id: number - 1})[0].is_reached
    assert reckon({id: number})[0].is_reached


VERDICTS = ("构成", "犯罪事实", "有罪", "违法。", "guilty", "commits", "is a crime", "illegal")


@pytest.mark.parametrize("above", [-1, 0, 1])
def test_numbers_are_facts_without_a_verdict(above: int) -> None:
    for each in reckon({id: t.at_least + above for id, t in thresholds().items()}):
        assert not [word for word in VERDICTS if word in each.words.zh or word in each.words.en]
        assert f"{each.n:,}" in each.words.zh
        assert f"{each.n:,}" in each.words.en


def test_what_nobody_counts_is_refused() -> None:
    with pytest.raises(BadParameter, match="personal-track"):
        reckon({"personal-track": 50})
    with pytest.raises(BadParameter, match="-1"):
        reckon({"sites": -1})


def test_what_was_not_verified_says_nothing() -> None:
    for each in provisions().values():
        assert bool(each.says.zh and each.says.en and each.source) == each.verified, each.id
        assert not (each.penalty or each.followed_by) or (
            (each.penalty or each.followed_by) in provisions()
        )
    named, unverified = applying(["promotion"], "court", date(2026, 5, 1), date(2026, 5, 1))
    assert all(each.verified for each in named)
    assert "spc-2022-23" in {each.id for each in unverified}

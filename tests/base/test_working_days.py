"""Working days of China: weekends, holidays, weekends worked, and years that nobody announced."""

from datetime import date, datetime, timedelta

import pytest

from unbrush.base.clock import minute_of
from unbrush.base.working_days import CALENDARS, ZONE, after_working_days, is_working_day


def at(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}T04:00+00:00").timestamp()) * 1_000


@pytest.mark.parametrize(("year", "n_worked"), [(2024, 251), (2025, 248), (2026, 248)])
def test_each_year_has_as_many_days_of_work_as_were_announced(year: int, n_worked: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    assert sum(bool(is_working_day(day)) for day in days if day.year == year) == n_worked


def test_what_is_worked_in_exchange_is_on_a_weekend_and_in_no_holiday() -> None:
    for year, calendar in CALENDARS.items():
        for name in calendar.worked:
            assert date.fromisoformat(f"{year}-{name}").weekday() >= 5
            assert not any(first <= name <= last for first, last in calendar.off)


@pytest.mark.parametrize(
    ("start", "n_days", "end"),
    [
        ("2026-09-21", 3, "2026-09-24 23:59"),  # Monday
        ("2026-09-24", 3, "2026-09-30 23:59"),  # over the Mid-Autumn Festival
        ("2026-09-30", 1, "2026-10-08 23:59"),  # over the National Day
        ("2026-10-08", 2, "2026-10-10 23:59"),  # a Saturday that is worked
        ("2026-02-13", 1, "2026-02-14 23:59"),
    ],
)
def test_days_of_rest_are_not_counted(start: str, n_days: int, end: str) -> None:
    due = after_working_days(at(start), n_days)
    assert minute_of(due.at_ms, ZONE) == end
    assert due.note is None


def test_a_year_without_a_calendar_is_named_and_counted_in_plain_days() -> None:
    due = after_working_days(at("2026-12-31"), 3)
    assert minute_of(due.at_ms, ZONE) == "2027-01-03 23:59"
    assert due.without == (2027,)
    assert due.note is not None
    assert "2027" in due.note.zh
    assert "2027" in due.note.en
    assert is_working_day(date(2027, 1, 4)) is None

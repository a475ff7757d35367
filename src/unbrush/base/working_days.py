"""Working days of China: weekends, public holidays and the weekends worked in exchange for them.

The General Office of the State Council announces each year's days in the autumn before; nobody can
compute them. A year that is not in `CALENDARS` is not guessed: there every day counts, so that a
promise made in working days falls due too early rather than too late, and whoever reads the date
is told so.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from unbrush.base.clock import SECOND_MS
from unbrush.base.words import Words

ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Calendar:
    """One year's exceptions to "Monday to Friday".

    Attributes:
        source: Who announced it, and when.
        off: First and last day of each holiday, as ``MM-DD``.
        worked: Days of weekends that are worked, as ``MM-DD``.
    """

    source: str
    off: tuple[tuple[str, str], ...]
    worked: tuple[str, ...]


_OFFICE = "国务院办公厅关于{}年部分节假日安排的通知 (General Office of the State Council, {})"

CALENDARS = {
    2024: Calendar(
        _OFFICE.format(2024, "2023-10-25"),
        (
            ("01-01", "01-01"), ("02-10", "02-17"), ("04-04", "04-06"), ("05-01", "05-05"),
            ("06-10", "06-10"), ("09-15", "09-17"), ("10-01", "10-07"),
        ),
        ("02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"),
    ),
    2025: Calendar(
        _OFFICE.format(2025, "2024-11-12"),
        (
            ("01-01", "01-01"), ("01-28", "02-04"), ("04-04", "04-06"), ("05-01", "05-05"),
            ("05-31", "06-02"), ("10-01", "10-08"),
        ),
        ("01-26", "02-08", "04-27", "09-28", "10-11"),
    ),
    2026: Calendar(
        _OFFICE.format(2026, "2025-11-04"),
        (
            ("01-01", "01-03"), ("02-15", "02-23"), ("04-04", "04-06"), ("05-01", "05-05"),
            ("06-19", "06-21"), ("09-25", "09-27"), ("10-01", "10-07"),
        ),
        ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10"),
    ),
}  # fmt: skip
"""Year → its days. A year is added as soon as it is announced: one entry, with its source."""


@dataclass(frozen=True)
class Due:
    """When something falls due.

    Attributes:
        at_ms: The end of that day in China, epoch ms UTC.
        without: Years on the way that no calendar covers, in which every day was counted.
    """

    at_ms: int
    without: tuple[int, ...] = ()

    @property
    def note(self) -> Words | None:
        """What a reader of the date has to know; None if nothing."""
        if not self.without:
            return None
        years = "、".join(map(str, self.without))
        return Words(
            f"没有 {years} 年的节假日安排；该年按自然日计算，只会提前，不会推迟。",
            f"There is no calendar of holidays for {', '.join(map(str, self.without))}: every day "
            "was counted there, so that the date is early, never late.",
        )


def is_working_day(day: date) -> bool | None:
    """Say whether a day is worked in China; None for a year without a calendar."""
    calendar = CALENDARS.get(day.year)
    if calendar is None:
        return None
    name = f"{day:%m-%d}"
    if name in calendar.worked:
        return True
    return day.weekday() < 5 and not any(first <= name <= last for first, last in calendar.off)


def after_working_days(at_ms: int, n_days: int) -> Due:
    """Return the end of the ``n_days``-th working day after the day of a moment, in China.

    The day itself is not counted, as in art. 201 of the Civil Code of China.

    Args:
        at_ms: The moment, epoch ms UTC.
        n_days: Working days, at least one.
    """
    day = datetime.fromtimestamp(at_ms / SECOND_MS, UTC).astimezone(ZoneInfo(ZONE)).date()
    without: set[int] = set()
    while n_days > 0:
        day += timedelta(days=1)
        is_worked = is_working_day(day)
        if is_worked is None:
            without.add(day.year)
        if is_worked is not False:
            n_days -= 1
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), ZoneInfo(ZONE))
    return Due(int(end.timestamp()) * SECOND_MS - 1, tuple(sorted(without)))

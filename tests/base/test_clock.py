"""Days as a platform's calendar has them, clock changes included."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from unbrush.base.clock import DAY_MS, HOUR_MS, day_number_sql, offsets_of
from unbrush.base.engine import Engine

YEAR = (
    int(datetime(2025, 1, 1, tzinfo=UTC).timestamp() * 1000),
    int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000),
)


@pytest.mark.parametrize(
    ("zone", "n"), [("UTC", 1), ("Asia/Shanghai", 1), ("Europe/Berlin", 3), ("Asia/Kathmandu", 1)]
)
def test_the_day_is_the_calendars(engine: Engine, zone, n):
    offsets = offsets_of(zone, *YEAR)
    assert len(offsets) == n
    moments = range(YEAR[0], YEAR[1], 5 * HOUR_MS + 1_000)
    # Around every change of the clocks, to the second.
    moments = [*moments, *(at + step * 1_000 for at, _ in offsets[1:] for step in (-1, 0, 1))]
    values = ", ".join(f"({at})" for at in moments)
    day = day_number_sql("moment", offsets)
    rows = engine.query(f"SELECT moment, {day} AS day FROM (VALUES {values}) t(moment)").to_pylist()
    for row in rows:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=row["moment"])
        there = moment.astimezone(ZoneInfo(zone)).date()
        assert row["day"] == (there - datetime(1970, 1, 1).date()).days


def test_a_span_of_less_than_a_day_sees_its_change():
    before = int(datetime(2025, 3, 30, 0, 30, tzinfo=UTC).timestamp() * 1000)
    assert offsets_of("Europe/Berlin", before, before + HOUR_MS) == [
        (before, HOUR_MS),
        (before + HOUR_MS // 2, 2 * HOUR_MS),
    ]
    assert len(offsets_of("Europe/Berlin", before, before + DAY_MS)) == 2

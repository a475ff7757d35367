"""Time as whole epoch milliseconds, UTC. Nothing here reads the wall clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


def day_of(at_ms: int) -> str:
    """Return the UTC date of a moment as ``YYYY-MM-DD``."""
    return datetime.fromtimestamp(at_ms / SECOND_MS, UTC).strftime("%Y-%m-%d")


def minute_of(at_ms: int, zone: str = "UTC") -> str:
    """Return a moment as ``YYYY-MM-DD HH:MM`` of a zone's clocks."""
    moment = datetime.fromtimestamp(at_ms / SECOND_MS, UTC).astimezone(ZoneInfo(zone))
    return moment.strftime("%Y-%m-%d %H:%M")


def offsets_of(zone: str, first_ms: int, last_ms: int) -> list[tuple[int, int]]:
    """Return by how much a zone's clocks are ahead of UTC, from when: ``(from_ms, offset_ms)``.

    The first is in force at ``first_ms``; a zone whose clocks never change has one. Changes are
    found to the second.
    """
    place = ZoneInfo(zone)

    def offset(at_ms: int) -> int:
        moment = datetime.fromtimestamp(at_ms // SECOND_MS, UTC).astimezone(place)
        ahead = moment.utcoffset()
        return 0 if ahead is None else round(ahead.total_seconds()) * SECOND_MS

    found = [(first_ms, offset(first_ms))]
    for start in range(first_ms, last_ms + 1, DAY_MS):
        low, high = start, min(start + DAY_MS, last_ms)
        if offset(high) == found[-1][1]:
            continue
        while high - low > SECOND_MS:
            middle = (low + high) // 2
            low, high = (middle, high) if offset(middle) == found[-1][1] else (low, middle)
        found.append((high // SECOND_MS * SECOND_MS, offset(high)))
    return found


def day_number_sql(at: str, offsets: list[tuple[int, int]]) -> str:
    """Return SQL for the calendar day of a moment after 1970: whole days since 1970-01-01.

    Args:
        at: Column of epoch milliseconds UTC.
        offsets: Where the calendar hangs, as `offsets_of` returns it.
    """
    ahead = str(offsets[0][1])
    if len(offsets) > 1:
        cases = " ".join(f"WHEN {at} >= {start} THEN {offset}" for start, offset in offsets[:0:-1])
        ahead = f"CASE {cases} ELSE {ahead} END"
    return f"(({at} + {ahead}) // {DAY_MS})"

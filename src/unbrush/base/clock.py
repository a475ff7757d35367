"""Time as whole epoch milliseconds, UTC. Nothing here reads the wall clock."""

from datetime import UTC, datetime

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


def day_of(at_ms: int) -> str:
    """Return the UTC date of a moment as ``YYYY-MM-DD``."""
    return datetime.fromtimestamp(at_ms / SECOND_MS, UTC).strftime("%Y-%m-%d")


def minute_of(at_ms: int) -> str:
    """Return a moment as ``YYYY-MM-DD HH:MM`` UTC."""
    return datetime.fromtimestamp(at_ms / SECOND_MS, UTC).strftime("%Y-%m-%d %H:%M")

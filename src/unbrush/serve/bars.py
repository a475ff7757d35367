"""Bars of a waterfall in characters: where each begins and ends on one scale."""

BAR = 24
"""Columns of the scale."""


def bar(start: float, end: float, low: float, high: float, width: int = BAR) -> str:
    """Return a bar from ``start`` to ``end`` on a scale from ``low`` to ``high``.

    It is at least one column wide, and tells apart what adds (█) from what takes away (▒).
    """
    if high <= low:
        return " " * width
    first, last = sorted((_place(start, low, high, width), _place(end, low, high, width)))
    first = min(first, width - 1)
    last = max(last, first + 1)
    sign = "█" if end >= start else "▒"
    return " " * first + sign * (last - first) + " " * (width - last)


def _place(value: float, low: float, high: float, width: int) -> int:
    return round((value - low) / (high - low) * width)

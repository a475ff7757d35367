"""The mean rating with an interval: what the reviews that count say, and how surely.

Ratings lie between the ends of a scale, so the mean is a share of it. The interval is Wilson's for
such a share: it holds for any ratings between the ends, for their spread is never larger than that
of ratings at the ends only. It is therefore wide rather than narrow, never leaves the scale, and
needs no chance. It speaks of chance alone: a review that was bought and not found is beyond it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z_95 = 1.959964
"""Standard deviations that hold 95 % of a normal distribution."""

SCALES = ((1.0, 5.0), (0.0, 5.0), (0.0, 10.0), (0.0, 100.0))
"""Usual scales; the narrowest that holds nearly all ratings is taken."""

NEARLY_ALL = 0.98
"""Share of the ratings; the others are slips."""

DIGITS = 4


@dataclass(frozen=True, kw_only=True)
class Mean:
    """A mean rating.

    Attributes:
        n: Ratings it is of.
        value: The mean, None of none.
        low: Lower end of its 95 % interval.
        high: Upper end.
    """

    n: int
    value: float | None
    low: float | None
    high: float | None


def scale_of(ratings: Sequence[float]) -> tuple[float, float] | None:
    """Return the ends of the scale that the ratings are on; None if they are on none."""
    enough = NEARLY_ALL * len(ratings)
    for low, high in SCALES:
        if sum(low <= rating <= high for rating in ratings) >= enough:
            return low, high
    return None


def mean_of(ratings: Sequence[float], ends: tuple[float, float]) -> Mean:
    """Return the mean of ratings with its 95 % Wilson interval.

    Args:
        ratings: Values within ``ends``.
        ends: Lowest and highest possible rating.
    """
    n = len(ratings)
    if not n:
        return Mean(n=0, value=None, low=None, high=None)
    low, width = ends[0], ends[1] - ends[0]
    mean = math.fsum(ratings) / n
    share = (mean - low) / width
    z2 = Z_95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return Mean(
        n=n,
        value=round(mean, DIGITS),
        low=round(low + width * max(0.0, middle - half), DIGITS),
        high=round(low + width * min(1.0, middle + half), DIGITS),
    )


def interval_sql(total: str, n: str, ends: tuple[float, float]) -> tuple[str, str]:
    """Return the same interval in SQL: its lower and upper end, NULL of no ratings.

    Args:
        total: Sum of the ratings in thousandths, a whole number.
        n: How many they are.
        ends: Lowest and highest possible rating; what lies beyond counts as the end.
    """
    low, width = ends[0], ends[1] - ends[0]
    share = f"least(1.0, greatest(0.0, ({total} / 1000.0 / {n} - {low}) / {width}))"
    z2 = Z_95**2
    middle = f"({share} + {z2} / (2 * {n})) / (1 + {z2} / {n})"
    half = (
        f"{Z_95} / (1 + {z2} / {n})"
        f" * sqrt({share} * (1 - {share}) / {n} + {z2} / (4.0 * {n} * {n}))"
    )
    below = f"round({low} + {width} * greatest(0.0, {middle} - {half}), {DIGITS})"
    above = f"round({low} + {width} * least(1.0, {middle} + {half}), {DIGITS})"
    return f"CASE WHEN {n} > 0 THEN {below} END", f"CASE WHEN {n} > 0 THEN {above} END"

"""What reviews that were bought and not found may have done to a mean: bounds, not a guess.

The rule. Nobody knows how many were missed, and nothing public tells. What is known is of what kind
they would be: like those that were found. So the kept ones are a mixture of genuine reviews and of
an unknown number of missed ones, each of which has as many stars as those found (the middle nine
tenths of them) and words of the same origin. The mean of the genuine ones then lies between two
means: of what is left once those are taken away that pull it up most, and of what is left once
those are that pull it down most. No point between the two is likelier for that (Horowitz and
Manski 1995, with a contaminated share that only the count of such reviews bounds). The ends of
their 95 % intervals hold the true mean as often as that (Imbens and Manski 2004).

It assumes that what was found was bought, and that what was missed is like it. Where nothing was
found there is no kind to be missed, and no bounds: an item is not blurred for what others do.

References: Horowitz and Manski, Identification and Robustness with Contaminated and Corrupted Data,
Econometrica 63 (1995); Imbens and Manski, Confidence Intervals for Partially Identified Parameters,
Econometrica 72 (2004).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from unbrush.base.rating import mean_of

MIDDLE = 0.9
"""Share of the ratings found that say how those like them are rated."""

Ends = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Rated:
    """A rating and what kind of words came with it."""

    rating: float
    text_source: str | None


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Where the mean of genuine reviews may lie.

    Attributes:
        n_like: Kept reviews that are like those found: each may be a missed one.
        low: Lower end, if all of them that lift the mean were bought.
        high: Upper end, if all of them that lower it were.
        as_many: The mean if as many were missed as were found, those that move it most.
    """

    n_like: int
    low: float
    high: float
    as_many: float


def bounds_of(kept: Sequence[Rated], found: Sequence[Rated], ends: Ends) -> Bounds | None:
    """Return the bounds of the mean of the genuine ones among ``kept``; None if there are none.

    Args:
        kept: Reviews that nothing speaks against.
        found: Reviews that were left out.
        ends: Lowest and highest possible rating.
    """
    if not kept or not found:
        return None
    low, high = _middle(sorted(each.rating for each in found))
    sources = {each.text_source for each in found}
    ratings = [each.rating for each in kept]
    like = sorted(
        each.rating for each in kept if low <= each.rating <= high and each.text_source in sources
    )
    without_high, without_low = _without(ratings, like[::-1], 1), _without(ratings, like, -1)
    below, above = mean_of(without_high, ends), mean_of(without_low, ends)
    mean = sum(ratings) / len(ratings)
    lifts = (low + high) / 2 >= mean
    worst = like[::-1] if lifts else like
    some = mean_of(_without(ratings, worst[: len(found)], 1 if lifts else -1), ends)
    assert below.low is not None
    assert above.high is not None
    assert some.value is not None
    return Bounds(n_like=len(like), low=below.low, high=above.high, as_many=some.value)


def _middle(ratings: Sequence[float]) -> Ends:
    """Return the ends of the middle `MIDDLE` of sorted ratings."""
    beyond = int(len(ratings) * (1 - MIDDLE) / 2)
    return ratings[beyond], ratings[-1 - beyond]


def _without(ratings: Sequence[float], gone: Sequence[float], sign: int) -> list[float]:
    """Return ``ratings`` without those of ``gone``, in order, as long as that moves the mean.

    Args:
        ratings: All of them.
        gone: Some of them, those that move the mean most first.
        sign: 1 if they go to lower the mean, -1 if to raise it.
    """
    left, n, total = Counter(ratings), len(ratings), sum(ratings)
    for rating in gone:
        if sign * (rating * n - total) <= 0:
            break
        left[rating] -= 1
        n, total = n - 1, total - rating
    return sorted(left.elements())

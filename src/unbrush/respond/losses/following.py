"""Do places make shops seen? What views did, in quiet days, as shops changed places.

A shop that is liked stands high and is seen, whether or not anybody looks down a list. So views are
set against places within shops and from week to week, never between shops. The place of a week is
in part made by the orders of that week, and orders come with views; so it is replaced by what the
place on its first morning says of it, which sales before have settled (an instrument, Anderson and
Hsiao, 1982, doi:10.1016/0304-4076(82)90095-1). Where views only go with being liked this comes to 0
or below: a good week is followed by a higher place and by a week like others.

Shops are drawn with repetition, with all their weeks (cluster bootstrap, Cameron, Gelbach and
Miller, 2008, doi:10.1162/rest.90.3.414). Whether places count is asked of all shops; how much
they do in one category, of as many as it has: lists differ, and no list is the mean of all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unbrush.respond.losses.counterfactual import Days
from unbrush.respond.losses.draws import LOW, N_DRAWS, Array, Ids
from unbrush.respond.losses.listing import TRAILING, Listed, sorting_of, week_days, weeks

LEAST_FOLLOWED = 0.25
"""Below this, liking that wanders from day to day may feign it (`bench/losses_liking.py`)."""
_LEAST_WEEKS = 3


@dataclass(frozen=True, kw_only=True)
class Following:
    """How much of what a change of place predicts views did; 1 if all, 0 if places do nothing.

    Attributes:
        trailing: Days of sales whose places views follow best.
        point: The middle.
        low: Its lower end: of all shops together, chance alone exceeds it in one of twenty.
        draws: Draws of it for the first category, never below 0.
    """

    trailing: int
    point: float
    low: float
    draws: Array

    @property
    def is_found(self) -> bool:
        """Whether more than chance or liking says that places make shops seen."""
        return self.low >= LEAST_FOLLOWED


def following(quiet: Sequence[tuple[Listed, Days]], *, seed: int) -> Following | None:
    """Return how views followed places; None where nobody changed places.

    Args:
        quiet: Categories, each with the days on which nothing was done to it; the first is the
            one that is asked about.
        seed: Of the draws.
    """
    sums = np.concatenate([_moments(*each) for each in quiet] or [_NOBODY])
    if not (sums.sum(axis=0)[:, 3] > 0).any():
        return None
    whole = sums.sum(axis=0)[None]
    point, best = _slopes(whole)
    low = float(np.quantile(_slopes(_drawn(sums, len(sums), seed))[0], LOW))
    one = _slopes(_drawn(sums[:, best], len(quiet[0][0].views), seed + 1))[0]
    return Following(
        trailing=TRAILING[int(best[0])], point=float(point[0]), low=low, draws=np.maximum(one, 0)
    )


def _drawn(sums: Array, n: int, seed: int) -> Array:
    """Return sums over ``n`` shops drawn with repetition, shape (draws, ways, 4)."""
    rng = np.random.default_rng(seed)
    taken = rng.multinomial(n, np.full(len(sums), 1 / len(sums)), N_DRAWS)
    return np.asarray(np.tensordot(taken, sums, 1))


def _slopes(sums: Array) -> tuple[Array, Ids]:
    """Return the slope by those days of sales whose places views follow best, and which they are.

    Args:
        sums: Shape (draws, ways of `TRAILING`, 4), from `_moments`.
    """
    seen, placed, of_days, size = np.moveaxis(sums, 2, 0)
    best = (np.maximum(of_days, 0) ** 2 / np.maximum(size, 1e-12)).argmax(axis=1)
    each = np.arange(len(sums)), best
    # A morning that says nothing of its week, or the contrary, is no instrument.
    return np.where(placed[each] > 0, seen[each] / np.maximum(placed[each], 1e-12), 0.0), best


def _moments(listed: Listed, days: Days) -> Array:
    """Return each shop's sums of products, shape (shops, ways of `TRAILING`, 4).

    Of changes from week to week, the first morning's place with views, and with the week's places;
    of changes from day to day, places with views, and with themselves. Only the days of sales that
    a list really counts move its places on the right days.
    """
    if days.sum() < 7 * _LEAST_WEEKS or not listed.views[:, days].sum():
        return _NOBODY
    mornings = week_days(days)[:, 0]
    seen = np.diff(_shares(weeks(listed.views, days)), axis=1)
    seen_a_day = np.diff(_shares(listed.views[:, days]), axis=1)
    found = []
    for trailing in TRAILING:
        known = sorting_of(listed, days, trailing)
        share = known.share[known.place]
        first = np.diff(share[:, mornings], axis=1)
        placed = np.diff(weeks(share, days) / 7, axis=1)
        a_day = np.diff(share[:, days], axis=1)
        pairs = ((first, seen), (first, placed), (a_day, seen_a_day), (a_day, a_day))
        found.append(np.stack([(x * y).sum(axis=1) for x, y in pairs], axis=1))
    return np.stack(found, axis=1)


def _shares(views: Array) -> Array:
    return np.asarray(views / np.maximum(views.sum(axis=0), 1))


_NOBODY = np.zeros((0, len(TRAILING), 4))

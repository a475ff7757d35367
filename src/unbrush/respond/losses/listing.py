"""Lists: who stands where, what a place gets of the views, and where all would stand without fakes.

A list is sorted by the sales shown of the days before and by what else a platform holds of a shop
(its merit), which is read off the days before: who is seen like the fourth although it sold like
the sixth stands as if it had sold like the fourth. How much a place is seen never rises further
down (isotonic regression by pool adjacent violators, Barlow et al., 1972).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unbrush.respond.losses.counterfactual import Days
from unbrush.respond.losses.draws import Array, Ids

Mask = npt.NDArray[np.bool_]

TRAILING = (7, 14, 21, 30, 60, 90)
"""Days of sales by which a list may be sorted; which of them it is, is learnt from views."""
_ROUNDS = 10


@dataclass(frozen=True, kw_only=True)
class Listed:
    """The shops of one category by days; each array of shape (shops, days).

    Attributes:
        shown: Orders as the list counts them, fakes among them.
        orders: Orders without fakes, as far as is known.
        turnover: What those brought (minor units).
        views: Views of the shops' pages.
    """

    shown: Array
    orders: Array
    turnover: Array
    views: Array


@dataclass(frozen=True, kw_only=True)
class Sorting:
    """How a list was sorted in quiet days.

    Attributes:
        trailing: Days of sales that count.
        merit: Shape (shops,), added to the logarithm of what was sold.
        place: Shape (shops, days), from 0 at the top.
        share: Shape (shops,), of all views, by place; never rising, sum 1.
    """

    trailing: int
    merit: Array
    place: Ids
    share: Array


def sorting_of(listed: Listed, days: Days, trailing: int) -> Sorting:
    """Learn how a list is sorted, and what its places get, from ``days``."""
    standing = np.log1p(recent_sales(listed.shown, trailing))
    merit = _merit(standing, listed.views, days)
    place = ranked(standing + merit[:, None])
    share = attention(listed.views, place, days)
    return Sorting(trailing=trailing, merit=merit, place=place, share=share)


def recent_sales(sales: Array, trailing: int) -> Array:
    """Return each shop's sales in the days before each day, shape (shops, days)."""
    sums = np.cumsum(np.pad(sales, ((0, 0), (1, 0))), axis=1)[:, :-1]
    late = np.pad(sums, ((0, 0), (trailing, 0)))[:, : sums.shape[1]]
    return np.asarray(sums - late)


def ranked(standing: Array) -> Ids:
    """Return each shop's place (0 is first) on each day, by falling standing."""
    order = np.argsort(-standing, axis=0, kind="stable")
    found = np.empty_like(order)
    np.put_along_axis(found, order, np.arange(len(standing))[:, None], axis=0)
    return found.astype(np.int64)


def attention(views: Array, place: Ids, days: Days) -> Array:
    """Return the share of views that each place gets, never rising further down; sum 1.

    Args:
        views: Shape (shops, days).
        place: From `ranked`.
        days: Days to learn from.
    """
    seen = np.take_along_axis(views, np.argsort(place, axis=0), axis=0)[:, days].sum(axis=1)
    found = _falling(seen)
    return np.asarray(found / max(found.sum(), 1e-9))


def views_without(
    listed: Listed, known: Sorting, fakers: Mask, before: Days, window: Days
) -> Array:
    """Return the views that places would have brought without the fakes, shape (shops, window).

    The list is run forward through the window: a shop with fakes sells what its views bring (as
    before), the others what they sold and what they would have been seen more, on the same level.
    So what the fakes moved besides, genuine sales of one and of the others, keeps no place either.

    Args:
        listed: The category.
        known: How its list was sorted before.
        fakers: Shape (shops,), whose fakes are taken away.
        before: Days before the fakes.
        window: Days of the fakes.
    """
    per_view = per_view_of(listed.orders, listed.views, before)
    traffic, sold, found = listed.views.sum(axis=0), listed.shown.copy(), []
    expected = (per_view @ (listed.views * ~fakers[:, None]))[window].sum()
    sold[:, window] *= expected / max(float(sold[~fakers][:, window].sum()), 1e-9)
    for day in np.flatnonzero(window):
        recent = sold[:, max(0, day - known.trailing) : day].sum(axis=1)
        would = ranked((np.log1p(recent) + known.merit)[:, None])[:, 0]
        moved = traffic[day] * (known.share[would] - known.share[known.place[:, day]])
        seen = np.maximum(listed.views[:, day] + moved, 0)
        sold[:, day] = np.maximum(sold[:, day] + per_view * (seen - listed.views[:, day]), 0)
        sold[fakers, day] = (per_view * seen)[fakers]
        found.append(seen)
    return np.stack(found, axis=1)


def per_view_of(brought: Array, views: Array, days: Days) -> Array:
    """Return what a view of each shop brought in ``days``, shape (shops,); 0 if it had none."""
    seen = views[:, days].sum(axis=1)
    return np.asarray(brought[:, days].sum(axis=1) / np.maximum(seen, 1) * (seen > 0))


def week_days(days: Days) -> Ids:
    """Return the whole weeks of ``days``, the last of them, shape (weeks, 7)."""
    found = np.flatnonzero(days)
    return found[len(found) % 7 :].reshape(-1, 7)


def weeks(values: Array, days: Days) -> Array:
    """Return sums over the whole weeks of ``days``, shape (shops, weeks)."""
    return np.asarray(values[:, week_days(days)].sum(axis=2))


def _merit(standing: Array, views: Array, days: Days) -> Array:
    """Return what is to be added so that standing sorts the shops as they are seen."""
    own = weeks(standing, days) / 7
    by_views = ranked(weeks(views, days))
    found = np.zeros(len(own))
    for _ in range(_ROUNDS):
        now = own + found[:, None]
        wanted = np.take_along_axis(np.sort(now, axis=0)[::-1], by_views, axis=0)
        found = found + (wanted - now).mean(axis=1)
    return found


def _falling(values: Array) -> Array:
    """Return the closest sequence that never rises (pool adjacent violators)."""
    pools: list[list[float]] = []
    for value in values:
        pools.append([float(value), 1.0])
        while len(pools) > 1 and pools[-2][0] < pools[-1][0]:
            mean, size = pools.pop()
            last = pools[-1]
            last[0] = (last[0] * last[1] + mean * size) / (last[1] + size)
            last[1] += size
    return np.repeat([mean for mean, _ in pools], [int(size) for _, size in pools])

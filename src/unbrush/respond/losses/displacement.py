"""Places: what attention a shop lost because fakes pushed it down a list sorted by sales.

L_j = Σ N_t · [e(r without fakes) − e(r as it was)] · CVR_j · price_j: the day's views of the
category, the share of them that a place gets, how many views of the shop end in an order, and what
an order brings. The share of a place is learned from days before, and never rises further down.

It counts the place alone. What buyers made of inflated numbers beside the name, at the same place,
is not in it.
"""

import numpy as np
import numpy.typing as npt

from unbrush.respond.losses.counterfactual import Days
from unbrush.respond.losses.draws import Array

TRAILING_DAYS = 30
"""Days of sales by which a list is sorted, where nobody says otherwise."""
LEAST_MOVED = 0.02
"""Share of all views that changes of place have to predict, before it can be said who follows."""
_BLOCK = 7


def places(sales: Array, *, trailing: int = TRAILING_DAYS) -> npt.NDArray[np.int64]:
    """Return each shop's place (0 is first) on each day, by sales of the days before.

    Args:
        sales: Shape (shops, days).
        trailing: How many days count.
    """
    sums = np.cumsum(np.pad(sales, ((0, 0), (1, 0))), axis=1)[:, :-1]
    late = np.pad(sums, ((0, 0), (trailing, 0)))[:, : sums.shape[1]]
    order = np.argsort(-(sums - late), axis=0, kind="stable")
    found = np.empty_like(order)
    np.put_along_axis(found, order, np.arange(len(sales))[:, None], axis=0)
    return found.astype(np.int64)


def attention(views: Array, place: npt.NDArray[np.int64], days: Days) -> Array:
    """Return the share of views that each place gets, never rising further down; sum 1.

    Args:
        views: Shape (shops, days).
        place: From `places`.
        days: Days to learn from.
    """
    seen = np.take_along_axis(views, np.argsort(place, axis=0), axis=0)[:, days].sum(axis=1)
    found = _falling(seen)
    return np.asarray(found / max(found.sum(), 1e-9))


def displaced(
    views: Array,
    raw: Array,
    clean: Array,
    orders_per_view: Array,
    worth: Array,
    before: Days,
    window: Days,
    *,
    seed: int,
    n: int,
    trailing: int = TRAILING_DAYS,
) -> tuple[float, Array]:
    """Return what the others lost by their places, and draws of it.

    Args:
        views: Shape (shops, days).
        raw: Orders as shown, fakes among them.
        clean: Orders without them, as far as is known.
        orders_per_view: Shape (shops,); 0 for shops that are not asked about.
        worth: Shape (shops,), what an order brings (minor units).
        before: Days before the fakes.
        window: Days of the fakes.
        seed: Of the draws.
        n: How many draws.
        trailing: Days of sales by which the list is sorted.
    """
    rng = np.random.default_rng(seed)
    was = places(raw, trailing=trailing)
    would = places(clean, trailing=trailing)
    worth_per_view = (orders_per_view * worth)[:, None]
    traffic = views.sum(axis=0)

    def lost(share: Array) -> Array:
        return np.asarray(((share[would] - share[was]) * worth_per_view).sum(axis=0) * traffic)

    days, old = np.flatnonzero(window), np.flatnonzero(before)
    point = float(lost(attention(views, was, before))[days].sum())
    draws = np.empty(n)
    for at in range(n):
        known = np.zeros_like(before)
        # Whole weeks, drawn with repetition: days of one week are alike.
        weights = _blocks(rng, len(old))
        known[old[weights > 0]] = True
        taken = _blocks(rng, len(days))
        draws[at] = (lost(attention(views, was, known))[days] * taken).sum()
    return point, draws


def follows(views: Array, place: npt.NDArray[np.int64], before: Days) -> float | None:
    """Return how much of what places predict views really did, as shops changed places before.

    Days before are halved; the change of each shop's share of views is set against the change that
    its places predict. About 1 if places make shops seen, about 0 if they only go with being liked;
    None where hardly anybody moved.

    Args:
        views: Shape (shops, days).
        place: From `places`.
        before: Days before the fakes.
    """
    days = np.flatnonzero(before)
    share = attention(views, place, before)
    means = []
    for half in (days[: len(days) // 2], days[len(days) // 2 :]):
        seen = views[:, half].sum(axis=1)
        means.append((seen / max(seen.sum(), 1e-9), share[place[:, half]].mean(axis=1)))
    actual, predicted = means[1][0] - means[0][0], means[1][1] - means[0][1]
    if np.abs(predicted).sum() < LEAST_MOVED:
        return None
    return float(actual @ predicted / (predicted @ predicted))


def _blocks(rng: np.random.Generator, n: int) -> npt.NDArray[np.int64]:
    """Return how often each of ``n`` days is drawn, in runs of a week from any day on."""
    starts = rng.integers(0, n, -(-n // _BLOCK))
    drawn = ((starts[:, None] + np.arange(_BLOCK)) % n).ravel()[:n]
    return np.bincount(drawn, minlength=n)


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

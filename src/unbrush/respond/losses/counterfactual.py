"""What would have been sold: a unit's days set beside those of others that nothing was done to.

Two ways. *Difference in differences* lets the unit grow as the mean of its donors, in logarithms
(Card and Krueger, 1994). *Synthetic control* first weights donors so that together they follow the
unit before (Abadie, Diamond and Hainmueller, 2010, doi:10.1198/jasa.2009.ap08746). How far either
may be off is taken from the donors themselves: each is predicted from the others over the same
days, and nine in ten of these errors are the band of the prediction (conformal, as in Chernozhukov,
Wüthrich and Zhu, 2021, doi:10.1080/01621459.2021.1920957).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from unbrush.respond.losses.draws import Array, student_draws, student_quantile

Days = npt.NDArray[np.bool_]
Way = Literal["differences", "synthetic"]

LEAST_DONORS = 6
LEAST_DAYS_BEFORE = 28
DAYS_BEFORE = 56
HELD = 0.93
"""Share of the donors' errors that a band of 90 % holds: donors are chosen by likeness and
predicted from one another, so that they are a little better predicted than the unit."""


@dataclass(frozen=True, kw_only=True)
class Predicted:
    """What a unit would have sold in a window.

    Attributes:
        total: Expected, over the window.
        draws: Draws of it.
        spread: Of the logarithm of its error, see `conformal_spread`.
        errors: Errors of the donors, in logarithms, shape (donors,).
    """

    total: float
    draws: Array
    spread: float
    errors: Array


def predict(
    unit: Array, donors: Array, before: Days, window: Days, *, way: Way, seed: int
) -> Predicted:
    """Predict what ``unit`` would have sold in ``window``.

    Args:
        unit: Shape (days,), sales a day.
        donors: Shape (donors, days), at least `LEAST_DONORS` of them.
        before: Days on which nothing had been done to the unit.
        window: Days to predict.
        way: Differences or synthetic control.
        seed: Of the draws.
    """
    found, spread, errors = _from(unit, donors, recent(before), window, way)
    total = float(np.exp(found) * window.sum())
    away = student_draws(len(donors) - 1, seed=seed)
    return Predicted(
        total=total,
        draws=total * np.exp(np.clip(spread * away, -5, 5)),
        spread=spread,
        errors=errors,
    )


def recent(before: Days) -> Days:
    """Return the last eight weeks before: units drift, and older days say less of the window.

    The number is fixed. Taking that by which donors are predicted best over the window makes the
    band too narrow: its errors are then those of the choice.
    """
    last = np.zeros_like(before)
    last[np.flatnonzero(before)[-DAYS_BEFORE:]] = True
    return last


def _from(
    unit: Array, donors: Array, before: Days, window: Days, way: Way
) -> tuple[float, float, Array]:
    """Return the logarithm of a day's sales in the window, its spread, and the donors' errors."""
    level, followed = _levels(donors, before, window)
    growth = followed - level
    n = len(donors)
    if way == "differences":
        mine, theirs = float(growth.mean()), (growth.sum() - growth) / (n - 1)
    else:
        mine = float(weights(unit, donors, before) @ growth)
        theirs = _weights_of_each(donors, before) @ growth
    errors = growth - theirs
    return _level(unit, before) + mine, conformal_spread(errors), errors


def conformal_spread(errors: Array) -> float:
    """Return the spread whose 90 % band holds as many errors as conformal prediction asks for.

    Of n errors, the size of the ceil(HELD (n + 1))-th smallest: one more of their kind stays within
    it as often, whatever their distribution (Vovk, Gammerman and Shafer, 2005). Of so few that
    there is no such place, it is the largest and a little more.
    """
    n = len(errors)
    place = int(np.ceil(HELD * (n + 1)))
    sizes = np.sort(np.abs(errors))
    size = sizes[place - 1] if place <= n else sizes[-1] * (1 + 1 / n)
    return float(size / student_quantile(n - 1))


def nearest(unit: Array, others: Array, before: Days, *, n: int = 40) -> npt.NDArray[np.int64]:
    """Return the rows of ``others`` that sold most like ``unit`` before, in order of row.

    Small shops vary more than large ones: who is much larger says little of how far a prediction
    may be off.
    """
    gap = np.abs(_levels(others, before, before)[0] - _level(unit, before))
    return np.sort(np.argsort(gap, kind="stable")[:n]).astype(np.int64)


def earlier(before: Days, window: Days) -> tuple[Days, Days] | None:
    """Return a time before and a window within ``before``: the placebo in time, if it fits."""
    days = np.flatnonzero(before)
    length = min(int(window.sum()), len(days) // 2)
    if len(days) - length < LEAST_DAYS_BEFORE // 2 or length < 5:
        return None
    old, new = np.zeros_like(before), np.zeros_like(before)
    old[days[:-length]] = True
    new[days[-length:]] = True
    return old, new


def _level(unit: Array, days: Days) -> float:
    # Half a sale more, so that a unit that sold nothing has a logarithm.
    return float(np.log(unit[days].mean() + 0.5 * _smallest(unit) / days.sum()))


def _levels(units: Array, before: Days, window: Days) -> tuple[Array, Array]:
    return (
        np.array([_level(unit, before) for unit in units]),
        np.array([_level(unit, window) for unit in units]),
    )


def _smallest(unit: Array) -> float:
    sold = unit[unit > 0]
    return float(sold.min()) if len(sold) else 1.0


def weights(unit: Array, donors: Array, before: Days) -> Array:
    """Return the weights by which donors follow a unit before, from 0 and with sum 1.

    Weeks are compared, each relative to its unit's mean; a small pull to equal weights keeps noise
    from choosing. Exponentiated gradient (Kivinen and Warmuth, 1997).
    """
    own, theirs = _weeks(unit[None, :], before), _weeks(donors, before)
    return np.asarray(_followed(own, theirs, np.ones((1, len(donors))))[0])


def _weights_of_each(donors: Array, before: Days) -> Array:
    """Return the weights by which the others follow each donor, a row for each."""
    weeks = _weeks(donors, before)
    return _followed(weeks, weeks, 1.0 - np.eye(len(donors)))


def _followed(own: Array, theirs: Array, allowed: Array) -> Array:
    """Return weights, shape (units, donors), from weeks and from who may follow whom (1 or 0)."""
    equal = allowed / allowed.sum(axis=1, keepdims=True)
    apart = (theirs[None] - (equal @ theirs)[:, None]) ** 2
    pull = 0.5 * (equal * apart.mean(axis=2)).sum(axis=1, keepdims=True) + 1e-9
    found = equal
    for _ in range(300):
        slope = (found @ theirs - own) @ theirs.T / own.shape[1] + pull * (found - equal)
        largest = np.abs(slope * allowed).max(axis=1, keepdims=True) + 1e-12
        found = found * np.exp(-np.clip(slope / largest * 0.1, -1, 1))
        found = found / found.sum(axis=1, keepdims=True)
    return np.asarray(found)


def _weeks(units: Array, before: Days) -> Array:
    days = np.flatnonzero(before)
    days = days[len(days) % 7 :]
    weeks = units[:, days].reshape(len(units), -1, 7).sum(axis=2)
    return np.asarray(weeks / np.maximum(weeks.mean(axis=1, keepdims=True), 1e-9))

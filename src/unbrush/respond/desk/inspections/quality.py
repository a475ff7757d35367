"""Quality: results of tests that err → the share of conforming goods, as a posterior with interval.

A unit that conforms passes with the test's specificity, one that does not fails with its
sensitivity (Rogan and Gladen 1978); the share is then what a uniform prior and the results say of
it, on a grid. How often a test errs is itself only known from the known goods it was tried on, so
that is averaged over, once for all results of one method; and so is how alike units of one batch
are (Skellam's beta-binomial, 1948), which the results of several samples tell in part. Results lose
their weight in the second half of their validity and are nothing at its end: what is left then is
the prior.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from unbrush.base.params import bounded

GRID = 1_001
_SHARES = (np.arange(GRID) + 0.5) / GRID
_MIDDLES = (1 / 6, 1 / 2, 5 / 6)
_SMALL = 1e-12
_MOST_ALIKE = 0.99
LARGEST = 200
"""Units of one sample that are told apart: more of one batch say hardly more."""

Grid = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Params:
    """What the axis assumes; each with its reason."""

    prior_good: float = bounded(
        1.0, at_least=0.1, at_most=100.0,
        doc="Conforming units that the prior is worth; 1 and 1: before a test every share is as "
        "likely as any other.",
    )  # fmt: skip
    prior_bad: float = bounded(
        1.0, at_least=0.1, at_most=100.0, doc="Units that do not conform, in the prior."
    )
    alike: tuple[float, ...] = (0.02, 0.1, 0.25, 0.5, 0.8)
    """How alike units of one sample may be (intra-class correlation), each as likely before the
    results have their say: they are of one batch, and if batches differ then ten units of one say
    less of the shop than one unit of ten."""
    level: float = bounded(0.95, at_least=0.5, at_most=0.999, doc="Of the interval.")
    full_share: float = bounded(
        0.5, at_least=0.0, at_most=1.0,
        doc="Share of a result's validity in which it counts fully: goods change.",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LabResult:
    """One result: units of one product tested by one method.

    Attributes:
        n_tested: How many units.
        n_failed: How many failed; a share of a unit for a measurement near its limit.
        sensitivity: Of goods that do not conform, the share that fails (0-1).
        specificity: Of goods that conform, the share that passes (0-1).
        n_bad: Known bad goods on which the sensitivity was found; None if it is taken as it is.
        n_good: Known good goods on which the specificity was found; None likewise.
        method: Whose and which: results of one method err together.
        weight: 0-1, what is left of it.
    """

    n_tested: int
    n_failed: float
    sensitivity: float
    specificity: float
    n_bad: int | None = None
    n_good: int | None = None
    method: str = ""
    weight: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Quality:
    """What is known of the share of conforming goods (0-1).

    Attributes:
        mean: Its mean.
        low: Lower end of the narrowest interval that holds it with the level asked for.
        high: Upper end.
    """

    mean: float
    low: float
    high: float


def weight_at(at_ms: int, tested_at: int, expires_at: int, params: Params, /) -> float:
    """Return what is left of a result (0-1): all, then ever less, nothing from its expiry on."""
    if at_ms < tested_at or at_ms >= expires_at:
        return 0.0
    full_until = tested_at + params.full_share * (expires_at - tested_at)
    if at_ms <= full_until:
        return 1.0
    return float((expires_at - at_ms) / (expires_at - full_until))


def quality(results: Sequence[LabResult], params: Params, /) -> Quality:
    """Return what results say of the share of conforming goods; the prior's word if there are none.

    Args:
        results: In any order; those of weight 0 say nothing.
        params: What is assumed.
    """
    log = (params.prior_good - 1) * np.log(_SHARES) + (params.prior_bad - 1) * np.log1p(-_SHARES)
    methods: dict[tuple[object, ...], list[LabResult]] = {}
    for each in sorted(results, key=_order):
        if each.weight > 0:
            key = (each.method, each.sensitivity, each.specificity, each.n_bad, each.n_good)
            methods.setdefault(key, []).append(each)
    rows = [
        sum((_log_of_method(group, alike) for group in methods.values()), log)
        for alike in params.alike
    ]
    stacked = np.stack(rows)
    density = np.exp(stacked - stacked.max()).sum(axis=0)
    density /= density.sum()
    low, high = _narrowest(density, params.level)
    return Quality(mean=round(float(density @ _SHARES), 4), low=round(low, 4), high=round(high, 4))


def _order(each: LabResult) -> tuple[object, ...]:
    return (each.method, each.n_tested, each.n_failed, each.weight, each.sensitivity)


def _log_of_method(group: Sequence[LabResult], alike: float) -> Grid:
    """Return the log-likelihood of one method's results, its errors averaged over."""
    first = group[0]
    # One row for each pair of errors that the method may have, one column for each share.
    errors = [
        (sensitivity, specificity)
        for sensitivity in _likely(first.sensitivity, first.n_bad)
        for specificity in _likely(first.specificity, first.n_good)
    ]
    sensitivity, specificity = (np.array(side)[:, None] for side in zip(*errors, strict=True))
    passes = _SHARES * specificity + (1 - _SHARES) * (1 - sensitivity)
    passes = np.clip(passes, _SMALL, 1 - _SMALL)
    # What varies between batches varies less in what a test says of them.
    told = alike * (sensitivity + specificity - 1) ** 2 * _SHARES * (1 - _SHARES)
    told = np.minimum(told / (passes * (1 - passes)), _MOST_ALIKE)
    logs = np.zeros_like(passes)
    for each in group:
        logs += each.weight * _log_of(each, passes, told / (1 - told))
    most = logs.max(axis=0)
    return np.asarray(most + np.log(np.exp(logs - most).mean(axis=0)))


def _log_of(each: LabResult, passes: Grid, step: Grid) -> Grid:
    """Return the log-likelihood of one sample, beta-binomial, as Polya's urn draws it."""
    n, n_failed = each.n_tested, each.n_failed
    if n > LARGEST:
        n, n_failed = LARGEST, round(n_failed / n * LARGEST)
    if n == 1:  # also a measurement near its limit, which fails in part
        return np.asarray((1 - n_failed) * np.log(passes) + n_failed * np.log1p(-passes))
    log = np.zeros_like(passes)
    for i in range(n - round(n_failed)):
        log += np.log(passes + i * step)
    for i in range(round(n_failed)):
        log += np.log(1 - passes + i * step)
    for i in range(1, n):
        log -= np.log1p(i * step)
    return log


@lru_cache(maxsize=4_096)
def _likely(rate: float, n: int | None) -> tuple[float, ...]:
    """Return three values that a rate may have, each a third of what ``n`` trials leave open."""
    if n is None:
        return (rate,)
    log = (rate * n) * np.log(_SHARES) + ((1 - rate) * n) * np.log1p(-_SHARES)
    density = np.exp(log - log.max())
    below = np.cumsum(density / density.sum())
    return tuple(float(_SHARES[int(np.searchsorted(below, middle))]) for middle in _MIDDLES)


def _narrowest(density: Grid, level: float) -> tuple[float, float]:
    """Return the ends of the narrowest stretch of the grid that holds ``level``."""
    below = np.concatenate(([0.0], np.cumsum(density)))
    ends = np.searchsorted(below, below[:-1] + level - 1e-9)
    widths = np.where(ends <= GRID, ends - np.arange(GRID), GRID + 1)
    # Many starts give one width on a grid: of them, the stretch that holds most.
    held = np.where(widths == widths.min(), below[np.minimum(ends, GRID)] - below[:-1], -1.0)
    start = int(held.argmax())
    return start / GRID, float(min(ends[start], GRID) / GRID)

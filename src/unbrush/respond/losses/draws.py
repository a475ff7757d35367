"""Draws: how far sums over uncertain rows may be off, by throwing for whole rings or buyers.

Rows of one ring are fake together or honest together, so that single rows must not be drawn alone
(clusters, as in Cameron, Gelbach and Miller, 2008, doi:10.1162/rest.90.3.414). A sum covers all
rows that there are, not a sample of them, so that clusters are not drawn with repetition: what is
uncertain is which of them are fake. Each draw lets one throw decide for all rows of a cluster:
those are fake whose probability exceeds it. Probabilities are not known exactly either: each draw
moves the odds of all of them together, see `ODDS_SPREAD`.
"""

import math

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]

N_DRAWS = 1_000
LOW, HIGH = 0.05, 0.95
ODDS_SPREAD = 0.25
"""Standard deviation of the logarithm of the odds, common to all rows of a draw: at one half that
is 0.06, a little more than the 0.05 by which calibrated probabilities may be off on average."""
_AT_ONCE = 4_000_000


def sum_draws(
    amounts: Array, probability: Array, cluster: Ids, *, seed: int, n: int = N_DRAWS
) -> Array:
    """Return ``n`` draws of the sum of the amounts of those rows that are fake.

    Args:
        amounts: Shape (rows,), minor units, any sign.
        probability: Shape (rows,), 0-1.
        cluster: Shape (rows,), whole numbers from 0 without gaps.
        seed: The same seed gives the same draws.
        n: How many.
    """
    if not len(amounts):
        return np.zeros(n)
    rng = np.random.default_rng(seed)
    # Within a cluster, the likeliest first; two apart, so that clusters never touch.
    order = np.lexsort((-probability, cluster))
    key = 2.0 * cluster[order] + 1.0 - probability[order]
    moved = np.exp(rng.normal(0, ODDS_SPREAD, n))
    before = np.concatenate([[0.0], np.cumsum(amounts[order])])
    each = np.arange(int(cluster.max()) + 1)
    start = before[np.searchsorted(cluster[order], each)]
    found = np.empty(n)
    step = max(1, _AT_ONCE // len(each))
    for first in range(0, n, step):
        shape = (min(step, n - first), len(each))
        # Moving the throw back is the same as moving every probability, and costs less.
        odds = moved[first : first + shape[0], None]
        thrown = rng.random(shape)
        thrown = thrown / (thrown + odds * (1 - thrown))
        end = np.searchsorted(key, 2.0 * each + 1.0 - thrown, side="left")
        found[first : first + shape[0]] = (before[end] - start).sum(axis=1)
    return found


def student_draws(df: int, *, seed: int, n: int = N_DRAWS) -> Array:
    """Return ``n`` draws of Student's t, for errors whose spread is known from few others."""
    return np.random.default_rng(seed).standard_t(df, n)


def student_quantile(df: int) -> float:
    """Return the 95 % quantile of Student's t, by Cornish and Fisher's expansion; ``df`` ≥ 3."""
    z = 1.6448536269514722
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / df + second / df**2 + third / df**3


def significant(value: float, digits: int = 4) -> int:
    """Return an estimate in whole minor units, rounded to what it can be known to."""
    if not value:
        return 0
    place = digits - 1 - math.floor(math.log10(abs(value)))
    return round(value) if place >= 0 else int(round(value, place))

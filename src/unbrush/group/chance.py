"""Chance: how many blocks as surprising a market would show in which nobody agreed on anything.

The null keeps what honest life explains. Every account keeps its activity n_a and every column its
crowd n_c; a column that is a target within a window keeps that window's crowd, and with it the
daily rhythm and any rush. Tastes are allowed for: an account may be ``taste`` times as likely to
deal with a column as the two say. So account a meets column c, independently of all others, with
probability at most taste × n_a × n_c / N, N being all meetings.

A block of A accounts and C columns then holds m meetings or more with probability at most
exp(m - λ - m ln(m/λ)), λ being the sum of those probabilities (Chernoff). Blocks are searched for,
so all of them had their chance: the bound is multiplied by how many blocks of that size there are,
and sizes share one unit of chance between them. What comes out is an upper bound on the expected
number of blocks, anywhere, that chance makes as surprising as this one. It needs no shuffled
markets, is exact at any size, and is the same on every run.
"""

import math

from numba import njit

MAX_ROBUSTNESS = 1e6


@njit("float64(float64, float64)", cache=True)
def surprise(seen: float, mean: float) -> float:
    """Negative logarithm of a bound on the chance of as many (Chernoff); 0 up to the mean."""
    if seen <= mean:
        return 0.0
    return seen * math.log(seen / mean) - seen + mean


@njit("float64(float64, float64)", cache=True)
def _ln_choose(n: float, k: float) -> float:
    """Logarithm of how many ways there are to choose k of n, and of a share for size k."""
    k = min(k, n)
    ways = math.lgamma(n + 1.0) - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0)
    return ways + math.log(k * (k + 1.0)) if k > 0.0 else 0.0


@njit(
    "float64(float64, float64, float64, float64, float64, float64, float64, float64, float64)",
    cache=True,
)
def ln_chance(
    seen: float,
    activity: float,
    crowd: float,
    n_accounts: float,
    n_columns: float,
    n_edges: float,
    all_accounts: float,
    all_columns: float,
    taste: float,
) -> float:
    """Logarithm of the expected number of blocks by chance that are as surprising; may exceed 0.

    Args:
        seen: Meetings within the block.
        activity: Sum of its accounts' meetings anywhere.
        crowd: Sum of its columns' meetings with anybody.
        n_accounts: Its accounts.
        n_columns: Its columns.
        n_edges: All meetings of the market.
        all_accounts: All accounts of the market.
        all_columns: All columns of the market.
        taste: How many times more likely than by popularity a meeting may be, honestly.
    """
    mean = taste * activity * crowd / n_edges
    return (
        _ln_choose(all_accounts, n_accounts)
        + _ln_choose(all_columns, n_columns)
        - surprise(seen, mean)
    )


def robustness(ln_chance_at_1: float, seen: float, mean: float, ln_allowed: float) -> float:
    """Return how strong tastes would have to be before chance explains a block; at least 1.

    Like Rosenbaum's sensitivity bound: the largest factor by which all meetings of the block may
    have been likelier than by activity and popularity so that it still is beyond chance.

    Args:
        ln_chance_at_1: `ln_chance` of the block with a taste of 1.
        seen: Meetings within it.
        mean: Meetings expected with a taste of 1.
        ln_allowed: Logarithm of the chance that is put up with.
    """
    ways = ln_chance_at_1 + surprise(seen, mean)
    low, high = 1.0, min(MAX_ROBUSTNESS, max(1.0, seen / max(mean, 1e-12)))
    for _ in range(60):
        middle = math.sqrt(low * high)
        if ways - surprise(seen, middle * mean) <= ln_allowed:
            low = middle
        else:
            high = middle
    return round(low, 1)


def ln_q_values(ln_chances: list[float], n_searches: int = 1) -> list[float]:
    """Return the logarithm of the expected share of chance among all at least as surprising.

    With E the number of blocks that chance is expected to make at some level and R those found
    there, E/R estimates the false-discovery rate; a q-value is the least of it over all levels
    that would still name the block (Storey 2003; with these bounds, Benjamini and Hochberg 1995).

    Args:
        ln_chances: Logarithm of the expected number by chance, one for each found.
        n_searches: Independent searches that each had their chance.
    """
    order = sorted(range(len(ln_chances)), key=lambda at: ln_chances[at])
    found = [0.0] * len(order)
    least = 0.0
    for rank in range(len(order), 0, -1):
        at = order[rank - 1]
        least = min(least, ln_chances[at] + math.log(max(1, n_searches)) - math.log(rank))
        found[at] = least
    return found

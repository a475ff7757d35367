"""Grow a dense block by everybody whose part in it is more than chance.

A greedy peel misses members: whoever has fewer edges than the block is dense has been peeled from
it. By chance, an account's edges fall into the block as everybody else's do, and a column's on the
members as everywhere. The block's own edges are not counted in that: it cannot excuse itself.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from unbrush.group.prune import Graph

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]

ROUNDS = 3
"""New columns bring new members and these new columns; rings are complete after one or two."""

MIN_SHARED = 3
"""Fewest members that make a column the block's, whatever chance says."""

MIN_INSIDE = 2
"""Fewest of the block's columns that make an account a member."""


@dataclass(frozen=True, kw_only=True)
class Market:
    """What chance is measured by: all edges, and those in company by column and by account.

    ``seen_columns`` and ``seen_accounts`` are room to count in, zero between calls.
    """

    column_start: Longs
    account_of: Ints
    account_start: Longs
    column_of: Ints
    activity: Longs
    size: Longs
    seen_columns: Ints
    seen_accounts: Ints
    n_edges: int


def market(company: Graph, activity: Longs, *, n_edges: int) -> Market:
    """Index the edges by account as well; made once, so that each block costs only its own."""
    account_start, column_of = turned(company[0], company[1], len(activity))
    return Market(
        column_start=company[0],
        account_of=company[1],
        account_start=account_start,
        column_of=column_of,
        activity=activity,
        size=np.diff(company[0]),
        seen_columns=np.zeros(len(company[2]), np.int32),
        seen_accounts=np.zeros(len(activity), np.int32),
        n_edges=n_edges,
    )


def grow(market: Market, accounts: Ints, columns: Ints) -> tuple[Ints, Ints, int]:
    """Return the accounts and columns of the grown block, ascending, and the edges inside."""
    n_edges = 0
    for _ in range(ROUNDS):
        before = len(accounts) + len(columns)
        columns, _ = _joined(
            market.account_start,
            market.column_of,
            accounts,
            market.activity,
            columns,
            market.size,
            market.seen_columns,
            MIN_SHARED,
            market.n_edges,
        )
        accounts, n_edges = _joined(
            market.column_start,
            market.account_of,
            columns,
            market.size,
            accounts,
            market.activity,
            market.seen_accounts,
            MIN_INSIDE,
            market.n_edges,
        )
        if len(accounts) + len(columns) == before:
            break
    return accounts, columns, n_edges


@njit("Tuple((int64[::1], int32[::1]))(int64[::1], int32[::1], int64)", cache=True)
def turned(start: Longs, member: Ints, n_accounts: int) -> tuple[Longs, Ints]:
    """The same edges by member instead of by column, ascending within each."""
    turned_start = np.zeros(n_accounts + 1, np.int64)
    for account in member:
        turned_start[account + 1] += 1
    for account in range(n_accounts):
        turned_start[account + 1] += turned_start[account]
    turned = np.empty_like(member)
    filled = turned_start[:-1].copy()
    for column in range(len(start) - 1):
        for at in range(start[column], start[column + 1]):
            turned[filled[member[at]]] = column
            filled[member[at]] += 1
    return turned_start, turned


@njit("float64(int64, float64)", cache=True)
def _surprise(seen: int, mean: float) -> float:
    """Negative logarithm of a bound on the chance of as many (Chernoff, for a Poisson law)."""
    if seen <= mean:
        return 0.0
    return float(seen * np.log(seen / mean) - seen + mean)


@njit(
    "Tuple((int32[::1], int64))(int64[::1], int32[::1], int32[::1], int64[::1],"
    " int32[::1], int64[::1], int32[::1], int64, int64)",
    cache=True,
)
def _joined(
    start: Longs,
    linked: Ints,
    picked: Ints,
    size_of_picked: Longs,
    others: Ints,
    size: Longs,
    counts: Ints,
    least: int,
    n_edges: int,
) -> tuple[Ints, int]:
    """The others and all on their side whose links with the picked are beyond chance.

    Returns them ascending, and the links that they have. ``counts`` is zero before and after.
    """
    outward, n_linked = 0, 0
    for one in picked:
        outward += size_of_picked[one]
        n_linked += start[one + 1] - start[one]
        for at in range(start[one], start[one + 1]):
            counts[linked[at]] += 1
    joined = np.empty(len(others) + n_linked, np.int32)
    inside, n = 0, 0
    for other in others:
        inside += counts[other]
        counts[other] = 0
        joined[n] = other
        n += 1
    rate = max(1, outward - inside) / n_edges
    enough = np.log(len(counts))
    for one in picked:
        for at in range(start[one], start[one + 1]):
            other = linked[at]
            seen = counts[other]
            counts[other] = 0
            if seen >= least and _surprise(seen, size[other] * rate) > enough:
                inside += seen
                joined[n] = other
                n += 1
    return np.sort(joined[:n]), inside

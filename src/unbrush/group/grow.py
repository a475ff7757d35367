"""Grow a block by everybody whose part in it is more than chance.

A greedy peel misses members: whoever has fewer meetings than the rest has been peeled from it. By
chance, an account's meetings fall into the block as everybody else's do, and a column's on the
members as everywhere. The block's own meetings are not counted in that: it cannot excuse itself.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit

from unbrush.group.chance import surprise
from unbrush.group.columns import Floats, Ints, Longs
from unbrush.group.company import MIN_INSIDE, MIN_SHARED, Graph

ROUNDS = 3
"""New columns bring new members and these new columns; rings are complete after one or two."""


STAY = 0.5
"""Share of the surprise that newcomers need to be kept in the end: the peel leaves strangers in."""


@dataclass(frozen=True, kw_only=True)
class Market:
    """Who met whom, both ways, and what chance is measured by.

    Columns are numbered as in the full table, accounts likewise. ``activity`` and ``crowd`` count
    all meetings, also those that are not in the graph. ``seen_columns`` and ``seen_accounts`` are
    room to count in, zero between calls.
    """

    column_start: Longs
    account_of: Ints
    account_start: Longs
    column_of: Ints
    activity: Floats
    crowd: Floats
    seen_columns: Ints
    seen_accounts: Ints
    n_edges: float
    n_accounts: float
    n_columns: float
    taste: float


def grow(market: Market, accounts: Ints, columns: Ints) -> tuple[Ints, Ints, int]:
    """Return the accounts and columns of the grown block, ascending, and the meetings inside."""
    for _ in range(ROUNDS):
        before = len(accounts) + len(columns)
        columns = _columns_of(market, accounts, columns)
        accounts, _ = _accounts_of(market, columns, accounts, 0.0)
        if len(accounts) + len(columns) == before:
            break
    accounts, n_inside = _accounts_of(market, columns, accounts, STAY)
    return accounts, columns, n_inside


def _columns_of(market: Market, accounts: Ints, columns: Ints) -> Ints:
    joined: Ints
    joined, _ = _joined(
        market.account_start,
        market.column_of,
        accounts,
        market.activity,
        columns,
        market.crowd,
        market.seen_columns,
        MIN_SHARED,
        market.n_edges / market.taste,
        market.n_columns,
        0.0,
    )
    return joined


def _accounts_of(market: Market, columns: Ints, accounts: Ints, stay: float) -> tuple[Ints, int]:
    joined: tuple[Ints, int] = _joined(
        market.column_start,
        market.account_of,
        columns,
        market.crowd,
        accounts,
        market.activity,
        market.seen_accounts,
        MIN_INSIDE,
        market.n_edges / market.taste,
        market.n_accounts,
        stay,
    )
    return joined


def spread(graph: Graph, n_columns: int) -> tuple[Longs, Ints]:
    """Index the columns that are left by their number in the full table."""
    start, member, named = graph
    size = np.zeros(n_columns + 1, np.int64)
    size[named.astype(np.int64) + 1] = np.diff(start)
    return np.cumsum(size), member


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


@njit(
    "Tuple((int32[::1], int64))(int64[::1], int32[::1], int32[::1], float64[::1],"
    " int32[::1], float64[::1], int32[::1], int64, float64, float64, float64)",
    cache=True,
)
def _joined(
    start: Longs,
    linked: Ints,
    picked: Ints,
    size_of_picked: Floats,
    others: Ints,
    size: Floats,
    counts: Ints,
    least: int,
    n_edges: float,
    n_others: float,
    stay: float,
) -> tuple[Ints, int]:
    """The others and all on their side whose meetings with the picked are beyond chance.

    The others stay if they have ``stay`` times the surprise that newcomers need. Returns them
    ascending, and the meetings that they have. ``counts`` is zero before and after.
    """
    outward, n_linked = 0.0, 0
    for one in picked:
        outward += size_of_picked[one]
        n_linked += start[one + 1] - start[one]
        for at in range(start[one], start[one + 1]):
            counts[linked[at]] += 1
    joined = np.empty(len(others) + n_linked, np.int32)
    inside, n = 0, 0
    for other in others:
        inside += counts[other]
    rate = max(1.0, outward - inside) / n_edges
    enough = np.log(n_others)
    inside = 0
    for other in others:
        seen = counts[other]
        counts[other] = 0
        if (seen >= least or stay == 0.0) and surprise(seen, size[other] * rate) >= stay * enough:
            inside += seen
            joined[n] = other
            n += 1
    for one in picked:
        for at in range(start[one], start[one + 1]):
            other = linked[at]
            seen = counts[other]
            counts[other] = 0
            if seen >= least and surprise(seen, size[other] * rate) > enough:
                inside += seen
                joined[n] = other
                n += 1
    return np.sort(joined[:n]), inside

"""Company: leave out of the columns whoever can be in no ring, so that a peel costs what is left.

A ring's column has three accounts or more, and its accounts two columns or more; a meeting that
activity and popularity make likely says nothing. What fails that is dropped, again and again: the
core that is left is the same in whatever order things are dropped.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

from unbrush.group.columns import Floats, Ints, Longs

Graph = tuple[Longs, Ints, Ints]
"""Columns that are left: start, member, and each one's index in the full table."""

MIN_SHARED = 3
"""Fewest accounts of a column."""

MIN_INSIDE = 2
"""Fewest columns of an account."""

GRAPH = "Tuple((int64[::1], int32[::1], int32[::1]))"

Flags = npt.NDArray[np.bool_]


@njit(f"{GRAPH}({GRAPH}, float64[::1], float64[::1], float64)", cache=True)
def in_company(graph: Graph, activity: Floats, crowd: Floats, n_likely: float) -> Graph:
    """Return the core of a graph without meetings that are likely anyway.

    Args:
        graph: Columns and their accounts, not changed.
        activity: Meetings of each account anywhere.
        crowd: Meetings of each column of the full table with anybody.
        n_likely: A meeting is likely where activity × crowd reaches this.
    """
    start, member, named = graph
    degree = np.zeros(len(activity), np.int32)
    for column in range(len(named)):
        for at in range(start[column], start[column + 1]):
            if activity[member[at]] * crowd[named[column]] < n_likely:
                degree[member[at]] += 1
    is_first = True
    start_out, member_out, named_out = start, member, named
    while True:
        n_before = start[-1]
        if is_first:
            start_out, member_out = np.empty_like(start), np.empty_like(member)
            named_out = np.empty_like(named)
        to, n_columns, begin = 0, 0, np.int64(0)
        for column in range(len(named)):
            first, begin = begin, start[column + 1]
            place, column_from = named[column], to
            for at in range(first, begin):
                account = member[at]
                if is_first and activity[account] * crowd[place] >= n_likely:
                    continue
                if degree[account] >= MIN_INSIDE:
                    member_out[to] = account
                    to += 1
                else:
                    degree[account] -= 1
            if to - column_from < MIN_SHARED:
                for at in range(column_from, to):
                    degree[member_out[at]] -= 1
                to = column_from
            else:
                start_out[n_columns] = column_from
                named_out[n_columns] = place
                n_columns += 1
        start_out[n_columns] = to
        start, member = start_out[: n_columns + 1], member_out[:to]
        named = named_out[:n_columns]
        is_first = False
        if to == n_before or to == 0:
            return start.copy(), member.copy(), named.copy()


@njit(f"{GRAPH}({GRAPH}, boolean[::1], boolean[::1])", cache=True)
def without(graph: Graph, is_member: Flags, is_column: Flags) -> Graph:
    """The graph without the meetings of these accounts with these columns; others stay."""
    start, member, named = graph
    kept_start = np.empty_like(start)
    kept = np.empty_like(member)
    to = 0
    for column in range(len(named)):
        kept_start[column] = to
        for at in range(start[column], start[column + 1]):
            if not (is_column[named[column]] and is_member[member[at]]):
                kept[to] = member[at]
                to += 1
    kept_start[len(named)] = to
    return kept_start, kept[:to].copy(), named


@njit(f"{GRAPH}({GRAPH}, boolean[::1], boolean[::1])", cache=True)
def within(graph: Graph, is_member: Flags, is_column: Flags) -> Graph:
    """Only the meetings of these accounts with these columns, given by number in the full table."""
    start, member, named = graph
    kept_start, kept_named = np.empty_like(start), np.empty_like(named)
    kept = np.empty_like(member)
    to, n_columns = 0, 0
    for column in range(len(named)):
        if is_column[named[column]]:
            kept_start[n_columns] = to
            kept_named[n_columns] = named[column]
            n_columns += 1
            for at in range(start[column], start[column + 1]):
                if is_member[member[at]]:
                    kept[to] = member[at]
                    to += 1
    kept_start[n_columns] = to
    return kept_start[: n_columns + 1].copy(), kept[:to].copy(), kept_named[:n_columns].copy()

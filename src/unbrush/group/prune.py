"""Leave out what can be in no dense block, so that the peel costs what the suspicious part costs.

Every node of the densest block has at least the block's density as its weighted degree: were it
less, the block without it would be denser. So once some part of the graph is known to be this
dense, every node below that can go, and nothing of the densest block goes with it. A better bound
comes from a batch peel (Bahmani et al. 2012), which drops many nodes at a time and only serves to
find one dense part.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Graph = tuple[Longs, Ints, Longs, Ints]
"""Columns that are left: start, member, weight, and each one's index in the full table."""

BATCH = 2.2
"""A batch drops all below this many times the density: above 2, so that every pass drops some."""


def prune(graph: Graph, n_accounts: int, floor: float) -> Graph:
    """Return the part of the graph that holds every block denser than ``floor`` and the densest.

    Args:
        graph: Columns and their accounts, not changed.
        n_accounts: One more than the largest account.
        floor: Density, in units of the weights, below which no block is of interest.
    """
    left, bound = lossless(graph, n_accounts, floor)
    _, bound = _shrink(left, n_accounts, bound, BATCH)
    return lossless(left, n_accounts, bound)[0]


def lossless(graph: Graph, n_accounts: int, bound: float) -> tuple[Graph, float]:
    """Drop what lies below a known density, and return the density that is then known."""
    return _shrink(graph, n_accounts, bound, 0.0)


GRAPH = "Tuple((int64[::1], int32[::1], int64[::1], int32[::1]))"


@njit(f"{GRAPH}(int64[::1], int32[::1], int64[::1])", cache=True)
def in_company(start: Longs, member: Ints, weight: Longs) -> Graph:
    """Only the columns of two accounts or more: others tie nobody to anybody."""
    n_columns, n_edges = 0, 0
    for column in range(len(weight)):
        size = start[column + 1] - start[column]
        if size > 1:
            n_columns += 1
            n_edges += size
    kept_start = np.zeros(n_columns + 1, np.int64)
    kept = np.empty(n_edges, np.int32)
    kept_weight = np.empty(n_columns, np.int64)
    named = np.empty(n_columns, np.int32)
    to, filled = 0, 0
    for column in range(len(weight)):
        if start[column + 1] - start[column] > 1:
            for at in range(start[column], start[column + 1]):
                kept[filled] = member[at]
                filled += 1
            kept_weight[to] = weight[column]
            named[to] = column
            to += 1
            kept_start[to] = filled
    return kept_start, kept, kept_weight, named


@njit(f"Tuple(({GRAPH}, float64))({GRAPH}, int64, float64, float64)", cache=True)
def _shrink(graph: Graph, n_accounts: int, bound: float, batch: float) -> tuple[Graph, float]:
    """Drop nodes pass by pass: those below the bound, or below ``batch`` times the density.

    Returns what is left and the highest density seen. Without ``batch`` it stops once a pass
    drops little, since a chain could otherwise take as many passes as it has links.
    """
    start, member, weight, named = graph
    degree = np.zeros(n_accounts, np.int64)
    is_first = True
    while True:
        if not is_first:
            for at in range(start[-1]):
                degree[member[at]] = 0
        total, n_nodes = 0, 0
        for column in range(len(weight)):
            for at in range(start[column], start[column + 1]):
                if degree[member[at]] == 0:
                    n_nodes += 1
                degree[member[at]] += weight[column]
            size = start[column + 1] - start[column]
            total += size * weight[column]
            n_nodes += size > 0
        density = total / max(1, n_nodes)
        bound = max(bound, density)
        least = batch * density if batch > 0.0 else bound
        n_before = start[-1]
        if is_first:
            start_out, member_out = np.empty_like(start), np.empty_like(member)
            weight_out, named_out = np.empty_like(weight), np.empty_like(named)
            is_first = False
        else:
            start_out, member_out, weight_out, named_out = start, member, weight, named
        to, n_columns, begin = 0, 0, 0
        for column in range(len(weight)):
            first, begin = begin if column else start[0], start[column + 1]
            if (begin - first) * weight[column] < least:
                continue
            column_from = to
            for at in range(first, begin):
                if degree[member[at]] >= least:
                    member_out[to] = member[at]
                    to += 1
            if to > column_from:
                start_out[n_columns] = column_from
                weight_out[n_columns] = weight[column]
                named_out[n_columns] = named[column]
                n_columns += 1
        start_out[n_columns] = to
        start, member = start_out[: n_columns + 1], member_out[:to]
        weight, named = weight_out[:n_columns], named_out[:n_columns]
        if to == 0 or to == n_before or (batch == 0.0 and to > 0.9 * n_before):
            return (start.copy(), member.copy(), weight.copy(), named.copy()), bound

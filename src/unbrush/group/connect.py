"""Groups of accounts in a graph of ties: the k-core, then its connected components."""

import numpy as np
import numpy.typing as npt
from numba import njit

Ints = npt.NDArray[np.int64]


def cores(a: Ints, b: Ints, min_ties: int, min_size: int) -> dict[str, Ints]:
    """Return the members of every connected group in the ``min_ties``-core of a graph.

    The core is what is left when every node with fewer ties than ``min_ties`` is taken out, again
    and again (Seidman 1983): a chain of chance acquaintances has none.

    Args:
        a: One end of each tie, any whole numbers; no tie may be given twice.
        b: The other end.
        min_ties: Ties that each member needs inside the group.
        min_size: Smallest group to return.

    Returns:
        ``node``, ``group`` (0, 1, ... by smallest node) and ``n_ties`` inside the group, by node.
    """
    nodes, ends = np.unique(np.concatenate([a, b]), return_inverse=True)
    ends = ends.astype(np.int64)
    left, right = ends[: len(a)], ends[len(a) :]
    degree = _core_degree(left, right, len(nodes), min_ties)
    root = _components(left, right, degree)
    inside = degree > 0
    kept_roots, group, size = np.unique(root[inside], return_inverse=True, return_counts=True)
    del kept_roots
    big = size[group] >= min_size
    _, dense_group = np.unique(group[big], return_inverse=True)
    return {
        "node": nodes[inside][big].astype(np.int64),
        "group": dense_group.astype(np.int64),
        "n_ties": degree[inside][big],
    }


@njit("int64[:](int64[:], int64[:], int64, int64)", cache=True)
def _core_degree(a: Ints, b: Ints, n: int, k: int) -> Ints:
    """Degree of each node within the k-core; 0 for nodes outside it."""
    degree = np.zeros(n, np.int64)
    for tie in range(len(a)):
        degree[a[tie]] += 1
        degree[b[tie]] += 1
    start = np.zeros(n + 1, np.int64)
    for node in range(n):
        start[node + 1] = start[node] + degree[node]
    neighbour = np.empty(2 * len(a), np.int64)
    filled = start[:-1].copy()
    for tie in range(len(a)):
        neighbour[filled[a[tie]]] = b[tie]
        neighbour[filled[b[tie]]] = a[tie]
        filled[a[tie]] += 1
        filled[b[tie]] += 1
    queue = np.empty(n, np.int64)
    head, tail = 0, 0
    is_out = np.zeros(n, np.bool_)
    for node in range(n):
        if degree[node] < k:
            is_out[node] = True
            queue[tail] = node
            tail += 1
    while head < tail:
        node = queue[head]
        head += 1
        for at in range(start[node], start[node + 1]):
            other = neighbour[at]
            degree[other] -= 1
            if not is_out[other] and degree[other] < k:
                is_out[other] = True
                queue[tail] = other
                tail += 1
    for node in range(n):
        if is_out[node]:
            degree[node] = 0
    return degree


@njit("int64[:](int64[:], int64[:], int64[:])", cache=True)
def _components(a: Ints, b: Ints, degree: Ints) -> Ints:
    """Smallest node of the component of each node, over ties whose two ends have a degree."""
    root = np.arange(len(degree))
    for tie in range(len(a)):
        if degree[a[tie]] == 0 or degree[b[tie]] == 0:
            continue
        x, y = a[tie], b[tie]
        while root[x] != x:
            root[x] = root[root[x]]
            x = root[x]
        while root[y] != y:
            root[y] = root[root[y]]
            y = root[y]
        if x < y:
            root[y] = x
        else:
            root[x] = y
    for node in range(len(root)):
        x = node
        while root[x] != x:
            x = root[x]
        root[node] = x
    return root

"""Many words looked for in a text at once, in one pass: a trie over code points.

From the left, the longest word at each place is taken and the search goes on behind it. Words that
begin or end in a Latin letter or digit are found only where no other such letter touches them.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Points = npt.NDArray[np.uint32]

_SHIFT = 21  # bits of a code point


class Trie(NamedTuple):
    """Words as a hash table of steps.

    Attributes:
        keys: Node and code point of each step, -1 where the table is free.
        nodes: Where the step leads.
        words: By node, the index of the word that ends there, or -1.
    """

    keys: Ints
    nodes: npt.NDArray[np.int32]
    words: npt.NDArray[np.int32]


class Hits(NamedTuple):
    """Words found: where each starts and ends (code points), and its index; by place."""

    starts: Ints
    ends: Ints
    words: Ints


def trie_of(words: Sequence[str]) -> Trie:
    """Return the trie of ``words``, none of them empty; of equal words the first counts."""
    points = np.frombuffer("".join(words).encode("utf-32-le"), np.uint32)
    offsets = np.concatenate(([0], np.cumsum([len(word) for word in words], dtype=np.int64)))
    size = 1 << max(4, int(2 * len(points)).bit_length())
    return Trie(*_build(points, offsets.astype(np.int64), size))


def find_words(trie: Trie, points: Points) -> Hits:
    """Return the words of ``trie`` in a text, none overlapping another; linear in its length."""
    return Hits(*_scan(trie.keys, trie.nodes, trie.words, points))


@numba.njit(cache=True)
def _slot(keys, key):  # type: ignore[no-untyped-def]  # compiled
    """Place of ``key`` in the table, or of the free cell where it belongs."""
    mask = len(keys) - 1
    value = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    place = np.int64(value >> np.uint64(40)) & mask
    while keys[place] != -1 and keys[place] != key:
        place = (place + 1) & mask
    return place


@numba.njit(cache=True)
def _build(points, offsets, size):  # type: ignore[no-untyped-def]  # compiled
    keys = np.full(size, -1, np.int64)
    nodes = np.zeros(size, np.int32)
    words = np.full(len(points) + 1, -1, np.int32)
    n_nodes = 1
    for word in range(len(offsets) - 1):
        node = 0
        for place in range(offsets[word], offsets[word + 1]):
            key = (np.int64(node) << _SHIFT) | np.int64(points[place])
            slot = _slot(keys, key)
            if keys[slot] == -1:
                keys[slot] = key
                nodes[slot] = n_nodes
                n_nodes += 1
            node = nodes[slot]
        if words[node] == -1:
            words[node] = word
    return keys, nodes, words


@numba.njit(cache=True)
def _is_latin(point):  # type: ignore[no-untyped-def]  # compiled
    return 97 <= point <= 122 or 65 <= point <= 90 or 48 <= point <= 57


@numba.njit(cache=True)
def _scan(keys, nodes, words, points):  # type: ignore[no-untyped-def]  # compiled
    n = len(points)
    found = np.empty((3, n), np.int64)
    n_found = 0
    start = 0
    while start < n:
        best, best_end, node = -1, start, 0
        inside = start > 0 and _is_latin(points[start]) and _is_latin(points[start - 1])
        place = start
        while place < n and not inside:
            slot = _slot(keys, (np.int64(node) << _SHIFT) | np.int64(points[place]))
            if keys[slot] == -1:
                break
            node = nodes[slot]
            place += 1
            if words[node] >= 0:
                cuts = place < n and _is_latin(points[place - 1]) and _is_latin(points[place])
                if not cuts:
                    best, best_end = words[node], place
        if best < 0:
            start += 1
            continue
        found[0, n_found], found[1, n_found], found[2, n_found] = start, best_end, best
        n_found += 1
        start = best_end
    return found[0, :n_found].copy(), found[1, :n_found].copy(), found[2, :n_found].copy()

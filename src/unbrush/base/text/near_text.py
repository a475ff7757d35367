"""Texts that are nearly the same: each joins the leader it resembles most, or is its own.

Leaders, not chains: a text is compared with the leader itself, so that a row of small changes
cannot tie together texts that have nothing in common.

Texts are sets of pairs of neighbouring characters of one clause, after folding
(`unbrush.base.text.wording`): neither the order of clauses nor what is swapped for a look-alike or
padded with pictures changes much of that. The share of pairs in common (Jaccard) is what counts;
where there are hundreds of thousands of texts, pairs that belong to stock phrases count for a
quarter or half.

How it scales: candidates are neighbours in sorted lists (LSH forest, Bawa et al. 2005): each of
`TREES` lists sorts the texts by six minima of their hashed pairs (MinHash), so that the more two
texts have in common, the nearer they come. Each text is compared with a fixed number of neighbours;
who differs in too many bits of a sketch of 128 is passed over, and every similarity that is said is
counted out, none estimated. Work grows little faster than the number of distinct texts, and lists
are made a few at a time, as memory allows.

    texts = DistinctTexts()
    for batch in batches:             # of any size: the strings may be let go
        numbers.append(texts.add(batch))
    found = clusters(texts)           # leader and similarity of each number
    found = clusters_of(column)       # the same for one Arrow column, by row
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unbrush.base.text import near_text_kernels as kernels
from unbrush.base.text.distinct_texts import DistinctTexts
from unbrush.base.text.wording import folded

TREES = 16
WINDOW = 2  # neighbours on each side of a list with which a text is compared
NEAR = 4  # of those that resemble it, how many are kept
SKETCH_WORDS = 2  # of 64 bits each, to pass over at a glance who is unlike
STOCK_TEXTS = 200_000  # texts up to which no pair is judged to be of a stock phrase
LISTS_BYTES = 1 << 30  # most memory for lists at a time
SEED = 20_230_517


@dataclass(frozen=True, kw_only=True)
class Clusters:
    """To which leader each text belongs.

    Attributes:
        leader: Number of each text's leader; a leader is its own.
        similarity: To the leader, 0-1; 1 for a leader itself.
    """

    leader: npt.NDArray[np.int32]
    similarity: npt.NDArray[np.float32]


def clusters_of(
    texts: pa.Array | pa.ChunkedArray, *, min_similarity: float = 0.6, weighted: bool = True
) -> Clusters:
    """Return the leader of each of ``texts`` by row: the first row of the leading text.

    A text without letters has -1 for a leader and resembles nobody.

    Args:
        texts: Texts as they were written; a null counts as empty.
        min_similarity: See `clusters`.
        weighted: See `clusters`.
    """
    distinct = DistinctTexts()
    chunks = texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]
    numbers = np.concatenate([np.empty(0, np.int32), *map(distinct.add, chunks)])
    found = clusters(distinct, min_similarity=min_similarity, weighted=weighted)
    rows = np.flatnonzero(numbers >= 0)
    first = np.zeros(distinct.n, np.int32)
    first[numbers[rows][::-1]] = rows[::-1]
    leader = np.full(len(numbers), -1, np.int32)
    similarity = np.zeros(len(numbers), np.float32)
    leader[rows] = first[found.leader[numbers[rows]]]
    similarity[rows] = found.similarity[numbers[rows]]
    return Clusters(leader=leader, similarity=similarity)


def clusters(
    texts: DistinctTexts,
    *,
    min_similarity: float = 0.6,
    weighted: bool = True,
    threads: int = 0,
) -> Clusters:
    """Return the leader of each distinct text, by number.

    The most copied text leads, then the one that resembles most others. The answer depends on the
    texts alone: not on their order, the number of threads or the memory of the machine.

    Args:
        texts: All texts; nothing can be added to them afterwards.
        min_similarity: From where on a text joins a leader, 0-1. With 0.7 and no weights, 99 in
            100 pairs that are so alike come together (`make bench-text`).
        weighted: Whether pairs of stock phrases count for less where there are many texts.
        threads: Cores to use; all of them if 0.
    """
    texts.close()
    work = _Work(texts, weighted=weighted, threads=threads or os.cpu_count() or 1)
    found = kernels.Found(
        near=np.full((texts.n, NEAR), -1, np.int32),
        likeness=np.zeros((texts.n, NEAR), np.uint16),
        centrality=np.zeros(texts.n, np.uint32),
    )
    least = kernels.ONE * min_similarity
    # Of unlike minima every second bit differs; and three deviations more.
    share, n_bits = (1 - min_similarity) / 2, 64 * SKETCH_WORDS
    most = int(share * n_bits + 3 * (share * (1 - share) * n_bits) ** 0.5)
    for some in work.lists():
        for packed in some:
            work.compare(packed, found, least=least, most=most)
    linked = np.flatnonzero(found.near[:, 0] >= 0)
    copies = texts.n_copies[work.known.order[linked]]
    central = found.centrality[linked].astype(np.int64)
    linked = linked[np.lexsort((linked, -central, -copies))]
    leader, similarity = kernels.lead(work.known, found, linked, least)
    return Clusters(leader=leader, similarity=similarity)


def overlaps(
    texts: pa.Array | pa.ChunkedArray, others: pa.Array | pa.ChunkedArray
) -> npt.NDArray[np.float64]:
    """Return the share of the character pairs of each text that the other one has as well, 0-1.

    Args:
        texts: Texts as they were written.
        others: As many other texts; one of fewer than two letters has nothing in common.
    """
    return kernels.overlaps(*folded(texts), *folded(others))  # type: ignore[no-any-return]


class _Work:
    """One search: the texts in their order, and the cores to share it among."""

    def __init__(self, texts: DistinctTexts, *, weighted: bool, threads: int) -> None:
        self._n, self._threads = texts.n, threads
        order = texts.by_frequency()
        rank = np.empty_like(order)
        rank[order] = np.arange(texts.n, dtype=np.int32)
        self.known = kernels.Texts(
            letters=texts.letters,
            starts=texts.starts,
            order=order,
            rank=rank,
            weights=_weights(texts, weighted=weighted, threads=threads),
            masses=np.empty(texts.n, np.int32),
            sketches=np.empty((texts.n, SKETCH_WORDS), np.uint64),
        )
        self._random = np.random.default_rng(SEED)
        draws = self._functions(64 * SKETCH_WORDS)
        self._shared(lambda a, b: kernels.weigh(self.known, a, b))
        self._shared(lambda a, b: kernels.sketch(self.known, *draws, a, b))

    def lists(self) -> Iterator[npt.NDArray[np.uint64]]:
        """Yield lists of texts, sorted by their minima, as many at a time as memory allows."""
        factors, turns = self._functions(TREES * kernels.ROWS)
        at_once = max(1, min(TREES, LISTS_BYTES // (8 * max(1, self._n))))
        for first in range(0, TREES, at_once):
            some = slice(first * kernels.ROWS, (first + at_once) * kernels.ROWS)
            yield self._sorted(factors[some], turns[some])

    def _functions(self, n: int) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
        """Draw ``n`` hash functions: what to multiply by, and what bits to turn before."""
        factors = self._random.integers(1, 2**32, size=n, dtype=np.uint32) | np.uint32(1)
        return factors, self._random.integers(1, 2**32, size=n, dtype=np.uint32)

    def _sorted(
        self, factors: npt.NDArray[np.uint32], turns: npt.NDArray[np.uint32]
    ) -> npt.NDArray[np.uint64]:
        """Return as many lists as there are functions for."""
        packed = np.empty((len(factors) // kernels.ROWS, self._n), np.uint64)
        self._shared(lambda a, b: kernels.pack(self.known, factors, turns, packed, a, b))
        with ThreadPoolExecutor(self._threads) as pool:
            list(pool.map(np.ndarray.sort, packed))
        return packed

    def compare(
        self, packed: npt.NDArray[np.uint64], found: kernels.Found, *, least: float, most: int
    ) -> None:
        """Compare each text with its neighbours in one list and note those that resemble it."""
        alike = np.empty((len(packed), WINDOW), np.uint16)
        self._shared(
            lambda a, b: kernels.compare(self.known, found, packed, least, most, alike, a, b)
        )
        self._shared(lambda a, b: kernels.note(found, packed, alike, a, b))

    def _shared(self, part: Callable[[int, int], object]) -> None:
        """Call ``part(first, last)`` for parts of all texts, on all cores."""
        n, size = self._n, max(4_096, self._n // (8 * self._threads) + 1)
        with ThreadPoolExecutor(self._threads) as pool:
            list(pool.map(lambda a: part(a, min(n, a + size)), range(0, n, size)))


def _weights(texts: DistinctTexts, *, weighted: bool, threads: int) -> npt.NDArray[np.uint8]:
    """Return the weight of each pair, by hash: 4, or less if many texts have it."""
    weights = np.full(kernels.PAIR_SLOTS, 4, np.uint8)
    many = max(texts.n, STOCK_TEXTS)
    if weighted and texts.n > many // 400:
        counts = np.zeros((threads, kernels.PAIR_SLOTS), np.uint32)
        ends = [part * texts.n // threads for part in range(threads + 1)]

        def count(part: int) -> None:
            letters, starts = texts.letters, texts.starts
            kernels.count_pairs(letters, starts, ends[part], ends[part + 1], counts[part])

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(count, range(threads)))
        total = counts.sum(axis=0, dtype=np.uint32)
        weights[total > many // 400] = 2
        weights[total > many // 50] = 1
    return weights

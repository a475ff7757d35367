"""Texts that are nearly the same: each joins the leader it resembles most, or is its own.

Leaders, not chains: a text is compared with the leader itself, so that a row of small changes
cannot tie together texts that have nothing in common.

Texts are sets of pairs of neighbouring characters, after folding (`unbrush.base.wording.plain`):
nothing that is swapped for a look-alike, padded with pictures or put in another order changes much
of that. The share of pairs in common (Jaccard) is what counts; where there are hundreds of
thousands of texts, pairs that belong to stock phrases count for a quarter or half.

How it scales: candidates are neighbours in sorted lists (LSH forest, Bawa et al. 2005): each of
`TREES` lists sorts the texts by six minima of their hashed pairs (MinHash), so that the more two
texts have in common, the nearer they come, however many others there are. Each text is compared
with a fixed number of neighbours, and every similarity is counted out, none estimated. Work grows
as the number of distinct texts, and lists are made a few at a time, as memory allows.

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

from unbrush.base import near_text_kernels as kernels
from unbrush.base.distinct_texts import DistinctTexts
from unbrush.base.wording import folded

TREES = 16
WINDOW = 2  # neighbours on each side of a list with which a text is compared
NEAR = 4  # of those that resemble it, how many are kept
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
        min_similarity: From where on a text joins a leader, 0-1. Of two texts 0.6 alike hardly one
            pair in fifty is overlooked, of those 0.8 alike none.
        weighted: Whether pairs of stock phrases count for less where there are many texts.
        threads: Cores to use; all of them if 0.
    """
    texts.close()
    order = texts.by_frequency()
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order), dtype=np.int32)
    work = _Work(texts=texts, order=order, rank=rank, threads=threads or os.cpu_count() or 1)
    weights, masses = work.weigh(weighted=weighted)
    near = np.full((texts.n, NEAR), -1, np.int32)
    likeness = np.zeros((texts.n, NEAR), np.uint16)
    centrality = np.zeros(texts.n, np.uint32)
    least = kernels.ONE * min_similarity
    for trees in work.lists(weights):
        for packed in trees:
            work.compare(packed, weights, masses, least, (near, likeness, centrality))
    linked = np.flatnonzero(near[:, 0] >= 0)
    copies = texts.n_copies[order[linked]]
    linked = linked[np.lexsort((linked, -centrality[linked].astype(np.int64), -copies))]
    leader, similarity = kernels.lead(
        texts.letters, texts.starts, order, weights, masses, linked, near, likeness, least
    )
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


_Found = tuple[npt.NDArray[np.int32], npt.NDArray[np.uint16], npt.NDArray[np.uint32]]
"""By rank: the texts that resemble it, how much, and how much it resembles all that were seen."""


@dataclass(frozen=True, kw_only=True)
class _Work:
    """One search: the texts in their order, and the cores to share it among."""

    texts: DistinctTexts
    order: npt.NDArray[np.int32]
    rank: npt.NDArray[np.int32]
    threads: int

    def weigh(self, *, weighted: bool) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
        """Return the weight of each pair, by hash, and of each text, by rank."""
        letters, starts, n = self.texts.letters, self.texts.starts, self.texts.n
        counts = np.zeros(kernels.PAIR_SLOTS, np.uint32)
        if weighted and n > STOCK_TEXTS // 50:
            kernels.count_pairs(letters, starts, n, counts)
        many = max(n, STOCK_TEXTS)
        weights = np.full(kernels.PAIR_SLOTS, 4, np.uint8)
        weights[counts > many // 400] = 2
        weights[counts > many // 50] = 1
        masses = np.empty(n, np.int32)
        self._shared(lambda a, b: kernels.weigh(letters, starts, self.order, weights, masses, a, b))
        return weights, masses

    def lists(self, weights: npt.NDArray[np.uint8]) -> Iterator[npt.NDArray[np.uint64]]:
        """Yield lists of texts, sorted by their minima, as many at a time as memory allows."""
        random = np.random.default_rng(SEED)
        shape = (TREES, kernels.ROWS)
        factors = random.integers(1, 2**32, size=shape, dtype=np.uint32) | np.uint32(1)
        turns = random.integers(1, 2**32, size=shape, dtype=np.uint32)
        at_once = max(1, min(TREES, LISTS_BYTES // (8 * max(1, self.texts.n))))
        for first in range(0, TREES, at_once):
            some = slice(first, first + at_once)
            yield self._sorted(weights, factors[some], turns[some])

    def _sorted(
        self,
        weights: npt.NDArray[np.uint8],
        factors: npt.NDArray[np.uint32],
        turns: npt.NDArray[np.uint32],
    ) -> npt.NDArray[np.uint64]:
        """Return a list for each row of ``factors``."""
        packed = np.empty((len(factors), self.texts.n), np.uint64)
        rest = (factors.ravel(), turns.ravel(), packed)
        letters, starts = self.texts.letters, self.texts.starts
        self._shared(lambda a, b: kernels.sketch(letters, starts, self.rank, weights, *rest, a, b))
        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(np.ndarray.sort, packed))
        return packed

    def compare(
        self,
        packed: npt.NDArray[np.uint64],
        weights: npt.NDArray[np.uint8],
        masses: npt.NDArray[np.int32],
        least: float,
        found: _Found,
    ) -> None:
        """Compare each text with its neighbours in one list and note those that resemble it."""
        texts = (self.texts.letters, self.texts.starts, self.order, weights, masses)
        near, likeness, centrality = found
        alike = np.empty((len(packed), WINDOW), np.uint16)
        known = (near, likeness, least, alike)
        self._shared(lambda a, b: kernels.compare(*texts, packed, *known, a, b))
        self._shared(lambda a, b: kernels.note(packed, alike, near, likeness, centrality, a, b))

    def _shared(self, part: Callable[[int, int], object]) -> None:
        """Call ``part(first, last)`` for parts of all texts, on all cores."""
        n, size = self.texts.n, max(4_096, self.texts.n // (8 * self.threads) + 1)
        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(lambda a: part(a, min(n, a + size)), range(0, n, size)))

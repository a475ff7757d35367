"""Many texts, each kept once in its folded form: what near duplicates are looked for in.

Texts come in batches and may be let go at once; equal ones (after folding) are counted, not kept.
Each costs two bytes a character and some 20 more: 40 million reviews of 35 characters take 3.5 GB.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unbrush.base.text.wording import (
    CLAUSE_END,
    IDEOGRAPH_LETTERS,
    IDEOGRAPHS_FROM,
    Ints,
    Points,
    folded,
)

MAX_LETTERS = 4_096
"""Letters of a text that are kept; of a longer one the rest only tells it from others."""

_LEAST = 1 << 16
_OTHER_PLANES = 0xD800  # where no letter lives: letters beyond 16 bits are put there, by hash


class DistinctTexts:
    """The distinct texts so far, numbered by first sight.

    Args:
        min_letters: Letters that a text must have to be kept; an ideograph counts as three.
        clauses: Whether clauses are kept apart, so that their order says nothing.

    Attributes:
        n: How many there are.
        letters: Their characters in 16 bits, one text after the other; up to ``starts[n]``.
            Between clauses is one `unbrush.base.text.wording.CLAUSE_END`.
        starts: Where each text starts in ``letters``.
        marks: A 64-bit hash of each text.
        n_copies: How often each was added.
    """

    def __init__(self, *, min_letters: int = 1, clauses: bool = True) -> None:
        self._clauses = clauses
        self._min_letters = max(1, min_letters)
        self.n = 0
        self.letters = np.empty(_LEAST, np.uint16)
        self.starts = np.zeros(_LEAST + 1, np.int64)
        self.marks = np.empty(_LEAST, np.uint64)
        self.n_copies = np.zeros(_LEAST, np.int32)
        self._slots = np.full(4 * _LEAST, -1, np.int32)

    def add(self, texts: pa.Array | pa.ChunkedArray) -> npt.NDArray[np.int32]:
        """Add texts and return the number of each; -1 for one that is empty, null or too short."""
        return self._add(*self._folded(texts))

    def add_all(
        self, batches: Iterable[pa.Array | pa.ChunkedArray], *, threads: int = 0
    ) -> Iterator[npt.NDArray[np.int32]]:
        """Add texts batch by batch and yield what `add` returns of each, in order.

        While one batch is added, the next ones are read and folded by other cores.

        Args:
            batches: Texts, of which as many batches are held at a time as there are cores.
            threads: Cores to use; all of them if 0.
        """
        threads = threads or os.cpu_count() or 1
        ahead: deque[Future[tuple[Points, Ints]]] = deque()
        with ThreadPoolExecutor(threads) as pool:
            for texts in batches:
                ahead.append(pool.submit(self._folded, texts))
                if len(ahead) > threads:
                    yield self._add(*ahead.popleft().result())
            while ahead:
                yield self._add(*ahead.popleft().result())

    def _folded(self, texts: pa.Array | pa.ChunkedArray) -> tuple[Points, Ints]:
        return folded(texts, clauses=self._clauses)

    def _add(self, points: Points, offsets: Ints) -> npt.NDArray[np.int32]:
        n_new = len(offsets) - 1
        self._make_room(n_new, int(np.minimum(np.diff(offsets), MAX_LETTERS).sum()))
        numbers = np.empty(n_new, np.int32)
        self.n = _add(
            points,
            offsets,
            self._min_letters,
            self._slots,
            self.n,
            self.letters,
            self.starts,
            self.marks,
            self.n_copies,
            numbers,
        )
        return numbers

    def said(self) -> npt.NDArray[np.int32]:
        """Return how many letters each text says; one repeated over and over counts once or so."""
        out: npt.NDArray[np.int32] = _said(self.letters, self.starts, self.n)
        return out

    def close(self) -> None:
        """Give back the memory that only adding needs; nothing can be added any more."""
        self._slots = np.empty(0, np.int32)

    def by_frequency(self) -> npt.NDArray[np.int32]:
        """Return the numbers of all texts: the most copied first, then by their hash.

        The order depends on the texts alone, not on that in which they were added.
        """
        by_mark = np.argsort(self.marks[: self.n])
        # 16 bits, so that numpy sorts by counting; more copies than that are a tie.
        rarity = (65_535 - np.minimum(self.n_copies[: self.n], 65_535)).astype(np.uint16)
        return by_mark[np.argsort(rarity[by_mark], kind="stable")].astype(np.int32)

    def _make_room(self, n_texts: int, n_letters: int) -> None:
        needed = self.n + n_texts
        if needed > len(self.marks):
            more = max(needed, len(self.marks) + len(self.marks) // 8)
            for values, size in (
                (self.starts, more + 1),
                (self.marks, more),
                (self.n_copies, more),
            ):
                values.resize(size, refcheck=False)  # in place where the machine can
        letters = int(self.starts[self.n]) + n_letters
        if letters > len(self.letters):
            more = max(letters, len(self.letters) + len(self.letters) // 8)
            self.letters.resize(more, refcheck=False)
        if 3 * needed > 2 * len(self._slots):
            size = len(self._slots)
            while 3 * needed > 2 * size:
                size *= 2
            self._slots = np.empty(0, np.int32)
            self._slots = np.full(size, -1, np.int32)
            _place(self._slots, self.marks, self.n)


@numba.njit(cache=True, nogil=True, inline="always")
def mixed(value):  # type: ignore[no-untyped-def]  # compiled
    """A 64-bit value with every bit depending on every other (the end of MurmurHash3)."""
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(33))


@numba.njit(cache=True, nogil=True)
def _place(slots, marks, n):  # type: ignore[no-untyped-def]  # compiled
    mask = np.uint64(len(slots) - 1)
    for number in range(n):
        slot = marks[number] & mask
        while slots[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = number


@numba.njit(cache=True, nogil=True)
def _add(points, offsets, min_letters, slots, n, letters, starts, marks, n_copies, numbers):  # type: ignore[no-untyped-def]  # compiled
    mask = np.uint64(len(slots) - 1)
    for text in range(len(offsets) - 1):
        first, last = offsets[text], offsets[text + 1]
        mark = np.uint64(0xCBF29CE484222325)
        said = 0
        for place in range(first, last):
            if points[place] != CLAUSE_END:
                said += IDEOGRAPH_LETTERS if points[place] >= IDEOGRAPHS_FROM else 1
            mark = (mark ^ np.uint64(points[place])) * np.uint64(0x9E3779B97F4A7C15)
            mark ^= mark >> np.uint64(32)
        if said < min_letters:
            numbers[text] = -1
            continue
        mark = mixed(mark)
        slot = mark & mask
        while slots[slot] >= 0 and marks[slots[slot]] != mark:
            slot = (slot + np.uint64(1)) & mask
        number = slots[slot]
        if number < 0:
            number = np.int32(n)
            slots[slot] = number
            marks[number] = mark
            n_copies[number] = 0
            end = starts[number]
            for place in range(first, min(last, first + MAX_LETTERS)):
                point = points[place]
                if point > 0xFFFF:
                    point = np.uint32(_OTHER_PLANES + (point ^ (point >> 11)) % 0x2000)
                letters[end] = np.uint16(point)
                end += 1
            starts[number + 1] = end
            n += 1
        n_copies[number] += 1
        numbers[text] = number
    return n


@numba.njit(cache=True, nogil=True)
def _said(letters, starts, n):  # type: ignore[no-untyped-def]  # compiled
    """Letters of each text, times its distinct pairs of neighbours per character."""
    said = np.empty(n, np.int32)
    pairs = np.empty(MAX_LETTERS, np.uint32)
    for text in range(n):
        whole, n_letters, before = 0, 0, np.uint32(0)
        for place in range(starts[text], starts[text + 1]):
            letter = np.uint32(letters[place])
            if letter == CLAUSE_END:
                continue
            whole += IDEOGRAPH_LETTERS if letter >= IDEOGRAPHS_FROM else 1
            pairs[n_letters] = (before << np.uint32(16)) | letter
            n_letters += 1
            before = letter
        some = np.sort(pairs[1:n_letters])
        distinct = 1
        for place in range(len(some)):
            distinct += place == 0 or some[place] != some[place - 1]
        said[text] = whole * distinct // n_letters
    return said

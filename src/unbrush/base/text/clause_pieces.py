"""Pieces of clauses: by which two clauses are found alike though neither is the other's copy.

A piece is two neighbouring ideographs of one clause, or five letters. Adverbs of degree and
particles are taken out before ("质量非常好的" → "质量好"), digits part pieces and are in none: who
states a number states a fact. Ideographs that signs hold apart one by one ("大.卖") belong
together again.
"""

from functools import cache
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unbrush.base.text.wording import CLAUSE_END, IDEOGRAPHS_FROM, folded, plain

LETTERS = 5  # of a piece that is in an alphabet
SKETCH = 1 << 22  # counters of `spread`

_LABEL = r"(^|[^\p{L}\p{N}])(?:\p{Han}{1,6}|[A-Za-z]+(?: [a-z]+)?)\s*[:：]"
_ONES = "很太挺蛮超真极更最的得地了啊呢吧哦呀哈嘛啦哇"
_TWOS = "非常 特别 超级 真的 十分 相当 比较 格外 实在 确实 简直 真心"

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint32]


class Pieces(NamedTuple):
    """The pieces of many texts, in order.

    Attributes:
        hashes: Of each piece.
        clauses: In which clause of its text each stands, from 0 on.
        starts: Where each text's pieces start, and the end.
    """

    hashes: Hashes
    clauses: npt.NDArray[np.uint16]
    starts: Ints

    def of(self, rows: Ints) -> "Pieces":
        """Return the pieces of some texts."""
        return Pieces(*_of(*self, rows))


def pieces(texts: pa.Array) -> Pieces:
    """Cut ``texts``; a null or a text without letters has no pieces, nor have labels of a form."""
    bare = pc.replace_substring_regex(texts, pattern=_LABEL, replacement=r"\1|")
    points, offsets = folded(bare, clauses=True)
    return Pieces(*_cut(points, offsets, *_fillers()))


def marks(own: Pieces) -> npt.NDArray[np.uint64]:
    """Return a hash of each text's pieces, in their order."""
    return _marks(own.hashes, own.starts)  # type: ignore[no-any-return]


def spread(own: Pieces) -> npt.NDArray[np.int32]:
    """Return how often pieces occur at all, by hash modulo `SKETCH`; never too few."""
    return _spread(own.hashes, SKETCH)  # type: ignore[no-any-return]


@cache
def _fillers() -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.uint32]]:
    ones, twos = (plain(pa.array(words)).to_pylist() for words in (list(_ONES), _TWOS.split()))
    is_one = np.zeros(1 << 16, np.bool_)
    is_one[[ord(letter) for letter in ones]] = True
    return is_one, np.array([[ord(letter) for letter in word] for word in twos], np.uint32)


@numba.njit(cache=True)
def mixed(value):  # type: ignore[no-untyped-def]  # compiled
    """Return the bits of a number, well mixed."""
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(33))


@numba.njit(cache=True, nogil=True)
def _cut(points, offsets, is_one, twos):  # type: ignore[no-untyped-def]  # compiled
    out = np.empty(len(points), np.uint32)
    clause_of = np.empty(len(points), np.uint16)
    starts = np.zeros(len(offsets), np.int64)
    bare = np.empty(1, np.uint32)
    end = 0
    for text in range(len(offsets) - 1):
        first, last = offsets[text], offsets[text + 1]
        if len(bare) < last - first:
            bare = np.empty(last - first, np.uint32)
        size = _bared(points, first, last, is_one, twos, bare)
        clause = 0
        for place in range(size):
            if bare[place] == CLAUSE_END:
                clause += 1
                continue
            value, found = _piece(bare, place, size)
            if found:
                out[end], clause_of[end] = value, min(clause, 65_535)
                end += 1
        starts[text + 1] = end
    return out[:end], clause_of[:end], starts


@numba.njit(cache=True, nogil=True)
def _bared(points, first, last, is_one, twos, out):  # type: ignore[no-untyped-def]  # compiled
    """Write a text without fillers, single ideographs joined again; return its length."""
    size = 0
    before = first  # where the clause at hand begins
    place = first
    while place < last:
        point = points[place]
        if point == CLAUSE_END:
            after = place + 1
            while after < last and points[after] != CLAUSE_END and after < place + 3:
                after += 1
            is_han = points[place - 1] >= IDEOGRAPHS_FROM and points[place + 1] >= IDEOGRAPHS_FROM
            alone = place - before == 1 or after - place - 1 == 1
            before = place + 1
            place += 1
            if not (is_han and alone):
                out[size] = CLAUSE_END
                size += 1
            continue
        if point >= IDEOGRAPHS_FROM:
            is_two = False
            for two in range(len(twos)):
                if place + 1 < last and twos[two, 0] == point and twos[two, 1] == points[place + 1]:
                    is_two = True
                    break
            if is_two:
                place += 2
                continue
            if point < len(is_one) and is_one[point]:
                place += 1
                continue
        out[size] = point
        size += 1
        place += 1
    return size


@numba.njit(cache=True, nogil=True)
def _piece(bare, place, size):  # type: ignore[no-untyped-def]  # compiled
    """Return the hash of the piece that starts here, and whether there is one."""
    is_han = bare[place] >= IDEOGRAPHS_FROM
    length = 2 if is_han else LETTERS
    if place + length > size:
        return np.uint32(0), False
    value = np.uint64(0)
    for at in range(place, place + length):
        point = bare[at]
        if point == CLAUSE_END or (point >= IDEOGRAPHS_FROM) != is_han or 48 <= point <= 57:
            return np.uint32(0), False
        value = mixed(value * np.uint64(31) + np.uint64(point) + np.uint64(1))
    return np.uint32(value >> np.uint64(32)), True


@numba.njit(cache=True, nogil=True)
def _spread(hashes, size):  # type: ignore[no-untyped-def]  # compiled
    counts = np.zeros(size, np.int32)
    for value in hashes:
        counts[value & np.uint32(size - 1)] += 1
    return counts


@numba.njit(cache=True, nogil=True)
def _marks(hashes, starts):  # type: ignore[no-untyped-def]  # compiled
    out = np.zeros(len(starts) - 1, np.uint64)
    for text in range(len(out)):
        value = np.uint64(0)
        for at in range(starts[text], starts[text + 1]):
            value = mixed(value * np.uint64(31) + np.uint64(hashes[at]))
        out[text] = value
    return out


@numba.njit(cache=True, nogil=True)
def _of(hashes, clauses, starts, rows):  # type: ignore[no-untyped-def]  # compiled
    ends = np.zeros(len(rows) + 1, np.int64)
    for row in range(len(rows)):
        ends[row + 1] = ends[row] + starts[rows[row] + 1] - starts[rows[row]]
    out, clause_of = np.empty(ends[-1], np.uint32), np.empty(ends[-1], np.uint16)
    for row in range(len(rows)):
        first, last = starts[rows[row]], starts[rows[row] + 1]
        out[ends[row] : ends[row + 1]] = hashes[first:last]
        clause_of[ends[row] : ends[row + 1]] = clauses[first:last]
    return out, clause_of, ends

"""Lines of listings that texts repeat as clauses of their own.

A title says what the thing is called, and then, line by line, what is good about it. Who has used
the thing says so in other words; who has only the page has its lines. A clause counts if it is
nothing but a line: of the item's own title, or of another title of its category, since what stands
further down on the page is not in the tables, but is in the titles of those who sell the like.
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unbrush.base.text.clauses import clauses
from unbrush.base.text.distinct_texts import mixed
from unbrush.base.text.own_words import OwnWords
from unbrush.base.text.stock_phrases import is_stock
from unbrush.base.text.wording import (
    CLAUSE_END,
    IDEOGRAPH_LETTERS,
    IDEOGRAPHS_FROM,
    code_points,
    folded,
)

Ints = npt.NDArray[np.int64]
Marks = npt.NDArray[np.uint64]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The lines of titles, without their names and without stock praise.

    Attributes:
        points: Code points of the lines of all titles, `CLAUSE_END` between two.
        offsets: Where those of each title start, and the end.
        marks: Hashes of a line and a category in which a title has it, ascending.
    """

    points: npt.NDArray[np.uint32]
    offsets: Ints
    marks: Marks


def listing(titles: pa.Array, categories: Ints) -> Listing:
    """Return the lines of ``titles``: all clauses but the first, which is the name.

    Args:
        titles: One for each item; null has no lines.
        categories: Number of the category of each; what is sold as -1 is compared with itself.
    """
    cut = clauses(titles)
    kept = np.ones(len(cut.codes), np.bool_)
    kept[cut.offsets[:-1][np.diff(cut.offsets) > 0]] = False
    kept &= ~np.asarray(is_stock(cut.words), np.bool_)[cut.codes]
    title_of = np.repeat(np.arange(len(titles)), np.diff(cut.offsets))[kept]
    codes = cut.codes[kept]
    starts = np.searchsorted(title_of, np.arange(len(titles) + 1))
    lines = pa.ListArray.from_arrays(pa.array(starts, pa.int32()), cut.words.take(pa.array(codes)))
    joined = pa.array(["\n".join(own) for own in lines.to_pylist()], pa.string())
    points, offsets = code_points(joined)
    marks = _line_marks(*code_points(cut.words))[codes]
    known = np.unique(_of_category(marks, categories[title_of]))
    return Listing(points=points, offsets=offsets, marks=known)


def repeated(
    texts: pa.Array, own: Listing, titles: Ints, categories: Ints, min_letters: int
) -> tuple[Ints, Marks, Ints]:
    """Return the clauses of texts that are lines of listings.

    Args:
        texts: What may repeat them.
        own: What `listing` returned.
        titles: Place of each text's own title; -1 is unknown.
        categories: Number of the category of each text's item.
        min_letters: Shortest clause that counts; an ideograph is three letters.

    Returns:
        For each such clause its text, a hash of it, and its letters.
    """
    points, offsets = folded(texts, clauses=True)
    given = (points, offsets, own.points, own.offsets, own.marks, titles, categories, min_letters)
    found = np.empty((3, _repeated(*given, np.empty((3, 0), np.uint64))), np.uint64)
    _repeated(*given, found)
    return found[0].astype(np.int64), found[1], found[2].astype(np.int64)


def titles_of(own: OwnWords) -> Ints:
    """Return the place of each review's item among ``own.items``; -1 where it is not known."""
    ids = own.items["item_id"].combine_chunks()
    at = pc.fill_null(pc.index_in(own.reviews["item_id"], value_set=ids), -1)
    return at.to_numpy().astype(np.int64)  # type: ignore[no-any-return]


@numba.njit(cache=True, nogil=True)
def _mark(points, first, last):  # type: ignore[no-untyped-def]  # compiled
    mark = np.uint64(0xCBF29CE484222325)
    for place in range(first, last):
        mark = (mark ^ np.uint64(points[place])) * np.uint64(0x9E3779B97F4A7C15)
        mark ^= mark >> np.uint64(32)
    return mixed(mark)


@numba.njit(cache=True, nogil=True)
def _line_marks(points, offsets):  # type: ignore[no-untyped-def]  # compiled
    marks = np.empty(len(offsets) - 1, np.uint64)
    for line in range(len(marks)):
        marks[line] = _mark(points, offsets[line], offsets[line + 1])
    return marks


@numba.njit(cache=True, nogil=True)
def _with_category(mark, category):  # type: ignore[no-untyped-def]  # compiled
    return mixed(mark ^ (np.uint64(category + 2) * np.uint64(0x9E3779B97F4A7C15)))


@numba.njit(cache=True, nogil=True)
def _of_category(marks, categories):  # type: ignore[no-untyped-def]  # compiled
    out = np.empty(len(marks), np.uint64)
    for line in range(len(marks)):
        out[line] = _with_category(marks[line], categories[line])
    return out


@numba.njit(cache=True, nogil=True)
def _within(points, first, last, others, start, end):  # type: ignore[no-untyped-def]  # compiled
    size = last - first
    for place in range(start, end - size + 1):
        step = 0
        while step < size and points[first + step] == others[place + step]:
            step += 1
        if step == size:
            return True
    return False


@numba.njit(cache=True, nogil=True)
def _repeated(  # type: ignore[no-untyped-def]  # compiled
    points, offsets, lines, line_offsets, marks, titles, categories, min_letters, out
):
    n = 0
    for text in range(len(offsets) - 1):
        title, first = titles[text], offsets[text]
        for last in range(offsets[text], offsets[text + 1] + 1):
            if last < offsets[text + 1] and points[last] != CLAUSE_END:
                continue
            said = 0
            for place in range(first, last):
                said += IDEOGRAPH_LETTERS if points[place] >= IDEOGRAPHS_FROM else 1
            if said >= min_letters:
                mark = _mark(points, first, last)
                here = _with_category(mark, categories[text])
                at = np.searchsorted(marks, here)
                known = at < len(marks) and marks[at] == here
                if not known and title >= 0:
                    start, end = line_offsets[title], line_offsets[title + 1]
                    known = _within(points, first, last, lines, start, end)
                if known:
                    if n < out.shape[1]:
                        out[0, n] = np.uint64(text)
                        out[1, n] = mark
                        out[2, n] = np.uint64(said)
                    n += 1
            first = last + 1
    return n

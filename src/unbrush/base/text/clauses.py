"""Clauses: what stands between two marks of punctuation, the unit that stock reviews are made of.

A label that a form prints before a field ("外观：", "Battery:") is no part of what was written.
Everything runs over whole columns: Arrow splits, distinct clauses are folded once.
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unbrush.base.text.wording import code_points, plain

HEAD = 2  # ideographs that a clause begins or ends with, to be known by
LATIN_HEAD = 10  # letters, likewise
IDEOGRAPHS_FROM = 0x2E80
MARKS = (0x5BD1E995, 0x27D4EB2F, 0x165667B1)  # whole clause, its beginning, its end

_LABEL = r"(^|[^\p{L}\p{N}])(?:\p{Han}{1,6}|[a-z]+(?: [a-z]+)?)\s*:"
_STEPS = (
    ("['’]", ""),
    (_LABEL, r"\1|"),
    (r"[^\p{L}\p{M}\p{N}\s]+", "|"),
    (r"(\p{Han})\s+", r"\1|"),
    (r"\s+(\p{Han})", r"|\1"),
    (r"\s+", " "),
    (r" ?\|[ |]*", "|"),
    (r"^[| ]+|[| ]+$", ""),
)

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, kw_only=True)
class Clauses:
    """The clauses of many texts.

    Attributes:
        words: Distinct clauses, folded; the empty one is not among them.
        codes: Clauses of all texts in order, as places in ``words``.
        offsets: Where each text's clauses start, and the end.
    """

    words: pa.Array
    codes: Ints
    offsets: Ints


def clauses(texts: pa.Array) -> Clauses:
    """Split ``texts`` into clauses, in order; a null or a text without letters has none."""
    cut = pc.utf8_lower(pc.utf8_normalize(pc.fill_null(texts, ""), form="NFKC"))
    for pattern, replacement in _STEPS:
        cut = pc.replace_substring_regex(cut, pattern=pattern, replacement=replacement)
    parts = pc.split_pattern(cut, "|")
    text_of = np.asarray(pc.list_parent_indices(parts)).astype(np.int64)
    raw = pc.list_flatten(parts).dictionary_encode()
    folded = plain(raw.dictionary).dictionary_encode()
    codes = np.asarray(folded.indices).astype(np.int64)[np.asarray(raw.indices)]
    empty = pc.index(folded.dictionary, "").as_py()
    kept = codes != empty
    words = folded.dictionary
    if empty >= 0:
        words = pa.concat_arrays([words[:empty], words[empty + 1 :]])
        codes = codes - (codes > empty)
    counts = np.bincount(text_of[kept], minlength=len(texts))
    return Clauses(words=words, codes=codes[kept], offsets=np.concatenate(([0], np.cumsum(counts))))


def marks(words: pa.Array) -> tuple[Hashes, Ints]:
    """Return what each clause can be known by, and how many letters that is.

    Returns:
        Hashes of the whole clause, its first and its last characters, one row for each clause;
        0 where beginning or end would be the whole. And the weights, in letters, of each.
    """
    points, offsets = code_points(words)
    return _marks(points, offsets)  # type: ignore[no-any-return]


@numba.njit(cache=True)
def _mix(value):  # type: ignore[no-untyped-def]  # compiled
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(33))


@numba.njit(cache=True)
def _hash(points, start, end, seed):  # type: ignore[no-untyped-def]  # compiled
    value = np.uint64(seed)
    for place in range(start, end):
        value = _mix(value * np.uint64(31) + np.uint64(points[place]) + np.uint64(1))
    return value | np.uint64(1)


@numba.njit(cache=True)
def _marks(points, offsets):  # type: ignore[no-untyped-def]  # compiled
    n_words = len(offsets) - 1
    out = np.zeros((n_words, 3), np.uint64)
    letters = np.zeros((n_words, 3), np.int64)
    for word in range(n_words):
        first, last = offsets[word], offsets[word + 1]
        if first == last:
            continue
        ideographs = 0
        for place in range(first, last):
            ideographs += points[place] >= IDEOGRAPHS_FROM
        out[word, 0] = _hash(points, first, last, MARKS[0])
        letters[word, 0] = 2 * ideographs + (last - first)
        part = HEAD if 2 * ideographs >= last - first else LATIN_HEAD
        if last - first > part:
            out[word, 1] = _hash(points, first, first + part, MARKS[1])
            out[word, 2] = _hash(points, last - part, last, MARKS[2])
            letters[word, 1] = letters[word, 2] = 3 * part if part == HEAD else part
    return out, letters

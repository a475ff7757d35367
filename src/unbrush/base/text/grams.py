"""Texts as a classifier of style sees them: which language, which short runs of characters, marks.

Letters are folded as for comparing (see `letter_folds`); unlike there punctuation stays, in a few
kinds, for how a text is divided tells much of who wrote it. A run of characters is one of `BUCKETS`
numbers (FNV-1a), present or not; all runs of a text together have the length one, so that a long
text says no more than a short one.
"""

import unicodedata
from functools import cache
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unbrush.base.text.letter_folds import SIZE, folds
from unbrush.base.text.wording import code_points

Points = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

BUCKETS = 1 << 15
MOST_READ = 4_096
"""Characters of a text that are read: its style shows by then, and no text costs more."""

LANGUAGES = ("", "zh", "en")
"""By number; the first is any other language."""

STYLE = ("commas", "stops", "shouts", "digits", "capitals", "signs", "spaces", "clause")
"""Shares of the characters, and the length of a clause as a share of 50 characters."""

_HAN, _LATIN, _OTHER = 1, 2, 3
_SPACE, _COMMA, _STOP, _SHOUT, _SIGN = (np.uint32(ord(mark)) for mark in " ,.!*")
_DIGIT = np.uint32(ord("0"))
_HAN_SHARE, _LATIN_SHARE, _ENGLISH_SHARE = 0.6, 0.9, 0.17

# Frequent in English and hardly a word of other languages that use these letters.
_ENGLISH = (
    "the and to it this that with for were have had they you but are my our very from not there "
    "which would i your been has when what their be as at than just will"
)


class Grams(NamedTuple):
    """Texts in numbers.

    Attributes:
        starts: Where each text begins in ``buckets``, and their end.
        buckets: The distinct runs of each text, by number.
        style: A row of `STYLE` per text.
    """

    starts: Ints
    buckets: npt.NDArray[np.int32]
    style: Floats


class _Table(NamedTuple):
    symbols: Points  # what a code point counts as; 0 is nothing
    scripts: npt.NDArray[np.int8]
    is_capital: npt.NDArray[np.bool_]


def languages(texts: pa.Array | pa.ChunkedArray) -> tuple[npt.NDArray[np.int8], Ints]:
    """Return the language of each text as a place in `LANGUAGES`, and how many letters it has.

    Chinese are texts of ideographs without kana or Hangul; English are those in Latin letters of
    which enough words are frequent in English only. An ideograph counts as three letters. Texts
    that use both (brands in a Chinese review aside) are neither.
    """
    points, starts = code_points(texts)
    table = _table()
    rules = (table.symbols, table.scripts, _english())
    shares = (_HAN_SHARE, _LATIN_SHARE, _ENGLISH_SHARE)
    return _languages(points, starts, *rules, *shares)  # type: ignore[no-any-return]


def grams(texts: pa.Array | pa.ChunkedArray, *, shortest: int, longest: int) -> Grams:
    """Return which runs of ``shortest`` to ``longest`` characters each text has, and its style."""
    points, starts = code_points(texts)
    return Grams(*_grams(points, starts, *_table(), shortest, longest))


def run_of(text: str, *, shortest: int, longest: int) -> dict[str, int]:
    """Return the runs of characters of one text, as read, with their numbers."""
    points, starts = code_points(pa.array([text], pa.string()))
    symbols, _ = _symbols(points, starts[0], starts[1], _table().symbols, _table().is_capital)
    read = "".join(map(chr, symbols.tolist()))
    found: dict[str, int] = {}
    for size in range(shortest, longest + 1):
        for start in range(len(read) - size + 1):
            found.setdefault(read[start : start + size], int(_bucket(symbols, start, start + size)))
    return found


@cache
def _table() -> _Table:
    symbols = np.zeros(SIZE, np.uint32)
    scripts = np.zeros(SIZE, np.int8)
    is_capital = np.zeros(SIZE, np.bool_)
    known = folds()
    for point in range(SIZE):
        letter = chr(point)
        kind = unicodedata.category(letter)
        if kind in ("Cc", "Zs", "Zl", "Zp"):
            symbols[point] = _SPACE
        elif kind == "Nd":
            symbols[point] = _DIGIT
        elif kind[0] in "LM":
            first, last = known.places[point], known.places[point + 1]
            symbols[point] = known.letters[first] if last > first else 0
            scripts[point] = _script(point, letter) if kind[0] == "L" else 0
            is_capital[point] = kind == "Lu"
        elif kind[0] in "PSN":
            symbols[point] = _mark(unicodedata.normalize("NFKC", letter)[:1])
    return _Table(symbols, scripts, is_capital)


def _script(point: int, letter: str) -> int:
    if 0x3400 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or point >= 0x20000:
        return _HAN
    return _LATIN if "LATIN" in unicodedata.name(letter, "") else _OTHER


def _mark(sign: str) -> np.uint32:
    if sign in ",、;:":
        return _COMMA
    if sign in ".。…":
        return _STOP
    if sign in "!?~":
        return _SHOUT
    # Apostrophes, hyphens and brackets belong to the words.
    return np.uint32(ord(sign)) if sign in "'-(" else np.uint32(ord("'")) if sign == "’" else _SIGN


@cache
def _english() -> Points:
    """Return the hashes of the frequent words, in order."""
    hashes = []
    for word in _ENGLISH.split():
        letters = np.array([ord(letter) for letter in word], np.uint32)
        hashes.append(int(_hash(letters, 0, len(letters))))
    return np.array(sorted(hashes), np.uint32)


@numba.njit(cache=True, nogil=True)
def _hash(symbols, first, last):  # type: ignore[no-untyped-def]  # compiled
    found = np.uint32(2166136261)
    for place in range(first, last):
        found = np.uint32((found ^ symbols[place]) * np.uint32(16777619))
    return found


@numba.njit(cache=True, nogil=True)
def _bucket(symbols, first, last):  # type: ignore[no-untyped-def]  # compiled
    found = _hash(symbols, first, last)
    return (found ^ (found >> np.uint32(15))) & np.uint32(BUCKETS - 1)


@numba.njit(cache=True, nogil=True)
def _languages(points, starts, symbols, scripts, english, han_share, latin_share, english_share):  # type: ignore[no-untyped-def]  # compiled
    n = len(starts) - 1
    language, letters = np.zeros(n, np.int8), np.zeros(n, np.int64)
    word = np.empty(64, np.uint32)
    for text in range(n):
        count = np.zeros(4, np.int64)
        last = min(starts[text + 1], starts[text] + MOST_READ)
        n_words, n_english, size = 0, 0, 0
        for place in range(starts[text], last + 1):
            point = points[place] if place < last else np.uint32(32)
            script = scripts[point] if point < len(scripts) else 0
            count[script] += 1
            if script == _LATIN and symbols[point]:
                if size < 64:
                    word[size] = symbols[point]
                size += 1
            elif size:
                n_words += 1
                if size < 64:
                    found = _hash(word, 0, size)
                    at = np.searchsorted(english, found)
                    n_english += at < len(english) and english[at] == found
                size = 0
        total = count[_HAN] + count[_LATIN] + count[_OTHER]
        letters[text] = 3 * count[_HAN] + count[_LATIN] + count[_OTHER]
        # A foreign letter or two may be part of a face; kana in every clause are Japanese.
        if count[_OTHER] > 0.02 * total:
            continue
        if total and count[_HAN] >= han_share * total:
            language[text] = 1
        elif total and count[_LATIN] >= latin_share * total:
            language[text] = 2 if n_english >= english_share * n_words and n_english > 2 else 0
    return language, letters


@numba.njit(cache=True, nogil=True)
def _symbols(points, first, last, table, is_capital):  # type: ignore[no-untyped-def]  # compiled
    """Return a text's symbols, marks repeated at most once, and how many letters were capitals."""
    last = min(last, first + MOST_READ)
    out = np.empty(last - first + 2, np.uint32)
    out[0] = _SPACE
    size, capitals, repeats = 1, 0, 0
    for place in range(first, last):
        point = points[place]
        symbol = table[point] if point < len(table) else _SIGN
        if symbol == 0 or (symbol == _SPACE and out[size - 1] == _SPACE):
            continue
        repeats = repeats + 1 if symbol == out[size - 1] else 0
        if repeats > 1 and symbol < 64:
            continue
        capitals += point < len(table) and is_capital[point]
        out[size] = symbol
        size += 1
    if out[size - 1] != _SPACE:
        out[size] = _SPACE
        size += 1
    return out[:size], capitals


@numba.njit(cache=True, nogil=True)
def _grams(points, starts, table, scripts, is_capital, shortest, longest):  # type: ignore[no-untyped-def]  # compiled
    n = len(starts) - 1
    room = 0
    for text in range(n):
        length = min(starts[text + 1] - starts[text], MOST_READ) + 2
        room += min(length * (longest - shortest + 1), BUCKETS)
    buckets, ends = np.empty(room, np.int32), np.zeros(n + 1, np.int64)
    style = np.zeros((n, len(STYLE)))
    seen = np.full(BUCKETS, -1, np.int64)
    end = 0
    for text in range(n):
        symbols, capitals = _symbols(points, starts[text], starts[text + 1], table, is_capital)
        for size in range(shortest, longest + 1):
            for place in range(len(symbols) - size + 1):
                bucket = _bucket(symbols, place, place + size)
                if seen[bucket] != text:
                    seen[bucket] = text
                    buckets[end] = bucket
                    end += 1
        ends[text + 1] = end
        _set_style(style[text], symbols, capitals)
    return ends, buckets[:end], style


@numba.njit(cache=True, nogil=True)
def _set_style(row, symbols, capitals):  # type: ignore[no-untyped-def]  # compiled
    total = max(len(symbols) - 2, 1)
    for symbol in symbols[1 : len(symbols) - 1]:
        row[0] += symbol == _COMMA
        row[1] += symbol == _STOP
        row[2] += symbol == _SHOUT
        row[3] += symbol == _DIGIT
        row[5] += symbol == _SIGN
        row[6] += symbol == _SPACE
    row[4] = capitals
    row[7] = min(total / (1 + row[0] + row[1] + row[2]) / 50, 2.0) * total
    row /= total

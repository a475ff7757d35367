"""Free text in the one form in which texts are compared: letters and digits, nothing else.

Millions of texts at a time: the bytes of an Arrow column are decoded, folded by a table of code
points (`unbrush.base.text.letter_folds`) and encoded again by compiled loops, never text by text.
"""

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unbrush.base.text.letter_folds import SIZE, STOP, folds

Points = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]

IDEOGRAPHS_FROM = 0x2E80
IDEOGRAPH_LETTERS = 3
CLAUSE_END = 0x0A
"""What parts the clauses of a text whose clauses are kept apart."""


def plain(texts: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return texts with form, case, spaces, punctuation and pictures taken away; null stays null.

    What remains are letters, their marks and digits of any script; compatibility forms,
    traditional characters and letters swapped for look-alikes are folded into one (see
    `unbrush.base.text.letter_folds`). It is for comparing, not for showing: Greek or Cyrillic words
    come back with Latin letters in them. What is folded already stays as it is.

    Args:
        texts: Text of any Arrow type for it.

    Returns:
        An array of ``string``, or of ``large_string`` if it needs two billion bytes or more.
    """
    whole = _whole(texts)
    encoded, ends = _encode(*folded(whole))
    kind, width = (pa.string(), np.int32) if ends[-1] < 2**31 else (pa.large_string(), np.int64)
    buffers = [None, pa.py_buffer(ends.astype(width)), pa.py_buffer(encoded)]
    out = pa.Array.from_buffers(kind, len(whole), buffers)
    return pc.if_else(pc.is_valid(whole), out, pa.scalar(None, kind)) if whole.null_count else out


def folded(texts: pa.Array | pa.ChunkedArray, *, clauses: bool = False) -> tuple[Points, Ints]:
    """Return the characters of `plain` texts in one row, and where each text starts.

    Args:
        texts: Text of any Arrow type for it; a null counts as empty.
        clauses: Whether one `CLAUSE_END` stays where punctuation, a picture or the end of a line
            was between letters, or a space between ideographs; a single sign within a word in an
            alphabet or within a number parts nothing.

    Returns:
        Code points, and ``len(texts) + 1`` offsets into them.
    """
    table = folds()
    parts = table.parts if clauses else np.zeros_like(table.parts)
    rules = (table.places, table.letters, table.composes, parts)
    points, starts = code_points(texts)
    out, ends, to_compose = _fold(points, starts, *rules)
    if not to_compose.any():
        return out, ends
    # Where a mark follows its letter, or a Hangul syllable comes in parts, they become one.
    rows = np.flatnonzero(to_compose)
    whole = pa.array(_strings(out, ends, rows), pa.string())
    composed, places = code_points(pc.utf8_normalize(whole, form="NFKC"))
    composed, places, _ = _fold(composed, places, *rules)
    return _replaced(out, ends, rows, composed, places)  # type: ignore[no-any-return]


def code_points(texts: pa.Array | pa.ChunkedArray) -> tuple[Points, Ints]:
    """Return all characters of ``texts`` in one row, and where each text starts.

    Returns:
        Code points, and ``len(texts) + 1`` offsets into them; a null counts as empty.
    """
    whole = _whole(texts)
    if whole.null_count:
        whole = pc.fill_null(whole, "")
    if not len(whole):
        return np.empty(0, np.uint32), np.zeros(1, np.int64)
    width = np.int64 if pa.types.is_large_string(whole.type) else np.int32
    _, offsets, letters = whole.buffers()
    bounds = np.frombuffer(offsets, width)[whole.offset : whole.offset + len(whole) + 1]
    encoded = np.frombuffer(letters or b"", np.uint8)[bounds[0] : bounds[-1]]
    return _decode(encoded, bounds.astype(np.int64) - bounds[0])  # type: ignore[no-any-return]


def letter_weights(points: Points) -> Ints:
    """Return how much each character says, in Latin letters: an ideograph says three."""
    return np.where(points >= IDEOGRAPHS_FROM, IDEOGRAPH_LETTERS, 1)


def _whole(texts: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return texts as one array of ``string`` or ``large_string``."""
    if isinstance(texts, pa.ChunkedArray):
        kind = pa.large_string() if texts.nbytes >= 2**31 else texts.type
        texts = texts.cast(kind).combine_chunks()
    if isinstance(texts, pa.ChunkedArray):  # as older versions of Arrow return it
        texts = pa.concat_arrays(texts.chunks)
    known = pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)
    return texts if known else texts.cast(pa.string())


def _strings(points: Points, offsets: Ints, rows: Ints) -> list[str]:
    return [
        points[offsets[row] : offsets[row + 1]].tobytes().decode("utf-32-le")
        for row in rows.tolist()
    ]


@numba.njit(cache=True, nogil=True)
def _decode(encoded, bounds):  # type: ignore[no-untyped-def]  # compiled
    """UTF-8 → code points; a byte that starts no character is skipped."""
    points = np.empty(len(encoded), np.uint32)
    starts = np.zeros(len(bounds), np.int64)
    end = 0
    for text in range(len(bounds) - 1):
        at, last = bounds[text], bounds[text + 1]
        while at < last:
            lead = np.uint32(encoded[at])
            size = 1 if lead < 0x80 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
            if 0x80 <= lead < 0xC0 or at + size > last:
                at += 1
                continue
            if size == 1:
                point = lead
            elif size == 2:
                point = ((lead & 0x1F) << 6) | np.uint32(encoded[at + 1] & 0x3F)
            elif size == 3:
                point = ((lead & 0x0F) << 12) | (np.uint32(encoded[at + 1] & 0x3F) << 6)
                point |= np.uint32(encoded[at + 2] & 0x3F)
            else:
                point = ((lead & 0x07) << 18) | (np.uint32(encoded[at + 1] & 0x3F) << 12)
                point |= np.uint32(encoded[at + 2] & 0x3F) << 6
                point |= np.uint32(encoded[at + 3] & 0x3F)
            points[end] = point
            end += 1
            at += size
        starts[text + 1] = end
    return points[:end], starts


@numba.njit(cache=True, nogil=True)
def _encode(points, offsets):  # type: ignore[no-untyped-def]  # compiled
    """Code points → UTF-8."""
    n_bytes = 0
    for point in points:
        n_bytes += 1 if point < 0x80 else 2 if point < 0x800 else 3 if point < 0x10000 else 4
    encoded = np.empty(n_bytes, np.uint8)
    ends = np.zeros(len(offsets), np.int64)
    end = 0
    for text in range(len(offsets) - 1):
        for place in range(offsets[text], offsets[text + 1]):
            point = points[place]
            if point < 0x80:
                encoded[end] = point
                end += 1
                continue
            if point < 0x800:
                encoded[end] = 0xC0 | (point >> 6)
            else:
                if point < 0x10000:
                    encoded[end] = 0xE0 | (point >> 12)
                else:
                    encoded[end] = 0xF0 | (point >> 18)
                    end += 1
                    encoded[end] = 0x80 | ((point >> 12) & 0x3F)
                end += 1
                encoded[end] = 0x80 | ((point >> 6) & 0x3F)
            end += 1
            encoded[end] = 0x80 | (point & 0x3F)
            end += 1
        ends[text + 1] = end
    return encoded, ends


@numba.njit(cache=True, nogil=True)
def _fold(points, offsets, places, letters, composes, parts):  # type: ignore[no-untyped-def]  # compiled
    """Each code point → its letters; also which texts have a mark that may join a letter."""
    total = 0
    for point in points:
        if point < SIZE:
            total += places[point + 1] - places[point] + (parts[point] > 0)
    out = np.empty(total, np.uint32)
    ends = np.zeros(len(offsets), np.int64)
    to_compose = np.zeros(len(offsets) - 1, np.bool_)
    end = 0
    for text in range(len(offsets) - 1):
        parted, n_between, begin = 0, 0, end
        for place in range(offsets[text], offsets[text + 1]):
            point = points[place]
            if point >= SIZE:
                continue
            if parts[point]:
                parted = max(parted, parts[point])
                n_between += 1
                continue
            to_compose[text] |= composes[point]
            for letter in range(places[point], places[point + 1]):
                if parted and end > begin:
                    before = out[end - 1] >= IDEOGRAPHS_FROM
                    after = letters[letter] >= IDEOGRAPHS_FROM
                    # Not in "good one", "don't" or "3.5".
                    if (parted == STOP and (n_between > 1 or before or after)) or (
                        before and after
                    ):
                        out[end] = CLAUSE_END
                        end += 1
                parted, n_between = 0, 0
                out[end] = letters[letter]
                end += 1
        ends[text + 1] = end
    return out[:end], ends, to_compose


@numba.njit(cache=True, nogil=True)
def _replaced(points, ends, rows, other, places):  # type: ignore[no-untyped-def]  # compiled
    """The texts with those in ``rows`` (ascending) taken from ``other``."""
    out = np.empty(len(points) + len(other), np.uint32)
    starts = np.zeros(len(ends), np.int64)
    end, row = 0, 0
    for text in range(len(ends) - 1):
        if row < len(rows) and rows[row] == text:
            size = places[row + 1] - places[row]
            out[end : end + size] = other[places[row] : places[row + 1]]
            row += 1
        else:
            size = ends[text + 1] - ends[text]
            out[end : end + size] = points[ends[text] : ends[text + 1]]
        end += size
        starts[text + 1] = end
    return out[:end], starts


def letters_of(text: str) -> list[str]:
    """Return the folded letters of each character of ``text``; "" for one that is no letter."""
    table = folds()
    return [
        "".join(map(chr, table.letters[table.places[point] : table.places[point + 1]].tolist()))
        if point < SIZE
        else ""
        for point in map(ord, text)
    ]

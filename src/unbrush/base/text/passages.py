"""Passages that texts have in common: the longest of two texts, and several in the same order.

Texts are rows of code points, as `wording.code_points` returns them. Runs of `GRAM` characters are
counted in a table of saturating counters: a run that collides with another, or that a text repeats,
is taken for commoner than it is, never for rarer.
"""

import numba
import numpy as np
import numpy.typing as npt

GRAM = 5  # characters of a run that is counted and compared
LATIN_GRAM = 14  # the same for Latin letters
IDEOGRAPHS_FROM = 0x2E80
BREAK = 0x7C  # "|" stands between clauses; no run crosses it
MAX_BITS = 29  # of the number of counters, one byte each
SAMPLED = 40_000_000  # runs that are held at once; more are thinned evenly by their hash
LONGER = 1.0  # surprise that each further character of a passage adds, in natural logarithms

Points = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Counters = npt.NDArray[np.uint8]


def longest_common(
    points: Points, offsets: Ints, others: Points, other_offsets: Ints, at: Ints
) -> Ints:
    """Return for each text how many characters in a row it has in common with another text.

    Args:
        points: Code points of the texts.
        offsets: Where each starts, and the end.
        others: Code points of the texts to compare with.
        other_offsets: Where each of these starts, and the end.
        at: For each text which of the others it is compared with.
    """
    return _longest(points, offsets, others, other_offsets, at)  # type: ignore[no-any-return]


def gram_counts(points: Points, offsets: Ints) -> Counters:
    """Return a table of how many texts have each run of characters, at most 255."""
    bits = min(max(int(np.ceil(np.log2(max(len(points), 1)))) + 2, 12), MAX_BITS)
    counters = np.zeros(1 << bits, np.uint8)
    _count(points, offsets, counters)
    return counters


def kin(
    points: Points, offsets: Ints, counters: Counters, own: tuple[Points, Ints], max_texts: int
) -> tuple[Ints, Ints]:
    """Return pairs of texts that share at least two runs which few texts have.

    Args:
        points: Code points of the texts.
        offsets: Where each starts, and the end.
        counters: What `gram_counts` returned.
        own: Code points and offsets of a text for each (its listing) whose runs do not count.
        max_texts: Texts that may have a run for it to be one of few.

    Returns:
        The earlier and the later text of each pair.
    """
    thin = max(1, -(-len(points) // SAMPLED))
    n = _rare(points, offsets, counters, *own, max_texts, thin, np.empty((2, 0), np.uint64))
    found = np.empty((2, n), np.uint64)
    _rare(points, offsets, counters, *own, max_texts, thin, found)
    order = np.lexsort((found[1], found[0]))
    run, text = found[0][order], found[1][order].astype(np.int64)
    pairs = np.empty(_pairs(run, text, max_texts, np.empty(0, np.uint64)), np.uint64)
    _pairs(run, text, max_texts, pairs)
    pairs.sort()
    new = np.ones(len(pairs), bool)
    new[1:] = pairs[1:] != pairs[:-1]
    first = np.flatnonzero(new)
    twice = pairs[first[np.diff(np.append(first, len(pairs))) >= 2]]
    return (twice >> np.uint64(32)).astype(np.int64), (twice & np.uint64(0xFFFFFFFF)).astype(
        np.int64
    )


def in_order(
    points: Points,
    offsets: Ints,
    counters: Counters,
    own: tuple[Points, Ints],
    ones: Ints,
    twos: Ints,
    n_texts: int,
) -> tuple[Ints, Floats]:
    """Return how many passages each pair shares in the same order, and how surprising that is.

    Two passages are apart only if the texts differ between them: who quotes a paragraph shares one.
    A passage surprises by ln(texts / texts that have its rarest run), and by `LONGER` for each
    further character.
    """
    return _in_order(points, offsets, counters, *own, ones, twos, n_texts)  # type: ignore[no-any-return]


def shared_passages(one: str, two: str) -> list[str]:
    """Return the passages that two texts have in common in the same order, as they stand."""
    texts = [np.frombuffer(text.encode("utf-32-le"), np.uint32) for text in (one, two)]
    points = np.concatenate(texts)
    offsets = np.array([0, len(texts[0]), len(points)], np.int64)
    out = np.empty((2, len(one) + 1), np.int64)
    n = _walk(points, offsets, 0, 1, out)
    return [one[out[0, k] : out[1, k]].strip("|").replace("|", "，") for k in range(n)]


@numba.njit(cache=True)
def _mix(value):  # type: ignore[no-untyped-def]  # compiled
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(33))


@numba.njit(cache=True)
def _gram(points, start, end):  # type: ignore[no-untyped-def]  # compiled
    """Return the hash of the run that starts here and its length; length 0 if there is none."""
    size = GRAM if points[start] >= IDEOGRAPHS_FROM else LATIN_GRAM
    if start + size > end:
        return np.uint64(0), 0
    value = np.uint64(0x9E3779B97F4A7C15)
    for place in range(start, start + size):
        if points[place] == BREAK:
            return np.uint64(0), 0
        value = _mix(value * np.uint64(31) + np.uint64(points[place]) + np.uint64(1))
    return value, size


@numba.njit(cache=True)
def _count(points, offsets, counters):  # type: ignore[no-untyped-def]  # compiled
    mask = np.uint64(len(counters) - 1)
    for text in range(len(offsets) - 1):
        for place in range(offsets[text], offsets[text + 1]):
            value, size = _gram(points, place, offsets[text + 1])
            if size == 0:
                continue
            at = value & mask
            if counters[at] < 255:
                counters[at] += 1


@numba.njit(cache=True)
def _in(points, start, size, others, first, last):  # type: ignore[no-untyped-def]  # compiled
    for place in range(first, last - size + 1):
        same = True
        for step in range(size):
            if points[start + step] != others[place + step]:
                same = False
                break
        if same:
            return True
    return False


@numba.njit(cache=True)
def _rare(points, offsets, counters, titles, title_offsets, max_texts, thin, out):  # type: ignore[no-untyped-def]  # compiled
    mask = np.uint64(len(counters) - 1)
    end = 0
    for text in range(len(offsets) - 1):
        for place in range(offsets[text], offsets[text + 1]):
            value, size = _gram(points, place, offsets[text + 1])
            if size == 0 or value % np.uint64(thin) != 0:
                continue
            n = counters[value & mask]
            if n < 2 or n > max_texts:
                continue
            if _in(points, place, size, titles, title_offsets[text], title_offsets[text + 1]):
                continue
            if end < out.shape[1]:
                out[0, end] = value
                out[1, end] = np.uint64(text)
            end += 1
    return end


@numba.njit(cache=True)
def _pairs(run, text, max_texts, out):  # type: ignore[no-untyped-def]  # compiled
    end = 0
    start = 0
    for place in range(1, len(run) + 1):
        if place < len(run) and run[place] == run[start]:
            continue
        if place - start <= 2 * max_texts:
            for i in range(start, place):
                for j in range(i + 1, place):
                    if text[i] != text[j]:
                        if end < len(out):
                            out[end] = (np.uint64(text[i]) << np.uint64(32)) | np.uint64(text[j])
                        end += 1
        start = place
    return end


@numba.njit(cache=True)
def _walk(points, offsets, one, two, out):  # type: ignore[no-untyped-def]  # compiled
    """Write where the passages of ``one`` that ``two`` has after each other start and end."""
    n = 0
    i, end_i = offsets[one], offsets[one + 1]
    after, end_j = offsets[two], offsets[two + 1]
    while i < end_i:
        size = GRAM if points[i] >= IDEOGRAPHS_FROM else LATIN_GRAM
        best = 0
        if i + size <= end_i:
            for j in range(after, end_j - size + 1):
                if points[i] != points[j]:
                    continue
                length = 0
                while (
                    i + length < end_i
                    and j + length < end_j
                    and points[i + length] == points[j + length]
                ):
                    length += 1
                if length >= size:
                    best = length
                    after = j + length
                    break
        if best > 0:
            if n < out.shape[1]:
                out[0, n] = i - offsets[one]
                out[1, n] = i - offsets[one] + best
            n += 1
            i += best
        else:
            i += 1
    return n


@numba.njit(cache=True)
def _in_order(points, offsets, counters, titles, title_offsets, ones, twos, n_texts):  # type: ignore[no-untyped-def]  # compiled
    mask = np.uint64(len(counters) - 1)
    number = np.zeros(len(ones), np.int64)
    surprise = np.zeros(len(ones))
    spans = np.empty((2, 200), np.int64)
    known = np.empty(200, np.uint64)  # rarest runs of the passages before: each counts once
    for pair in range(len(ones)):
        one, two = ones[pair], twos[pair]
        n = min(_walk(points, offsets, one, two, spans), spans.shape[1])
        for passage in range(n):
            start = offsets[one] + spans[0, passage]
            end = offsets[one] + spans[1, passage]
            rarest, run = 255, np.uint64(0)
            said = 0
            for place in range(start, end):
                said += points[place] != BREAK
                value, size = _gram(points, place, end)
                if size == 0:
                    continue
                if counters[value & mask] >= rarest:
                    continue
                if _in(points, place, size, titles, title_offsets[one], title_offsets[one + 1]):
                    continue
                if _in(points, place, size, titles, title_offsets[two], title_offsets[two + 1]):
                    continue
                rarest, run = counters[value & mask], value
            known[number[pair]] = run
            if rarest < 255 and not (known[: number[pair]] == run).any():
                size = GRAM if points[start] >= IDEOGRAPHS_FROM else LATIN_GRAM
                further = (said - size) * LONGER * GRAM / size
                number[pair] += 1
                surprise[pair] += max(np.log(n_texts / max(rarest, 2)), 0.0) + max(further, 0.0)
    return number, surprise


@numba.njit(cache=True)
def _longest(points, offsets, others, other_offsets, at):  # type: ignore[no-untyped-def]  # compiled
    out = np.zeros(len(offsets) - 1, np.int64)
    for text in range(len(out)):
        first, last = other_offsets[at[text]], other_offsets[at[text] + 1]
        row = np.zeros(last - first + 1, np.int32)
        for place in range(offsets[text], offsets[text + 1]):
            before = 0
            for step in range(last - first):
                kept = row[step + 1]
                if points[place] == others[first + step]:
                    row[step + 1] = before + 1
                    if before + 1 > out[text]:
                        out[text] = before + 1
                else:
                    row[step + 1] = 0
                before = kept
    return out

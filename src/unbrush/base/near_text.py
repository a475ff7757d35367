"""Texts that are nearly the same: each joins the leader it resembles most, or becomes one.

Leaders, not chains: a text is compared with the leader itself, so that a row of small changes
cannot tie together texts that have nothing in common.
"""

from itertools import pairwise

import numba
import numpy as np
import numpy.typing as npt

BANDS = 16
ROWS = 4
SKETCH = 64  # minima of which a byte each is kept, to pass over texts that cannot be alike
MAX_COMPARED = 50
MAX_SKETCHED = 200
SEED = 20_230_517

Ints = npt.NDArray[np.int64]


def pairs(points: npt.NDArray[np.uint32], offsets: Ints) -> tuple[npt.NDArray[np.uint32], Ints]:
    """Return the distinct pairs of neighbouring characters of each text, hashed and sorted.

    Args:
        points: Code points of all texts, one after the other.
        offsets: Where each text starts, and the end.

    Returns:
        The pairs of all texts, one after the other, and where each text's start, and the end.
    """
    return _pairs(points, offsets)  # type: ignore[no-any-return]


def leaders(
    shingles: npt.NDArray[np.uint32], starts: Ints, *, min_similarity: float
) -> tuple[Ints, npt.NDArray[np.float64]]:
    """Return the leader of each text and its similarity to it, in the order given.

    Similarity is the share of pairs in common (Jaccard). Candidates share one of 16 bands of 4
    minima (MinHash): a pair of texts that is 0.7 alike is looked at with a chance of 0.99, one that
    is 0.6 alike with 0.89.

    Args:
        shingles: What `pairs` returned.
        starts: What `pairs` returned.
        min_similarity: From where on a text joins a leader, 0-1.

    Returns:
        Index of the leader (a leader is its own), and the similarity to it (1 for itself).
    """
    random = np.random.default_rng(SEED)
    factors = random.integers(1, 2**63, size=BANDS * ROWS, dtype=np.uint64) | np.uint64(1)
    spread = (min_similarity * (1 - min_similarity) * SKETCH) ** 0.5
    agree = max(1, int(min_similarity * SKETCH - 3 * spread))
    return _lead(shingles, starts, factors, float(min_similarity), agree)  # type: ignore[no-any-return]


def overlap(points: npt.NDArray[np.uint32], others: npt.NDArray[np.uint32]) -> float:
    """Return the share of the character pairs of one text that another one has as well, 0-1."""
    own = set(pairwise(points.tolist()))
    return len(own & set(pairwise(others.tolist()))) / len(own) if own else 0.0


def fingerprints(points: npt.NDArray[np.uint32], offsets: Ints) -> npt.NDArray[np.uint64]:
    """Return a 64-bit hash of each text; equal texts have equal hashes."""
    return _fingerprints(points, offsets)  # type: ignore[no-any-return]


@numba.njit(cache=True)
def _mix(value):  # type: ignore[no-untyped-def]  # compiled
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(33))


@numba.njit(cache=True)
def _fingerprints(points, offsets):  # type: ignore[no-untyped-def]  # compiled
    out = np.empty(len(offsets) - 1, np.uint64)
    for text in range(len(out)):
        value = np.uint64(0xCBF29CE484222325)
        for place in range(offsets[text], offsets[text + 1]):
            value = _mix(value * np.uint64(31) + np.uint64(points[place]) + np.uint64(1))
        out[text] = value
    return out


@numba.njit(cache=True)
def _pairs(points, offsets):  # type: ignore[no-untyped-def]  # compiled
    """Sorted distinct pairs of neighbouring characters of each text, as 32-bit hashes."""
    n_texts = len(offsets) - 1
    out = np.empty(len(points) + n_texts, np.uint32)
    starts = np.zeros(n_texts + 1, np.int64)
    end = 0
    for text in range(n_texts):
        first, last = offsets[text], offsets[text + 1]
        begin = end
        if last - first == 1:
            out[end] = points[first]
            end += 1
        for place in range(first, last - 1):
            pair = (np.uint64(points[place]) << np.uint64(32)) | np.uint64(points[place + 1])
            out[end] = np.uint32(_mix(pair) & np.uint64(0xFFFFFFFF))
            end += 1
        out[begin:end].sort()
        kept = begin
        for place in range(begin, end):
            if place == begin or out[place] != out[place - 1]:
                out[kept] = out[place]
                kept += 1
        end = kept
        starts[text + 1] = end
    return out[:end], starts


@numba.njit(cache=True)
def _similarity(shingles, starts, one, two):  # type: ignore[no-untyped-def]  # compiled
    i, j = starts[one], starts[two]
    end_i, end_j = starts[one + 1], starts[two + 1]
    total = (end_i - i) + (end_j - j)
    if total == 0:
        return 0.0
    common = 0
    while i < end_i and j < end_j:
        if shingles[i] == shingles[j]:
            common += 1
            i += 1
            j += 1
        elif shingles[i] < shingles[j]:
            i += 1
        else:
            j += 1
    return common / (total - common)


@numba.njit(cache=True)
def _agreement(sketches, one, two):  # type: ignore[no-untyped-def]  # compiled
    same = 0
    for number in range(SKETCH):
        same += sketches[one, number] == sketches[two, number]
    return same


@numba.njit(cache=True)
def _lead(shingles, starts, factors, min_similarity, agree):  # type: ignore[no-untyped-def]  # compiled
    n_texts = len(starts) - 1
    size = 1
    while size < 4 * n_texts:
        size *= 2
    heads = np.full(size, -1, np.int32)  # newest entry of a bucket
    older = np.full(n_texts * BANDS, -1, np.int32)  # the entry before it; leaders only
    tags = np.zeros(n_texts * BANDS, np.uint32)  # what tells keys of one bucket apart
    seen = np.full(n_texts, -1, np.int32)  # by which text a leader was last looked at
    sketches = np.empty((n_texts, SKETCH), np.uint8)
    leader_of = np.arange(n_texts)
    similarity = np.ones(n_texts)
    minima = np.empty(BANDS * ROWS, np.uint32)
    keys = np.empty(BANDS, np.uint64)
    for text in range(n_texts):
        if starts[text] == starts[text + 1]:
            continue
        minima[:] = np.uint32(0xFFFFFFFF)
        for place in range(starts[text], starts[text + 1]):
            value = np.uint64(shingles[place]) + np.uint64(0x9E3779B9)
            for number in range(BANDS * ROWS):
                hashed = np.uint32((value * factors[number]) >> np.uint64(32))
                if hashed < minima[number]:
                    minima[number] = hashed
        for number in range(SKETCH):
            sketches[text, number] = np.uint8(minima[number] & np.uint32(0xFF))
        best, best_similarity, n_compared, n_sketched = -1, 0.0, 0, 0
        for band in range(BANDS):
            key = np.uint64(band + 1)
            for row in range(ROWS):
                key = _mix(key * np.uint64(31) + np.uint64(minima[band * ROWS + row]))
            keys[band] = key
            tag = np.uint32(key >> np.uint64(32))
            entry = heads[key & np.uint64(size - 1)]
            while entry >= 0 and n_compared < MAX_COMPARED and n_sketched < MAX_SKETCHED:
                leader = entry // BANDS
                if tags[entry] == tag and seen[leader] != text:
                    seen[leader] = text
                    n_sketched += 1
                    if _agreement(sketches, text, leader) >= agree:
                        n_compared += 1
                        alike = _similarity(shingles, starts, text, leader)
                        if alike > best_similarity or (alike == best_similarity and leader < best):
                            best, best_similarity = leader, alike
                entry = older[entry]
        if best >= 0 and best_similarity >= min_similarity:
            leader_of[text] = best
            similarity[text] = best_similarity
            continue
        for band in range(BANDS):
            bucket = keys[band] & np.uint64(size - 1)
            entry = text * BANDS + band
            tags[entry] = np.uint32(keys[band] >> np.uint64(32))
            older[entry] = heads[bucket]
            heads[bucket] = entry
    return leader_of, similarity

"""Photos that show the same picture, edited or not: groups found by their perceptual hashes.

Every photo, whole and in parts, mirrored and turned, is looked up among all whole photos, and its
halves among all halves. Photos whose first words share sixteen neighbouring bits, but for one, are
compared; a match is within `NEAR` bits of 128 if both are whole, within `NEAR_PART` if one is a
part of the other, within `NEAR_HALF` if they have a half in common. Matches are joined into
groups. The cost grows with the number of photos; of the most crowded places of the index, beyond
`MOST_SCANNED` photos, only the nearest are looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unbrush.base.detector import Prepared
from unbrush.base.pictures.photo_hash import HALVES, PLAIN, SLOTS, WHOLE, Bits, read_hashes, turned

Ints = npt.NDArray[np.int64]

NEAR = 22
"""Most bits of 128 that two whole pictures may differ in."""
NEAR_PART = 24
"""The same where one picture is compared with a part of another."""
NEAR_HALF = 20
"""The same of two halves."""
MOST_SCANNED = 2048
_BANDS = 4
_PROBES = 17  # sixteen bits as they are, and with each of them changed
_CHUNK = 1 << 16  # photos whose turned hashes are held at a time


def same_picture(bits: Bits) -> Ints:
    """Return the group of each photo: photos of one group show the same picture.

    Args:
        bits: What `unbrush.base.pictures.photo_hash.read_hashes` gave, shape (n, SLOTS, 2).

    Returns:
        For each photo the number of its group, -1 if it says nothing. The numbers depend on what
        the photos show and not on their order.
    """
    told = np.flatnonzero((bits[:, WHOLE] != 0).any(axis=1))
    if not len(told):
        return np.full(len(bits), -1)
    marks = _marks(bits[told])
    first_word = bits[told, WHOLE, 0]
    order = np.lexsort((marks, first_word))
    is_new = np.concatenate([[True], marks[order][1:] != marks[order][:-1]])
    distinct = np.ascontiguousarray(bits[told[order[is_new]]])
    groups = np.full(len(bits), -1)
    groups[told[order]] = _joined(distinct)[np.cumsum(is_new) - 1]
    return groups


def shows_the_same(one: Bits, others: Bits) -> npt.NDArray[np.bool_]:
    """Return which of a few photos show the same picture as one does, each compared with it.

    Args:
        one: Bits of a photo, shape (SLOTS, 2).
        others: Bits of the others, shape (n, SLOTS, 2).

    Returns:
        Shape (n,). What says nothing is the same as nothing.
    """
    wholes = [WHOLE, PLAIN]
    parts = [slot for slot in range(SLOTS) if slot not in wholes]
    ways = turned(one)  # as it is and mirrored come first
    return np.asarray(
        _is_near(ways[:, wholes], others[:, wholes], NEAR)
        | _is_near(ways[:2, parts], others[:, wholes], NEAR_PART)
        | _is_near(ways[:2, wholes], others[:, parts], NEAR_PART)
        | _is_near(ways[:2, list(HALVES)], others[:, list(HALVES)], NEAR_HALF)
    )


def _is_near(queries: Bits, held: Bits, most: int) -> npt.NDArray[np.bool_]:
    """Whether any hash of each photo, shape (n, k, 2), is near any query that says something."""
    found = np.zeros(len(held), np.bool_)
    says = (held != 0).any(axis=2)
    for query in queries.reshape(-1, 2):
        if query.any():
            away = np.bitwise_count(held ^ query).sum(axis=2)
            found |= ((away <= most) & says).any(axis=1)
    return found


def _joined(bits: Bits) -> Ints:
    """Return the group of each of distinct photos."""
    n = len(bits)
    parent = np.arange(n)
    wholes, halves = _index(bits, (WHOLE, PLAIN)), _index(bits, HALVES)
    slots = [slot for slot in range(SLOTS) if bits[:, slot].any()]
    for first in range(0, n, _CHUNK):
        chunk = bits[first : first + _CHUNK]
        for slot in slots:
            is_whole = slot in (WHOLE, PLAIN)
            ways = turned(np.ascontiguousarray(chunk[:, slot]))
            for way in ways if is_whole else ways[:2]:
                wholes.match(way, first, parent, NEAR if is_whole else NEAR_PART)
                if slot in HALVES:
                    halves.match(way, first, parent, NEAR_HALF)
    return _roots(parent)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class _Index:
    """Hashes that can be sought: which photo each is of, and for each band their first words.

    The words of a band are turned so that the band leads, and sorted.
    """

    photo: Ints
    words: Bits
    bands: Bits
    starts: Ints
    places: Ints

    def match(self, queries: Bits, first: int, parent: Ints, most: int) -> None:
        """Join the photos from ``first`` on, one for each query, with those here that are near."""
        _match(
            queries,
            first,
            self.bands,
            self.starts,
            self.places,
            self.words,
            self.photo,
            parent,
            most,
        )


def _index(bits: Bits, slots: tuple[int, ...]) -> _Index:
    """Return the index of what some slots hold."""
    told = [np.flatnonzero((bits[:, slot] != 0).any(axis=1)) for slot in slots]
    words = np.concatenate([bits[rows, slot] for slot, rows in zip(slots, told, strict=True)])
    bands = np.empty((_BANDS, len(words)), np.uint64)
    starts = np.empty((_BANDS, (1 << 16) + 1), np.int64)
    places = np.empty((_BANDS, len(words)), np.int64)
    low = words[:, 0]
    for band in range(_BANDS):
        shift = np.uint64(16 * band)
        led = low if not band else (low << shift) | (low >> np.uint64(64 - 16 * band))
        places[band] = np.argsort(led, kind="stable")
        bands[band] = led[places[band]]
        counts = np.bincount((led >> np.uint64(48)).astype(np.int64), minlength=1 << 16)
        starts[band] = np.concatenate([[0], np.cumsum(counts)])
    return _Index(np.concatenate(told), words, bands, starts, places)


@numba.njit(cache=True)
def _count(word):  # type: ignore[no-untyped-def]  # compiled
    """Number of bits that are set."""
    word -= (word >> np.uint64(1)) & np.uint64(0x5555555555555555)
    word = (word & np.uint64(0x3333333333333333)) + (
        (word >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@numba.njit(cache=True)
def _marks(bits):  # type: ignore[no-untyped-def]  # compiled
    """One word for all words of each photo; equal for equal photos."""
    out = np.empty(len(bits), np.uint64)
    for photo in range(len(bits)):
        value = np.uint64(0x9E3779B97F4A7C15)
        for slot in range(bits.shape[1]):
            for word in range(2):
                value = (value ^ bits[photo, slot, word]) * np.uint64(0xFF51AFD7ED558CCD)
                value ^= value >> np.uint64(32)
        out[photo] = value
    return out


@numba.njit(cache=True)
def _root(parent, photo):  # type: ignore[no-untyped-def]  # compiled
    while parent[photo] != photo:
        parent[photo] = parent[parent[photo]]
        photo = parent[photo]
    return photo


@numba.njit(cache=True)
def _roots(parent):  # type: ignore[no-untyped-def]  # compiled
    out = np.empty_like(parent)
    for photo in range(len(parent)):
        out[photo] = _root(parent, photo)
    return out


@numba.njit(cache=True)
def _match(queries, first, bands, starts, places, words, photo, parent, most):  # type: ignore[no-untyped-def]  # compiled
    """Join each query's photo with the whole photos near it.

    Queries go in the order of each band, so that neighbours look where the cache has just been.
    """
    leds = np.empty(len(queries), np.uint64)
    for band in range(_BANDS):
        for query in range(len(queries)):
            low = queries[query, 0]
            shift = np.uint64(16 * band)
            leds[query] = (low << shift) | (low >> (np.uint64(64) - shift)) if band else low
        for query in np.argsort(leds):
            own, led, high = first + query, leds[query], queries[query, 1]
            if led == 0 and high == 0:
                continue
            for probe in range(_PROBES):
                lead = np.int64(led >> np.uint64(48))
                if probe:
                    lead ^= 1 << (probe - 1)
                begin, end = starts[band, lead], starts[band, lead + 1]
                if end - begin > MOST_SCANNED:
                    middle = begin + np.searchsorted(bands[band, begin:end], led)
                    begin = max(begin, min(middle - MOST_SCANNED // 2, end - MOST_SCANNED))
                    end = begin + MOST_SCANNED
                for entry in range(begin, end):
                    away = _count(bands[band, entry] ^ led)
                    if away > most:
                        continue
                    place = places[band, entry]
                    other = photo[place]
                    if other == own or away + _count(words[place, 1] ^ high) > most:
                        continue
                    one, two = _root(parent, own), _root(parent, other)
                    if one != two:
                        parent[max(one, two)] = min(one, two)


def _pictures(tables: Mapping[str, pa.Table]) -> pa.Table:
    """Return which picture each photo that says something shows."""
    photos = tables["photos"]
    groups = same_picture(read_hashes(photos["hashes"].combine_chunks()))
    told = pa.array(groups >= 0)
    return pa.table({"photo_id": photos["photo_id"], "picture": pa.array(groups)}).filter(told)


PICTURES = Prepared(name="_pictures", reads={"photos": ("photo_id", "hashes")}, make=_pictures)
"""Photo to picture (``photo_id``, ``picture``): photos of one picture show the same."""

"""The compiled loops of `unbrush.base.text.near_text`.

A pair of neighbouring characters of a clause is 32 bits, two characters of 16; a clause of one
character is that character and nothing. Nothing in a loop depends on how the texts are shared
among threads.
"""

from typing import Any, NamedTuple

import numba
import numpy as np

from unbrush.base.text import wording

ROWS = 6
ROW_BITS = 6
SHARED_ROWS = 3  # first minima that two texts must share before they are compared
RANK_BITS = 28
PAIR_SLOTS = 1 << 22
ONE = 65_535  # a similarity of 1 in 16 bits

_SLOT_SHIFT = np.uint64(64 - 22)
_SHARED_SHIFT = np.uint64(RANK_BITS + ROW_BITS * (ROWS - SHARED_ROWS))
_RANK = np.uint64((1 << RANK_BITS) - 1)
_CLAUSE_END = np.uint32(wording.CLAUSE_END)
_FREE = np.uint32(0xFFFFFFFF)  # no pair: the code point FFFF is no character


class Texts(NamedTuple):
    """What is known of all texts; places of texts in ``starts`` are numbers."""

    letters: Any
    starts: Any
    order: Any  # the number of each rank
    rank: Any  # the rank of each number
    weights: Any  # of each pair, by hash
    masses: Any  # weight of the distinct pairs of each text, by rank
    sketches: Any  # some bits of each text, by rank


class Found(NamedTuple):
    """What was found, by rank."""

    near: Any  # ranks of the texts that resemble it most; -1 for none
    likeness: Any  # how much, in 16 bits
    centrality: Any  # how much it resembles all that were seen


@numba.njit(cache=True, nogil=True, inline="always")
def _pair(letters, place, first, last):  # type: ignore[no-untyped-def]  # compiled
    """The pair that starts at ``place``; none at the last letter of a clause of several."""
    one = np.uint32(letters[place])
    other = np.uint32(letters[place + 1]) if place + 1 < last else _CLAUSE_END
    if one == _CLAUSE_END:
        return _FREE
    if other != _CLAUSE_END:
        return (one << np.uint32(16)) | other
    if place == first or letters[place - 1] == _CLAUSE_END:
        return one << np.uint32(16)
    return _FREE


@numba.njit(cache=True, nogil=True, inline="always")
def _hashed(pair):  # type: ignore[no-untyped-def]  # compiled
    value = np.uint64(pair) * np.uint64(0x9E3779B97F4A7C15)
    value ^= value >> np.uint64(32)
    return value * np.uint64(0xD6E8FEB86659FD93)


@numba.njit(cache=True, nogil=True)
def count_pairs(letters, starts, begin, stop, counts):  # type: ignore[no-untyped-def]  # compiled
    """How often each pair occurs in some texts, by hash."""
    for text in range(begin, stop):
        first, last = starts[text], starts[text + 1]
        for place in range(first, last):
            pair = _pair(letters, place, first, last)
            if pair != _FREE:
                counts[_hashed(pair) >> _SLOT_SHIFT] += np.uint32(1)


@numba.njit(cache=True, nogil=True)
def _table(texts):  # type: ignore[no-untyped-def]  # compiled
    """An empty table for the pairs of any of the texts, and marks for its slots."""
    longest = 0
    for text in range(len(texts.order)):
        longest = max(longest, texts.starts[text + 1] - texts.starts[text])
    size = 64
    while size < 2 * longest:
        size *= 2
    return np.full(size, _FREE, np.uint32), np.zeros(size, np.uint32)


@numba.njit(cache=True, nogil=True)
def _load(table, texts, rank):  # type: ignore[no-untyped-def]  # compiled
    """Put the distinct pairs of a text into ``table``; return the mask of the part in use."""
    letters, number = texts.letters, texts.order[rank]
    first, last = texts.starts[number], texts.starts[number + 1]
    size = 64
    while size < 2 * (last - first):
        size *= 2
    table[:size] = _FREE
    mask = np.uint64(size - 1)
    for place in range(first, last):
        pair = _pair(letters, place, first, last)
        if pair == _FREE:
            continue
        slot = (_hashed(pair) >> np.uint64(20)) & mask
        while table[slot] != _FREE and table[slot] != pair:
            slot = (slot + np.uint64(1)) & mask
        table[slot] = pair
    return mask


@numba.njit(cache=True, nogil=True)
def weigh(texts, begin, stop):  # type: ignore[no-untyped-def]  # compiled
    """The weight of the distinct pairs of each text, by number, into the masses by rank."""
    table, _ = _table(texts)
    letters = texts.letters
    for number in range(begin, stop):
        first, last = texts.starts[number], texts.starts[number + 1]
        size = 64
        while size < 2 * (last - first):
            size *= 2
        table[:size] = _FREE
        mask, mass = np.uint64(size - 1), 0
        for place in range(first, last):
            pair = _pair(letters, place, first, last)
            if pair == _FREE:
                continue
            hashed = _hashed(pair)
            slot = (hashed >> np.uint64(20)) & mask
            while table[slot] != _FREE and table[slot] != pair:
                slot = (slot + np.uint64(1)) & mask
            if table[slot] == _FREE:
                table[slot] = pair
                mass += texts.weights[hashed >> _SLOT_SHIFT]
        texts.masses[texts.rank[number]] = mass


@numba.njit(cache=True, nogil=True)
def _likeness(table, seen, mask, serial, texts, one, other):  # type: ignore[no-untyped-def]  # compiled
    """The share of weight in common of ``one``, whose pairs are in ``table``, and ``other``."""
    letters, number = texts.letters, texts.order[other]
    first, last = texts.starts[number], texts.starts[number + 1]
    common = 0
    for place in range(first, last):
        pair = _pair(letters, place, first, last)
        if pair == _FREE:
            continue
        hashed = _hashed(pair)
        slot = (hashed >> np.uint64(20)) & mask
        while table[slot] != _FREE:
            if table[slot] == pair:
                if seen[slot] != serial:
                    seen[slot] = serial
                    common += texts.weights[hashed >> _SLOT_SHIFT]
                break
            slot = (slot + np.uint64(1)) & mask
    return np.uint16(ONE * common // (texts.masses[one] + texts.masses[other] - common))


@numba.njit(cache=True, nogil=True, inline="always")
def _draw(texts, text, factors, turns, minima):  # type: ignore[no-untyped-def]  # compiled
    """The least number that each function draws for the pairs of a text (MinHash).

    A hash of 32 bits stands for a number drawn for the pair; that of a heavy pair is divided by its
    weight, so that it is the least as often as its weight says.
    """
    letters, weights = texts.letters, texts.weights
    first, last = texts.starts[text], texts.starts[text + 1]
    minima[:] = np.uint32(0xFFFFFFFF)
    for place in range(first, last):
        pair = _pair(letters, place, first, last)
        if pair == _FREE:
            continue
        hashed = _hashed(pair)
        value = np.uint32(hashed >> np.uint64(32))
        shift = np.uint32(weights[hashed >> _SLOT_SHIFT] >> 1)  # 4, 2, 1 → 2, 1, 0
        for number in range(len(minima)):
            drawn = np.uint32(np.uint32(value ^ turns[number]) * factors[number]) >> shift
            minima[number] = min(minima[number], drawn)


@numba.njit(cache=True, nogil=True)
def sketch(texts, factors, turns, begin, stop):  # type: ignore[no-untyped-def]  # compiled
    """For each text, by rank: a bit of each of 128 minima, to tell at a glance who is unlike."""
    minima = np.empty(64 * texts.sketches.shape[1], np.uint32)
    for text in range(begin, stop):
        _draw(texts, text, factors, turns, minima)
        for half in range(texts.sketches.shape[1]):
            bits = np.uint64(0)
            for number in range(64 * half, 64 * half + 64):
                bit = np.uint32(minima[number] * np.uint32(0x9E3779B1)) >> np.uint32(31)
                bits = (bits << np.uint64(1)) | np.uint64(bit)
            texts.sketches[texts.rank[text], half] = bits


@numba.njit(cache=True, nogil=True, inline="always")
def _differing(sketches, one, other):  # type: ignore[no-untyped-def]  # compiled
    """How many bits of two sketches differ."""
    total = np.int64(0)
    for half in range(sketches.shape[1]):
        bits = sketches[one, half] ^ sketches[other, half]
        bits -= (bits >> np.uint64(1)) & np.uint64(0x5555555555555555)
        two = np.uint64(0x3333333333333333)
        bits = (bits & two) + ((bits >> np.uint64(2)) & two)
        bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
        total += np.int64((bits * np.uint64(0x0101010101010101)) >> np.uint64(56))
    return total


@numba.njit(cache=True, nogil=True)
def pack(texts, factors, turns, packed, begin, stop):  # type: ignore[no-untyped-def]  # compiled
    """For each text and tree: six minima of its hashed pairs, 6 bits of each, then its rank."""
    minima = np.empty(len(factors), np.uint32)
    for text in range(begin, stop):
        _draw(texts, text, factors, turns, minima)
        for tree in range(len(packed)):
            key = np.uint64(0)
            for row in range(tree * ROWS, (tree + 1) * ROWS):
                bits = np.uint32(minima[row] * np.uint32(0x9E3779B1)) >> np.uint32(32 - ROW_BITS)
                key = (key << np.uint64(ROW_BITS)) | np.uint64(bits)
            packed[tree, text] = (key << np.uint64(RANK_BITS)) | np.uint64(texts.rank[text])


@numba.njit(cache=True, nogil=True)
def compare(texts, found, packed, least, most, alike, begin, stop):  # type: ignore[no-untyped-def]  # compiled
    """The similarity of each place of one list to the next places, 0 where it is too small.

    Who differs in more than ``most`` bits is not looked at.
    """
    table, seen = _table(texts)
    serial = np.uint32(0)
    for place in range(begin, stop):
        one = np.int64(packed[place] & _RANK)
        mask = np.uint64(0)  # until there is somebody to compare it with
        alike[place] = 0
        for step in range(min(alike.shape[1], len(packed) - place - 1)):
            other_key = packed[place + step + 1]
            if (packed[place] ^ other_key) >> _SHARED_SHIFT:
                break
            other = np.int64(other_key & _RANK)
            if _differing(texts.sketches, one, other) > most:
                continue
            mass, other_mass = texts.masses[one], texts.masses[other]
            if mass == 0 or ONE * min(mass, other_mass) < least * max(mass, other_mass):
                continue
            value = _known(found, one, other)
            if value == 0:
                if mask == 0:
                    mask = _load(table, texts, one)
                serial += np.uint32(1)
                value = _likeness(table, seen, mask, serial, texts, one, other)
            if value >= least:
                alike[place, step] = value


@numba.njit(cache=True, nogil=True)
def _known(found, one, other):  # type: ignore[no-untyped-def]  # compiled
    for slot in range(found.near.shape[1]):
        if found.near[one, slot] == other:
            return found.likeness[one, slot]
    return np.uint16(0)


@numba.njit(cache=True, nogil=True)
def note(found, packed, alike, begin, stop):  # type: ignore[no-untyped-def]  # compiled
    """Keep for each text the neighbours of one list that resemble it most, by rank."""
    window = alike.shape[1]
    for place in range(begin, stop):
        one = np.int64(packed[place] & _RANK)
        for step in range(window):
            if alike[place, step]:
                other = np.int64(packed[place + step + 1] & _RANK)
                _keep(found, one, other, alike[place, step])
            if place - step - 1 >= 0 and alike[place - step - 1, step]:
                other = np.int64(packed[place - step - 1] & _RANK)
                _keep(found, one, other, alike[place - step - 1, step])


@numba.njit(cache=True, nogil=True)
def _keep(found, one, other, value):  # type: ignore[no-untyped-def]  # compiled
    """Insert ``other`` in falling order of similarity, then of rank, unless it is there."""
    near, likeness, centrality = found
    n_near = near.shape[1]
    for slot in range(n_near):
        if near[one, slot] == other:
            return
    centrality[one] += np.uint32(value) >> np.uint32(8)
    slot = n_near
    while slot > 0 and (
        near[one, slot - 1] < 0
        or likeness[one, slot - 1] < value
        or (likeness[one, slot - 1] == value and near[one, slot - 1] > other)
    ):
        slot -= 1
    if slot == n_near:
        return
    for later in range(n_near - 1, slot, -1):
        near[one, later] = near[one, later - 1]
        likeness[one, later] = likeness[one, later - 1]
    near[one, slot] = other
    likeness[one, slot] = value


@numba.njit(cache=True, nogil=True)
def lead(texts, found, linked, least):  # type: ignore[no-untyped-def]  # compiled
    """Each text joins, of the leaders of those it resembles, the one that it resembles most.

    In two rounds, as its leader's turn may have come before that of any text it was compared with:
    in the second, leaders join those before them, and who followed them is asked again.

    Args:
        texts: All texts.
        found: Which resemble one another.
        linked: Ranks of those that resemble any, who leads first.
        least: From where on a text joins, in 16 bits.

    Returns:
        By number, the leader and the similarity to it.
    """
    n = len(texts.order)
    table, seen = _table(texts)
    room = (table, seen, np.zeros(1, np.uint32))
    turn = np.full(n, n, np.int32)
    first = np.full(n, -1, np.int32)  # leader by rank in the first round
    value = np.full(n, np.uint16(ONE), np.uint16)
    for number in range(len(linked)):
        turn[linked[number]] = number
    for one in linked:
        first[one], value[one] = _best(texts, found, room, one, one, first, first, turn, least)
    hint = _linked_leaders(linked, found.near, first, turn)
    last = first.copy()
    for one in linked:
        if first[one] == one:
            asked = hint[one]
            last[one], value[one] = _best(texts, found, room, one, asked, first, last, turn, least)
    for one in linked:
        old = first[one]
        if old != one and last[old] != old:
            turn[one] = n  # so that anybody may lead it
            last[one], value[one] = _best(texts, found, room, one, old, first, last, turn, least)
    leader = np.arange(n).astype(np.int32)
    similarity = np.ones(n, np.float32)
    for one in linked:
        leader[texts.order[one]] = texts.order[last[one]]
        similarity[texts.order[one]] = value[one] / ONE
    return leader, similarity


@numba.njit(cache=True, nogil=True)
def _linked_leaders(linked, near, first, turn):  # type: ignore[no-untyped-def]  # compiled
    """For each leader the foremost other one, if before it, of which some followers are alike."""
    hint = np.arange(len(first)).astype(np.int32)
    for one in linked:
        for slot in range(near.shape[1]):
            if near[one, slot] < 0:
                break
            a, b = first[one], first[near[one, slot]]
            if turn[a] > turn[b]:
                a, b = b, a
            if turn[a] < turn[hint[b]]:
                hint[b] = a
    return hint


@numba.njit(cache=True, nogil=True)
def _best(texts, found, room, one, hint, first, last, turn, least):  # type: ignore[no-untyped-def]  # compiled
    """The leader that ``one`` resembles most, of those before it, and how much; else itself.

    Asked are the leaders of those that it resembles, and that of ``hint``.
    """
    table, seen, serial = room
    mask = np.uint64(0)
    best, best_value = one, np.int64(0)
    for slot in range(-1, found.near.shape[1]):
        other = hint if slot < 0 else found.near[one, slot]
        if other < 0:
            break
        candidate = first[other]
        if candidate >= 0:
            candidate = last[candidate]
        if candidate < 0 or turn[candidate] >= turn[one] or candidate == best:
            continue
        if last[candidate] != candidate:
            continue
        value = np.int64(_known(found, one, candidate))
        if value == 0:
            if mask == 0:
                mask = _load(table, texts, one)
            serial[0] += np.uint32(1)
            value = np.int64(_likeness(table, seen, mask, serial[0], texts, one, candidate))
        if value >= least and (
            value > best_value or (value == best_value and turn[candidate] < turn[best])
        ):
            best, best_value = candidate, value
    return np.int32(best), np.uint16(best_value if best != one else ONE)


@numba.njit(cache=True, nogil=True)
def overlaps(points, offsets, others, other_offsets):  # type: ignore[no-untyped-def]  # compiled
    """The share of the distinct pairs of each text that the other text of its row has."""
    out = np.zeros(len(offsets) - 1)
    for text in range(len(out)):
        own = _sorted_pairs(points, offsets[text], offsets[text + 1])
        pairs = _sorted_pairs(others, other_offsets[text], other_offsets[text + 1])
        place, common, n_own = 0, 0, 0
        for k in range(len(own)):
            if k and own[k] == own[k - 1]:
                continue
            n_own += 1
            while place < len(pairs) and pairs[place] < own[k]:
                place += 1
            common += place < len(pairs) and pairs[place] == own[k]
        out[text] = common / max(1, n_own)
    return out


@numba.njit(cache=True, nogil=True)
def _sorted_pairs(points, first, last):  # type: ignore[no-untyped-def]  # compiled
    pairs = np.empty(max(0, last - first - 1), np.uint64)
    for place in range(len(pairs)):
        one, other = np.uint64(points[first + place]), np.uint64(points[first + place + 1])
        pairs[place] = (one << np.uint64(32)) | other
    pairs.sort()
    return pairs

"""The slots of a bundle: which pieces stand for one clause, and which clauses for one another.

Pieces that come in the same clauses are of one clause. Clauses that never come in one text, though
by their numbers they should, are alternatives of one slot.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

import numba
import numpy as np
import numpy.typing as npt

TOGETHER = 0.5  # share of the clauses of the rarer of two pieces that have both, for one slot
ASTRAY = 0.2  # share of its texts in which a piece stands in two clauses, to be of no slot
MAX_SLOTS = 30
FEW_PIECES = 3  # of a slot in a long clause, that fill it
LONG = 12  # pieces of a clause, from which on it may be a whole text without punctuation
NEED = ((3, 0.4), (4, 0.25))
"""Slots that a text fills, and the share of it that is the bundle's, to be a fill."""

Ints = npt.NDArray[np.int64]


def slots_of(texts: Sequence[Sequence[Sequence[int]]]) -> list[list[int]]:
    """Return the slots that texts fill, each as its pieces, the most filled first.

    Args:
        texts: Of each text of a bundle, by clause, the codes of the bundle's pieces in it.
    """
    parent = _same_clause(texts)
    classes: dict[int, set[int]] = {}  # which texts have each
    for row, text in enumerate(texts):
        for code in {code for clause in text for code in clause}:
            if code in parent:
                classes.setdefault(_root(parent, code), set()).add(row)
    slots = [({root}, rows) for root, rows in classes.items() if len(rows) >= 2]
    slots = _merged(sorted(slots, key=lambda slot: (-len(slot[1]), min(slot[0]))), len(texts))
    slots.sort(key=lambda slot: (-len(slot[1]), min(slot[0])))
    slot_of = {
        root: number for number, (roots, _) in enumerate(slots[:MAX_SLOTS]) for root in roots
    }
    out: list[list[int]] = [[] for _ in slots[:MAX_SLOTS]]
    for code in sorted(parent):
        number = slot_of.get(_root(parent, code))
        if number is not None:
            out[number].append(code)
    return out


def _same_clause(texts: Sequence[Sequence[Sequence[int]]]) -> dict[int, int]:
    """Return a forest of pieces; those of one tree come in the same clauses."""
    single: Counter[int] = Counter()
    pairs: Counter[tuple[int, int]] = Counter()
    here: Counter[int] = Counter()
    twice: Counter[int] = Counter()
    for text in texts:
        own: Counter[int] = Counter(code for clause in text for code in set(clause))
        here.update(own.keys())
        twice.update(code for code, n in own.items() if n > 1)
        if len(text) == 1:
            continue  # without punctuation all would be one
        for clause in text:
            codes = sorted(set(clause))
            single.update(codes)
            pairs.update(combinations(codes, 2))
    parent = {code: code for code in single if twice[code] <= ASTRAY * here[code]}
    for (one, two), n in sorted(pairs.items()):
        if n < max(2, TOGETHER * min(single[one], single[two])):
            continue
        if one in parent and two in parent:
            first, second = sorted((_root(parent, one), _root(parent, two)))
            parent[second] = first
    return parent


def _root(parent: dict[int, int], code: int) -> int:
    while parent[code] != code:
        parent[code] = parent[parent[code]]
        code = parent[code]
    return code


def _merged(slots: list[tuple[set[int], set[int]]], n: int) -> list[tuple[set[int], set[int]]]:
    """Join what excludes one another, the surest first."""
    while True:
        best, pair = 1.0, (-1, -1)
        for i, j in combinations(range(len(slots)), 2):
            expected = len(slots[i][1]) * len(slots[j][1]) / n
            if expected > best and len(slots[i][1] & slots[j][1]) <= 0.05 * expected:
                best, pair = expected, (i, j)
        if pair[0] < 0:
            return slots
        i, j = pair
        slots[i] = (slots[i][0] | slots[j][0], slots[i][1] | slots[j][1])
        del slots[j]


def sizes_of(
    texts: Sequence[Sequence[list[int]]], slot_of: npt.NDArray[np.int16], n: int
) -> npt.NDArray[np.float64]:
    """Return how many pieces a clause of some texts usually has of each of ``n`` slots."""
    own: list[list[int]] = [[] for _ in range(n)]
    for text in texts:
        for clause in text:
            numbers = slot_of[clause]
            counts = np.bincount(numbers[numbers >= 0], minlength=n)
            if counts.any():
                own[int(counts.argmax())].append(int(counts.max()))
    return np.array([float(np.median(sizes)) if sizes else 1.0 for sizes in own])


def is_filled(
    n_slots: Ints, shares: npt.NDArray[np.float64], need: Sequence[tuple[int, float]]
) -> npt.NDArray[np.bool_]:
    """Say which texts are fills, by how many slots they fill and how much of them that is."""
    out = np.zeros(len(shares), np.bool_)
    for least, share in need:
        out |= (n_slots >= least) & (shares >= share)
    return out


@numba.njit(cache=True, nogil=True)
def filled(texts, inside, codes, clauses, starts, is_known, slot_of, sizes):  # type: ignore[no-untyped-def]  # compiled
    """Return which slots each text fills, as bits, and how much of it is the bundle's.

    ``inside`` says of each text of the place whether the bundle was made from it, ``is_known`` what
    `known` says of each code, ``slot_of`` its slot (-1 for none), ``sizes`` how many pieces a
    clause usually has of each slot.
    """
    masks = np.zeros(len(texts), np.int64)
    shares = np.zeros(len(texts))
    n_of = np.zeros(len(sizes), np.int32)
    for row in range(len(texts)):
        text = texts[row]
        at, past = starts[text], starts[text + 1]
        total, n = past - at, 0.0
        least = 2 if inside[text] else 1
        while at < past:
            first, own = at, 0
            n_of[:] = 0
            while at < past and clauses[at] == clauses[first]:
                if is_known[codes[at]] >= least:
                    own += 1
                    if slot_of[codes[at]] >= 0:
                        n_of[slot_of[codes[at]]] += 1
                at += 1
            size = at - first
            for slot in range(len(sizes)):
                enough = min(size / 3.0, max(FEW_PIECES, sizes[slot] / 2.0))
                if n_of[slot] > 0 and n_of[slot] >= enough:
                    masks[row] |= np.int64(1) << slot
            if size > LONG:
                n += min(size, 1.5 * own)
            elif own >= size / 3.0:
                n += size
        shares[row] = n / max(total, 1)
    return masks, shares

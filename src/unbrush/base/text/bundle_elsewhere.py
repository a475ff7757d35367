"""How many others, in other places, fill a bundle: what a form or a season makes, fill many."""

from collections.abc import Sequence

import numba
import numpy as np
import numpy.typing as npt

from unbrush.base.text.bundle_kernels import COVERED
from unbrush.base.text.bundle_slots import FEW_PIECES, LONG, MAX_SLOTS, NEED, is_filled
from unbrush.base.text.clause_pieces import Hashes, Pieces

SIFT = 1 << 20  # bits by which most pieces that are no bundle's are passed over

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def fills_elsewhere(
    own: Pieces,
    places: Ints,
    accounts: Ints,
    bundles: Sequence[tuple[int, Sequence[Hashes], Floats]],
) -> Ints:
    """Return for each bundle how many accounts of other places fill it.

    Args:
        own: Pieces of all texts.
        places: The place of each text.
        accounts: The author of each.
        bundles: The place of each, the pieces of its slots, and how many a clause has of each.
    """
    if not bundles:
        return np.zeros(0, np.int64)
    keys = [
        np.full(len(slot), number * MAX_SLOTS + place, np.int64)
        for number, (_, slots, _) in enumerate(bundles)
        for place, slot in enumerate(slots)
    ]
    hashes = np.concatenate([slot for _, slots, _ in bundles for slot in slots])
    order = np.argsort(hashes, kind="stable")
    names, starts = np.unique(hashes[order], return_index=True)
    sizes = np.ones(len(bundles) * MAX_SLOTS)
    for number, (_, slots, own_sizes) in enumerate(bundles):
        sizes[number * MAX_SLOTS : number * MAX_SLOTS + len(slots)] = own_sizes
    sift = np.zeros(SIFT, np.bool_)
    sift[names & np.uint32(SIFT - 1)] = True
    at = np.array([place for place, _, _ in bundles], np.int64)
    bundle, text, n_slots, share = _touched(
        *own, places, sift, names, np.append(starts, len(order)).astype(np.int64),
        np.concatenate(keys)[order], sizes, at,
    )  # fmt: skip
    is_fill = is_filled(n_slots, share, NEED)
    span = int(accounts.max(initial=0)) + 1
    pairs = np.unique(bundle[is_fill] * span + accounts[text[is_fill]])
    return np.bincount(pairs // span, minlength=len(bundles))


@numba.njit(cache=True, nogil=True)
def _touched(hashes, clauses, starts, places, sift, names, name_starts, keys, sizes, at):  # type: ignore[no-untyped-def]  # compiled
    """Return (bundle, text, slots, share) of every text that fills two slots of another place's."""
    n = len(at)
    mask = np.uint32(len(sift) - 1)
    n_of, own = np.zeros(len(sizes), np.int32), np.zeros(n, np.int32)
    filled, shares = np.zeros(n, np.int64), np.zeros(n)
    touched = np.empty(len(sizes), np.int64)
    room, end = 1024, 0
    out, out_share = np.empty((3, room), np.int64), np.empty(room)
    for text in range(len(starts) - 1):
        place, past = starts[text], starts[text + 1]
        first_bundle, last_bundle = n, -1
        while place < past:
            first, n_touched = place, 0
            while place < past and clauses[place] == clauses[first]:
                value = hashes[place]
                place += 1
                if not sift[value & mask]:
                    continue
                name = np.searchsorted(names, value)
                if name == len(names) or names[name] != value:
                    continue
                for entry in range(name_starts[name], name_starts[name + 1]):
                    if n_of[keys[entry]] == 0:
                        touched[n_touched] = keys[entry]
                        n_touched += 1
                    n_of[keys[entry]] += 1
                    own[keys[entry] // MAX_SLOTS] += 1
            size = place - first
            for row in range(n_touched):
                key = touched[row]
                bundle = key // MAX_SLOTS
                first_bundle, last_bundle = min(first_bundle, bundle), max(last_bundle, bundle)
                if n_of[key] >= min(size / 3.0, max(FEW_PIECES, sizes[key] / 2.0)):
                    filled[bundle] |= np.int64(1) << (key % MAX_SLOTS)
                if own[bundle] > 0:
                    if size > LONG:
                        shares[bundle] += min(size, 1.5 * own[bundle])
                    elif own[bundle] >= COVERED * size:
                        shares[bundle] += size
                n_of[key], own[bundle] = 0, 0
        for bundle in range(first_bundle, last_bundle + 1):
            n_slots, bits = 0, filled[bundle]
            while bits:
                n_slots += bits & 1
                bits >>= 1
            if n_slots > 1 and at[bundle] != places[text]:
                if end == room:
                    out = np.concatenate((out, np.empty((3, room), np.int64)), axis=1)
                    out_share = np.concatenate((out_share, np.empty(room)))
                    room *= 2
                out[0, end], out[1, end], out[2, end] = bundle, text, n_slots
                out_share[end] = shares[bundle] / (past - starts[text])
                end += 1
            filled[bundle], shares[bundle] = 0, 0.0
    return out[0, :end], out[1, :end], out[2, :end], out_share[:end]

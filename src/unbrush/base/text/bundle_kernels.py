"""One place's texts by their pieces: counted, compared, and gathered around one of them.

Compiled loops for `bundles`. Texts are numbered within their place; a piece by its code there.
"""

import numba
import numpy as np

from unbrush.base.text.clause_pieces import SKETCH

COVERED = 1 / 3
"""Share of a clause's pieces that must be a bundle's for the clause to be."""


@numba.njit(cache=True, nogil=True)
def numbered(hashes, starts):  # type: ignore[no-untyped-def]  # compiled
    """Number the pieces of a place.

    Returns:
        The code of each piece; whether its text has it already; how many texts have each code;
        the hash of each code.
    """
    size = 16
    while size < 2 * len(hashes):
        size *= 2
    mask = np.uint32(size - 1)
    slots = np.full(size, -1, np.int32)
    codes = np.empty(len(hashes), np.int32)
    again = np.zeros(len(hashes), np.bool_)
    n_texts = np.zeros(len(hashes), np.int32)
    names = np.empty(len(hashes), np.uint32)
    seen = np.full(len(hashes), -1, np.int32)
    n = 0
    for text in range(len(starts) - 1):
        for at in range(starts[text], starts[text + 1]):
            value = hashes[at]
            slot = value & mask
            while slots[slot] >= 0 and names[slots[slot]] != value:
                slot = np.uint32(slot + np.uint32(1)) & mask
            if slots[slot] < 0:
                slots[slot], names[n] = n, value
                n += 1
            code = slots[slot]
            codes[at] = code
            again[at] = seen[code] == text
            if not again[at]:
                seen[code] = text
                n_texts[code] += 1
    return codes, again, n_texts[:n], names[:n]


@numba.njit(cache=True, nogil=True)
def elsewhere(names, n_texts, spread):  # type: ignore[no-untyped-def]  # compiled
    """Return how often each code occurs outside its place, at most."""
    out = np.empty(len(names), np.float64)
    for code in range(len(names)):
        out[code] = spread[names[code] & np.uint32(SKETCH - 1)] - n_texts[code]
    return out


@numba.njit(cache=True, nogil=True)
def texts_having(codes, again, starts, n_texts):  # type: ignore[no-untyped-def]  # compiled
    """Return where the texts of each code start, and the texts, in order."""
    ends = np.zeros(len(n_texts) + 1, np.int64)
    for code in range(len(n_texts)):
        ends[code + 1] = ends[code] + n_texts[code]
    fill = ends[:-1].copy()
    texts = np.empty(ends[-1], np.int32)
    for text in range(len(starts) - 1):
        for at in range(starts[text], starts[text + 1]):
            if not again[at]:
                texts[fill[codes[at]]] = text
                fill[codes[at]] += 1
    return ends, texts


@numba.njit(cache=True, nogil=True)
def likeness(codes, again, clauses, starts, weights, ends, texts, most, alike, least):  # type: ignore[no-untyped-def]  # compiled
    """Find for each text who is like it, in several clauses.

    Likeness is the share of a text's own weight that the other has, too. Fellows are ``alike`` by
    so much, and in pieces of ``least`` clauses. Of the texts that have a piece the first ``most``
    are looked at.

    Returns:
        Where each one's fellows start, and the fellows of all in one row.
    """
    n = len(starts) - 1
    shared, n_shared = np.zeros(n), np.zeros(n, np.int32)
    last, seen = np.full(n, -1, np.int32), np.empty(n, np.int32)
    out_ends = np.zeros(n + 1, np.int64)
    out = np.empty(1024, np.int32)
    end = 0
    for text in range(n):
        first, past = starts[text], starts[text + 1]
        total, n_seen = 0.0, 0
        if past > first and clauses[past - 1] + 1 >= least:
            for at in range(first, past):
                code = codes[at]
                if again[at] or weights[code] <= 0.0:
                    continue
                total += weights[code]
                for place in range(ends[code], min(ends[code + 1], ends[code] + most)):
                    other = texts[place]
                    if shared[other] == 0.0:
                        seen[n_seen] = other
                        n_seen += 1
                        last[other], n_shared[other] = -1, 0
                    shared[other] += weights[code]
                    if last[other] != clauses[at]:
                        last[other] = clauses[at]
                        n_shared[other] += 1
        for place in range(n_seen):
            other = seen[place]
            if other != text and shared[other] >= alike * total and n_shared[other] >= least:
                if end == len(out):
                    out = np.concatenate((out, np.empty(end, np.int32)))
                out[end] = other
                end += 1
            shared[other] = 0.0
        out_ends[text + 1] = end
    return out_ends, out[:end]


@numba.njit(cache=True, nogil=True)
def counted(inside, codes, again, starts, accounts, n_codes):  # type: ignore[no-untyped-def]  # compiled
    """Return how many accounts of the texts ``inside`` have each code, and how many they are."""
    counts = np.zeros(n_codes, np.int32)
    used = {np.int64(-1)}
    for text in np.flatnonzero(inside):
        if accounts[text] in used:
            continue
        used.add(accounts[text])
        for at in range(starts[text], starts[text + 1]):
            if not again[at]:
                counts[codes[at]] += 1
    return counts, len(used) - 1


@numba.njit(cache=True, nogil=True)
def known(counts, size, n_texts, n, usual, share, lift):  # type: ignore[no-untyped-def]  # compiled
    """Say which codes are a bundle's: so many of its accounts have them, beyond what is usual.

    Returns:
        0 if not, 1 if so, 2 if so even without one of the accounts that have it.
    """
    out = np.zeros(len(counts), np.int8)
    for code in np.flatnonzero(counts):
        rate = max((n_texts[code] - counts[code] + 1.0) / (n - size + 2.0), usual[code])
        for fewer in range(2):
            own = counts[code] - fewer
            if own >= max(2.0, share * size) and own >= lift * rate * (size - fewer):
                out[code] = fewer + 1
    return out


@numba.njit(cache=True, nogil=True)
def covered(text, least, codes, clauses, starts, is_known):  # type: ignore[no-untyped-def]  # compiled
    """Return the share of a text's pieces that stand in clauses of the bundle, and how many do."""
    at, past = starts[text], starts[text + 1]
    n, total = 0, past - at
    while at < past:
        first, own = at, 0
        while at < past and clauses[at] == clauses[first]:
            own += is_known[codes[at]] >= least
            at += 1
        if own >= COVERED * (at - first):
            n += at - first
    return n / max(total, 1), n


@numba.njit(cache=True, nogil=True)
def grown(  # type: ignore[no-untyped-def]  # compiled
    inside, free, codes, again, clauses, starts, n_texts, usual, ends, texts, accounts, rules
):
    """Let a group of texts draw in those that are made of its pieces, and drop those that are not.

    ``inside`` says which texts to begin with, and is changed in place; only ``free`` ones may
    belong. ``rules`` are: accounts that the group needs; share of them that have a piece; lift of a
    piece; share of a text, and number of its pieces, that must be the group's; rounds.

    Returns:
        As `known` says it of the pieces.
    """
    least, share, lift, most_of, some, rounds = rules
    n = len(starts) - 1
    is_known = np.zeros(len(n_texts), np.int8)
    for _ in range(int(rounds)):
        counts, size = counted(inside, codes, again, starts, accounts, len(n_texts))
        is_known = known(counts, size, n_texts, n, usual, share, lift)
        after = np.zeros(n, np.bool_)
        if size >= least:
            tried = np.zeros(n, np.bool_)
            for code in np.flatnonzero(is_known):
                for place in range(ends[code], ends[code + 1]):
                    text = texts[place]
                    if tried[text] or not free[text]:
                        continue
                    tried[text] = True
                    own = 2 if inside[text] else 1
                    part, n_own = covered(text, own, codes, clauses, starts, is_known)
                    after[text] = part >= most_of and n_own >= some
        same = True
        for text in range(n):
            if after[text] != inside[text]:
                same = False
                break
        inside[:] = after
        if same or size < least:
            break
    return is_known

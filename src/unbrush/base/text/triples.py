"""Three clauses in order: generating, counting and comparing them, for `frames`.

A text is a row of clauses, each known by up to three tokens (whole, beginning, end; 0 is none). A
triple is one token of each of three clauses, in their order; or two whole clauses that are not side
by side, and their shape: at which places they stand, of how many clauses. Only tokens that several
texts of a place share take part, which leaves few; triples are then counted by their hashes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

ADDS = 1.5  # times as often as the clause its beginning must occur, to be looked at beside it


@dataclass(frozen=True, kw_only=True)
class Triples:
    """Occurrences of triples that several texts of a place share.

    Attributes:
        row: The text of each.
        name: Which triple it is, as a place in ``names``.
        names: Hashes of the triples, sorted.
        tokens: Shape (3, n), its tokens; the third is negative where it is a shape.
        at: Shape (3, n), where its tokens stand in their batch; the shape where it is one.
        group: Which triple in which place it is, a number for each.
        n_tested: How many different triples in places there were.
        expected: By chance, in its place, once that is known.
        n_accounts: In its place, once that is known.
    """

    row: Ints
    name: Ints
    names: Hashes
    tokens: Ints
    at: Ints
    group: Ints
    n_tested: int
    expected: Floats
    n_accounts: Ints

    def distinct(self, members: Ints) -> Ints:
        """Return for each occurrence how many different members its triple has in its place."""
        order = np.lexsort((members, self.group))
        group, member = self.group[order], members[order]
        new = np.ones(len(order), bool)
        new[1:] = (group[1:] != group[:-1]) | (member[1:] != member[:-1])
        return np.bincount(group[new], minlength=int(self.group.max(initial=-1)) + 1)[self.group]

    def product(self, shares: Floats) -> Floats:
        """Return the chance of its tokens together, given the share of texts that have each.

        Args:
            shares: Shape (3, n); what it holds for a shape does not matter.
        """
        chance: Floats = np.where(self.tokens < 0, 1.0, shares).prod(axis=0)
        return chance

    def kept(self, mask: Bools, rows: Ints, expected: Floats, n_accounts: Ints) -> "Triples":
        """Return the occurrences where ``mask`` holds, their texts numbered by ``rows``."""
        names, name = np.unique(self.names[self.name[mask]], return_inverse=True)
        return replace(
            self,
            row=rows[self.row[mask]],
            name=name,
            names=names,
            tokens=self.tokens[:, mask],
            group=self.group[mask],
            expected=expected[mask],
            n_accounts=n_accounts[mask],
            at=self.at[:, mask],
        )

    def grouped(self, places: Ints) -> Ints:
        """Return a number for each triple in each place."""
        keys = self.name * (int(places.max(initial=0)) + 1) + places
        return np.unique(keys, return_inverse=True)[1].astype(np.int64, copy=False)  # type: ignore[no-any-return]


def joined(parts: Sequence[Triples]) -> Triples:
    """Return the occurrences of several batches as one; places do not meet across batches."""
    parts = [part for part in parts if len(part.row)] or list(parts[:1]) or [nothing()]
    names = np.unique(np.concatenate([part.names for part in parts]))
    return Triples(
        row=np.concatenate([part.row for part in parts]),
        name=np.concatenate(
            [np.searchsorted(names, part.names)[part.name] for part in parts]
        ).astype(np.int64),
        names=names,
        tokens=np.concatenate([part.tokens for part in parts], axis=1),
        group=np.concatenate([part.group for part in parts]),
        n_tested=sum(part.n_tested for part in parts),
        expected=np.concatenate([part.expected for part in parts]),
        n_accounts=np.concatenate([part.n_accounts for part in parts]),
        at=np.concatenate([part.at for part in parts], axis=1),
    )


def nothing() -> Triples:
    """Return no triples."""
    none, three = np.zeros(0, np.int64), np.zeros((3, 0), np.int64)
    return Triples(
        row=none,
        name=none,
        names=np.zeros(0, np.uint64),
        tokens=three,
        group=none,
        n_tested=0,
        expected=np.zeros(0),
        n_accounts=none,
        at=three,
    )


def picked(codes: Ints, offsets: Ints, rows: Ints, most: int) -> tuple[Ints, Ints]:
    """Return the first clauses of some texts, and where each text's start, and the end."""
    lengths = np.minimum(np.diff(offsets)[rows], most)
    starts = np.concatenate(([0], np.cumsum(lengths)))
    within = np.arange(starts[-1]) - np.repeat(starts[:-1], lengths)
    return codes[np.repeat(offsets[rows], lengths) + within], starts


def counts_in_place(tokens: Ints, places: Ints, texts: Ints) -> Ints:
    """Return how many texts of its place have each token, shaped as ``tokens``; 0 for none."""
    wide = np.repeat(places, 3), np.repeat(texts, 3), tokens.reshape(-1)
    order = np.lexsort((wide[1], wide[2], wide[0]))
    place, text, token = (part[order] for part in wide)
    other = np.ones(len(order), bool)
    other[1:] = (place[1:] != place[:-1]) | (token[1:] != token[:-1])
    new = other.copy()
    new[1:] |= text[1:] != text[:-1]
    run = np.cumsum(other) - 1
    counts = np.empty(len(order), np.int64)
    counts[order] = np.bincount(run, weights=new)[run].astype(np.int64) if len(order) else 0
    return np.where(tokens > 0, counts.reshape(tokens.shape), 0)


def useful(tokens: Ints, counts: Ints, large: Bools, least: int) -> Ints:
    """Return ``tokens`` without those too rare in their place, or that add nothing to the whole."""
    kept = (counts >= least) & large[:, None]
    kept[:, 1:] &= counts[:, 1:] >= ADDS * np.where(kept[:, :1], counts[:, :1], 0)
    return np.where(kept, tokens, 0)


def several(tokens: Ints, starts: Ints, places: Ints, n_place: Ints) -> Floats:
    """Return by place how much oftener clauses meet because some texts have many and most none.

    Of m clauses in a text: E[m (m - 1)] / E[m]² for two, E[m (m - 1) (m - 2)] / E[m]³ for three.

    Returns:
        Shape (2, places), at least 1: for two clauses and for three.
    """
    ends = np.concatenate(([0], np.cumsum((tokens > 0).any(axis=1))))
    m = (ends[starts[1:]] - ends[starts[:-1]]).astype(np.float64)
    size = len(n_place)
    mean, two, three = (
        np.bincount(places, weights=weights, minlength=size) / n_place
        for weights in (m, m * (m - 1), m * (m - 1) * (m - 2))
    )
    mean = np.maximum(mean, 1e-9)
    return np.maximum(np.stack((two / mean**2, three / mean**3)), 1.0)


def met(tokens: Ints, starts: Ints, places: Ints, least: int) -> Triples:
    """Return the triples that at least ``least`` texts of one place have."""
    n = _number(tokens, starts)
    hashes = np.empty(n, np.uint64)
    _write(tokens, starts, places, hashes)
    hashes.sort()
    new = np.ones(n, bool)
    new[1:] = hashes[1:] != hashes[:-1]
    first = np.flatnonzero(new)
    often = np.diff(np.append(first, n)) >= least
    wanted = hashes[first[often]]
    if not len(wanted):
        return replace(nothing(), n_tested=len(first))
    return _found(tokens, starts, places, wanted, len(first))


def _found(tokens: Ints, starts: Ints, places: Ints, wanted: Hashes, n_tested: int) -> Triples:
    most = _matching(tokens, starts, places, wanted, np.empty((5, 0), np.int64))
    out = np.empty((5, most), np.int64)
    _matching(tokens, starts, places, wanted, out)
    row, group = out[1], out[0]
    key = np.unique(group * (int(row.max()) + 1) + row, return_index=True)[1]  # once in a text
    row, group, at = row[key], group[key], out[2:][:, key]
    ids = np.where(at >= 0, tokens.reshape(-1)[np.maximum(at, 0)], at)  # a shape stands for itself
    named = _names(ids)
    names, name = np.unique(named, return_inverse=True)
    return Triples(
        row=row,
        name=name.astype(np.int64),
        names=names,
        tokens=ids,
        group=group,
        n_tested=n_tested,
        expected=np.zeros(len(row)),
        n_accounts=np.zeros(len(row), np.int64),
        at=at,
    )


def occurrences(tokens: Ints, starts: Ints, names: Hashes, accounts: Ints) -> Ints:
    """Return how many accounts of these texts have each of the triples called ``names``."""
    nowhere = np.full(len(starts) - 1, -1, np.int64)
    most = _matching(tokens, starts, nowhere, names, np.empty((5, 0), np.int64))
    out = np.empty((5, most), np.int64)
    _matching(tokens, starts, nowhere, names, out)
    pairs = np.unique(out[0] * (int(accounts.max(initial=0)) + 1) + accounts[out[1]])
    return np.bincount(pairs // (int(accounts.max(initial=0)) + 1), minlength=len(names))


def chosen(
    rows: Ints, groups: Ints, merit: Floats, names: Hashes, accounts: Ints, least: int
) -> Ints:
    """Return one occurrence for each text: its best triple that enough accounts chose.

    Whose triple too few others chose takes the next.
    """
    alive = np.ones(int(groups.max(initial=-1)) + 1, bool)
    while True:
        open_ = np.flatnonzero(alive[groups])
        order = open_[np.lexsort((names[open_], -merit[open_], rows[open_]))]
        first = np.ones(len(order), bool)
        first[1:] = rows[order][1:] != rows[order][:-1]
        picks = order[first]
        span = int(accounts.max(initial=0)) + 1
        pairs = np.unique(groups[picks] * span + accounts[rows[picks]])
        n = np.bincount(pairs // span, minlength=len(alive))
        few = alive & (n < least)
        wanted = few & (n > 0)
        if not wanted.any():
            return picks
        # The least merited goes first, so that its texts may strengthen others.
        by_group = np.zeros(len(alive))
        by_group[groups] = merit
        worst = by_group <= np.median(by_group[wanted])
        alive &= ~(wanted & worst)


@numba.njit(cache=True)
def _mix(value):  # type: ignore[no-untyped-def]  # compiled
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(33))


@numba.njit(cache=True)
def _name(one, two, three, place):  # type: ignore[no-untyped-def]  # compiled
    value = _mix(np.uint64(one) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(1))
    value = _mix(value * np.uint64(31) + np.uint64(two))
    value = _mix(value * np.uint64(31) + np.uint64(three))
    return _mix(value * np.uint64(31) + np.uint64(place + 2))


@numba.njit(cache=True)
def _names(ids):  # type: ignore[no-untyped-def]  # compiled
    out = np.empty(ids.shape[1], np.uint64)
    for place in range(ids.shape[1]):
        out[place] = _name(ids[0, place], ids[1, place], ids[2, place], -1)
    return out


@numba.njit(cache=True)
def _number(tokens, starts):  # type: ignore[no-untyped-def]  # compiled
    total = 0
    for text in range(len(starts) - 1):
        one, two, three = 0, 0, 0
        wholes, before = 0, 0  # whole clauses up to the last but one, and that one
        for clause in range(starts[text], starts[text + 1]):
            n = 0
            for side in range(3):
                n += tokens[clause, side] > 0
            three += two * n
            two += one * n
            one += n
            if tokens[clause, 0] > 0:
                total += wholes
            wholes += before
            before = tokens[clause, 0] > 0
        total += three
    return total


@numba.njit(cache=True)
def _write(tokens, starts, places, out):  # type: ignore[no-untyped-def]  # compiled
    end = 0
    for text in range(len(starts) - 1):
        first, last = starts[text], starts[text + 1]
        for i in range(3 * first, 3 * last):
            one = tokens[i // 3, i % 3]
            if one == 0:
                continue
            for j in range(3 * (i // 3 + 1), 3 * last):
                two = tokens[j // 3, j % 3]
                if two == 0:
                    continue
                if i % 3 == 0 and j % 3 == 0 and j - i > 3:
                    shape = _shape(i // 3 - first, j // 3 - first, last - first)
                    out[end] = _name(one, two, shape, places[text])
                    end += 1
                for k in range(3 * (j // 3 + 1), 3 * last):
                    three = tokens[k // 3, k % 3]
                    if three > 0:
                        out[end] = _name(one, two, three, places[text])
                        end += 1


@numba.njit(cache=True)
def _matching(tokens, starts, places, wanted, out):  # type: ignore[no-untyped-def]  # compiled
    """Write (place in ``wanted``, text, three places in ``tokens`` or a shape); return how many."""
    end = 0
    for text in range(len(starts) - 1):
        first, last = starts[text], starts[text + 1]
        for i in range(3 * first, 3 * last):
            one = tokens[i // 3, i % 3]
            if one == 0:
                continue
            for j in range(3 * (i // 3 + 1), 3 * last):
                two = tokens[j // 3, j % 3]
                if two == 0:
                    continue
                shape = _shape(i // 3 - first, j // 3 - first, last - first)
                apart = i % 3 == 0 and j % 3 == 0 and j - i > 3
                for k in range(3 * (j // 3 + 1) - 1, 3 * last):
                    is_shape = k == 3 * (j // 3 + 1) - 1  # comes first, before the third clauses
                    three = shape if is_shape else tokens[k // 3, k % 3]
                    if three == 0 or (is_shape and not apart):
                        continue
                    name = _name(one, two, three, places[text])
                    at = np.searchsorted(wanted, name)
                    if at < len(wanted) and wanted[at] == name:
                        if end < out.shape[1]:
                            out[0, end] = at
                            out[1, end] = text
                            out[2, end] = i
                            out[3, end] = j
                            out[4, end] = shape if is_shape else k
                        end += 1
    return end


@numba.njit(cache=True)
def _shape(first, second, n_clauses):  # type: ignore[no-untyped-def]  # compiled
    return -((first * 100 + second) * 100 + n_clauses)

"""The bundles of one place: gathered around a text, cut into slots, held against chance."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unbrush.base.rarity import is_rare
from unbrush.base.text import bundle_kernels as kernels
from unbrush.base.text.bundle_chance import chance_of, sociable, topics
from unbrush.base.text.bundle_slots import NEED, filled, is_filled, sizes_of, slots_of
from unbrush.base.text.clause_pieces import Hashes, Pieces

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

ALIKE = 0.3  # share of a text's own weight that a fellow of it has
CLAUSES = 3  # in which they must be alike
LOOKED_AT = 32  # texts that have a piece, of those that may be fellows
PIECES_OF = 0.1  # share of a bundle's accounts that have a piece of it
LIFTS = (2.0, 3.0, 5.0)  # times as often as others of the place; more where less finds nothing
MADE_OF = 0.5  # share of a text that must be the bundle's while it is gathered
MIN_PIECES = 8  # likewise
ROUNDS = 4
SAMPLE = 200  # texts of a bundle that are looked at for its slots and ways
CORE = 1 / 3  # share of the fills that have a slot which is of the core
WHOLLY = 0.75  # share of the middle one of its fills that is the bundle's
BACKBONE, BACKBONE_FILLED = 3, 0.8  # its commonest slots, and how many of the fills have them
OWN = 0.5  # share of all that fills its slots, that must lie in its fills
TRIES = 64  # and a hundredth of a place's texts
LARGE = 1_000  # texts of a place where a text is tried in one group only
PER_CLAUSE = 3  # pieces
NEARLY = 0.7  # share of the shorter one's pieces in common, from which on two fills are one
LIMITS = np.linspace(0.0, 0.5, 9)
"""Shares of a bundle's fills that may be left out so that the others are beyond chance."""
SETS = 2  # clauses: by their pairs the chance of finding any by chance is shared


@dataclass(frozen=True, kw_only=True)
class Rules:
    """From where on a group of clauses is a bundle.

    Attributes:
        min_accounts: Accounts in one place that fill it, in as many different ways.
        min_place: Texts of a place below which nothing is said of it.
        min_slots: Slots that a third of its fills have.
        min_lift: Times as many as chance gives.
        max_chance: Largest chance of finding any by chance, in one place.
    """

    min_accounts: int = 5
    min_place: int = 30
    min_slots: int = 4
    min_lift: float = 8.0
    max_chance: float = 1e-4


@dataclass(frozen=True, kw_only=True)
class Found:
    """A bundle, its texts numbered within their place.

    Attributes:
        rows: The texts that fill it.
        n_filled: How many slots of the core each of them fills.
        slots: Hashes of the pieces of each slot of the core, the most filled first.
        sizes: Pieces that a clause usually has of each.
        n_accounts: How many accounts wrote them.
        n_ways: How many different texts they are.
        expected: Accounts that chance would have fill it.
    """

    rows: Ints
    n_filled: Ints
    slots: list[Hashes]
    sizes: Floats
    n_accounts: int
    n_ways: int
    expected: float


@dataclass(frozen=True)
class _Group:
    """Texts that were gathered, and what they are made of."""

    inside: Bools  # of the place's texts
    slots: list[list[int]]
    sizes: Floats
    near: Ints  # texts that have any of it and are free
    has: Bools  # which of them fill which slots
    shares: Floats  # how much of each is the bundle's


class Place:
    """The texts of one place, with what is counted over all of them.

    Args:
        own: Pieces of its texts.
        accounts: A number for the author of each.
        rules: From where on a group of clauses is a bundle.

    Attributes:
        names: Hashes of its different pieces, by code.
        n_texts: How many texts have each.
        usual: Share of other places' texts that have each, at most; none unless set.
    """

    def __init__(self, own: Pieces, accounts: Ints, rules: Rules) -> None:
        self.own, self.accounts, self.rules = own, accounts, rules
        self.n = len(accounts)
        self.codes, self.again, self.n_texts, self.names = kernels.numbered(own.hashes, own.starts)
        self.ends, self.texts = kernels.texts_having(
            self.codes, self.again, own.starts, self.n_texts
        )
        self.usual = np.zeros(len(self.n_texts))
        # Clauses that so many texts have as a bundle needs: among them it is looked for.
        self.n_clauses = int((self.n_texts >= rules.min_accounts).sum()) // PER_CLAUSE + SETS

    def bundles(self) -> Iterator[Found]:
        """Yield the bundles; those of texts that resemble many others first."""
        free = np.ones(self.n, np.bool_)
        tries = TRIES + self.n // 100
        leaders = self._leaders()
        is_new = True
        while is_new:  # what is explained no longer makes anything seem usual
            is_new = False
            spent = np.zeros(self.n, np.bool_)
            for leader, fellows in leaders:
                if spent[leader] or not free[leader] or tries == 0:
                    continue
                tries -= 1
                inside = np.zeros(self.n, np.bool_)
                inside[fellows] = inside[leader] = True
                for lift in LIFTS:
                    group = self._gathered(inside & free, free, lift)
                    if group and self.n >= LARGE:
                        spent |= group.inside  # there, who is in none is the leader of no other
                    found = self._tested(group, free) if group else None
                    if group and found:
                        spent |= group.inside
                        free[found.rows] = False
                        is_new = True
                        yield found
                        break

    def _leaders(self) -> list[tuple[int, Ints]]:
        """Return the texts that resemble enough others, the most first, with those."""
        rate = np.maximum(self.n_texts / self.n, self.usual)
        starts, fellows = kernels.likeness(
            self.codes, self.again, self.own.clauses, self.own.starts,
            -np.log(np.minimum(rate, 1.0)), self.ends, self.texts, LOOKED_AT, ALIKE, CLAUSES,
        )  # fmt: skip
        out = []
        for text in np.flatnonzero(np.diff(starts) >= self.rules.min_accounts - 1).tolist():
            own = fellows[starts[text] : starts[text + 1]]
            n = self._n_accounts(np.append(own, text))
            if n >= self.rules.min_accounts:
                out.append((-n, text, own))
        out.sort(key=lambda leader: leader[:2])
        return [(text, own) for _, text, own in out]

    def _gathered(self, inside: Bools, free: Bools, lift: float) -> _Group | None:
        """Let a group draw in its like, and cut it into slots."""
        rules = self.rules
        growth = (rules.min_accounts, PIECES_OF, lift, MADE_OF, MIN_PIECES, ROUNDS)
        is_known = kernels.grown(
            inside, free, self.codes, self.again, self.own.clauses, self.own.starts, self.n_texts,
            self.usual, self.ends, self.texts, self.accounts, growth,
        )  # fmt: skip
        rows = np.flatnonzero(inside)
        if self._n_accounts(rows) < rules.min_accounts:
            return None
        known = [self._known_of(row, is_known) for row in rows[:SAMPLE].tolist()]
        slots = slots_of(known)
        if len(slots) < rules.min_slots:
            return None
        slot_of = np.full(len(self.n_texts), -1, np.int16)
        for number, codes in enumerate(slots):
            slot_of[codes] = number
        sizes = sizes_of(known, slot_of, len(slots))
        having = [self.texts[self.ends[c] : self.ends[c + 1]] for codes in slots for c in codes]
        near = np.unique(np.concatenate(having)).astype(np.int64)
        near = near[free[near]]
        masks, shares = filled(
            near, inside, self.codes, self.own.clauses, self.own.starts, is_known, slot_of, sizes
        )
        has = (masks[:, None] >> np.arange(len(slots))) & 1 > 0
        return _Group(inside, slots, sizes, near, has, shares)

    def _tested(self, group: _Group, free: Bools) -> Found | None:
        """Return the bundle that a group is, if chance hardly makes it."""
        rules = self.rules
        is_fill = is_filled(group.has.sum(axis=1), group.shares, NEED)
        rows = group.near[is_fill]
        n_accounts = self._n_accounts(rows)
        if n_accounts < rules.min_accounts or np.median(group.shares[is_fill]) < WHOLLY:
            return None
        filling = group.has[is_fill].mean(axis=0)
        core = filling >= CORE
        n_ways = self._n_ways(rows)
        if core.sum() < rules.min_slots or n_ways < rules.min_accounts:
            return None
        # Topics come and go: of those who speak of several, hardly two speak of the same.
        if np.sort(filling)[-BACKBONE:].mean() < BACKBONE_FILLED:
            return None
        outside = ~is_fill & ~group.inside[group.near]
        uses, others = (int(group.has[some][:, core].sum()) for some in (is_fill, outside))
        if uses < OWN * (uses + others):
            return None
        expected = self._expected(group, is_fill, int(free.sum()))
        if expected is None:
            return None
        return Found(
            rows=rows,
            n_filled=group.has[is_fill][:, core].sum(axis=1),
            slots=[self.names[group.slots[number]] for number in np.flatnonzero(core)],
            sizes=group.sizes[core],
            n_accounts=n_accounts,
            n_ways=n_ways,
            expected=expected,
        )

    def _expected(self, group: _Group, is_fill: Bools, n: int) -> float | None:
        """Return how many accounts chance would give; None if that is not far fewer.

        A text weighs -ln of the shares of texts outside that fill its slots. At least half of the
        fills must weigh so much that hardly any text would by chance.
        """
        rules = self.rules
        outside = ~is_fill & ~group.inside[group.near]
        n_outside = n - int((~outside).sum())
        has = topics(group.has, outside, max(n_outside, 1))
        usual = (has[outside].sum(axis=0) + 1) / (n_outside + 2)
        often = sociable(has[outside], max(n_outside, 1))
        weights, n_slots = has @ -np.log(usual), has.sum(axis=1)
        chance = chance_of(usual)
        limits = np.unique(np.quantile(weights[is_fill], LIMITS, method="lower"))
        least = None
        for limit in limits:
            beyond = weights >= limit - 1e-9
            n_found = self._n_accounts(group.near[beyond])
            several = round(float(n_slots[beyond].mean()))
            expected = n * chance(limit) * often ** (several * (several - 1) / 2)
            n_tests = math.comb(self.n_clauses, min(several, SETS)) * len(limits)
            found = n_found >= max(rules.min_accounts, rules.min_lift * expected) and is_rare(
                n_found, expected, max_chance=rules.max_chance, n_tests=n_tests
            )
            if found and (least is None or expected < least):
                least = expected
        return least

    def _known_of(self, row: int, is_known: npt.NDArray[np.int8]) -> list[list[int]]:
        """Return the codes of a text that are the bundle's, clause by clause."""
        own = slice(self.own.starts[row], self.own.starts[row + 1])
        codes, clauses = self.codes[own], self.own.clauses[own]
        cuts = np.flatnonzero(np.diff(clauses)) + 1
        return [part[is_known[part] > 0].tolist() for part in np.split(codes, cuts)]

    def _n_accounts(self, rows: Ints) -> int:
        return len(np.unique(self.accounts[rows]))

    def _n_ways(self, rows: Ints) -> int:
        """Return how many of some texts are neither equal nor nearly so, nor one the other's part.

        Who passes a text on, or quotes one, adds to it or cuts it; who spins one changes it.
        """
        ways: list[set[int]] = []
        for row in rows[:SAMPLE].tolist():
            own = set(self.codes[self.own.starts[row] : self.own.starts[row + 1]].tolist())
            if all(len(own & way) < NEARLY * min(len(own), len(way)) for way in ways):
                ways.append(own)
        return len(ways)

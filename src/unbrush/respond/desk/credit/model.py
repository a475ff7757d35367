"""The model: entries and what became of them → points of each and a score, at any moment.

S(t) = 100 - sum of weight x severity x confidence(t) x role x repeat(t) x relief(t) x fading(t),
not below 0. Nothing here reads records or a clock: the same entries give the same score. What was
overturned has no points at any moment, also those before it was: they are given back entirely.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from unbrush.base.clock import DAY_MS
from unbrush.respond.desk.credit.preset import CreditClass, Numbers, Preset

FULL = 100.0


def severity_of(n_fake: int | None, n_genuine: int | None, numbers: Numbers, /) -> float:
    """Return log2(1 + fake / genuine), at most ``severity_most``; a mild guess if nobody counted.

    Args:
        n_fake: Orders (or reviews) that do not count; None if unknown.
        n_genuine: Those that do.
        numbers: Of the preset.
    """
    if n_fake is None or n_genuine is None or n_fake + n_genuine == 0:
        return numbers.severity_unknown
    if n_genuine <= 0:
        return numbers.severity_most
    return min(math.log2(1 + max(n_fake, 0) / n_genuine), numbers.severity_most)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One adjudicated thing and what became of it.

    Attributes:
        item_id: Its id.
        conduct: What it is about; entries of one conduct at nearly one time count once.
        at_ms: When it was adjudicated.
        kind: Its class: light, general, serious.
        severity: As `severity_of` says.
        role: organiser, merchant, coerced.
        preset: What it was entered with.
        is_certain: Whether its evidence was near-dispositive.
        is_void: Whether it does not stand, and never did.
        is_partly: Whether an appeal was right in part.
        certain_from: Since when it was confirmed by others; None if it was not.
        suspended: From when to when it was under appeal; the end is None if it still is.
        joins_late: Whether it is of the same conduct however much later it came.
        is_self_reported: Whether it was told before it was known.
        repaired_from: Since when it is made good; None if it is not.
    """

    item_id: str
    conduct: str
    at_ms: int
    kind: str
    severity: float
    role: str
    preset: Preset
    is_certain: bool = False
    is_void: bool = False
    is_partly: bool = False
    certain_from: int | None = None
    suspended: tuple[tuple[int, int | None], ...] = ()
    joins_late: bool = False
    is_self_reported: bool = False
    repaired_from: int | None = None

    @property
    def terms(self) -> CreditClass:
        """Weight and terms of its class."""
        return self.preset.classes[self.kind]

    @property
    def full_until(self) -> int:
        """Until when it counts fully."""
        return self.at_ms + self.terms.min_days * DAY_MS

    @property
    def ends_at(self) -> int:
        """From when on it is forgotten."""
        return self.at_ms + self.terms.max_days * DAY_MS

    def confidence(self, at_ms: int) -> float:
        """Return 0 if it does not stand or is under appeal then, else 0.5 or 1."""
        numbers = self.preset.numbers
        if self.is_void or any(
            start <= at_ms and (end is None or at_ms < end) for start, end in self.suspended
        ):
            return 0.0
        if self.is_partly:
            return numbers.confidence_probable
        confirmed = self.certain_from is not None and self.certain_from <= at_ms
        is_sure = self.is_certain or confirmed
        return numbers.confidence_certain if is_sure else numbers.confidence_probable

    def remains(self, at_ms: int) -> float:
        """Return its points without repetition."""
        numbers = self.preset.numbers
        relief = numbers.factors_self_report if self.is_self_reported else 1.0
        if self.repaired_from is not None and self.repaired_from <= at_ms:
            relief *= numbers.factors_repair
        return (
            self.terms.weight * self.severity * self.confidence(at_ms)
            * self.preset.role(self.role) * relief * self.terms.fading(at_ms - self.at_ms)
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What an entry takes off a score at a moment.

    Attributes:
        entry: The entry.
        points: How much.
        is_repeat: Whether it was raised for repetition.
        counted_in: The heavier entry of the same conduct that counts in its place; None if none.
    """

    entry: Entry
    points: float
    is_repeat: bool
    counted_in: str | None


def counted(entries: Sequence[Entry], at_ms: int) -> list[Counted]:
    """Return what each entry takes off at a moment, oldest first; later ones are left out."""
    there = sorted((e for e in entries if e.at_ms <= at_ms), key=lambda e: (e.at_ms, e.item_id))
    conducts = _conducts(there)
    made: list[Counted] = []
    for group in conducts:
        earlier = [e for other in conducts if other is not group for e in other]
        lines = [_line(entry, earlier, at_ms) for entry in group]
        heaviest = max(lines, key=lambda line: line.points)
        for line in lines:
            if line is heaviest or line.points == 0:
                made.append(line)
            else:
                made.append(
                    Counted(entry=line.entry, points=0.0, is_repeat=line.is_repeat,
                            counted_in=heaviest.entry.item_id)
                )  # fmt: skip
    return sorted(made, key=lambda line: (line.entry.at_ms, line.entry.item_id))


def score_of(lines: Sequence[Counted]) -> float:
    """Return the score, 0-100, to a hundredth."""
    return round(max(0.0, FULL - sum(line.points for line in lines)), 2)


def _conducts(there: Sequence[Entry]) -> list[list[Entry]]:
    """Put entries of one conduct together, steps if they follow the first within `same_days`."""
    groups: list[list[Entry]] = []
    for entry in there:
        within = entry.preset.numbers.conduct_same_days * DAY_MS
        for group in groups:
            is_near = entry.at_ms - group[0].at_ms <= within or entry.joins_late
            if group[0].conduct == entry.conduct and is_near:
                group.append(entry)
                break
        else:
            groups.append([entry])
    return groups


def _line(entry: Entry, others: Sequence[Entry], at_ms: int) -> Counted:
    # An earlier one that is under appeal, or fell, raises nothing.
    is_repeat = any(
        other.at_ms < entry.at_ms < other.ends_at and other.confidence(at_ms) > 0
        for other in others
    )
    factor = entry.preset.numbers.factors_repeat if is_repeat else 1.0
    return Counted(
        entry=entry, points=entry.remains(at_ms) * factor, is_repeat=is_repeat, counted_in=None
    )

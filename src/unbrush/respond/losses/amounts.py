"""Amounts of money, and what may be added to what.

A gain, a loss and an exposure are different types, and nothing adds one to another: gains and
losses are alternatives (Anti-Unfair Competition Law 2025, art. 22), fines are no losses, and an
exposure is none until a court finds fraud. Within one type, what is made of the same money is an
alternative, too: every amount names what it is made of, and no two of a sum may share it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from unbrush.base.words import Words


class Measure(StrEnum):
    """What an amount counts; no two of them are added up."""

    MONEY = "money"  # sums that somebody paid or received
    TURNOVER = "turnover"  # what was sold, before any cost
    PROFIT = "profit"  # turnover times a stated margin


@dataclass(frozen=True, kw_only=True)
class Range:
    """An amount with where it likely lies (minor units).

    Attributes:
        low_minor: 5 % of the draws lie below.
        point_minor: The expected amount.
        high_minor: 5 % of the draws lie above.
    """

    low_minor: int
    point_minor: int
    high_minor: int

    def __post_init__(self) -> None:
        if not self.low_minor <= self.point_minor <= self.high_minor:
            raise ValueError(f"{self.low_minor}, {self.point_minor}, {self.high_minor}: no range")

    @classmethod
    def counted(cls, minor: int) -> "Range":
        """Return an amount that was counted from documents or confirmed rows, not estimated."""
        return cls(low_minor=minor, point_minor=minor, high_minor=minor)


@dataclass(frozen=True, kw_only=True)
class Placebo:
    """The same reckoning where nothing was done: it should find nothing.

    Attributes:
        is_passed: None if it could not be made.
        words: What it found, with its numbers.
    """

    is_passed: bool | None
    words: Words


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One amount by one method. Only its three kinds below are ever made.

    Attributes:
        method: Key of `methods.METHODS`.
        who: Whose gain, loss or exposure, in words.
        about: Shop or category that it is about; empty for all of the scope.
        currency: ISO code.
        measure: What it counts.
        proved: Of what people have confirmed; None where nothing of it is confirmed.
        expected: Over everything found, by its probability.
        upper_minor: At most, if everything that is suspected is fake.
        covers: The money that it is made of, by name.
        placebo: The same where nothing was done.
        first_day: First day that it covers, on the platform's calendar.
        last_day: Last day.
        notes: Facts that belong beside it, such as fees that were netted.
    """

    method: str
    who: Words
    about: str = ""
    currency: str
    measure: Measure
    proved: Range | None
    expected: Range
    upper_minor: int
    covers: frozenset[str]
    placebo: Placebo
    first_day: date | None = None
    last_day: date | None = None
    notes: tuple[Words, ...] = ()


class Gain(Estimate):
    """What somebody has by it: to be taken away, or measure of damages in place of the loss."""


class Loss(Estimate):
    """What somebody lacks by it."""


class Exposure(Estimate):
    """What a statute lets be asked for if fraud is found; nobody has lost it."""


@dataclass(frozen=True, kw_only=True)
class Fine:
    """A fine of a document: it goes to the state, and is neither gain, loss nor exposure.

    Attributes:
        amount_minor: How much.
        currency: ISO code.
        source: The document.
    """

    amount_minor: int
    currency: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """An amount that cannot be established.

    Attributes:
        method: Key of `methods.METHODS`.
        who: Whose.
        about: Shop or category that it would be about.
        missing: What would be needed.
    """

    method: str
    who: Words
    missing: tuple[Words, ...]
    about: str = ""


Addable = TypeVar("Addable", Gain, Loss, Exposure)


def add_up(amounts: Sequence[Addable]) -> Range:
    """Return the expected sum of amounts of one family that share no money.

    Ends are added to ends, as if all went wrong together: wider rather than narrower.

    Raises:
        TypeError: Anything but gains alone, losses alone or exposures alone.
        ValueError: Two currencies, two measures, or money that would count twice.
    """
    if not amounts:
        raise ValueError("Nothing to add up.")
    families = {type(each) for each in amounts}
    if len(families) > 1 or not families <= {Gain, Loss, Exposure}:
        names = ", ".join(sorted(each.__name__ for each in families))
        raise TypeError(
            f"{names} are not added up: gains and losses are alternatives, an exposure is no loss,"
            " and a fine is none of them."
        )
    for what in ("currency", "measure"):
        if len({getattr(each, what) for each in amounts}) > 1:
            raise ValueError(f"Amounts of more than one {what} are not added up.")
    seen: set[str] = set()
    for each in amounts:
        if twice := seen & each.covers:
            raise ValueError(f"{', '.join(sorted(twice))} would count twice.")
        seen |= each.covers
    return Range(
        low_minor=sum(each.expected.low_minor for each in amounts),
        point_minor=sum(each.expected.point_minor for each in amounts),
        high_minor=sum(each.expected.high_minor for each in amounts),
    )

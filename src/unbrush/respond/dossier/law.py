"""Dated provisions: which text was in force when something was done, and which is lighter."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, Literal

from unbrush.base.clock import SECOND_MS
from unbrush.base.words import Words

CHINA = timezone(timedelta(hours=8))
"""Where the midnights are that part one version of a law from the next."""

AUDIENCES = ("regulator", "police", "court", "public-interest")
Bracket = tuple[int, int]
"""A fine from … to …, in minor units."""


@dataclass(frozen=True, kw_only=True)
class Provision:
    """One article in one version.

    Attributes:
        id: Our name for it.
        law: The law and its version.
        article: Which article.
        says: What it holds, in short; empty if it was not verified.
        in_force_from: First day of this version.
        in_force_to: Last day; None while it is in force.
        touches: What was found that it may touch.
        audiences: For whom it is named.
        penalty: Id of the article with the penalty.
        followed_by: Id of the version after it.
        fine_minor: The usual bracket.
        serious_fine_minor: The bracket of serious cases.
        source: The copy in which it was read.
        text_as_of: As it stood on that day.
        verified: Whether it was read in full.
        verified_on: Day on which it was read again for this file.
    """

    id: str
    law: Words
    article: Words
    says: Words
    in_force_from: date
    in_force_to: date | None = None
    touches: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    penalty: str = ""
    followed_by: str = ""
    fine_minor: Bracket | None = None
    serious_fine_minor: Bracket | None = None
    source: str = ""
    text_as_of: date
    verified: bool
    verified_on: date | None = None

    def is_in_force(self, day: date) -> bool:
        """Say whether this version was in force on a day."""
        return self.in_force_from <= day and (self.in_force_to is None or day <= self.in_force_to)


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """A number that a provision names.

    Attributes:
        id: What is counted.
        law: Id of the provision that names the number.
        what: The same in words.
        provision: Where the number stands, and of what.
        measure: Its unit.
        at_least: The number.
    """

    id: str
    law: str
    what: Words
    provision: Words
    measure: Words
    at_least: int


@cache
def _read() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("law.toml").read_text(encoding="utf-8"))


@cache
def provisions() -> Mapping[str, Provision]:
    """Return every provision by id, in the order of the file."""
    found = {}
    for row in _read()["provision"]:
        words = {key: Words(*row[key]) for key in ("law", "article", "says")}
        tuples = {
            key: tuple(row[key])
            for key in ("touches", "audiences", "fine_minor", "serious_fine_minor")
            if key in row
        }
        found[row["id"]] = Provision(**{**row, **words, **tuples})
    return found


@cache
def thresholds() -> Mapping[str, Threshold]:
    """Return every number that may be set beside a count, by what is counted."""
    return {
        row["id"]: Threshold(
            id=row["id"], law=row["law"], what=Words(*row["what"]),
            provision=Words(*row["provision"]), measure=Words(*row["measure"]),
            at_least=row["at_least"],
        )
        for row in _read()["threshold"]
    }  # fmt: skip


def day_in_china(at_ms: int) -> date:
    """Return the day in China on which a moment falls: it decides which version applies."""
    return datetime.fromtimestamp(at_ms // SECOND_MS, UTC).astimezone(CHINA).date()


def applying(
    touched: Iterable[str], audience: str, first: date, last: date
) -> tuple[list[Provision], list[Provision]]:
    """Return provisions that conduct from ``first`` to ``last`` may touch, and unverified ones.

    Conduct on both sides of a change of law has both versions, each for its own days.

    Args:
        touched: What was found: promotion, organising, against, ...
        audience: For whom.
        first: Day in China on which it began.
        last: Day on which it ended.
    """
    asked = {*touched, "any"}
    named = [
        each
        for each in provisions().values()
        if audience in each.audiences
        and asked.intersection(each.touches)
        and each.in_force_from <= last
        and (each.in_force_to is None or each.in_force_to >= first)
    ]
    return [each for each in named if each.verified], [each for each in named if not each.verified]


Lighter = Literal["new", "old", "same", "mixed"]


def lighter(old: Provision, new: Provision) -> Lighter:
    """Say which of two versions has the lighter fines, bound by bound.

    ``mixed`` if one bound is lower and another higher: then no comparison of numbers decides.
    """
    bounds = _bounds(old), _bounds(new)
    is_less = any(b < a for a, b in zip(*bounds, strict=True))
    is_more = any(b > a for a, b in zip(*bounds, strict=True))
    if is_less and is_more:
        return "mixed"
    return "new" if is_less else "old" if is_more else "same"


def _bounds(each: Provision) -> Sequence[int]:
    if each.fine_minor is None or each.serious_fine_minor is None:
        raise ValueError(f"{each.id} has no brackets")
    return (*each.fine_minor, *each.serious_fine_minor)

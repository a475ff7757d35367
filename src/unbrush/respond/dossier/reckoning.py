"""What the law reckons from a date, a price or a count; each a fact, none of them a verdict."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from unbrush.base.errors import BadParameter, did_you_mean
from unbrush.base.words import Words
from unbrush.respond.dossier.law import Threshold, lighter, provisions, thresholds

LEAST_EXTRA_MINOR = 50_000
"""Consumer Protection Law, art. 55: 500 yuan."""

Row = dict[str, Any]


def months_later(day: date, n: int) -> date:
    """Return the day that is ``n`` months later; the month's last where it has no such day."""
    years, month = divmod(day.month - 1 + n, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def penalty_ends(last: date, *, has_harmed_safety: bool = False) -> date:
    """Return the last day on which conduct that ended on ``last`` may still be discovered.

    Args:
        last: Last day of the conduct; of continuing conduct, the day on which it ended.
        has_harmed_safety: Whether life, health or financial safety was harmed: five years.
    """
    return months_later(last, 60 if has_harmed_safety else 24)


def keep_until(completed: date, what: str) -> date:
    """Return until when something has to be kept at least: ``trade``, ``log``, ``assessment``."""
    return months_later(completed, {"trade": 36, "log": 6, "assessment": 36}[what])


def extra_minor(price_minor: int) -> int:
    """Return what a consumer may ask on top if fraud is found: three prices, 500 yuan at least."""
    return max(3 * price_minor, LEAST_EXTRA_MINOR)


@dataclass(frozen=True, kw_only=True)
class Reckoned:
    """A count beside a number that a provision names.

    Attributes:
        threshold: The number and where it stands.
        n: The count in the record.
    """

    threshold: Threshold
    n: int

    @property
    def is_reached(self) -> bool:
        """Whether the count is the number, or above it."""
        return self.n >= self.threshold.at_least

    @property
    def words(self) -> Words:
        """The fact, without what follows from it."""
        named, unit = self.threshold, self.threshold.measure
        way = Words("达到", "at or above") if self.is_reached else Words("未达到", "below")
        return Words(
            f"记录中有 {self.n:,} {unit.zh}，"
            f"{way.zh}{named.provision.zh}所列 {named.at_least:,} 的数字。",
            f"The record holds {self.n:,} {unit.en}, {way.en} the number {named.at_least:,} in the "
            f"{named.provision.en}.",
        )


def reckon(counts: Mapping[str, int]) -> list[Reckoned]:
    """Set counts beside the numbers that provisions name.

    Raises:
        BadParameter: Nothing of that name is counted, or a count is negative.
    """
    known = thresholds()
    for name, n in counts.items():
        if name not in known:
            raise BadParameter(
                f"No provision names a number of {name}.", hint=did_you_mean(name, known)
            )
        if n < 0:
            raise BadParameter(f"{name} is {n}.", hint="A count is 0 or more.")
    return [Reckoned(threshold=each, n=counts[id]) for id, each in known.items() if id in counts]


def comparisons(old_ids: list[str]) -> list[Row]:
    """Return, for each older penalty that applies, the one after it and which is lighter."""
    known = provisions()
    rows = []
    for old in (known[id] for id in old_ids if known[id].followed_by):
        new = known[old.followed_by]
        rows.append({"old": old, "new": new, "lighter": lighter(old, new)})
    return rows

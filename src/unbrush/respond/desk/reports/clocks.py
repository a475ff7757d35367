"""Clocks of a report: by when it is sorted, first answered and decided."""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS
from unbrush.base.words import Words
from unbrush.base.working_days import after_working_days
from unbrush.respond.desk.reports.kinds import KINDS

TRIAGE_MS = DAY_MS
REPLY_DAYS = 3
SIMPLE_DAYS, COMPLEX_DAYS = 7, 15
"""Working days. Seven is also what art. 46 of the consumer law of China gives authorities."""


@dataclass(frozen=True)
class Clocks:
    """When things fall due, epoch ms UTC.

    Attributes:
        triage: Sorted.
        reply: First answer by a person.
        decide: Decided.
        note: What the reader of the dates has to know; None if nothing.
    """

    triage: int
    reply: int
    decide: int
    note: Words | None = None


def clocks_of(kind: str, at_ms: int) -> Clocks:
    """Return the clocks of a report of a kind that is submitted now."""
    reply = after_working_days(at_ms, REPLY_DAYS)
    decide = after_working_days(at_ms, days_of(kind))
    return Clocks(at_ms + TRIAGE_MS, reply.at_ms, decide.at_ms, decide.note)


def days_of(kind: str) -> int:
    """Return within how many working days a kind is decided."""
    return SIMPLE_DAYS if KINDS[kind].is_simple else COMPLEX_DAYS

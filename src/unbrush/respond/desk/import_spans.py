"""Spans of decisions by kind and id: what a run says and what was said, some at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from unbrush.base.records import Transaction

START = ("", "")
"""Before all decisions."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """Decisions after one up to another, in the order of the database.

    Attributes:
        after: Kind and id before the first; empty ones are before all.
        last: Kind and id of the last; None: all that come.
    """

    after: tuple[str, str]
    last: tuple[str, str] | None

    def holds(self, table: str) -> str:
        """Return the condition that a row of a table is in it, as SQL."""
        key = f"({table}.subject_kind, {table}.subject_id)"
        begins = f"{key} > (:after_kind, :after_id)"
        return f"{begins} AND {key} <= (:last_kind, :last_id)" if self.last else begins

    @property
    def values(self) -> dict[str, str]:
        """What that condition binds."""
        found = {"after_kind": self.after[0], "after_id": self.after[1]}
        if self.last:
            found |= {"last_kind": self.last[0], "last_id": self.last[1]}
        return found


def next_span(
    transaction: Transaction, after: tuple[str, str], tables: Sequence[str], n: int, /
) -> Span:
    """Return a span of at most ``n`` rows of each of these tables."""
    nth = " UNION ALL ".join(
        f"""SELECT * FROM (SELECT subject_kind, subject_id FROM {table}
            WHERE (subject_kind, subject_id) > (:kind, :id)
            ORDER BY subject_kind, subject_id LIMIT 1 OFFSET :n) AS of_{table}"""
        for table in tables
    )
    row = transaction.one(
        f"SELECT * FROM ({nth}) AS nth ORDER BY subject_kind, subject_id",
        kind=after[0],
        id=after[1],
        n=n - 1,
    )
    return Span(after=after, last=(row["subject_kind"], row["subject_id"]) if row else None)

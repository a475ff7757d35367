"""Records: cases, steps, holds, credit, reports. This is the word; `store` keeps them.

Statements are plain SQL that SQLite and PostgreSQL both understand, with values bound by name
(``:case_id``); a list binds as ``IN :ids``. Truth values are kept as moments (``revoked_at``)
rather than flags: they say when as well.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Row = Mapping[str, Any]
"""One row: column to value."""

Clock = Callable[[], int]
"""The present, epoch ms UTC. It is passed in: nothing that is decided reads a clock of its own."""


class Transaction(Protocol):
    """What is read and written here happens together or not at all."""

    def all(self, sql: str, /, **values: Any) -> list[Row]:
        """Return every row of a SELECT, or of a statement with RETURNING."""
        ...

    def one(self, sql: str, /, **values: Any) -> Row | None:
        """Return the first row, or None."""
        ...

    def run(self, sql: str, /, **values: Any) -> int:
        """Run a statement; return how many rows it touched.

        Raises:
            Conflict: It would break a rule of the tables, such as a key that is there already.
        """
        ...

    def insert(
        self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], where_there: str, /
    ) -> int:
        """Insert rows; return how many were touched. See `add_many`."""
        ...

    def columns_of(self, table: str, /) -> frozenset[str]:
        """Return the columns that a table really has; none if there is no such table."""
        ...

    def many(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> None:
        """Run a statement once for each of ``rows``."""
        ...


class Records(Protocol):
    """A database of records."""

    def writing(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that may write; it is kept if the block ends, undone if it raises."""
        ...

    def giving_way(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that may write, for a short part of long work.

        Who waits to write goes first, and it does not wait long for what others hold.

        Raises:
            Busy: Others hold it; the part is undone and may be tried again.
        """
        ...

    def reading(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that only reads, all of it from one moment."""
        ...


def add(transaction: Transaction, table: str, /, **values: Any) -> None:
    """Insert one row; table and columns are names of ours, never a user's.

    Raises:
        Conflict: Its key is there already.
    """
    columns = ", ".join(values)
    bound = ", ".join(f":{column}" for column in values)
    transaction.run(f"INSERT INTO {table} ({columns}) VALUES ({bound})", **values)


def add_many(
    transaction: Transaction,
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    /,
    *,
    where_there: str = "",
) -> int:
    """Insert many rows, several with each statement; return how many were touched.

    Args:
        transaction: A writing one.
        table: A name of ours.
        columns: Names of ours.
        rows: Values, in the order of the columns.
        where_there: What is done with a row that is there already, as SQL, such as ``ON CONFLICT DO
            NOTHING``; an error if left out.
    """
    return transaction.insert(table, columns, rows, where_there) if rows else 0


def next_number(transaction: Transaction, counter: str) -> int:
    """Return the next number of a counter, from 1; none is given twice.

    A number whose transaction is undone is given again: there are no gaps.
    """
    return next_numbers(transaction, counter, 1)[0]


def next_numbers(transaction: Transaction, counter: str, n: int) -> range:
    """Return the next ``n`` numbers of a counter."""
    row = transaction.one(
        """INSERT INTO counters (name, value) VALUES (:name, :n)
           ON CONFLICT (name) DO UPDATE SET value = counters.value + :n RETURNING value""",
        name=counter,
        n=n,
    )
    assert row is not None
    last = int(row["value"])
    return range(last - n + 1, last + 1)

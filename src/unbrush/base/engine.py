"""The engine: where SQL runs. Stages receive one and never make one; `store` implements it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

import pyarrow as pa


class Engine(Protocol):
    """A place that holds named tables and answers SQL in DuckDB's dialect.

    Names are ours, never a user's; values that enter SQL text are validated numbers, or text
    escaped by `quote`.

    Any of these may raise ``DoesNotFit`` or ``CannotWrite`` where memory or disk end.
    """

    @property
    def memory_bytes(self) -> int:
        """Most memory allowed, for its tables and for what a stage holds beside it together."""
        ...

    def make_room(self, n_bytes: int, /) -> None:
        """Move tables to disk until ``n_bytes`` of the memory allowed are free, as far as it can.

        They come back as they are read: a stage allocates, works and lets go in between.
        """
        ...

    def query(self, sql: str, /) -> pa.Table:
        """Run a SELECT and return its rows; the SQL is named in the error if it fails."""
        ...

    def batches(self, sql: str, n_rows: int, /) -> Iterator[pa.RecordBatch]:
        """Run a SELECT and yield its rows as they come, up to ``n_rows`` at a time, in order.

        Nothing else may be asked before the last of them: that would end it.
        """
        ...

    def value(self, sql: str, /) -> int:
        """Run a SELECT of one whole number and return it; 0 for no row or NULL."""
        ...

    def create(self, name: str, sql: str, /) -> int:
        """Store the rows of a SELECT as table ``name``, replacing it; return how many."""
        ...

    def view(self, name: str, sql: str, /) -> None:
        """Give a SELECT a name without running it, replacing what had that name."""
        ...

    def put(self, name: str, table: pa.Table, /) -> None:
        """Store Arrow rows as table ``name``, replacing it."""
        ...

    def append(self, name: str, table: pa.Table, /) -> None:
        """Add Arrow rows at the end of table ``name``, which has the same columns."""
        ...

    def drop(self, name: str, /) -> None:
        """Forget the table or view ``name``; nothing happens if there is none."""
        ...

    def columns(self, name: str, /) -> Mapping[str, str]:
        """Return column names and types of ``name``, in order; empty if there is no such table."""
        ...

    def scan(self, path: Path, /, *, numbered: bool = False) -> str:
        """Return the SQL that reads a Parquet file, for use after FROM.

        With ``numbered`` every row also has its place in the file, ``file_row_number``, from 0.
        """
        ...

    def write(self, sql: str, path: Path, /) -> int:
        """Write the rows of a SELECT to a Parquet file in their order; return how many."""
        ...


def quote(text: str) -> str:
    """Return ``text`` as a SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """Return ``text`` as a quoted SQL identifier."""
    return '"' + text.replace('"', '""') + '"'

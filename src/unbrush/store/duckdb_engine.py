"""DuckDB, the embedded engine: one machine, no server, tables on disk as Parquet."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa

from unbrush.base.engine import name, quote
from unbrush.base.errors import CannotWrite, DoesNotFit, UnbrushError
from unbrush.base.memory import ADVICE, LEAST, parse_size, size_text

ROW_GROUP = 122_880

_FULL = ("No space left", "max_temp_directory_size", "Permission denied", "Read-only file system")


class QueryFailed(Exception):
    """A statement of ours that the engine refused: a bug, with the SQL to see it by."""


class DuckDBEngine:
    """An in-process DuckDB that spills to a folder of its own when memory runs short.

    Args:
        memory: Most memory to use, such as ``"8GB"``; four fifths of the machine's if empty.
        threads: Cores to use; all of them if 0.
        spill: Where to spill; a temporary folder, removed on close, if not given.

    Raises:
        BadParameter: ``memory`` is no amount, or too little to start.
    """

    def __init__(self, *, memory: str = "", threads: int = 0, spill: Path | None = None) -> None:
        self._memory_bytes = parse_size(memory) if memory else 0
        self._temporary = tempfile.TemporaryDirectory(prefix="unbrush-")
        self._connection = duckdb.connect(":memory:")
        self._do(f"SET temp_directory = {quote(str(spill or self._temporary.name))}")
        self._do("SET enable_progress_bar = false")
        self._do("SET TimeZone = 'UTC'")
        if threads:
            self._do(f"SET threads = {threads}")
        if memory:
            self._limit_memory(self._memory_bytes)
        else:
            rows = self._do("SELECT current_setting('memory_limit')")
            self._memory_bytes = parse_size(rows[0][0])

    def __enter__(self) -> "DuckDBEngine":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release memory and remove the spill folder."""
        self._connection.close()
        self._temporary.cleanup()

    @property
    def memory_bytes(self) -> int:
        """Most memory allowed."""
        return self._memory_bytes

    def make_room(self, n_bytes: int) -> None:
        """Move tables to disk until ``n_bytes`` of the memory allowed are free, if it can."""
        with suppress(DoesNotFit):  # what is in use stays; all else has gone to disk by then
            self._limit_memory(max(LEAST, self._memory_bytes - n_bytes))
        self._limit_memory(self._memory_bytes)

    def query(self, sql: str) -> pa.Table:
        """Run a SELECT and return its rows."""
        with self._naming(sql):
            return self._connection.sql(sql).to_arrow_table()

    def batches(self, sql: str, n_rows: int) -> Iterator[pa.RecordBatch]:
        """Run a SELECT and yield its rows as they come, in order."""
        with self._naming(sql):
            yield from self._connection.sql(sql).to_arrow_reader(n_rows)

    def value(self, sql: str) -> int:
        """Run a SELECT of one whole number and return it; 0 for no row or NULL."""
        rows = self._do(sql)
        return int(rows[0][0]) if rows and rows[0][0] is not None else 0

    def create(self, table: str, sql: str) -> int:
        """Store the rows of a SELECT as table ``table``, replacing it; return how many."""
        # The new table is made before the old one goes, so that it may be made from it.
        self._do(f"CREATE OR REPLACE TEMP TABLE _making AS {sql}")
        self.drop(table)
        self._do(f"ALTER TABLE _making RENAME TO {name(table)}")
        return self.value(f"SELECT count(*) FROM {name(table)}")

    def view(self, view: str, sql: str) -> None:
        """Give a SELECT a name without running it, replacing what had that name."""
        self.drop(view)
        self._do(f"CREATE TEMP VIEW {name(view)} AS {sql}")

    def put(self, table: str, rows: pa.Table) -> None:
        """Store Arrow rows as table ``table``, replacing it."""
        with self._arriving(rows) as source:
            self.create(table, f"SELECT * FROM {source}")

    def append(self, table: str, rows: pa.Table) -> None:
        """Add Arrow rows at the end of table ``table``."""
        with self._arriving(rows) as source:
            self._do(f"INSERT INTO {name(table)} SELECT * FROM {source}")

    def drop(self, table: str) -> None:
        """Forget the table or view ``table``; nothing happens if there is none."""
        kinds = self._do(
            "SELECT table_type FROM information_schema.tables "
            f"WHERE table_catalog = 'temp' AND table_name = {quote(table)}"
        )
        if kinds:
            self._do(f"DROP {'VIEW' if kinds[0][0] == 'VIEW' else 'TABLE'} {name(table)}")

    def columns(self, table: str) -> Mapping[str, str]:
        """Return column names and types of a table or of what `scan` returned, in order."""
        source = table if "(" in table else name(table)
        sql = f"DESCRIBE SELECT * FROM {source}"
        with self._naming(sql):
            try:
                rows = self._connection.execute(sql).fetchall()
            except duckdb.CatalogException:
                return {}
        return {row[0]: row[1] for row in rows}

    def scan(self, path: Path, *, numbered: bool = False) -> str:
        """Return the SQL that reads a Parquet file."""
        # The name of one file, never a pattern: a folder may be called o*r.
        literal = re.sub(r"([*?\[])", r"[\1]", str(path))
        return f"read_parquet({quote(literal)}{', file_row_number = true' * numbered})"

    def write(self, sql: str, path: Path) -> int:
        """Write the rows of a SELECT to a Parquet file in their order; return how many."""
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = self._do(
            f"COPY ({sql}) TO {quote(str(path))} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        )
        return int(rows[0][0])

    @contextmanager
    def _arriving(self, rows: pa.Table) -> Iterator[str]:
        """Give Arrow rows a name for SQL."""
        self._connection.register("_arriving", rows)
        try:
            yield "_arriving"
        finally:
            self._connection.unregister("_arriving")

    def _limit_memory(self, n_bytes: int) -> None:
        self._do(f"SET memory_limit = '{n_bytes}B'")

    def _do(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a statement to its end and return its rows."""
        with self._naming(sql):
            return self._connection.execute(sql).fetchall()

    @contextmanager
    def _naming(self, sql: str) -> Iterator[None]:
        """Tell the machine's limits and the user's Ctrl-C from a statement that is wrong."""
        try:
            yield
        except duckdb.InterruptException as error:
            raise KeyboardInterrupt from error
        except RuntimeError as error:
            # What DuckDB's Python binding makes of Ctrl-C while a statement runs.
            if str(error) == "Query interrupted":
                raise KeyboardInterrupt from error
            raise
        except duckdb.Error as error:
            if limit := self._limit_behind(error):
                raise limit from error
            raise QueryFailed(f"{error}\n\nin this statement:\n{sql}") from error

    def _limit_behind(self, error: duckdb.Error) -> UnbrushError | None:
        """Return what to say if memory or disk ended; None if the statement is to blame."""
        said = str(error)
        if any(words in said for words in _FULL):
            return CannotWrite(
                "The disk is full, or may not be written to.",
                hint="Make room, choose another --out, or set TMPDIR to where there is room.",
            )
        if not isinstance(error, duckdb.OutOfMemoryException):
            return None
        # DuckDB names the one piece that was too much, never the whole that it would take.
        piece = re.search(r"of size (\d\S* \w+)", said)
        wanted = f"{piece[1]} more did not fit" if piece else "more did not fit"
        return DoesNotFit(
            f"The work needs more memory than the {size_text(self._memory_bytes)} that is"
            f" allowed, even with its tables on disk: {wanted}.",
            hint=ADVICE,
        )

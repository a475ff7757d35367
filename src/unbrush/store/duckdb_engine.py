"""DuckDB, the embedded engine: one machine, no server, tables on disk as Parquet."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa

from unbrush.base.engine import name, quote

ROW_GROUP = 122_880


class QueryFailed(Exception):
    """A statement of ours that the engine refused: a bug, with the SQL to see it by."""


class DuckDBEngine:
    """An in-process DuckDB that spills to a folder of its own when memory runs short.

    Args:
        memory: Most memory to use, such as ``"8GB"``; DuckDB's own default if empty.
        threads: Cores to use; all of them if 0.
        spill: Where to spill; a temporary folder, removed on close, if not given.
    """

    def __init__(self, *, memory: str = "", threads: int = 0, spill: Path | None = None) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="unbrush-")
        self._connection = duckdb.connect(":memory:")
        self._do(f"SET temp_directory = {quote(str(spill or self._temporary.name))}")
        self._do("SET enable_progress_bar = false")
        self._do("SET TimeZone = 'UTC'")
        if memory:
            self._do(f"SET memory_limit = {quote(memory)}")
        if threads:
            self._do(f"SET threads = {threads}")

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

    def query(self, sql: str) -> pa.Table:
        """Run a SELECT and return its rows."""
        with _naming(sql):
            return self._connection.sql(sql).to_arrow_table()

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
        self._connection.register("_arriving", rows)
        try:
            self.create(table, "SELECT * FROM _arriving")
        finally:
            self._connection.unregister("_arriving")

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
        try:
            rows = self._connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
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

    def _do(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a statement to its end and return its rows."""
        with _naming(sql):
            return self._connection.execute(sql).fetchall()


@contextmanager
def _naming(sql: str) -> Iterator[None]:
    """Put the statement beside the engine's complaint about it."""
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
        raise QueryFailed(f"{error}\n\nin this statement:\n{sql}") from error

"""Records in SQLite, by default, or in PostgreSQL, by URL."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Text,
    bindparam,
    create_engine,
    inspect,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, NoSuchTableError

from unbrush.base.errors import BadParameter, Conflict, Refused
from unbrush.base.records import Row
from unbrush.store.records_errors import INTEGRITY, told, unreachable
from unbrush.store.records_tables import migrate
from unbrush.store.sqlite_writers import BUSY_S, prepare_sqlite

YIELDS_MS = 300
"""How long a part of long work waits for a lock of PostgreSQL; deadlocks are sought after 1 s."""

INSERTED_AT_ONCE = 500
"""Rows of one INSERT: PostgreSQL binds 65,535 values at most."""


COPIED_FROM = 100
"""Rows from which PostgreSQL is sent them as text: its driver binds values slowly."""

_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _as_text(value: Any) -> str:
    """Return a value as COPY reads it."""
    match value:
        case None:
            return r"\N"
        case bytes():
            return r"\\x" + value.hex()
        case str():
            return value.translate(_ESCAPED)
    return str(value)


class SqlTransaction:
    """A `Transaction` on a connection of SQLAlchemy."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, sql: str, /, **values: Any) -> list[Row]:
        """Return every row."""
        return [dict(row) for row in self._execute(sql, values).mappings()]

    def one(self, sql: str, /, **values: Any) -> Row | None:
        """Return the first row, or None."""
        row = self._execute(sql, values).mappings().first()
        return None if row is None else dict(row)

    def run(self, sql: str, /, **values: Any) -> int:
        """Run a statement; return how many rows it touched."""
        return int(self._execute(sql, values).rowcount)

    def many(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> None:
        """Run a statement once for each row."""
        if rows:
            with told():
                self._connection.execute(text(sql), [dict(row) for row in rows])

    def columns_of(self, table: str, /) -> frozenset[str]:
        """Return the columns that a table really has; none if there is no such table."""
        try:
            found = inspect(self._connection).get_columns(table)
        except NoSuchTableError:
            return frozenset()
        return frozenset(str(column["name"]) for column in found)

    def insert(
        self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], where_there: str, /
    ) -> int:
        """Insert rows; return how many were touched.

        By the driver's own means: naming and typing each value apart takes longer than the
        database does.
        """
        into = f"INSERT INTO {table} ({', '.join(columns)}) VALUES"
        run = self._connection.exec_driver_sql
        with told():
            if self._connection.dialect.name == "sqlite":
                places = ", ".join("?" * len(columns))
                return run(
                    f"{into} ({places}) {where_there}", [tuple(row) for row in rows]
                ).rowcount
            if not where_there and len(rows) >= COPIED_FROM:
                return self._copy(table, columns, rows)
            n = 0
            for start in range(0, len(rows), INSERTED_AT_ONCE):
                part = rows[start : start + INSERTED_AT_ONCE]
                places = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(part))
                values = tuple(value for row in part for value in row)
                n += run(f"{into} {places} {where_there}", values).rowcount
            return n

    def _copy(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
        """Send rows to PostgreSQL as text, all of them or none."""
        lines = ("\t".join(map(_as_text, row)) for row in rows)
        cursor = self._connection.connection.cursor()
        try:
            cursor.execute(  # type: ignore[call-arg]  # pg8000's own
                f"COPY {table} ({', '.join(columns)}) FROM STDIN",
                stream=io.BytesIO(("\n".join(lines) + "\n").encode()),
            )
        except self._connection.dialect.loaded_dbapi.DatabaseError as error:
            told = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
            if str(told.get("C", "")).startswith(INTEGRITY):
                raise Conflict(
                    f"The record breaks a rule of its table: {told.get('M')}."
                ) from error
            raise
        finally:
            cursor.close()
        return len(rows)

    def _execute(self, sql: str, values: Mapping[str, Any]) -> Any:
        statement = text(sql)
        lists = {key: value for key, value in values.items() if isinstance(value, list | tuple)}
        if lists:
            # PostgreSQL takes an empty list of no type for numbers; ours are of ids.
            statement = statement.bindparams(
                *(
                    bindparam(key, expanding=True, type_=None if value else Text())
                    for key, value in lists.items()
                )
            )
        with told():
            return self._connection.execute(statement, dict(values))


class SqlRecords:
    """Records at a URL of SQLAlchemy; tables are made, or brought up to date, on opening.

    Args:
        url: Such as ``sqlite:///desk/records.sqlite`` or
            ``postgresql://user:password@host/database``.

    Raises:
        BadParameter: The URL is none that can be read.
        RecordsUnreachable: Nothing answers there, or not to this user, or a newer version of
            unbrush wrote them.
        RecordsDamaged: What names the version of the tables is gone.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine_of(url)
        self._turns = prepare_sqlite(self._engine) if self.dialect == "sqlite" else None
        try:
            with self._engine.begin() as connection:
                migrate(connection)
        except (DBAPIError, Refused) as error:
            self._engine.dispose()
            if isinstance(error, Refused):
                raise
            raise unreachable(self._engine, error) from None

    @contextmanager
    def writing(self) -> Iterator[SqlTransaction]:
        """Open a transaction that may write."""
        with self._opened(is_writing=True) as connection:
            yield SqlTransaction(connection)

    @contextmanager
    def giving_way(self) -> Iterator[SqlTransaction]:
        """Open a transaction that may write, for a short part of long work: others go first."""
        if self._turns:
            self._turns.let_pass()
        with self._opened(is_writing=True) as connection:
            if self.dialect == "postgresql":
                # Not waited for at the end either: the next commit that is takes it to the disk.
                connection.exec_driver_sql(
                    f"""SELECT set_config('lock_timeout', '{YIELDS_MS}', true),
                               set_config('synchronous_commit', 'off', true)"""
                )
            yield SqlTransaction(connection)

    @contextmanager
    def reading(self) -> Iterator[SqlTransaction]:
        """Open a transaction that only reads, all of it from one moment."""
        with self._opened(is_writing=False) as connection:
            yield SqlTransaction(connection)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    @contextmanager
    def _opened(self, *, is_writing: bool) -> Iterator[Connection]:
        options: dict[str, Any] = {"unbrush_writes": is_writing}
        if not is_writing and self.dialect == "postgresql":
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        try:
            connection = self._engine.connect().execution_options(**options)
        except DBAPIError as error:
            raise unreachable(self._engine, error) from None
        with connection, connection.begin():
            yield connection


def _engine_of(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+pg8000")
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise ArgumentError(parsed.drivername)
        if parsed.get_backend_name() == "sqlite":
            engine = create_engine(parsed, connect_args={"timeout": BUSY_S})
        else:
            engine = create_engine(parsed, pool_size=10, max_overflow=10, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise BadParameter(
            "The URL of the records cannot be read.",
            hint="Use sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE.",
        ) from None
    return engine

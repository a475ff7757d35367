"""SQLite's one writer: who waits to be it, and what makes SQLite safe."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from typing import Any

from sqlalchemy import Connection, Engine, event

from unbrush.base.errors import Busy

BUSY_S = 30
"""How long a writer waits for another one."""

LOOK_S = 0.002
"""How often a writer that waits looks whether SQLite is free."""

LET_PASS_S = 0.5
"""How long long work lets others begin before each of its parts, if any wait."""

PRAGMAS = (
    "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON",
    # Long work in parts would otherwise write the same pages at the end of each.
    "wal_autocheckpoint = 4000",
)  # fmt: skip

BUSY = "Others are writing to the same records."


class Turns:
    """Who waits to write to a file of SQLite, told to other programs, too, by a lock beside it.

    SQLite has no queue: long work that writes again and again would nearly always be faster than
    who looks only now and then.

    Args:
        path: The database; empty for one that only this program has.
    """

    def __init__(self, path: str) -> None:
        self._path = f"{path}-turn" if path and path != ":memory:" else ""

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Be seen to wait, until the block ends."""
        if not self._path:
            yield
            return
        with open(self._path, "ab") as file:
            flock(file, LOCK_SH)
            yield

    def let_pass(self) -> None:
        """Wait while others wait, for `LET_PASS_S` at most."""
        if not self._path:
            return
        until = time.monotonic() + LET_PASS_S
        with open(self._path, "ab") as file:
            while time.monotonic() < until:
                try:
                    flock(file, LOCK_EX | LOCK_NB)
                    return
                except BlockingIOError:
                    time.sleep(LOOK_S)


def prepare_sqlite(engine: Engine) -> Turns:
    """Turn on what makes SQLite safe: a log of writes, foreign keys, and one writer from the start.

    A transaction that reads first and writes later would fail if another wrote in between.

    Returns:
        Who waits to be that writer.
    """
    turns = Turns(engine.url.database or "")

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        if connection.get_execution_options().get("unbrush_writes", True):
            with turns.waiting():
                _begin_writing(connection)
        else:
            connection.exec_driver_sql("BEGIN")

    return turns


def _begin_writing(connection: Connection) -> None:
    """Begin as SQLite's one writer, when it is free.

    SQLite's own wait looks less and less often, up to each tenth of a second.

    Raises:
        Busy: It was not free for `BUSY_S`.
    """
    raw = connection.connection.dbapi_connection
    assert raw is not None
    until = time.monotonic() + BUSY_S
    raw.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                if time.monotonic() > until:
                    raise Busy(BUSY, hint="Nothing was changed: try again.") from None
            time.sleep(LOOK_S)
    finally:
        raw.execute(f"PRAGMA busy_timeout = {BUSY_S * 1_000}")

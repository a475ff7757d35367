"""SQLite's one writer: who waits to be it, and what makes SQLite safe."""

import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, Engine, event

from unbrush.base.errors import Busy

BUSY_S = 30
"""How long a writer waits for another one."""

LOOK_S = 0.002
"""How often a writer that waits looks whether SQLite is free."""

GAP_S = 0.01
"""How long long work lets others begin, before each of its parts."""

PRAGMAS = (
    "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON",
    # Long work in parts would otherwise write the same pages at the end of each.
    "wal_autocheckpoint = 4000",
)  # fmt: skip

BUSY = "Others are writing to the same records."


def prepare_sqlite(engine: Engine) -> None:
    """Turn on what makes SQLite safe: a log of writes, foreign keys, and one writer from the start.

    A transaction that reads first and writes later would fail if another wrote in between.
    """

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
            _begin_writing(connection)
        else:
            connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: Connection) -> None:
    """Begin as SQLite's one writer, when it is free.

    SQLite's own wait looks less and less often: it misses the moments that long work leaves.

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

"""What a database of records says is wrong, in our words."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from unbrush.base.errors import Busy, Conflict, RecordsDamaged, RecordsUnreachable
from unbrush.store.sqlite_writers import BUSY

INTEGRITY = "23"  # class of SQLSTATE: a rule of a table is broken
_HELD = ("55P03", "40P01")  # SQLSTATE: waited too long for a lock, would wait for ever
_NO_TABLE = "42P01"
_GONE = re.compile(r'no such table: (?:main\.)?(\S+)|relation "([^"]+)" does not exist')
_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

RESTORE = "Bring the records back from where they are backed up."


@contextmanager
def told() -> Iterator[None]:
    """Say in our words what was broken or is gone: a rule of a table, a turn to write, a table.

    pg8000 calls a key alone an IntegrityError; PostgreSQL's codes of class 23 are all of them.
    """
    try:
        yield
    except DBAPIError as error:
        code = _code_of(error)
        if code in _HELD:
            raise Busy(BUSY, hint="Nothing was changed: try again.") from error
        if isinstance(error, IntegrityError) or code.startswith(INTEGRITY):
            raise Conflict(f"The record breaks a rule of its table: {error.orig}.") from error
        gone = _GONE.search(str(error.orig)) if _may_be_gone(error, code) else None
        if gone:
            raise RecordsDamaged(
                f"The records have no table {gone[1] or gone[2]}: it was taken away.", hint=RESTORE
            ) from error
        if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _BROKEN:
            raise RecordsDamaged(
                f"The file of the records is broken: {error.orig}.", hint=RESTORE
            ) from error
        raise


def unreachable(engine: Engine, error: DBAPIError) -> RecordsUnreachable:
    """Say where, without the password."""
    where = engine.url.render_as_string(hide_password=True)
    why = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else "no answer"
    return RecordsUnreachable(
        f"The records at {where} cannot be opened: {why}.",
        hint="Is it running, and may this user connect? For SQLite: does the folder exist?",
    )


def _may_be_gone(error: DBAPIError, code: str) -> bool:
    return code == _NO_TABLE or isinstance(error.orig, sqlite3.OperationalError)


def _code_of(error: DBAPIError) -> str:
    """Return the SQLSTATE that PostgreSQL gave; empty if it is not from there."""
    said = error.orig.args[0] if error.orig is not None and error.orig.args else None
    return str(said.get("C", "")) if isinstance(said, dict) else ""

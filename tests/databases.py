"""Real databases for tests: SQLite in a folder, PostgreSQL where one answers.

A PostgreSQL is looked for at UNBRUSH_TEST_POSTGRES, or on this machine as user postgres. Every
test gets a database of its own, which is dropped afterwards.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

SERVER = os.environ.get("UNBRUSH_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


@contextmanager
def postgres_url(*, template: str = "") -> Iterator[str]:
    """Give the URL of a new database; skip, saying why, where no server answers.

    Args:
        template: URL of a database that it is a copy of; empty if left out.
    """
    sqlalchemy = pytest.importorskip("sqlalchemy")
    url = sqlalchemy.make_url(SERVER).set(drivername="postgresql+pg8000")
    server = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
    name = f"unbrush_test_{secrets.token_hex(6)}"
    source = f" TEMPLATE {sqlalchemy.make_url(template).database}" if template else ""
    try:
        with server.connect() as connection:
            connection.execute(sqlalchemy.text(f"CREATE DATABASE {name}{source}"))
    except sqlalchemy.exc.DBAPIError:
        pytest.skip("no PostgreSQL answers at UNBRUSH_TEST_POSTGRES")
    try:
        yield url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(sqlalchemy.text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()

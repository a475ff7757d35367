"""Records on both databases, for every test of the desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import postgres_url

pytest.importorskip("sqlalchemy", reason='the desk is an extra: pip install "unbrush[desk]"')

from unbrush.store.records import SqlRecords


@pytest.fixture(scope="session")
def migrated() -> Iterator[str]:
    """A PostgreSQL database with its tables, which tests copy: faster than making them again."""
    with postgres_url() as url:
        SqlRecords(url).close()
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def records_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'records.sqlite'}"
    else:
        template = request.getfixturevalue("migrated")
        with postgres_url(template=template) as url:
            yield url


@pytest.fixture
def records(records_url: str) -> Iterator[SqlRecords]:
    records = SqlRecords(records_url)
    yield records
    records.close()

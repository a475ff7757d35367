"""A desk into which a run with money was imported, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.respond.desk.office import NOW, office
from tests.respond.desk.settlement.receiver import Receiver, receiving, run_with_money
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.callers import Caller
from unbrush.respond.desk.importing import import_run
from unbrush.store.duckdb_engine import DuckDBEngine
from unbrush.store.records import SqlRecords


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return run_with_money(tmp_path / "run")


@pytest.fixture
def people(records: SqlRecords, engine: DuckDBEngine, folder: RunFolder) -> dict[str, Caller]:
    """The office, with the case C-1 of shops 1 and 2."""
    with records.writing() as tx:
        people = office(tx)
    import_run(records, engine, folder, NOW, by="system")
    return people


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver

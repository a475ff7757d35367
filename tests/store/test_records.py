"""Records on both databases: what is promised of a transaction."""

from pathlib import Path
from threading import Thread

import pytest

from unbrush.base.errors import BadParameter, Conflict, RecordsUnreachable
from unbrush.base.records import add, add_many, next_number

pytest.importorskip("sqlalchemy")

from tests.respond.desk.conftest import migrated, records, records_url
from unbrush.store.records import SqlRecords

__all__ = ["migrated", "records", "records_url"]


def test_what_raises_is_undone(records: SqlRecords) -> None:
    def added_and_undone() -> None:
        with records.writing() as transaction:
            add(transaction, "counters", name="a", value=1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        added_and_undone()
    with records.reading() as transaction:
        assert transaction.all("SELECT * FROM counters") == []


def test_a_key_that_is_there_is_a_conflict(records: SqlRecords) -> None:
    with records.writing() as transaction:
        add(transaction, "counters", name="a", value=1)
    with pytest.raises(Conflict), records.writing() as transaction:
        add(transaction, "counters", name="a", value=2)


def test_lists_bind(records: SqlRecords) -> None:
    with records.writing() as transaction:
        transaction.many(
            "INSERT INTO counters (name, value) VALUES (:name, :value)",
            [{"name": name, "value": 1} for name in "abc"],
        )
        found = transaction.all(
            "SELECT name FROM counters WHERE name IN :names ORDER BY name", names=["a", "c"]
        )
        none = transaction.all("SELECT name FROM counters WHERE name IN :names", names=[])
        rest = transaction.all("SELECT name FROM counters WHERE name NOT IN :names", names=())
    assert [row["name"] for row in found] == ["a", "c"]
    assert none == []
    assert len(rest) == 3


def test_numbers_are_given_once_to_writers_side_by_side(records: SqlRecords) -> None:
    given: list[int] = []

    def take() -> None:
        for _ in range(20):
            with records.writing() as transaction:
                given.append(next_number(transaction, "case"))

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == list(range(1, 81))


def test_a_reader_sees_one_moment(records: SqlRecords) -> None:
    with records.writing() as transaction:
        next_number(transaction, "a")
    with records.reading() as reader:
        before = reader.one("SELECT value FROM counters")
        with records.writing() as transaction:
            next_number(transaction, "a")
        assert reader.one("SELECT value FROM counters") == before


def test_opening_again_keeps_what_is_there(records: SqlRecords, records_url: str) -> None:
    with records.writing() as transaction:
        next_number(transaction, "a")
    again = SqlRecords(records_url)
    with again.reading() as transaction:
        assert transaction.one("SELECT value FROM counters") == {"value": 1}
    again.close()


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO case_subjects VALUES ('C-404', 'shop', 's1')",  # links to nothing
        "INSERT INTO counters (name) VALUES ('a')",  # lacks what must be there
    ],
)
def test_every_rule_of_a_table_is_told_alike(records: SqlRecords, sql: str) -> None:
    with pytest.raises(Conflict, match="breaks a rule"), records.writing() as transaction:
        transaction.run(sql)


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/db", "oracle+none://x", ""])
def test_a_url_of_something_else_is_refused(url: str) -> None:
    with pytest.raises(BadParameter) as caught:
        SqlRecords(url)
    assert "sqlite:///" in caught.value.hint


def test_nobody_there_is_said_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(RecordsUnreachable) as caught:
        SqlRecords("postgresql://me:secret@127.0.0.1:1/none")
    assert "secret" not in caught.value.message
    with pytest.raises(RecordsUnreachable):
        SqlRecords(f"sqlite:///{tmp_path / 'missing' / 'records.sqlite'}")


NOW = 1_790_000_000_000
AWKWARD = [
    "", "\\N", "a\tb", "a\nb\r\n", "\\", "“好评”\\t", "'; DROP TABLE cases; --",
    "\\x41", "\N{PILE OF POO}",
]  # fmt: skip
COLUMNS = (
    "case_id", "kind", "title", "state", "outcome", "harm_minor", "queue_key", "rung",
    "opened_at", "changed_at", "due_at", "closed_at", "version",
)  # fmt: skip


def test_many_rows_come_out_as_they_went_in(records: SqlRecords) -> None:
    """From a thousand rows on PostgreSQL is sent them as text."""
    rows = [
        (f"X-{i}", "merchant", AWKWARD[i % len(AWKWARD)], "new", None if i % 2 else "",
         10**15 + i, -1.5e-7 * i, "L2", i, NOW, NOW, None, 1)
        for i in range(1_500)
    ]  # fmt: skip
    with records.writing() as transaction:
        assert add_many(transaction, "cases", COLUMNS, rows) == 1_500
        found = transaction.all(f"SELECT {', '.join(COLUMNS)} FROM cases ORDER BY opened_at")
        assert [tuple(row.values()) for row in found] == rows
    others = [(f"Y-{i}", *row[1:]) for i, row in enumerate(rows)]
    with pytest.raises(Conflict), records.writing() as transaction:
        add_many(transaction, "cases", COLUMNS, [*others, rows[0]])
    with records.reading() as transaction:
        assert len(transaction.all("SELECT case_id FROM cases")) == 1_500, "all of them or none"

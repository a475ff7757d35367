"""A desk that was made by an earlier version, on both databases: opened, it has every table."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, make_url, text

from unbrush.store.records import SqlRecords

EARLIER = ("attachments", "settlement", "reports")
"""Lines of the tables that the earlier version had: others came since, and these went on."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "unbrush:store/migrations")
    return config


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+pg8000")
    engine = create_engine(parsed)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def _tables(url: str) -> set[str]:
    with _connected(url) as connection:
        return set(inspect(connection).get_table_names())


def _made_earlier(url: str) -> None:
    """Make the tables of the earlier version, with a case and what is attached to it."""
    config = _config()
    with _connected(url) as connection:
        config.attributes["connection"] = connection
        for line in EARLIER:
            command.upgrade(config, line)
        connection.execute(
            text(
                """INSERT INTO cases (case_id, kind, title, state, harm_minor, queue_key, rung,
                       opened_at, changed_at, due_at, version)
                   VALUES ('C-1', 'merchant', 'x', 'new', 1, 1, 'L2', 1, 1, 1, 1)"""
            )
        )
        connection.execute(
            text(
                """INSERT INTO attachments (attachment_id, case_id, kind, name, sha256, n_bytes,
                       copy_sha256, media_type, is_sealed, added_by, added_at)
                   VALUES ('F-1', 'C-1', 'text', 'x', 'a', 1, 'a', 'text/plain', 0, 'P-1', 1)"""
            )
        )


def test_an_earlier_desk_gets_what_is_new_and_keeps_what_it_has(records_url: str) -> None:
    if records_url.startswith("postgresql"):  # a copy of the newest tables: begin without any
        with _connected(records_url) as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    _made_earlier(records_url)
    before = _tables(records_url)
    assert not {"overrides", "victim_notices", "legal_holds"} & before
    SqlRecords(records_url).close()
    records = SqlRecords(records_url)  # and once more, which changes nothing
    with records.reading() as tx:
        assert tx.all("SELECT attachment_id, erased_at FROM attachments") == [
            {"attachment_id": "F-1", "erased_at": None}
        ]
        heads = {row["version_num"] for row in tx.all("SELECT version_num FROM alembic_version")}
    records.close()
    assert heads == set(ScriptDirectory.from_config(_config()).get_heads())
    assert _tables(records_url) > before

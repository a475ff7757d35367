"""The tables of the records: made, or brought up to date, by Alembic."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, inspect, text

from unbrush.base.errors import RecordsDamaged, RecordsUnreachable
from unbrush.store.records_errors import RESTORE

VERSIONS = "alembic_version"
FIRST = frozenset({"audit_log", "counters", "people", "runs"})
"""Some of the tables that the first revision makes."""


def migrate(connection: Connection) -> None:
    """Bring the tables to the newest revision; several programs that start at once take turns.

    Raises:
        RecordsDamaged: There are tables of ours, and nothing that says of which version.
        RecordsUnreachable: They are of a newer version than this one.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(5170)"))
    is_new = not MigrationContext.configure(connection).get_current_heads()
    if is_new and FIRST & set(inspect(connection).get_table_names()):
        raise RecordsDamaged(
            f"The records have no table {VERSIONS}, or nothing in it: it was taken away, and "
            "nothing else says of which version they are.",
            hint=RESTORE,
        )
    config = Config()
    config.set_main_option("script_location", "unbrush:store/migrations")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "heads")
    except CommandError as error:
        raise RecordsUnreachable(
            f"The records cannot be brought up to date: {error}.",
            hint="A newer version of unbrush wrote them: use that one.",
        ) from error

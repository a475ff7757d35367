"""Fresh: whose rows are new since an earlier run, so that only they need to be looked at.

Mostly the new rows are simply those after the earlier run's last; a checksum of all before says so
without looking at any of them. Where it does not agree (a row came late, was corrected, was
withdrawn), rows are compared one by one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from unbrush.base.engine import Engine, name
from unbrush.base.errors import DoesNotFollow
from unbrush.base.manifest import Manifest
from unbrush.group.deeds import LIKES

_LIKES = ", ".join(f"'{kind}'" for kind in LIKES)

MOST_GONE = 0.5
"""Share of an earlier run's rows that may be missing now before it is another market's."""


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What of a table rings are made of.

    Attributes:
        time: Column by which new rows come last.
        columns: What makes a row another one.
        channel: Whose deeds they are; empty where they only say what an account holds.
        only: Rows that matter, as SQL.
    """

    time: str
    columns: tuple[str, ...]
    channel: str = ""
    only: str = "true"


TABLES = {
    "orders": Watched(
        time="placed_at",
        columns=(
            "order_id",
            "shop_id",
            "placed_at",
            "device_token",
            "payer_token",
            "address_token",
            "live_session_id",
            "group_id",
        ),
        channel="bought",
    ),
    "reviews": Watched(
        time="posted_at",
        columns=("review_id", "item_id", "posted_at"),
        channel="reviewed",
    ),
    "interactions": Watched(
        time="at",
        columns=("shop_id", "at"),
        channel="liked",
        only=f"kind IN ({_LIKES}) AND shop_id IS NOT NULL",
    ),
    "account_links": Watched(time="first_seen_at", columns=("kind", "token", "address_type")),
    "accounts": Watched(time="registered_at", columns=("phone_token", "identity_token")),
}


def find_fresh(engine: Engine, manifest: Manifest) -> None:
    """Leave `_fresh` (channel, account) in ``engine``: accounts with new rows, or rows gone.

    Args:
        engine: Holds the event tables, those of the earlier run as ``was_…``, and `_accounts`.
        manifest: What the market has.

    Raises:
        DoesNotFollow: Most of what the earlier run had is not there.
    """
    parts = [_changed(engine, table) for table in TABLES if table in manifest.tables]
    engine.create(
        "_fresh",
        f"""SELECT DISTINCT channel, account FROM ({" UNION ALL ".join(parts)})
            JOIN _accounts USING (account_id)""",
    )
    for table in TABLES:
        engine.drop(f"_changed_{table}")


def _changed(engine: Engine, table: str) -> str:
    """Leave the accounts that changed in a table, and return the SQL to read them with."""
    watched = TABLES[table]
    channel = f"'{watched.channel}' AS channel"
    last = engine.value(f'SELECT max("{watched.time}") FROM was_{table} WHERE {watched.only}')
    is_early = f'coalesce("{watched.time}", 0) <= {last}'
    if _checksum(engine, table, watched, is_early) == _checksum(
        engine, f"was_{table}", watched, is_early
    ):
        return f"""SELECT {channel}, account_id FROM {table}
                   WHERE {watched.only} AND NOT {is_early}"""
    engine.create("_rows", _rows_sql(table, watched))
    engine.create("_was_rows", _rows_sql(f"was_{table}", watched))
    n_before = engine.value("SELECT count(*) FROM _was_rows")
    n_gone = engine.value("SELECT count(*) FROM _was_rows ANTI JOIN _rows USING (row)")
    if n_gone > MOST_GONE * n_before:
        raise DoesNotFollow(
            f"{n_gone:,} of {n_before:,} rows that --since has of {table} are not in today's: it is"
            " another market, or was collected with another key.",
            hint="Name an earlier day of the same market, or leave --since out.",
        )
    engine.create(
        f"_changed_{table}",
        """SELECT account_id FROM _rows ANTI JOIN _was_rows USING (row)
           UNION SELECT account_id FROM _was_rows ANTI JOIN _rows USING (row)""",
    )
    engine.drop("_rows")
    engine.drop("_was_rows")
    return f"SELECT {channel}, account_id FROM _changed_{table}"


def _rows_sql(table: str, watched: Watched) -> str:
    row = _hash(("account_id", *watched.columns))
    return f"SELECT account_id, {row} AS row FROM {table} WHERE {watched.only}"


def _hash(columns: Iterable[str]) -> str:
    return f"hash({', '.join(name(column) for column in columns)})"


def _checksum(engine: Engine, table: str, watched: Watched, is_early: str) -> dict[str, int]:
    """Rows, a sum of their ids and times, and how many tokens they have: no token is read."""
    tokens = [column for column in watched.columns if column.endswith("token")]
    ids = [column for column in ("account_id", *watched.columns) if column not in tokens]
    counts = "".join(f", count({column}) AS {column}" for column in tokens)
    found = engine.query(
        f"""SELECT count(*) AS n, coalesce(bit_xor({_hash(ids)}), 0) AS sum{counts} FROM {table}
            WHERE {watched.only} AND {is_early}"""
    ).to_pylist()
    return dict(found[0])

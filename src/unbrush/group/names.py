"""Names: rings and organisers keep the name that an earlier run gave them.

A name comes from the earliest member, and so survives growth; but growth can bring an even earlier
one. Whoever holds half of a name's accounts of before, or more, goes on under it.
"""

import pyarrow as pa

from unbrush.base.engine import Engine


def keep_names(engine: Engine, table: str, was: str, now: str) -> None:
    """Give the units in ``table`` (unit, name) the names of before where their accounts are.

    Each name goes to one unit and each unit takes one, those that share most accounts first, then
    by name. A unit whose own name went to another is numbered after it.

    Args:
        engine: Holds ``table``, which is replaced.
        table: Its name.
        was: SELECT of name and account, before.
        now: SELECT of unit and account.
    """
    shared = engine.query(
        f"""WITH was AS ({was}), now AS ({now}),
            sizes AS (SELECT name, count(*) AS n FROM was GROUP BY name)
            SELECT was.name AS before, unit FROM was JOIN now USING (account)
            JOIN sizes ON sizes.name = was.name JOIN {table} own USING (unit)
            GROUP BY was.name, unit, sizes.n, own.name HAVING 2 * count(*) >= sizes.n
            ORDER BY count(*) DESC, was.name, own.name"""
    ).to_pylist()
    named: dict[object, str] = {}
    taken: set[str] = set()
    for row in shared:
        if row["unit"] not in named and row["before"] not in taken:
            named[row["unit"]] = row["before"]
            taken.add(row["before"])
    rows = engine.query(f"SELECT unit, name FROM {table} ORDER BY name")
    names = []
    for unit, own in zip(rows["unit"].to_pylist(), rows["name"].to_pylist(), strict=True):
        name, number = named.get(unit, own), 2
        while unit not in named and name in taken:
            name, number = f"{own}-{number}", number + 1
        taken.add(name)
        names.append(name)
    engine.put(table, pa.table({"unit": rows["unit"], "name": pa.array(names, pa.string())}))


def keep_ring_names(engine: Engine) -> None:
    """Keep names in `_ring_names` (group, ring_id)."""
    engine.create("_named", 'SELECT "group" AS unit, ring_id AS name FROM _ring_names')
    keep_names(
        engine,
        "_named",
        """SELECT ring_id AS name, CAST(subject_id AS VARCHAR) AS account FROM was_ring_members
           WHERE subject_kind = 'account'""",
        """SELECT "group" AS unit, CAST(account_id AS VARCHAR) AS account FROM _members
           JOIN _accounts ON _accounts.account = node""",
    )
    engine.create("_ring_names", 'SELECT unit AS "group", name AS ring_id FROM _named')
    engine.drop("_named")


def keep_cluster_names(engine: Engine) -> None:
    """Keep names in `_cluster` (ring, ring_id, cluster_id)."""
    engine.create("_named", "SELECT DISTINCT cluster_id AS unit, cluster_id AS name FROM _cluster")
    keep_names(
        engine,
        "_named",
        """SELECT DISTINCT cluster_id AS name, CAST(subject_id AS VARCHAR) AS account
           FROM was_ring_members JOIN was_rings USING (ring_id) WHERE subject_kind = 'account'""",
        """SELECT DISTINCT cluster_id AS unit, CAST(account AS VARCHAR) AS account
           FROM _crew JOIN _cluster USING (ring)""",
    )
    engine.create(
        "_cluster",
        """SELECT ring, ring_id, name AS cluster_id FROM _cluster
           JOIN _named ON unit = cluster_id""",
    )
    engine.drop("_named")

"""Signals and events → rings: subjects that act together beyond what chance explains.

What comes in: the event tables and `signals`. What goes out: `rings` and `ring_members`. The path
is link (ties between accounts, in SQL), connect (groups of tied accounts, in numba) and describe
(shops, roles, dates, sentences, in SQL).

Beside the path stand two kernels that are measured (docs/benchmarks.md) and not joined to it yet:
peel, with columns, prune and grow, finds dense blocks of accounts and targets in time; burst ranks
edges of a stream. Neither decides anything until its blocks are tested against chance.
"""

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.base.progress import Progress, silent
from unbrush.group.connect import cores
from unbrush.group.describe import describe
from unbrush.group.link import link
from unbrush.group.params import Params

__all__ = ["Params", "group"]


def group(
    engine: Engine,
    manifest: Manifest,
    *,
    params: Params | None = None,
    progress: Progress = silent,
) -> None:
    """Find rings in the market in ``engine`` and leave tables `rings` and `ring_members` there.

    Args:
        engine: Holds the event tables and `signals`.
        manifest: What the market has.
        params: When ties and rings count.
        progress: Told which step runs.
    """
    params = params or Params()
    progress("link", 0.0)
    link(engine, manifest, params)
    progress("connect", 0.6)
    ties = engine.query("SELECT DISTINCT a, b FROM ties ORDER BY a, b")
    members = cores(
        ties["a"].to_numpy(), ties["b"].to_numpy(), params.min_ties, params.min_accounts
    )
    engine.put("_members", pa.table(members))
    engine.create("_members", _without_households_sql(params))
    progress("describe", 0.7)
    describe(engine, manifest, params)
    for name in ("ties", "_members", "_accounts", "_deeds"):
        engine.drop(name)
    progress("", 1.0)


def _without_households_sql(params: Params) -> str:
    """Members of groups that are no household: it shares phone, purse, door, hours and tastes.

    What no household shares is one person's identity, or somebody who pays for its orders.
    """
    return f"""
        WITH sizes AS (SELECT "group", count(*) AS n FROM _members GROUP BY "group"),
        hired AS (
            SELECT DISTINCT "group" FROM _members
            JOIN (SELECT unnest([a, b]) AS node FROM ties WHERE kind IN ('identity', 'money'))
                USING (node)),
        housed AS (
            SELECT DISTINCT "group" FROM _members
            JOIN (SELECT unnest([a, b]) AS node FROM ties WHERE kind <> 'lockstep') USING (node))
        SELECT * FROM _members
        WHERE "group" NOT IN (SELECT "group" FROM sizes WHERE n <= {params.max_household})
           OR "group" IN (SELECT "group" FROM hired)
           OR "group" NOT IN (SELECT "group" FROM housed)"""

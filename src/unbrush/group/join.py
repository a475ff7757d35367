"""Rings → organisers: rings are joined that share what honest life does not make them share.

Each kind of evidence (workers, tokens, money, senders, recruiters, calls, drafts) gives pairs of
rings that chance does not explain; what hangs together by them is one cluster. Shops are no reason:
a shop is a customer, and may go to two organisers; nor is its owner, for the same reason.
"""

import math

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.base.evidence import cluster_member_schema, cluster_schema
from unbrush.base.manifest import Manifest
from unbrush.group.clusters import describe_clusters
from unbrush.group.connect import cores
from unbrush.group.hands import add_hands
from unbrush.group.join_params import JoinParams
from unbrush.group.names import keep_cluster_names
from unbrush.group.roles import name_members
from unbrush.group.shared import add_shared
from unbrush.group.work import TABLES, lay_out

N_KINDS = 12
"""Kinds of evidence, each of which has its chance with every pair of rings."""

OWN_TABLES = (
    "_links",
    "_cluster",
    "_served",
    "_parcels",
    "_calls",
    "_paid",
    "_payers",
    "_purses",
    "_funded",
    "_done",
)


def join(
    engine: Engine,
    manifest: Manifest,
    params: JoinParams | None = None,
    *,
    is_update: bool = False,
) -> None:
    """Leave tables `clusters` and `cluster_members`, and name each ring's cluster in `rings`.

    Every ring is in one cluster; one that nothing joins is a cluster of its own. A cluster is named
    after its earliest ring, so that it keeps its name while it grows.

    Args:
        engine: Holds the event tables, `signals`, `rings` and `ring_members`.
        manifest: What the market has.
        params: When rings belong to one organiser.
        is_update: Keep the names that clusters have in `was_rings`.
    """
    params = params or JoinParams()
    n_rings = engine.value("SELECT count(*) FROM rings")
    if not n_rings:
        id_type = pa.int64() if manifest.subject_id_type == "BIGINT" else pa.string()
        engine.put("clusters", cluster_schema().empty_table())
        engine.put("cluster_members", cluster_member_schema(id_type).empty_table())
        engine.create("rings", _named_rings_sql(engine, "CAST(NULL AS VARCHAR)"))
        return
    lay_out(engine, manifest)
    engine.create("_links", "SELECT '' AS kind, ring AS a, ring AS b FROM _circle WHERE false")
    n_tests = N_KINDS * n_rings * n_rings
    enough = max(params.min_surprise, math.log(n_tests / params.max_chance))
    add_shared(engine, manifest, params, enough)
    add_hands(engine, manifest, params, enough)
    engine.create("_links", "SELECT DISTINCT kind, a, b FROM _links")
    _name_clusters(engine)
    if is_update:
        keep_cluster_names(engine)
    describe_clusters(engine, manifest)
    name_members(engine, manifest, params)
    engine.create(
        "rings", _named_rings_sql(engine, "g.cluster_id", "LEFT JOIN _cluster g USING (ring_id)")
    )
    for name in (*OWN_TABLES, *TABLES):
        engine.drop(name)


def _name_clusters(engine: Engine) -> None:
    """Leave `_cluster`: ring, ring_id, cluster_id."""
    pairs = engine.query("SELECT DISTINCT a, b FROM _links ORDER BY a, b")
    groups = cores(pairs["a"].to_numpy(), pairs["b"].to_numpy(), 1, 2)
    engine.put("_grouped", pa.table({"ring": groups["node"], "number": groups["group"]}))
    engine.create(
        "_cluster",
        """WITH firsts AS (  -- rings are numbered by their first day
               SELECT number, min(ring) AS first FROM _grouped GROUP BY number)
           SELECT c.ring, c.ring_id,
                  concat('gang-', regexp_replace(coalesce(f.ring_id, c.ring_id), '^ring-', ''))
                      AS cluster_id
           FROM _circle c LEFT JOIN _grouped ON _grouped.ring = c.ring
           LEFT JOIN firsts USING (number) LEFT JOIN _circle f ON f.ring = first""",
    )
    engine.drop("_grouped")


def _named_rings_sql(engine: Engine, cluster: str, source: str = "") -> str:
    """`rings` with its cluster, in the column that is there for it or in a new last one."""
    if "cluster_id" in engine.columns("rings"):
        pick = f"rings.* REPLACE ({cluster} AS cluster_id)"
    else:
        pick = f"rings.*, {cluster} AS cluster_id"
    return f"SELECT {pick} FROM rings {source} ORDER BY ring_id"

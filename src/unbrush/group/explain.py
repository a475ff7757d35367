"""How much each member adds to a ring, what is left without it, and what tastes could explain.

A member's weight is what the ring's surprise loses when it is taken out: for an account its
meetings with the ring's shops against its activity, for a shop its accounts against its crowd; for
an account that a token or a payer ties, what its company loses without it, if that is more.
"""

import math
from typing import Any

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.group.chance import ln_chance, robustness, surprise
from unbrush.group.params import Params

WEIGHTS = pa.schema([("ring_id", pa.string()), ("number", pa.int64()), ("weight", pa.float64())])

ROBUST = pa.schema([("ring_id", pa.string()), ("static", pa.float64())])


def weigh_members(engine: Engine, params: Params) -> None:
    """Leave `_weights` and `_robust` (ring_id, robustness) in ``engine``.

    `_weights`: ring_id, is_shop, number, weight, ln_q_without. A ring's robustness is that of its
    accounts with its shops over the whole span, whatever the hour, so that people whom one cause
    brought together for an evening have little; or that of what ties them otherwise, if it is more.

    Args:
        engine: Holds `_ring_accounts`, `_ring_shops`, `_ring_names`, `_tested` and `_deeds`.
        params: The taste that is allowed for.
    """
    engine.create("_pairs", _pairs_sql())
    whole = engine.query(_whole_sql()).to_pylist()[0]
    for side, other in (("account", "shop"), ("shop", "account")):
        members = engine.query(_side_sql(side)).to_pylist()
        across = engine.query(_sums_sql(side, other)).to_pylist()
        rings = {row["ring_id"]: row for row in across}
        rows = [
            {
                "ring_id": member["ring_id"],
                "number": member["number"],
                "weight": _weight(member, rings[member["ring_id"]], whole, side, params.taste),
            }
            for member in members
        ]
        engine.put(f"_{side}_weights", pa.Table.from_pylist(rows, schema=WEIGHTS))
        if side == "account":
            robust = [
                {"ring_id": ring_id, "static": _robustness(ring, whole, params)}
                for ring_id, ring in sorted(rings.items())
            ]
            engine.put("_static", pa.Table.from_pylist(robust, schema=ROBUST))
    engine.create(
        "_robust",
        """SELECT ring_id, greatest(robustness, coalesce("static", 1.0)) AS robustness
           FROM _tested JOIN _ring_names USING ("group") LEFT JOIN _static USING (ring_id)""",
    )
    engine.create("_weights", _weights_sql())
    for name in ("_pairs", "_static", "_account_weights", "_shop_weights"):
        engine.drop(name)


def _pairs_sql() -> str:
    return """
        SELECT DISTINCT ring_id, d.account, d.shop
        FROM _ring_accounts r JOIN _deeds d ON d.account = r.node
        JOIN _ring_names USING (ring_id)
        JOIN _ring_shops s ON s."group" = _ring_names."group" AND s.shop_id = d.shop_id"""


def _side_sql(side: str) -> str:
    """Each member with its meetings in the ring and in the whole market."""
    other = "shop" if side == "account" else "account"
    return f"""
        WITH inside AS (
            SELECT ring_id, {side} AS number, count(*) AS n FROM _pairs GROUP BY ring_id, {side}),
        anywhere AS (
            SELECT {side} AS number, count(DISTINCT {other}) AS n FROM _deeds
            WHERE {side} IN (SELECT {side} FROM _pairs) GROUP BY {side})
        SELECT ring_id, number, inside.n AS n_inside, anywhere.n AS n_anywhere
        FROM inside JOIN anywhere USING (number) ORDER BY ring_id, number"""


def _sums_sql(side: str, other: str) -> str:
    """Each ring: its meetings, its members on both sides, and their meetings anywhere."""
    return f"""
        WITH mine AS ({_side_sql(side)}), theirs AS ({_side_sql(other)}),
        a AS (SELECT ring_id, sum(n_inside) AS seen, count(*) AS n, sum(n_anywhere) AS anywhere
              FROM mine GROUP BY ring_id),
        b AS (SELECT ring_id, count(*) AS n, sum(n_anywhere) AS anywhere
              FROM theirs GROUP BY ring_id)
        SELECT ring_id, CAST(a.seen AS DOUBLE) AS seen, CAST(a.n AS DOUBLE) AS n,
               CAST(a.anywhere AS DOUBLE) AS anywhere, CAST(b.n AS DOUBLE) AS n_others,
               CAST(b.anywhere AS DOUBLE) AS others_anywhere
        FROM a JOIN b USING (ring_id)"""


def _whole_sql() -> str:
    """The whole market; who comes back to a shop has met it once, as everywhere else."""
    return """SELECT CAST(count(*) AS DOUBLE) AS deeds,
                     CAST(count(DISTINCT account) AS DOUBLE) AS account,
                     CAST(count(DISTINCT shop) AS DOUBLE) AS shop
              FROM (SELECT DISTINCT account, shop FROM _deeds)"""


def _weight(
    member: dict[str, Any], ring: dict[str, Any], whole: dict[str, Any], side: str, taste: float
) -> float:
    """Surprise that the ring loses without this member, in natural logarithms; not below 0."""
    other = "shop" if side == "account" else "account"

    def chance(seen: float, anywhere: float, n: float) -> float:
        return float(
            ln_chance(
                seen,
                anywhere,
                ring["others_anywhere"],
                n,
                ring["n_others"],
                whole["deeds"],
                whole[side],
                whole[other],
                taste,
            )
        )

    with_it = chance(ring["seen"], ring["anywhere"], ring["n"])
    without = chance(
        ring["seen"] - member["n_inside"],
        ring["anywhere"] - member["n_anywhere"],
        ring["n"] - 1,
    )
    return max(0.0, without - with_it)


def _robustness(ring: dict[str, Any], whole: dict[str, Any], params: Params) -> float:
    mean = ring["anywhere"] * ring["others_anywhere"] / whole["deeds"]
    if not mean:
        return 1.0
    chance = ln_chance(
        ring["seen"],
        ring["anywhere"],
        ring["others_anywhere"],
        ring["n"],
        ring["n_others"],
        whole["deeds"],
        whole["account"],
        whole["shop"],
        1.0,
    )
    allowed = math.log(params.max_q) if params.max_q > 0 else -math.inf
    if not surprise(ring["seen"], mean) or chance > allowed:
        return 1.0
    return robustness(chance, ring["seen"], mean, allowed)


def _weights_sql() -> str:
    return """
        WITH by_token AS (
            SELECT ring_id, node AS number, max(ln(n_seen / n_expected)) AS weight
            FROM _ring_accounts JOIN _companies ON account = node
            WHERE n_seen > n_expected GROUP BY ring_id, node),
        accounts AS (
            SELECT ring_id, false AS is_shop, number, max(weight) AS weight, 2 AS n
            FROM (SELECT * FROM _account_weights UNION ALL SELECT * FROM by_token
                  UNION ALL SELECT ring_id, node, 0.0 FROM _ring_accounts)
            GROUP BY ring_id, number),
        shops AS (
            SELECT ring_id, true AS is_shop, number, weight,
                   count(*) OVER (PARTITION BY ring_id) AS n FROM _shop_weights),
        members AS (SELECT * FROM accounts UNION ALL SELECT * FROM shops)
        SELECT ring_id, is_shop, number, weight,
               -- Without its only shop, nothing is left of a ring.
               CASE WHEN n = 1 THEN 0.0 ELSE least(0.0, ln_q + weight) END AS ln_q_without
        FROM members JOIN _ring_names USING (ring_id) JOIN _tested USING ("group")"""

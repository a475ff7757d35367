"""What is shown of each shop: counts of rows by element, family and strength, and nothing else.

Rows count for a shop only where something speaks of them beside their ring: what a ring's members
bought without a sign may be their own, and how many such rows there are grows as signs are taken
away (see `own_purchases`). Parcels are held against all of the shop's orders, not against those
that are suspected: so no finding that is left out makes a share larger. A ring that one kind of tie
alone holds together is no second family beside the detector of that tie (see `hearing`).
"""

import math

from unbrush.judge.policy import Policy

CHANCE = 1e-3
"""Largest chance that slips alone make so many parcels too light."""


def parties_sql(policy: Policy) -> str:
    """Return the SELECT of one row per shop with suspected rows, from `_atoms` and `_witnesses`.

    shop_id, n (rows left out), n_fake_orders, n_signed (of these, orders that a finding names),
    n_orders, probability, strength, ring_id, families, n_b, n_c, n_shipped; has_a, has_b, has_c,
    n_families, has_strong, has_e3, has_share: what `ladder` asks for.
    """
    rows = policy.min_rows
    return f"""
        WITH volume AS (SELECT shop_id, count(*) AS n_orders FROM _orders GROUP BY shop_id),
        heard AS (
            SELECT a.shop_id, w.family, w.strength, w.element, a.kind, a.id,
                   w.signal_id IS NULL AND w.footing IS NOT NULL AS is_one_tie
            FROM _atoms a JOIN _witnesses w ON w.kind = a.kind AND w.id = a.id
            WHERE a.is_neutralised
            QUALIFY count(w.signal_id) OVER (PARTITION BY a.kind, a.id) > 0),
        per_row AS (
            SELECT shop_id, kind, id,
                   bool_or(element = 'b') AS is_b, bool_or(element = 'c') AS is_c,
                   bool_or(element IN ('b', 'c') AND family <> 'logistics') AS is_organised,
                   bool_or(family = 'logistics' AND strength = 'E3') AS is_shipped,
                   bool_or(strength = 'E3') AS is_e3
            FROM heard GROUP BY shop_id, kind, id),
        by_element AS (
            SELECT shop_id, count(*) FILTER (WHERE is_b) AS n_b,
                   count(*) FILTER (WHERE is_c) AS n_c,
                   count(*) FILTER (WHERE is_b OR is_c) AS n_bc,
                   count(*) FILTER (WHERE is_shipped) AS n_shipped,
                   count(*) FILTER (WHERE is_shipped AND is_organised) AS n_shipped_for_hire,
                   count(*) FILTER (WHERE is_e3) AS n_e3,
                   count(*) FILTER (WHERE kind = 'order') AS n_signed
            FROM per_row GROUP BY shop_id),
        by_family AS (
            SELECT shop_id, family, count(DISTINCT id) AS n,
                   count(DISTINCT id) FILTER (WHERE strength >= 'E2') AS n_e2
            FROM heard WHERE NOT is_one_tie GROUP BY shop_id, family),
        agreeing AS (
            SELECT shop_id, count(*) FILTER (WHERE n >= {rows}) AS n_families,
                   count(*) FILTER (WHERE n_e2 >= {rows}) AS n_strong
            FROM by_family GROUP BY shop_id),
        named AS (
            SELECT shop_id, string_agg(DISTINCT family, ',' ORDER BY family) AS families
            FROM (SELECT shop_id, unnest(string_split(families, ',')) AS family FROM _atoms)
            GROUP BY shop_id),
        said AS (
            SELECT shop_id, count(*) FILTER (WHERE is_neutralised) AS n,
                   count(*) FILTER (WHERE is_neutralised AND kind = 'order') AS n_fake_orders,
                   max(probability) AS probability, max(strength) AS strength,
                   min(ring_id) FILTER (WHERE is_neutralised) AS ring_id
            FROM _atoms WHERE shop_id IS NOT NULL GROUP BY shop_id),
        counted AS (
            SELECT said.*, families, coalesce(n_orders, 0) AS n_orders,
                   coalesce(n_signed, 0) AS n_signed, coalesce(n_b, 0) AS n_b,
                   coalesce(n_c, 0) AS n_c, coalesce(n_bc, 0) AS n_bc, coalesce(n_e3, 0) AS n_e3,
                   coalesce(n_shipped, 0) AS n_shipped,
                   coalesce(n_shipped_for_hire, 0) AS n_shipped_for_hire,
                   coalesce(n_families, 0) AS n_families, coalesce(n_strong, 0) AS n_strong
            FROM said LEFT JOIN by_element USING (shop_id) LEFT JOIN agreeing USING (shop_id)
            LEFT JOIN volume USING (shop_id) LEFT JOIN named USING (shop_id))
        SELECT *, n >= {rows} AS has_a, n_bc >= {rows} AS has_b,
               coalesce({_sent_empty_sql(policy)}, false) AS is_sent_empty,
               n_c >= {rows} OR is_sent_empty AS has_c,
               n_strong >= {policy.min_strong_families} OR n_e3 >= {rows} AS has_strong,
               n_e3 >= {rows} AS has_e3,
               n_signed >= {policy.limit_share} * n_orders AS has_share
        FROM counted"""


def _sent_empty_sql(policy: Policy) -> str:
    """Parcels that cannot hold the goods, for orders that were paid for: beyond what slips explain.

    Scales and clerks slip once in many parcels; the tail of the Poisson law is bounded by
    exp(n - λ + n ln(λ / n)) (Chernoff).
    """
    n, slips = "n_shipped_for_hire", f"({policy.max_slips} * n_orders)"
    return (
        f"{n} >= {policy.min_rows} AND {n} > {slips} AND {n} - {slips} + {n} * ln({slips} / {n})"
        f" <= {math.log(CHANCE)}"
    )

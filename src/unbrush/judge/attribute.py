"""Accounts and shops: who took part, and how far up the ladder the evidence reaches.

For a shop, the elements are established by rows, never by a score: (a) orders that do not count,
(b) rows that show pay or organisation, (c) rows that tie the act to the shop itself, which is money
from its own purse, or impossible parcels that it shipped for most of the orders in question.
Without (b) and (c) the rung stays at L1, whoever gained.

Staff are observed and nothing else: what is said of somebody who works here goes to people outside
their line, and no run takes a step against them.
"""

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.base.evidence import decision_schema
from unbrush.base.manifest import Manifest
from unbrush.judge.policy import Policy

APPROVERS = {
    "L0": "system",
    "L1": "system",
    "L2": "reviewer",
    "L3": "reviewer",
    "L4": "two persons",
    "L5": "panel",
}
"""Who may put a rung in force; L6 and L7 need a history that one run does not have."""


def attribute(engine: Engine, manifest: Manifest, policy: Policy) -> None:
    """Leave `_parties` (elements by shop) and the table `decisions` in ``engine``."""
    engine.create("_parties", _shops_sql(policy))
    approver = " ".join(f"WHEN '{rung}' THEN '{who}'" for rung, who in APPROVERS.items())
    engine.create(
        "decisions",
        f"""SELECT subject_kind, CAST(subject_id AS {manifest.subject_id_type}) AS subject_id, rung,
                   probability, probability_low, probability_high, q_value, is_neutralised,
                   elements, families, strength, ring_id,
                   CASE rung {approver} END AS approver, rung IN ('L0', 'L1') AS is_in_force, rule
            FROM (({_atom_decisions_sql()}) UNION ALL ({_account_decisions_sql()})
                  UNION ALL ({_shop_decisions_sql(policy)})
                  UNION ALL ({_staff_decisions_sql(policy)}))
            LEFT JOIN _sureness USING (subject_kind, subject_id)
            ORDER BY subject_kind, subject_id""",
    )
    _check_shape(engine, manifest)


def _check_shape(engine: Engine, manifest: Manifest) -> None:
    id_type = pa.int64() if manifest.subject_id_type == "BIGINT" else pa.string()
    wanted = decision_schema(id_type).names
    assert list(engine.columns("decisions")) == wanted, "decisions have lost their shape"


def _atom_decisions_sql() -> str:
    return """
        SELECT kind AS subject_kind, id AS subject_id,
               CASE WHEN is_neutralised THEN 'L1' ELSE 'L0' END AS rung,
               probability, is_neutralised, elements, families, strength, ring_id, rule
        FROM _atoms"""


def _account_decisions_sql() -> str:
    return """
        WITH said AS (
            SELECT account_id, max(probability_against) AS probability,
                   count(*) FILTER (WHERE is_neutralised) AS n_neutralised,
                   count(*) FILTER (WHERE implicates_account) AS n_against,
                   max(strength) AS strength, min(ring_id) AS ring_id
            FROM _atoms WHERE account_id IS NOT NULL GROUP BY account_id),
        elements AS (
            SELECT account_id, string_agg(DISTINCT element, ',' ORDER BY element) AS elements
            FROM (SELECT account_id, unnest(string_split(elements, ',')) AS element FROM _atoms)
            GROUP BY account_id),
        families AS (
            SELECT account_id, string_agg(DISTINCT family, ',' ORDER BY family) AS families
            FROM (SELECT account_id, unnest(string_split(families, ',')) AS family FROM _atoms)
            GROUP BY account_id)
        SELECT 'account' AS subject_kind, account_id AS subject_id,
               CASE WHEN n_against >= 2 OR (n_against = 1 AND ring_id IS NOT NULL)
                    THEN 'L1' ELSE 'L0' END AS rung,
               probability, rung = 'L1' AS is_neutralised, elements, families, strength, ring_id,
               CASE WHEN rung = 'L1' THEN 'took-part-repeatedly'
                    WHEN n_against = 1 THEN 'seen-once'
                    WHEN n_neutralised > 0 THEN 'only-what-it-bought'
                    ELSE 'nothing-neutralised' END AS rule
        FROM said JOIN elements USING (account_id) JOIN families USING (account_id)"""


def _shops_sql(policy: Policy) -> str:
    """One row per shop with suspected rows: counts by element and family of what is neutralised."""
    return f"""
        WITH volume AS (SELECT shop_id, count(*) AS n_orders FROM _orders GROUP BY shop_id),
        heard AS (
            SELECT a.shop_id, w.family, w.strength, w.element, a.kind, a.id
            FROM _atoms a JOIN _witnesses w ON w.kind = a.kind AND w.id = a.id
            WHERE a.is_neutralised),
        by_element AS (
            SELECT shop_id,
                   count(DISTINCT id) FILTER (WHERE element = 'b') AS n_b,
                   count(DISTINCT id) FILTER (WHERE element = 'c') AS n_c,
                   count(DISTINCT id) FILTER (WHERE family = 'logistics' AND strength = 'E3')
                       AS n_shipped,
                   count(DISTINCT family) FILTER (WHERE strength >= 'E2') AS n_strong
            FROM heard GROUP BY shop_id),
        named AS (
            SELECT shop_id, string_agg(DISTINCT family, ',' ORDER BY family) AS families
            FROM (SELECT shop_id, unnest(string_split(families, ',')) AS family FROM _atoms)
            GROUP BY shop_id),
        said AS (
            SELECT shop_id, count(*) FILTER (WHERE is_neutralised) AS n,
                   count(*) FILTER (WHERE is_neutralised AND kind = 'order') AS n_fake_orders,
                   max(probability) AS probability, max(strength) AS strength,
                   min(ring_id) FILTER (WHERE is_neutralised) AS ring_id
            FROM _atoms WHERE shop_id IS NOT NULL GROUP BY shop_id)
        SELECT shop_id, n, n_fake_orders, coalesce(n_orders, 0) AS n_orders, probability, strength,
               ring_id, families, coalesce(n_strong, 0) AS n_strong,
               n >= {policy.min_rows} AS has_a,
               coalesce(n_b, 0) + coalesce(n_c, 0) >= {policy.min_rows} AS has_b,
               coalesce(n_c, 0) >= {policy.min_rows}
                   OR (coalesce(n_shipped, 0) >= {policy.min_rows}
                       AND n_shipped >= {policy.min_shipped_share} * n_fake_orders) AS has_c,
               coalesce(n_b, 0) AS n_b, coalesce(n_c, 0) AS n_c, coalesce(n_shipped, 0) AS n_shipped
        FROM said LEFT JOIN by_element USING (shop_id) LEFT JOIN volume USING (shop_id)
        LEFT JOIN named USING (shop_id)"""


def _shop_decisions_sql(policy: Policy) -> str:
    attributed = "has_a AND has_b AND has_c"
    return f"""
        SELECT 'shop' AS subject_kind, shop_id AS subject_id,
               CASE WHEN n = 0 THEN 'L0'
                    WHEN NOT ({attributed}) THEN 'L1'
                    ELSE least('{policy.highest}', CASE
                    WHEN strength = 'E3' AND n_fake_orders >= {policy.limit_share} * n_orders
                        THEN 'L5'
                    WHEN strength = 'E3' THEN 'L4'
                    WHEN n_strong >= {policy.min_strong_families} THEN 'L3'
                    ELSE 'L2' END) END AS rung,
               -- Fake orders alone do not make their shop a party: it may be a rival's victim.
               round(probability * CASE WHEN {attributed} THEN 1.0 WHEN n = 0 THEN 0.1
                                        ELSE 0.5 END, 6) AS probability,
               n > 0 AS is_neutralised,
               concat_ws(',', CASE WHEN has_a THEN 'a' END, CASE WHEN has_b THEN 'b' END,
                         CASE WHEN has_c THEN 'c' END) AS elements,
               families, strength, ring_id,
               CASE WHEN n = 0 THEN 'nothing-neutralised'
                    WHEN NOT has_a THEN 'too-few-rows'
                    WHEN NOT has_b THEN 'organisation-not-shown'
                    WHEN NOT has_c THEN 'not-attributed'
                    ELSE 'attributed' END AS rule
        FROM _parties"""


def _staff_decisions_sql(policy: Policy) -> str:
    """Staff of whom something is said: L0, for people to look at."""
    return f"""
        SELECT 'staff' AS subject_kind, subject_id, 'L0' AS rung,
               round(max({policy.weight_sql("strength")} * score), 6) AS probability,
               false AS is_neutralised,
               string_agg(DISTINCT element, ',' ORDER BY element) AS elements,
               string_agg(DISTINCT family, ',' ORDER BY family) AS families,
               max(strength) AS strength, CAST(NULL AS VARCHAR) AS ring_id,
               'for-people-only' AS rule
        FROM signals WHERE subject_kind = 'staff' GROUP BY subject_id"""

"""Accounts and staff: who took part. No run takes a step against anybody who works here.

An account is neutralised by what speaks against itself in more than one order or review, or once
in company. Staff are observed and nothing else: what is said goes to people outside their line.
"""

from unbrush.judge.policy import Policy


def account_decisions_sql() -> str:
    """Return the SELECT of decisions about accounts, from `_atoms`."""
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
                    ELSE 'nothing-neutralised' END AS rule,
               CASE WHEN rung = 'L0' THEN 'L1' END AS next_rung,
               CASE rule WHEN 'seen-once' THEN 'second-row'
                    WHEN 'only-what-it-bought' THEN 'against-account'
                    WHEN 'nothing-neutralised' THEN 'rows' END AS missing
        FROM said JOIN elements USING (account_id) JOIN families USING (account_id)"""


def staff_decisions_sql(policy: Policy) -> str:
    """Return the SELECT of decisions about staff, from `signals`: L0, for people to look at."""
    return f"""
        SELECT 'staff' AS subject_kind, subject_id, 'L0' AS rung,
               round(max({policy.weight_sql("strength")} * score), 6) AS probability,
               false AS is_neutralised,
               string_agg(DISTINCT element, ',' ORDER BY element) AS elements,
               string_agg(DISTINCT family, ',' ORDER BY family) AS families,
               max(strength) AS strength, CAST(NULL AS VARCHAR) AS ring_id,
               'for-people-only' AS rule, CAST(NULL AS VARCHAR) AS next_rung,
               CAST(NULL AS VARCHAR) AS missing
        FROM signals WHERE subject_kind = 'staff' GROUP BY subject_id"""

"""What each witness adds to the probability of an order or review, step by step in log-odds.

The steps of one subject add up to the logarithm of its odds, so that they explain the probability
and nothing else does. Every witness has its step; where a look-alike explains it, or where another
said the same before, a second step takes it away again and says so.
"""

from unbrush.base.engine import Engine
from unbrush.judge.policy import Policy
from unbrush.judge.probability import worth_sql

OWN_PURCHASES = "own-purchases"
"""What it takes away that a ring's members also buy for themselves."""

_AT = {"prior": 0, "other": 1, "signal": 2, "ring": 2, "look-alike": 3, "independence": 4}
"""The order of kinds of steps; what remains comes last."""


def contribute(engine: Engine, policy: Policy) -> None:
    """Leave `contributions` in ``engine``: the steps of each row of `_atoms`."""
    place = " ".join(f"WHEN '{kind}' THEN {number}" for kind, number in _AT.items())
    engine.create(
        "contributions",
        f"""
        WITH {worth_sql(engine, policy)},
        own AS (SELECT * FROM _atoms WHERE rule <> 'its-order'),
        spoken AS (SELECT s.* FROM sign s SEMI JOIN own USING (kind, id)),
        said (subject_kind, subject_id, kind, name, family, signal_id, log_odds) AS (
            SELECT a.kind, a.id, 'prior', 'nothing-said', NULL, NULL, start
            FROM _atoms a JOIN prior USING (kind)
            UNION ALL
            SELECT a.kind, a.id, 'other', CASE WHEN is_in THEN 'in-company' ELSE 'alone' END, NULL,
                   NULL, CASE WHEN is_in THEN inside ELSE outside END
            FROM own a JOIN prior USING (kind) JOIN _company c USING (kind, id)
            WHERE is_in IS NOT NULL
            UNION ALL
            SELECT kind, id, CASE WHEN signal_id IS NULL THEN 'ring' ELSE 'signal' END, name,
                   family, signal_id, log_odds
            FROM spoken
            UNION ALL
            SELECT kind, id, CASE WHEN fate = 'explained' THEN 'look-alike' ELSE 'independence' END,
                   coalesce(look_alike, fate), family, signal_id, -log_odds
            FROM spoken WHERE fate <> 'heard'),
        reached AS (
            SELECT subject_kind, subject_id, list_sum(list_sort(list(log_odds))) AS log_odds
            FROM said GROUP BY subject_kind, subject_id),
        steps AS (
            SELECT *, CASE kind {place} END AS place FROM said
            UNION ALL
            SELECT kind, id, 'other', CASE WHEN rule = 'its-order' THEN rule ELSE 'limit' END, NULL,
                   NULL, CASE WHEN rule = 'its-order' THEN a.log_odds ELSE reached END
                       - r.log_odds AS off, 5
            FROM _atoms a JOIN reached r ON r.subject_kind = kind AND r.subject_id = id
            WHERE rule = 'its-order' OR abs(off) > 1e-9
            UNION ALL
            SELECT kind, id, 'other', '{OWN_PURCHASES}', NULL, NULL, log_odds - reached, 6
            FROM own WHERE own_share IS NOT NULL)
        SELECT subject_kind, subject_id,
               row_number() OVER (
                   PARTITION BY subject_kind, subject_id
                   ORDER BY place, abs(log_odds) DESC, kind, name, family, signal_id) - 1 AS step,
               kind, name, family, signal_id, log_odds
        FROM steps ORDER BY subject_kind, subject_id, step""",
    )

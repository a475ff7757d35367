"""What each witness adds to the probability of an order or review, step by step in log-odds.

The steps of one subject add up to the logarithm of its odds, so that a sum of them explains the
probability and nothing else does. Where two witnesses say one thing, the second adds nothing, and a
step says so; so does a look-alike that takes a witness away.
"""

from unbrush.base.engine import Engine
from unbrush.judge.policy import Policy

PRIOR = 0.01
MOST = 8.0  # log-odds: nobody is surer than that, however much is said


def contribute(engine: Engine, policy: Policy) -> None:
    """Leave `contributions` in ``engine``: a row for each step of each row of `_atoms`."""
    engine.create("contributions", _steps_sql(policy))


def _steps_sql(policy: Policy) -> str:
    worth = f"({policy.weight_sql('strength')} * score)"
    return f"""
        WITH said AS (
            SELECT w.*, {worth} AS worth,
                   row_number() OVER (PARTITION BY kind, id, family
                                      ORDER BY {worth} DESC, name, signal_id) = 1 AS is_best
            FROM _witnesses w),
        heard AS (
            SELECT kind, id, name, family, signal_id,
                   row_number() OVER (PARTITION BY kind, id ORDER BY worth DESC, family) AS place,
                   1 - list_reduce(list_prepend(1.0, list(1 - worth) OVER (
                       PARTITION BY kind, id ORDER BY worth DESC, family)), lambda x, y: x * y)
                       AS so_far
            FROM said WHERE is_best),
        scaled AS (
            SELECT *, ln(so_far / (1 - so_far)) AS reached FROM (
                SELECT * REPLACE (least(greatest(so_far, 0.0001), 0.9999) AS so_far) FROM heard)),
        steps AS (
            SELECT kind AS subject_kind, id AS subject_id, 0 AS place, 'prior' AS kind,
                   'prior' AS name, NULL AS family, NULL AS signal_id,
                   ln({PRIOR} / (1 - {PRIOR})) AS log_odds
            FROM _atoms
            UNION ALL
            SELECT kind, id, place, CASE WHEN signal_id IS NULL THEN 'ring' ELSE 'signal' END,
                   name, family, signal_id,
                   reached - lag(reached, 1, ln({PRIOR} / (1 - {PRIOR}))) OVER (
                       PARTITION BY kind, id ORDER BY place)
            FROM scaled SEMI JOIN (SELECT kind, id FROM _atoms WHERE rule <> 'its-order')
                USING (kind, id)
            UNION ALL
            SELECT kind, id, 1, 'other', 'its-order', NULL, NULL,
                   ln(probability / (1 - probability)) - ln({PRIOR} / (1 - {PRIOR}))
            FROM _atoms WHERE rule = 'its-order')
        SELECT subject_kind, subject_id,
               row_number() OVER (PARTITION BY subject_kind, subject_id ORDER BY place) - 1 AS step,
               kind, name, family, signal_id, log_odds
        FROM steps ORDER BY subject_kind, subject_id, step"""

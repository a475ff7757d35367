"""Orders and reviews: what the remaining witnesses prove together, and which stop counting.

Within a family only the best witness counts, since two of one kind often see the same thing twice;
families are taken as independent: probability = 1 - product over families of (1 - weight x score).
"""

from unbrush.base.engine import Engine
from unbrush.judge.policy import Policy


def weigh(engine: Engine, policy: Policy) -> None:
    """Leave `_atoms` in ``engine``: one row per suspected order or review.

    kind, id, account_id, shop_id, probability, is_neutralised, families, elements, strength,
    ring_id, rule, probability_against (by what speaks against its account alone),
    implicates_account (whether that alone would stop it counting).
    """
    engine.create("_atoms", _weighed_sql(policy))
    # The review of an order that does not count is not an experience either.
    engine.create(
        "_atoms",
        """SELECT a.* FROM _atoms a WHERE NOT (kind = 'review' AND id IN (
               SELECT r.id FROM _reviews r JOIN _atoms o ON o.kind = 'order' AND o.id = r.order_id
               WHERE o.is_neutralised))
           UNION ALL
           SELECT 'review', r.id, r.account_id, r.shop_id, o.probability, true, o.families,
                  o.elements, o.strength, o.ring_id, 'its-order', o.probability_against,
                  o.implicates_account
           FROM _reviews r JOIN _atoms o ON o.kind = 'order' AND o.id = r.order_id
           WHERE o.is_neutralised""",
    )
    engine.create("_sureness", _sureness_sql())


def _weighed_sql(policy: Policy) -> str:
    worth = f"max({policy.weight_sql('strength')} * score)"
    # A product in a fixed order: the same bytes on every run.
    doubt = "list_reduce(list_sort(list_prepend(1.0, list(1 - {0}))), lambda x, y: x * y)"
    against = "FILTER (implicates = 'actors')"
    return f"""
        WITH families AS (
            SELECT kind, id, family, max(strength) AS strength, bool_or(is_direct) AS is_direct,
                   {worth} AS worth, {worth} {against} AS worth_against,
                   max(strength) {against} AS strength_against
            FROM _witnesses GROUP BY kind, id, family),
        rings_of AS (
            SELECT kind, id, min(name) AS ring_id FROM _witnesses WHERE signal_id IS NULL
            GROUP BY kind, id),
        elements_of AS (
            SELECT kind, id, string_agg(element, ',' ORDER BY element) AS elements
            FROM (SELECT DISTINCT kind, id, element FROM _witnesses) GROUP BY kind, id),
        summed AS (
            SELECT kind, id, count(*) AS n, bool_or(is_direct) AS is_direct,
                   {doubt.format("worth")} AS doubt,
                   {doubt.format("coalesce(worth_against, 0)")} AS doubt_against,
                   count(worth_against) >= 2 OR max(strength_against) >= 'E2' AS holds_against,
                   string_agg(family, ',' ORDER BY family) AS families,
                   max(strength) AS strength
            FROM families GROUP BY kind, id),
        ruled AS (
            SELECT *, least(greatest(round(1 - doubt, 10), 0.0001), 0.9999) AS probability,
                   CASE WHEN NOT is_direct THEN 'only-by-its-review'
                        WHEN strength = 'E3' THEN 'near-dispositive'
                        WHEN n >= 2 THEN 'two-families'
                        WHEN strength = 'E2' THEN 'strong'
                        ELSE 'one-weak-family' END AS rule
            FROM summed)
        SELECT kind, id, coalesce(o.account_id, r.account_id) AS account_id,
               coalesce(o.shop_id, r.shop_id) AS shop_id, probability,
               rule NOT IN ('only-by-its-review', 'one-weak-family')
                   AND probability >= {policy.neutralise_at} AS is_neutralised,
               families, elements, strength, ring_id, rule,
               round(1 - doubt_against, 6) AS probability_against,
               coalesce(is_neutralised AND holds_against
                   AND probability_against >= {policy.neutralise_at}, false) AS implicates_account
        FROM ruled
        JOIN elements_of USING (kind, id)
        LEFT JOIN rings_of USING (kind, id)
        LEFT JOIN _orders o ON kind = 'order' AND o.id = ruled.id
        LEFT JOIN _reviews r ON kind = 'review' AND r.id = ruled.id"""


def _sureness_sql() -> str:
    """How sure the probabilities of orders, reviews and accounts are, see `decisions`."""
    return """
        WITH said AS (
            SELECT kind AS subject_kind, id AS subject_id, probability FROM _atoms
            UNION ALL
            SELECT 'account', account_id, max(probability_against) FROM _atoms
            WHERE account_id IS NOT NULL GROUP BY account_id)
        SELECT subject_kind, subject_id, CAST(NULL AS DOUBLE) AS probability_low,
               CAST(NULL AS DOUBLE) AS probability_high,
               round(avg(1 - probability) OVER (
                   PARTITION BY subject_kind ORDER BY probability DESC), 6) AS q_value
        FROM said"""

"""Own purchases: which of a ring's orders are likely its members' own, since they also live.

Old customers were customers before they were hired, and who brushes for the shops of a street also
eats there. What members buy in other shops of the same place shows how much they buy for
themselves, and which signs such purchases happen to bear.
"""

from unbrush.judge.policy import Policy

FEW = 30  # orders of others elsewhere, below which a place has no usual shares

SIGNED = 2.0
"""Of what bears a sign, as many times more is expected as is seen elsewhere: detectors that ask how
many of a shop's orders look so are silent in the shops where a ring's members only eat."""


def own_purchases_sql(id_type: str, policy: Policy) -> str:
    """Return CTEs that end with ``own`` (ring_id, id, share): how likely orders are members' own.

    They read `_orders`, `_reviews`, `ring_members`, `shops` and `signals`. The orders of a ring's
    accounts in its shops are sorted by the signs that they or their reviews bear, and by whether
    they were reviewed at all. As many of each sort are expected to be the members' own as they have
    of it elsewhere in the same category and region, in no shop of a ring of theirs, times other
    people's orders there in the ring's shops for each one in others. Without any sign an order is
    its account's own, too, if the account has others in the same shop that bear strong ones.

    Args:
        id_type: SQL type of subjects' ids.
        policy: What evidence is sufficient, and how many rows are more than a slip.
    """
    return f"""
        found AS (
            SELECT subject_kind, subject_id, evidence_table, evidence_ids, strength, family,
                   concat(detector, ':', strength) AS sign,
                   {policy.weight_sql("strength")} * score AS worth
            FROM signals),
        spoken AS (
            SELECT subject_id AS id, sign, family, worth, strength, true AS is_direct FROM found
            WHERE subject_kind = 'order'
            UNION ALL
            SELECT CAST(unnest(evidence_ids) AS {id_type}), sign, family, worth, strength, false
            FROM found WHERE subject_kind <> 'order' AND evidence_table = 'orders'
            UNION ALL
            SELECT r.order_id, sign, family, worth, strength, false
            FROM found JOIN _reviews r ON r.id = subject_id
            WHERE subject_kind = 'review' AND r.order_id IS NOT NULL),
        -- Against which the evidence is sufficient without any ring, as `weigh` has it.
        enough AS (
            SELECT id FROM (
                SELECT id, family, max(worth) AS worth, max(strength) AS strength
                FROM spoken GROUP BY id, family)
            GROUP BY id
            HAVING (count(*) >= 2 OR max(strength) >= 'E2')
                AND 1 - list_reduce(list_sort(list_prepend(1.0, list(1 - worth))),
                                    lambda x, y: x * y) >= {policy.neutralise_at}),
        told AS (
            SELECT id, string_agg(DISTINCT sign, ' ' ORDER BY sign) AS signs,
                   bool_or(is_direct AND strength >= 'E2') AS is_strong
            FROM spoken GROUP BY id),
        insiders AS (
            SELECT DISTINCT ring_id, subject_id AS account_id FROM ring_members
            WHERE subject_kind = 'account' AND role <> 'companion'),
        ring_shops AS (
            SELECT DISTINCT ring_id, subject_id AS shop_id FROM ring_members
            WHERE subject_kind = 'shop'),
        placed AS (
            SELECT o.id, o.account_id, o.shop_id, coalesce(s.category, '') AS category,
                   coalesce(s.region, '') AS region
            FROM _orders o LEFT JOIN shops s ON CAST(s.shop_id AS {id_type}) = o.shop_id),
        theirs AS (
            SELECT i.ring_id, d.*, s.shop_id IS NOT NULL AS is_rings, t.id IS NULL AS is_bare,
                   coalesce(t.is_strong, false) AS is_strong,
                   e.id IS NOT NULL AS is_enough,
                   concat(CASE WHEN r.order_id IS NULL THEN '' ELSE 'reviewed ' END, t.signs)
                       AS sort
            FROM placed d JOIN insiders i USING (account_id)
            LEFT JOIN ring_shops s ON s.ring_id = i.ring_id AND s.shop_id = d.shop_id
            LEFT JOIN told t ON t.id = d.id LEFT JOIN enough e ON e.id = d.id
            LEFT JOIN (SELECT DISTINCT order_id FROM _reviews) r ON r.order_id = d.id),
        -- Of every place where a ring has shops: other people's orders in its shops and in others.
        by_shop AS (
            SELECT shop_id, category, region, count(*) AS n FROM placed GROUP BY ALL),
        by_member AS (
            SELECT ring_id, shop_id, category, region, count(*) AS n FROM theirs GROUP BY ALL),
        usual AS (
            SELECT p.ring_id, p.category, p.region,
                   sum(b.n - coalesce(m.n, 0)) FILTER (s.shop_id IS NOT NULL) AS n_in,
                   sum(b.n - coalesce(m.n, 0)) FILTER (s.shop_id IS NULL) AS n_out
            FROM (SELECT DISTINCT ring_id, category, region FROM theirs WHERE is_rings) p
            JOIN by_shop b USING (category, region)
            LEFT JOIN ring_shops s ON s.ring_id = p.ring_id AND s.shop_id = b.shop_id
            LEFT JOIN by_member m ON m.ring_id = p.ring_id AND m.shop_id = b.shop_id
                AND m.category = b.category AND m.region = b.region
            GROUP BY ALL HAVING n_out >= {FEW}),
        elsewhere AS (
            SELECT *, count(*) FILTER (is_bare) OVER (PARTITION BY ring_id) AS n_bare,
                   count(*) FILTER (NOT is_bare) OVER (PARTITION BY ring_id) AS n_signed
            FROM (SELECT *, count(*) FILTER (is_enough) OVER (PARTITION BY ring_id, shop_id)
                             AS n_enough
                  FROM theirs WHERE NOT is_rings)
            ANTI JOIN (SELECT DISTINCT account_id, shop_id
                       FROM insiders JOIN ring_shops USING (ring_id)) USING (account_id, shop_id)
            -- Where the evidence against several is sufficient, the ring was not seen whole.
            WHERE n_enough < {policy.min_rows}),
        living AS (
            -- Signs that chance gives are of few of them: else it is what they do elsewhere, too.
            SELECT ring_id, category, region, sort, count(*) AS n FROM elsewhere
            WHERE is_bare OR n_bare > n_signed GROUP BY ALL),
        expected AS (
            -- Added in a fixed order: the same bytes on every run.
            SELECT ring_id, sort, list_sum(list_sort(list(n * n_in / n_out))) AS n
            FROM living JOIN usual USING (ring_id, category, region) GROUP BY ring_id, sort),
        own AS (
            SELECT ring_id, t.id,
                   CASE WHEN is_bare AND bool_or(is_strong)
                            OVER (PARTITION BY ring_id, account_id, shop_id)
                        THEN 1.0
                        ELSE least(1.0, CASE WHEN is_bare THEN 1.0 ELSE {SIGNED} END
                            * coalesce(e.n, 0) / count(*) OVER (PARTITION BY ring_id, sort))
                   END AS share
            FROM theirs t LEFT JOIN expected e USING (ring_id, sort) WHERE is_rings)"""

"""Own purchases: which of a ring's orders are likely its members' own, since they also live.

Old customers were customers before they were hired, and who brushes for the shops of a street also
eats there. Both show only in orders of which no detector says anything.
"""

from unbrush.judge.policy import Policy

FEW = 30  # orders of others elsewhere, below which a place has no usual shares


def own_purchases_sql(id_type: str, policy: Policy) -> str:
    """Return CTEs that end with ``own`` (ring_id, id): orders that a ring speaks of weakly.

    They read `_orders`, `ring_members`, `shops` and `signals`. An order without any sign is likely
    its account's own if the account has others in the same shop that bear strong signs; or if the
    ring's accounts buy so much beside it, in shops of the same category and region, that as many
    purchases in the ring's shops as there are without a sign are what to expect: their orders
    elsewhere in that place, times other people's orders there in the ring's shops for each one in
    others.

    Args:
        id_type: SQL type of subjects' ids.
        policy: From which share of orders without a sign they are what to expect.
    """
    return f"""
        told AS (
            SELECT id, bool_or(is_strong) AS is_strong FROM (
                SELECT subject_id AS id, strength >= 'E2' AS is_strong FROM signals
                WHERE subject_kind = 'order'
                UNION ALL
                SELECT CAST(unnest(evidence_ids) AS {id_type}), false FROM signals
                WHERE evidence_table = 'orders')
            GROUP BY id),
        insiders AS (
            SELECT DISTINCT ring_id, subject_id AS account_id FROM ring_members
            WHERE subject_kind = 'account' AND role <> 'companion'),
        placed AS (
            SELECT o.id, o.account_id, o.shop_id, coalesce(s.category, '') AS category,
                   coalesce(s.region, '') AS region
            FROM _orders o LEFT JOIN shops s ON CAST(s.shop_id AS {id_type}) = o.shop_id),
        ring_shops AS (
            SELECT DISTINCT m.ring_id, m.subject_id AS shop_id,
                   coalesce(s.category, '') AS category, coalesce(s.region, '') AS region
            FROM ring_members m LEFT JOIN shops s ON CAST(s.shop_id AS {id_type}) = m.subject_id
            WHERE m.subject_kind = 'shop'),
        ringed AS (
            SELECT i.ring_id, d.shop_id, d.account_id, d.id, told.id IS NULL AS is_bare,
                   coalesce(is_strong, false) AS is_strong
            FROM placed d JOIN insiders i USING (account_id)
            JOIN ring_shops s ON s.ring_id = i.ring_id AND s.shop_id = d.shop_id
            LEFT JOIN told ON told.id = d.id),
        -- Of every place where a ring has shops: orders of its accounts in other shops, and of
        -- other people in its shops and in others.
        by_shop AS (
            SELECT shop_id, category, region, count(*) AS n FROM placed GROUP BY ALL),
        of_ring AS (
            SELECT i.ring_id, d.shop_id, d.category, d.region, count(*) AS n
            FROM placed d JOIN insiders i USING (account_id) GROUP BY ALL),
        here AS (
            SELECT p.ring_id, p.category, p.region, s.shop_id IS NOT NULL AS is_rings,
                   coalesce(r.n, 0) AS n_own, b.n - coalesce(r.n, 0) AS n_others
            FROM (SELECT DISTINCT ring_id, category, region FROM ring_shops) p
            JOIN by_shop b USING (category, region)
            LEFT JOIN ring_shops s ON s.ring_id = p.ring_id AND s.shop_id = b.shop_id
            LEFT JOIN of_ring r ON r.ring_id = p.ring_id AND r.shop_id = b.shop_id),
        expected AS (
            -- Added in a fixed order: the same bytes on every run.
            SELECT ring_id, list_sum(list_sort(list(n_elsewhere * n_in / n_out))) AS n FROM (
                SELECT ring_id, category, region, sum(n_own) FILTER (NOT is_rings) AS n_elsewhere,
                       sum(n_others) FILTER (is_rings) AS n_in,
                       sum(n_others) FILTER (NOT is_rings) AS n_out
                FROM here GROUP BY ring_id, category, region)
            WHERE n_out >= {FEW}
            GROUP BY ring_id),
        own AS (
            SELECT r.ring_id, r.id FROM ringed r LEFT JOIN expected e USING (ring_id)
            QUALIFY r.is_bare AND (
                bool_or(r.is_strong) OVER (PARTITION BY r.ring_id, r.account_id, r.shop_id)
                OR coalesce(e.n, 0) >= {policy.min_own_share}
                    * count(*) FILTER (r.is_bare) OVER (PARTITION BY r.ring_id)))"""

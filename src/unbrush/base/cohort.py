"""Accounts that appeared at the same time and meet again in the same few shops.

A cohort is everybody who came (registered, woke up) in one window of time. Newcomers are honest as
long as they buy where newcomers buy: of a shop's buyers in a week, chance takes as many from the
cohort as the cohort has of the orders of that week in other shops. Measured by the week, a shop
that is new or in season expects more of those who came lately; measured in shops that the cohort
does not crowd, a gang cannot excuse itself by its own trade, while a rush that fills the whole
market raises what every shop expects. The tail of the Poisson law is bounded by
exp(n - λ + n ln(λ / n)) (Chernoff), and shared among all cells that are looked at (Bonferroni).
"""

import math

from unbrush.base.clock import DAY_MS, HOUR_MS

WEEK_MS = 7 * DAY_MS
_MILLION = 1_000_000  # expectations are summed in whole millionths: the same in any order


def cohort_sql(
    *,
    window_ms: int,
    min_accounts: int,
    min_shops: int,
    min_lift: float,
    max_false: float,
    felt_share: float,
) -> str:
    """Return the CTEs and the SELECT of shops that end a detector of cohorts.

    They read the table shops and one CTE that comes before: ``placed`` (order_id, account_id,
    shop_id, week, cohort), every order that counts, where cohort is null for accounts that belong
    to none or whom something honest led to this shop.

    Args:
        window_ms: Length of a cohort's window; cohort n starts n windows after 1970.
        min_accounts: Fewest accounts of a cohort in a shop.
        min_shops: Fewest owners in whose shops each of these accounts meets the others.
        min_lift: Least multiple of what chance gives.
        max_false: Findings that chance alone makes in a whole market, at most (expected number).
        felt_share: Share of a category's shops that makes a rush the category's.
    """
    return f"""
cells AS (  -- counted by orders first, which leaves few shops to look into
    SELECT shop_id, cohort, count(*) AS n_orders FROM placed
    WHERE cohort IS NOT NULL
    GROUP BY shop_id, cohort
),
tested AS (
    SELECT count(*) AS n_cells FROM cells
),
pairs AS (
    SELECT shop_id, account_id, cohort, min(week) AS week
    FROM placed
    WHERE shop_id IN (SELECT shop_id FROM cells WHERE n_orders >= {min_accounts})
    GROUP BY shop_id, account_id, cohort
),
crowded AS (
    SELECT cells.*, met.n
    FROM (
        SELECT shop_id, cohort, count(*) AS n FROM pairs
        WHERE cohort IS NOT NULL
        GROUP BY shop_id, cohort
        HAVING count(*) >= {min_accounts}
    ) AS met
    JOIN cells ON cells.shop_id = met.shop_id AND cells.cohort = met.cohort
),
shop_weeks AS (
    SELECT shop_id, week, count(*) AS n FROM pairs
    WHERE shop_id IN (SELECT shop_id FROM crowded)
    GROUP BY shop_id, week
),
weeks AS (
    SELECT week, count(*) AS n FROM placed GROUP BY week
),
cohort_weeks AS (  -- with how much of it in shops that the cohort crowds
    SELECT
        placed.cohort, placed.week, count(*) AS n, count(crowded.shop_id) AS n_crowding
    FROM placed LEFT JOIN crowded
        ON crowded.shop_id = placed.shop_id AND crowded.cohort = placed.cohort
    WHERE placed.cohort IN (SELECT cohort FROM crowded)
    GROUP BY placed.cohort, placed.week
),
crowded_weeks AS (
    SELECT crowded.cohort, sold.week, sum(sold.n) AS n
    FROM crowded
    JOIN (
        SELECT shop_id, week, count(*) AS n FROM placed
        WHERE shop_id IN (SELECT shop_id FROM crowded)
        GROUP BY shop_id, week
    ) AS sold ON sold.shop_id = crowded.shop_id
    GROUP BY crowded.cohort, sold.week
),
shares AS (
    SELECT
        cohort_weeks.cohort, cohort_weeks.week,
        (cohort_weeks.n - cohort_weeks.n_crowding + 1.0)
            / (weeks.n - coalesce(crowded_weeks.n, 0) + 1.0) AS share
    FROM cohort_weeks
    JOIN weeks ON weeks.week = cohort_weeks.week
    LEFT JOIN crowded_weeks
        ON crowded_weeks.cohort = cohort_weeks.cohort AND crowded_weeks.week = cohort_weeks.week
),
weighed AS (
    SELECT
        crowded.shop_id, crowded.cohort, crowded.n, crowded.n_orders,
        sum(CAST(round(least(shares.share, 1) * shop_weeks.n * {_MILLION}) AS BIGINT))
            / {_MILLION}.0 AS expected
    FROM crowded
    JOIN shop_weeks ON shop_weeks.shop_id = crowded.shop_id
    JOIN shares ON shares.cohort = crowded.cohort AND shares.week = shop_weeks.week
    GROUP BY crowded.shop_id, crowded.cohort, crowded.n, crowded.n_orders
),
notable AS (
    SELECT weighed.* FROM weighed CROSS JOIN tested
    WHERE n >= {min_lift} * expected
        AND n - expected + n * ln(expected / n) <= {math.log(max_false)} - ln(n_cells)
),
trading AS (  -- every shop with orders, its category and who answers for it
    SELECT
        sold.shop_id, sold.n_orders, shops.category,
        coalesce(concat('owner ', shops.owner_id), concat('shop ', sold.shop_id)) AS owner
    FROM (SELECT shop_id, count(*) AS n_orders FROM placed GROUP BY shop_id) AS sold
    LEFT JOIN shops ON shops.shop_id = sold.shop_id
),
categories AS (
    SELECT category, count(*) AS n_shops FROM trading WHERE category IS NOT NULL
    GROUP BY category HAVING count(*) > 2
),
felt AS (  -- a rush of the whole category
    SELECT notable.shop_id, notable.cohort
    FROM notable
    JOIN trading AS mine ON mine.shop_id = notable.shop_id
    JOIN categories ON categories.category = mine.category
    JOIN trading AS theirs ON theirs.category = mine.category
    JOIN cells ON cells.shop_id = theirs.shop_id AND cells.cohort = notable.cohort
    WHERE cells.n_orders * {min_lift} * mine.n_orders >= notable.n_orders * theirs.n_orders
    GROUP BY notable.shop_id, notable.cohort, categories.n_shops
    HAVING count(*) >= {felt_share} * categories.n_shops
),
met AS (
    SELECT pairs.shop_id, pairs.cohort, pairs.account_id, trading.owner, notable.expected
    FROM notable
    JOIN pairs ON pairs.shop_id = notable.shop_id AND pairs.cohort = notable.cohort
    JOIN trading ON trading.shop_id = notable.shop_id
    LEFT JOIN felt ON felt.shop_id = notable.shop_id AND felt.cohort = notable.cohort
    WHERE felt.shop_id IS NULL
),
again AS (  -- one shop alone may have been recommended; several strangers' shops are a list
    SELECT cohort, account_id FROM met
    GROUP BY cohort, account_id
    HAVING count(DISTINCT owner) >= {min_shops}
),
together AS (
    SELECT
        met.shop_id, met.cohort, met.account_id, met.expected,
        count(*) OVER (PARTITION BY met.shop_id, met.cohort) AS n_here
    FROM met JOIN again ON again.cohort = met.cohort AND again.account_id = met.account_id
),
counted AS (
    SELECT * FROM together WHERE n_here >= {min_accounts}
),
elsewhere AS (  -- other shops in which at least half of them meet
    SELECT here.shop_id, here.cohort, count(*) AS n_shops
    FROM (
        SELECT mine.shop_id, mine.cohort, mine.n_here, theirs.shop_id AS other
        FROM counted AS mine JOIN counted AS theirs
            ON theirs.cohort = mine.cohort AND theirs.account_id = mine.account_id
        WHERE theirs.shop_id <> mine.shop_id
        GROUP BY mine.shop_id, mine.cohort, mine.n_here, theirs.shop_id
        HAVING 2 * count(*) >= mine.n_here
    ) AS here
    GROUP BY here.shop_id, here.cohort
),
gathered AS (
    SELECT
        shop_id, count(DISTINCT cohort) AS n_cohorts, count(DISTINCT account_id) AS n_accounts,
        min(cohort) AS first_cohort
    FROM counted GROUP BY shop_id
),
expectations AS (
    SELECT shop_id, sum(CAST(round(expected * {_MILLION}) AS BIGINT)) / {_MILLION}.0 AS expected
    FROM (SELECT DISTINCT shop_id, cohort, expected FROM counted)
    GROUP BY shop_id
),
others AS (
    SELECT shop_id, max(n_shops) AS n_other_shops FROM elsewhere GROUP BY shop_id
),
evidence AS (
    SELECT placed.shop_id, list(placed.order_id ORDER BY placed.order_id) AS evidence_ids
    FROM counted JOIN placed
        ON placed.shop_id = counted.shop_id AND placed.cohort = counted.cohort
        AND placed.account_id = counted.account_id
    GROUP BY placed.shop_id
)
SELECT
    gathered.shop_id AS subject_id,
    round((n_accounts - expected) / (n_accounts - expected + {min_accounts}), 6) AS score,
    evidence.evidence_ids, n_accounts, n_cohorts,
    (first_cohort * {window_ms})::BIGINT AS first_at, {window_ms // HOUR_MS} AS window_h,
    coalesce(n_other_shops, 0)::BIGINT AS n_other_shops,
    round(expected, 4) AS expected_accounts
FROM gathered
JOIN expectations ON expectations.shop_id = gathered.shop_id
JOIN evidence ON evidence.shop_id = gathered.shop_id
LEFT JOIN others ON others.shop_id = gathered.shop_id
"""

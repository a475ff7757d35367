"""Senders whose parcels are odd beside those of everybody else at the same places.

Much that is odd about one parcel is the carrier's doing: a scan that was lost, a clock that is
wrong, a day without power. Whatever it is, it strikes all who send by that carrier, branch, route
or day alike. So a sender's odd parcels are held against the share of odd ones among *others* at the
same places, of which the highest counts; its own never excuse it. What is more than that is told
from chance by a bound on the tail of the Poisson law, exp(n - λ + n ln(λ / n)) (Chernoff).
"""

import math
from collections.abc import Sequence

_MILLION = 1_000_000  # expectations are summed in whole millionths: the same in any order


def beside_others_sql(
    *, places: Sequence[str], min_odd: int, min_others: int, max_chance: float
) -> str:
    """Return CTEs that end in ``odd_senders`` (pool, sender, n, n_odd, expected).

    They read one CTE that comes before: ``cases`` (pool, sender, is_odd and one column for each of
    ``places``), one row for each parcel. A sender whose pool holds fewer than ``min_others``
    parcels of others is left alone. A place, where known, is taken to have as many more that are
    like the pool, so that a small one is not judged by a handful.

    Args:
        places: Columns of places in which all senders fare alike, within a pool.
        min_odd: Fewest odd parcels of a sender.
        min_others: Fewest parcels of others by which anything is judged.
        max_chance: Largest chance of so many odd ones, for each sender.
    """
    others = ",\n".join(
        f"""
all_{place} AS (
    SELECT pool, {place} AS place, count(*) AS n, count(*) FILTER (WHERE is_odd) AS n_odd
    FROM cases WHERE {place} IS NOT NULL AND pool IN (SELECT pool FROM suspects)
    GROUP BY ALL
),
own_{place} AS (
    SELECT pool, sender, {place} AS place, sum(n) AS n, sum(n_odd) AS n_odd
    FROM cells WHERE {place} IS NOT NULL GROUP BY ALL
),
rate_{place} AS (
    SELECT o.pool, o.sender, o.place,
        round(({_MILLION} * (a.n_odd - o.n_odd) + {min_others} * p.rate)
            / (a.n - o.n + {min_others}))::BIGINT AS rate
    FROM own_{place} AS o JOIN all_{place} AS a ON a.pool = o.pool AND a.place = o.place
    JOIN pool_rate AS p ON p.pool = o.pool AND p.sender = o.sender
)"""
        for place in places
    )
    cells = ", ".join(places)
    joins = "\n    ".join(
        f"LEFT JOIN rate_{place} ON rate_{place}.pool = c.pool AND rate_{place}.sender = c.sender "
        f"AND rate_{place}.place = c.{place}"
        for place in places
    )
    rates = ", ".join(("p.rate", *(f"rate_{place}.rate" for place in places)))
    return f"""
suspects AS (
    SELECT pool, sender, count(*) AS n, count(*) FILTER (WHERE is_odd) AS n_odd
    FROM cases GROUP BY pool, sender HAVING n_odd >= {min_odd}
),
pools AS (
    SELECT pool, count(*) AS n, count(*) FILTER (WHERE is_odd) AS n_odd FROM cases GROUP BY pool
),
pool_rate AS (
    SELECT pool, sender,
        round({_MILLION} * (p.n_odd - s.n_odd + 1) / (p.n - s.n + 2))::BIGINT AS rate
    FROM suspects AS s JOIN pools AS p USING (pool)
    WHERE p.n - s.n >= {min_others}
),
cells AS (
    SELECT pool, sender, {cells}, count(*) AS n, count(*) FILTER (WHERE is_odd) AS n_odd
    FROM cases SEMI JOIN suspects USING (pool, sender)
    GROUP BY ALL
),{others},
expected AS (
    SELECT c.pool, c.sender, sum(c.n * greatest({rates}))::BIGINT / {_MILLION} AS expected
    FROM cells AS c JOIN pool_rate AS p ON p.pool = c.pool AND p.sender = c.sender
    {joins}
    GROUP BY c.pool, c.sender
),
odd_senders AS (
    SELECT s.*, e.expected
    FROM suspects AS s JOIN expected AS e USING (pool, sender)
    WHERE s.n_odd > e.expected
        AND s.n_odd * ln(s.n_odd / e.expected) - (s.n_odd - e.expected) >= {-math.log(max_chance)}
)"""

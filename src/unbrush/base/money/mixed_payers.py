"""Hands that pay prices back beside much else: wages, prizes, insurance.

What came for one customer is set beside what the next customer of the same hand paid: prizes and
prices that are alike anyway fit there, too. And the orders that were paid back were praised.
"""

import math

_TERMS = ("paid_minor", "by_rate", "by_fee")
"""What may come back for an order, see `unbrush.base.money.paid_back`."""


def mixed_payers_sql(
    *, tolerance: float, min_lift: float, max_chance: float, min_praised: float
) -> str:
    """Return CTEs that end with ``mixed_payers`` (payer).

    They read reviews, and ``due``, ``came`` and ``claims`` of `unbrush.base.money.paid_back`.

    Args:
        tolerance: How far a return may be off, as a share of the price.
        min_lift: How often what came fits the payees' own orders, for once that it fits the next's.
        max_chance: Largest chance that so much fits.
        min_praised: Share of five stars among the orders that were paid back (0-1).
    """
    fits = "least({off}) <= " + f"{tolerance} * {{price}}"
    own, other = (
        fits.format(
            off=", ".join(f"abs(amount_minor - {of}{term})" for term in _TERMS),
            price=f"{of}paid_minor",
        )
        for of in ("", "next_")
    )
    nexts = ", ".join(
        f"""coalesce(
            lead({term}) OVER (PARTITION BY payer ORDER BY from_at, account_id, stretch),
            first({term}) OVER (PARTITION BY payer ORDER BY from_at, account_id, stretch)
        ) AS next_{term}"""
        for term in _TERMS
    )
    return f"""
praised AS (  -- orders whose buyer gave five stars and said nothing of a reward
    SELECT DISTINCT order_id
    FROM reviews
    WHERE rating >= 5 AND order_id IS NOT NULL AND NOT coalesce(is_disclosed_incentive, false)
),
stretches AS (
    SELECT
        owed.*, sums.amount_minor
    FROM (
        SELECT
            account_id, stretch, min(placed_at) AS from_at,
            sum(paid_minor)::BIGINT AS paid_minor,
            sum(by_rate)::BIGINT AS by_rate, sum(by_fee)::BIGINT AS by_fee
        FROM due
        GROUP BY account_id, stretch
    ) AS owed
    JOIN (
        SELECT account_id, stretch, sum(amount_minor)::BIGINT AS amount_minor
        FROM came
        GROUP BY account_id, stretch
    ) AS sums ON sums.account_id = owed.account_id AND sums.stretch = owed.stretch
),
beside AS (
    SELECT payer, account_id, stretch, amount_minor, {", ".join(_TERMS)}, {nexts}
    FROM (SELECT DISTINCT payer, account_id, stretch FROM came)
    JOIN stretches USING (account_id, stretch)
),
by_chance AS (
    SELECT
        payer,
        count(CASE WHEN {own} THEN 1 END) AS n_fit,
        count(CASE WHEN {other} THEN 1 END) + 0.5 AS n_chance
    FROM beside
    GROUP BY payer
),
praise AS (
    SELECT came.payer, 1.0 * count(DISTINCT praised.order_id) / count(DISTINCT claims.order_id)
        AS share
    FROM claims
    JOIN came ON came.transfer_id = claims.transfer_id
    LEFT JOIN praised ON praised.order_id = claims.order_id
    GROUP BY came.payer
),
mixed_payers AS (
    SELECT by_chance.payer
    FROM by_chance
    JOIN praise ON praise.payer = by_chance.payer
    WHERE n_fit >= {min_lift} * n_chance
        AND n_fit - n_chance + n_fit * ln(n_chance / n_fit) <= {math.log(max_chance)}
        AND praise.share >= {min_praised}
)"""

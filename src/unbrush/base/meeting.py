"""Buyers of one shop who meet in one place: a device, an address. Told from chance by popularity.

A place where many accounts order is honest as long as its accounts buy where everybody buys. With
the trade of all uncrowded places as the measure (so that a crowd cannot excuse itself by its own
trade), the buyers of one shop that chance puts into a place are its (account, shop) pairs times the
shop's share; the tail of the Poisson law is bounded by exp(n - λ + n ln(λ / n)) (Chernoff).
"""

import math


def meeting_sql(
    *,
    token: str,
    min_buyers: int,
    strong_buyers: int,
    min_share: float,
    min_lift: float,
    max_chance: float,
    strong_share: float = 0.0,
    weak_places: str = "",
    own_money: str = "",
    unclear: str = "",
) -> str:
    """Return the CTEs and the SELECT that end a detector of meetings.

    They read two CTEs that come before: ``at_place`` (order_id, account_id, shop_id, place and the
    token's column), orders from crowded places with honest ones taken out, and ``lone_pairs``
    (account_id, shop_id), who bought where without any crowded place.

    Args:
        token: Name of the token's column, a fact of every signal.
        min_buyers: Fewest buyers of a shop in a place.
        strong_buyers: Buyers from which it is strong evidence of organisation.
        min_share: Least share of the place's accounts that bought from the shop (0-1).
        min_lift: Least multiple of what chance gives.
        max_chance: Largest chance of so many.
        strong_share: Least share of the place's trade that the shops standing out there must have
            for it to be strong evidence: people who live there buy elsewhere, too.
        weak_places: Name of a CTE (place) of places where nothing is strong evidence.
        own_money: Name of a CTE (place, shop_id, and more columns, which become facts) of meetings
            that the shop itself paid for: always strong evidence, and element c.
        unclear: Name of a CTE (order_id) of orders that one wallet paid for, for all that is known
            as a favour: weak evidence, and one witness with whoever speaks of that wallet.
    """
    strong = f"n_buyers >= {strong_buyers} AND standing.share >= {strong_share}"
    if weak_places:
        strong += f" AND notable.place NOT IN (SELECT place FROM {weak_places})"
    strength = f"WHEN {strong} THEN 'E2' ELSE 'E1' END"
    element = f"WHEN {strong} THEN 'b' ELSE 'a' END"
    paid, doubted, facts, join = "", "", "", ""
    if own_money:
        paid = "WHEN own_money.place IS NOT NULL THEN"
        facts = ",\n    own_money.* EXCLUDE (place, shop_id)"
        join = f"""
LEFT JOIN {own_money} AS own_money
    ON own_money.place = notable.place AND own_money.shop_id = notable.shop_id"""
    if unclear:
        doubted = "WHEN unclear.order_id IS NOT NULL THEN"
        facts += ",\n    CASE WHEN unclear.order_id IS NOT NULL THEN 'payer' END AS shared"
        join += f"\nLEFT JOIN {unclear} AS unclear ON unclear.order_id = at_place.order_id"
    return f"""
pairs AS (
    SELECT DISTINCT place, account_id, shop_id FROM at_place
),
places AS (
    SELECT
        place,
        count(*) AS n_pairs,
        count(DISTINCT account_id) AS n_accounts,
        count(DISTINCT shop_id) AS n_shops
    FROM pairs
    GROUP BY place
),
popularity AS (
    SELECT shop_id, count(*) AS n_buyers FROM lone_pairs GROUP BY shop_id
),
market AS (
    SELECT count(*) AS n_pairs FROM lone_pairs
),
meetings AS (
    SELECT place, shop_id, count(*) AS n_buyers
    FROM pairs
    GROUP BY place, shop_id
    HAVING count(*) >= {min_buyers}
),
weighed AS (
    SELECT
        meetings.*, places.n_accounts, places.n_shops,
        places.n_pairs * (coalesce(popularity.n_buyers, 0) + 1.0) / (market.n_pairs + 1.0)
            AS expected
    FROM meetings
    JOIN places ON places.place = meetings.place
    LEFT JOIN popularity ON popularity.shop_id = meetings.shop_id
    CROSS JOIN market
),
notable AS (
    SELECT * FROM weighed
    WHERE n_buyers >= {min_share} * n_accounts
        AND n_buyers >= {min_lift} * expected
        AND n_buyers - expected + n_buyers * ln(expected / n_buyers) <= {math.log(max_chance)}
),
standing AS (
    SELECT notable.place, 1.0 * sum(notable.n_buyers) / any_value(places.n_pairs) AS share
    FROM notable JOIN places ON places.place = notable.place
    GROUP BY notable.place
)
SELECT
    at_place.order_id AS subject_id,
    round((n_buyers - expected) / (n_buyers - expected + {min_buyers}), 6) AS score,
    [at_place.order_id] AS evidence_ids,
    CASE {paid and f"{paid} 'E2'"} {doubted and f"{doubted} 'E1'"} {strength} AS strength,
    CASE {paid and f"{paid} 'c'"} {doubted and f"{doubted} 'a'"} {element} AS element,
    notable.n_buyers,
    notable.n_accounts,
    notable.n_shops,
    round(notable.expected, 4) AS expected_buyers,
    round(standing.share, 4) AS standing_share,
    at_place.{token}{facts}
FROM notable
JOIN standing ON standing.place = notable.place
JOIN at_place ON at_place.place = notable.place AND at_place.shop_id = notable.shop_id{join}
"""

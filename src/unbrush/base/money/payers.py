"""Payers: who pays many of a shop's buyers, beyond what the shop's popularity explains.

Given how many people somebody pays, and the share of all accounts that buy from a shop, the number
of its buyers among them by chance is known; the tail of the Poisson law is bounded by
exp(n - λ + n ln(λ / n)) (Chernoff). Who pays mostly buyers of one shop needs no such weighing.
"""

import math

from unbrush.base.money.purses import own_purses_sql, shop_tokens_sql


def tied_payers_sql(
    *,
    max_holders: int,
    min_payees: int,
    min_focus: float,
    min_lift: float,
    max_chance: float,
    among: str = "transfers",
) -> str:
    """Return CTEs of payers tied to shops, and of what their buyers received from them.

    They read accounts, account_links, orders, owners, payouts, shops and ``among``. For use after
    them: ``own_purses``, ``shop_tokens``; ``payers`` (from_token, n_payees, payer); ``tied_buyers``
    (account_id, shop_id, payer); ``returns`` (transfer_id, payer, purse, amount_minor, at,
    account_id). Nobody is paid by their own household, or by themselves.

    Args:
        max_holders: Accounts up to which a token is somebody's own, a door or device one home's.
        min_payees: Buyers of a shop whom a payer pays at least.
        min_focus: Share of a payer's payees (0-1) that ties it to a shop without weighing.
        min_lift: Least multiple of what popularity gives.
        max_chance: Largest chance of so many.
        among: The transfers to look at: a table or CTE with the columns of transfers.
    """
    return f"""
{own_purses_sql(max_holders=max_holders, among=among)},
payers AS (
    SELECT from_token, count(*) AS n_payees, row_number() OVER (ORDER BY from_token) AS payer
    FROM (SELECT DISTINCT from_token, to_token FROM {among})
    GROUP BY from_token
    HAVING count(*) >= {min_payees}
),
{shop_tokens_sql(max_holders=max_holders)},
heads AS (  -- buyers who pay other people from their own purse, which is no shop's
    SELECT payers.payer, own_purses.account_id
    FROM payers JOIN own_purses ON own_purses.token = payers.from_token
    WHERE payers.from_token NOT IN (SELECT token FROM shop_tokens)
),
headed AS (  -- their doors and devices: nobody else's are looked at
    SELECT orders.address_token AS token
    FROM orders SEMI JOIN heads ON heads.account_id = orders.account_id
    UNION
    SELECT orders.device_token
    FROM orders SEMI JOIN heads ON heads.account_id = orders.account_id
    UNION
    SELECT account_links.token
    FROM account_links SEMI JOIN heads ON heads.account_id = account_links.account_id
    WHERE account_links.kind IN ('address', 'device')
),
at_home AS (
    SELECT orders.account_id, orders.address_token AS token
    FROM orders SEMI JOIN headed ON headed.token = orders.address_token
    UNION
    SELECT orders.account_id, orders.device_token
    FROM orders SEMI JOIN headed ON headed.token = orders.device_token
    UNION
    SELECT account_links.account_id, account_links.token
    FROM account_links SEMI JOIN headed ON headed.token = account_links.token
    WHERE account_links.kind IN ('address', 'device')
),
homes AS (  -- doors and devices of few enough accounts for one household
    SELECT at_home.token, heads.payer
    FROM (SELECT token FROM at_home GROUP BY token HAVING count(*) <= {max_holders}) AS few
    JOIN at_home ON at_home.token = few.token
    JOIN heads ON heads.account_id = at_home.account_id
    GROUP BY at_home.token, heads.payer
),
kin AS (
    SELECT DISTINCT homes.payer, at_home.account_id
    FROM homes JOIN at_home ON at_home.token = homes.token
),
received AS (
    SELECT
        transfers.transfer_id, payers.payer, own_purses.purse, transfers.amount_minor,
        transfers.at, own_purses.account_id
    FROM {among} AS transfers
    JOIN payers ON payers.from_token = transfers.from_token
    JOIN own_purses ON own_purses.token = transfers.to_token
    LEFT JOIN own_purses AS mine
        ON mine.token = transfers.from_token AND mine.account_id = own_purses.account_id
    LEFT JOIN kin ON kin.payer = payers.payer AND kin.account_id = own_purses.account_id
    WHERE mine.token IS NULL AND kin.payer IS NULL AND transfers.amount_minor > 0
),
shopped AS (
    SELECT DISTINCT account_id, shop_id FROM orders
),
popularity AS (
    SELECT shop_id, count(*) AS n_buyers FROM shopped GROUP BY shop_id
),
market AS (
    SELECT count(*) AS n_accounts FROM (SELECT DISTINCT account_id FROM shopped)
),
met AS (
    SELECT payees.payer, payees.purse, payees.account_id, shopped.shop_id
    FROM (SELECT DISTINCT payer, purse, account_id FROM received) AS payees
    JOIN shopped ON shopped.account_id = payees.account_id
),
weighed AS (
    SELECT
        meetings.payer, meetings.shop_id, meetings.n_paid, payers.n_payees,
        1.0 * payers.n_payees * popularity.n_buyers / market.n_accounts AS expected
    FROM (
        SELECT payer, shop_id, count(DISTINCT purse) AS n_paid
        FROM met
        GROUP BY payer, shop_id
        HAVING count(DISTINCT purse) >= {min_payees}
    ) AS meetings
    JOIN payers ON payers.payer = meetings.payer
    JOIN popularity ON popularity.shop_id = meetings.shop_id
    CROSS JOIN market
),
tied AS (
    SELECT payer, shop_id
    FROM weighed
    WHERE n_paid >= {min_focus} * n_payees
        OR (
            n_paid >= {min_lift} * expected
            AND n_paid > expected
            AND n_paid - expected + n_paid * ln(expected / n_paid) <= {math.log(max_chance)}
        )
),
tied_buyers AS (
    SELECT met.account_id, met.shop_id, met.payer
    FROM met
    JOIN tied ON tied.payer = met.payer AND tied.shop_id = met.shop_id
),
returns AS (
    SELECT received.*
    FROM received
    JOIN (SELECT DISTINCT account_id, payer FROM tied_buyers) AS paying
        ON paying.account_id = received.account_id AND paying.payer = received.payer
)"""

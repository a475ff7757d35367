"""Paying for others: whose money it is in the end, and whose means an account has.

Many accounts that one wallet pays for are one hand's, or they are people whom somebody helps. Two
things tell them apart. Whoever pays the wallet back buys with their own money, through a carer or
an agent. And a wallet that is nobody's card, used by people who have cards of their own, is an
allowance: a gift card, a benefit, a voucher of their firm.
"""

from unbrush.base.purses import own_purses_sql

FEWEST = 3
"""Accounts from which paying for others is more than a couple's."""

MOST_HOLDERS = 5
"""Accounts up to which a card is a household's own."""

REPAID = 0.5
"""Share of what a wallet paid for an account from which the account pays its own way."""


def helped_sql() -> str:
    """Return CTEs that end with ``helped`` (account_id, payer_token), for use once in a SELECT.

    They read accounts, account_links, orders and transfers. What the wallet sends back to the
    account is taken off.
    """
    return f"""
{own_purses_sql(max_holders=MOST_HOLDERS)},
{_shared_payers_sql()},
paid_for AS (
    SELECT orders.account_id, orders.payer_token, sum(orders.paid_minor) AS paid_minor
    FROM orders JOIN shared_payers ON shared_payers.payer_token = orders.payer_token
    WHERE orders.paid_minor > 0
    GROUP BY orders.account_id, orders.payer_token
),
settled AS (
    SELECT own_purses.account_id, shared_payers.payer_token, transfers.amount_minor
    FROM transfers
    JOIN shared_payers ON shared_payers.payer_token = transfers.to_token
    JOIN own_purses ON own_purses.token = transfers.from_token
    UNION ALL
    SELECT own_purses.account_id, shared_payers.payer_token, -transfers.amount_minor
    FROM transfers
    JOIN shared_payers ON shared_payers.payer_token = transfers.from_token
    JOIN own_purses ON own_purses.token = transfers.to_token
),
helped AS (
    SELECT paid_for.account_id, paid_for.payer_token
    FROM paid_for JOIN settled
        ON settled.account_id = paid_for.account_id
        AND settled.payer_token = paid_for.payer_token
    GROUP BY paid_for.account_id, paid_for.payer_token
    HAVING sum(settled.amount_minor) >= {REPAID} * any_value(paid_for.paid_minor)
)"""


def allowances_sql(*, after_helped: bool = False) -> str:
    """Return CTEs that end with ``allowances`` (payer_token); read account_links and orders.

    Where no card of anybody is known, no wallet is an allowance.

    Args:
        after_helped: Whether `helped_sql` stands before it in the same SELECT.
    """
    return f"""
{"" if after_helped else _shared_payers_sql() + ","}
cards AS (
    SELECT token, account_id FROM account_links WHERE kind = 'card'
),
unknown_payers AS (
    SELECT payer_token FROM shared_payers
    WHERE payer_token NOT IN (SELECT token FROM cards WHERE token IS NOT NULL)
),
with_means AS (
    SELECT DISTINCT account_id FROM cards
    WHERE token IN (
        SELECT token FROM cards GROUP BY token
        HAVING count(DISTINCT account_id) <= {MOST_HOLDERS}
    )
),
users AS (
    SELECT DISTINCT orders.payer_token, orders.account_id
    FROM orders JOIN unknown_payers ON unknown_payers.payer_token = orders.payer_token
),
allowances AS (
    SELECT users.payer_token
    FROM users LEFT JOIN with_means ON with_means.account_id = users.account_id
    GROUP BY users.payer_token
    HAVING count(with_means.account_id) >= {REPAID} * count(*)
)"""


def _shared_payers_sql() -> str:
    return f"""shared_payers AS (
    SELECT payer_token FROM orders
    WHERE payer_token IS NOT NULL
    GROUP BY payer_token
    HAVING count(DISTINCT account_id) >= {FEWEST}
)"""

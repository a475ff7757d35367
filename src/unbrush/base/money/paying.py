"""Paying for others: whose money it is in the end, and whose means an account has.

Many accounts that one wallet pays for are one hand's, or they are people whom somebody helps. Two
things tell them apart. Whoever pays the wallet back buys with their own money, through a carer or
an agent. And a wallet that is nobody's card, used by people who have cards of their own, is an
allowance: a gift card, a benefit, a voucher of their firm.
"""

FEWEST = 3
"""Accounts from which paying for others is more than a couple's."""

MOST_HOLDERS = 5
"""Accounts up to which a card is a household's own."""

REPAID = 0.5
"""Share of what a wallet paid for an account from which the account pays its own way."""


def helped_sql(*, among: str = "orders") -> str:
    """Return CTEs that end with ``helped`` (account_id, payer_token), for use once in a SELECT.

    They read accounts, account_links, orders and transfers. What the wallet sends back to the
    account is taken off. Only wallets that pay for several accounts are looked at, and only whose
    money went to them or came from them.

    Args:
        among: Table or CTE (account_id, payer_token) in which a wallet pays for several accounts.
    """
    return f"""
{_shared_payers_sql(among)},
paid_for AS (
    SELECT account_id, payer_token, sum(paid_minor) AS paid_minor
    FROM orders
    WHERE paid_minor > 0 AND payer_token IN (SELECT payer_token FROM shared_payers)
    GROUP BY account_id, payer_token
),
flows AS (
    SELECT to_token AS payer_token, from_token AS token, amount_minor FROM transfers
    WHERE to_token IN (SELECT payer_token FROM shared_payers)
    UNION ALL
    SELECT from_token, to_token, -amount_minor FROM transfers
    WHERE from_token IN (SELECT payer_token FROM shared_payers)
),
known_by AS (
    SELECT payer_token AS token, account_id FROM orders
    WHERE payer_token IN (SELECT token FROM flows)
    UNION
    SELECT token, account_id FROM account_links
    WHERE kind IN ('card', 'phone') AND token IN (SELECT token FROM flows)
    UNION
    SELECT phone_token, account_id FROM accounts WHERE phone_token IN (SELECT token FROM flows)
),
own_tokens AS (
    SELECT token, account_id FROM known_by
    WHERE token IN (
        SELECT token FROM known_by GROUP BY token HAVING count(*) <= {MOST_HOLDERS}
    )
),
helped AS (
    SELECT paid_for.account_id, paid_for.payer_token
    FROM flows
    JOIN own_tokens ON own_tokens.token = flows.token
    JOIN paid_for
        ON paid_for.account_id = own_tokens.account_id
        AND paid_for.payer_token = flows.payer_token
    GROUP BY paid_for.account_id, paid_for.payer_token
    HAVING sum(flows.amount_minor) >= {REPAID} * any_value(paid_for.paid_minor)
)"""


def unclear_sql(*, among: str) -> str:
    """Return a CTE ``unclear`` (order_id): paid by a wallet of several, and no transfers tell why.

    Without them nobody knows whether the wallet is paid back. Stands after `helped_sql`.

    Args:
        among: The table or CTE that `helped_sql` was given, with order_id.
    """
    return f"""
unclear AS (
    SELECT order_id FROM {among}
    WHERE payer_token IN (SELECT payer_token FROM shared_payers)
        AND (SELECT count(*) FROM transfers) = 0
)"""


def allowances_sql(*, after_helped: bool = False) -> str:
    """Return CTEs that end with ``allowances`` (payer_token); read account_links and orders.

    Where no card of anybody is known, no wallet is an allowance.

    Args:
        after_helped: Whether `helped_sql` stands before it in the same SELECT.
    """
    return f"""
{"" if after_helped else _shared_payers_sql("orders") + ","}
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


def _shared_payers_sql(among: str) -> str:
    return f"""several AS (  -- most wallets are one account's, which is cheaper to see
    SELECT payer_token FROM {among}
    WHERE payer_token IS NOT NULL
    GROUP BY payer_token
    HAVING min(account_id) <> max(account_id)
),
shared_payers AS (
    SELECT payer_token FROM {among}
    WHERE payer_token IN (SELECT payer_token FROM several)
    GROUP BY payer_token
    HAVING count(DISTINCT account_id) >= {FEWEST}
)"""

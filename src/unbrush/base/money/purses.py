"""Purses: whose money a token moves, a person's or a shop's.

Transfers name only the tokens of wallets and cards. A purse is one that few enough accounts use to
be somebody's own; a shop's tokens are those that it is paid through, or that its owner answers for.
"""


def own_purses_sql(*, max_holders: int, among: str = "transfers") -> str:
    """Return CTEs that end with ``own_purses`` (token, account_id, purse).

    They read accounts, account_links, orders and ``among``. One row per token and account, of
    tokens that ``among`` names; ``purse`` is the token's number.

    Args:
        max_holders: Accounts up to which a token is somebody's own.
        among: The transfers to look at: a table or CTE with the columns of transfers.
    """
    return f"""
moving AS (  -- most cards and phones never stand in a transfer
    SELECT from_token AS token FROM {among}
    UNION
    SELECT to_token FROM {among}
),
purses AS (
    SELECT orders.payer_token AS token, orders.account_id
    FROM orders SEMI JOIN moving ON moving.token = orders.payer_token
    UNION
    SELECT account_links.token, account_links.account_id
    FROM account_links SEMI JOIN moving ON moving.token = account_links.token
    WHERE account_links.kind IN ('card', 'phone')
    UNION
    SELECT accounts.phone_token, accounts.account_id
    FROM accounts SEMI JOIN moving ON moving.token = accounts.phone_token
),
own_purses AS (  -- numbered, as are payers: numbers join in a fraction of the memory
    SELECT purses.token, purses.account_id, personal.purse
    FROM purses
    JOIN (
        SELECT token, row_number() OVER (ORDER BY token) AS purse
        FROM purses
        GROUP BY token
        HAVING count(*) <= {max_holders}
    ) AS personal ON personal.token = purses.token
)"""


def shop_tokens_sql(*, max_holders: int) -> str:
    """Return CTEs that end with ``shop_tokens`` (shop_id, token).

    They read owners, payouts and shops.

    Args:
        max_holders: Owners up to which a token is theirs, and not an agency's.
    """
    return f"""
owner_tokens AS (
    SELECT shop_id, bank_token AS token FROM payouts WHERE bank_token IS NOT NULL
    UNION
    SELECT shops.shop_id, owners.bank_token
    FROM shops JOIN owners ON owners.owner_id = shops.owner_id
    WHERE owners.bank_token IS NOT NULL
    UNION
    SELECT shops.shop_id, owners.phone_token
    FROM shops JOIN owners ON owners.owner_id = shops.owner_id
    WHERE owners.phone_token IS NOT NULL
    UNION
    SELECT shops.shop_id, owners.legal_rep_token
    FROM shops JOIN owners ON owners.owner_id = shops.owner_id
    WHERE owners.legal_rep_token IS NOT NULL
),
shop_tokens AS (  -- without the accounts of agencies, through which the money of many owners goes
    SELECT owner_tokens.shop_id, owner_tokens.token
    FROM owner_tokens
    JOIN (
        SELECT owner_tokens.token
        FROM owner_tokens LEFT JOIN shops ON shops.shop_id = owner_tokens.shop_id
        GROUP BY owner_tokens.token
        HAVING count(DISTINCT CASE
            WHEN shops.owner_id IS NULL THEN concat('shop ', owner_tokens.shop_id)
            ELSE concat('owner ', shops.owner_id)
        END) <= {max_holders}
    ) AS own ON own.token = owner_tokens.token
)"""

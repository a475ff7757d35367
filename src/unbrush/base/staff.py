"""What staff do in favour of which shop, and what ties them to the people behind a shop.

A tie is a token that a staff member shares with an owner (one hop), or with an account that in turn
shares one with an owner, works for the shop, or with a wallet that the shop's owner pays (two
hops). Whatever many people share ties nobody: the address of the head office, the bank account of
an agency.
"""

MOST_HOLDERS = 6
"""Accounts or owners from which on a token is no longer one household's."""

MOST_COLLEAGUES = 2
"""Staff from which on a token is the employer's."""


def acts_sql() -> str:
    """Return CTEs that end in ``acts``: staff actions and the shop that each is about.

    Columns: action_id, staff_id, approver_id, kind, subject (kind and id as text), at_ms, reason,
    shop_id (null where it is about no shop). Reads staff_actions, orders, items, payouts, shops.
    """
    return """
about AS (
    SELECT 'shop' AS subject_kind, CAST(shop_id AS VARCHAR) AS subject_id, shop_id
    FROM (SELECT shop_id FROM shops UNION SELECT shop_id FROM orders)
    UNION ALL
    SELECT 'item', CAST(item_id AS VARCHAR), shop_id FROM items
    UNION ALL
    SELECT 'payout', CAST(payout_id AS VARCHAR), shop_id FROM payouts
    UNION ALL
    SELECT 'order', CAST(order_id AS VARCHAR), shop_id FROM orders
    WHERE CAST(order_id AS VARCHAR) IN (
        SELECT CAST(subject_id AS VARCHAR) FROM staff_actions WHERE subject_kind = 'order'
    )
),
acts AS (
    SELECT
        staff_actions.action_id, staff_actions.staff_id, staff_actions.approver_id,
        staff_actions.kind, staff_actions."at" AS at_ms, staff_actions.reason,
        concat(staff_actions.subject_kind, ' ', staff_actions.subject_id) AS subject,
        about.shop_id
    FROM staff_actions
    LEFT JOIN about
        ON about.subject_kind = staff_actions.subject_kind
        AND about.subject_id = CAST(staff_actions.subject_id AS VARCHAR)
)"""


def ties_sql() -> str:
    """Return CTEs that end in ``ties``: staff_id, shop_id, n_hops (1 or 2, the fewest).

    Reads staff, owners, shops, payouts, accounts, account_links, transfers.
    """
    return f"""
staff_held AS (
    SELECT staff_id, unnest([phone_token, identity_token, address_token, bank_token]) AS token
    FROM staff
    UNION
    SELECT staff.staff_id, unnest([accounts.phone_token, accounts.identity_token])
    FROM staff JOIN accounts ON accounts.account_id = staff.account_id
    UNION
    SELECT staff.staff_id, account_links.token
    FROM staff JOIN account_links ON account_links.account_id = staff.account_id
    WHERE account_links.kind IN ('phone', 'card', 'device')
        OR (account_links.kind = 'address'
            AND coalesce(account_links.address_type, 'home') = 'home')
),
staff_own AS (
    SELECT staff_id, token FROM staff_held
    WHERE token IN (
        SELECT token FROM staff_held WHERE token IS NOT NULL
        GROUP BY token HAVING count(DISTINCT staff_id) <= {MOST_COLLEAGUES}
    )
),
firm_held AS (
    SELECT shops.shop_id, concat('owner ', owners.owner_id) AS owner,
        unnest([owners.legal_rep_token, owners.phone_token, owners.address_token,
                owners.bank_token]) AS token
    FROM shops JOIN owners ON owners.owner_id = shops.owner_id
    UNION
    SELECT payouts.shop_id,
        CASE WHEN shops.owner_id IS NULL THEN concat('shop ', payouts.shop_id)
            ELSE concat('owner ', shops.owner_id) END,
        payouts.bank_token
    FROM payouts LEFT JOIN shops ON shops.shop_id = payouts.shop_id
),
firm_own AS (
    SELECT DISTINCT shop_id, token FROM firm_held
    WHERE token IN (
        SELECT token FROM firm_held WHERE token IS NOT NULL
        GROUP BY token HAVING count(DISTINCT owner) <= {MOST_HOLDERS}
    )
),
held AS (
    SELECT account_id, phone_token AS token FROM accounts WHERE phone_token IS NOT NULL
    UNION ALL
    SELECT account_id, identity_token FROM accounts WHERE identity_token IS NOT NULL
    UNION ALL
    SELECT account_id, token FROM account_links
    WHERE kind IN ('phone', 'card', 'device')
        OR (kind = 'address' AND coalesce(address_type, 'home') = 'home')
),
households AS (  -- accounts that share a token with a member of staff
    SELECT account_id, token FROM held WHERE token IN (SELECT token FROM staff_own)
),
kin AS (
    SELECT DISTINCT staff_own.staff_id, households.account_id
    FROM households JOIN staff_own ON staff_own.token = households.token
    WHERE households.token IN (
        SELECT token FROM households
        GROUP BY token HAVING count(DISTINCT account_id) <= {MOST_HOLDERS}
    )
),
tied AS (
    SELECT staff_own.staff_id, firm_own.shop_id, 1 AS n_hops
    FROM staff_own JOIN firm_own ON firm_own.token = staff_own.token
    UNION ALL
    SELECT kin.staff_id, firm_own.shop_id, 2
    FROM kin
    JOIN held ON held.account_id = kin.account_id
    JOIN firm_own ON firm_own.token = held.token
    UNION ALL
    SELECT kin.staff_id, accounts.staff_of_shop_id, 2
    FROM kin JOIN accounts ON accounts.account_id = kin.account_id
    WHERE accounts.staff_of_shop_id IS NOT NULL
    UNION ALL
    SELECT staff_own.staff_id, firm_own.shop_id, 2
    FROM transfers
    JOIN staff_own ON staff_own.token = transfers.to_token
    JOIN firm_own ON firm_own.token = transfers.from_token
),
ties AS (
    SELECT staff_id, shop_id, min(n_hops) AS n_hops FROM tied GROUP BY staff_id, shop_id
)"""

"""Many accounts of one identity or phone buy in one shop.

What it finds: Orders of a shop by accounts that share an identity (or phone number), where at least
    ``min_buyers`` of that identity's accounts bought from this shop, so many that its popularity
    cannot explain it.
Why it is fake: One verified identity, or one SIM card in a pool, stands behind a drawer of
    accounts; they are used where somebody pays for buyers. A person needs no second account to be
    a customer twice.
Look-alikes: A family plan, and a parent who vouches for the accounts of minors (no more buyers in
    a shop than a household has). A recycled number (its holders follow each other; they are counted
    apart where nobody used it for ``handover_days``). Accounts of a company under one
    number (orders sent to an office or school, or of ``bulk_pieces`` or more, do not count, nor do
    those of groups; without these marks, a buying team and its one supplier look the same).
Score: e / (e + min_buyers), where e is the number of buyers beyond those that popularity gives.
    Popularity is the shop's share of all account-shop pairs of identities that are not crowded.
    E2 and element b from ``drawer_buyers`` on.
Check by hand: 1. List all accounts of the identity with registration, device and address. 2. Ask
    the holder, by another channel than the shared number. 3. See who received the goods.
Cost: One pass over accounts and phone links, one over orders; then crowded identities only. At most
    one row per order.
References: domain notes T19 (one KYC, many accounts); the null is a configuration model with a
    Chernoff bound on its Poisson tail.
"""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.meeting import meeting_sql
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted


@dataclass(frozen=True, kw_only=True)
class Params:
    """When an identity has too many accounts in one shop."""

    min_buyers: int = bounded(
        6, at_least=2, doc="Buyers of one shop under one identity: more than a household."
    )
    drawer_buyers: int = bounded(
        8, at_least=2, doc="Buyers from which it is a drawer of accounts: E2, organised."
    )
    min_share: float = bounded(
        0.2, at_least=0.0, at_most=1.0, doc="Smallest share of the identity's accounts in the shop."
    )
    min_lift: float = bounded(
        5.0, at_least=1.0, doc="Smallest number of buyers for each one that popularity explains."
    )
    max_chance: float = bounded(
        1e-4, at_least=1e-300, at_most=1.0, doc="Largest chance that popularity alone did it."
    )
    handover_days: int = bounded(
        30, at_least=1, doc="Days without use after which a number may have a new holder."
    )
    bulk_pieces: int = bounded(
        5, at_least=2, doc="Pieces in one order from which it is a company's and does not count."
    )


def sql(params: Params) -> str:
    """Return the SELECT that finds orders of crowded identities.

    Tokens of identities and phones are told apart by a prefix. An account that has both is looked
    at under each, and the finding that says more is kept.
    """
    return f"""
WITH held AS (
    SELECT account_id, concat('identity ', identity_token) AS holder FROM accounts
    WHERE identity_token IS NOT NULL
    UNION
    SELECT account_id, concat('phone ', phone_token) FROM accounts WHERE phone_token IS NOT NULL
    UNION
    SELECT account_id, concat('phone ', token) FROM account_links WHERE kind = 'phone'
),
many AS (
    SELECT holder FROM held GROUP BY holder HAVING count(*) >= {params.min_buyers}
),
shared AS (
    SELECT held.account_id, held.holder FROM held JOIN many ON many.holder = held.holder
),
business_addresses AS (
    SELECT DISTINCT token FROM account_links
    WHERE kind = 'address' AND address_type IN ('office', 'school')
),
placed AS (
    SELECT orders.order_id, orders.account_id, orders.shop_id, orders.placed_at, shared.holder
    FROM orders JOIN shared ON shared.account_id = orders.account_id
    WHERE coalesce(orders.quantity, 1) < {params.bulk_pieces} AND orders.group_id IS NULL
        AND (orders.address_token IS NULL
            OR orders.address_token NOT IN (SELECT token FROM business_addresses))
),
uses AS (  -- an account of the holder, from when to when
    SELECT holder, account_id, min(placed_at) AS first_at, max(placed_at) AS last_at
    FROM placed
    GROUP BY holder, account_id
),
handed_over AS (  -- 1 where an account appears after nobody used the number for long
    SELECT
        uses.*,
        CASE WHEN first_at > {params.handover_days * DAY_MS} + max(last_at) OVER (
            PARTITION BY holder ORDER BY first_at, account_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AND holder LIKE 'phone %' THEN 1 ELSE 0 END AS is_new_holder
    FROM uses
),
owned AS (
    SELECT
        holder, account_id,
        sum(is_new_holder) OVER (
            PARTITION BY holder ORDER BY first_at, account_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS holder_number
    FROM handed_over
),
at_place AS (
    SELECT
        placed.order_id, placed.account_id, placed.shop_id,
        split_part(placed.holder, ' ', 1) AS kind,
        concat(placed.holder, '#', owned.holder_number) AS place
    FROM placed
    JOIN owned ON owned.holder = placed.holder AND owned.account_id = placed.account_id
),
lone_pairs AS (  -- trade that no crowded identity had a part in
    SELECT DISTINCT account_id, shop_id
    FROM orders
    WHERE account_id NOT IN (SELECT account_id FROM shared)
),
found AS (
    WITH {
        meeting_sql(
            token="kind",
            min_buyers=params.min_buyers,
            strong_buyers=params.drawer_buyers,
            min_share=params.min_share,
            min_lift=params.min_lift,
            max_chance=params.max_chance,
        )
    }
),
ranked AS (
    SELECT found.*, row_number() OVER (
        PARTITION BY subject_id ORDER BY score DESC, kind, n_accounts, n_shops
    ) AS nth
    FROM found
)
SELECT subject_id, score, evidence_ids, strength, element, n_buyers, n_accounts, n_shops,
    expected_buyers, kind
FROM ranked WHERE nth = 1
"""


def explain(facts: Facts) -> Words:
    """Say how many accounts of the identity meet in the shop, and how many would by chance."""
    n_buyers, n_accounts, n_shops = facts["n_buyers"], facts["n_accounts"], facts["n_shops"]
    expected, is_phone = facts["expected_buyers"], facts["kind"] == "phone"
    return Words(
        f"本店 {n_buyers} 个买家账号属于同一{'手机号' if is_phone else '实名身份'}"
        f"（其名下共 {n_accounts} 个账号、{n_shops} 家店铺；"
        f"按店铺热度只应有约 {expected:.2f} 个）。",
        f"{counted(n_buyers, 'buyer')} of this shop hold accounts under one "
        f"{'phone number' if is_phone else 'identity'} ({counted(n_accounts, 'account')} and "
        f"{counted(n_shops, 'shop')} under it; the shop's popularity explains about "
        f"{expected:.2f}).",
    )


DETECTOR = Detector(
    name="one-identity-many-accounts",
    title=Words("同一身份名下多个账号在同店下单", "many accounts of one identity buy in one shop"),
    subject="order",
    family=Family.GRAPH,
    strength=Strength.E2,
    element=Element.ORGANISED,
    needs={
        "orders": ("order_id", "account_id", "shop_id", "placed_at"),
        "accounts": ("account_id", "phone_token"),
    },
    uses={
        "accounts": ("identity_token",),
        "account_links": ("account_id", "kind", "token", "address_type"),
        "orders": ("quantity", "group_id", "address_token"),
    },
    evidence="orders",
    look_alikes={
        "family-plan": Words("家庭套餐", "a family plan"),
        "recycled-number": Words("二次放号", "a number that was given to others later"),
        "company-accounts": Words("公司名下的账号", "accounts of one company"),
        "parent-accounts": Words("家长为未成年人实名", "a parent who vouches for minors"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

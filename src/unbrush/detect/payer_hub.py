"""One wallet or card pays the orders of many accounts in one shop.

What it finds: Orders of a shop paid by a wallet or card that pays there for at least ``min_buyers``
    accounts, so many that the shop's popularity cannot explain it, and for at least
    ``min_dependence`` of what each of these accounts buys anywhere.
Why it is fake: Whoever runs the accounts pays for them, and so does whoever hires people that have
    no money to advance. Customers pay for themselves, or are paid for by one family.
    Where money reaches the wallet about as it paid there, and ``min_own`` of that or more is from
    the shop's owner, the shop pays itself.
Look-alikes: A family (too few accounts), and a carer who pays for several people, who need things
    from many shops. A carer, an agent or a proxy payment service (代付) whom the buyers pay back:
    who returned half of what the wallet paid for them buys with their own money and does not count.
    The buyer of a company (bulk orders, and those to an office or school, do not count). A gift
    card's issuer (it pays in many shops, in none beyond its popularity; a shop's own card is used
    by people who otherwise pay for themselves, and they do not count; a wallet that is nobody's
    card, and most of whose users have cards of their own, is never more than weak). A group leader
    who pays for the group, and gifts (such orders do not count). Not told apart: an unmarked
    company with one supplier, and a shop's own card of people of whom no other card is known. A
    ransom, a commission or compensation that a shop pays to such a wallet is not the price of what
    it bought (the sums differ; orders undone, or of buyers who complained or changed what they had
    written, do not count, and must be the fewer, also among those who left a review), nor is an
    allowance that it gives its staff; and what a rival gives says nothing of this shop.
Score: e / (e + min_buyers), where e is the number of buyers beyond those that popularity gives.
    Popularity is the shop's share of all account-shop pairs that are not paid by a hub. E2 and
    element b from ``hub_buyers`` on; E2 and element c where the shop's money comes back to the
    wallet.
Check by hand: 1. List what the wallet paid, by time and shop: a household's needs or one shop's
    goods? 2. Ask whose wallet it is, and whether the shop's money reaches it. 3. See who received.
Cost: One pass over orders for payers and one for their accounts; the rest over hubs only. At most
    one row per order.
References: domain notes T3 (shared payment graph) and 1.3 (payer is not the buyer); the null is a
    configuration model with a Chernoff bound on its Poisson tail.
"""

from dataclasses import dataclass

from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.meeting import meeting_sql
from unbrush.base.money.paying import allowances_sql, helped_sql
from unbrush.base.money.purses import shop_tokens_sql
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted


@dataclass(frozen=True, kw_only=True)
class Params:
    """When a wallet pays for too many."""

    min_buyers: int = bounded(
        6, at_least=2, doc="Buyers of one shop that one wallet pays for: more than a household."
    )
    hub_buyers: int = bounded(
        10, at_least=2, doc="Buyers from which somebody must be running them: E2, organised."
    )
    min_dependence: float = bounded(
        0.5, at_least=0.0, at_most=1.0, doc="Least share of an account's orders that it pays."
    )
    min_share: float = bounded(
        0.2, at_least=0.0, at_most=1.0, doc="Smallest share of the wallet's accounts in the shop."
    )
    min_lift: float = bounded(
        5.0, at_least=1.0, doc="Smallest number of buyers for each one that popularity explains."
    )
    max_chance: float = bounded(
        1e-6, at_least=1e-300, at_most=1.0, doc="Largest chance that popularity alone did it."
    )
    bulk_pieces: int = bounded(
        5, at_least=2, doc="Pieces in one order from which it is a company's and does not count."
    )
    low: float = bounded(
        0.7, at_least=0.1, at_most=1.0, doc="Least share of the prices that reaches the wallet."
    )
    min_own: float = bounded(
        0.3, at_least=0.1, at_most=1.0, doc="Least share of them that the shop's purse gives."
    )
    high: float = bounded(
        1.5, at_least=1.0, at_most=5.0, doc="Largest; the fee of a small order may be half of it."
    )
    min_kept: float = bounded(
        0.5, at_least=0.0, at_most=1.0, doc="Share of what it paid there that nobody undid."
    )
    min_transfers: int = bounded(
        3, at_least=1, doc="Payments from the shop's purse: a single sum may be for anything."
    )
    max_owners: int = bounded(
        6, at_least=1, doc="Owners from which a token is an agency's, and no shop's own purse."
    )


def sql(params: Params) -> str:
    """Return the SELECT that finds orders paid by hubs."""
    return f"""
WITH business_addresses AS (
    SELECT DISTINCT token FROM account_links
    WHERE kind = 'address' AND address_type IN ('office', 'school')
),
paid AS (
    SELECT
        order_id, account_id, shop_id, payer_token,
        coalesce(quantity, 1) < {params.bulk_pieces} AND group_id IS NULL
            AND NOT coalesce(is_gift, false)
            AND (address_token IS NULL
                OR address_token NOT IN (SELECT token FROM business_addresses)) AS counts
    FROM orders
    WHERE payer_token IS NOT NULL
),
paid_by AS (
    SELECT payer_token, account_id, count(*) AS n_paid FROM paid GROUP BY payer_token, account_id
),
hubs AS (
    SELECT payer_token FROM paid_by GROUP BY payer_token HAVING count(*) >= {params.min_buyers}
),
of_hubs AS (
    SELECT paid_by.account_id, paid_by.payer_token
    FROM paid_by JOIN hubs ON hubs.payer_token = paid_by.payer_token
),
{helped_sql(among="of_hubs")},
{allowances_sql(after_helped=True)},
weak_places AS (
    SELECT payer_token AS place FROM allowances
),
wealth AS (  -- all that somebody is known to have paid for an account
    SELECT account_id, sum(n_paid)::BIGINT AS n_orders FROM paid_by
    WHERE account_id IN (SELECT account_id FROM of_hubs)
    GROUP BY account_id
),
dependants AS (
    SELECT paid_by.payer_token, paid_by.account_id
    FROM paid_by
    JOIN hubs ON hubs.payer_token = paid_by.payer_token
    JOIN wealth ON wealth.account_id = paid_by.account_id
    LEFT JOIN helped
        ON helped.payer_token = paid_by.payer_token AND helped.account_id = paid_by.account_id
    WHERE paid_by.n_paid >= {params.min_dependence} * wealth.n_orders AND helped.account_id IS NULL
),
at_place AS (
    SELECT
        paid.order_id, paid.account_id, paid.shop_id, paid.payer_token, paid.payer_token AS place
    FROM paid
    JOIN dependants
        ON dependants.payer_token = paid.payer_token AND dependants.account_id = paid.account_id
    WHERE paid.counts
),
lone_pairs AS (  -- trade that no hub paid
    SELECT DISTINCT account_id, shop_id
    FROM orders
    WHERE payer_token IS NULL OR payer_token NOT IN (SELECT payer_token FROM hubs)
),
{_own_money(params)},
{
        meeting_sql(
            token="payer_token",
            min_buyers=params.min_buyers,
            strong_buyers=params.hub_buyers,
            min_share=params.min_share,
            min_lift=params.min_lift,
            max_chance=params.max_chance,
            weak_places="weak_places",
            own_money="own_money",
        )
    }"""


def _own_money(params: Params) -> str:
    """Hubs that somebody makes good what they spent in a shop, and the shop's own purse helps to.

    Sums are set beside sums, since a hub's payments are nobody's in particular.
    """
    return f"""{shop_tokens_sql(max_holders=params.max_owners)},
houses AS (  -- shops of one owner, who has one purse for all
    SELECT
        own.shop_id, own.token,
        CASE
            WHEN shops.owner_id IS NULL THEN concat('shop ', own.shop_id)
            ELSE concat('owner ', shops.owner_id)
        END AS house
    FROM shop_tokens AS own LEFT JOIN shops ON shops.shop_id = own.shop_id
),
house_tokens AS (SELECT DISTINCT house, token FROM houses),
moved AS (  -- from an owner to a hub, less what the hub sent back
    SELECT own.house, transfers.to_token AS place, transfers.amount_minor, 1 AS n
    FROM transfers
    JOIN hubs ON hubs.payer_token = transfers.to_token
    JOIN house_tokens AS own ON own.token = transfers.from_token
    WHERE transfers.from_token <> transfers.to_token
    UNION ALL
    SELECT own.house, transfers.from_token, -transfers.amount_minor, 0
    FROM transfers
    JOIN hubs ON hubs.payer_token = transfers.from_token
    JOIN house_tokens AS own ON own.token = transfers.to_token
    WHERE transfers.from_token <> transfers.to_token
),
given AS (
    SELECT house, place, sum(amount_minor)::BIGINT AS returned_minor
    FROM moved
    GROUP BY house, place
    HAVING sum(n) >= {params.min_transfers}
),
income AS (  -- from the owner, and from whoever else pays in its stead
    SELECT to_token AS place, sum(amount_minor)::BIGINT AS income_minor
    FROM transfers
    WHERE amount_minor > 0 AND from_token <> to_token
        AND to_token IN (SELECT place FROM given)
    GROUP BY to_token
),
spoken AS (  -- whether buyers complained, or changed what they had written: a ransom's do
    SELECT order_id, bool_or(coalesce(rating <= 2, false) OR edited_at IS NOT NULL) AS is_unwilling
    FROM reviews WHERE order_id IS NOT NULL
    GROUP BY order_id
),
spent AS (
    SELECT
        given.house, given.place, given.returned_minor, orders.shop_id, orders.paid_minor,
        coalesce(orders.status, '') NOT IN ('refunded', 'cancelled')
            AND orders.order_id NOT IN (SELECT order_id FROM refunds)
            AND NOT coalesce(spoken.is_unwilling, false) AS is_kept,
        spoken.is_unwilling
    FROM given
    JOIN (SELECT DISTINCT house, shop_id FROM houses) AS own ON own.house = given.house
    JOIN orders ON orders.payer_token = given.place AND orders.shop_id = own.shop_id
    LEFT JOIN spoken ON spoken.order_id = orders.order_id
    WHERE orders.paid_minor > 0
),
sums AS (
    SELECT
        house, place, any_value(returned_minor) AS returned_minor,
        sum(paid_minor)::BIGINT AS spent_minor,
        sum(CASE WHEN is_kept THEN paid_minor ELSE 0 END)::BIGINT AS kept_minor,
        -- A review that was bought off may be gone: those that are left speak for all.
        2 * count(CASE WHEN is_unwilling THEN 1 END) > count(is_unwilling) AS is_ransom
    FROM spent
    GROUP BY house, place
),
own_money AS (
    SELECT DISTINCT spent.place, spent.shop_id, sums.returned_minor, sums.spent_minor
    FROM sums
    JOIN spent ON spent.house = sums.house AND spent.place = sums.place
    JOIN income ON income.place = sums.place
    WHERE spent.place NOT IN (SELECT place FROM weak_places)  -- what a shop gives its staff
        AND NOT sums.is_ransom
        AND sums.kept_minor >= {params.min_kept} * sums.spent_minor
        AND income.income_minor >= {params.low} * sums.kept_minor
        AND sums.returned_minor
            BETWEEN {params.min_own} * sums.kept_minor AND {params.high} * sums.spent_minor
)"""


def explain(facts: Facts) -> Words:
    """Say for how many buyers the wallet pays, and how many would be by chance."""
    n_buyers, n_accounts, n_shops = facts["n_buyers"], facts["n_accounts"], facts["n_shops"]
    expected = facts["expected_buyers"]
    own_zh = own_en = ""
    if facts["returned_minor"] is not None:
        spent, returned = facts["spent_minor"] / 100, facts["returned_minor"] / 100
        own_zh = (
            f"；它在本店（及店主其他店铺）付款 {spent:.2f}，店铺自己的账户又转给它 {returned:.2f}"
        )
        own_en = (
            f"; it paid the owner's shops {spent:.2f}, and the owner's purse gave it {returned:.2f}"
        )
    return Words(
        f"本店 {n_buyers} 个买家的订单由同一钱包或银行卡付款"
        f"（它共为 {n_accounts} 个账号、在 {n_shops} 家店铺付款；"
        f"按店铺热度只应有约 {expected:.2f} 个）{own_zh}。",
        f"One wallet or card paid for {counted(n_buyers, 'buyer')} of this shop (it pays for "
        f"{counted(n_accounts, 'account')} in {counted(n_shops, 'shop')}; the shop's popularity "
        f"explains about {expected:.2f}){own_en}.",
    )


DETECTOR = Detector(
    name="payer-hub",
    title=Words("一个钱包为多名买家付款", "one wallet pays for many buyers of one shop"),
    subject="order",
    family=Family.MONEY,
    strength=Strength.E2,
    element=Element.ORGANISED,
    needs={"orders": ("order_id", "account_id", "shop_id", "payer_token")},
    uses={
        "account_links": ("account_id", "kind", "token", "address_type"),
        "accounts": ("account_id", "phone_token"),
        "orders": ("paid_minor", "quantity", "group_id", "is_gift", "address_token", "status"),
        "owners": ("owner_id", "bank_token", "phone_token", "legal_rep_token"),
        "payouts": ("shop_id", "bank_token"),
        "refunds": ("order_id",),
        "reviews": ("order_id", "rating", "edited_at"),
        "shops": ("shop_id", "owner_id"),
        "transfers": ("from_token", "to_token", "amount_minor"),
    },
    evidence="orders",
    look_alikes={
        "family": Words("家人代付", "a family pays together"),
        "carer": Words("照护者代付", "a carer pays for those in their care"),
        "company-procurement": Words("企业采购", "the buyer of a company"),
        "proxy-payment": Words("代付服务", "a service that pays for others"),
        "gift-card-issuer": Words("礼品卡发行方", "the issuer of a gift card"),
        "group-leader": Words("团长代付", "a group leader pays for the group"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

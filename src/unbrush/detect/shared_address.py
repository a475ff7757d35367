"""Many buyers of one shop have their orders sent to the same address.

What it finds: Orders of a shop sent to an address where at least ``min_buyers`` accounts receive
    goods from that same shop, where so many of the address's accounts meet in this shop that its
    popularity cannot explain it.
Why it is fake: Goods of fake orders (or the pebbles and napkins sent instead) are collected at the
    organiser's door and often go back to stock; the accounts that ordered them are only names.
Look-alikes: A household (too few accounts). A pick-up station, locker or forwarder, and an office,
    school or company (the address is marked as one; an unmarked station has many accounts and a
    broad mix of shops, none beyond its popularity). A care home (its people pay back whoever pays
    for them, and such orders do not count). A group-buying leader (orders of one group of
    ``group_accounts`` accounts or more). Gifts to one person (marked as gifts). An unmarked campus
    and its canteens (people who live there have most of their goods from elsewhere: weak only).
Score: e / (e + min_buyers), where e is the number of buyers beyond those that popularity gives.
    Popularity is the shop's share of all account-shop pairs at addresses that are not crowded, so
    that collected orders cannot make their own shop look popular. E2 and element b from
    ``depot_buyers`` on, where the shops that stand out have ``depot_share`` of the trade there; but
    not of orders paid by one wallet for several where the data has no transfers.
Check by hand: 1. Look the address up: a home, a station, a company, the shop's own store? 2. List
    its orders by time and item. 3. See whether its accounts ever order to anywhere else.
Cost: Reads orders twice and account_links once; two groupings over orders, the rest over crowded
    addresses only. At most one row per order.
References: docs/architecture.md, Evidence; the null is a configuration model with a Chernoff bound
    on its Poisson tail. It knows no places: a canteen feeding an unmarked dormitory can exceed it.
"""

from dataclasses import dataclass

from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.meeting import meeting_sql
from unbrush.base.money.paying import helped_sql, unclear_sql
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted


@dataclass(frozen=True, kw_only=True)
class Params:
    """When an address receives the goods of too many buyers of one shop."""

    min_buyers: int = bounded(
        5, at_least=2, doc="Buyers of one shop at one address before anything is said."
    )
    depot_buyers: int = bounded(
        10, at_least=2, doc="Buyers from which somebody must be collecting: E2, organised."
    )
    min_share: float = bounded(
        0.3, at_least=0.0, at_most=1.0, doc="Smallest share of the address's accounts in the shop."
    )
    min_lift: float = bounded(
        5.0, at_least=1.0, doc="Smallest number of buyers for each one that popularity explains."
    )
    max_chance: float = bounded(
        1e-6, at_least=1e-300, at_most=1.0, doc="Largest chance that popularity alone did it."
    )
    depot_share: float = bounded(
        0.5,
        at_least=0.0,
        at_most=1.0,
        doc="Share of what goes to a depot that comes from the shops standing out there.",
    )
    group_accounts: int = bounded(
        3, at_least=2, doc="Accounts of one group at one address that make it a group purchase."
    )


def sql(params: Params) -> str:
    """Return the SELECT that finds orders to crowded addresses."""
    return f"""
WITH public_addresses AS (
    SELECT DISTINCT token AS address_token
    FROM account_links
    WHERE kind = 'address'
        AND address_type IN ('station', 'locker', 'forwarder', 'office', 'school')
),
sent AS (
    SELECT order_id, account_id, shop_id, address_token, group_id, payer_token
    FROM orders
    WHERE address_token IS NOT NULL
        AND coalesce(is_gift, false) = false
        AND address_token NOT IN (SELECT address_token FROM public_addresses)
),
group_purchases AS (
    SELECT address_token, group_id
    FROM sent
    WHERE group_id IS NOT NULL
    GROUP BY address_token, group_id
    HAVING count(DISTINCT account_id) >= {params.group_accounts}
),
receives AS (
    SELECT DISTINCT address_token, account_id FROM sent
),
crowded AS (
    SELECT address_token
    FROM receives
    GROUP BY address_token
    HAVING count(*) >= {params.min_buyers}
),
in_crowds AS (
    SELECT sent.* FROM sent WHERE address_token IN (SELECT address_token FROM crowded)
),
{helped_sql(among="in_crowds")},
{unclear_sql(among="in_crowds")},
at_place AS (
    SELECT
        in_crowds.order_id, in_crowds.account_id, in_crowds.shop_id, in_crowds.address_token,
        in_crowds.address_token AS place
    FROM in_crowds
    LEFT JOIN group_purchases
        ON group_purchases.address_token = in_crowds.address_token
        AND group_purchases.group_id = in_crowds.group_id
    LEFT JOIN helped
        ON helped.account_id = in_crowds.account_id AND helped.payer_token = in_crowds.payer_token
    WHERE group_purchases.group_id IS NULL AND helped.account_id IS NULL
),
lone_pairs AS (  -- trade that no crowded address had a part in
    SELECT DISTINCT account_id, shop_id
    FROM orders
    WHERE address_token IS NULL
        OR address_token NOT IN (SELECT address_token FROM crowded)
),
{
        meeting_sql(
            token="address_token",
            min_buyers=params.min_buyers,
            strong_buyers=params.depot_buyers,
            min_share=params.min_share,
            min_lift=params.min_lift,
            max_chance=params.max_chance,
            unclear="unclear",
            strong_share=params.depot_share,
        )
    }"""


def explain(facts: Facts) -> Words:
    """Say how many buyers meet at the address, how many by chance, and what else goes there."""
    n_buyers, n_accounts, n_shops = facts["n_buyers"], facts["n_accounts"], facts["n_shops"]
    expected, share = facts["expected_buyers"], facts["standing_share"]
    return Words(
        zh=f"本店 {n_buyers} 个买家的货寄往同一地址（该地址共 {n_accounts} 个账号、"
        f"{n_shops} 家店铺；按店铺热度只应有约 {expected:.2f} 个）；"
        f"寄往该地址的交易有 {share:.0%} 来自此类店铺。",
        en=f"Orders of {counted(n_buyers, 'buyer')} of this shop went to one address "
        f"({counted(n_accounts, 'account')} and {counted(n_shops, 'shop')} there; the shop's "
        f"popularity explains about {expected:.2f}); shops that stand out like this have "
        f"{share:.0%} of the trade there.",
    )


DETECTOR = Detector(
    name="shared-address",
    title=Words(zh="多名买家共用一个收货地址", en="many buyers of one shop share an address"),
    subject="order",
    family=Family.GRAPH,
    strength=Strength.E2,
    element=Element.ORGANISED,
    needs={"orders": ("order_id", "account_id", "shop_id", "address_token")},
    uses={
        "account_links": ("account_id", "kind", "token", "address_type"),
        "accounts": ("account_id", "phone_token"),
        "orders": ("group_id", "is_gift", "paid_minor", "payer_token"),
        "transfers": ("from_token", "to_token", "amount_minor"),
    },
    evidence="orders",
    look_alikes={
        "household": Words(zh="一家人", en="a household"),
        "pick-up-station": Words(
            zh="驿站、快递柜、转运仓", en="a pick-up station, locker or forwarder"
        ),
        "unmarked-station": Words(
            zh="未标注的代收点", en="a collection point that is not marked as one"
        ),
        "workplace": Words(zh="单位、学校", en="an office, school or company"),
        "group-buying": Words(zh="团长代收的团购", en="group buying collected by its leader"),
        "gifts": Words(zh="送给同一人的礼物", en="gifts to one person"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

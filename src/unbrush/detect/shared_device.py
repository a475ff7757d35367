"""Many buyers of one shop order from the same device.

What it finds: Orders of a shop placed from a device on which at least ``min_buyers`` accounts
    bought from that same shop, where so many of the device's accounts meet in this shop that its
    popularity cannot explain it. An order without a device takes that of its account, if the
    account is known to have exactly one.
Why it is fake: One operator logs in account after account (a phone rack, an emulator, a cloud
    phone) and buys in the shops that pay for it. Customers of one shop do not share a phone.
Look-alikes: A family phone (too few accounts). An internet cafe or kiosk, and somebody who orders
    for others (many shops, none of them beyond its popularity; or the buyers pay back half or more
    of what that helper paid for them, and such orders do not count). A phone sold on (its accounts
    follow each other; they are counted apart where nobody used it for ``handover_days``). The till
    of the shop itself, where staff help customers order and hand over at once (a staff account of
    the shop uses the device, the orders are not shipped).
Score: e / (e + min_buyers), where e is the number of buyers beyond those that popularity gives.
    Popularity is the shop's share of all account-shop pairs on devices that are not crowded, so
    that a farm cannot make its own shop look popular. E2 and element b from ``farm_buyers`` on, but
    not of orders paid by one wallet for several where the data has no transfers: nobody knows
    whether it is paid back.
Check by hand: 1. List the orders of the device by time: do accounts take turns within minutes?
    2. See what else these accounts bought, and where it was sent. 3. Ask whether the device stands
    in a public place.
Cost: Reads orders twice and account_links once; two groupings over orders, the rest over crowded
    devices only. At most one row per order.
References: docs/architecture.md, Evidence; the null is a configuration model with a Chernoff bound
    on its Poisson tail.
"""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.meeting import meeting_sql
from unbrush.base.money.paying import helped_sql, unclear_sql
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted


@dataclass(frozen=True, kw_only=True)
class Params:
    """When a device is shared by too many buyers of one shop."""

    min_buyers: int = bounded(
        4, at_least=2, doc="Buyers of one shop on one device before anything is said."
    )
    farm_buyers: int = bounded(
        6, at_least=2, doc="Buyers from which the device looks like a farm: E2, organised."
    )
    min_share: float = bounded(
        0.2, at_least=0.0, at_most=1.0, doc="Smallest share of the device's accounts in the shop."
    )
    min_lift: float = bounded(
        5.0, at_least=1.0, doc="Smallest number of buyers for each one that popularity explains."
    )
    max_chance: float = bounded(
        1e-4, at_least=1e-300, at_most=1.0, doc="Largest chance that popularity alone did it."
    )
    handover_days: int = bounded(
        30, at_least=1, doc="Days without use after which a device may have a new owner."
    )


def sql(params: Params) -> str:
    """Return the SELECT that finds orders from crowded devices."""
    return f"""
WITH only_device AS (
    SELECT account_id, min(token) AS device_token
    FROM account_links
    WHERE kind = 'device'
    GROUP BY account_id
    HAVING count(DISTINCT token) = 1
),
placed AS (
    SELECT
        orders.order_id, orders.account_id, orders.shop_id, orders.placed_at, orders.payer_token,
        coalesce(orders.device_token, only_device.device_token) AS device_token
    FROM orders
    LEFT JOIN only_device
        ON orders.device_token IS NULL AND only_device.account_id = orders.account_id
),
uses AS (  -- an account on a device, from when to when
    SELECT device_token, account_id, min(placed_at) AS first_at, max(placed_at) AS last_at
    FROM placed
    WHERE device_token IS NOT NULL
    GROUP BY device_token, account_id
),
crowded AS (
    SELECT device_token FROM uses GROUP BY device_token HAVING count(*) >= {params.min_buyers}
),
handed_over AS (  -- 1 where an account appears after nobody used the device for long
    SELECT
        uses.*,
        CASE WHEN first_at > {params.handover_days * DAY_MS} + max(last_at) OVER (
            PARTITION BY device_token ORDER BY first_at, account_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) THEN 1 ELSE 0 END AS is_new_owner
    FROM uses
    WHERE device_token IN (SELECT device_token FROM crowded)
),
owned AS (
    SELECT
        device_token, account_id,
        sum(is_new_owner) OVER (
            PARTITION BY device_token ORDER BY first_at, account_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS owner_number
    FROM handed_over
),
staff_devices AS (
    SELECT placed.device_token, accounts.staff_of_shop_id AS shop_id
    FROM accounts JOIN placed ON placed.account_id = accounts.account_id
    WHERE accounts.staff_of_shop_id IS NOT NULL
    UNION
    SELECT account_links.token, accounts.staff_of_shop_id
    FROM accounts JOIN account_links ON account_links.account_id = accounts.account_id
    WHERE accounts.staff_of_shop_id IS NOT NULL AND account_links.kind = 'device'
),
handed_out AS (  -- ordered at the shop's own till and not sent anywhere
    SELECT orders.order_id
    FROM placed
    JOIN staff_devices
        ON staff_devices.device_token = placed.device_token
        AND staff_devices.shop_id = placed.shop_id
    JOIN orders ON orders.order_id = placed.order_id
    WHERE orders.shipped_at IS NULL
        AND orders.order_id NOT IN (SELECT order_id FROM shipments WHERE order_id IS NOT NULL)
),
in_crowds AS (
    SELECT order_id, account_id, payer_token FROM placed
    WHERE device_token IN (SELECT device_token FROM crowded)
),
{helped_sql(among="in_crowds")},
{unclear_sql(among="in_crowds")},
ordered_for AS (  -- by somebody whom the buyer pays for it
    SELECT in_crowds.order_id
    FROM in_crowds
    JOIN helped
        ON helped.account_id = in_crowds.account_id AND helped.payer_token = in_crowds.payer_token
),
at_place AS (  -- a device that was sold on is another place
    SELECT
        placed.order_id, placed.account_id, placed.shop_id, placed.device_token,
        concat(placed.device_token, '#', owned.owner_number) AS place
    FROM placed
    JOIN owned
        ON owned.device_token = placed.device_token AND owned.account_id = placed.account_id
    WHERE placed.order_id NOT IN (SELECT order_id FROM handed_out)
        AND placed.order_id NOT IN (SELECT order_id FROM ordered_for)
),
lone_pairs AS (  -- trade that no crowded device had a part in
    SELECT DISTINCT account_id, shop_id
    FROM placed
    WHERE device_token IS NULL OR device_token NOT IN (SELECT device_token FROM crowded)
),
{
        meeting_sql(
            token="device_token",
            min_buyers=params.min_buyers,
            strong_buyers=params.farm_buyers,
            min_share=params.min_share,
            min_lift=params.min_lift,
            max_chance=params.max_chance,
            unclear="unclear",
        )
    }"""


def explain(facts: Facts) -> Words:
    """Say how many buyers meet on the device, and how many would by chance."""
    n_buyers, n_accounts, n_shops = facts["n_buyers"], facts["n_accounts"], facts["n_shops"]
    expected = facts["expected_buyers"]
    return Words(
        zh=f"本店 {n_buyers} 个买家用同一台设备下单（该设备共 {n_accounts} 个账号、"
        f"{n_shops} 家店铺；按店铺热度只应有约 {expected:.2f} 个）。",
        en=f"{counted(n_buyers, 'buyer')} of this shop ordered from one device "
        f"({counted(n_accounts, 'account')} and {counted(n_shops, 'shop')} on it; "
        f"the shop's popularity explains about {expected:.2f}).",
    )


DETECTOR = Detector(
    name="shared-device",
    title=Words(zh="多名买家共用一台设备", en="many buyers of one shop share a device"),
    subject="order",
    family=Family.GRAPH,
    strength=Strength.E2,
    element=Element.ORGANISED,
    needs={"orders": ("order_id", "account_id", "shop_id", "placed_at", "device_token")},
    uses={
        "account_links": ("account_id", "kind", "token"),
        "accounts": ("account_id", "phone_token", "staff_of_shop_id"),
        "orders": ("paid_minor", "payer_token", "shipped_at"),
        "shipments": ("order_id",),
        "transfers": ("from_token", "to_token", "amount_minor"),
    },
    evidence="orders",
    look_alikes={
        "family-phone": Words(zh="家人共用手机", en="a family shares a phone"),
        "internet-cafe": Words(zh="网吧或公共终端", en="an internet cafe or kiosk"),
        "assisted-ordering": Words(zh="代购、代下单", en="somebody orders for many others"),
        "second-hand-phone": Words(zh="二手手机", en="a phone sold on to new owners"),
        "shop-till": Words(zh="门店收银台代客下单", en="the till of the shop itself"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

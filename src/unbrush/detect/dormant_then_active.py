"""Accounts that slept for long wake together for the same shops.

What it finds: Shops where at least ``min_accounts`` of the buyers ordered again, in the same
    ``window_days``, after nothing was seen of them for ``silent_days``, many times what the market
    explains, and where these same accounts also meet in shops of other owners.
Why it is fake: Aged accounts are kept, bought or rented for their history and used when there is a
    list of tasks; people who come back on their own do not come back for the same shops.
Look-alikes: Seasonal buyers come back for a category (where at least ``felt_share`` of its shops
    felt it, it is the season's) and to shops that they bought from before, which do not count. 双11
    wakes everybody, so that every shop expects it. A win-back campaign is marked, and its orders do
    not count; an unmarked one by the platform is spread like 双11, one by a shop is for its old
    customers. Not told apart: an unmarked gift of several shops to lost customers of the platform;
    that is why this is weak evidence.
Score: e / (e + min_accounts), where e is the number of such accounts beyond what is expected: of
    the shop's buyers in each week, the share of those just awake in the orders of that week in
    shops that they do not crowd. Chance alone makes at most ``max_false`` findings in a whole
    market.
Check by hand: 1. Open some accounts: what did they buy before they fell silent, and where was it
    sent? 2. See whether devices, addresses or payers changed on waking. 3. See what else was
    advertised in those days.
Cost: Two passes over orders, one over interactions of accounts that may have slept; by-week tables
    of shops that wakers crowd. Silence is only known within the records: a market of fewer than
    ``silent_days`` days has nothing to find.
References: domain notes T19 (dormant to active flips); the null is a configuration model by week
    with a Chernoff bound on its Poisson tail, corrected for all cells (Bonferroni).
"""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, day_of
from unbrush.base.cohort import WEEK_MS, cohort_sql
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted


@dataclass(frozen=True, kw_only=True)
class Params:
    """When waking up together is too much."""

    silent_days: int = bounded(
        60, at_least=14, doc="Days without an order or a look after which an account slept."
    )
    window_days: int = bounded(
        7, at_least=1, at_most=31, doc="Days in which accounts wake together."
    )
    awake_days: int = bounded(
        7, at_least=1, at_most=60, doc="Days after waking that are looked at."
    )
    min_accounts: int = bounded(
        8, at_least=3, doc="Awakened accounts in a shop before anything is said."
    )
    min_shops: int = bounded(
        2, at_least=1, doc="Owners in whose shops each of these accounts meets the others."
    )
    min_lift: float = bounded(
        5.0, at_least=1.0, doc="Smallest number of accounts for each one that is expected."
    )
    max_false: float = bounded(
        0.01,
        at_least=1e-300,
        at_most=1.0,
        doc="Expected findings in a whole market in which chance alone is at work.",
    )
    felt_share: float = bounded(
        0.5, at_least=0.1, at_most=1.0, doc="Share of a category's shops that makes it a season."
    )


def sql(params: Params) -> str:
    """Return the SELECT of shops; a cohort is a window of waking counted from 1970.

    An account sleeps from its last order, or from its registration, but not from before the first
    moment on record: what it did then is not known. One without either may be new. Looks that lead
    to the order belong to the waking.
    """
    window = params.window_days * DAY_MS
    return f"""
WITH record AS (
    SELECT min(placed_at) AS first_at FROM orders
),
gaps AS (
    SELECT
        orders.account_id, orders.placed_at AS awake_at,
        coalesce(
            lag(orders.placed_at) OVER (
                PARTITION BY orders.account_id ORDER BY orders.placed_at
            ),
            CASE WHEN accounts.registered_at IS NOT NULL
                THEN greatest(accounts.registered_at, record.first_at) END
        ) AS since_at
    FROM orders LEFT JOIN accounts ON accounts.account_id = orders.account_id CROSS JOIN record
),
slept AS (
    SELECT account_id, awake_at, since_at FROM gaps
    WHERE awake_at - since_at >= {params.silent_days * DAY_MS}
),
restless AS (  -- bought nothing, but came to look
    SELECT DISTINCT slept.account_id, slept.awake_at
    FROM interactions JOIN slept ON slept.account_id = interactions.account_id
    WHERE interactions."at" < slept.awake_at - {params.awake_days * DAY_MS}
        AND interactions."at" > slept.awake_at - {params.silent_days * DAY_MS}
),
woken AS (
    SELECT slept.account_id, slept.awake_at, slept.awake_at // {window} AS cohort
    FROM slept LEFT JOIN restless
        ON restless.account_id = slept.account_id AND restless.awake_at = slept.awake_at
    WHERE restless.account_id IS NULL
),
customers AS (
    SELECT orders.account_id, orders.shop_id, min(orders.placed_at) AS first_at
    FROM orders WHERE orders.account_id IN (SELECT account_id FROM woken)
    GROUP BY orders.account_id, orders.shop_id
),
awake AS (  -- what they bought on waking in shops that are new to them
    SELECT orders.order_id, max(woken.cohort) AS cohort
    FROM orders
    JOIN woken ON woken.account_id = orders.account_id
    JOIN customers
        ON customers.account_id = orders.account_id AND customers.shop_id = orders.shop_id
    WHERE orders.placed_at >= woken.awake_at AND customers.first_at >= woken.awake_at
        AND orders.placed_at <= woken.awake_at + {params.awake_days * DAY_MS}
    GROUP BY orders.order_id
),
placed AS (
    SELECT
        orders.order_id, orders.account_id, orders.shop_id, orders.placed_at // {WEEK_MS} AS week,
        awake.cohort
    FROM orders LEFT JOIN awake ON awake.order_id = orders.order_id
    WHERE orders.campaign_id IS NULL AND orders.live_session_id IS NULL
        AND orders.group_id IS NULL
),
{
        cohort_sql(
            window_ms=window,
            min_accounts=params.min_accounts,
            min_shops=params.min_shops,
            min_lift=params.min_lift,
            max_false=params.max_false,
            felt_share=params.felt_share,
        )
    }"""


def explain(facts: Facts) -> Words:
    """Say how many buyers woke together, how many would by chance, and where else they meet."""
    n_accounts, expected = facts["n_accounts"], facts["expected_accounts"]
    batches, others = facts["n_cohorts"], facts["n_other_shops"]
    since, days = day_of(facts["first_at"]), facts["window_h"] // 24
    return Words(
        f"本店 {n_accounts} 个买家在长期沉默后分 {batches} 批同时复活下单（最早一批在 {since} 起的 "
        f"{days} 天内；按市场节奏只应有约 {expected:.2f} 个），"
        f"其中多数还一起出现在另外 {others} 家店铺。",
        f"{counted(n_accounts, 'buyer')} of this shop woke from long silence in "
        f"{counted(batches, 'batch', 'batches')} (the first within {counted(days, 'day')} from "
        f"{since} UTC; the market explains about {expected:.2f}); most of a batch also meet in "
        f"{counted(others, 'other shop')}.",
    )


DETECTOR = Detector(
    name="dormant-then-active",
    title=Words(
        "沉默账号同时复活并在相同店铺下单", "silent accounts wake together for the same shops"
    ),
    subject="shop",
    family=Family.TIME,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={"orders": ("order_id", "account_id", "shop_id", "placed_at")},
    uses={
        "accounts": ("account_id", "registered_at"),
        "interactions": ("account_id", "at"),
        "orders": ("campaign_id", "live_session_id", "group_id"),
        "shops": ("shop_id", "owner_id", "category"),
    },
    evidence="orders",
    look_alikes={
        "seasonal-buyers": Words("季节性购买", "buyers who come once a season"),
        "double-eleven-only": Words("只在双11购物的人", "people who only buy at the 11-11 sales"),
        "win-back": Words("沉睡用户召回活动", "a campaign that wins back lost customers"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

"""Accounts registered on the same day buy in the same few shops.

What it finds: Shops where at least ``min_accounts`` of the buyers registered in one window of
    ``window_h`` hours, many times what the market's registrations and purchases explain, and where
    these same accounts also meet in shops of other owners.
Why it is fake: Accounts are bought or made by the batch, and a batch works through one list of
    shops. People who happen to join on one day do not share their shops.
Look-alikes: Newcomers of 双11 and of an app that went viral fill every shop, so that every shop
    expects them. Students who enrol fill a category: where at least ``felt_share`` of its shops
    felt the rush it is the category's. Friends whom a customer of the shop invited do not count, up
    to ``max_invited`` for each inviter. Orders of campaigns, live sessions and groups do not count,
    and one shop alone may have been recommended. Not told apart: an unmarked promotion of several
    shops to newcomers; that is why this is weak evidence.
Score: e / (e + min_accounts), where e is the number of such accounts beyond what is expected: of
    the shop's buyers in each week, the window's share of the orders of that week in shops that it
    does not crowd. Chance alone makes at most ``max_false`` findings in a whole market.
Check by hand: 1. List the accounts by the minute of registration: one after another? 2. See
    inviter, region, device and first orders side by side. 3. Ask what was advertised that day.
Cost: One pass over orders with their accounts; by-week tables of shops that a window crowds.
References: domain notes T19 (account supply); the null is a configuration model by week with a
    Chernoff bound on its Poisson tail, corrected for all cells (Bonferroni).
"""

from dataclasses import dataclass

from unbrush.base.clock import HOUR_MS, day_of
from unbrush.base.cohort import WEEK_MS, cohort_sql
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted


@dataclass(frozen=True, kw_only=True)
class Params:
    """When accounts of one age meet too often."""

    window_h: int = bounded(
        24, at_least=1, at_most=24 * 31, doc="Hours in which accounts count as one batch."
    )
    min_accounts: int = bounded(
        8, at_least=3, doc="Accounts of one batch in a shop before anything is said."
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
    max_invited: int = bounded(
        3, at_least=0, doc="Friends of one inviter in a shop who are taken for friends."
    )


def sql(params: Params) -> str:
    """Return the SELECT of shops; a cohort is a window of registration counted from 1970."""
    return f"""
WITH guests AS (  -- who was invited, and bought where
    SELECT orders.shop_id, orders.account_id, accounts.invited_by, accounts.registered_at
    FROM orders JOIN accounts ON accounts.account_id = orders.account_id
    WHERE accounts.invited_by IS NOT NULL AND accounts.registered_at IS NOT NULL
    GROUP BY orders.shop_id, orders.account_id, accounts.invited_by, accounts.registered_at
),
customers AS (
    SELECT shop_id, account_id, min(placed_at) AS since
    FROM orders
    WHERE account_id IN (SELECT invited_by FROM guests)
    GROUP BY shop_id, account_id
),
friends AS (  -- whose inviter was a customer of the shop before they joined, the first few
    SELECT
        guests.shop_id, guests.account_id,
        row_number() OVER (
            PARTITION BY guests.shop_id, guests.invited_by
            ORDER BY guests.registered_at, guests.account_id
        ) AS nth
    FROM guests JOIN customers
        ON customers.shop_id = guests.shop_id AND customers.account_id = guests.invited_by
        AND customers.since < guests.registered_at
),
placed AS (
    SELECT
        orders.order_id, orders.account_id, orders.shop_id, orders.placed_at // {WEEK_MS} AS week,
        CASE WHEN friends.account_id IS NULL
            THEN accounts.registered_at // {params.window_h * HOUR_MS} END AS cohort
    FROM orders
    LEFT JOIN accounts ON accounts.account_id = orders.account_id
    LEFT JOIN friends
        ON friends.shop_id = orders.shop_id AND friends.account_id = orders.account_id
        AND friends.nth <= {params.max_invited}
    WHERE orders.campaign_id IS NULL AND orders.live_session_id IS NULL
        AND orders.group_id IS NULL
),
{
        cohort_sql(
            window_ms=params.window_h * HOUR_MS,
            min_accounts=params.min_accounts,
            min_shops=params.min_shops,
            min_lift=params.min_lift,
            max_false=params.max_false,
            felt_share=params.felt_share,
        )
    }"""


def explain(facts: Facts) -> Words:
    """Say how many buyers joined together, how many would by chance, and where else they meet."""
    n_accounts, expected, others = (
        facts["n_accounts"],
        facts["expected_accounts"],
        facts["n_other_shops"],
    )
    since, hours = day_of(facts["first_at"]), facts["window_h"]
    batches = facts["n_cohorts"]
    return Words(
        f"本店 {n_accounts} 个买家分 {batches} 批集中注册（最早一批在 {since} 起的 {hours} 小时内；"
        f"按市场节奏只应有约 {expected:.2f} 个），其中多数还一起出现在另外 {others} 家店铺。",
        f"{counted(n_accounts, 'buyer')} of this shop registered in "
        f"{counted(batches, 'batch', 'batches')} (the first within "
        f"{counted(hours, 'hour')} from {since} UTC; the market explains about "
        f"{expected:.2f}); most of a batch also meet in {counted(others, 'other shop')}.",
    )


DETECTOR = Detector(
    name="registration-burst",
    title=Words(
        "同批注册的账号在相同店铺下单", "accounts registered together buy in the same shops"
    ),
    subject="shop",
    family=Family.TIME,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "orders": ("order_id", "account_id", "shop_id", "placed_at"),
        "accounts": ("account_id", "registered_at"),
    },
    uses={
        "accounts": ("invited_by",),
        "orders": ("campaign_id", "live_session_id", "group_id"),
        "shops": ("shop_id", "owner_id", "category"),
    },
    evidence="orders",
    look_alikes={
        "double-eleven-newcomers": Words("双11 新用户", "newcomers of the 11-11 sales"),
        "university-enrolment": Words("大学开学新生", "students who enrol at a university"),
        "viral-app": Words("应用推广爆红", "an app that went viral"),
        "referral-programme": Words("老带新邀请活动", "friends whom customers invited"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

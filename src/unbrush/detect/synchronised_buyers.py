"""The same people turn up in the same unrelated shops within days, again and again.

What it finds: Accounts that, in windows of ``window_days``, buy in pairs of shops of different
    owners whose buyers overlap, over several windows, far more than the shops' popularity explains,
    with ``min_shops`` such shops and ``min_windows`` such windows in all, and ``min_share`` of all
    the shops that it goes to.
Why it is fake: Hired people work through the lists of one organiser, whose clients have nothing in
    common but the organiser. People with a taste in common do not share a calendar.
Look-alikes: Complementary goods, and a street of shops (where two categories, or two regions, draw
    the same people anyway, the pair must exceed that, too, and one pair is never enough).
    Campaigns, live sessions and groups (their orders do not count). A fan club on the day of a
    release, and a campaign that is not marked (a pair does not count where ``max_event_share`` of
    its meetings are in one window: that was an event). Somebody who buys everywhere (few of their
    shops are in such pairs). Not told apart: friends who hunt bargains by one channel for weeks;
    that is why it is weak.
Score: s / (s + min_shops), where s is the number of the account's shops in such pairs. The null
    keeps, in every window, each shop's buyers and each account's shops, and gives a pair
    n_A n_B sum d(d - 1) / (sum d)^2 buyers, times the larger of the lifts of its two categories and
    of its two regions among all other pairs. Chance alone makes at most ``max_false`` pairs.
Check by hand: 1. Lay the orders of the named accounts side by side by day. 2. Ask what the shops
    have in common: a place, a brand, an article that named them all? 3. See who paid and whether
    money came back.
Cost: One pass over orders; pairs within an account's window only (none of more than ``max_shops``
    shops), which is linear in orders. Rings with members are the work of `group`; this finds the
    lone account of such a pair.
References: domain notes T1 (cross-shop synchrony); Newman 2010, Networks, chapter 13 (projection of
    a bipartite configuration model); the tail is bounded by Chernoff, corrected (Bonferroni).
"""

import math
from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, day_of
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

_MILLION = 1_000_000  # expectations are summed in whole millionths: the same in any order


@dataclass(frozen=True, kw_only=True)
class Params:
    """When meeting again is too much."""

    window_days: int = bounded(
        3, at_least=1, at_most=31, doc="Days in which purchases are together."
    )
    min_buyers: int = bounded(5, at_least=3, doc="Buyers that two shops have in common, at least.")
    min_lift: float = bounded(
        5.0, at_least=1.0, doc="Smallest number of common buyers for each one that is expected."
    )
    max_false: float = bounded(
        0.01,
        at_least=1e-300,
        at_most=1.0,
        doc="Expected pairs in a whole market in which chance alone is at work.",
    )
    min_shops: int = bounded(3, at_least=2, doc="Shops in such pairs before an account is named.")
    min_windows: int = bounded(2, at_least=1, doc="Windows in which it was in such pairs.")
    min_share: float = bounded(
        0.2, at_least=0.0, at_most=1.0, doc="Least share of the account's shops that are in pairs."
    )
    max_event_share: float = bounded(
        0.8,
        at_least=0.1,
        at_most=1.0,
        doc="Share of a pair's meetings in one window from which it was an event.",
    )
    max_shops: int = bounded(
        20,
        at_least=2,
        at_most=100,
        doc="Shops in one window above which an account is not looked at.",
    )


def sql(params: Params) -> str:
    """Return the SELECT of accounts; windows are counted from 1970."""
    return f"""
WITH visits AS (
    SELECT account_id, shop_id, placed_at // {params.window_days * DAY_MS} AS win
    FROM orders
    WHERE campaign_id IS NULL AND live_session_id IS NULL AND group_id IS NULL
    GROUP BY account_id, shop_id, win
),
busy AS (
    SELECT account_id, win, count(*) AS n_shops FROM visits GROUP BY account_id, win
),
windows AS (  -- pairs of visits that one account makes, per pair of visits of anybody
    SELECT
        win,
        1.0 * sum(CASE WHEN n_shops <= {params.max_shops} THEN n_shops * (n_shops - 1) END)
            / (sum(n_shops) * sum(n_shops)) AS per_pair
    FROM busy GROUP BY win
),
several AS (
    SELECT visits.account_id, visits.shop_id, visits.win
    FROM visits JOIN busy ON busy.account_id = visits.account_id AND busy.win = visits.win
    WHERE busy.n_shops BETWEEN 2 AND {params.max_shops}
),
known AS (
    SELECT
        sold.shop_id,
        coalesce(shops.category, '') AS category, coalesce(shops.region, '') AS region,
        coalesce(concat('owner ', shops.owner_id), concat('shop ', sold.shop_id)) AS owner
    FROM (SELECT DISTINCT shop_id FROM visits) AS sold
    LEFT JOIN shops ON shops.shop_id = sold.shop_id
),
meetings AS (  -- by window, how many accounts made this pair
    SELECT one.shop_id AS shop_a, two.shop_id AS shop_b, one.win, count(*) AS n
    FROM several AS one JOIN several AS two
        ON two.account_id = one.account_id AND two.win = one.win AND two.shop_id > one.shop_id
    GROUP BY one.shop_id, two.shop_id, one.win
),
pairs AS (
    SELECT shop_a, shop_b, sum(n)::BIGINT AS n, max(n) AS n_at_once
    FROM meetings GROUP BY shop_a, shop_b
),
tested AS (
    SELECT count(*) AS n_pairs FROM pairs
),
sales AS (
    SELECT shop_id, win, count(*) AS n FROM visits GROUP BY shop_id, win
),
candidates AS (
    SELECT pairs.shop_a, pairs.shop_b, pairs.n
    FROM pairs
    JOIN known AS a ON a.shop_id = pairs.shop_a
    JOIN known AS b ON b.shop_id = pairs.shop_b
    WHERE pairs.n >= {params.min_buyers} AND a.owner <> b.owner
        AND pairs.n_at_once <= {params.max_event_share} * pairs.n
),
expectations AS (
    SELECT
        candidates.shop_a, candidates.shop_b, candidates.n,
        sum(CAST(round(a.n * b.n * windows.per_pair * {_MILLION}) AS BIGINT)) / {_MILLION}.0
            AS expected
    FROM candidates
    JOIN sales AS a ON a.shop_id = candidates.shop_a
    JOIN sales AS b ON b.shop_id = candidates.shop_b AND b.win = a.win
    JOIN windows ON windows.win = a.win
    GROUP BY candidates.shop_a, candidates.shop_b, candidates.n
),
rare AS (  -- beyond popularity; whether kinds or places explain it is asked of these alone
    SELECT expectations.* FROM expectations CROSS JOIN tested
    WHERE n >= {params.min_lift} * expected
        AND n - expected + n * ln(greatest(expected, 1e-9) / n)
            <= {math.log(params.max_false)} - ln(n_pairs)
),
{_lifts_sql("category")},
{_lifts_sql("region")},
notable AS (
    SELECT rare.shop_a, rare.shop_b
    FROM rare
    JOIN category_lifts AS kinds ON kinds.shop_a = rare.shop_a AND kinds.shop_b = rare.shop_b
    JOIN region_lifts AS places ON places.shop_a = rare.shop_a AND places.shop_b = rare.shop_b
    CROSS JOIN tested
    WHERE n >= {params.min_lift} * expected * greatest(kinds.lift, places.lift, 1)
        AND n - expected * greatest(kinds.lift, places.lift, 1)
            + n * ln(greatest(expected * greatest(kinds.lift, places.lift, 1), 1e-9) / n)
            <= {math.log(params.max_false)} - ln(n_pairs)
),
took_part AS (
    SELECT one.account_id, one.win, notable.shop_a, notable.shop_b
    FROM notable
    JOIN several AS one ON one.shop_id = notable.shop_a
    JOIN several AS two
        ON two.account_id = one.account_id AND two.win = one.win AND two.shop_id = notable.shop_b
),
stops AS (
    SELECT account_id, win, shop_a AS shop_id FROM took_part
    UNION
    SELECT account_id, win, shop_b FROM took_part
),
named AS (
    SELECT
        stops.account_id, count(DISTINCT stops.shop_id) AS n_shops,
        count(DISTINCT stops.win) AS n_windows, min(stops.win) AS first_win
    FROM stops JOIN known ON known.shop_id = stops.shop_id
    GROUP BY stops.account_id
    HAVING count(DISTINCT known.owner) >= {params.min_shops}
        AND count(DISTINCT stops.win) >= {params.min_windows}
),
all_shops AS (
    SELECT account_id, count(DISTINCT shop_id) AS n_all_shops FROM visits
    WHERE account_id IN (SELECT account_id FROM named) GROUP BY account_id
),
evidence AS (
    SELECT orders.account_id, list(orders.order_id ORDER BY orders.order_id) AS evidence_ids
    FROM named
    JOIN stops ON stops.account_id = named.account_id
    JOIN orders ON orders.account_id = stops.account_id AND orders.shop_id = stops.shop_id
        AND orders.placed_at // {params.window_days * DAY_MS} = stops.win
    WHERE orders.campaign_id IS NULL AND orders.live_session_id IS NULL
        AND orders.group_id IS NULL
    GROUP BY orders.account_id
)
SELECT
    named.account_id AS subject_id,
    round(n_shops / (n_shops + {params.min_shops}.0), 6) AS score,
    evidence.evidence_ids, n_shops, n_all_shops, n_windows,
    (first_win * {params.window_days * DAY_MS})::BIGINT AS first_at,
    {params.window_days} AS window_days
FROM named
JOIN evidence ON evidence.account_id = named.account_id
JOIN all_shops ON all_shops.account_id = named.account_id
WHERE n_shops >= {params.min_share} * n_all_shops
"""


def _lifts_sql(kind: str) -> str:
    """Return CTEs that end with ``{kind}_lifts`` (shop_a, shop_b, lift) for the rare pairs.

    The lift of two kinds is how many more accounts than expected their shops have in common, the
    pair in question left out. A kind that is not known lifts nothing.
    """
    return f"""
{kind}_met AS (
    SELECT least(a.{kind}, b.{kind}) AS one, greatest(a.{kind}, b.{kind}) AS two,
        sum(pairs.n)::BIGINT AS n
    FROM pairs
    JOIN known AS a ON a.shop_id = pairs.shop_a
    JOIN known AS b ON b.shop_id = pairs.shop_b
    WHERE a.{kind} <> '' AND b.{kind} <> '' AND a.owner <> b.owner
    GROUP BY least(a.{kind}, b.{kind}), greatest(a.{kind}, b.{kind})
),
{kind}_sales AS (
    SELECT known.{kind} AS kind, sales.win, sum(sales.n)::BIGINT AS n
    FROM sales JOIN known ON known.shop_id = sales.shop_id
    WHERE known.{kind} <> ''
    GROUP BY known.{kind}, sales.win
),
{kind}_same AS (  -- of one kind, a shop does not meet itself
    SELECT known.{kind} AS kind, sales.win, sum(sales.n * sales.n)::BIGINT AS n
    FROM sales JOIN known ON known.shop_id = sales.shop_id
    WHERE known.{kind} <> ''
    GROUP BY known.{kind}, sales.win
),
{kind}_due AS (
    SELECT
        a.kind AS one, b.kind AS two,
        sum(CAST(round(
            CASE WHEN a.kind = b.kind THEN (a.n * a.n - same.n) / 2.0 ELSE a.n * b.n END
            * windows.per_pair * {_MILLION}
        ) AS BIGINT)) / {_MILLION}.0 AS expected
    FROM {kind}_sales AS a
    JOIN {kind}_sales AS b ON b.win = a.win AND b.kind >= a.kind
    JOIN {kind}_same AS same ON same.kind = a.kind AND same.win = a.win
    JOIN windows ON windows.win = a.win
    GROUP BY a.kind, b.kind
),
{kind}_lifts AS (
    SELECT
        rare.shop_a, rare.shop_b,
        coalesce((met.n - rare.n) / greatest(due.expected - rare.expected, 1), 1) AS lift
    FROM rare
    JOIN known AS a ON a.shop_id = rare.shop_a
    JOIN known AS b ON b.shop_id = rare.shop_b
    LEFT JOIN {kind}_met AS met
        ON met.one = least(a.{kind}, b.{kind}) AND met.two = greatest(a.{kind}, b.{kind})
    LEFT JOIN {kind}_due AS due
        ON due.one = least(a.{kind}, b.{kind}) AND due.two = greatest(a.{kind}, b.{kind})
)""".strip()


def explain(facts: Facts) -> Words:
    """Say in how many unrelated shops the account met the same people."""
    n_shops, n_all, n_windows = facts["n_shops"], facts["n_all_shops"], facts["n_windows"]
    since, days = day_of(facts["first_at"]), facts["window_days"]
    return Words(
        f"该账号自 {since} 起在 {n_windows} 个 {days} 天时段内，与同一批人一起出现在 {n_shops} 家"
        f"互不相干的店铺（它共光顾 {n_all} 家），这些店铺的买家重合远超热度所能解释。",
        f"From {since} on, in {counted(n_windows, 'window')} of {counted(days, 'day')}, this "
        f"account turned up in {counted(n_shops, 'unrelated shop')} (of {n_all:,} that it "
        f"visited) together with the same people; popularity does not explain their overlap.",
    )


DETECTOR = Detector(
    name="synchronised-buyers",
    title=Words("同一批人同步出现在无关店铺", "the same people in unrelated shops within days"),
    subject="account",
    family=Family.TIME,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={"orders": ("order_id", "account_id", "shop_id", "placed_at")},
    uses={
        "orders": ("campaign_id", "live_session_id", "group_id"),
        "shops": ("shop_id", "owner_id", "category", "region"),
    },
    evidence="orders",
    look_alikes={
        "complementary-goods": Words("配套商品", "goods that go together"),
        "one-street": Words("同一条街的店铺", "the shops of one street"),
        "campaign": Words("跨店活动", "a campaign across shops"),
        "heavy-buyer": Words("到处购物的人", "somebody who buys everywhere"),
        "fan-club": Words("粉丝集中购买", "a fan club on the day of a release"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

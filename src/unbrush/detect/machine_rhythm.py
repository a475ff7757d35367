"""Machine rhythm: different accounts order from one shop by the clock.

What it finds: Shops where orders of different accounts follow each other at the same distance, one
    after the other (a chain), or keep coming at the same second of the minute (a grid).
Why it is fake: A script works through its accounts with a fixed pause, or is started by a scheduler
    every so many minutes. People do not wait for each other: the distances of independent buyers
    differ widely, and nobody chooses the second.
Look-alikes: A kiosk, a counter or a helper who orders for others paces orders by one device, and
    orders of one device count once. Subscriptions are charged by the clock, but to known customers:
    only chains of mostly new customers are found, and only first orders count for a grid. A sale
    that starts at the full hour brings many in its first minute: minutes right after the full and
    the half hour do not count for a grid, and a minute counts once. Times that are whole minutes or
    seconds make distances alike by rounding: only distances many times the shop's own resolution
    are compared, and a shop whose times lie on one second is taken as rounded. Where a whole market
    has favourite seconds, these are expected. Orders of a live session or group do not count. Not
    told apart: orders of another system that are put in one by one, and, where devices are not
    known, a quick clerk; that is why this is weak.
Score: (n - e) / (n - e + min_orders), n being the orders found and e those that chance gives. Two
    distances agree by chance (within ``tolerance``) with the share that agrees in the market, at
    least the share that independent buyers make; chance alone makes at most ``max_false`` findings.
Check by hand: 1. List the orders of ``first_at`` with their seconds. 2. What do these accounts
    share: device, version, address, other shops at the same steps? 3. Does the shop put in orders
    that it took elsewhere?
Cost: Orders are sorted by shop and time once and counted by shop and second once; devices and
    earlier customers are only looked up for what remains. A chain that is mixed with much other
    trade is broken by it, pauses that are drawn at random are not seen.
References: for independent arrivals the ratio of two distances has the density 1 / (1 + r)^2, so
    that it lies within a small t of 1 with chance t / 2; domain notes T3.
"""

import math
from dataclasses import dataclass

from unbrush.base.clock import HOUR_MS, MINUTE_MS, SECOND_MS, minute_of
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

ROUNDED = 0.9  # of a shop's times on whole seconds, minutes, hours: their resolution
STEPS = 50  # of the resolution, from which on distances are compared
SECONDS = 60
HALF_HOUR_MS = 30 * MINUTE_MS
MOSTLY = 0.8  # of a chain's orders by accounts, devices and customers of their own


@dataclass(frozen=True, kw_only=True)
class Params:
    """When a rhythm is a machine's."""

    min_orders: int = bounded(10, at_least=5, doc="Orders in a chain or on a grid.")
    tolerance: float = bounded(
        0.02,
        at_least=0.001,
        at_most=0.1,
        doc="Share by which a distance may differ from the one before it.",
    )
    min_pause_s: int = bounded(5, at_least=1, doc="Shortest distance that is compared.")
    max_pause_s: int = bounded(7200, at_least=60, doc="Longest distance that is compared.")
    min_lift: float = bounded(
        4.0, at_least=1.5, doc="Times the expected orders on a second of the minute."
    )
    max_false: float = bounded(
        0.01,
        at_least=1e-300,
        at_most=1.0,
        doc="Expected findings in a whole market in which chance alone is at work.",
    )


def sql(params: Params) -> str:
    """Return the SELECT of shops with a chain or a grid."""
    chance = params.tolerance / 2
    return f"""
WITH counted AS (
    SELECT order_id, account_id, shop_id, placed_at, device_token FROM orders
    WHERE live_session_id IS NULL AND group_id IS NULL
),
clocks AS (
    SELECT shop_id, count(*) AS n,
        CASE
            WHEN count(*) FILTER (WHERE placed_at % {HOUR_MS} = 0) >= {ROUNDED} * count(*)
                THEN {HOUR_MS}
            WHEN count(*) FILTER (WHERE placed_at % {MINUTE_MS} = 0) >= {ROUNDED} * count(*)
                THEN {MINUTE_MS}
            WHEN count(*) FILTER (WHERE placed_at % {SECOND_MS} = 0) >= {ROUNDED} * count(*)
                THEN {SECOND_MS}
            ELSE 1
        END AS resolution_ms
    FROM counted GROUP BY shop_id HAVING count(*) >= {params.min_orders}
),
pauses AS (
    SELECT c.order_id, c.account_id, c.shop_id, c.placed_at, k.resolution_ms,
        c.placed_at - lag(c.placed_at) OVER by_time AS pause,
        row_number() OVER by_time AS place
    FROM counted AS c JOIN clocks AS k ON k.shop_id = c.shop_id
    WINDOW by_time AS (PARTITION BY c.shop_id ORDER BY c.placed_at, c.order_id)
),
paired AS (
    SELECT *, lag(pause) OVER (PARTITION BY shop_id ORDER BY place) AS pause_before FROM pauses
),
compared AS (
    SELECT order_id, account_id, shop_id, placed_at, place, pause,
        abs(pause - pause_before) <= {params.tolerance} * least(pause, pause_before) AS agrees
    FROM paired
    WHERE least(pause, pause_before)
            >= greatest({params.min_pause_s * SECOND_MS}, {STEPS} * resolution_ms)
        AND pause <= {params.max_pause_s * SECOND_MS}
),
market AS (
    SELECT count(*) AS n_pairs,
        greatest({chance}, count(*) FILTER (WHERE agrees) / greatest(count(*), 1)) AS share
    FROM compared
),
-- The market's share must not be made by those whom it shall find.
usual AS (
    SELECT n_pairs, greatest({chance}, least(share, (
        SELECT quantile_disc(share, 0.9) FROM (
            SELECT count(*) FILTER (WHERE agrees) / count(*) AS share FROM compared
            GROUP BY shop_id HAVING count(*) >= {params.min_orders}
        )
    ))) AS share
    FROM market
),
links AS (
    SELECT *, place - row_number() OVER (PARTITION BY shop_id ORDER BY place) AS chain
    FROM compared WHERE agrees
),
runs AS (
    SELECT shop_id, chain, count(*) AS n_agree, min(place) - 2 AS first_place,
        max(place) AS last_place
    FROM links GROUP BY shop_id, chain
),
long_runs AS (
    SELECT r.*, row_number() OVER (ORDER BY shop_id, first_place) AS run
    FROM runs AS r CROSS JOIN usual AS u
    WHERE n_agree + 2 >= {params.min_orders}
        AND n_agree * ln(u.share) <= {math.log(params.max_false)} - ln(u.n_pairs)
),
chained AS (
    SELECT r.run, r.shop_id, p.order_id, p.account_id, p.placed_at, p.pause, o.device_token
    FROM long_runs AS r
    JOIN pauses AS p ON p.shop_id = r.shop_id
        AND p.place >= r.first_place AND p.place <= r.last_place
    JOIN orders AS o ON o.order_id = p.order_id
),
known_before AS (
    SELECT DISTINCT c.run, c.account_id
    FROM chained AS c JOIN orders AS o ON o.shop_id = c.shop_id AND o.account_id = c.account_id
    WHERE o.placed_at < c.placed_at - {HOUR_MS}
),
chains AS (
    SELECT c.run, c.shop_id, count(*) AS n, median(c.pause) AS pause
    FROM chained AS c
    LEFT JOIN known_before AS k ON k.run = c.run AND k.account_id = c.account_id
    GROUP BY c.run, c.shop_id
    HAVING count(DISTINCT c.account_id) >= {MOSTLY} * count(*)
        AND count(DISTINCT c.device_token) >= {MOSTLY} * count(c.device_token)
        AND count(k.account_id) <= (1 - {MOSTLY}) * count(*)
),
-- Grids: minutes whose orders fall on the same second, each second once.
seconds AS (
    SELECT shop_id, placed_at // {SECOND_MS} % {SECONDS} AS second,
        count(DISTINCT placed_at // {MINUTE_MS}) AS n
    FROM counted SEMI JOIN clocks USING (shop_id)
    WHERE placed_at % {HALF_HOUR_MS} >= {MINUTE_MS}
    GROUP BY ALL
),
by_second AS (SELECT second, sum(n) AS n FROM seconds GROUP BY second),
by_shop AS (SELECT shop_id, sum(n) AS n, max(n) AS highest FROM seconds GROUP BY shop_id),
total AS (SELECT sum(n) AS n, count(*) AS n_cells FROM seconds),
full_seconds AS (
    SELECT s.shop_id, s.second, s.n, greatest(
        -- Of others' orders, filled up with a market that has no favourite.
        b.n * (m.n - s.n + 1.0) / (t.n - b.n + {SECONDS}),
        1.0 * b.n / {SECONDS}
    ) AS expected, t.n_cells
    FROM seconds AS s
    JOIN by_shop AS b ON b.shop_id = s.shop_id
    JOIN by_second AS m ON m.second = s.second
    CROSS JOIN total AS t
    WHERE s.n >= {params.min_orders} AND s.n < {ROUNDED} * b.n
),
suspects AS (
    SELECT * FROM full_seconds
    WHERE n >= {params.min_lift} * expected
        AND n - expected + n * ln(expected / n) <= {math.log(params.max_false)} - ln(n_cells)
),
ticked AS (
    SELECT s.shop_id, s.second, s.expected, c.order_id, c.account_id, c.placed_at, c.device_token
    FROM suspects AS s
    JOIN counted AS c ON c.shop_id = s.shop_id
        AND c.placed_at // {SECOND_MS} % {SECONDS} = s.second
        AND c.placed_at % {HALF_HOUR_MS} >= {MINUTE_MS}
),
first_ticks AS (  -- of an account, of a device and of a minute
    SELECT t.* FROM ticked AS t
    JOIN (
        SELECT c.shop_id, c.account_id, min(c.placed_at) AS first_at
        FROM counted AS c SEMI JOIN suspects USING (shop_id) GROUP BY c.shop_id, c.account_id
    ) AS f ON f.shop_id = t.shop_id AND f.account_id = t.account_id AND f.first_at = t.placed_at
    QUALIFY row_number() OVER (
        PARTITION BY t.shop_id, t.second, coalesce(t.device_token, t.order_id::VARCHAR)
        ORDER BY t.placed_at, t.order_id
    ) = 1
),
grids AS (
    SELECT shop_id, second, expected, count(DISTINCT placed_at // {MINUTE_MS}) AS n
    FROM first_ticks GROUP BY shop_id, second, expected
    HAVING n >= {params.min_orders} AND n >= {params.min_lift} * expected
),
named AS (
    SELECT DISTINCT c.shop_id, c.order_id, c.placed_at, true AS in_chain
    FROM chained AS c SEMI JOIN chains USING (run)
    UNION ALL
    SELECT DISTINCT t.shop_id, t.order_id, t.placed_at, false
    FROM first_ticks AS t SEMI JOIN grids USING (shop_id, second)
),
listed AS (
    SELECT shop_id, list(DISTINCT order_id ORDER BY order_id) AS evidence_ids,
        count(DISTINCT order_id) AS n_orders,
        count(DISTINCT order_id) FILTER (WHERE in_chain) AS n_chained,
        min(placed_at) AS first_at
    FROM named GROUP BY shop_id
),
by_chance AS (
    SELECT shop_id, sum(round(1000 * expected)::BIGINT) / 1000.0 AS expected, min(second) AS second
    FROM grids GROUP BY shop_id
),
rhythms AS (
    SELECT shop_id, count(*) AS n_chains, max(n) AS longest,
        (max({{'n': n, 'pause': pause}})).pause AS pause
    FROM chains GROUP BY shop_id
)
SELECT l.shop_id AS subject_id,
    round((n_orders - coalesce(b.expected, 0))
        / (n_orders - coalesce(b.expected, 0) + {params.min_orders}), 6) AS score,
    l.evidence_ids, n_orders, n_chained, coalesce(r.n_chains, 0) AS n_chains,
    coalesce(r.longest, 0) AS longest, round(r.pause / {SECOND_MS}, 2) AS pause_s,
    b.second, round(b.expected, 2) AS expected, l.first_at
FROM listed AS l
LEFT JOIN by_chance AS b ON b.shop_id = l.shop_id
LEFT JOIN rhythms AS r ON r.shop_id = l.shop_id
"""


def explain(facts: Facts) -> Words:
    """Say which orders kept step, and by which clock."""
    n_orders, chains, longest = facts["n_orders"], facts["n_chains"], facts["longest"]
    since = minute_of(facts["first_at"])
    zh, en = [], []
    pause = facts["pause_s"]
    if pause is not None:
        zh.append(f"{chains} 段等间隔下单，最长一段 {longest} 笔，间隔约 {pause:g} 秒")
        en.append(
            f"{counted(chains, 'chain')} at equal distances, the longest of "
            f"{counted(longest, 'order')} about {pause:g} s apart"
        )
    if facts["second"] is not None:
        expected = facts["expected"]
        zh.append(f"固定落在每分钟的第 {facts['second']} 秒等处，偶然只应有约 {expected:g} 笔")
        en.append(
            f"a grid on second {facts['second']} of the minute, where chance puts about "
            f"{expected:g}"
        )
    return Words(
        f"自 {since}（UTC）起，不同账号的 {n_orders} 笔订单按机器节拍下单：{'；'.join(zh)}。",
        f"{counted(n_orders, 'order')} of different accounts since {since} UTC keep a machine's "
        f"time: {'; '.join(en)}.",
    )


DETECTOR = Detector(
    name="machine-rhythm",
    title=Words("不同账号按机器节拍下单", "different accounts that order by the clock"),
    subject="shop",
    family=Family.BEHAVIOUR,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={"orders": ("order_id", "account_id", "shop_id", "placed_at")},
    uses={"orders": ("device_token", "live_session_id", "group_id")},
    evidence="orders",
    look_alikes={
        "kiosk": Words("自助机、柜台代下单", "a kiosk or a counter"),
        "assisted-ordering": Words("一人替多人下单", "one person who orders for others"),
        "subscription": Words("定时扣款的订阅", "subscriptions that are charged by the clock"),
        "full-hour-sale": Words("整点抢购", "a sale that starts at the full hour"),
        "rounded-times": Words("只记到分钟或小时的时间", "times in whole minutes or hours"),
        "favourite-second": Words(
            "全平台批量入库造成的固定秒数", "a second on which a whole platform books"
        ),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

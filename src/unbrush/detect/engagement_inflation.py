"""Engagement inflation: likes, favourites, carts and follows of people who never looked.

What it finds: A shop whose likes (or favourites, carts, follows) come, far more than anywhere else,
    from accounts that had not looked at it before, did not look after, and bought nothing there.
    Where many of these accounts went on to the same next shop within a day, they work through one
    list. A visit to a live stream is a look, unless it was bought as well: the audience stayed
    equally long, and the account did nothing anywhere but fill audiences and react, in several
    shops.
Why it is fake: Counts of likes and carts lift an item in search and in recommendations. A script or
    a hired hand sends the reaction, and nothing else of what makes people react.
Look-alikes: Paid traffic (it looks, and its reactions carry the campaign). Fans of somebody famous,
    and readers of a post (they react to what they came to see, having looked, and each goes her
    own way afterwards; who has a life elsewhere on the platform and came once counts half). Pushed
    recommendations (whatever the platform lets people react to without a look, it does so for all
    shops: the usual share is the measure). Markets that record hardly any visits say nothing.
Score: e / (e + min_accounts), where e is the number of accounts that never looked beyond those
    expected; half of it without a list. E2 where they work through a list, else E1. The finding
    rests on the accounts; no order or review stops counting for it.
Check by hand: 1. Open some of these accounts: what else did they do in their lives? 2. Draw the
    reactions by time. 3. See which other shops the same accounts reacted to, in which order.
Cost: Groups reactions by account, shop and kind, and joins these with looks and orders of the same
    account and shop; the steps from shop to shop are counted once.
References: docs/architecture.md, Evidence; Chernoff's bound on the binomial; steps against what the
    next shop's own popularity would give.
"""

import math
from dataclasses import dataclass

from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

FEW = 5  # reactions of a shop, and shops of a market, below which there is no usual share

_KINDS = {
    "like": Words("点赞", "like"),
    "favourite": Words("收藏", "favourite"),
    "cart": Words("加购", "cart"),
    "follow": Words("关注", "follow"),
}


@dataclass(frozen=True, kw_only=True)
class Params:
    """From where on reactions have nothing behind them."""

    min_accounts: int = bounded(
        20, at_least=5, doc="Accounts that reacted without a look before a shop is named."
    )
    min_share: float = bounded(
        0.3, at_least=0.01, at_most=1, doc="Share of the accounts that reacted, with their kind."
    )
    min_lift: float = bounded(3.0, at_least=1, doc="Times the usual share.")
    max_usual: float = bounded(
        0.5,
        at_least=0.01,
        at_most=1,
        doc="Usual share from which looks are not recorded well enough to judge.",
    )
    list_share: float = bounded(
        0.25,
        at_least=0.01,
        at_most=1,
        doc="Share of these accounts that go on to one next shop within a day: a list.",
    )
    max_stay_ratio: float = bounded(
        1.3,
        at_least=1,
        at_most=3,
        doc="Upper over lower quartile of how long an audience stayed, to have stayed equally.",
    )
    max_chance: float = bounded(
        1e-6, at_least=1e-300, at_most=1, doc="Largest chance of so many without a look."
    )


def sql(params: Params) -> str:
    """Return the SELECT of shops with hollow reactions."""
    kinds = ", ".join(f"'{kind}'" for kind in _KINDS)
    surprise = """n_hollow * ln(n_hollow / (n_accounts * usual))
        + CASE WHEN n_hollow < n_accounts THEN (n_accounts - n_hollow)
            * ln((n_accounts - n_hollow) / (n_accounts * (1 - usual))) ELSE 0 END"""
    return f"""
WITH deeds AS NOT MATERIALIZED (
    SELECT i.account_id, coalesce(i.shop_id, t.shop_id) AS shop_id, i.kind, i."at" AS moment,
        i.campaign_id
    FROM interactions AS i
    LEFT JOIN items AS t ON i.shop_id IS NULL AND t.item_id = i.item_id
    WHERE coalesce(i.shop_id, t.shop_id) IS NOT NULL
),
reactions AS (
    SELECT account_id, shop_id, kind, min(moment) AS moment
    FROM deeds WHERE kind IN ({kinds}) AND campaign_id IS NULL
    GROUP BY account_id, shop_id, kind
),
seen AS NOT MATERIALIZED (  -- most are of people who react to nothing: none is kept
    SELECT account_id, shop_id FROM deeds WHERE kind IN ('view', 'search', 'share')
    UNION ALL
    SELECT account_id, shop_id FROM orders
),
{_audiences_sql(params)},
looks AS NOT MATERIALIZED (
    SELECT account_id, shop_id FROM seen
    UNION ALL
    SELECT account_id, shop_id FROM watched ANTI JOIN filled USING (account_id, shop_id)
),
hollow AS (SELECT r.* FROM reactions AS r ANTI JOIN looks USING (account_id, shop_id)),
-- Who has looked at or bought anything anywhere, and reacted so to one shop only, counts half.
alive AS (
    SELECT DISTINCT account_id FROM looks WHERE account_id IN (SELECT account_id FROM hollow)
),
serial AS (
    SELECT account_id FROM hollow GROUP BY account_id HAVING count(DISTINCT shop_id) >= 2
),
told AS (
    SELECT h.shop_id, h.kind, count(*) AS n_without,
        count(*) FILTER (a.account_id IS NULL) AS n_lifeless,
        (sum(CASE WHEN a.account_id IS NULL OR s.account_id IS NOT NULL THEN 2 ELSE 1 END) / 2)
            ::BIGINT AS n_hollow
    FROM hollow AS h
    LEFT JOIN alive AS a USING (account_id)
    LEFT JOIN serial AS s USING (account_id)
    GROUP BY h.shop_id, h.kind
),
totals AS (SELECT shop_id, kind, count(*) AS n_accounts FROM reactions GROUP BY shop_id, kind),
shares AS (
    SELECT t.shop_id, t.kind, t.n_accounts, coalesce(h.n_hollow, 0) AS n_hollow,
        coalesce(h.n_without, 0) AS n_without, coalesce(h.n_lifeless, 0) AS n_lifeless
    FROM totals AS t LEFT JOIN told AS h USING (shop_id, kind)
),
-- Of each kind, the share at the shop in the middle; where most shops are inflated, it hides.
usual AS (
    SELECT kind, greatest(quantile_disc(n_without / n_accounts, 0.5), 1 / (sum(n_accounts) + 2))
        AS usual
    FROM shares WHERE n_accounts >= {FEW} GROUP BY kind HAVING count(*) >= {FEW}
),
inflated AS (
    SELECT s.*, u.usual, {surprise} AS surprise
    FROM shares AS s JOIN usual AS u USING (kind)
    WHERE s.n_hollow >= {params.min_accounts} AND u.usual <= {params.max_usual}
        AND s.n_hollow >= {params.min_share} * s.n_accounts
        AND s.n_hollow >= {params.min_lift} * u.usual * s.n_accounts
),
named AS (
    SELECT * FROM inflated
    WHERE surprise >= {-math.log(params.max_chance)} + ln((SELECT count(*) FROM shares))
),
-- From shop to shop: the next hollow reaction of the account to another shop, within a day.
steps AS (
    SELECT shop_id, account_id, moment, lead(shop_id) OVER own AS next_id,
        lead(moment) OVER own - moment AS after_ms
    FROM (
        SELECT account_id, shop_id, min(moment) AS moment FROM hollow GROUP BY account_id, shop_id
    )
    WINDOW own AS (PARTITION BY account_id ORDER BY moment, shop_id)
),
walks AS (SELECT * FROM steps WHERE after_ms <= {DAY_MS}),
beside AS (  -- the first shop of a list has only a next one, the last only one before
    SELECT shop_id, next_id AS other_id FROM walks
    UNION ALL
    SELECT next_id, shop_id FROM walks
),
others AS (SELECT other_id, count(*) AS n FROM beside GROUP BY other_id),
pairs AS (SELECT shop_id, other_id, count(*) AS n FROM beside GROUP BY shop_id, other_id),
strolls AS (SELECT shop_id, count(*) AS n FROM beside GROUP BY shop_id),
-- Far more go from one to the other than the other's share of everybody's steps would give.
lists AS (
    SELECT p.shop_id, max(p.n) AS n_together
    FROM pairs AS p
    JOIN strolls AS s ON s.shop_id = p.shop_id
    JOIN others AS o ON o.other_id = p.other_id
    WHERE p.n >= {FEW} AND p.n >= {params.min_lift} * s.n * (o.n - p.n + 1)
        / ((SELECT count(*) FROM beside) - p.n + 1)
    GROUP BY p.shop_id
),
judged AS (
    SELECT n.*, coalesce(l.n_together, 0) AS n_together,
        coalesce(l.n_together >= {params.list_share} * n.n_without, false) AS has_list,
        n.n_hollow - n.usual * n.n_accounts AS excess
    FROM named AS n LEFT JOIN lists AS l USING (shop_id)
),
best AS (
    SELECT *, count(*) OVER (PARTITION BY shop_id) AS n_kinds, row_number() OVER (
        PARTITION BY shop_id ORDER BY excess DESC, kind
    ) AS nth
    FROM judged
),
evidence AS (
    SELECT h.shop_id, list(DISTINCT h.account_id ORDER BY h.account_id) AS ids
    FROM hollow AS h JOIN named AS n USING (shop_id, kind) GROUP BY h.shop_id
)
SELECT b.shop_id AS subject_id,
    round(b.excess / (b.excess + {params.min_accounts}) / CASE WHEN b.has_list THEN 1 ELSE 2 END, 6)
        AS score,
    e.ids AS evidence_ids, CASE WHEN b.has_list THEN 'E2' ELSE 'E1' END AS strength,
    CASE WHEN b.has_list THEN 'b' ELSE 'a' END AS element, b.kind,
    b.n_without::BIGINT AS n_without, b.n_accounts::BIGINT AS n_accounts,
    round(b.usual, 6) AS usual_share, b.n_lifeless::BIGINT AS n_lifeless,
    b.n_together::BIGINT AS n_together, b.n_kinds::BIGINT AS n_kinds
FROM best AS b JOIN evidence AS e USING (shop_id)
WHERE b.nth = 1
"""


def _audiences_sql(params: Params) -> str:
    """Watched: who was in whose live stream. Filled: who was there only to be counted."""
    return f"""
watched AS (
    SELECT account_id, shop_id, kind, moment, moment - lag(moment) OVER own AS stay_ms,
        lag(kind) OVER own AS before
    FROM deeds WHERE kind IN ('live_enter', 'live_leave')
    WINDOW own AS (PARTITION BY account_id, shop_id ORDER BY moment, kind)
),
-- All who were there that day, whoever they are: people come and go, hired ones stay as told.
flat AS (
    SELECT shop_id, moment // {DAY_MS} AS day FROM watched
    WHERE kind = 'live_leave' AND before = 'live_enter' AND stay_ms > 0
    GROUP BY shop_id, day
    HAVING count(DISTINCT account_id) >= {params.min_accounts}
        AND quantile_cont(stay_ms, 0.75) <= {params.max_stay_ratio} * quantile_cont(stay_ms, 0.25)
),
guests AS (
    SELECT DISTINCT w.account_id, w.shop_id
    FROM watched AS w JOIN flat AS f ON f.shop_id = w.shop_id AND f.day = w.moment // {DAY_MS}
),
idle AS (  -- in the lives and among the reactions of several shops, and nowhere else
    SELECT account_id FROM deeds
    WHERE account_id IN (SELECT account_id FROM guests)
        AND account_id NOT IN (
            SELECT account_id FROM seen WHERE account_id IN (SELECT account_id FROM guests)
        )
    GROUP BY account_id HAVING count(DISTINCT shop_id) >= 2
),
filled AS (SELECT * FROM guests WHERE account_id IN (SELECT account_id FROM idle))"""


def explain(facts: Facts) -> Words:
    """Say how many reacted without ever looking, beside what is usual, and what else they did."""
    kind, n, total = _KINDS[facts["kind"]], facts["n_without"], facts["n_accounts"]
    usual, lifeless, together = facts["usual_share"], facts["n_lifeless"], facts["n_together"]
    return Words(
        f"本店 {total} 个账号的{kind.zh}中，{n} 个从未浏览或购买过本店（通常占 {usual:.1%}）；"
        f"其中 {lifeless} 个在平台上没有任何浏览或购买，{together} 个一天内又去了同一家店。",
        f"Of {counted(total, 'account')} with a {kind.en} for this shop, {n:,} never looked at it "
        f"or bought there (usually {usual:.1%}); {lifeless:,} never looked at anything, and "
        f"{together:,} went on to one and the same other shop within a day.",
    )


DETECTOR = Detector(
    name="engagement-inflation",
    title=Words(
        "没有浏览和购买的点赞、收藏、加购、关注", "likes and carts of people who never looked"
    ),
    subject="shop",
    family=Family.BEHAVIOUR,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={"interactions": ("at", "kind", "account_id"), "orders": ("account_id", "shop_id")},
    uses={
        "interactions": ("item_id", "shop_id", "campaign_id"),
        "items": ("item_id", "shop_id"),
    },
    evidence="accounts",
    look_alikes={
        "paid-traffic": Words("付费推广带来的流量", "paid traffic"),
        "celebrity-fans": Words("名人粉丝", "fans of somebody famous"),
        "pushed-recommendation": Words("信息流推荐中直接互动", "recommendations that are pushed"),
        "looks-not-recorded": Words("浏览记录不全", "a market that records hardly any visits"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

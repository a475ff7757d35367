"""Network mismatch: one account's actions come from several regions within hours, to and fro.

What it finds: An account whose orders and visits within ``window_h`` hours use addresses of the
    network in at least ``min_regions`` regions, going back and forth at least ``min_moves`` times.
    An address has a region if ``min_others`` other accounts that use it, nearly all, are at home
    in one.
Why it is fake: It need not be. Studios rent addresses by the second so that their accounts look
    spread over the country; the accounts then jump between regions faster than anybody travels.
    This is context for what else is found, and rests on the account: no order stops counting for
    it.
Look-alikes: Travellers (they move on, rarely back, over days). Users of a VPN or a company's exit
    (its address serves people of many regions, so it has none). Mobile networks and shared
    addresses of a carrier (they change often, but within a region). A second-hand phone (the
    regions belong to its owners, each account has its own).
Score: 0.5 × m / (m + min_moves), where m is the number of moves beyond those of a journey, one
    less than regions; never above a half. E1.
Check by hand: 1. List the account's actions by time with address and region. 2. See whether
    something real ties it to a place: where parcels go, when it sleeps. 3. Never act on this alone.
Cost: Groups orders, visits and links by address and account; one window over the events of located
    addresses of accounts that were seen in several regions.
References: docs/architecture.md, Evidence; the region of an address is told by its other users.
"""

from dataclasses import dataclass

from unbrush.base.clock import HOUR_MS, minute_of
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

MOST = 0.5  # context, never more


@dataclass(frozen=True, kw_only=True)
class Params:
    """From where on an account jumps."""

    window_h: int = bounded(24, at_least=1, at_most=168, doc="Hours within which moves count.")
    min_regions: int = bounded(3, at_least=2, doc="Regions that an account acts from in that time.")
    min_moves: int = bounded(
        5, at_least=2, doc="Changes of region in that time; a journey has one less than regions."
    )
    min_others: int = bounded(
        3, at_least=2, doc="Other accounts that tell where an address of the network is."
    )
    min_agreement: float = bounded(
        0.8, at_least=0.5, at_most=1, doc="Share of these that are at home in one region."
    )


def sql(params: Params) -> str:
    """Return the SELECT of accounts that jump between regions."""
    window = params.window_h * HOUR_MS
    return f"""
WITH events AS (
    SELECT account_id, ip_token, placed_at AS moment FROM orders WHERE ip_token IS NOT NULL
    UNION ALL
    SELECT account_id, ip_token, "at" FROM interactions WHERE ip_token IS NOT NULL
),
users AS (
    SELECT account_id, ip_token FROM events
    UNION
    SELECT account_id, token FROM account_links WHERE kind = 'ip'
),
at_home AS (
    SELECT u.ip_token, u.account_id, a.region
    FROM users AS u JOIN accounts AS a USING (account_id) WHERE a.region IS NOT NULL
),
of_regions AS (SELECT ip_token, region, count(*) AS n FROM at_home GROUP BY ip_token, region),
homes AS (
    SELECT ip_token, region, n, sum(n) OVER (PARTITION BY ip_token) AS n_users,
        row_number() OVER (PARTITION BY ip_token ORDER BY n DESC, region) AS nth
    FROM of_regions
),
-- An account does not say itself where its addresses are.
located AS (
    SELECT u.account_id, u.ip_token, h.region
    FROM users AS u
    JOIN homes AS h ON h.ip_token = u.ip_token AND h.nth = 1
    LEFT JOIN accounts AS a ON a.account_id = u.account_id
    WHERE h.n_users - (a.region IS NOT NULL)::BIGINT >= {params.min_others}
        AND h.n - coalesce(a.region = h.region, false)::BIGINT
            >= {params.min_agreement} * (h.n_users - (a.region IS NOT NULL)::BIGINT)
),
wide AS (
    SELECT account_id FROM located
    GROUP BY account_id HAVING count(DISTINCT region) >= {params.min_regions}
),
-- What happens at one moment counts once, in one region.
moments AS (
    SELECT e.account_id, e.moment, min(l.region) AS region
    FROM events AS e JOIN located AS l USING (account_id, ip_token)
    WHERE e.account_id IN (SELECT account_id FROM wide)
    GROUP BY e.account_id, e.moment
),
steps AS (
    SELECT *, coalesce(region <> lag(region) OVER (PARTITION BY account_id ORDER BY moment), false)
        ::BIGINT AS moved
    FROM moments
),
-- The window is closed by its last move: the change into its first region is not one of its own.
stretches AS (
    SELECT account_id, moment,
        count(*) OVER stretch AS n_actions,
        sum(moved) OVER stretch - first_value(moved) OVER stretch AS n_moves,
        count(DISTINCT region) OVER stretch AS n_regions
    FROM steps
    WINDOW stretch AS (
        PARTITION BY account_id ORDER BY moment
        RANGE BETWEEN {window} PRECEDING AND CURRENT ROW
    )
),
judged AS (
    SELECT *, row_number() OVER (
        PARTITION BY account_id ORDER BY n_moves - n_regions DESC, moment, n_actions
    ) AS nth
    FROM stretches
    WHERE n_regions >= {params.min_regions} AND n_moves >= {params.min_moves}
        -- Who only passes through moves once less than there are regions.
        AND n_moves >= 2 * (n_regions - 1)
)
SELECT account_id AS subject_id,
    round({MOST} * (n_moves - n_regions + 1)
        / (n_moves - n_regions + 1 + {params.min_moves}), 6) AS score,
    [account_id] AS evidence_ids, n_regions::BIGINT AS n_regions, n_moves::BIGINT AS n_moves,
    n_actions::BIGINT AS n_actions, moment AS until_at, {params.window_h} AS hours
FROM judged WHERE nth = 1
"""


def explain(facts: Facts) -> Words:
    """Say how often the account changed between how many regions, and until when."""
    n_regions, n_moves, hours = facts["n_regions"], facts["n_moves"], facts["hours"]
    n_actions, until = facts["n_actions"], minute_of(facts["until_at"])
    return Words(
        f"截至 {until}（UTC）的 {hours} 小时内，该账号的 {n_actions} 次操作来自"
        f" {n_regions} 个地区的网络地址，来回切换 {n_moves} 次。仅作风险背景，不能单独作为依据。",
        f"In {counted(hours, 'hour')} until {until} UTC, {counted(n_actions, 'action')} of this "
        f"account came from network addresses of {counted(n_regions, 'region')}, with "
        f"{counted(n_moves, 'change')} to and fro. Context only, never a proof.",
    )


DETECTOR = Detector(
    name="network-mismatch",
    title=Words("短时间内在多个地区间跳转", "jumps between regions within hours"),
    subject="account",
    family=Family.BEHAVIOUR,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "accounts": ("account_id", "region"),
        "orders": ("order_id", "account_id", "placed_at", "ip_token"),
    },
    uses={
        "account_links": ("account_id", "kind", "token"),
        "interactions": ("at", "account_id", "ip_token"),
    },
    evidence="accounts",
    look_alikes={
        "traveller": Words("旅行、出差", "a traveller"),
        "vpn": Words("使用 VPN 或公司统一出口", "a VPN or a company's exit"),
        "carrier-address": Words("运营商共享、频繁更换的地址", "a carrier's shared addresses"),
        "second-hand-phone": Words("二手手机", "a phone sold on to a new owner"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

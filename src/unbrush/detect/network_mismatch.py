"""Network mismatch: one account's actions come from ever other addresses, or regions, within hours.

What it finds: An account whose orders and visits within ``window_h`` hours use addresses of the
    network in at least ``min_regions`` regions, going back and forth at least ``min_moves`` times.
    An address has a region if ``min_others`` other accounts that use it, nearly all, are at home
    in one. Or an account whose address changed, on one device and within ``pause_min`` minutes of
    the last action, ``min_changes`` times or more and at most actions, over ``min_addresses``
    addresses: services that hand out another address with every action (秒拨).
Why it is fake: It need not be. Studios rent addresses by the second so that their accounts look
    spread over the country; the accounts then jump between regions faster than anybody travels.
    This is context for what else is found, and rests on the account: no order stops counting for
    it.
Look-alikes: Travellers (they move on, rarely back, over days). Users of a VPN or a company's exit
    (its address serves people of many regions, so it has none). Mobile networks and shared
    addresses of a carrier (they change often, but within a region, and for everybody: the market's
    usual share of changes is the measure). Home and mobile network by turns (two addresses). A
    second-hand phone (the regions belong to its owners, each account has its own).
Score: 0.5 × m / (m + min_moves), where m is the number of moves beyond those of a journey, one
    less than regions, or of changes of address; never above a half. E1.
Check by hand: 1. List the account's actions by time with address and region. 2. See whether
    something real ties it to a place: where parcels go, when it sleeps. 3. Never act on this alone.
Cost: Groups orders, visits and links by address and account; windows over the events of accounts
    seen in several regions or at many addresses, and of a sample of accounts (by the second of
    their first event) that tells the market's usual share.
References: docs/architecture.md, Evidence; the region of an address is told by its other users.
"""

from dataclasses import dataclass

from unbrush.base.clock import HOUR_MS, MINUTE_MS, SECOND_MS, minute_of
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Strength
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

MOST = 0.5  # context, never more
SAMPLE = 2_000_000  # events from which the usual share of changes is told
FEW = 20  # accounts with sittings, below which there is no usual share of changes


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
    pause_min: int = bounded(
        30, at_least=1, at_most=240, doc="Minutes after which the next action is another sitting."
    )
    min_changes: int = bounded(
        8, at_least=4, doc="Changes of address within sittings before they are many."
    )
    min_addresses: int = bounded(
        6, at_least=4, doc="Addresses used in sittings; home and mobile network are two."
    )
    min_change_share: float = bounded(
        0.5,
        at_least=0.1,
        at_most=1,
        doc="Share of actions within sittings that change the address.",
    )
    min_lift: float = bounded(5.0, at_least=1, doc="Times the market's usual share of changes.")
    min_agreement: float = bounded(
        0.8, at_least=0.5, at_most=1, doc="Share of these that are at home in one region."
    )


def sql(params: Params) -> str:
    """Return the SELECT of accounts that jump between regions or addresses."""
    return f"WITH {_regions_sql(params)}, {_changes_sql(params)} {_best_sql(params)}"


def _regions_sql(params: Params) -> str:
    """Judged: stretches of an account that go to and fro between regions."""
    window = params.window_h * HOUR_MS
    return f"""
events AS (
    SELECT account_id, ip_token, coalesce(device_token, '') AS device, placed_at AS moment
    FROM orders WHERE ip_token IS NOT NULL
    UNION ALL
    SELECT account_id, ip_token, coalesce(device_token, ''), "at"
    FROM interactions WHERE ip_token IS NOT NULL
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
)"""


def _changes_sql(params: Params) -> str:
    """Changing: accounts whose address does not last from one action to the next."""
    return f"""
spread AS (
    SELECT account_id FROM users GROUP BY account_id HAVING count(*) >= {params.min_addresses}
),
sampled AS (
    SELECT account_id FROM events GROUP BY account_id
    HAVING min(moment) // {SECOND_MS} % (1 + (SELECT count(*) FROM events) // {SAMPLE}) = 0
),
-- What happens at one moment counts once, by whatever address.
acts AS (
    SELECT account_id, device, moment, min(ip_token) AS ip_token
    FROM events SEMI JOIN (FROM spread UNION FROM sampled) USING (account_id)
    GROUP BY account_id, device, moment
),
follows AS (
    SELECT account_id, ip_token, moment,
        (ip_token <> lag(ip_token) OVER own)::BIGINT AS changed
    FROM acts
    WINDOW own AS (PARTITION BY account_id, device ORDER BY moment)
    QUALIFY moment - lag(moment) OVER own <= {params.pause_min * MINUTE_MS}
),
fleeting AS (
    SELECT account_id, sum(changed)::BIGINT AS n_changes, count(*) AS n_actions,
        count(DISTINCT ip_token) AS n_addresses, max(moment) AS moment
    FROM follows GROUP BY account_id
),
-- Of the account in the middle, and at least what one change in the whole market would be.
usual AS (
    SELECT greatest(quantile_disc(n_changes / n_actions, 0.5), 1 / (sum(n_actions) + 2)) AS share
    FROM fleeting SEMI JOIN sampled USING (account_id) HAVING count(*) >= {FEW}
),
changing AS (
    SELECT f.* FROM fleeting AS f, usual AS u
    WHERE f.n_changes >= {params.min_changes} AND f.n_addresses >= {params.min_addresses}
        AND f.n_changes >= {params.min_change_share} * f.n_actions
        AND f.n_changes >= {params.min_lift} * u.share * f.n_actions
        -- A carrier hands out many addresses, too, all of one region.
        AND f.account_id NOT IN (
            SELECT account_id FROM located GROUP BY account_id
            HAVING count(DISTINCT region) = 1 AND count(*) >= {params.min_addresses}
        )
)"""


def _best_sql(params: Params) -> str:
    """Return the final SELECT: one row for each account, regions before addresses."""
    return f"""
SELECT account_id AS subject_id,
    round({MOST} * (n_moves - n_regions + 1)
        / (n_moves - n_regions + 1 + {params.min_moves}), 6) AS score,
    [account_id] AS evidence_ids, n_regions::BIGINT AS n_regions, n_moves::BIGINT AS n_moves,
    n_actions::BIGINT AS n_actions, moment AS until_at, {params.window_h}::BIGINT AS hours,
    NULL::BIGINT AS n_addresses
FROM judged WHERE nth = 1
UNION ALL
SELECT account_id, round({MOST} * n_changes / (n_changes + {params.min_changes}), 6),
    [account_id], NULL, n_changes, n_actions, moment, NULL, n_addresses
FROM changing ANTI JOIN (SELECT account_id FROM judged WHERE nth = 1) USING (account_id)
"""


def explain(facts: Facts) -> Words:
    """Say how often the account changed between how many regions or addresses, and until when."""
    if facts["n_addresses"] is not None:
        return _explain_changes(facts)
    n_regions, n_moves, hours = facts["n_regions"], facts["n_moves"], facts["hours"]
    n_actions, until = facts["n_actions"], minute_of(facts["until_at"])
    return Words(
        f"截至 {until}（UTC）的 {hours} 小时内，该账号的 {n_actions} 次操作来自"
        f" {n_regions} 个地区的网络地址，来回切换 {n_moves} 次。仅作风险背景，不能单独作为依据。",
        f"In {counted(hours, 'hour')} until {until} UTC, {counted(n_actions, 'action')} of this "
        f"account came from network addresses of {counted(n_regions, 'region')}, with "
        f"{counted(n_moves, 'change')} to and fro. Context only, never a proof.",
    )


def _explain_changes(facts: Facts) -> Words:
    n_addresses, n_changes, n_actions = facts["n_addresses"], facts["n_moves"], facts["n_actions"]
    return Words(
        f"该账号在同一设备上连续操作 {n_actions} 次，网络地址变了 {n_changes} 次，先后用过"
        f" {n_addresses} 个地址。仅作风险背景，不能单独作为依据。",
        f"Of {counted(n_actions, 'action')} of this account that followed another on the same "
        f"device within minutes, {n_changes:,} came from another address, of {n_addresses:,} in "
        f"all. Context only, never a proof.",
    )


DETECTOR = Detector(
    name="network-mismatch",
    title=Words(
        "短时间内网络地址或地区反复变化", "addresses of the network that change within minutes"
    ),
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
        "interactions": ("at", "account_id", "ip_token", "device_token"),
        "orders": ("device_token",),
    },
    evidence="accounts",
    look_alikes={
        "traveller": Words("旅行、出差", "a traveller"),
        "vpn": Words("使用 VPN 或公司统一出口", "a VPN or a company's exit"),
        "carrier-address": Words("运营商共享、频繁更换的地址", "a carrier's shared addresses"),
        "second-hand-phone": Words("二手手机", "a phone sold on to a new owner"),
        "two-networks": Words("家里和移动网络交替使用", "home and mobile network by turns"),
        "carrier-everywhere": Words(
            "人人地址都常变的网络", "a market where everybody's address changes often"
        ),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

"""People who are being cheated with paid tasks: small returns first, then ever larger prepayments.

What it finds: An account that prepaid ``min_steps`` times ever larger sums to changing collectors,
    got early ones back with a bit on top from a payer that pays others of them, too, and lost
    most of the rest. Nothing that it paid is an order of the platform.
Why it is fake: The task, its pay and often the app are invented. Who is promised a wage for clicks
    pays in advance to do them, is paid small sums until trust is large, and loses the rest. This
    person is the victim. The finding says whom to warn, and quickly: it accuses nobody, and it
    rests on no order or review, so that nothing stops counting because of it.
Look-alikes: Gig wages (money only comes in). Savings clubs and instalments (equal sums to one
    payee). A reseller (customers pay, each of them only this one, and go on paying). Gambling looks
    the same in these tables, deposits growing and small wins first: it cannot be told apart, and
    the warning suits both. Nor can a stake in a game among friends be, if it is large enough.
Score: share of all prepayments that never came back × s / (s + 2), s being the prepayments
    that exceeded all before them.
Check by hand: 1. Call the person, by a way that the platform knows to be theirs, and ask; do not
    write that they are suspected. 2. Ask their bank to stop the last payments. 3. Follow the
    collectors: others pay them now.
Cost: Reads transfers three times, grouped by token; what follows is over payments to collectors.
    At most one row per account.
References: docs/architecture.md, What unbrush must never do. The police call it 刷单返利诈骗.
"""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Implicates, Strength
from unbrush.base.params import bounded
from unbrush.base.purses import own_purses_sql, shop_tokens_sql
from unbrush.base.words import Words, counted


@dataclass(frozen=True, kw_only=True)
class Params:
    """When prepayments look like those of somebody who is being cheated."""

    min_payers: int = bounded(
        3, at_least=2, doc="People who pay a collector, or are paid by a returner, at least."
    )
    max_payers: int = bounded(
        500, at_least=2, doc="People from which a payee is an institution and no collector."
    )
    min_steps: int = bounded(
        3, at_least=2, doc="Prepayments that exceed all before them, the first one included."
    )
    step: float = bounded(
        1.2, at_least=1.0, at_most=10.0, doc="By how much, as a multiple of the largest so far."
    )
    min_growth: float = bounded(
        5.0, at_least=1.5, doc="Largest prepayment as a multiple of the first."
    )
    min_collectors: int = bounded(2, at_least=1, doc="Different collectors.")
    gap_days: int = bounded(
        14, at_least=1, at_most=90, doc="Days without a prepayment that end a series."
    )
    return_days: int = bounded(
        3, at_least=1, at_most=30, doc="Days in which a prepayment comes back."
    )
    max_bonus: float = bounded(
        0.6, at_least=0.0, at_most=5.0, doc="Most that comes on top of it, as a share."
    )
    min_lost_share: float = bounded(
        0.5, at_least=0.0, at_most=1.0, doc="Share of the prepayments that never came back."
    )
    min_lost_minor: int = bounded(
        50_000, at_least=0, doc="Loss from which somebody is warned, in minor units."
    )
    max_holders: int = bounded(
        6, at_least=1, doc="Accounts from which a token is no longer somebody's own purse."
    )


def sql(params: Params) -> str:
    """Return the SELECT that finds people to warn."""
    purses = own_purses_sql(max_holders=params.max_holders)
    shops = shop_tokens_sql(max_holders=params.max_holders)
    return f"WITH {purses}, {shops}, {_prepaid(params)}, {_returned(params)}, {_verdicts(params)}"


def _prepaid(params: Params) -> str:
    """Series of payments from people's purses to collectors, none of them for an order."""
    return f"""
collectors AS (
    SELECT to_token AS token
    FROM transfers
    GROUP BY to_token
    HAVING count(DISTINCT from_token) BETWEEN {params.min_payers} AND {params.max_payers}
),
spent AS (
    SELECT DISTINCT account_id, paid_minor FROM orders WHERE paid_minor IS NOT NULL
),
prepaid AS (
    SELECT
        own_purses.account_id, transfers.transfer_id, transfers.to_token, transfers.amount_minor,
        transfers.at
    FROM transfers
    JOIN own_purses ON own_purses.token = transfers.from_token
    JOIN collectors ON collectors.token = transfers.to_token
    LEFT JOIN spent
        ON spent.account_id = own_purses.account_id
        AND spent.paid_minor = transfers.amount_minor
    LEFT JOIN own_purses AS mine
        ON mine.token = transfers.to_token AND mine.account_id = own_purses.account_id
    WHERE transfers.amount_minor > 0
        AND spent.account_id IS NULL
        AND mine.token IS NULL
        AND transfers.to_token NOT IN (SELECT token FROM shop_tokens)
),
breaks AS (
    SELECT
        prepaid.*,
        CASE WHEN prepaid.at - lag(prepaid.at) OVER (
            PARTITION BY account_id ORDER BY prepaid.at, transfer_id
        ) <= {params.gap_days * DAY_MS} THEN 0 ELSE 1 END AS starts
    FROM prepaid
),
numbered AS (
    SELECT
        breaks.*,
        sum(starts) OVER (
            PARTITION BY account_id ORDER BY breaks.at, transfer_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS series
    FROM breaks
),
climbs AS (
    SELECT
        numbered.*,
        coalesce(amount_minor >= {params.step} * max(amount_minor) OVER (
            PARTITION BY account_id, series ORDER BY numbered.at, transfer_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), true) AS is_step,
        first_value(amount_minor) OVER (
            PARTITION BY account_id, series ORDER BY numbered.at, transfer_id
        ) AS first_minor
    FROM numbered
),
series AS (
    SELECT
        account_id, series, count(*) AS n_prepaid, count(DISTINCT to_token) AS n_collectors,
        count(CASE WHEN is_step THEN 1 END) AS n_steps, min(first_minor) AS first_minor,
        max(amount_minor) AS largest_minor, CAST(sum(amount_minor) AS BIGINT) AS paid_minor,
        min(climbs.at) AS from_at, max(climbs.at) AS until_at
    FROM climbs
    GROUP BY account_id, series
    HAVING count(CASE WHEN is_step THEN 1 END) >= {params.min_steps}
        AND count(DISTINCT to_token) >= {params.min_collectors}
        AND max(amount_minor) >= {params.min_growth} * min(first_minor)
)"""


def _returned(params: Params) -> str:
    """What came to them meanwhile from who returns others' prepayments, too."""
    return f"""
came AS (
    SELECT
        series.account_id, series.series, transfers.transfer_id, transfers.from_token,
        transfers.amount_minor, transfers.at
    FROM series
    JOIN own_purses ON own_purses.account_id = series.account_id
    JOIN transfers ON transfers.to_token = own_purses.token
    WHERE transfers.at >= series.from_at
        AND transfers.at <= series.until_at + {params.return_days * DAY_MS}
        AND transfers.amount_minor > 0
),
bonuses AS (  -- a prepayment that came back with something on top
    SELECT DISTINCT came.account_id, came.series, came.transfer_id, came.from_token
    FROM came
    JOIN climbs
        ON climbs.account_id = came.account_id AND climbs.series = came.series
        AND came.at > climbs.at
        AND came.at <= climbs.at + {params.return_days * DAY_MS}
        AND came.amount_minor >= climbs.amount_minor
        AND came.amount_minor <= {1 + params.max_bonus} * climbs.amount_minor
),
returners AS (
    SELECT from_token
    FROM transfers
    WHERE from_token IN (SELECT from_token FROM bonuses)
        AND to_token IN (
            SELECT from_token FROM transfers WHERE to_token IN (SELECT to_token FROM prepaid)
        )
    GROUP BY from_token
    HAVING count(DISTINCT to_token) >= {params.min_payers}
),
returned AS (
    SELECT
        came.account_id, came.series, CAST(sum(came.amount_minor) AS BIGINT) AS returned_minor,
        count(*) AS n_returns
    FROM came
    WHERE came.from_token IN (SELECT from_token FROM returners)
        OR came.from_token IN (SELECT token FROM collectors)
    GROUP BY came.account_id, came.series
),
lured AS (
    SELECT DISTINCT account_id, series
    FROM bonuses
    WHERE from_token IN (SELECT from_token FROM returners)
)"""


def _verdicts(params: Params) -> str:
    """The worst series of each person who lost most of what they prepaid."""
    return f"""
losses AS (
    SELECT
        series.*, returned.returned_minor, returned.n_returns,
        series.paid_minor - returned.returned_minor AS lost_minor,
        row_number() OVER (
            PARTITION BY series.account_id
            ORDER BY series.paid_minor - returned.returned_minor DESC, series.series
        ) AS place
    FROM series
    JOIN lured ON lured.account_id = series.account_id AND lured.series = series.series
    JOIN returned ON returned.account_id = series.account_id AND returned.series = series.series
    WHERE series.paid_minor - returned.returned_minor >= {params.min_lost_minor}
        AND series.paid_minor - returned.returned_minor
            >= {params.min_lost_share} * series.paid_minor
)
SELECT
    losses.account_id AS subject_id,
    round(1.0 * lost_minor / paid_minor * n_steps / (n_steps + 2.0), 6) AS score,
    [losses.account_id] AS evidence_ids,
    n_prepaid,
    n_steps,
    n_collectors,
    first_minor,
    largest_minor,
    paid_minor,
    returned_minor,
    lost_minor,
    n_returns,
    round((until_at - from_at) / {float(DAY_MS)}, 2) AS span_days
FROM losses
JOIN accounts ON accounts.account_id = losses.account_id
WHERE place = 1
"""


def explain(facts: Facts) -> Words:
    """Say that this is a victim, how the sums grew, what came back and what did not."""
    first, largest = facts["first_minor"] / 100, facts["largest_minor"] / 100
    back, lost = facts["returned_minor"] / 100, facts["lost_minor"] / 100
    prepaid, collectors, days = facts["n_prepaid"], facts["n_collectors"], facts["span_days"]
    return Words(
        zh=f"疑似刷单诈骗的受害者，请尽快提醒，不得处罚：{days:.1f} 天内向 {collectors} 个收款方"
        f"垫付 {prepaid} 次，从 {first:.2f} 增至 {largest:.2f}，收回 {back:.2f} 后再无返还，"
        f"尚有 {lost:.2f} 未归还。",
        en=f"Probably the victim of a task scam, to be warned soon and not to be punished: within "
        f"{counted(days, 'day')} this person prepaid {counted(prepaid, 'time')} to "
        f"{counted(collectors, 'collector')}, from {first:.2f} up to {largest:.2f}; "
        f"{back:.2f} came back, {lost:.2f} did not.",
    )


DETECTOR = Detector(
    name="prepaid-task-scam",
    title=Words(zh="疑似刷单诈骗受害者", en="probable victim of a task scam"),
    subject="account",
    family=Family.MONEY,
    strength=Strength.E1,
    element=Element.NOT_GENUINE,
    needs={
        "accounts": ("account_id",),
        "orders": ("account_id", "payer_token"),
        "transfers": ("transfer_id", "from_token", "to_token", "amount_minor", "at"),
    },
    uses={
        "account_links": ("account_id", "kind", "token"),
        "accounts": ("phone_token",),
        "orders": ("paid_minor",),
        "owners": ("owner_id", "bank_token", "phone_token", "legal_rep_token"),
        "payouts": ("shop_id", "bank_token"),
        "shops": ("shop_id", "owner_id"),
    },
    evidence="accounts",
    implicates=Implicates.NOBODY,
    look_alikes={
        "gig-wages": Words(zh="零工报酬", en="gig wages"),
        "savings-club": Words(zh="标会、互助会", en="savings clubs"),
        "instalments": Words(zh="分期还款", en="instalments"),
        "reseller": Words(zh="进货转卖", en="a reseller who buys stock"),
    },
    params=Params(),
    sql=sql,
    explain=explain,
)

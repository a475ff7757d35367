"""People who are being cheated with paid tasks: small returns first, then ever larger prepayments.

What it finds: Traps, and through them their victims. A purse is fooled if little came to it first,
    and then it paid ``min_growth`` times as much or more and lost most. A trap is a collector most
    of whose payers were fooled, one of them lured: a prepayment to such a collector came back with
    a bit on top from a wallet most of whose receivers were fooled, and larger ones followed. Who
    lost to a trap is a victim, whatever else of the story shows; so is, twice over, who lost to
    a collector most of whose payers are victims. Nothing that they paid is an order here.
Why it is fake: The task, its pay and often the app are invented. Who is promised a wage for clicks
    pays in advance to do them, is paid small sums until trust is large, and loses the rest. This
    person is the victim. The finding says whom to warn, and quickly: it accuses nobody, and it
    rests on no order or review, so that nothing stops counting because of it.
Look-alikes: Gig wages, deposits and outlays (more comes in than goes out). Savings clubs and
    instalments, growing ones too (no payment comes back with something on top). A reseller
    (customers pay, each of them only this one, and go on paying). Friends (few of those who pay
    one were fooled, or no more than chance explains). Gambling looks the same in these tables,
    deposits growing and small wins first: it cannot be told apart, and the warning suits both. A
    household that shares a purse is warned as one, except who once paid with it and has a card of
    their own.
Score: share of all prepayments that never came back × s / (s + 2), s being the prepayments
    that exceeded all before them.
Check by hand: 1. Call the person, by a way that the platform knows to be theirs, and ask; do not
    write that they are suspected. 2. Ask their bank to stop the last payments. 3. Follow the
    collectors: others pay them now.
Cost: Reads transfers twice, grouped by wallet and sorted by purse; then, three times, what passed
    between purses and wallets of 2 to ``max_payers`` people. At most one row per account.
References: docs/architecture.md, What unbrush must never do. The police call it 刷单返利诈骗.
"""

from dataclasses import dataclass
from math import log

from unbrush.base.clock import DAY_MS
from unbrush.base.detector import Detector, Facts
from unbrush.base.evidence import Element, Family, Implicates, Strength
from unbrush.base.money.purses import own_purses_sql, shop_tokens_sql
from unbrush.base.params import bounded
from unbrush.base.words import Words, counted

_PAID = "CAST(sum(CASE WHEN is_out THEN amount_minor ELSE 0 END) AS BIGINT)"
_CAME = "CAST(sum(CASE WHEN is_out THEN 0 ELSE amount_minor END) AS BIGINT)"
_SINCE = """CAST(sum(
            CASE WHEN is_out AND dealt.at > coalesce(back_at, 0) THEN amount_minor ELSE 0 END
        ) AS BIGINT)"""
"""What moves paid out, what came, and what was paid since anything came (minor units)."""


@dataclass(frozen=True, kw_only=True)
class Params:
    """When payments look like those of people who are being cheated by one circle of wallets."""

    min_people: int = bounded(2, at_least=2, doc="People who were fooled by a wallet, at least.")
    max_payers: int = bounded(
        500, at_least=2, doc="People from which a wallet is an institution and nobody's trap."
    )
    min_share: float = bounded(
        0.5, at_least=0.0, at_most=1.0, doc="Share that they are of all who deal with it."
    )
    max_chance: float = bounded(
        0.01,
        at_least=1e-12,
        at_most=1.0,
        doc="Chance of so many among so many, at the market's share of fooled people.",
    )
    min_steps: int = bounded(
        3, at_least=2, doc="Prepayments that exceed all before them, the first one included."
    )
    step: float = bounded(
        1.2, at_least=1.0, at_most=10.0, doc="By how much, as a multiple of the largest so far."
    )
    min_growth: float = bounded(
        5.0, at_least=1.5, doc="Largest prepayment as a multiple of what came first."
    )
    gap_days: int = bounded(
        14, at_least=1, at_most=90, doc="Days without a payment that end a story."
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
        50_000, at_least=0, doc="Loss that says that somebody was fooled, in minor units."
    )
    min_warned_minor: int = bounded(
        10_000, at_least=0, doc="Loss to a known trap from which to warn, in minor units."
    )
    max_holders: int = bounded(
        6, at_least=1, doc="Accounts from which a token is no longer somebody's own purse."
    )


def sql(params: Params) -> str:
    """Return the SELECT that finds people to warn."""
    purses = own_purses_sql(max_holders=params.max_holders)
    shops = shop_tokens_sql(max_holders=params.max_holders)
    steps = (_moves(params), _stories(params), _traps(params), _verdicts(params))
    return f"WITH {purses}, {shops}, {', '.join(steps)}"


def _moves(params: Params) -> str:
    """Payments of people's purses to collectors, not for an order, and what came to them."""
    return f"""
people AS (SELECT DISTINCT token FROM own_purses),
paid_out AS (
    SELECT transfer_id, from_token AS purse, to_token AS wallet, amount_minor, transfers.at
    FROM transfers
    WHERE amount_minor > 0
        AND from_token IN (SELECT token FROM people)
        AND to_token NOT IN (SELECT token FROM shop_tokens)
),
came_in AS (
    SELECT transfer_id, to_token AS purse, from_token AS wallet, amount_minor, transfers.at
    FROM transfers
    WHERE amount_minor > 0
        AND to_token IN (SELECT token FROM people)
        AND from_token NOT IN (SELECT token FROM shop_tokens)
),
collectors AS (
    SELECT wallet, count(DISTINCT purse) AS n_people
    FROM paid_out
    GROUP BY wallet
    HAVING count(DISTINCT purse) BETWEEN {params.min_people} AND {params.max_payers}
),
returners AS (
    SELECT wallet, count(DISTINCT purse) AS n_people
    FROM came_in
    GROUP BY wallet
    HAVING count(DISTINCT purse) BETWEEN {params.min_people} AND {params.max_payers}
),
candidates AS (SELECT * FROM paid_out WHERE wallet IN (SELECT wallet FROM collectors)),
no_prepayments AS (  -- for an order, or to another purse of the same person
    SELECT transfer_id
    FROM candidates
    JOIN own_purses ON own_purses.token = candidates.purse
    JOIN orders
        ON orders.account_id = own_purses.account_id
        AND orders.paid_minor = candidates.amount_minor
    UNION
    SELECT transfer_id
    FROM candidates
    JOIN own_purses AS payer ON payer.token = candidates.purse
    JOIN own_purses AS payee
        ON payee.token = candidates.wallet AND payee.account_id = payer.account_id
),
moves AS (
    SELECT *, true AS is_out
    FROM candidates
    WHERE transfer_id NOT IN (SELECT transfer_id FROM no_prepayments)
    UNION ALL
    SELECT *, false
    FROM came_in
    WHERE purse IN (SELECT purse FROM candidates)
        AND wallet IN (SELECT wallet FROM returners UNION SELECT wallet FROM collectors)
)"""


def _stories(params: Params) -> str:
    """Stories: moves of a purse without a pause; fooled is who got little first and lost more."""
    return f"""
breaks AS (
    SELECT
        moves.*,
        CASE WHEN moves.at - lag(moves.at) OVER (
            PARTITION BY purse ORDER BY moves.at, transfer_id
        ) <= {params.gap_days * DAY_MS} THEN 0 ELSE 1 END AS starts
    FROM moves
),
numbered AS (
    SELECT
        breaks.*,
        sum(starts) OVER (
            PARTITION BY purse ORDER BY breaks.at, transfer_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS story
    FROM breaks
),
told AS (
    SELECT
        numbered.*,
        min(CASE WHEN NOT is_out THEN numbered.at END) OVER (
            PARTITION BY purse, story
        ) AS came_at,
        {_exceeds("purse, story", "numbered", params)} AS is_step
    FROM numbered
),
fooled AS (
    SELECT purse, story, count(CASE WHEN is_step THEN 1 END) AS n_steps
    FROM told
    GROUP BY purse, story
    HAVING max(CASE WHEN is_out AND told.at > came_at THEN amount_minor END)
            >= {params.min_growth}
            * min(CASE WHEN NOT is_out AND told.at = came_at THEN amount_minor END)
        AND {_PAID} - {_CAME}
            >= greatest({params.min_lost_minor}, {params.min_lost_share} * {_PAID})
)"""


def _exceeds(whose: str, moves: str, params: Params) -> str:
    """Return the condition that a move pays more than all before it did."""
    return f"""is_out AND coalesce(amount_minor >= {params.step} * max(
            CASE WHEN is_out THEN amount_minor END
        ) OVER (
            PARTITION BY {whose} ORDER BY {moves}.at, transfer_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), true)"""


def _traps(params: Params) -> str:
    """Wallets that deal mostly with people who were fooled, and take what is lost."""
    return f"""
base AS (  -- share of all purses with transfers
    SELECT
        (SELECT count(DISTINCT purse) FROM fooled)
        / greatest(count(DISTINCT purse), 1.0) AS fooled_share
    FROM (SELECT purse FROM paid_out UNION ALL SELECT purse FROM came_in)
),
hits AS (
    SELECT told.*, fooled.n_steps
    FROM told JOIN fooled ON fooled.purse = told.purse AND fooled.story = told.story
),
closed_collectors AS ({_mostly("hits", "collectors", "is_out", params)}),
closed_returners AS ({_mostly("hits", "returners", "NOT is_out", params)}),
lured AS (  -- a prepayment within the circle that came back with something on top
    SELECT DISTINCT paid.purse, paid.story
    FROM hits AS paid
    JOIN hits AS back
        ON back.purse = paid.purse AND back.story = paid.story
        AND back.at > paid.at
        AND back.at <= paid.at + {params.return_days * DAY_MS}
        AND back.amount_minor > paid.amount_minor
        AND back.amount_minor <= {1 + params.max_bonus} * paid.amount_minor
    WHERE paid.is_out AND NOT back.is_out
        AND paid.n_steps >= {params.min_steps}
        AND paid.wallet IN (SELECT wallet FROM closed_collectors)
        AND back.wallet IN (SELECT wallet FROM closed_returners)
),
traps_0 AS (
    SELECT DISTINCT wallet
    FROM hits JOIN lured ON lured.purse = hits.purse AND lured.story = hits.story
    WHERE is_out AND wallet IN (SELECT wallet FROM closed_collectors)
),
{_spread(0, params)},
{_spread(1, params)}"""


def _mostly(moves: str, wallets: str, which: str, params: Params) -> str:
    """Return the SELECT of wallets most of whose people have such a move, more than by chance.

    The chance is bounded as by Chernoff: exp(-n × KL(found share, market's share)).
    """
    return f"""
    SELECT wallet
    FROM (
        SELECT {moves}.wallet, count(DISTINCT purse) AS k, any_value(n_people) AS n
        FROM {moves} JOIN {wallets} ON {wallets}.wallet = {moves}.wallet
        WHERE {which}
        GROUP BY {moves}.wallet
    ) CROSS JOIN base
    WHERE k >= greatest({params.min_people}, {params.min_share} * n)
        AND k > fooled_share * n
        AND k * ln(k / (fooled_share * n))
            + CASE WHEN k < n THEN (n - k) * ln((n - k) / (n * (1 - fooled_share))) ELSE 0 END
            >= {-log(params.max_chance)}
"""


def _spread(number: int, params: Params) -> str:
    """Who lost to traps lost to other wallets, too: traps are those that mostly such people pay."""
    return f"""
losses_{number} AS ({_losses(f"traps_{number}", params)}),
lost_{number} AS (SELECT * FROM told WHERE purse IN (SELECT purse FROM losses_{number})),
traps_{number + 1} AS (
    SELECT wallet FROM traps_{number}
    UNION
    ({_mostly(f"lost_{number}", "collectors", "is_out", params)})
)"""


def _losses(traps: str, params: Params) -> str:
    """Return the SELECT of purses that lost most of what they paid into traps.

    Lost is what never came back, or, if that is more, what was paid since anything came.
    """
    return f"""
    SELECT
        purse,
        count(CASE WHEN is_out THEN 1 END) AS n_prepaid,
        count(CASE WHEN is_step THEN 1 END) AS n_steps,
        count(DISTINCT CASE WHEN is_out THEN wallet END) AS n_collectors,
        min(CASE WHEN is_out THEN amount_minor END) AS smallest_minor,
        max(CASE WHEN is_out THEN amount_minor END) AS largest_minor,
        {_PAID} AS paid_minor,
        {_CAME} AS returned_minor,
        greatest({_PAID} - {_CAME}, {_SINCE}) AS lost_minor,
        count(CASE WHEN NOT is_out THEN 1 END) AS n_returns,
        min(dealt.at) AS from_at,
        max(dealt.at) AS until_at
    FROM (
        SELECT
            told.* EXCLUDE (is_step),
            {_exceeds("purse", "told", params)} AS is_step,
            max(CASE WHEN NOT is_out THEN told.at END) OVER (PARTITION BY purse) AS back_at
        FROM told
        WHERE wallet IN (SELECT wallet FROM {traps})
            OR NOT is_out AND wallet IN (SELECT wallet FROM closed_returners)
    ) AS dealt
    GROUP BY purse
    HAVING greatest({_PAID} - {_CAME}, {_SINCE})
        >= greatest({params.min_warned_minor}, {params.min_lost_share} * {_PAID})
"""


def _verdicts(params: Params) -> str:
    """Whose purse lost most of what it paid into traps."""
    return f"""
losses AS ({_losses("traps_2", params)}),
borrowed AS (  -- purses with which people who have cards of their own paid once
    SELECT account_id, payer_token AS token
    FROM orders
    WHERE payer_token IN (SELECT purse FROM losses)
        AND account_id IN (SELECT account_id FROM account_links WHERE kind = 'card')
    GROUP BY account_id, payer_token
    HAVING count(*) = 1
    EXCEPT
    SELECT account_id, token FROM account_links
),
named AS (
    SELECT
        own_purses.account_id, losses.*,
        row_number() OVER (
            PARTITION BY own_purses.account_id ORDER BY lost_minor DESC, losses.purse
        ) AS place
    FROM losses
    JOIN own_purses ON own_purses.token = losses.purse
    LEFT JOIN borrowed
        ON borrowed.account_id = own_purses.account_id AND borrowed.token = own_purses.token
    WHERE borrowed.account_id IS NULL
)
SELECT
    named.account_id AS subject_id,
    round(1.0 * lost_minor / paid_minor * n_steps / (n_steps + 2.0), 6) AS score,
    [named.account_id] AS evidence_ids,
    n_prepaid,
    n_steps,
    n_collectors,
    smallest_minor,
    largest_minor,
    paid_minor,
    returned_minor,
    lost_minor,
    n_returns,
    round((until_at - from_at) / {float(DAY_MS)}, 2) AS span_days
FROM named
JOIN accounts ON accounts.account_id = named.account_id
WHERE place = 1
"""


def explain(facts: Facts) -> Words:
    """Say that this is a victim, how the sums grew, what came back and what did not."""
    least, largest = facts["smallest_minor"] / 100, facts["largest_minor"] / 100
    back, lost = facts["returned_minor"] / 100, facts["lost_minor"] / 100
    prepaid, collectors, days = facts["n_prepaid"], facts["n_collectors"], facts["span_days"]
    return Words(
        zh=f"疑似刷单诈骗的受害者，请尽快提醒，不得处罚：{days:.1f} 天内向 {collectors} 个收款方"
        f"垫付 {prepaid} 次，最少 {least:.2f}，最多 {largest:.2f}，收回 {back:.2f}，"
        f"尚有 {lost:.2f} 未归还；这些收款方的付款人多有同样遭遇。",
        en=f"Probably the victim of a task scam, to be warned soon and not to be punished: within "
        f"{counted(days, 'day')} this person prepaid {counted(prepaid, 'time')} to "
        f"{counted(collectors, 'collector')}, from {least:.2f} up to {largest:.2f}; "
        f"{back:.2f} came back, {lost:.2f} did not. Most others who pay there lost money, too.",
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

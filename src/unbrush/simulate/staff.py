"""The platform's own people: who works there, and what they do on ordinary days.

Risk staff close alerts by rota, wherever they come up. Each key-account manager looks after the
same few shops, and comes back to them. Campaign staff change parameters before a campaign and
during it. Two or three people release payouts. One night something breaks, and whoever is on call
waves hundreds of false alerts through. Most of it is approved by a colleague whose turn it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.simulate import columns as col
from unbrush.simulate import ids
from unbrush.simulate.chance import Array, Rng, pick
from unbrush.simulate.market import Shops, region_shares
from unbrush.simulate.people import People, registered
from unbrush.simulate.planting import Acts
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, Campaign, working_hours
from unbrush.simulate.sink import Sink

RISK, ACCOUNTS, CAMPAIGNS, PAYMENTS = range(4)
TEAMS = ("risk", "key-accounts", "campaigns", "payments")
OVERRIDE, ALLOW_LIST, PARAMETER, ALERT_CLOSE, PAYOUT_RELEASE = range(5)
ACTS = ("override", "allow_list", "parameter", "alert_close", "payout_release")
SHOP, CAMPAIGN, ACCOUNT = range(3)
ABOUT = ("shop", "campaign", "account")

REASONS = (
    "已核实", "误报", "业务需要", "大促备货", "客户反馈", "正常波动", "活动流量", "按流程处理",
    "战略性测试", "系统故障", "资料齐全", "人工复核通过",
)  # fmt: skip
NEEDED, STOCKING, TESTED, BROKEN = 2, 3, 8, 9
_ALERT_REASONS = (0, 1, 5, 6, 7, 11)
_ACCOUNT_REASONS = (0, 2, 3, 4, 6, 10)

N_SHOPS_EACH = (3, 9)  # that a key-account manager looks after
HAS_KIN = 0.12
ALERTS_PER_ORDER = 0.004


@dataclass
class Staff:
    """One row a person; the index in these arrays is the person inside the simulation.

    Attributes:
        team: Index of `TEAMS`.
        account: Their own account with the platform.
        kin_owner: Owner of a shop in their family; -1 for most.
    """

    team: Array
    account: Array
    kin_owner: Array
    _taken: dict[int, int] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Number of staff."""
        return len(self.team)

    def of(self, team: int) -> Array:
        """Return the members of a team."""
        return np.flatnonzero(self.team == team)

    def take(self, team: int) -> int:
        """Return a member of a team, each before anybody a second time."""
        members = self.of(team)
        turn = self._taken.get(team, 0)
        self._taken[team] = turn + 1
        return int(members[turn % len(members)])


def hire(rng: Rng, people: People, shops: Shops) -> tuple[Staff, dict[int, int]]:
    """Hire staff, more where there are more shops; a few have a shop in the family.

    Returns:
        The staff, and by owner the account of the relative who stands in the register for them.
    """
    sizes = (max(6, shops.n // 120), max(8, shops.n // 45), max(4, shops.n // 250), 3)
    team = np.repeat(np.arange(len(TEAMS)), sizes)
    account = _register(rng, people, len(team))
    kin_owner = np.full(len(team), -1)
    with_kin = np.flatnonzero(rng.random(len(team)) < HAS_KIN)
    kin_owner[with_kin] = rng.choice(shops.n_owners, len(with_kin), replace=False)
    kin = _register(rng, people, len(with_kin), address=people["address"][account[with_kin]])
    return Staff(team, account, kin_owner), {
        int(owner): int(who) for owner, who in zip(kin_owner[with_kin], kin, strict=True)
    }


def _register(rng: Rng, people: People, n: int, **own: Array) -> Array:
    since = np.minimum(registered(rng, n), START_AT - DAY_MS)
    region = pick(rng, region_shares(), n)
    return people.join(n, registered_at=since, region=region, **own)


def acts(
    *,
    staff: Array | int,
    kind: Array | int,
    subject: Array | int,
    at: Array,
    reason: Array | int,
    approver: Array | int = -1,
    about: int = SHOP,
) -> Acts:
    """Return actions, one for each of ``at``; what is one number holds for all of them."""
    n = len(at)
    columns = (staff, kind, np.full(n, about), subject, at, reason, approver)
    return Acts(*(np.broadcast_to(column, n).astype(np.int64) for column in columns))


def colleagues(rng: Rng, staff: Staff, who: Array) -> Array:
    """Return somebody else of the same team for each of ``who``, as turns fall."""
    found = np.empty(len(who), np.int64)
    for team in range(len(TEAMS)):
        members = staff.of(team)
        here = np.flatnonzero(staff.team[who] == team)
        place = np.searchsorted(members, who[here])
        other = (place + rng.integers(1, len(members), len(here))) % len(members)
        found[here] = members[other]
    return found


def ordinary(
    rng: Rng, staff: Staff, shops: Shops, campaigns: Sequence[Campaign], *, n_orders: int
) -> list[Acts]:
    """Return what staff do on ordinary days, and in one bad night."""
    return [
        _rota(rng, staff, shops, 40 + round(n_orders * ALERTS_PER_ORDER)),
        *(_care(rng, staff, shops, int(manager)) for manager in staff.of(ACCOUNTS)),
        _campaigns(rng, staff, campaigns),
        _payouts(rng, staff, shops),
        _bad_night(rng, staff, shops),
    ]


def _days(rng: Rng, n: int) -> Array:
    return working_hours(rng, rng.integers(0, N_DAYS, n))


def _one_of(rng: Rng, choices: Sequence[int], n: int) -> Array:
    return np.array(choices)[rng.integers(0, len(choices), n)]


def _rota(rng: Rng, staff: Staff, shops: Shops, n: int) -> Acts:
    """Alerts come up where trade is, and whoever is on duty closes them."""
    who = rng.choice(staff.of(RISK), n)
    kind = np.where(rng.random(n) < 0.8, ALERT_CLOSE, OVERRIDE)
    return acts(
        staff=who,
        kind=kind,
        subject=pick(rng, shops.share, n),
        at=_days(rng, n),
        reason=_one_of(rng, _ALERT_REASONS, n),
        approver=np.where(kind == OVERRIDE, colleagues(rng, staff, who), -1),
    )


def _care(rng: Rng, staff: Staff, shops: Shops, manager: int) -> Acts:
    """A key-account manager and the large shops in their care."""
    own = pick(rng, shops.share, int(rng.integers(*N_SHOPS_EACH)))
    own = own[shops.owner[own] != staff.kin_owner[manager]]  # a relative's is left to others
    if not len(own):
        own = pick(rng, shops.share, 1)
    n = int(rng.poisson(rng.uniform(8, 40)))
    kind = np.array([OVERRIDE, ALLOW_LIST, ALERT_CLOSE])[rng.integers(0, 3, n)]
    return acts(
        staff=manager,
        kind=kind,
        subject=own[rng.integers(0, len(own), n)],
        at=_days(rng, n),
        reason=_one_of(rng, _ACCOUNT_REASONS, n),
        approver=colleagues(rng, staff, np.full(n, manager)),
    )


def _campaigns(rng: Rng, staff: Staff, campaigns: Sequence[Campaign]) -> Acts:
    """A budget is set before a campaign begins; now and then it is changed on the way."""
    number = np.repeat(np.arange(len(campaigns)), 1 + (rng.random(len(campaigns)) < 0.3))
    starts = np.array([campaign.starts_at for campaign in campaigns])[number]
    first = np.append(True, np.diff(number) > 0)
    at = np.where(first, starts - rng.integers(HOUR_MS, 3 * DAY_MS, len(number)), starts + DAY_MS)
    who = rng.choice(staff.of(CAMPAIGNS), len(number))
    return acts(
        staff=who,
        kind=PARAMETER,
        subject=number,
        at=np.maximum(at, START_AT + HOUR_MS),
        reason=_one_of(rng, (7, TESTED), len(number)),
        approver=colleagues(rng, staff, who),
        about=CAMPAIGN,
    )


def _payouts(rng: Rng, staff: Staff, shops: Shops) -> Acts:
    """What the machine held is released by hand after a look at the papers."""
    n = 20 + shops.n // 10
    who = rng.choice(staff.of(PAYMENTS), n)
    return acts(
        staff=who,
        kind=PAYOUT_RELEASE,
        subject=pick(rng, shops.share, n),
        at=_days(rng, n),
        reason=_one_of(rng, (0, 10), n),
        approver=colleagues(rng, staff, who),
    )


def _bad_night(rng: Rng, staff: Staff, shops: Shops) -> Acts:
    """A fault raises false alerts everywhere; one person on call overrides them all, alone."""
    hit = np.unique(pick(rng, shops.share, int(rng.integers(30, 120))))
    who = int(rng.choice(staff.of(RISK)))
    begins = START_AT + int(rng.integers(5, N_DAYS - 5)) * DAY_MS + 23 * HOUR_MS
    return acts(
        staff=who,
        kind=OVERRIDE,
        subject=hit,
        at=begins + rng.integers(0, 3 * HOUR_MS, len(hit)),
        reason=BROKEN,
        approver=who,
    )


def write_staff(people: People, staff: Staff, account_ids: Array, sink: Sink) -> None:
    """Write who works at the platform; a fifth shop without their employer knowing as whom."""
    own = staff.account
    known = np.arange(staff.n) % 5 > 0
    sink.write(
        "staff",
        {
            "staff_id": col.numbers(ids.FIRST_STAFF + np.arange(staff.n)),
            "team": col.words(TEAMS, staff.team),
            "account_id": col.numbers(np.where(known, account_ids[own], -1)),
            "phone_token": col.tokens("ph", people["phone"][own]),
            "identity_token": col.tokens("id", people["identity"][own]),
            "address_token": col.tokens("ad", people["address"][own]),
            "bank_token": col.tokens("wa", people["card"][own]),
        },
    )


def write_acts(every: Sequence[Acts], account_ids: Array, sink: Sink) -> None:
    """Write all actions of staff in the order of time; accounts by their ids."""
    names = ("staff", "kind", "about", "subject", "at", "reason", "approver")
    done = {name: np.concatenate([getattr(part, name) for part in every]) for name in names}
    seen = np.flatnonzero((done["at"] >= START_AT) & (done["at"] < END_AT))
    seen = seen[np.argsort(done["at"][seen], kind="stable")]
    done = {name: column[seen] for name, column in done.items()}
    about = done["about"]
    subject = np.array([ids.FIRST_SHOP, ids.FIRST_CAMPAIGN, 0])[about] + done["subject"]
    named = np.flatnonzero(about == ACCOUNT)
    subject[named] = account_ids[done["subject"][named]]
    approver = np.where(done["approver"] >= 0, ids.FIRST_STAFF + done["approver"], -1)
    sink.write(
        "staff_actions",
        {
            "action_id": col.numbers(ids.FIRST_ACTION + np.arange(len(seen))),
            "staff_id": col.numbers(ids.FIRST_STAFF + done["staff"]),
            "kind": col.words(ACTS, done["kind"]),
            "subject_kind": col.words(ABOUT, about),
            "subject_id": col.numbers(subject),
            "at": col.numbers(done["at"]),
            "reason": col.texts(pa.array(REASONS), done["reason"]),
            "approver_id": col.numbers(approver),
        },
    )


def minutes_after(rng: Rng, at: Array, low: int, high: int) -> Array:
    """Return moments some minutes after ``at``."""
    return np.asarray(at + rng.integers(low * MINUTE_MS, high * MINUTE_MS, len(at)))

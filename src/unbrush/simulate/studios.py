"""Studios: workers of one organiser, each with its own accounts, who share out merchants' tasks.

A merchant's orders go to many studios, and a studio orders from many merchants. In each studio
accounts are logged in one after the other, in batches: one for each merchant and day.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unbrush.base.clock import DAY_MS, MINUTE_MS, SECOND_MS
from unbrush.simulate.camouflage import Camouflage
from unbrush.simulate.chance import Array, Rng, between, whole
from unbrush.simulate.crew import Crew, farm, start_of
from unbrush.simulate.people import registered
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.world import World

RECRUITERS = (1, 3)
"""People of a studio who bring in accounts."""

CAMPAIGNS = (1, 3)
"""How often a merchant comes back to the gang within the season."""

MERCHANT_SHARE = (0.4, 0.9)
"""Of all studios, the share that work for one merchant."""

INVITES_SEEN = (0.9, 0.7, 0.35, 0.1)
"""By level: made accounts whose inviter the platform knows."""


@dataclass(frozen=True)
class Tasks:
    """Who is to order for which merchant on which day, one array a column, studio by studio."""

    studio: Array
    merchant: Array
    day: Array

    def of(self, studio: int) -> slice:
        """Return the rows of one studio."""
        low, high = np.searchsorted(self.studio, [studio, studio + 1])
        return slice(int(low), int(high))


@dataclass(frozen=True)
class Studio:
    """One worker.

    Attributes:
        crew: The accounts at work.
        recruiters: Accounts of those who brought them in.
        province: Where it sits, index of `REGIONS`.
    """

    crew: Crew
    recruiters: Array
    province: int


def share_out(
    rng: Rng, n: int, *, n_merchants: int, n_studios: int, camouflage: Camouflage
) -> Tasks:
    """Share out ``n`` orders among merchants, their campaigns' days, and studios."""
    per_merchant = rng.multinomial(n, rng.dirichlet([4.0] * n_merchants))
    merchant = np.repeat(np.arange(n_merchants), per_merchant)
    studio, day = np.empty(n, np.int64), np.empty(n, np.int64)
    last = 0
    for size in map(int, per_merchant):
        here, last = slice(last, last + size), last + size
        n_here = max(2, round(n_studios * between(rng, MERCHANT_SHARE)))
        theirs = rng.choice(n_studios, min(n_here, n_studios), replace=False)
        studio[here] = rng.choice(theirs, size, p=rng.dirichlet([3.0] * len(theirs)))
        length = whole(rng, camouflage.n_days)
        starts = np.array([start_of(rng, length) for _ in range(whole(rng, CAMPAIGNS))])
        day[here] = rng.choice(starts, size) + rng.integers(0, length, size)
    studio = np.unique(studio, return_inverse=True)[1]  # whoever got nothing to do is no studio
    order = np.lexsort((merchant, day, studio))
    return Tasks(studio[order], merchant[order], np.minimum(day[order], N_DAYS - 2))


def open_studio(
    world: World, rng: Rng, n_accounts: int, *, camouflage: Camouflage, start_day: int, boss: int
) -> Studio:
    """Recruit for one studio.

    Args:
        world: The market; made accounts join its people.
        rng: Chance of the case.
        n_accounts: Accounts at work.
        camouflage: How well it hides.
        start_day: Day of its first task.
        boss: Account of the organiser, at the head of the chain of invitations.
    """
    crew = farm(world, rng, n_accounts, camouflage=camouflage, start_day=start_day)
    people = world.people
    made = crew.account[~crew.is_rented]
    home = made if len(made) else crew.account
    province = int(people["region"][home[0]])
    n = whole(rng, RECRUITERS)
    oldest = int(people["registered_at"][made].min(initial=START_AT))
    since = np.minimum(registered(rng, n), oldest - DAY_MS)
    seen = INVITES_SEEN[world.level]
    invited = np.where(rng.random(n) < seen, boss, -1)
    recruiters = people.join(n, region=province, registered_at=since, invited_by=invited)
    _invite(world, rng, made, recruiters, seen)
    return Studio(crew, recruiters, province)


def _invite(world: World, rng: Rng, made: Array, recruiters: Array, seen: float) -> None:
    """Say who invited the made accounts: a recruiter, or one who came before."""
    since = world.people["registered_at"]
    made = made[np.argsort(since[made], kind="stable")]
    n = len(made)
    before = made[(rng.random(n) * np.arange(n)).astype(np.int64)] if n else made
    recruited = (rng.random(n) < 0.5) | (np.arange(n) == 0)
    inviter = np.where(recruited, recruiters[rng.integers(0, len(recruiters), n)], before)
    shown = rng.random(n) < seen
    world.people["invited_by"][made[shown]] = inviter[shown]


def assign(rng: Rng, tasks: Tasks, sizes: Sequence[int]) -> Array:
    """Return who of its studio (0 to its size - 1) does each task.

    Everybody orders once from a merchant before anybody does so again.
    """
    who = np.empty(len(tasks.day), np.int64)
    for number, size in enumerate(sizes):
        rows = tasks.of(number)
        order = np.argsort(tasks.merchant[rows], kind="stable")
        last = 0
        for n in np.bincount(tasks.merchant[rows]):
            rounds = [rng.permutation(size) for _ in range(-(-int(n) // size))]
            if rounds:
                who[rows.start + order[last : last + n]] = np.concatenate(rounds)[:n]
            last += n
    return who


def batches(rng: Rng, tasks: Tasks, who: Array, *, camouflage: Camouflage) -> Array:
    """Return when each order is placed: a batch for each studio, merchant and day."""
    n, minutes = len(who), between(rng, camouflage.wave_minutes)
    key = (tasks.studio * (tasks.merchant.max(initial=0) + 1) + tasks.merchant) * N_DAYS + tasks.day
    groups, batch, size = np.unique(key, return_inverse=True, return_counts=True)
    # A naive script runs down the list of accounts; a better one mixes them.
    turn = who if minutes < 30 else rng.random(n)
    order = np.lexsort((turn, batch))
    place = np.empty(n, np.int64)
    place[order] = np.arange(n) - np.repeat(np.cumsum(size) - size, size)
    pace = (place + 0.5) / size[batch] if minutes < 30 else rng.random(n)
    begins = moments(rng, groups % N_DAYS)
    at = begins[batch] + (pace * minutes * MINUTE_MS).astype(np.int64)
    if minutes > 500:  # a patient one lets accounts act at their own hours
        at = moments(rng, tasks.day)
    latest = START_AT + (N_DAYS - 1) * DAY_MS
    return np.minimum(at + rng.integers(0, 20 * SECOND_MS, n), min(latest, END_AT - 1))

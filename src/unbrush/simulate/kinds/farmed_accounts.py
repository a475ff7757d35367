"""Farmed accounts (养号): raised or rented by the hundred, asleep until a task comes.

A supplier registers accounts in bursts, with numbers that only receive codes; several accounts can
share one. They lie still for weeks, or are shown about a little so that they look alive; then a
task comes, and they all order within days. Other accounts are rented from real people: hours
before a task somebody logs in to them from a device that they never had.
"""

from dataclasses import replace

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.camouflage import LEVELS, Camouflage
from unbrush.simulate.chance import Array, Rng, between, whole
from unbrush.simulate.crew import Crew, farm, orders_of, purchases, shared, spread, start_of
from unbrush.simulate.paths import LIKE, VIEW
from unbrush.simulate.planting import Planting, Reactions, Ties
from unbrush.simulate.recruiting import calls
from unbrush.simulate.season import END_AT, START_AT, moments
from unbrush.simulate.settlement import settled_with_farm
from unbrush.simulate.sheet import Sheet
from unbrush.simulate.tasks import carry_out, in_waves
from unbrush.simulate.ties import ties_of
from unbrush.simulate.world import World

NAME = "farmed-accounts"
SHARE = 0.1
SIZE = 2.0
ON_REQUEST = True

TAKE = (0.015, 0.06)

_ASLEEP_DAYS = ((15, 45), (40, 120), (120, 400), (300, 900))
_BURST_HOURS = ((0.3, 2.0), (3.0, 24.0), (48.0, 240.0), (720.0, 2400.0))
_PER_NUMBER = ((3, 6), (2, 3), (1, 1), (1, 1))
_SHOWN_ABOUT = (0.0, 1.0, 4.0, 9.0)
_LOGIN_HOURS = ((0.2, 2.0), (0.5, 12.0), (4.0, 72.0), (24.0, 400.0))
"""By level: from registration to the first task; how long a burst of registrations takes; accounts
to a number that receives codes; visits to look alive; from a rented account's first login on the
new device to its first task."""
PER_BURST = (15, 60)


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one supplier, and the tasks that its accounts do for some shops."""
    hides = LEVELS[world.level]
    n_shops = 1 + world.n_shops_for(n, each=24, most=40)
    shops = world.take_shops(n_shops)
    item = world.hot_item(rng, shops)
    n_days = whole(rng, hides.n_days)
    start = start_of(rng, n_days)
    n_accounts = max(8, round(n / n_shops * between(rng, (1.0, 1.6))))
    crew = farm(world, rng, n_accounts, camouflage=hides, start_day=start)
    _raise(world, rng, crew, start=start)
    who, shop = spread(rng, n, crew.n, n_shops)
    at = in_waves(rng, shop, hides=hides, start=start, n_days=n_days)
    sheet = orders_of(world, rng, crew, who=who, item=item[shop], at=at)
    carry_out(world, rng, sheet, hides=hides)
    planting = settled_with_farm(
        world,
        rng,
        sheet,
        name=NAME,
        organiser="account supplier",
        crew=crew,
        shops=shops,
        hides=hides,
        take=between(rng, TAKE),
    )
    return replace(
        planting,
        camouflage=_awake(world, rng, crew, hides=hides, start=start),
        ties=_logins(world, rng, sheet),
        reactions=[_shown_about(world, rng, crew, start=start)],
        posts=calls(world, rng, sheet, author=int(rng.integers(0, 1_000))),
    )


def _raise(world: World, rng: Rng, crew: Crew, *, start: int) -> None:
    """Register the made accounts in bursts long before, with numbers bought for the purpose."""
    made = crew.account[~crew.is_rented]
    n, level, people = len(made), world.level, world.people
    burst = np.arange(n) // whole(rng, PER_BURST)
    n_bursts = int(burst.max(initial=0)) + 1
    asleep = rng.uniform(*_ASLEEP_DAYS[level], n_bursts) * DAY_MS
    begins = START_AT + start * DAY_MS - asleep
    takes = rng.uniform(*_BURST_HOURS[level], n_bursts) * HOUR_MS
    since = begins[burst] + rng.random(n) * takes[burst]
    latest = START_AT + start * DAY_MS - HOUR_MS
    people["registered_at"][made] = np.minimum(since, latest).astype(np.int64)
    people["phone"][made] = shared(world, rng, "phone", n, _PER_NUMBER[level]) if n else made


def _awake(world: World, rng: Rng, crew: Crew, *, hides: Camouflage, start: int) -> Sheet | None:
    """Return real purchases in between: none before the first task, while accounts still sleep."""
    bought = purchases(world, rng, crew, camouflage=hides)
    if bought is None or world.level > 1:
        return bought
    begins = START_AT + start * DAY_MS
    bought["at"][:] = np.where(
        bought["at"] < begins,
        begins + (bought["at"] - START_AT) % (END_AT - begins - HOUR_MS),
        bought["at"],
    )
    return bought


def _logins(world: World, rng: Rng, sheet: Sheet) -> list[Ties]:
    """Return what the accounts used for tasks; first seen when somebody logged in before them."""
    found = ties_of(world, sheet, "device", "ip", "address", address_type=0)
    return [
        tie
        if tie.kind == "address"
        else replace(tie, first_at=tie.first_at - _before(world, rng, len(tie.first_at)))
        for tie in found
    ]


def _before(world: World, rng: Rng, n: int) -> Array:
    return np.asarray((rng.uniform(*_LOGIN_HOURS[world.level], n) * HOUR_MS).astype(np.int64))


def _shown_about(world: World, rng: Rng, crew: Crew, *, start: int) -> Reactions:
    """Return visits of the made accounts before their task: some pages looked at, some liked."""
    made = np.flatnonzero(~crew.is_rented)
    visits = np.repeat(made, rng.poisson(_SHOWN_ABOUT[world.level], len(made)))
    day = (rng.random(len(visits)) * max(1, start)).astype(np.int64)
    begins = moments(rng, day)
    since = world.people["registered_at"][crew.account[visits]]
    known = begins > since
    visits, begins = visits[known], begins[known]
    pages = rng.integers(2, 8, len(visits))
    visit = np.repeat(np.arange(len(visits)), pages)
    place = np.arange(len(visit)) - np.repeat(np.cumsum(pages) - pages, pages)
    dwell = (rng.uniform(3_000, 40_000, len(visit))).astype(np.int64)
    who = visits[visit]
    shop = rng.integers(0, world.shops.n, len(visit))
    kind = np.where((place > 0) & (rng.random(len(visit)) < 0.2), LIKE, VIEW)
    return Reactions(
        at=np.minimum(begins[visit] + place * 45_000, END_AT - 1),
        kind=kind,
        account=crew.account[who],
        item=world.hot_item(rng, shop),
        device=crew.device[who],
        ip=crew.ip[who],
        dwell_ms=np.where(kind == VIEW, dwell, -1),
        visit=visit,
    )

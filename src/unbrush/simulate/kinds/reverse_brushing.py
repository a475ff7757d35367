"""Reverse brushing (反向刷单): a rival buys for a shop what seems brushing, to get it punished.

A few accounts of the rival order a cheap item many times over within days, cancel or return most,
or keep and praise. No money ever comes from the shop that it is done to: it is a victim.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.chance import Array, Rng, between, whole
from unbrush.simulate.crew import Crew, farm, orders_of, start_of
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Money, Plan, Planting
from unbrush.simulate.praise import supply
from unbrush.simulate.season import END_AT, N_DAYS, moments
from unbrush.simulate.sheet import CANCELLED, DIRECT, KEPT, REFUNDED, Sheet, decide
from unbrush.simulate.ties import ties_of
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "reverse-brushing"
SHARE = 0.10
SIZE = 0.9

_ORDERS_PER_ACCOUNT = ((10, 30), (3, 8), (1, 3), (1, 1))
_N_DAYS = ((1, 2), (2, 4), (3, 8), (8, 20))
_UNDONE = ((0.85, 1.0), (0.7, 0.9), (0.4, 0.6), (0.1, 0.25))
"""By level: orders of an account, days of the attack, share that is cancelled or sent back."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one rival's attack on one shop of its category."""
    hides, level = LEVELS[world.level], world.level
    victim, rival = _pair(world)
    first, n_items = int(world.shops.first_item[victim]), int(world.shops.n_items[victim])
    cheapest = first + int(np.argmin(world.items.price_minor[first : first + n_items]))
    n_days = whole(rng, _N_DAYS[level])
    start = start_of(rng, n_days)
    n_accounts = max(1, round(n / between(rng, _ORDERS_PER_ACCOUNT[level])))
    crew = farm(world, rng, n_accounts, camouflage=hides, start_day=start)
    who = np.arange(n) % crew.n
    day = np.minimum(start + rng.integers(0, n_days, n), N_DAYS - 1)
    at = moments(rng, day) if level > 1 else _rush(rng, day)
    sheet = orders_of(world, rng, crew, who=who, item=np.full(n, cheapest), at=at)
    sheet["path"][rng.random(n) < 0.8 - 0.2 * level] = DIRECT
    undone = rng.random(n) < between(rng, _UNDONE[level])
    at_once = rng.random(n) < 0.7
    sheet["fate"] = np.where(undone, np.where(at_once, CANCELLED, REFUNDED), KEPT).astype("i1")
    schedule(world, rng, sheet)
    posts = ~undone & (rng.random(n) < 0.6)
    text = supply(world, rng, item=sheet["item"], style=hides.wording)
    review_at = sheet["delivered_at"] + rng.integers(HOUR_MS, 3 * DAY_MS, n)
    decide(sheet, posts, review_at=review_at, text=text, rating=5)
    paid, seen_minor = _pay(world, rng, sheet, rival=rival, crew=crew)
    fees = int(paid.amount_minor.sum())
    return Planting(
        plan=Plan(
            name=NAME,
            is_fake=True,
            level=level,
            organiser="rival",
            shops=(rival, victim),
            n_accounts=crew.n,
            fees_minor=fees,
            seen_minor=seen_minor,
        ),
        orders=sheet,
        accounts=crew.account,
        shops=np.array([rival]),
        victims=np.array([victim]),
        money=[paid],
        ties=ties_of(world, sheet, "device", "ip", "address", address_type=0),
    )


def _pair(world: World) -> tuple[int, int]:
    """Return a victim and a rival that sells the same sort of goods."""
    victim = int(world.take_shops(1)[0])
    rivals = world.take_shops(2, categories=[int(world.shops.category[victim])])
    rival = next(int(shop) for shop in (*rivals, *world.take_shops(2)) if shop != victim)
    return victim, rival


def _rush(rng: Rng, day: Array) -> Array:
    """Return moments within a few hours of each day."""
    begins = {int(d): int(moments(rng, np.array([d]))[0]) for d in np.unique(day)}
    start = np.array([begins[int(d)] for d in day])
    return np.minimum(start + rng.integers(0, 2 * HOUR_MS, len(day)), END_AT - 1)


def _pay(world: World, rng: Rng, sheet: Sheet, *, rival: int, crew: Crew) -> tuple[Money, int]:
    """The rival funds the accounts before they order, if it lets the money be seen."""
    funded = np.unique(crew.card)
    shown = funded[rng.random(len(funded)) < (1.0, 0.8, 0.4, 0.1)[world.level]]
    at = np.full(len(shown), int(sheet["at"].min())) - rng.integers(
        HOUR_MS, 20 * HOUR_MS, len(shown)
    )
    owner = world.owner_wallet(rival) if world.level < 2 else world.wallets(1)[0]
    amount = np.full(len(shown), int(sheet["paid_minor"].sum()) // len(funded) + 1_000)
    moved = money(
        world,
        sender=np.asarray(owner),
        receiver=shown,
        amount_minor=amount,
        at=at,
        channel="transfer",
        memo="",
    )
    return moved, int(amount.sum())

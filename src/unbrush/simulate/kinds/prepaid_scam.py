"""Prepaid tasks (刷单诈骗): people who want to earn by brushing are cheated; no order ever exists.

The first tasks pay: a few yuan in advance come back with a bit on top. Then "combined tasks" need
larger and larger sums, "repairs" still larger ones, to ever other payees, and nothing comes back.
Who pays is a victim. Later the payees are many, each seen once or twice, and nobody saw the call.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.planting import Money, Plan, Planting, Post
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.sheet import blank
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "prepaid-scam"
SHARE = 0.1
SIZE = 6.0
ON_REQUEST = True

VICTIM = f"{NAME}-victim"
ORDERS_PER_VICTIM = 12
"""Orders of the market's share of fakes that stand for one victim, since there are none."""
FIRST_YUAN = (20, 120)
GROWTH = (1.8, 3.2)

_VICTIMS_PER_PAYEE = (6.0, 3.5, 2.0, 1.2)
_SEEN = (1.0, 0.95, 0.8, 0.5)
_GIVEN_BACK = ((2, 4), (1, 3), (1, 2), (1, 2))
_LOST = ((3, 6), (3, 6), (2, 5), (2, 4))
_DAYS = ((0.3, 1.5), (0.7, 3.0), (2.0, 8.0), (5.0, 20.0))
"""By level: victims to one payee at a time; payments that pass through the platform's wallets;
tasks that pay; payments that are lost; how long one victim's story takes."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one band of cheats and whoever falls for it."""
    level = world.level
    hides = LEVELS[level]
    victims = world.buyers(rng, max(4, round(n / ORDERS_PER_VICTIM)))
    n_victims = len(victims)
    n_days = min(whole(rng, hides.n_days) + 10, N_DAYS - 12)
    start = int(rng.integers(1, N_DAYS - n_days - 8))
    begins = moments(rng, start + rng.integers(0, n_days, n_victims))
    payees = world.wallets(max(2, round(n_victims / _VICTIMS_PER_PAYEE[level])))
    given, n_given, returned = _bait(world, rng, victims, begins, payees)
    lost, total = _prepay(world, rng, victims, n_given, payees)
    moved = [*given, lost]
    seen_minor = sum(int(part.amount_minor[part.at < END_AT].sum()) for part in moved)
    return Planting(
        plan=Plan(
            name=NAME,
            is_fake=True,
            level=level,
            organiser="cheat",
            n_accounts=n_victims,
            returned_minor=returned,
            fees_minor=total,
            seen_minor=seen_minor,
        ),
        orders=blank(0),
        accounts=victims,
        honest={"account": VICTIM},
        money=moved,
        posts=_call(world, rng, start),
    )


def _bait(
    world: World, rng: Rng, victims: Array, begins: Array, payees: Array
) -> tuple[list[Money], Array, int]:
    """Let the first tasks pay; return the transfers, when each victim's are over, and what paid."""
    n_tasks = rng.integers(
        _GIVEN_BACK[world.level][0], _GIVEN_BACK[world.level][1] + 1, len(victims)
    )
    who = np.repeat(np.arange(len(victims)), n_tasks)
    place = np.arange(len(who)) - np.repeat(np.cumsum(n_tasks) - n_tasks, n_tasks)
    gap = between(rng, _DAYS[world.level]) * DAY_MS / 8
    at = begins[who] + (place * gap + around(rng, 20 * MINUTE_MS, 0.6, len(who))).astype(np.int64)
    first = np.round(rng.uniform(*FIRST_YUAN, len(victims)) / 10) * 10
    price = (first[who] * (1 + place * rng.uniform(0.3, 1.2, len(who)))).astype(np.int64) * 100
    earned = price + np.round(price * rng.uniform(0.05, 0.3, len(who)) / 100).astype(np.int64) * 100
    card = world.people["card"][victims][who]
    payee = payees[rng.integers(0, len(payees), len(who))]
    back_at = at + around(rng, 25 * MINUTE_MS, 0.7, len(who)).astype(np.int64)
    shown = rng.random(len(who)) < _SEEN[world.level]
    to = _transfers(world, card, payee, price, at, shown, "做单" if world.level == 0 else "")
    back = _transfers(
        world, payee, card, earned, back_at, shown, "佣金" if world.level == 0 else ""
    )
    over = np.full(len(victims), START_AT)
    np.maximum.at(over, who, back_at)
    return [to, back], over, int(earned.sum())


def _prepay(
    world: World, rng: Rng, victims: Array, since: Array, payees: Array
) -> tuple[Money, int]:
    """Let victims pay more and more, to ever other payees, until they stop; nothing returns."""
    low, high = _LOST[world.level]
    n_paid = rng.integers(low, high + 1, len(victims))
    n_paid[rng.random(len(victims)) < 0.12] = 1  # some see through it at once
    who = np.repeat(np.arange(len(victims)), n_paid)
    place = np.arange(len(who)) - np.repeat(np.cumsum(n_paid) - n_paid, n_paid)
    pace = rng.uniform(*_DAYS[world.level], len(victims)) * DAY_MS / n_paid
    at = since[who] + ((place + rng.uniform(0.2, 1.0, len(who))) * pace[who]).astype(np.int64)
    at += HOUR_MS // 2
    first = rng.uniform(150, 700, len(victims))
    growth = rng.uniform(*GROWTH, len(victims))
    amount = np.minimum(first[who] * growth[who] ** place, 80_000)
    amount = (np.round(amount / 10) * 1_000).astype(np.int64)
    shown = rng.random(len(who)) < _SEEN[world.level]
    payee = payees[rng.integers(0, len(payees), len(who))]
    memo = "垫付" if world.level == 0 else ""
    card = world.people["card"][victims][who]
    return _transfers(world, card, payee, amount, at, shown, memo), int(amount.sum())


def _transfers(
    world: World, sender: Array, receiver: Array, amount: Array, at: Array, shown: Array, memo: str
) -> Money:
    return money(
        world,
        sender=sender[shown],
        receiver=receiver[shown],
        amount_minor=amount[shown],
        at=at[shown],
        channel="transfer",
        memo=memo,
    )


def _call(world: World, rng: Rng, start: int) -> list[Post]:
    """Return the call as captured outside, for cheats who were careless enough."""
    if rng.random() > (0.9, 0.6, 0.25, 0.05)[world.level]:
        return []
    pay = int(rng.integers(1, 4)) * 100
    text = f"动动手指、日赚{pay}元，手机就能做，刷单任务先垫付后返本金佣金，秒到账，加群领任务"
    at = START_AT + start * DAY_MS - int(rng.integers(HOUR_MS, 20 * HOUR_MS))
    return [Post(at, text, "chat-group", (1 << 38) + int(rng.integers(0, 1 << 20)))]

"""Undeclared sales: shops show far more sales than their owners declare, since most are bought.

Who brushes does not pay tax on it. A shop of little trade orders as much again and more from
itself, through people it pays; its owner declares what was really sold. What the platform shows and
what the tax office has then differ by far more than returns, timing or tax explain. Later owners
declare a part of the bought sales too, and buy less.
"""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.cashback import pay_back, payers_of
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.crew import orders_of, purchases, real_people
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Plan, Planting, Understated
from unbrush.simulate.praise import supply
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.sheet import TASK, decide
from unbrush.simulate.world import World

NAME = "undeclared-sales"
SHARE = 0.1
SIZE = 2.0
ON_REQUEST = True

FEE_YUAN = (3, 12)

_TIMES = ((1.5, 4.0), (1.0, 2.5), (0.6, 1.5), (0.35, 0.9))
_DECLARED = ((0.0, 0.0), (0.0, 0.1), (0.2, 0.4), (0.5, 0.7))
_BUSY_DAYS = ((30, 50), (40, 60), (50, 70), (60, 72))
"""By level: bought sales to real ones; share of them that is declared; days of buying."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one agent's customers: shops that buy their own sales all season long."""
    hides, level = LEVELS[world.level], world.level
    shops, size = _shops(world, rng, n)
    n = int(size.sum())
    shop = np.repeat(np.arange(len(shops)), size)
    item = world.hot_item(rng, shops)
    n_days = whole(rng, _BUSY_DAYS[level])
    start = int(rng.integers(0, N_DAYS - n_days - 3))
    people = real_people(world, rng, max(8, round(n / len(shops) * between(rng, (1.0, 1.5)))))
    who = _take_turns(rng, shop, people.n)
    at = moments(rng, start + rng.integers(0, n_days, n))
    sheet = orders_of(world, rng, people, who=who, item=item[shop], at=at)
    sheet["path"][rng.random(n) < (0.9, 0.7, 0.4, 0.2)[level]] = TASK
    is_real = rng.random(n) < between(rng, hides.real_share)
    decide(sheet, ~is_real, weight_g=np.round(rng.uniform(*hides.gift_g, n) / 5) * 5)
    schedule(world, rng, sheet)
    posts = rng.random(n) < 0.6
    wait = around(rng, between(rng, hides.review_days), 0.5, n) + 0.02
    review_at = sheet["delivered_at"] + (wait * DAY_MS).astype(np.int64)
    text = supply(world, rng, item=sheet["item"], style=hides.wording)
    decide(sheet, posts, review_at=review_at, text=text, rating=5)
    sheet["fate"][:] = 0
    back = pay_back(
        world,
        rng,
        principal=sheet["paid_minor"],
        fee=np.full(n, whole(rng, FEE_YUAN) * 100),
        to=sheet["payer"],
        since=np.where(posts, review_at, sheet["delivered_at"] + DAY_MS),
        payers=payers_of(world, rng, camouflage=hides, own=int(world.wallets(1)[0])),
        camouflage=hides,
        memo="",
    )
    return Planting(
        plan=Plan(
            name=NAME,
            is_fake=True,
            level=level,
            organiser="agent",
            shops=tuple(map(int, shops)),
            n_accounts=len(np.unique(sheet["account"])),
            returned_minor=back.returned_minor,
            fees_minor=back.fees_minor,
            seen_minor=back.seen_minor,
        ),
        orders=sheet,
        accounts=np.unique(sheet["account"]),
        shops=shops,
        camouflage=purchases(world, rng, people, camouflage=hides),
        money=back.money,
        understated=Understated(shops, between(rng, _DECLARED[level])),
    )


def _shops(world: World, rng: Rng, n: int) -> tuple[Array, Array]:
    """Take shops until their bought orders, so many times their real ones, come to ``n``."""
    usual = np.diff(world.shops.share, prepend=0.0) * world.sizes.n_orders
    shops: list[int] = []
    size: list[int] = []
    while sum(size) < n and len(shops) < 40:
        shop = int(world.take_shops(1)[0])
        left = n - sum(size)
        wanted = round(usual[shop] * between(rng, _TIMES[world.level]))
        if shop not in shops:
            shops.append(shop)
            size.append(max(4, min(wanted, left) if shops[1:] else wanted))
    return np.array(shops, np.int64), np.array(size, np.int64)


def _take_turns(rng: Rng, shop: Array, n_people: int) -> Array:
    """Return who does each task: everybody once a shop before anybody does so again."""
    who = np.empty(len(shop), np.int64)
    for number in np.unique(shop):
        here = np.flatnonzero(shop == number)
        rounds = [rng.permutation(n_people) for _ in range(-(-len(here) // n_people))]
        who[here] = np.concatenate(rounds)[: len(here)]
    return who

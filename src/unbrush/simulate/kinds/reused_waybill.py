"""Reused waybills (单号): numbers of parcels that went to somebody else stand for orders.

A vendor sells the same number to several shops, or numbers read off strangers' real parcels. What
the carrier knows of such a parcel is not the order's: it was sent before the order was placed,
went elsewhere, or was signed sooner than it could get there. Later numbers are matched to the
order's region and day, and most orders get a number and a trifle of their own.
"""

from dataclasses import replace

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.camouflage import LEVELS, Camouflage
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.crew import farm, orders_of, purchases, quota_days, spread, start_of
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Planting
from unbrush.simulate.praise import supply
from unbrush.simulate.season import moments
from unbrush.simulate.settlement import settled
from unbrush.simulate.sheet import COPIED, COPIED_NEAR, DIRECT, TWO_NODES, Sheet, decide
from unbrush.simulate.ties import ties_of
from unbrush.simulate.world import World

NAME = "reused-waybill"
SHARE = 0.1
SIZE = 1.5
ON_REQUEST = True

TAKE = (0.01, 0.04)

_SOLD_AGAIN = ((0.4, 0.6), (0.3, 0.45), (0.15, 0.3), (0.05, 0.12))
_COPIED = ((0.3, 0.4), (0.3, 0.45), (0.2, 0.35), (0.08, 0.15))
_TIMES_SOLD = ((3, 6), (2, 3), (2, 2), (2, 2))
_MATCHED = (0.0, 0.4, 0.9, 1.0)
_TOO_FAST = (0.8, 0.5, 0.2, 0.03)
"""By level: orders under a number that was sold to others too, or read off a stranger's parcel;
orders to one sold number; copied numbers that fit the order's region and day; parcels of its own
that a branch signs for within hours, wherever they were to go."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the customers of one dealer in numbers."""
    hides, level = LEVELS[world.level], world.level
    shops = world.take_shops(2 + world.n_shops_for(n, each=24, most=20))
    item = world.hot_item(rng, shops)
    n_days = whole(rng, hides.n_days) + 4
    start = start_of(rng, n_days)
    n_accounts = max(6, round(n / len(shops) * between(rng, (1.5, 3.0))))
    crew = farm(world, rng, n_accounts, camouflage=hides, start_day=start)
    who, shop = spread(rng, n, crew.n, len(shops))
    day = quota_days(rng, shop, start=start, n_days=n_days)
    sheet = orders_of(world, rng, crew, who=who, item=item[shop], at=moments(rng, day))
    sheet["path"][rng.random(n) < (1.0, 0.7, 0.4, 0.2)[level]] = DIRECT
    _send(world, rng, sheet, hides)
    posts = rng.random(n) < 0.7
    wait = around(rng, between(rng, hides.review_days), 0.5, n) + 0.01
    text = supply(world, rng, item=sheet["item"], style=hides.wording)
    review_at = sheet["delivered_at"] + (wait * DAY_MS).astype(np.int64)
    decide(sheet, posts, review_at=review_at, text=text, rating=5)
    sheet["fate"][:] = 0
    planting = settled(
        world,
        rng,
        sheet,
        name=NAME,
        organiser="vendor",
        crew=crew,
        shops=shops,
        hides=hides,
        take=between(rng, TAKE),
        collectors=world.wallets(2),
        memo="服务费",
    )
    return replace(
        planting,
        camouflage=purchases(world, rng, crew, camouflage=hides),
        ties=ties_of(world, sheet, "device", "ip", "address", address_type=0),
    )


def _send(world: World, rng: Rng, sheet: Sheet, hides: Camouflage) -> None:
    """Give every order a number: sold before, read off somewhere, or its own."""
    n, level = len(sheet["at"]), world.level
    luck = rng.random(n)
    again = between(rng, _SOLD_AGAIN[level])
    sold = luck < again
    copied = ~sold & (luck < again + between(rng, _COPIED[level]))
    sheet["waybill"][sold] = _sold(rng, np.flatnonzero(sold), sheet["at"], _TIMES_SOLD[level])
    near = rng.random(n) < _MATCHED[level]
    decide(sheet, copied, waybill=np.where(near, COPIED_NEAR, COPIED))
    gift = rng.random(n) < between(rng, hides.gift_share)
    trifle = np.round(rng.uniform(*hides.gift_g, n) / 5) * 5
    sheet["weight_g"] = np.where(gift, trifle, np.round(rng.uniform(8, 40, n)))
    fast = ~copied & (rng.random(n) < _TOO_FAST[level])
    sheet["parcel"][fast & (rng.random(n) < 0.7)] = TWO_NODES
    sheet["shipped_at"] = sheet["at"] + (around(rng, 5, 0.6, n) * HOUR_MS).astype(np.int64)
    hours = np.round(rng.uniform(1.0, 7.0, n) * HOUR_MS).astype(np.int64)
    decide(sheet, fast, delivered_at=sheet["shipped_at"] + hours)
    schedule(world, rng, sheet)


def _sold(rng: Rng, chosen: Array, at: Array, times: tuple[int, int]) -> Array:
    """Return a number for each chosen order: neighbours in time share one, a few each."""
    turn = np.argsort(at[chosen] + rng.integers(0, DAY_MS, len(chosen)), kind="stable")
    size = rng.integers(times[0], times[1] + 1, len(chosen))
    group = np.searchsorted(np.cumsum(size), np.arange(len(chosen)), side="right")
    number = np.empty(len(chosen), np.int64)
    first = int(rng.integers(0, 1 << 40))
    number[turn] = first + group
    return number

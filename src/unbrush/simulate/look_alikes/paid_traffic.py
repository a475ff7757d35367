"""Paid traffic: a shop advertises for a week; many come, look, put aside, and few buy."""

import numpy as np

from unbrush.base.clock import HOUR_MS, MINUTE_MS
from unbrush.simulate.chance import Array, Rng
from unbrush.simulate.paths import CART, FAVOURITE, VIEW
from unbrush.simulate.planting import Planting, Reactions, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.sheet import DIRECT
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "paid-traffic"
SHARE = 0.002
SIZE = 0.8

LOOKERS = 6
"""For each who buys."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one shop's week of advertisements."""
    shop = world.take_shops(1)
    account = world.buyers(rng, n)
    n = len(account)
    week = int(rng.integers(1, N_DAYS - 8))
    item = world.hot_item(rng, np.repeat(shop, n))
    at = moments(rng, week + rng.integers(0, 7, n))
    sheet = draft(world, rng, account=account, item=item, at=at)
    sheet["path"][:] = DIRECT
    looker = world.buyers(rng, LOOKERS * n)
    m = len(looker)
    looks_at = np.maximum(moments(rng, week + rng.integers(0, 7, m)), START_AT + HOUR_MS)
    goods = world.hot_item(rng, np.repeat(shop, m))
    aside = rng.random(m) < 0.12
    looked = _reactions(world, looker, goods, at=looks_at, kind=np.full(m, VIEW))
    put = _reactions(
        world,
        looker[aside],
        goods[aside],
        at=np.minimum(looks_at[aside] + MINUTE_MS, END_AT - 1),
        kind=np.where(rng.random(int(aside.sum())) < 0.5, FAVOURITE, CART),
    )
    return look_alike(NAME, sheet, shops=shop, reactions=[looked, put])


def _reactions(world: World, account: Array, item: Array, *, at: Array, kind: Array) -> Reactions:
    device, ip = world.people["device"][account], world.people["ip"][account]
    return Reactions(at, kind, account, item, device, ip)

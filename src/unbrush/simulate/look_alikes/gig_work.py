"""Gig work: a shop pays packers and hosts by the day, by transfer, and they shop there as well."""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Rng, around, pick
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, START_AT, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "gig-work"
SHARE = 0.002
SIZE = 0.6

_WEEK = 7


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one employer: hours times a rate every Friday; a third of purchases are in the shop."""
    shop = world.take_shops(1)
    workers = world.buyers(rng, max(5, n // 4))
    account = workers[rng.integers(0, len(workers), n)]
    bought_at = np.where(rng.random(n) < 0.35, shop[0], pick(rng, world.shops.share, n))
    at = moments(rng, rng.integers(0, N_DAYS, n))
    sheet = draft(world, rng, account=account, item=world.hot_item(rng, bought_at), at=at)
    who = np.repeat(np.arange(len(workers)), N_DAYS // _WEEK)
    week = np.tile(np.arange(N_DAYS // _WEEK), len(workers))
    worked = rng.random(len(who)) < 0.6
    who, week = who[worked], week[worked]
    hours = np.round(np.clip(around(rng, 18, 0.5, len(who)), 3, 60))
    rate = rng.integers(18, 32, len(workers))[who] * 100
    paid = money(
        world,
        sender=world.owner_wallet(shop[0]),
        receiver=world.people["card"][workers[who]],
        amount_minor=hours * rate,
        at=START_AT + (week * _WEEK + _WEEK) * DAY_MS + rng.integers(17, 21, len(who)) * HOUR_MS,
        channel="transfer",
        memo="日结工资",
    )
    return look_alike(NAME, sheet, accounts=workers, shops=shop, money=[paid])

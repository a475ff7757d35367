"""Recycled numbers: a carrier gives a number out again, and its new owner opens an account."""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.planting import Planting, Ties, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "recycled-number"
SHARE = 0.002
SIZE = 0.5


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant numbers that had two or three owners, each with an account that still says so."""
    people = world.people
    last = world.buyers(rng, max(3, n // 3))
    earlier = [last, *(world.buyers(rng, len(last)) for _ in range(2))]
    gone = [START_AT - rng.integers(0, 60, len(last)) * DAY_MS]
    gone.append(gone[0] - rng.integers(200, 500, len(last)) * DAY_MS)
    ties = [
        Ties(owner, "phone", people["phone"][last], until - 700 * DAY_MS, until)
        for owner, until in zip(earlier[1:], gone, strict=True)
    ]
    ties.append(Ties(last, "phone", people["phone"][last], gone[0], np.full(len(last), END_AT - 1)))
    everybody = np.concatenate(earlier)
    account = everybody[rng.integers(0, len(everybody), n)]
    shop = pick(rng, world.shops.share, n)
    at = moments(rng, rng.integers(0, N_DAYS, n))
    sheet = draft(world, rng, account=account, item=world.hot_item(rng, shop), at=at)
    return look_alike(NAME, sheet, accounts=everybody, ties=ties)

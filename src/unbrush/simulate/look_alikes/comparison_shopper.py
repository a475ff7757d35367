"""Comparison shoppers: they search, read three rivals, study one page for minutes, and buy."""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Rng, around
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.sheet import TASK, decide
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "comparison-shopper"
SHARE = 0.002
SIZE = 0.8


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the careful buyers of one shop of dear goods; one in three tells others about it."""
    shop = world.take_shops(1)
    account = world.buyers(rng, n)
    n = len(account)
    item = world.hot_item(rng, np.repeat(shop, n))
    at = moments(rng, rng.integers(0, N_DAYS - 8, n))
    sheet = draft(world, rng, account=account, item=item, at=at)
    sheet["path"][:] = TASK  # the same steps as a task dictates, of one's own will
    sheet["dwell_ms"] = np.clip(around(rng, 330_000, 0.45, n), 60_000, 1_500_000).astype(np.int64)
    schedule(world, rng, sheet)
    review_at = sheet["delivered_at"] + around(rng, 5 * DAY_MS, 0.8, n).astype(np.int64)
    decide(sheet, rng.random(n) < 0.33, review_at=review_at)
    return look_alike(NAME, sheet, shops=shop)

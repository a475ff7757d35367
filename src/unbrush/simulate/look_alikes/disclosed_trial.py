"""A disclosed trial: the platform hands out goods for a review that says so, good or bad."""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Rng, around
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.sheet import DIRECT, decide
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "disclosed-trial"
SHARE = 0.005
SIZE = 0.8


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one trial: nearly everybody reviews, most are kind, some are not."""
    shop = world.take_shops(1)
    account = world.buyers(rng, n)
    n = len(account)
    item = np.repeat(world.hot_item(rng, shop), n)
    day = int(rng.integers(1, N_DAYS - 20)) + rng.integers(0, 3, n)
    sheet = draft(world, rng, account=account, item=item, at=moments(rng, day))
    sheet["quantity"][:] = 1
    sheet["paid_minor"][:] = 100
    sheet["subsidy_minor"] = world.items.price_minor[item] - 100
    sheet["path"][:] = DIRECT
    schedule(world, rng, sheet)
    wait = around(rng, 5, 0.5, n)
    review_at = sheet["delivered_at"] + (wait * DAY_MS).astype(np.int64)
    rating = rng.choice([5, 4, 3, 2], n, p=[0.62, 0.25, 0.1, 0.03])
    decide(sheet, rng.random(n) < 0.95, review_at=review_at, rating=rating, disclosed=1)
    sheet["fate"][:] = 0
    return look_alike(NAME, sheet, shops=shop)

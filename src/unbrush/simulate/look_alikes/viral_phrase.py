"""A viral phrase: for a season everybody writes the same three words."""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Rng, around
from unbrush.simulate.parcels import schedule
from unbrush.simulate.phrases import VIRAL
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.sheet import decide
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "viral-phrase"
SHARE = 0.005
SIZE = 0.8


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant a shop whose young buyers say what everybody says."""
    shop = world.take_shops(1)
    account = world.buyers(rng, n)
    n = len(account)
    item = world.hot_item(rng, np.repeat(shop, n))
    at = moments(rng, rng.integers(0, N_DAYS - 12, n))
    sheet = draft(world, rng, account=account, item=item, at=at)
    sheet["fate"][:] = 0
    schedule(world, rng, sheet)
    review_at = sheet["delivered_at"] + around(rng, 2 * DAY_MS, 0.7, n).astype(np.int64)
    said = world.texts.add(VIRAL)[(rng.random(n) ** 2 * len(VIRAL)).astype(np.int64)]
    decide(sheet, rng.random(n) < 0.6, review_at=review_at, text=said, rating=5)
    return look_alike(NAME, sheet, shops=shop)

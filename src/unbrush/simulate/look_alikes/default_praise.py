"""Default praise, quick tags and assisted texts: identical words that nobody composed."""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Rng, around
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.sheet import ASSISTED, DEFAULT, TAG, decide
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "default-praise"
SHARE = 0.006
SIZE = 0.8


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant a shop whose buyers leave the praising to the platform."""
    shop = world.take_shops(1)
    account = world.buyers(rng, n)
    n = len(account)
    item = world.hot_item(rng, np.repeat(shop, n))
    at = moments(rng, rng.integers(0, N_DAYS - 25, n))
    sheet = draft(world, rng, account=account, item=item, at=at)
    sheet["fate"][:] = 0
    schedule(world, rng, sheet)
    source = rng.choice([DEFAULT, TAG, ASSISTED], n, p=[0.6, 0.25, 0.15])
    own = sheet["delivered_at"] + around(rng, 2 * DAY_MS, 0.8, n).astype(np.int64)
    by_platform = sheet["delivered_at"] + 15 * DAY_MS
    review_at = np.where(source == DEFAULT, by_platform, own)
    decide(sheet, np.ones(n, bool), review_at=review_at, text_source=source, rating=5)
    return look_alike(NAME, sheet, shops=shop)

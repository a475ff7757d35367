"""Quick reviews: what is eaten at once is praised within the hour."""

import numpy as np

from unbrush.base.clock import MINUTE_MS
from unbrush.simulate.chance import Rng, around
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.sheet import decide
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "quick-review"
SHARE = 0.006
SIZE = 0.8

_EATEN = tuple(n for n, c in enumerate(CATEGORIES) if c.is_instant and c.weight_g)


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the happy eaters of one shop."""
    shop = world.take_shops(1, categories=_EATEN)
    account = world.buyers(rng, n)
    n = len(account)
    item = world.hot_item(rng, np.repeat(shop, n))
    at = moments(rng, rng.integers(0, N_DAYS - 6, n))
    sheet = draft(world, rng, account=account, item=item, at=at)
    sheet["fate"][:] = 0
    schedule(world, rng, sheet)
    review_at = sheet["delivered_at"] + around(rng, 35 * MINUTE_MS, 0.6, n).astype(np.int64)
    decide(sheet, rng.random(n) < 0.7, review_at=review_at)
    return look_alike(NAME, sheet, shops=shop)

"""A fruit's season: the first weeks are delicious, the last are overripe, and the stars follow."""

import numpy as np

from unbrush.base.clock import HOUR_MS
from unbrush.simulate.chance import Rng, around
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.sheet import decide
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "fruit-season"
SHARE = 0.002
SIZE = 0.8

_FRESH = tuple(n for n, c in enumerate(CATEGORIES) if c.name == "生鲜水果")
_LENGTH = 45


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one grower's season: sales rise with the stars, then fall with them."""
    shop = world.take_shops(1, categories=_FRESH)
    account = world.buyers(rng, n)
    n = len(account)
    age = np.clip(rng.gamma(3.0, 6.0, n), 0, _LENGTH - 1).astype(np.int64)
    day = int(rng.integers(0, N_DAYS - _LENGTH)) + age
    item = np.repeat(world.hot_item(rng, shop), n)
    sheet = draft(world, rng, account=account, item=item, at=moments(rng, day))
    sheet["fate"][:] = 0
    schedule(world, rng, sheet)
    review_at = sheet["delivered_at"] + around(rng, 9 * HOUR_MS, 0.8, n).astype(np.int64)
    good = rng.random(n) < np.where(age < 16, 0.95, np.where(age < 28, 0.7, 0.35))
    rating = np.where(good, 5, rng.integers(1, 4, n))
    decide(sheet, rng.random(n) < 0.45, review_at=review_at, rating=rating)
    return look_alike(NAME, sheet, shops=shop)

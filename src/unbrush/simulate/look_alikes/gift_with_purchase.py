"""A gift with the purchase: the goods come, and a trifle in a parcel of its own."""

import numpy as np

from unbrush.simulate.chance import Rng, around
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "gift-with-purchase"
SHARE = 0.002
SIZE = 0.8


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant two weeks in which one shop adds a gift to most orders."""
    shop = world.take_shops(1)
    account = world.buyers(rng, n)
    n = len(account)
    item = world.hot_item(rng, np.repeat(shop, n))
    day = np.minimum(int(rng.integers(0, N_DAYS - 15)) + rng.integers(0, 15, n), N_DAYS - 1)
    sheet = draft(world, rng, account=account, item=item, at=moments(rng, day))
    gift = np.round(around(rng, 35, 0.15, n) / 10) * 10
    sheet["extra_g"] = np.where(rng.random(n) < 0.8, gift, np.nan)
    return look_alike(NAME, sheet, shops=shop)

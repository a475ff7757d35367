"""Split checkout: one basket becomes several orders in the same second."""

import numpy as np

from unbrush.simulate.chance import Rng
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.sheet import DIRECT
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "split-checkout"
SHARE = 0.006
SIZE = 0.8


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the baskets of one shop that the platform splits by warehouse."""
    shop = world.take_shops(1)
    size = rng.integers(2, 7, max(1, n // 4))
    basket = np.repeat(np.arange(len(size)), size)[:n]
    n = len(basket)
    buyers = world.buyers(rng, len(size))
    at = moments(rng, rng.integers(0, N_DAYS, len(size)))
    item = world.shops.first_item[shop[0]] + rng.integers(0, world.shops.n_items[shop[0]], n)
    account = buyers[basket % len(buyers)]
    sheet = draft(world, rng, account=account, item=item, at=at[basket])
    for column in ("device", "ip", "address"):  # one sitting, one place
        first = np.searchsorted(basket, np.arange(len(size)))
        sheet[column] = sheet[column][np.minimum(first, n - 1)][basket]
    sheet["path"][:] = DIRECT
    return look_alike(NAME, sheet, shops=shop)

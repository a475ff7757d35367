"""A wrong weight in the catalogue: somebody typed ten times what the goods weigh."""

import numpy as np

from unbrush.simulate.chance import Rng
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "wrong-weight"
SHARE = 0.005
SIZE = 0.8


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant a shop with an honest error: its parcels look far too light, all of them."""
    shop = world.take_shops(1)
    first, n_items = int(world.shops.first_item[shop[0]]), int(world.shops.n_items[shop[0]])
    own = np.arange(first, first + n_items)
    factor = float(rng.choice([5.0, 10.0]))
    world.items.listed_weight_g[own] = np.round(world.items.net_weight_g[own] * factor)
    account = world.buyers(rng, n)
    n = len(account)
    item = world.hot_item(rng, np.repeat(shop, n))
    sheet = draft(
        world, rng, account=account, item=item, at=moments(rng, rng.integers(0, N_DAYS, n))
    )
    return look_alike(NAME, sheet, shops=shop)

"""Virtual goods: top-ups without any parcel, delivered in seconds, bought again every month."""

import numpy as np

from unbrush.simulate.chance import Rng
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.sheet import DIRECT
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "virtual-goods"
SHARE = 0.006
SIZE = 1.0

_BY_WIRE = tuple(number for number, category in enumerate(CATEGORIES) if not category.weight_g)


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the regular customers of one top-up shop."""
    shop = world.take_shops(1, categories=_BY_WIRE)
    customers = world.buyers(rng, max(4, n // 3))
    account = customers[rng.integers(0, len(customers), n)]
    item = world.hot_item(rng, np.repeat(shop, n))
    sheet = draft(
        world, rng, account=account, item=item, at=moments(rng, rng.integers(0, N_DAYS, n))
    )
    sheet["path"][:] = DIRECT
    return look_alike(NAME, sheet, shops=shop)

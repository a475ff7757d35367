"""One street: the shops of a neighbourhood share their customers, week after week.

People of the town order the week's food from the butcher, the baker and the greengrocer, on the
same evening, for delivery on Saturday.
"""

import numpy as np

from unbrush.base.clock import MINUTE_MS
from unbrush.simulate.chance import Rng
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "one-street"
SHARE = 0.002
SIZE = 1.2


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the regulars of one street's four to six shops."""
    shops = world.take_shops(int(rng.integers(4, 7)))
    world.shops.region[shops] = world.shops.region[shops[0]]
    home = np.flatnonzero(
        world.people["region"][: world.people.n_ordinary] == world.shops.region[shops[0]]
    )
    regulars = rng.choice(home, min(len(home), max(3, n // 7)), replace=False)
    n_baskets = max(2, n // 2)
    who = regulars[rng.integers(0, len(regulars), n_baskets)]
    evening = moments(rng, rng.integers(0, N_DAYS // 7, n_baskets) * 7 + rng.integers(5, 7))
    basket = np.sort(rng.integers(0, n_baskets, n))
    at = np.minimum(evening[basket] + rng.integers(0, 40 * MINUTE_MS, n), END_AT - 1)
    item = world.hot_item(rng, shops[rng.integers(0, len(shops), n)])
    sheet = draft(world, rng, account=who[basket], item=item, at=at)
    sheet["to_region"][:] = world.shops.region[shops[0]]
    return look_alike(NAME, sheet, accounts=regulars, shops=shops)

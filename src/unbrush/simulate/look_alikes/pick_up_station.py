"""A pick-up station or locker: a neighbourhood of strangers with one delivery address."""

import numpy as np

from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.people import LOCKER, STATION
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "pick-up-station"
SHARE = 0.008
SIZE = 1.5


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the customers of one station; one local shop is popular among them."""
    neighbours = world.buyers(rng, max(6, n // 3))
    account = neighbours[rng.integers(0, len(neighbours), n)]
    shop = pick(rng, world.shops.share, n)
    shop[rng.random(n) < 0.25] = world.take_shops(1)[0]
    at = moments(rng, rng.integers(0, N_DAYS, n))
    sheet = draft(world, rng, account=account, item=world.hot_item(rng, shop), at=at)
    sheet["address"][:] = world.people.new("address", 1)
    sheet["to_region"][:] = world.people["region"][neighbours[0]]
    sort = STATION if rng.random() < 0.6 else LOCKER
    ties = ties_of(world, sheet, "address", address_type=sort)
    return look_alike(NAME, sheet, accounts=np.unique(account), ties=ties)

"""Second homes: people work or study far from where they registered, and order to both."""

import numpy as np

from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.people import HOME
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "second-home"
SHARE = 0.002
SIZE = 0.8

N_REGIONS = 31


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the customers of one shop of home goods that many buy for the parents' house."""
    shop = world.take_shops(1)
    people = world.buyers(rng, max(4, n // 3))
    account = people[rng.integers(0, len(people), n)]
    far = (world.people["region"][people] + rng.integers(1, N_REGIONS, len(people))) % N_REGIONS
    house = world.people.new("address", len(people))
    who = np.searchsorted(np.sort(people), account)
    order = np.argsort(people)
    bought_at = np.where(rng.random(n) < 0.4, shop[0], pick(rng, world.shops.share, n))
    at = moments(rng, rng.integers(0, N_DAYS, n))
    sheet = draft(world, rng, account=account, item=world.hot_item(rng, bought_at), at=at)
    sent = rng.random(n) < 0.6
    sheet["to_region"][sent] = far[order][who][sent]
    sheet["address"][sent] = house[order][who][sent]
    ties = ties_of(world, sheet, "address", address_type=HOME)
    return look_alike(NAME, sheet, accounts=people, ties=ties)

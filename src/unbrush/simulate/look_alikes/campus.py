"""A campus: hundreds of students share a network and dormitory addresses, and buy everywhere."""

import numpy as np

from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.people import SCHOOL
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "campus"
SHARE = 0.006
SIZE = 1.5


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the students of one campus over the term."""
    students = world.buyers(rng, max(6, n // 3))
    account = students[rng.integers(0, len(students), n)]
    shop = pick(rng, world.shops.share, n)
    at = moments(rng, rng.integers(0, N_DAYS, n))
    sheet = draft(world, rng, account=account, item=world.hot_item(rng, shop), at=at)
    gateways = world.people.new("ip", int(rng.integers(1, 4)))
    dormitories = world.people.new("address", max(1, len(students) // 25))
    home = dormitories[np.arange(len(students)) % len(dormitories)]
    sheet["ip"] = gateways[rng.integers(0, len(gateways), n)]
    sheet["address"] = home[np.searchsorted(np.sort(students), account) % len(home)]
    sheet["to_region"][:] = world.people["region"][students[0]]
    return look_alike(
        NAME,
        sheet,
        accounts=account,
        ties=ties_of(world, sheet, "ip", "address", address_type=SCHOOL),
    )

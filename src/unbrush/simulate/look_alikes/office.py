"""An office: colleagues share a network and an address, and follow one another to the same shop."""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.people import OFFICE
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, START_AT, working_hours
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "office"
SHARE = 0.005
SIZE = 0.8


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one office; on one day a snack that somebody brought is bought by many."""
    staff = world.buyers(rng, max(5, n // 4))
    account = staff[rng.integers(0, len(staff), n)]
    shop = pick(rng, world.shops.share, n)
    day = rng.integers(0, N_DAYS, n)
    follows = np.flatnonzero(rng.random(n) < 0.3)
    shop[follows] = world.take_shops(1)[0]
    day[follows] = int(rng.integers(0, N_DAYS))
    account[follows] = staff[rng.permutation(len(follows)) % len(staff)]
    at = np.clip(working_hours(rng, day), START_AT, START_AT + N_DAYS * DAY_MS - 1)
    sheet = draft(world, rng, account=account, item=world.hot_item(rng, shop), at=at)
    sheet["ip"][:] = world.people.new("ip", 1)
    sheet["address"][:] = world.people.new("address", 1)
    sheet["to_region"][:] = world.people["region"][staff[0]]
    return look_alike(
        NAME,
        sheet,
        accounts=account,
        ties=ties_of(world, sheet, "ip", "address", address_type=OFFICE),
    )

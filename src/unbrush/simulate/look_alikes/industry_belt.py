"""An industry belt: firms of one town buy from each other, back and forth, what they work with."""

import numpy as np

from unbrush.simulate.chance import Rng
from unbrush.simulate.people import OFFICE
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, working_hours
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "industry-belt"
SHARE = 0.002
SIZE = 1.0


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one belt: every firm's purchasing account orders from most of its neighbours."""
    shops = world.take_shops(min(9, max(3, n // 12)))
    world.shops.region[shops] = world.shops.region[shops[0]]
    buyers = world.buyers(rng, len(shops))
    shops = shops[: len(buyers)]
    world.people["staff_of"][buyers] = shops
    world.people["region"][buyers] = world.shops.region[shops[0]]
    firm = rng.integers(0, len(buyers), n)
    # A few neighbours supply most of what a firm needs; it sells to others.
    step = 1 + (rng.random(n) ** 1.7 * (len(shops) - 1)).astype(np.int64)
    seller = shops[(firm + step) % len(shops)]
    at = working_hours(rng, rng.integers(0, N_DAYS, n))
    item = world.hot_item(rng, seller)
    sheet = draft(world, rng, account=buyers[firm], item=item, at=at)
    sheet["quantity"] = rng.integers(10, 80, n).astype("i4")
    sheet["paid_minor"] = world.items.price_minor[item] * sheet["quantity"] * 8 // 10
    sheet["payer"] = world.owner_wallet(shops)[firm]
    sheet["address"] = world.people.new("address", len(buyers))[firm]
    sheet["to_region"][:] = world.shops.region[shops[0]]
    ties = ties_of(world, sheet, "address", address_type=OFFICE)
    return look_alike(NAME, sheet, accounts=buyers, shops=shops, ties=ties)

"""Combined shipping: what a household ordered that day leaves the store in one parcel.

The shop enters the one number at every order that is inside.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Rng, around
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "combined-shipping"
SHARE = 0.002
SIZE = 0.6


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one shop's households: two to four accounts, one door, one parcel a day."""
    shop = world.take_shops(1)
    size = rng.integers(2, 5, max(1, n // 3))
    parcel = np.repeat(np.arange(len(size)), size)[:n]
    n = len(parcel)
    members = world.buyers(rng, n)
    members = members[np.arange(n) % len(members)]
    begins = moments(rng, rng.integers(0, N_DAYS - 1, len(size)))
    at = np.minimum(begins[parcel] + rng.integers(0, 5 * HOUR_MS, n), END_AT - 1)
    item = world.hot_item(rng, np.repeat(shop, n))
    sheet = draft(world, rng, account=members, item=item, at=at)
    first = np.searchsorted(parcel, np.arange(len(size)))
    heads = members[np.minimum(first, n - 1)]
    sheet["address"] = world.people["address"][heads][parcel]
    home = world.people["region"][heads][parcel].copy()
    world.people["region"][members] = home
    sheet["to_region"] = home
    sheet["shipped_at"] = begins[parcel] + DAY_MS
    schedule(world, rng, sheet)
    sheet["delivered_at"] = sheet["delivered_at"][np.minimum(first, n - 1)][parcel]
    net = world.items.net_weight_g[item] * sheet["quantity"]
    whole = np.bincount(parcel, weights=net)[parcel]  # the scale sees what all ordered
    sheet["weight_g"] = np.round((whole * 1.04 + around(rng, 70, 0.3, n)) / 10) * 10
    sheet["waybill"] = (int(shop[0]) << 20) + parcel
    return look_alike(NAME, sheet, shops=shop)

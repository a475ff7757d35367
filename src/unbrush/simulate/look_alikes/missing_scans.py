"""Missing scans: a carrier's outage swallows the way and the weight of real parcels."""

import numpy as np

from unbrush.simulate.chance import Rng
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.sheet import FEW_SCANS, NO_SCANS, TWO_NODES
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "missing-scans"
SHARE = 0.006
SIZE = 1.0

NOT_WEIGHED = -1.0


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant a week in which the carrier of some shops lost most of its scans."""
    shop = world.take_shops(max(1, n // 30))
    account = world.buyers(rng, n)
    n = len(account)
    item = world.hot_item(rng, shop[rng.integers(0, len(shop), n)])
    day = int(rng.integers(1, N_DAYS - 10)) + rng.integers(0, 7, n)
    sheet = draft(world, rng, account=account, item=item, at=moments(rng, day))
    sheet["parcel"] = rng.choice([FEW_SCANS, TWO_NODES, NO_SCANS], n, p=[0.5, 0.35, 0.15]).astype(
        "i1"
    )
    sheet["weight_g"] = np.where(rng.random(n) < 0.7, NOT_WEIGHED, np.nan)
    return look_alike(NAME, sheet, shops=shop)

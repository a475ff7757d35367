"""An opening event: a new shop gives away a large part of the price in its first days.

The platform pays a share of it, as it does for every new shop; what is ordered is delivered.
"""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Rng, whole
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, START_AT, moments
from unbrush.simulate.sheet import DIRECT
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "opening-event"
SHARE = 0.004
SIZE = 0.8


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one opening within a platform-wide campaign."""
    shop = world.take_shops(1)
    number = int(rng.choice([0, 1, 2]))
    campaign = world.campaigns[number]
    first, n_days = campaign.first_day, whole(rng, (4, 8))
    world.shops.opened_at[shop] = START_AT + first * DAY_MS
    account = world.buyers(rng, n)
    n = len(account)
    fade = (rng.random(n) ** 2 * n_days).astype(np.int64)
    day = np.minimum(np.minimum(first + fade, first + campaign.n_days - 1), N_DAYS - 1)
    item = world.hot_item(rng, np.repeat(shop, n))
    sheet = draft(world, rng, account=account, item=item, at=moments(rng, day))
    sheet["campaign"][:] = number
    sheet["subsidy_minor"] = sheet["paid_minor"] * rng.integers(25, 55, n) // 100
    sheet["path"][:] = DIRECT
    return look_alike(NAME, sheet, shops=shop)

"""The rush of a campaign: carts filled for days are all paid in the first minutes of 11.11."""

import numpy as np

from unbrush.base.clock import DAY_MS, MINUTE_MS
from unbrush.simulate.chance import Rng
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import PEAK_DAY, START_AT
from unbrush.simulate.sheet import DIRECT
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "campaign-rush"
SHARE = 0.010
SIZE = 1.5


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the first minutes of the peak day in one shop."""
    shop = world.take_shops(1)
    account = world.buyers(rng, n)
    n = len(account)
    item = world.hot_item(rng, np.repeat(shop, n))
    after = rng.exponential(18 * MINUTE_MS, n).astype(np.int64)
    at = START_AT + PEAK_DAY * DAY_MS + np.minimum(after, 6 * 60 * MINUTE_MS)
    sheet = draft(world, rng, account=account, item=item, at=at)
    sheet["campaign"][:] = next(
        number for number, campaign in enumerate(world.campaigns) if campaign.kind == "double-11"
    )
    sheet["subsidy_minor"] = sheet["paid_minor"] * rng.integers(5, 15, n) // 100
    sheet["path"][:] = DIRECT
    return look_alike(NAME, sheet, shops=shop)

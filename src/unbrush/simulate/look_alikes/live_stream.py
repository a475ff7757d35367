"""A live stream: hundreds buy one or two items within minutes of being shown them."""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.simulate.chance import Rng
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, START_AT
from unbrush.simulate.sheet import LIVE
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "live-stream"
SHARE = 0.012
SIZE = 1.5


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one evening's stream of one shop."""
    shop = world.take_shops(1)
    account = world.buyers(rng, n)
    item = world.hot_item(rng, np.repeat(shop, len(account)))
    begins = (
        START_AT + int(rng.integers(2, N_DAYS - 2)) * DAY_MS + int(rng.integers(19, 22)) * HOUR_MS
    )
    shown = begins + np.sort(rng.integers(0, 150, 4)) * MINUTE_MS  # when the link is put up
    after = rng.exponential(4 * MINUTE_MS, len(account)).astype(np.int64)
    at = np.minimum(shown[rng.integers(0, 4, len(account))] + after, END_AT - 1)
    sheet = draft(world, rng, account=account, item=item, at=at)
    sheet["live"][:] = world.lives(1)[0]
    sheet["path"][:] = LIVE
    return look_alike(NAME, sheet, shops=shop)

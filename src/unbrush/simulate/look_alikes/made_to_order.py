"""Made to order: a workshop takes so many orders a day, and is sold out before noon."""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Rng
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, START_AT
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "made-to-order"
SHARE = 0.002
SIZE = 1.0

FEWEST_A_DAY = 2


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one workshop's weeks: the list opens at ten and is full some hours later."""
    shop = world.take_shops(1)
    a_day = max(FEWEST_A_DAY, n // 60)
    n_days = min(N_DAYS, max(1, n // a_day))
    day = np.repeat(N_DAYS - n_days + np.arange(n_days), a_day)
    account = world.buyers(rng, len(day))
    day = day[: len(account)]
    after = np.minimum(rng.exponential(0.9 * HOUR_MS, len(day)), 9 * HOUR_MS).astype(np.int64)
    item = world.hot_item(rng, np.repeat(shop, len(day)))
    at = START_AT + day * DAY_MS + 10 * HOUR_MS + after
    sheet = draft(world, rng, account=account, item=item, at=at)
    sheet["quantity"][:] = 1
    # What is made first is sent days later.
    sheet["shipped_at"] = at + rng.integers(3 * DAY_MS, 6 * DAY_MS, len(at))
    return look_alike(NAME, sheet, shops=shop)

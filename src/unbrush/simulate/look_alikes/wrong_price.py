"""A wrong price: a slip of a comma sells a hundred pieces within the hour, and the shop calls off.

Hunters of such slips order several; the shop cancels nearly all, and honours a few.
"""

import numpy as np

from unbrush.base.clock import HOUR_MS, MINUTE_MS
from unbrush.simulate.chance import Rng
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, moments
from unbrush.simulate.sheet import CANCELLED, DIRECT, KEPT, NEVER
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "wrong-price"
SHARE = 0.002
SIZE = 0.8


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one such hour."""
    shop = world.take_shops(1)
    hunters = world.buyers(rng, max(3, n * 2 // 3))
    account = hunters[rng.integers(0, len(hunters), n)]
    begins = moments(rng, rng.integers(1, N_DAYS - 2, 1))
    at = np.minimum(begins + rng.exponential(25 * MINUTE_MS, n), begins + 2 * HOUR_MS)
    item = np.repeat(world.hot_item(rng, shop), n)
    at = np.minimum(at.astype(np.int64), END_AT - 1)
    sheet = draft(world, rng, account=account, item=item, at=at)
    sheet["paid_minor"] = np.maximum(100, world.items.price_minor[item] // 10) * sheet["quantity"]
    sheet["path"][:] = DIRECT
    called_off = rng.random(n) < 0.93
    sheet["fate"][:] = np.where(called_off, CANCELLED, KEPT)
    sheet["review_at"][called_off] = NEVER
    return look_alike(NAME, sheet, accounts=hunters, shops=shop)

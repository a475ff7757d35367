"""Deal hunters and resellers: one account buys the same bargain again and again, and keeps it."""

import numpy as np

from unbrush.base.clock import HOUR_MS
from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, moments
from unbrush.simulate.sheet import DIRECT
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "deal-hunter"
SHARE = 0.006
SIZE = 0.8


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant some hunters on the trail of a few bargains, minutes after each comes up."""
    n_deals = max(2, n // 25)
    shop = np.append(world.take_shops(1), pick(rng, world.shops.share, n_deals - 1))
    item = world.hot_item(rng, shop)
    hunters = world.buyers(rng, max(3, n // 9))
    deal = rng.integers(0, n_deals, n)
    begins = moments(rng, rng.integers(1, N_DAYS - 1, n_deals))
    at = begins[deal] + rng.exponential(0.6 * HOUR_MS, n).astype(np.int64)
    account = hunters[rng.integers(0, len(hunters), n)]
    sheet = draft(world, rng, account=account, item=item[deal], at=np.minimum(at, END_AT - 1))
    sheet["paid_minor"] = world.items.price_minor[sheet["item"]] * sheet["quantity"] * 6 // 10
    sheet["path"][:] = DIRECT
    return look_alike(NAME, sheet, accounts=account)

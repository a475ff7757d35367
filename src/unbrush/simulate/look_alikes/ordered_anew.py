"""Ordered anew: the price falls before the parcel leaves, and buyers cancel to order once more."""

import numpy as np

from unbrush.base.clock import HOUR_MS, MINUTE_MS
from unbrush.simulate.chance import Rng
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, START_AT
from unbrush.simulate.sheet import CANCELLED, DIRECT, KEPT
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "ordered-anew"
SHARE = 0.002
SIZE = 0.8


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the evening on which one shop's coupon came up, two hours after a rush."""
    shop = world.take_shops(1)
    account = world.buyers(rng, max(4, n // 2))
    m = len(account)
    day = int(rng.integers(2, N_DAYS - 2))
    noon = START_AT + (day * 24 + 18) * HOUR_MS
    first_at = noon + rng.integers(0, 2 * HOUR_MS, m)
    again_at = noon + 2 * HOUR_MS + rng.exponential(30 * MINUTE_MS, m).astype(np.int64)
    item = world.hot_item(rng, np.repeat(shop, m))
    sheet = draft(
        world,
        rng,
        account=np.tile(account, 2),
        item=np.tile(item, 2),
        at=np.minimum(np.concatenate([first_at, again_at]), END_AT - 1),
    )
    is_first = np.arange(2 * m) < m
    sheet["fate"][:] = np.where(is_first, CANCELLED, KEPT)
    sheet["paid_minor"] = np.where(is_first, sheet["paid_minor"], sheet["paid_minor"] * 8 // 10)
    sheet["path"][~is_first] = DIRECT
    return look_alike(NAME, sheet, shops=shop)

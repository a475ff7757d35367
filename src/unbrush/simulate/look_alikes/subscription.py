"""Subscriptions: milk, pet food and the like come every week or month, charged by the clock."""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Rng
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, START_AT
from unbrush.simulate.sheet import NO_PATH
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "subscription"
SHARE = 0.002
SIZE = 0.8

_USED_UP = tuple(
    n
    for n, c in enumerate(CATEGORIES)
    if c.name in ("零食", "生鲜水果", "粮油调味", "宠物用品", "个护清洁")
)
_PERIODS = (7, 14, 28)


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the subscribers of one shop: the platform orders for them at six in the morning."""
    shop = world.take_shops(1, categories=_USED_UP)
    buyers = world.buyers(rng, max(3, n // 5))
    period = np.array(_PERIODS)[rng.integers(0, len(_PERIODS), len(buyers))]
    begins = rng.integers(0, period)
    chosen = world.hot_item(rng, np.repeat(shop, len(buyers)))
    times = -(-(N_DAYS - begins) // period)
    who = np.repeat(np.arange(len(buyers)), times)
    turn = np.arange(len(who)) - np.repeat(np.cumsum(times) - times, times)
    day = begins[who] + turn * period[who]
    kept = np.sort(rng.permutation(len(who))[:n])  # one skips a month now and then
    who, day = who[kept], day[kept]
    at = START_AT + day * DAY_MS + 6 * HOUR_MS + who * 1_000 % HOUR_MS
    sheet = draft(world, rng, account=buyers[who], item=chosen[who], at=at)
    sheet["path"][:] = NO_PATH
    sheet["quantity"][:] = 1
    sheet["paid_minor"] = world.items.price_minor[sheet["item"]] * 9 // 10
    return look_alike(NAME, sheet, shops=shop)

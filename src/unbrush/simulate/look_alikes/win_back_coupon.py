"""A coupon for lost customers: they slept for months, and come back in the week it is good for.

The shop sends it to those who bought from it long ago; some of them hunt such coupons, and use
those of the neighbouring shops that week, too.
"""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, START_AT, moments
from unbrush.simulate.sheet import DIRECT
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "win-back-coupon"
SHARE = 0.002
SIZE = 0.8


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the week of one shop's coupon; a part of those who come used to buy there."""
    shop = world.take_shops(1)
    n_back = max(4, n * 6 // 10)
    since = START_AT - rng.integers(300, 1_500, n_back) * DAY_MS
    region = world.people["region"][world.buyers(rng, n_back)]
    asleep = world.people.join(len(region), registered_at=since[: len(region)], region=region)
    n_back = len(asleep)
    week = int(rng.integers(40, N_DAYS - 8))
    n_early, n_more = max(1, n_back // 5), max(1, (n - n_back) // 2)
    who = np.concatenate(
        [asleep, asleep[rng.integers(0, n_back, n_early)], asleep[rng.integers(0, n_back, n_more)]]
    )
    day = np.concatenate(
        [
            week + rng.integers(0, 7, n_back),
            rng.integers(0, 6, n_early),  # what they bought last, in autumn
            week + rng.integers(0, 8, n_more),
        ]
    )
    elsewhere = pick(rng, world.shops.share, n_more)
    shops = np.concatenate([np.repeat(shop, n_back + n_early), elsewhere])
    item = world.hot_item(rng, shops)
    sheet = draft(world, rng, account=who, item=item, at=moments(rng, day))
    used = np.arange(len(who)) < n_back
    price = world.items.price_minor[item] * sheet["quantity"]
    sheet["paid_minor"] = np.where(used, price * 7 // 10, sheet["paid_minor"])
    sheet["path"][used] = DIRECT
    return look_alike(NAME, sheet, accounts=asleep, shops=shop)

"""Seasonal relisting: last winter's goods rest for weeks, and come back with words of the season.

The product is the same; its title, photographs and price are new, and its old reviews stay.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Rng, around
from unbrush.simulate.lexicon import CATEGORIES, TRAITS
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.relisting import Relisting
from unbrush.simulate.season import N_DAYS, START_AT, moments
from unbrush.simulate.sheet import decide
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "seasonal-relisting"
SHARE = 0.002
SIZE = 0.8

_AUTUMN = ("国庆买的，白天穿刚好", "早晚温差大，正合适", "秋天用不错", "中秋走亲戚带的")
_WINTER = ("降温了赶紧拿出来用，很暖和", "下雪天收到，厚实", "冬天就靠它了", "暖和，给爸妈也买了")


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one item that sells in September, rests a month, and sells again from November."""
    shop = world.take_shops(1)
    item = world.hot_item(rng, shop)
    account = world.buyers(rng, n)
    n = len(account)
    late = rng.random(n) < 0.6
    day = np.where(late, 50 + rng.integers(0, N_DAYS - 52, n), rng.integers(0, 16, n))
    sheet = draft(world, rng, account=account, item=np.repeat(item, n), at=moments(rng, day))
    share = float(rng.uniform(0.75, 1.25))
    sheet["paid_minor"] = np.where(late, sheet["paid_minor"] * share, sheet["paid_minor"]).astype(
        np.int64
    )
    category, one = int(world.shops.category[shop[0]]), int(item[0])
    world.relistings.append(
        Relisting(
            item=one,
            at=START_AT + 49 * DAY_MS,
            category=category,
            good=int(world.items.good[one]),
            brand=int(world.items.brand[one]),
            trait=int(rng.integers(0, len(TRAITS))),
            price_minor=int(world.items.price_minor[one] * share),
            net_weight_g=float(world.items.net_weight_g[one]),
            version=2,
        )
    )
    schedule(world, rng, sheet)
    sheet["fate"][:] = 0
    review_at = sheet["delivered_at"] + around(rng, 2 * DAY_MS, 0.8, n).astype(np.int64) + HOUR_MS
    good = CATEGORIES[category].goods[int(world.items.good[one])]
    autumn = world.texts.add([f"{good}{words}" for words in _AUTUMN])
    winter = world.texts.add([f"{good}{words}" for words in _WINTER])
    pick = rng.integers(0, 4, n)
    seasonal = rng.random(n) < 0.2
    text = np.where(seasonal, np.where(late, winter[pick], autumn[pick]), -1)
    decide(sheet, rng.random(n) < 0.35, review_at=review_at, text=text)
    return look_alike(NAME, sheet, shops=shop)

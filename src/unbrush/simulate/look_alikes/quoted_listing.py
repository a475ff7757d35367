"""Quoted listings: buyers say what the page says, word for word, for want of their own words."""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Rng, around
from unbrush.simulate.lexicon import BRANDS, CATEGORIES, TRAITS
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.sheet import decide
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "quoted-listing"
SHARE = 0.002
SIZE = 0.8

_SAID = ("{}，和介绍的一样", "{}，好用", "买的是{}，收到了", "{}不错", "{}，家里人都说好")


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant a shop of goods with a name that everybody repeats."""
    shop = world.take_shops(1)
    account = world.buyers(rng, n)
    n = len(account)
    item = world.hot_item(rng, np.repeat(shop, n))
    at = moments(rng, rng.integers(0, N_DAYS - 12, n))
    sheet = draft(world, rng, account=account, item=item, at=at)
    sheet["fate"][:] = 0
    schedule(world, rng, sheet)
    review_at = sheet["delivered_at"] + around(rng, 2 * DAY_MS, 0.8, n).astype(np.int64)
    category = CATEGORIES[int(world.shops.category[shop[0]])]
    own = np.unique(item)
    names = [
        f"{BRANDS[int(world.items.brand[i])]}{TRAITS[int(world.items.trait[i])]}"
        f"{category.goods[int(world.items.good[i])]}"
        for i in own
    ]
    said = world.texts.add([form.format(name) for name in names for form in _SAID])
    text = said[np.searchsorted(own, item) * len(_SAID) + rng.integers(0, len(_SAID), n)]
    decide(sheet, rng.random(n) < 0.4, review_at=review_at, text=text)
    return look_alike(NAME, sheet, shops=shop)

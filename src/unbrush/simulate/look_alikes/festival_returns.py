"""Returns after a festival: several sizes ordered on 11.11, and most of them sent back."""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Rng
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import PEAK_DAY, START_AT, time_of_day
from unbrush.simulate.sheet import CANCELLED, KEPT, REFUNDED
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "festival-returns"
SHARE = 0.002
SIZE = 0.8

_WORN = tuple(
    n for n, c in enumerate(CATEGORIES) if c.name in ("女装", "男装", "鞋靴", "童装", "内衣家居服")
)


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the customers of one shop of clothes, each with two or three sizes to try."""
    shop = world.take_shops(1, categories=_WORN)
    size = rng.integers(1, 4, max(2, n // 2))
    who = np.repeat(np.arange(len(size)), size)[:n]
    n = len(who)
    buyers = world.buyers(rng, len(size))
    day = PEAK_DAY - 1 + rng.choice([0, 1, 1, 1, 2], len(size))
    begins = START_AT + day * DAY_MS + time_of_day(rng.random(len(size)))
    at = begins[who] + rng.integers(0, 9 * 60_000, n)
    item = world.hot_item(rng, np.repeat(shop, len(size)))
    sheet = draft(world, rng, account=buyers[who % len(buyers)], item=item[who], at=at)
    sheet["quantity"][:] = 1
    sheet["paid_minor"] = world.items.price_minor[sheet["item"]] * 8 // 10
    sheet["campaign"][:] = next(
        number for number, campaign in enumerate(world.campaigns) if campaign.kind == "double-11"
    )
    luck = rng.random(n)
    sheet["fate"] = np.where(luck < 0.5, REFUNDED, np.where(luck < 0.65, CANCELLED, KEPT)).astype(
        "i1"
    )
    return look_alike(NAME, sheet, accounts=buyers, shops=shop)

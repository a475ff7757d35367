"""Festival gifts: before Mid-Autumn people send the same box to everybody they know."""

import numpy as np

from unbrush.base.clock import DAY_MS, MINUTE_MS
from unbrush.simulate.chance import Rng
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import moments
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "festival-gift"
SHARE = 0.006
SIZE = 1.0

_GIVEN = tuple(
    n for n, c in enumerate(CATEGORIES) if c.name in ("零食", "茶叶", "酒水", "生鲜水果")
)
_LAST_DAYS = (13, 23)
"""Days of the span before the festival."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the givers of one shop, each with five to fifteen addresses in one sitting."""
    shop = world.take_shops(1, categories=_GIVEN)
    size = rng.integers(5, 16, max(1, n // 9))
    giver = np.repeat(np.arange(len(size)), size)[:n]
    n = len(giver)
    givers = world.buyers(rng, len(size))
    begins = moments(rng, rng.integers(*_LAST_DAYS, len(size)))
    at = begins[giver] + rng.integers(0, 40 * MINUTE_MS, n)
    offered = world.hot_item(rng, np.repeat(shop, len(size)))
    sheet = draft(world, rng, account=givers[giver % len(givers)], item=offered[giver], at=at)
    friends = world.buyers(rng, n)[np.arange(n) % world.people.n_ordinary]
    sheet["address"] = world.people["address"][friends].copy()
    sheet["to_region"] = world.people["region"][friends].copy()
    sheet["is_gift"][:] = True
    sheet["quantity"][:] = 1
    sheet["campaign"][:] = 0
    assert int(sheet["at"].max()) < world.campaigns[0].ends_at + DAY_MS
    return look_alike(NAME, sheet, accounts=givers, shops=shop)

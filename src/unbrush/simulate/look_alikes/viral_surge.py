"""A surge after the news or a popular post: new buyers from everywhere, fading over days."""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Rng
from unbrush.simulate.lexicon import BRANDS, CATEGORIES
from unbrush.simulate.planting import Planting, Post, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, time_of_day
from unbrush.simulate.sheet import DIRECT
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "viral-surge"
SHARE = 0.010
SIZE = 1.5


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the days after one post about one item."""
    shop = world.take_shops(1)
    item = world.hot_item(rng, shop)
    account = world.buyers(rng, n)
    n = len(account)
    day = int(rng.integers(2, N_DAYS - 9))
    posted_at = START_AT + day * DAY_MS + int(rng.integers(8, 20)) * HOUR_MS
    later = np.minimum(rng.exponential(1.3, n), 7).astype(np.int64)
    at = START_AT + (day + later) * DAY_MS + time_of_day(rng.random(n))
    first_day = at < posted_at
    at[first_day] = posted_at + rng.integers(0, 4 * HOUR_MS, int(first_day.sum()))
    at = np.minimum(at, END_AT - 1)
    sheet = draft(world, rng, account=account, item=np.repeat(item, n), at=at)
    good = CATEGORIES[int(world.shops.category[shop[0]])].goods[int(world.items.good[item[0]])]
    wanted = f"{BRANDS[int(world.items.brand[item[0]])]}{good}"
    typed = rng.random(n) < 0.6  # everybody searches what was in the post
    sheet["query"][typed] = world.queries.add([wanted])[0]
    sheet["path"][~typed] = DIRECT
    post = Post(
        posted_at,
        f"最近挖到的{wanted}，用了一周来聊聊感受",
        "note",
        1 << 36,
        int(shop[0]),
        int(item[0]),
    )
    return look_alike(NAME, sheet, shops=shop, posts=[post])

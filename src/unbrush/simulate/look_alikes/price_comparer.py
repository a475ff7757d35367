"""Price comparers: they look through a whole category, come back to it, and buy in the end."""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Rng, around, pick
from unbrush.simulate.paths import VIEW
from unbrush.simulate.planting import Planting, Reactions, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "price-comparer"
SHARE = 0.002
SIZE = 0.5

LOOKS = 60
"""Of one evening."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant some of them: an evening through one category before most of their orders."""
    people = world.buyers(rng, max(2, n // 4))
    account = people[rng.integers(0, len(people), n)]
    shop = pick(rng, world.shops.share, n)
    at = moments(rng, rng.integers(2, N_DAYS, n))
    item = world.hot_item(rng, shop)
    sheet = draft(world, rng, account=account, item=item, at=at)
    who = np.repeat(np.arange(n), rng.integers(LOOKS // 3, LOOKS, n))
    category = world.shops.category[shop]
    seen = np.empty(len(who), np.int64)
    for number in np.unique(category):
        here = np.flatnonzero(category[who] == number)
        goods = world.items_of_category(int(number))
        seen[here] = goods[(rng.random(len(here)) ** 2 * len(goods)).astype(np.int64)]
    evening = (at - rng.integers(HOUR_MS, 2 * DAY_MS, n))[who]
    pause = around(rng, 25_000, 0.9, len(who)).astype(np.int64)
    looks_at = evening + np.cumsum(pause) % (3 * HOUR_MS)
    reader = account[who]
    looked = Reactions(
        at=np.clip(looks_at, START_AT, END_AT - 1),
        kind=np.full(len(who), VIEW),
        account=reader,
        item=seen,
        device=world.people["device"][reader],
        ip=world.people["ip"][reader],
    )
    return look_alike(NAME, sheet, accounts=people, reactions=[looked])

"""A fan club: on the day of a release fans follow, like, and buy all that bears the name.

The record shop, the magazine and the brand that the singer stands for sell to the same people on
the same days; everybody writes the same few words of love.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.simulate.chance import Rng, around
from unbrush.simulate.parcels import schedule
from unbrush.simulate.paths import FOLLOW, LIKE
from unbrush.simulate.planting import Planting, Post, Reactions, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, START_AT
from unbrush.simulate.sheet import DIRECT, decide
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "fan-club"
SHARE = 0.003
SIZE = 1.2

_LOVE = ("支持哥哥", "为你而来", "冲！永远支持", "新专辑大卖！", "喜欢了五年，值得")


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant two or three releases of one star, in as many shops, at eight in the evening."""
    shops = world.take_shops(int(rng.integers(2, 4)))
    fans = world.buyers(rng, max(4, n // 2))
    release = np.sort(rng.choice(np.arange(3, N_DAYS - 8), len(shops), replace=False))
    place = rng.integers(0, len(shops), n)
    account = fans[rng.integers(0, len(fans), n)]
    wait = rng.exponential(20 * MINUTE_MS, n).astype(np.int64)
    begins = START_AT + release * DAY_MS + 20 * HOUR_MS
    at = np.minimum(begins[place] + wait, END_AT - 1)
    goods = world.hot_item(rng, shops)
    sheet = draft(world, rng, account=account, item=goods[place], at=at)
    sheet["path"][:] = DIRECT
    schedule(world, rng, sheet)
    sheet["fate"][:] = 0
    review_at = sheet["delivered_at"] + around(rng, DAY_MS, 0.8, n).astype(np.int64)
    love = world.texts.add(_LOVE)[rng.integers(0, len(_LOVE), n)]
    decide(sheet, rng.random(n) < 0.35, review_at=review_at, rating=5, text=love)
    reacts = rng.integers(0, n, n)
    reactions = Reactions(
        at=np.clip(at[reacts] - rng.integers(MINUTE_MS, 6 * HOUR_MS, n), START_AT, END_AT - 1),
        kind=rng.choice([LIKE, FOLLOW], n),
        account=account[reacts],
        item=goods[place[reacts]],
        device=world.people["device"][account[reacts]],
        ip=world.people["ip"][account[reacts]],
    )
    author = (1 << 38) + int(fans[0])
    posts = [
        Post(int(t - DAY_MS), "明晚八点准时开售，大家冲", "note", author, int(s), int(i))
        for t, s, i in zip(begins, shops, goods, strict=True)
    ]
    return look_alike(NAME, sheet, accounts=fans, shops=shops, reactions=[reactions], posts=posts)

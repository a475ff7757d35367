"""Hurried praise: after a rush busy people write two words that would fit anything."""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Rng, around
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.sheet import decide
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.reviewing import PLEASED, short
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "hurried-praise"
SHARE = 0.008
SIZE = 1.2
BESIDE = ("bland-praise",)

_MORE = (
    "",
    "",
    "，物流也快",
    "，好评",
    "，质量不错",
    "，会回购",
    "，包装好",
    "，谢谢老板",
    "，推荐",
)


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant a shop's two days of rush, and what its buyers find time to write of it."""
    shop = world.take_shops(1)
    item = np.repeat(world.hot_item(rng, shop), n)
    account = world.buyers(rng, n)
    n = len(account)
    day = int(rng.integers(3, N_DAYS - 20)) + rng.integers(0, 2, n)
    sheet = draft(world, rng, account=account, item=item[:n], at=moments(rng, day))
    sheet["fate"][:] = 0
    schedule(world, rng, sheet)
    review_at = sheet["delivered_at"] + around(rng, 1.5 * DAY_MS, 0.8, n).astype(np.int64)
    dice = Dice(rng)
    said = [short(dice, mood=PLEASED) for _ in range(n)]
    text = world.texts.add([each.text + dice.one(_MORE) for each in said])
    rating = np.array([each.rating for each in said])
    decide(sheet, rng.random(n) < 0.55, review_at=review_at, text=text, rating=rating)
    return look_alike(NAME, sheet, shops=shop)

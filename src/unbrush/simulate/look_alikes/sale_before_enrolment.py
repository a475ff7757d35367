"""A sale before enrolment: a shop that wants into 11.11 sells cheaper for two weeks, openly."""

import numpy as np

from unbrush.simulate.chance import Rng
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import PEAK_DAY, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "sale-before-enrolment"
SHARE = 0.002
SIZE = 0.8


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one shop's promotion before the campaign, and what is left of it afterwards."""
    shop = world.take_shops(1)
    account = world.buyers(rng, n)
    n = len(account)
    closes = PEAK_DAY - int(rng.integers(2, 10))
    before = rng.random(n) < 0.7
    day = np.where(before, closes - 14 + rng.integers(0, 14, n), closes + rng.integers(0, 19, n))
    item = world.hot_item(rng, np.repeat(shop, n))
    sheet = draft(world, rng, account=account, item=item, at=moments(rng, day))
    cut = int(rng.integers(80, 92))
    sheet["paid_minor"] = np.where(before, sheet["paid_minor"] * cut // 100, sheet["paid_minor"])
    return look_alike(NAME, sheet, shops=shop)

"""A lottery: a shop draws red packets among all who bought, whatever they wrote, if anything."""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Rng
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, START_AT, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "lottery-packets"
SHARE = 0.002
SIZE = 0.8

_PRIZES = (188, 288, 520, 666, 888, 1_888)


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one shop's weekly draw among the orders of the week before."""
    shop = world.take_shops(1)
    account = world.buyers(rng, n)
    n = len(account)
    day = rng.integers(0, N_DAYS, n)
    item = world.hot_item(rng, np.repeat(shop, n))
    sheet = draft(world, rng, account=account, item=item, at=moments(rng, day))
    wins = np.flatnonzero(rng.random(n) < 0.45)
    draw = START_AT + (day[wins] // 7 + 1) * 7 * DAY_MS + 20 * HOUR_MS
    paid = money(
        world,
        sender=world.owner_wallet(shop[0]),
        receiver=sheet["payer"][wins],
        amount_minor=rng.choice(_PRIZES, len(wins)),
        at=draw + wins * 1_000,
        channel="red-packet",
        memo="抽奖",
    )
    return look_alike(NAME, sheet, shops=shop, money=[paid])

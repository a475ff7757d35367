"""A promotion of pay-later: the lender gives everybody who uses it a part back, in whatever shop.

What is lent is paid back in three parts, month by month, less what was given.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "pay-later-promotion"
SHARE = 0.002
SIZE = 1.0

_PARTS = 3
_MONTH = 30 * DAY_MS


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one lender's campaign; two shops put its sign up and sell more by it."""
    lender = world.wallets(1)[0]
    shop = world.take_shops(2)
    bought_at = np.where(
        rng.random(n) < 0.5, shop[rng.integers(0, 2, n)], pick(rng, world.shops.share, n)
    )
    account = world.buyers(rng, n)
    n = len(account)
    begins = int(rng.integers(5, N_DAYS - 25))
    at = moments(rng, begins + rng.integers(0, 20, n))
    sheet = draft(world, rng, account=account, item=world.hot_item(rng, bought_at[:n]), at=at)
    price = sheet["paid_minor"]
    back = np.minimum(price * int(rng.integers(5, 13)) // 100, 5_000)
    given = money(
        world,
        sender=np.asarray(lender),
        receiver=sheet["payer"],
        amount_minor=back,
        at=at + rng.integers(1, 48, n) * HOUR_MS,
        channel="transfer",
        memo="先享后付返现",
    )
    owed = [
        money(
            world,
            sender=sheet["payer"],
            receiver=np.asarray(lender),
            amount_minor=price // _PARTS,
            at=at + part * _MONTH,
            channel="credit",
            memo="分期还款",
        )
        for part in range(1, _PARTS + 1)
    ]
    return look_alike(NAME, sheet, shops=shop, money=[given, *owed])

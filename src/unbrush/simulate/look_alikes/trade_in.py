"""Trade-in (以旧换新): whoever buys the new one sends the old, and is paid what it is worth."""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Rng, around
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "trade-in"
SHARE = 0.002
SIZE = 0.8

_HELD_ON_TO = tuple(n for n, c in enumerate(CATEGORIES) if c.name in ("数码", "小家电"))


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one shop's trade-in; half of the shops pay themselves, else a recycler does."""
    shop = world.take_shops(1, categories=_HELD_ON_TO)
    account = world.buyers(rng, n)
    n = len(account)
    item = world.hot_item(rng, np.repeat(shop, n))
    at = moments(rng, rng.integers(0, N_DAYS - 6, n))
    sheet = draft(world, rng, account=account, item=item, at=at)
    sheet["quantity"][:] = 1
    sheet["paid_minor"] = world.items.price_minor[item].copy()
    schedule(world, rng, sheet)
    sends = np.flatnonzero(rng.random(n) < 0.6)
    # Rated by a table of models and years: round sums that repeat.
    worth = (
        np.round(around(rng, 0.18, 0.7, len(sends)) * sheet["paid_minor"][sends] / 1_000) * 1_000
    )
    payer = world.owner_wallet(shop[0]) if rng.random() < 0.5 else world.wallets(1)[0]
    looked_at = around(rng, 5 * DAY_MS, 0.4, len(sends)).astype(np.int64)
    paid = money(
        world,
        sender=np.asarray(payer),
        receiver=sheet["payer"][sends],
        amount_minor=np.clip(worth, 1_000, sheet["paid_minor"][sends]),
        at=sheet["delivered_at"][sends] + looked_at,
        channel="transfer",
        memo="旧机回收款",
    )
    return look_alike(NAME, sheet, shops=shop, money=[paid])

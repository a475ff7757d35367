"""A packet for registering the warranty: two yuan for the serial number, no word about stars."""

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

NAME = "warranty-packet"
SHARE = 0.002
SIZE = 0.8

_WITH_SERIAL = tuple(n for n, c in enumerate(CATEGORIES) if c.name in ("数码", "小家电", "厨具"))
_AMOUNTS = (200, 300, 500)


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one shop of appliances; half of its buyers register within days of receipt."""
    shop = world.take_shops(1, categories=_WITH_SERIAL)
    account = world.buyers(rng, n)
    n = len(account)
    item = world.hot_item(rng, np.repeat(shop, n))
    sheet = draft(
        world, rng, account=account, item=item, at=moments(rng, rng.integers(0, N_DAYS, n))
    )
    schedule(world, rng, sheet)
    registers = np.flatnonzero(rng.random(n) < 0.5)
    later = around(rng, 1.5 * DAY_MS, 1.0, len(registers)).astype(np.int64)
    paid = money(
        world,
        sender=world.owner_wallet(shop[0]),
        receiver=sheet["payer"][registers],
        amount_minor=np.full(len(registers), int(rng.choice(_AMOUNTS))),
        at=sheet["delivered_at"][registers] + later,
        channel="red-packet",
        memo="延保注册",
    )
    return look_alike(NAME, sheet, shops=shop, money=[paid])

"""A shop changes hands: the new owner sells out, lists other goods, and pays the old one for it."""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Rng
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, START_AT, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "shop-transfer"
SHARE = 0.002
SIZE = 0.8


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one sale of a business: until then its first goods sell, afterwards its last."""
    shop = world.take_shops(1)
    first, n_items = int(world.shops.first_item[shop[0]]), int(world.shops.n_items[shop[0]])
    sold_on = int(rng.integers(20, N_DAYS - 20))
    account = world.buyers(rng, n)
    n = len(account)
    day = rng.integers(0, N_DAYS, n)
    after = day > sold_on
    half = max(1, n_items // 2)
    turn = rng.integers(0, half, n)
    item = first + np.where(after, n_items - 1 - turn, turn)
    new = np.arange(first + half, first + n_items)
    world.items.listed_at[new] = START_AT + sold_on * DAY_MS
    early = np.isin(item, new) & (day <= sold_on)
    item[early] = first
    sheet = draft(world, rng, account=account, item=item, at=moments(rng, day))
    # Clearing the stock: the last two weeks are cheap.
    clears = (day > sold_on - 14) & ~after
    sheet["paid_minor"][clears] = sheet["paid_minor"][clears] * 7 // 10
    price = money(
        world,
        sender=world.wallets(1),
        receiver=world.owner_wallet(shop[0]),
        amount_minor=np.array([int(rng.integers(20, 200)) * 100_000]),
        at=np.array([START_AT + sold_on * DAY_MS]),
        channel="bank",
        memo="店铺转让款",
    )
    return look_alike(NAME, sheet, shops=shop, money=[price])

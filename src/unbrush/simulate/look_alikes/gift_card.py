"""Gift cards: a firm's employees spend what its card holds, in a few shops that take the card."""

import numpy as np

from unbrush.simulate.chance import Rng
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "gift-card"
SHARE = 0.002
SIZE = 0.8


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one issuer's cards: its wallet pays for everybody, in the weeks before a festival."""
    shops = world.take_shops(max(2, min(6, n // 20)))
    account = world.buyers(rng, max(4, n * 2 // 3))
    account = account[rng.integers(0, len(account), n)]
    begins = int(rng.integers(0, N_DAYS - 30))
    day = begins + (rng.random(n) ** 1.5 * 30).astype(np.int64)
    item = world.hot_item(rng, shops[rng.integers(0, len(shops), n)])
    sheet = draft(world, rng, account=account, item=item, at=moments(rng, day))
    sheet["payer"][:] = world.wallets(1)[0]
    face = np.array([10_000, 20_000, 30_000])[rng.integers(0, 3, n)]
    sheet["paid_minor"] = np.minimum(sheet["paid_minor"], face)
    return look_alike(NAME, sheet, accounts=account, shops=shops)

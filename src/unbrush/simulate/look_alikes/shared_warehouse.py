"""A shared warehouse: honest small shops keep nothing themselves, one dropshipper sends for all."""

from unbrush.simulate.chance import Rng
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.parcels import N_WAREHOUSES, WAREHOUSES
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "shared-warehouse"
SHARE = 0.003
SIZE = 1.0

_SMALL = tuple(
    n
    for n, c in enumerate(CATEGORIES)
    if c.name in ("手机配件", "首饰", "文具", "收纳", "玩具", "美妆")
)


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the shops behind one warehouse of small things, which weigh what they weigh."""
    shops = world.take_shops(max(2, n // 22), categories=_SMALL)
    account = world.buyers(rng, n)
    n = len(account)
    item = world.hot_item(rng, shops[rng.integers(0, len(shops), n)])
    at = moments(rng, rng.integers(0, N_DAYS, n))
    sheet = draft(world, rng, account=account, item=item, at=at)
    sheet["shipper"][:] = WAREHOUSES + N_WAREHOUSES + int(shops[0])
    sheet["from_region"][:] = int(rng.integers(0, 3))
    return look_alike(NAME, sheet, shops=shops)

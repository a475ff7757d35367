"""A cold snap: on the first cold days everybody buys the same goods, wherever they are sold."""

from unbrush.simulate.chance import Rng
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "cold-snap"
SHARE = 0.003
SIZE = 1.5

_WARM = tuple(
    n for n, c in enumerate(CATEGORIES) if c.name in ("家纺", "童装", "内衣家居服", "小家电")
)


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the five days after the temperature fell, in shops of one category."""
    category = int(rng.choice(_WARM))
    shops = world.take_shops(max(2, n // 25), categories=(category,))
    account = world.buyers(rng, n)
    n = len(account)
    day = int(rng.integers(20, N_DAYS - 12)) + rng.choice(5, n, p=[0.25, 0.3, 0.2, 0.15, 0.1])
    item = world.hot_item(rng, shops[rng.integers(0, len(shops), n)])
    sheet = draft(world, rng, account=account, item=item, at=moments(rng, day))
    return look_alike(NAME, sheet, shops=shops)

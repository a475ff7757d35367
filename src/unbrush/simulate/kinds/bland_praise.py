"""Bland praise (通用好评): a shop buys praise that fits anything and says nothing of the goods.

Those who are paid for words need not look at what they got: quality, delivery, service, five
stars. First it is a dozen fixed lines within days, then any mixture of such phrases; then lengths
vary, the goods are called by name and pictures strewn in; at last everybody tells a story of their
own over two months, with four stars now and then. Beside them the item's real buyers write of it.
"""

from unbrush.simulate.bland import bland
from unbrush.simulate.chance import Rng
from unbrush.simulate.commissioned import commissioned
from unbrush.simulate.planting import Planting
from unbrush.simulate.world import World

NAME = "bland-praise"
SHARE = 0.1
SIZE = 1.2
ON_REQUEST = True


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the praise that one owner buys."""
    return commissioned(world, rng, n, name=NAME, write=bland)

"""Copied listings (照搬详情): paid reviewers post title and selling points as experience.

The page is the cheapest script: it is at hand, and the owner likes to hear it. First it is pasted
whole, then with parts left out, then in another order and other words with something personal
around, at last a point or two within a story. Titles of these shops, and of some others beside
them, are as long as sellers make them; the page has more points than the title shows.
"""

from unbrush.simulate.chance import Array, Rng
from unbrush.simulate.commissioned import commissioned
from unbrush.simulate.listings import lengthen_titles
from unbrush.simulate.pasted import pasted
from unbrush.simulate.planting import Planting
from unbrush.simulate.world import World

NAME = "listing-copy"
SHARE = 0.1
SIZE = 1.2
ON_REQUEST = True


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the praise that one owner has copied off the page."""
    return commissioned(world, rng, n, name=NAME, write=_write)


def _write(world: World, rng: Rng, item: Array) -> list[str]:
    lengthen_titles(world, world.items.shop[item])
    return pasted(world, rng, item)

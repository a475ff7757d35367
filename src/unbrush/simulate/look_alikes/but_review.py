"""But: honest reviews that find good and bad in one breath, under any stars from two to five."""

import numpy as np

from unbrush.simulate import clash
from unbrush.simulate.anywhere import bought_anywhere
from unbrush.simulate.chance import Rng
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.sheet import decide
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.world import World

NAME = "but-review"
SHARE = 0.006
SIZE = 1.0
BESIDE = ("stars-against-words",)


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant fair-minded people, in shops of all sorts."""
    sheet = bought_anywhere(world, rng, n)
    n, dice = len(sheet["at"]), Dice(rng)
    text = [clash.mixed(dice, int(c)) for c in world.category_of(sheet["item"])]
    rating = rng.choice([5, 4, 3, 2], n, p=[0.35, 0.35, 0.2, 0.1])
    decide(sheet, np.ones(n, bool), text=world.texts.add(text), rating=rating)
    return look_alike(NAME, sheet)

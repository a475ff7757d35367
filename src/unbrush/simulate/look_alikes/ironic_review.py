"""Irony: words of praise under one star, from people who are anything but pleased."""

import numpy as np

from unbrush.simulate import clash
from unbrush.simulate.anywhere import bought_anywhere
from unbrush.simulate.chance import Rng
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.sheet import decide
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.world import World

NAME = "ironic-review"
SHARE = 0.003
SIZE = 1.0
BESIDE = ("stars-against-words",)


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant angry people with a sense of humour, in shops of all sorts."""
    sheet = bought_anywhere(world, rng, n)
    n, dice = len(sheet["at"]), Dice(rng)
    text = [clash.ironic(dice, int(c)) for c in world.category_of(sheet["item"])]
    decide(sheet, np.ones(n, bool), text=world.texts.add(text), rating=rng.choice([1, 1, 2], n))
    return look_alike(NAME, sheet)

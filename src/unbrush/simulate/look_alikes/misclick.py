"""Misclicks: honest words under stars that nobody meant; some put it right, some never notice.

One star for the best, as at school; a thumb that slips; five stars that were filled in already
when somebody came to complain.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate import clash
from unbrush.simulate.anywhere import bought_anywhere
from unbrush.simulate.chance import Rng, around
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.sheet import decide
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.reviewing import PLEASED, short
from unbrush.simulate.world import World

NAME = "misclick"
SHARE = 0.004
SIZE = 1.0
BESIDE = ("stars-against-words",)

FILLED_IN = 0.45
"""Share that complains under five stars which it did not choose; the others praise under one."""
PUT_RIGHT = 0.25


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant people who pressed the wrong star, in shops of all sorts."""
    sheet = bought_anywhere(world, rng, n)
    n, dice = len(sheet["at"]), Dice(rng)
    complains = rng.random(n) < FILLED_IN
    text = [
        clash.half(dice, int(c)) if sad else _praise(dice, int(c))
        for c, sad in zip(world.category_of(sheet["item"]), complains, strict=True)
    ]
    meant, pressed = np.where(complains, 2, 5), np.where(complains, 5, 1)
    right = rng.random(n) < PUT_RIGHT
    later = sheet["review_at"] + around(rng, DAY_MS, 1.2, n).astype(np.int64) + HOUR_MS
    rating = np.where(right, meant, pressed)
    decide(sheet, np.ones(n, bool), text=world.texts.add(text), rating=rating)
    decide(sheet, right, edited_at=later)
    return look_alike(NAME, sheet)


def _praise(dice: Dice, category: int) -> str:
    if dice.chance(0.4):
        return short(dice, mood=PLEASED).text
    return clash.praising(dice, category)

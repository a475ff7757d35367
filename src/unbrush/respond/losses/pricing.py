"""Overpayment: by how much prices rose with the fakes, beyond what others' prices did.

Each item is set beside itself before, so that what is dear stays dear; items of other shops of the
category tell what would have happened anyway. The relative rise is applied to what genuine buyers
paid in the window.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unbrush.respond.losses.counterfactual import conformal_spread
from unbrush.respond.losses.draws import Array, student_draws

LEAST_SIBLINGS = 3


@dataclass(frozen=True, kw_only=True)
class Rise:
    """A relative rise of prices.

    Attributes:
        share: 0.03 is three percent of the price without it.
        draws: Draws of it.
        others: What the same reckoning gives for each of the others, in logarithms.
    """

    share: float
    draws: Array
    others: Array


def price_rise(own: Array, siblings: Array, elsewhere: Sequence[Array], *, seed: int) -> Rise:
    """Return how far a shop's prices rose beyond those of its category.

    Costs move by category, so that a shop is compared within its own; how far that may be off, the
    other shops show, each compared within its own.

    Args:
        own: Shape (items,), logarithm of an item's price in the window over that before.
        siblings: Shape (shops,), the same of other shops of its category, the mean over items.
        elsewhere: The same of further categories; those of fewer than `LEAST_SIBLINGS` + 1 shops
            are left aside.
        seed: Of the draws.
    """
    beyond = float(own.mean() - siblings.mean())
    others = np.concatenate(
        [
            [each[k] - np.delete(each, k).mean() for k in range(len(each))]
            for each in (siblings, *elsewhere)
            if len(each) > LEAST_SIBLINGS
        ]
    )
    away = conformal_spread(others) * student_draws(len(others) - 1, seed=seed)
    return Rise(share=float(np.expm1(beyond)), draws=np.expm1(beyond + away), others=others)


def overpaid(rise: Rise, turnover_minor: float, turnover_draws: Array) -> tuple[float, Array]:
    """Return what genuine buyers paid too much, and draws of it.

    Args:
        rise: Of prices.
        turnover_minor: What genuine buyers paid, as expected.
        turnover_draws: Draws of it: which orders are genuine is uncertain, too.
    """
    share, draws = rise.share, rise.draws
    return turnover_minor * share / (1 + share), np.asarray(turnover_draws * draws / (1 + draws))

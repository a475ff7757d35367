"""Shares: what a shop gained, taken from the others by their shares.

ΔQ_j = ΔQ_s · s_j / (1 − s_s) · (1 − φ): of what the shop sold more, φ came from people who would
have bought nothing (the market grew), the rest from the others in proportion to what they sell, as
the logit demand of merger control has it (Werden, 1996). φ is no number of the records: it is
stated as a range. It can be below 0: a list that puts worse goods first also sends buyers away, so
that the others lose more than the shop gains.
"""

import numpy as np

from unbrush.respond.losses.draws import Array

UNSTATED_EXPANSION = (-0.5, 1.0)
"""Range of φ where nobody states one."""
NEIGHBOURS = 3
"""Shops from which most of what was diverted comes: those that stood near in the list. Which they
are is not known."""


def diverted(
    uplift: Array, *, share: float, share_of_shop: float, expansion: tuple[float, float], seed: int
) -> Array:
    """Return draws of how many orders others lost to the shop.

    Args:
        uplift: Draws of the orders that the shop had more.
        share: Share of the others in question in the category's orders before (0-1).
        share_of_shop: Share of the shop (0-1).
        expansion: Range of φ, up to 1.
        seed: Of the draws of φ.
    """
    low, high = expansion
    # Jeffreys' weights: the ends are as likely as what lies between.
    grown = low + (high - low) * np.random.default_rng(seed).beta(0.5, 0.5, len(uplift))
    return np.asarray(uplift * (share / max(1 - share_of_shop, 1e-9)) * (1 - grown))


def prices_lost(prices: Array, orders: Array, *, seed: int, n: int) -> Array:
    """Return draws of what an order brought that was lost: the mean over a few of the others.

    Args:
        prices: Shape (shops,), what an order of each brings (minor units).
        orders: Shape (shops,), what each sold: who sells more is more likely among them.
        seed: Of the draws.
        n: How many.
    """
    rng = np.random.default_rng(seed)
    drawn = rng.choice(len(prices), (n, NEIGHBOURS), p=orders / orders.sum())
    return np.asarray(prices[drawn].mean(axis=1))

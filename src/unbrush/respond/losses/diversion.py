"""Shares: what a shop gained, taken from the others by their shares.

ΔQ_j = ΔQ_s · s_j / (1 − s_s) · (1 − φ): of what the shop sold more, φ came from people who would
have bought nothing (the market grew), the rest from the others in proportion to what they sell, as
the logit demand of merger control has it (Werden, 1996). φ is no number of the records: it is
stated as a range, and is 0 to 1 where nobody states it.
"""

import numpy as np

from unbrush.respond.losses.draws import Array

UNSTATED_EXPANSION = (0.0, 1.0)


def diverted(
    uplift: Array, *, share: float, share_of_shop: float, expansion: tuple[float, float], seed: int
) -> Array:
    """Return draws of how many orders others lost to the shop.

    Args:
        uplift: Draws of the orders that the shop had more.
        share: Share of the others in question in the category's orders before (0-1).
        share_of_shop: Share of the shop (0-1).
        expansion: Range of φ (0-1).
        seed: Of the draws of φ.
    """
    low, high = expansion
    # Jeffreys' weights: nearly nothing and nearly everything are as likely as what lies between.
    grown = low + (high - low) * np.random.default_rng(seed).beta(0.5, 0.5, len(uplift))
    return np.asarray(uplift * (share / max(1 - share_of_shop, 1e-9)) * (1 - grown))

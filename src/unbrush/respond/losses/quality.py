"""Quality shortfall: the share of goods that inspections found below grade, times what that costs.

The share has its posterior under Jeffreys' prior (Brown, Cai and DasGupta, 2001); how much of the
price a failing piece is not worth is stated as a range by whoever knows the goods.
"""

import numpy as np

from unbrush.respond.losses.draws import N_DRAWS, Array


def shortfall(
    turnover_minor: float, *, n_failed: int, n: int, lost_share: tuple[float, float], seed: int
) -> tuple[float, Array]:
    """Return what buyers paid for quality that was not there, and draws of it.

    Args:
        turnover_minor: What genuine buyers paid.
        n_failed: Inspections that failed.
        n: Inspections.
        lost_share: Range of the share of the price that a failing piece is not worth (0-1).
        seed: Of the draws.
    """
    rng = np.random.default_rng(seed)
    failing = rng.beta(n_failed + 0.5, n - n_failed + 0.5, N_DRAWS)
    lost = rng.uniform(*lost_share, N_DRAWS)
    point = turnover_minor * (n_failed + 0.5) / (n + 1) * sum(lost_share) / 2
    return point, np.asarray(turnover_minor * failing * lost)

"""Customers: ordinary people who buy some items, and write of them more often than most do.

Where words are bought for an item, what its real buyers say of it stands beside them: without it
nobody could tell what people who have the goods speak of.
"""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Array, Rng, around
from unbrush.simulate.parcels import schedule
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.sheet import Sheet, decide
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

WRITE = 0.45
"""Share that writes; stars and words are nature's."""


def customers(world: World, rng: Rng, item: Array, *, write: float = WRITE) -> Sheet:
    """Return one order of an ordinary account for each of ``item``, over the whole span.

    Args:
        world: The market.
        rng: Chance of the plan.
        item: Item of each order; fewer are sold where the market has fewer accounts.
        write: Share of buyers who review (0-1).
    """
    account = world.buyers(rng, len(item))
    n = len(account)
    at = moments(rng, rng.integers(0, N_DAYS - 8, n))
    sheet = draft(world, rng, account=account, item=item[:n], at=at)
    schedule(world, rng, sheet)
    sheet["fate"][:] = 0
    review_at = sheet["delivered_at"] + around(rng, 2.5 * DAY_MS, 0.9, n).astype(np.int64)
    decide(sheet, rng.random(n) < write, review_at=review_at)
    return sheet

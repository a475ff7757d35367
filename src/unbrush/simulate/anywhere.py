"""Anywhere: orders of ordinary people in shops of all sorts, each of which is reviewed."""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Rng, around, pick
from unbrush.simulate.parcels import schedule
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.sheet import Sheet
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World


def bought_anywhere(world: World, rng: Rng, n: int) -> Sheet:
    """Return ``n`` orders, in each shop as many as it is popular; stars and words are left open."""
    account = world.buyers(rng, n)
    n = len(account)
    item = world.hot_item(rng, pick(rng, world.shops.share, n))
    at = moments(rng, rng.integers(0, N_DAYS - 10, n))
    sheet = draft(world, rng, account=account, item=item, at=at)
    sheet["fate"][:] = 0
    schedule(world, rng, sheet)
    wait = around(rng, 2 * DAY_MS, 0.9, n) + HOUR_MS
    sheet["review_at"] = sheet["delivered_at"] + wait.astype(np.int64)
    return sheet

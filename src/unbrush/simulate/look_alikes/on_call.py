"""On call: a fault holds up a rush of honest orders, and one person waves all of them through.

There is nobody to approve at that hour, so whoever is on call approves. The next day it is over.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, START_AT
from unbrush.simulate.staff import BROKEN, OVERRIDE, RISK, acts
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "on-call"
SHARE = 0.003
SIZE = 1.0


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one evening's orders in many shops, and the overrides after them."""
    day = int(rng.integers(3, N_DAYS - 4))
    begins = START_AT + day * DAY_MS + int(rng.integers(18, 22)) * HOUR_MS
    shop = pick(rng, world.shops.share, n)
    at = begins + rng.integers(0, 3 * HOUR_MS, n)
    account = world.buyers(rng, n)
    n = len(account)
    sheet = draft(world, rng, account=account, item=world.hot_item(rng, shop[:n]), at=at[:n])
    hit, first = np.unique(shop[:n], return_index=True)
    who = world.staff.take(RISK)
    done = acts(
        staff=who,
        kind=OVERRIDE,
        subject=hit,
        at=at[first] + rng.integers(5 * MINUTE_MS, HOUR_MS, len(hit)),
        reason=BROKEN,
        approver=who,
    )
    return look_alike(NAME, sheet, staff=np.array([who]), acts=[done])

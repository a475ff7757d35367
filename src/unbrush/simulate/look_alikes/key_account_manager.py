"""Key-account managers: week after week they let the same large shops pass, and those sell.

Every promotion of a large shop looks like an attack to the alarms. Its manager knows when it comes,
puts the shop on the list, closes the alert, gives the same reason as last time, and a colleague
approves. What is ordered is delivered.
"""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Rng, around, whole
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, START_AT, moments, working_hours
from unbrush.simulate.staff import (
    ACCOUNTS,
    ALERT_CLOSE,
    ALLOW_LIST,
    NEEDED,
    OVERRIDE,
    STOCKING,
    acts,
    colleagues,
)
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "key-account-manager"
SHARE = 0.004
SIZE = 0.8


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one manager, the shops in their care, and the promotions of these."""
    manager = world.staff.take(ACCOUNTS)
    shops = world.take_shops(whole(rng, (2, 5)))
    account = world.buyers(rng, n)
    n = len(account)
    shop = shops[rng.integers(0, len(shops), n)]
    starts = rng.integers(0, N_DAYS - 6, (len(shops), 3))
    day = starts[np.searchsorted(np.sort(shops), shop), rng.integers(0, 3, n)]
    day = np.minimum(day + rng.integers(0, 5, n), N_DAYS - 1)
    item = world.hot_item(rng, shop)
    sheet = draft(world, rng, account=account, item=item, at=moments(rng, day))
    helped = rng.random(n) < 0.7
    share = np.minimum(around(rng, 0.09, 0.4, n), 0.3)
    sheet["subsidy_minor"] = np.where(helped, sheet["paid_minor"] * share, 0).astype(np.int64)
    schedule(world, rng, sheet)
    n_acts = whole(rng, (25, 60))
    about = shops[rng.integers(0, len(shops), n_acts)]
    begun = np.minimum(starts[np.searchsorted(np.sort(shops), about), 0], N_DAYS - 2)
    at = working_hours(rng, np.minimum(begun + rng.integers(0, 40, n_acts), N_DAYS - 1))
    who = np.full(n_acts, manager)
    done = acts(
        staff=who,
        kind=np.array([ALERT_CLOSE, ALERT_CLOSE, OVERRIDE, ALLOW_LIST])[rng.integers(0, 4, n_acts)],
        subject=about,
        at=np.maximum(at, START_AT + DAY_MS // 2),
        reason=np.where(rng.random(n_acts) < 0.7, NEEDED, STOCKING),
        approver=colleagues(rng, world.staff, who),
    )
    return look_alike(NAME, sheet, shops=shops, staff=np.array([manager]), acts=[done])

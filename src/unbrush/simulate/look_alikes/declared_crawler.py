"""A declared crawler: a partner with a contract reads catalogues by machine; operations know it."""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Rng
from unbrush.simulate.paths import VIEW
from unbrush.simulate.planting import Planting, Reactions, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.staff import ACCOUNT, ALLOW_LIST, CAMPAIGNS, acts, colleagues
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "declared-crawler"
SHARE = 0.001
SIZE = 1.0

PAUSE_MS = 3_000
VIEWS_PER_ORDER = 40


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one partner: a shop-search that reads one category, shop after shop, every night.

    Those who come by its links are ordinary buyers of the category.
    """
    since = START_AT - int(rng.integers(30, 400)) * DAY_MS
    crawler = world.people.join(1, registered_at=since, region=int(rng.integers(0, 12)))
    category = int(rng.integers(0, int(world.shops.category.max()) + 1))
    goods = world.items_of_category(category)
    m = VIEWS_PER_ORDER * n
    night = np.arange(m) // max(1, m // (N_DAYS - 1))
    begins = START_AT + night * DAY_MS + HOUR_MS
    place = np.arange(m) - np.searchsorted(night, night)
    looked = Reactions(
        at=np.minimum(begins + place * PAUSE_MS, END_AT - 1),
        kind=np.full(m, VIEW),
        account=np.repeat(crawler, m),
        item=goods[np.arange(m) % len(goods)],
        device=np.repeat(world.people["device"][crawler], m),
        ip=np.repeat(world.people["ip"][crawler], m),
    )
    account = world.buyers(rng, n)
    n = len(account)
    item = goods[(rng.random(n) ** 2 * len(goods)).astype(np.int64)]
    at = moments(rng, rng.integers(0, N_DAYS, n))
    sheet = draft(world, rng, account=account, item=item, at=at)
    who = np.array([world.staff.take(CAMPAIGNS)])
    allowed = acts(
        staff=who,
        kind=ALLOW_LIST,
        subject=crawler,
        at=np.array([START_AT + 10 * HOUR_MS]),
        reason=10,
        approver=colleagues(rng, world.staff, who),
        about=ACCOUNT,
    )
    return look_alike(NAME, sheet, accounts=crawler, reactions=[looked], acts=[allowed])

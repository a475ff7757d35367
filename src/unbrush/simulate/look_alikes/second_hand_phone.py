"""Second-hand phones: two accounts on one device, the one after the other and never together."""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.planting import Planting, Ties, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "second-hand-phone"
SHARE = 0.004
SIZE = 0.8


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant some phones that change hands during the span."""
    n_phones = max(2, n // 8)
    owners = world.buyers(rng, 2 * n_phones)
    n_phones = len(owners) // 2
    device = world.people.new("device", n_phones)
    sold_on = rng.integers(20, N_DAYS - 20, n_phones)
    phone, is_second = rng.integers(0, n_phones, n), rng.random(n) < 0.5
    before = (rng.random(n) * (sold_on[phone] - 2)).astype(np.int64)
    after = sold_on[phone] + 2 + (rng.random(n) * (N_DAYS - sold_on[phone] - 2)).astype(np.int64)
    at = moments(rng, np.where(is_second, after, before))
    account = owners[phone + n_phones * is_second]
    shop = pick(rng, world.shops.share, n)
    sheet = draft(world, rng, account=account, item=world.hot_item(rng, shop), at=at)
    sheet["device"] = device[phone]
    sold_at = START_AT + sold_on * DAY_MS
    first, second = owners[:n_phones], owners[n_phones : 2 * n_phones]
    ties = [
        Ties(first, "device", device, sold_at - 500 * DAY_MS, sold_at - DAY_MS),
        Ties(second, "device", device, sold_at + DAY_MS, np.full(n_phones, END_AT - 1)),
    ]
    return look_alike(NAME, sheet, accounts=account, ties=ties)

"""Invited friends: customers bring friends who register, and the platform gives both a coupon."""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "invited-friends"
SHARE = 0.002
SIZE = 0.6


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one week of invitations; what the inviter praised is what many friends buy first."""
    shop = world.take_shops(1)
    inviters = world.buyers(rng, max(2, n // 12))
    n_new = max(4, n // 2)
    week = int(rng.integers(5, N_DAYS - 20))
    came = START_AT + week * DAY_MS + rng.integers(0, 7 * DAY_MS, n_new)
    by = inviters[rng.integers(0, len(inviters), n_new)]
    region = world.people["region"][by]
    friends = world.people.join(n_new, registered_at=came, region=region, invited_by=by)
    first_at = came + rng.integers(HOUR_MS, 2 * DAY_MS, n_new)
    later = rng.integers(0, n_new, max(0, n - n_new))
    later_day = np.minimum(week + 9 + rng.integers(0, N_DAYS, len(later)), N_DAYS - 1)
    account = np.concatenate([friends, friends[later]])
    at = np.concatenate([first_at, moments(rng, later_day)])
    total = len(account)
    praised = (rng.random(total) < 0.5) & (np.arange(total) < n_new)
    bought_at = np.where(praised, shop[0], pick(rng, world.shops.share, total))
    sheet = draft(
        world,
        rng,
        account=account,
        item=world.hot_item(rng, bought_at),
        at=np.minimum(at, END_AT - 1),
    )
    helped = np.arange(total) < n_new
    sheet["subsidy_minor"][helped] = np.minimum(sheet["paid_minor"][helped] // 4, 1_000)
    return look_alike(NAME, sheet, accounts=friends, shops=shop)

"""A bargain channel: people who follow one chat buy what it shows, shop after shop, for weeks.

The shops have nothing in common but a low price that day. Everybody keeps what they bought, pays
with their own money, and reviews as people do, which is seldom.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.planting import Planting, Post, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, moments
from unbrush.simulate.sheet import DIRECT
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "bargain-channel"
SHARE = 0.002
SIZE = 1.0

HEARD_BY = 5
"""Orders of a follower, about."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one channel: its followers take a third of what it shows, mostly within the hour."""
    followers = world.buyers(rng, max(4, n // HEARD_BY))
    n_deals = max(3, HEARD_BY * 3)
    shop = pick(rng, world.shops.share, n_deals)
    item = world.hot_item(rng, shop)
    shown_at = moments(rng, np.sort(rng.integers(2, N_DAYS - 3, n_deals)))
    deal = rng.integers(0, n_deals, n)
    account = followers[rng.integers(0, len(followers), n)]
    once = np.unique(account * n_deals + deal)  # nobody takes the same bargain twice
    account, deal = once // n_deals, once % n_deals
    wait = np.minimum(rng.exponential(1.5 * HOUR_MS, len(deal)), 2 * DAY_MS).astype(np.int64)
    at = np.minimum(shown_at[deal] + wait, END_AT - 1)
    sheet = draft(world, rng, account=account, item=item[deal], at=at)
    cut = rng.integers(55, 80, n_deals)[deal]
    sheet["paid_minor"] = world.items.price_minor[sheet["item"]] * sheet["quantity"] * cut // 100
    sheet["path"][:] = DIRECT
    author = (1 << 37) + int(followers[0])
    posts = [
        Post(int(moment), "今日好价，领券后到手更低，手慢无", "chat", author, int(s), int(i))
        for moment, s, i in zip(shown_at, shop, item, strict=True)
    ]
    return look_alike(NAME, sheet, accounts=account, posts=posts)

"""Affiliates (CPS): a shop pays people who sent it buyers; the payee is never the buyer."""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Rng
from unbrush.simulate.paths import SHARE as SHARES
from unbrush.simulate.planting import Planting, Reactions, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.sheet import DIRECT
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "affiliate-commission"
SHARE = 0.006
SIZE = 1.0


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one shop's affiliates: they share a link, others buy, a share is paid weekly."""
    shop = world.take_shops(1)
    n_affiliates = max(2, n // 15)
    people = world.buyers(rng, n_affiliates + n)
    affiliates, buyers = people[:n_affiliates], people[n_affiliates:]
    n = len(buyers)
    item = world.hot_item(rng, np.repeat(shop, n))
    at = moments(rng, rng.integers(1, N_DAYS, n))
    sheet = draft(world, rng, account=buyers, item=item, at=at)
    sheet["path"][:] = DIRECT
    sent_by = rng.integers(0, n_affiliates, n)
    week = (at - START_AT) // (7 * DAY_MS)
    key, index = np.unique(sent_by * 64 + week, return_inverse=True)
    sold = np.bincount(index, weights=sheet["paid_minor"])
    paid = money(
        world,
        sender=world.owner_wallet(shop[0]),
        receiver=world.people["card"][affiliates[key // 64]],
        amount_minor=sold * rng.uniform(0.05, 0.2),
        at=START_AT + (key % 64 + 1) * 7 * DAY_MS + rng.integers(9, 21, len(key)) * HOUR_MS,
        channel="transfer",
        memo="推广佣金",
    )
    account = affiliates[sent_by]
    shared = Reactions(
        at=np.clip(at - rng.integers(HOUR_MS, 2 * DAY_MS, n), START_AT, END_AT - 1),
        kind=np.full(n, SHARES),
        account=account,
        item=item,
        device=world.people["device"][account],
        ip=world.people["ip"][account],
    )
    return look_alike(
        NAME, sheet, accounts=affiliates, shops=shop, money=[paid], reactions=[shared]
    )

"""Group buying (接龙, 社区团购): neighbours order within minutes, all to the leader's address."""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.simulate.chance import Rng
from unbrush.simulate.people import HOME
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.sheet import DIRECT
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "group-buying"
SHARE = 0.008
SIZE = 1.0

COMMISSION = 0.09


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one leader's groups; the shop pays the leader a commission after each."""
    shop = world.take_shops(1)
    n_groups = max(1, n // 14)
    neighbours = world.buyers(rng, max(8, n // 2))
    leader = int(neighbours[0])
    group = np.sort(rng.integers(0, n_groups, n))
    # Within one group everybody orders once.
    account = neighbours[(np.arange(n) + group * 5) % len(neighbours)]
    begins = moments(rng, np.sort(rng.integers(1, N_DAYS - 8, n_groups)))
    at = begins[group] + rng.exponential(4 * MINUTE_MS, n).astype(np.int64)
    offered = world.hot_item(rng, np.repeat(shop, n_groups))
    sheet = draft(world, rng, account=account, item=offered[group], at=at)
    sheet["group"] = world.groups(n_groups)[group].astype("i4")
    sheet["address"][:] = world.people["address"][leader]
    sheet["to_region"][:] = world.people["region"][leader]
    sheet["path"][:] = DIRECT
    sold = np.bincount(group, weights=sheet["paid_minor"], minlength=n_groups)
    earned = sold > 0
    paid = money(
        world,
        sender=world.owner_wallet(shop[0]),
        receiver=np.asarray(world.people["card"][leader]),
        amount_minor=sold[earned] * COMMISSION,
        at=begins[earned] + 4 * DAY_MS + rng.integers(0, 8 * HOUR_MS, int(earned.sum())),
        channel="transfer",
        memo="团长佣金",
    )
    return look_alike(
        NAME,
        sheet,
        accounts=account,
        shops=shop,
        money=[paid],
        ties=ties_of(world, sheet, "address", address_type=HOME),
    )

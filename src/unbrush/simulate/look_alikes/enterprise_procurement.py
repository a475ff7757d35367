"""Enterprise procurement: one buyer orders the same goods again and again, by the dozen."""

import numpy as np

from unbrush.simulate.chance import Rng
from unbrush.simulate.people import OFFICE
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, working_hours
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "enterprise-procurement"
SHARE = 0.004
SIZE = 0.5


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one company's purchases: branches and benefits, from one account and one card."""
    shop = world.take_shops(1)
    buyer = world.buyers(rng, 1)
    item = world.hot_item(rng, np.repeat(shop, 2))
    n_rounds = max(2, n // 12)
    day = rng.integers(0, N_DAYS, n_rounds)[rng.integers(0, n_rounds, n)]
    account, bought = np.repeat(buyer, n), item[rng.integers(0, 2, n)]
    sheet = draft(world, rng, account=account, item=bought, at=working_hours(rng, day))
    sheet["quantity"] = rng.integers(5, 60, n).astype("i4")
    sheet["paid_minor"] = world.items.price_minor[bought] * sheet["quantity"] * 92 // 100
    sheet["payer"][:] = world.wallets(1)
    branches = world.people.new("address", max(1, n // 8))
    sheet["address"] = branches[rng.integers(0, len(branches), n)]
    sheet["ip"][:] = world.people.new("ip", 1)
    ties = ties_of(world, sheet, "ip", "address", address_type=OFFICE)
    return look_alike(NAME, sheet, accounts=buyer, ties=ties)

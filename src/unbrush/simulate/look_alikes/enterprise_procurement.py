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

MOST_ORDERS = 40
"""Of one company."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant companies' purchases: branches and benefits, each from one account and one card."""
    shop = world.take_shops(1)
    buyers = world.buyers(rng, 1 + n // MOST_ORDERS)
    company = rng.integers(0, len(buyers), n)
    item = world.hot_item(rng, np.repeat(shop, 2))
    n_rounds = max(2, n // 12)
    day = rng.integers(0, N_DAYS, n_rounds)[rng.integers(0, n_rounds, n)]
    account, bought = buyers[company], item[rng.integers(0, 2, n)]
    sheet = draft(world, rng, account=account, item=bought, at=working_hours(rng, day))
    sheet["quantity"] = rng.integers(5, 60, n).astype("i4")
    sheet["paid_minor"] = world.items.price_minor[bought] * sheet["quantity"] * 92 // 100
    sheet["payer"] = world.wallets(len(buyers))[company]
    branches = world.people.new("address", 5 * len(buyers))
    sheet["address"] = branches[company * 5 + rng.integers(0, 5, n)]
    sheet["ip"] = world.people.new("ip", len(buyers))[company]
    ties = ties_of(world, sheet, "ip", "address", address_type=OFFICE)
    return look_alike(NAME, sheet, accounts=account, ties=ties)

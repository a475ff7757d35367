"""A reseller: buys as much of a subsidised bargain as the limit per account lets the family buy.

It is against the rules of the campaign, perhaps, but nothing about it is fake: the goods are paid
for, weighed, taken and sold on from a stall, and nobody writes a word of praise.
"""

import numpy as np

from unbrush.base.clock import HOUR_MS
from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.people import HOME
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import END_AT, START_AT, moments
from unbrush.simulate.sheet import DIRECT, NEVER
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "reseller"
SHARE = 0.002
SIZE = 0.5

FAMILY = 5


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one reseller with a few relatives' accounts, on the days of one campaign."""
    family = world.buyers(rng, FAMILY)
    campaign = int(rng.choice([0, 1, 2]))
    chosen = world.campaigns[campaign]
    n_deals = max(2, n // (2 * FAMILY))
    shop = np.append(world.take_shops(1), pick(rng, world.shops.share, n_deals - 1))
    item = world.hot_item(rng, shop)
    deal = np.sort(rng.integers(0, n_deals, n))
    day = chosen.first_day + rng.integers(0, chosen.n_days, n_deals)
    begins = moments(rng, day)
    at = np.minimum(begins[deal] + rng.integers(0, 2 * HOUR_MS, n), END_AT - 1)
    who = rng.integers(0, len(family), n)
    sheet = draft(world, rng, account=family[who], item=item[deal], at=np.maximum(at, START_AT))
    sheet["campaign"][:] = campaign
    sheet["quantity"][:] = 2
    price = world.items.price_minor[sheet["item"]] * sheet["quantity"]
    sheet["subsidy_minor"] = price * 15 // 100
    sheet["paid_minor"] = price - sheet["subsidy_minor"]
    sheet["path"][:] = DIRECT
    sheet["review_at"][:] = NEVER
    sheet["payer"][:] = world.people["card"][family[0]]
    stall = int(world.people.new("address", 1)[0])
    sheet["address"][:] = stall
    sheet["to_region"][:] = world.people["region"][family[0]]
    sheet["device"][who < 2] = world.people["device"][family[0]]
    ties = ties_of(world, sheet, "device", "address", address_type=HOME)
    return look_alike(NAME, sheet, accounts=family, ties=ties)

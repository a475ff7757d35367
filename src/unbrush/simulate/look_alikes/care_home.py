"""A care home: one carer orders and pays for a dozen residents, who pay back month by month."""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.people import HOME
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "care-home"
SHARE = 0.002
SIZE = 0.5


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one home: an account for each resident, one telephone, one card, one door."""
    residents = world.buyers(rng, max(3, min(14, n // 4)))
    who = rng.integers(0, len(residents), n)
    chemist = world.take_shops(1)[0]
    shop = np.where(rng.random(n) < 0.4, chemist, pick(rng, world.shops.share, n))
    at = moments(rng, rng.integers(0, N_DAYS, n))
    sheet = draft(world, rng, account=residents[who], item=world.hot_item(rng, shop), at=at)
    for kind in ("device", "ip", "address"):
        sheet[kind][:] = world.people.new(kind, 1)
    carer = int(world.people.new("card", 1)[0])
    sheet["payer"][:] = carer
    sheet["to_region"][:] = world.people["region"][residents[0]]
    month = (at - START_AT) // (30 * DAY_MS)
    bill, index = np.unique(who * 4 + month, return_inverse=True)
    due_at = START_AT + (bill % 4 + 1) * 30 * DAY_MS + rng.integers(9, 18, len(bill)) * HOUR_MS
    owed = money(
        world,
        sender=world.people["card"][residents[bill // 4]],
        receiver=np.asarray(carer),
        amount_minor=np.bincount(index, weights=sheet["paid_minor"]),
        at=np.minimum(due_at, END_AT - 1),
        channel="transfer",
        memo="还你",
    )
    ties = ties_of(world, sheet, "device", "ip", "address", address_type=HOME)
    return look_alike(NAME, sheet, accounts=residents, money=[owed], ties=ties)

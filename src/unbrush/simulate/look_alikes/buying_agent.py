"""A buying agent (代购): orders from clients' accounts on her own phone, and is paid for it."""

import numpy as np

from unbrush.base.clock import HOUR_MS
from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "buying-agent"
SHARE = 0.002
SIZE = 0.6

MOST_CLIENTS = 25


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one agent with a few shops she trusts; clients pay price and fee before she orders."""
    clients = world.buyers(rng, min(MOST_CLIENTS, max(4, n // 4)))
    account = clients[rng.integers(0, len(clients), n)]
    trusted = np.append(world.take_shops(1), pick(rng, world.shops.share, 4))
    shop = np.where(
        rng.random(n) < 0.6, trusted[rng.integers(0, 5, n)], pick(rng, world.shops.share, n)
    )
    at = moments(rng, rng.integers(1, N_DAYS, n))
    sheet = draft(world, rng, account=account, item=world.hot_item(rng, shop), at=at)
    sheet["device"][:] = world.people.new("device", 1)
    sheet["ip"][:] = world.people.new("ip", 1)
    agent = int(world.people.new("card", 1)[0])
    sheet["payer"][:] = agent
    fee = rng.integers(104, 110)
    paid = money(
        world,
        sender=world.people["card"][account],
        receiver=np.asarray(agent),
        amount_minor=sheet["paid_minor"] * fee // 100,
        at=at - rng.integers(HOUR_MS, 20 * HOUR_MS, n),
        channel="transfer",
        memo="代购",
    )
    ties = ties_of(world, sheet, "device", "ip")
    return look_alike(NAME, sheet, accounts=clients, money=[paid], ties=ties)

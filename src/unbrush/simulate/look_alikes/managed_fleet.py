"""A managed fleet: a firm's tablets leave by one exit, all alike, and crews order what they need.

Drivers of a courier firm share a handful of tablets by shift; each buys with an account of their
own, for themselves, in the shops that the firm's page links to and elsewhere.
"""

import numpy as np

from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "managed-fleet"
SHARE = 0.002
SIZE = 0.8


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one firm's crews; one shop sells what all of them wear."""
    crew = world.buyers(rng, max(5, n // 4))
    who = rng.integers(0, len(crew), n)
    outfitter = world.take_shops(1)[0]
    shop = np.where(rng.random(n) < 0.15, outfitter, pick(rng, world.shops.share, n))
    at = moments(rng, rng.integers(0, N_DAYS, n))
    sheet = draft(world, rng, account=crew[who], item=world.hot_item(rng, shop), at=at)
    tablets = world.people.new("device", max(1, len(crew) // 6))
    on_shift = rng.random(n) < 0.5
    sheet["device"][on_shift] = tablets[who % len(tablets)][on_shift]
    sheet["ip"][on_shift] = world.people.new("ip", 1)
    return look_alike(NAME, sheet, accounts=crew, ties=ties_of(world, sheet, "device", "ip"))

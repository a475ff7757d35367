"""One identity (实名卡, 猫池): a few real names and racks of SIM cards stand behind many accounts.

A supplier buys people's papers and cards, registers account after account on each, and lets them
order, like and praise for shops. Devices, networks and addresses are hidden as well as the level
allows; the name that an account was verified with cannot be bought as cheaply.
"""

from dataclasses import replace

import numpy as np

from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.chance import Rng, between, whole
from unbrush.simulate.crew import Crew, farm, orders_of, purchases, shared, spread, start_of
from unbrush.simulate.planting import Planting
from unbrush.simulate.recruiting import calls
from unbrush.simulate.settlement import settled_with_farm
from unbrush.simulate.tasks import carry_out, in_waves
from unbrush.simulate.ties import ties_of
from unbrush.simulate.world import World

NAME = "one-identity"
SHARE = 0.1
SIZE = 2.0
ON_REQUEST = True

TAKE = (0.015, 0.06)
RENTED_SHARE = (0.0, 0.15)
IDENTITIES = 1 << 40
"""Papers that were bought; above those of people."""

_PER_IDENTITY = ((15, 40), (8, 16), (4, 8), (2, 4))
_PER_SIM = ((2, 4), (1, 2), (1, 1), (1, 1))
_VERIFIED = (1.0, 0.9, 0.85, 0.85)
"""By level: accounts to a name, accounts to a SIM card, share of accounts that are verified."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one supplier of names, and the tasks that its accounts do for some shops."""
    hides = replace(LEVELS[world.level], rented_share=RENTED_SHARE)
    n_shops = 1 + world.n_shops_for(n, each=24, most=40)
    shops = world.take_shops(n_shops)
    item = world.hot_item(rng, shops)
    n_days = whole(rng, hides.n_days)
    start = start_of(rng, n_days)
    n_accounts = max(12, round(n / n_shops * between(rng, (1.1, 1.8))))
    crew = farm(world, rng, n_accounts, camouflage=hides, start_day=start)
    _verify(world, rng, crew)
    who, shop = spread(rng, n, crew.n, n_shops)
    at = in_waves(rng, shop, hides=hides, start=start, n_days=n_days)
    sheet = orders_of(world, rng, crew, who=who, item=item[shop], at=at)
    carry_out(world, rng, sheet, hides=hides)
    planting = settled_with_farm(
        world,
        rng,
        sheet,
        name=NAME,
        organiser="account supplier",
        crew=crew,
        shops=shops,
        hides=hides,
        take=between(rng, TAKE),
    )
    return replace(
        planting,
        camouflage=purchases(world, rng, crew, camouflage=hides),
        ties=ties_of(world, sheet, "device", "ip", "address", address_type=0),
        posts=calls(world, rng, sheet, author=int(rng.integers(0, 1_000))),
    )


def _verify(world: World, rng: Rng, crew: Crew) -> None:
    """Verify the made accounts, one after the other, with the few names and cards there are."""
    made = crew.account[~crew.is_rented]
    n, level = len(made), world.level
    name = shared(world, rng, "phone", n, _PER_IDENTITY[level]) + IDENTITIES
    verified = rng.random(n) < _VERIFIED[level]
    world.people["identity"][made] = np.where(verified, name, -1)
    world.people["phone"][made] = shared(world, rng, "phone", n, _PER_SIM[level])

"""A forwarder: buyers from abroad and far away collect parcels at one warehouse."""

from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.people import FORWARDER
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "forwarder"
SHARE = 0.004
SIZE = 1.0


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the customers of one warehouse: many orders each, all sent there."""
    customers = world.buyers(rng, max(4, n // 5))
    account = customers[rng.integers(0, len(customers), n)]
    shop = pick(rng, world.shops.share, n)
    at = moments(rng, rng.integers(0, N_DAYS, n))
    sheet = draft(world, rng, account=account, item=world.hot_item(rng, shop), at=at)
    sheet["address"][:] = world.people.new("address", 1)
    sheet["to_region"][:] = 0
    ties = ties_of(world, sheet, "address", address_type=FORWARDER)
    return look_alike(NAME, sheet, accounts=account, ties=ties)

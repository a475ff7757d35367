"""Internet cafés and village kiosks: many people order from a few devices, in many shops."""

from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "kiosk"
SHARE = 0.005
SIZE = 1.0


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the customers of one kiosk, where a clerk helps to order."""
    customers = world.buyers(rng, max(6, n // 2))
    account = customers[rng.integers(0, len(customers), n)]
    shop = pick(rng, world.shops.share, n)
    at = moments(rng, rng.integers(0, N_DAYS, n))
    sheet = draft(world, rng, account=account, item=world.hot_item(rng, shop), at=at)
    devices = world.people.new("device", max(1, n // 25))
    sheet["device"] = devices[rng.integers(0, len(devices), n)]
    sheet["ip"][:] = world.people.new("ip", 1)
    ties = ties_of(world, sheet, "device", "ip")
    return look_alike(NAME, sheet, accounts=account, ties=ties)

"""Travellers and people behind a VPN: they order from hotels and the exits of firms."""

from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "traveller"
SHARE = 0.002
SIZE = 0.8

N_REGIONS = 31


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant people on the move; one hotel shop is popular with those who stay there."""
    people = world.buyers(rng, max(4, n // 3))
    account = people[rng.integers(0, len(people), n)]
    shop = pick(rng, world.shops.share, n)
    shop[rng.random(n) < 0.2] = world.take_shops(1)[0]
    at = moments(rng, rng.integers(0, N_DAYS, n))
    sheet = draft(world, rng, account=account, item=world.hot_item(rng, shop), at=at)
    exits = world.people.new("ip", max(2, n // 20))
    away = rng.random(n) < 0.6
    sheet["ip"][away] = exits[rng.integers(0, len(exits), int(away.sum()))]
    # Half of what is bought away from home is sent to where they are.
    there = away & (rng.random(n) < 0.5)
    sheet["to_region"][there] = rng.integers(0, N_REGIONS, int(there.sum()))
    sheet["address"][there] = world.people.new("address", int(there.sum()))
    return look_alike(NAME, sheet, accounts=people, ties=ties_of(world, sheet, "ip", "address"))

"""Staff purchases: employees buy from the shop they work for, from its network, and say so."""

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Rng
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, working_hours
from unbrush.simulate.sheet import decide
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "staff-purchase"
SHARE = 0.003
SIZE = 0.4


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the employees of one shop."""
    shop = world.take_shops(1)
    staff = world.buyers(rng, max(3, n // 3))
    world.people["staff_of"][staff] = shop[0]
    account = staff[rng.integers(0, len(staff), n)]
    first, n_items = world.shops.first_item[shop[0]], world.shops.n_items[shop[0]]
    item = first + rng.integers(0, n_items, n)
    sheet = draft(
        world, rng, account=account, item=item, at=working_hours(rng, rng.integers(0, N_DAYS, n))
    )
    sheet["paid_minor"] = sheet["paid_minor"] * 8 // 10
    sheet["ip"][:] = world.people.new("ip", 1)
    schedule(world, rng, sheet)
    reviews = rng.random(n) < 0.5
    later = rng.integers(DAY_MS, 9 * DAY_MS, n)
    decide(sheet, reviews, review_at=sheet["delivered_at"] + later, disclosed=1, rating=5)
    return look_alike(NAME, sheet, accounts=staff, ties=ties_of(world, sheet, "ip"))

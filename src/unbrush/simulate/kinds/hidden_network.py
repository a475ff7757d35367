"""Hidden network (秒拨, residential proxies): hired hands behind addresses that keep changing.

Everybody searches, looks and orders through a service that hands out another network address with
every action, while the device stays. A cheap service has few addresses, in data centres, and hands
them to all its customers; a dear one lends the lines of households all over the country. What an
account, its address and its parcels say about where somebody lives no longer agrees.
"""

import numpy as np

from unbrush.base.clock import SECOND_MS
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.chance import Array, Rng, around, between, pick_at, whole
from unbrush.simulate.crew import Crew, farm, orders_of, purchases, spread, start_of
from unbrush.simulate.market import region_shares
from unbrush.simulate.paths import CART, FAVOURITE, SEARCH, VIEW
from unbrush.simulate.planting import Plan, Planting, Reactions
from unbrush.simulate.purse import open_purse, reward
from unbrush.simulate.recruiting import calls
from unbrush.simulate.season import END_AT, START_AT
from unbrush.simulate.sheet import NO_PATH, Sheet
from unbrush.simulate.tasks import carry_out, in_waves, keywords
from unbrush.simulate.ties import ties_of
from unbrush.simulate.world import World

NAME = "hidden-network"
SHARE = 0.1
SIZE = 2.0
ON_REQUEST = True

RIVALS = (2, 4)
"""Pages of others that each looks at first, fewest and one more than most."""

_ACTIONS_PER_ADDRESS = (12.0, 3.0, 1.0, 1.0)
_CHANGES = (0.95, 0.8, 0.6, 0.3)
_ELSEWHERE = (0.9, 0.6, 0.3, 0.1)
"""By level: actions to an address of the service; actions before which the address changes;
accounts that are registered in another region than the one that their parcels go to."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one studio behind such a service, and the tasks that it does for some shops."""
    hides, level = LEVELS[world.level], world.level
    n_shops = 1 + world.n_shops_for(n, each=24, most=40)
    shops = world.take_shops(n_shops)
    item = world.hot_item(rng, shops)
    n_days = whole(rng, hides.n_days)
    start = start_of(rng, n_days)
    n_accounts = max(6, round(n / n_shops * between(rng, (1.0, 1.6))))
    crew = farm(world, rng, n_accounts, camouflage=hides, start_day=start)
    who, shop = spread(rng, n, crew.n, n_shops)
    at = in_waves(rng, shop, hides=hides, start=start, n_days=n_days)
    sheet = orders_of(world, rng, crew, who=who, item=item[shop], at=at)
    _live_elsewhere(world, rng, crew, sheet)
    carry_out(world, rng, sheet, hides=hides)
    sheet["path"][:] = NO_PATH  # the way to the order is planted, with its addresses
    actions = _actions(world, rng, sheet, keywords(world, rng, item)[shop])
    own = world.wallets(1)
    purse = open_purse(world, rng, own=own, n_studios=1, camouflage=hides)
    back = reward(world, rng, sheet, payers=purse.every_payer, camouflage=hides)
    return Planting(
        plan=Plan(
            name=NAME,
            is_fake=True,
            level=level,
            organiser="studio",
            shops=tuple(map(int, shops)),
            n_accounts=crew.n,
            returned_minor=back.returned_minor,
            fees_minor=back.fees_minor,
            seen_minor=back.seen_minor,
        ),
        orders=sheet,
        accounts=crew.account,
        shops=shops,
        camouflage=purchases(world, rng, crew, camouflage=hides),
        money=back.money,
        ties=ties_of(world, sheet, "device", "ip", "address", address_type=0),
        reactions=[actions],
        posts=calls(world, rng, sheet, author=int(rng.integers(0, 1_000))),
    )


def _live_elsewhere(world: World, rng: Rng, crew: Crew, sheet: Sheet) -> None:
    """Say of some made accounts that they live in another region than their parcels go to."""
    made = crew.account[~crew.is_rented]
    moved = made[rng.random(len(made)) < _ELSEWHERE[world.level]]
    world.people["region"][moved] = pick_at(region_shares(), rng.random(len(moved)))


def _actions(world: World, rng: Rng, sheet: Sheet, query: Array) -> Reactions:
    """Return what is done before each order, each step from the address that it got just then.

    Also decides the addresses that orders come from, in place.
    """
    n = len(sheet["at"])
    views = 1 + rng.integers(*RIVALS, n)
    adds = (rng.random(n) < 0.5).astype(np.int64)
    steps = 1 + views + adds
    order = np.repeat(np.arange(n), steps)
    place = np.arange(len(order)) - np.repeat(np.cumsum(steps) - steps, steps)
    last_view = views[order]
    kind = np.where(place == 0, SEARCH, np.where(place <= last_view, VIEW, CART))
    kind = np.where((kind == CART) & (rng.random(len(order)) < 0.3), FAVOURITE, kind)
    differs = (place > 0) & (place < last_view)
    item = np.where(differs, _rivals(world, rng, sheet["item"][order]), sheet["item"][order])
    dwell = np.clip(around(rng, 40_000, 0.7, len(order)), 2_000, 600_000).astype(np.int64)
    # Steps run backwards from the order.
    total = np.cumsum(dwell)
    ends = np.cumsum(steps) - 1
    at = sheet["at"][order] - (total[ends][order] - total + dwell) - 2 * SECOND_MS
    ip = _addresses(world, rng, steps, sheet)
    return Reactions(
        at=np.clip(at, START_AT, END_AT - 1),
        kind=kind,
        account=sheet["account"][order],
        item=item,
        device=sheet["device"][order],
        ip=ip,
        dwell_ms=np.where(kind == VIEW, dwell, -1),
        visit=order,
        query=np.where(kind == SEARCH, query[order], -1),
    )


def _addresses(world: World, rng: Rng, steps: Array, sheet: Sheet) -> Array:
    """Return the address of every step; the order itself is one step more, written in place."""
    n, level = len(sheet["at"]), world.level
    steps = steps + 1
    total = int(steps.sum())
    n_handed = max(4, round(total / _ACTIONS_PER_ADDRESS[level]))
    if level < 3:
        pool = world.people.new("ip", n_handed)
    else:  # the lines of households who know nothing of it
        pool = world.people["ip"][rng.integers(0, world.people.n_ordinary, n_handed)]
    handed = pool[rng.integers(0, len(pool), total)] if level < 2 else pool[:total]
    order = np.repeat(np.arange(n), steps)
    place = np.arange(total) - np.repeat(np.cumsum(steps) - steps, steps)
    changes = (place == 0) | (rng.random(total) < _CHANGES[level])
    # Until it changes, an address stays that of the step before.
    since = np.maximum.accumulate(np.where(changes, np.arange(total), 0))
    ip = handed[since]
    is_order = place == steps[order] - 1
    sheet["ip"][:] = ip[is_order]
    return np.asarray(ip[~is_order])


def _rivals(world: World, rng: Rng, item: Array) -> Array:
    """Return goods of the same category, one for each of ``item``."""
    category = world.category_of(item)
    found = np.empty(len(item), np.int64)
    for number in np.unique(category):
        here = np.flatnonzero(category == number)
        goods = world.items_of_category(int(number))
        found[here] = goods[rng.integers(0, len(goods), len(here))]
    return found

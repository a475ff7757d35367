"""Script farm (机刷, 群控): one organiser's software orders, praises and likes for many shops.

Small accounts run on racks of phones, later in clouds of phones that each look like one person's.
In waves the script logs in, searches, opens one page, favourites, orders, pays from the
organiser's cards; empties or small gifts follow; praise is filled from templates. Shops pay the
organiser in a lump each week: what the orders cost, and a share on top.
"""

from dataclasses import replace

import numpy as np

from unbrush.base.clock import DAY_MS, MINUTE_MS, SECOND_MS
from unbrush.simulate.camouflage import LEVELS, Camouflage
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.crew import Crew, farm, orders_of, purchases, spread, start_of
from unbrush.simulate.parcels import schedule
from unbrush.simulate.paths import FAVOURITE, LIKE
from unbrush.simulate.planting import Planting, Reactions
from unbrush.simulate.praise import supply
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.settlement import settled_with_farm
from unbrush.simulate.sheet import MACHINE, TWO_NODES, Sheet, decide
from unbrush.simulate.ties import ties_of
from unbrush.simulate.world import World

NAME = "script-farm"
SHARE = 0.27
SIZE = 2.2

TAKE = (0.013, 0.05)
REACTIONS_PER_ORDER = 2


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one organiser's farm."""
    hides = LEVELS[world.level]
    n_shops = 1 + world.n_shops_for(n, each=26, most=60)
    shops = world.take_shops(n_shops)
    item = world.hot_item(rng, shops)
    n_days = whole(rng, hides.n_days)
    start = start_of(rng, n_days)
    n_accounts = max(4, round(n / n_shops * between(rng, (1.0, 1.6))))
    crew = farm(world, rng, n_accounts, camouflage=hides, start_day=start)
    who, shop = spread(rng, n, crew.n, n_shops)
    at = _waves(rng, who, shop, hides=hides, start=start, n_days=n_days)
    sheet = orders_of(world, rng, crew, who=who, item=item[shop], at=at)
    clumsy = rng.random(n) < (1.0, 0.85, 0.4, 0.1)[world.level]
    sheet["path"][clumsy] = MACHINE
    _send(world, rng, sheet, hides)
    wait = around(rng, between(rng, hides.review_days), 0.4, n)
    posts = rng.random(n) < 0.85
    text = supply(world, rng, item=sheet["item"], style=hides.wording)
    review_at = sheet["delivered_at"] + (wait * DAY_MS).astype(np.int64) + 5 * MINUTE_MS
    decide(sheet, posts, review_at=review_at, text=text, rating=5)
    sheet["fate"][:] = 0
    planting = settled_with_farm(
        world,
        rng,
        sheet,
        name=NAME,
        organiser="studio",
        crew=crew,
        shops=shops,
        hides=hides,
        take=between(rng, TAKE),
    )
    return replace(
        planting,
        camouflage=purchases(world, rng, crew, camouflage=hides),
        ties=ties_of(world, sheet, "device", "ip", "address", address_type=0),
        reactions=[_likes(world, rng, crew, item, n * REACTIONS_PER_ORDER, sheet["at"])],
    )


def _waves(
    rng: Rng, who: Array, shop: Array, *, hides: Camouflage, start: int, n_days: int
) -> Array:
    """Return when each order is placed: a wave for each shop, one account after the other."""
    n_waves = int(shop.max()) + 1
    day = start + rng.integers(0, n_days, n_waves)
    day = np.minimum(day, N_DAYS - 2)
    begins = moments(rng, day)
    minutes = between(rng, hides.wave_minutes)
    n = len(who)
    place = np.empty(n, np.int64)
    size = np.bincount(shop, minlength=n_waves)
    for number in range(n_waves):
        here = np.flatnonzero(shop == number)
        place[here] = rng.permutation(len(here))
    even = (place + 0.5) / size[shop]
    # A naive script keeps an even beat; a better one waits at random.
    pace = even if minutes < 30 else rng.random(n)
    at = begins[shop] + (pace * minutes * MINUTE_MS).astype(np.int64)
    slow = minutes > 500  # a patient one lets a shop's orders come over many days
    if slow:
        at = moments(rng, np.minimum(start + rng.integers(0, n_days, n), N_DAYS - 2))
    return np.minimum(at + rng.integers(0, 20 * SECOND_MS, n), END_AT - 1)


def _send(world: World, rng: Rng, sheet: Sheet, hides: Camouflage) -> None:
    n = len(sheet["at"])
    gift = rng.random(n) < between(rng, hides.gift_share)
    empty = np.round(rng.uniform(8, 20, n))
    sheet["weight_g"] = np.where(gift, np.round(rng.uniform(*hides.gift_g, n) / 5) * 5, empty)
    sheet["parcel"][~gift] = TWO_NODES
    schedule(world, rng, sheet)


def _likes(world: World, rng: Rng, crew: Crew, item: Array, n: int, around_at: Array) -> Reactions:
    """Return likes and favourites that the accounts give to the gang's goods."""
    who = rng.integers(0, crew.n, n)
    at = around_at[rng.integers(0, len(around_at), n)] + rng.integers(-3_600_000, 3_600_000, n)
    since = world.people["registered_at"][crew.account[who]]
    return Reactions(
        at=np.clip(np.maximum(at, since + 60_000), START_AT, END_AT - 1),
        kind=np.where(rng.random(n) < 0.7, LIKE, FAVOURITE),
        account=crew.account[who],
        item=item[rng.integers(0, len(item), n)],
        device=crew.device[who],
        ip=crew.ip[who],
    )

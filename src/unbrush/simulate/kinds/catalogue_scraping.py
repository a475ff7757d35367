"""Catalogue scraping: accounts that read whole shops of a rival, page after page, and never buy.

A program walks through the catalogue in the order in which it is listed, a second or two a page,
and comes back to see what changed. When that is noticed, the pages are shared out among accounts,
shuffled, read slowly, from addresses that change. The shops that are read have no part in it.
"""

import numpy as np

from unbrush.base.clock import HOUR_MS, MINUTE_MS
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.crew import Crew, farm, purchases
from unbrush.simulate.paths import VIEW
from unbrush.simulate.planting import Plan, Planting, Reactions
from unbrush.simulate.season import END_AT, N_DAYS, moments
from unbrush.simulate.sheet import blank
from unbrush.simulate.world import World

NAME = "catalogue-scraping"
SHARE = 0.1
SIZE = 1.0
ON_REQUEST = True

PAGES_PER_SIZE = 8
N_SHOPS = (5, 12)

_N_ACCOUNTS = ((1, 3), (3, 8), (10, 25), (30, 60))
_PAUSE_S = ((0.8, 2.5), (2.0, 9.0), (8.0, 40.0), (20.0, 120.0))
_PAUSE_SPREAD = (0.05, 0.35, 0.7, 0.9)
_SHUFFLED = (0.0, 0.15, 0.6, 1.0)
_PAGES_PER_VISIT = ((2_000, 4_000), (120, 400), (25, 80), (6, 20))
_PAGES_PER_ADDRESS = (2_000, 150, 20, 8)
"""By level: accounts at work; pause from page to page, and how far it strays (of its log); share of
pages out of the order of the catalogue; pages of one visit; pages from one network address."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one rival's program, which reads some shops of one category again and again."""
    hides, level = LEVELS[world.level], world.level
    category = int(world.shops.category[world.take_shops(1)[0]])
    shops = world.take_shops(whole(rng, N_SHOPS), categories={category})
    crew = farm(world, rng, whole(rng, _N_ACCOUNTS[level]), camouflage=hides, start_day=2)
    return Planting(
        plan=Plan(
            name=NAME,
            is_fake=True,
            level=level,
            organiser="rival",
            shops=tuple(map(int, shops)),
            n_accounts=crew.n,
        ),
        orders=blank(0),
        accounts=crew.account,
        victims=shops,
        camouflage=purchases(world, rng, crew, camouflage=hides) if level > 1 else None,
        reactions=[_reading(world, rng, crew, shops, n * PAGES_PER_SIZE)],
    )


def _reading(world: World, rng: Rng, crew: Crew, shops: Array, n_pages: int) -> Reactions:
    """Return the views: the whole catalogue of every shop in turn, as often as pages allow."""
    level = world.level
    page = _catalogue(world, rng, shops, n_pages)
    n = len(page)
    size = whole(rng, _PAGES_PER_VISIT[level])
    visit = np.arange(n) // size
    n_visits = int(visit[-1]) + 1
    who = rng.integers(0, crew.n, n_visits)
    begins = moments(rng, np.sort(rng.integers(2, N_DAYS - 2, n_visits)))
    pause = around(rng, between(rng, _PAUSE_S[level]), _PAUSE_SPREAD[level], n) * 1_000
    pause = np.clip(pause, 300, 20 * MINUTE_MS).astype(np.int64)
    passed = np.cumsum(pause)
    first = np.searchsorted(visit, np.arange(n_visits))
    at = begins[visit] + passed - passed[first][visit]
    per_address = _PAGES_PER_ADDRESS[level]
    ip = crew.ip[who][visit]
    if level > 1:  # hired with the addresses, by the hour
        ip = world.people.new("ip", n // per_address + 1)[np.arange(n) // per_address]
    account = crew.account[who][visit]
    since = world.people["registered_at"][account] + HOUR_MS
    return Reactions(
        at=np.clip(np.maximum(at, since), 0, END_AT - 1),
        kind=np.full(n, VIEW),
        account=account,
        item=page,
        device=crew.device[who][visit],
        ip=ip,
        dwell_ms=np.maximum(200, pause - 100),
        visit=visit,
    )


def _catalogue(world: World, rng: Rng, shops: Array, n_pages: int) -> Array:
    """Return which item each page shows: shop by shop in the order of listing, round and round."""
    first, n_items = world.shops.first_item[shops], world.shops.n_items[shops]
    once = np.concatenate([a + np.arange(m) for a, m in zip(first, n_items, strict=True)])
    pages = np.resize(once, max(len(once), n_pages))
    strays = np.flatnonzero(rng.random(len(pages)) < _SHUFFLED[world.level])
    pages[strays] = pages[rng.permutation(strays)]
    return pages

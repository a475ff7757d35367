"""Enrolment: first-year students register in the same days and fit out the same dormitories."""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.people import SCHOOL
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import START_AT, moments
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "enrolment"
SHARE = 0.002
SIZE = 0.8

_NEEDED = tuple(n for n, c in enumerate(CATEGORIES) if c.name in ("家纺", "收纳", "个护清洁"))


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the September of one college; seniors recommend two shops to everybody."""
    liked = world.take_shops(2, categories=_NEEDED)
    n_new = max(4, n // 3)
    came = START_AT + rng.integers(0, 5, n_new) * DAY_MS + rng.integers(0, DAY_MS, n_new)
    region = int(rng.integers(0, 20))
    students = world.people.join(n_new, registered_at=came, region=region)
    account = students[rng.integers(0, n_new, n)]
    day = 5 + (rng.random(n) ** 2 * 60).astype(np.int64)
    early = day < 20
    shop = np.where(
        early & (rng.random(n) < 0.5), liked[rng.integers(0, 2, n)], pick(rng, world.shops.share, n)
    )
    item = world.hot_item(rng, shop)
    sheet = draft(world, rng, account=account, item=item, at=moments(rng, day))
    dormitories = world.people.new("address", max(1, n_new // 20))
    sheet["address"] = dormitories[account % len(dormitories)]
    sheet["ip"][:] = world.people.new("ip", 1)
    ties = ties_of(world, sheet, "ip", "address", address_type=SCHOOL)
    return look_alike(NAME, sheet, accounts=students, shops=liked, ties=ties)

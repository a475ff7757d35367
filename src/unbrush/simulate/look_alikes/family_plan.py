"""A family plan: one person signed for the phones of a whole family that lives apart."""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Rng, pick
from unbrush.simulate.planting import Planting, Ties, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "family-plan"
SHARE = 0.002
SIZE = 0.5


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant some families; grandmother's number and papers are her daughter's."""
    n_families = max(1, n // 16)
    size = rng.integers(3, 7, n_families)
    people = world.people
    members = world.buyers(rng, int(size.sum()))
    family = np.repeat(np.arange(n_families), size)[: len(members)]
    head = members[np.searchsorted(family, np.arange(n_families))]
    people["identity"][members] = people["identity"][head][family]
    liked = pick(rng, world.shops.share, n_families * 2).reshape(n_families, 2)
    who = rng.integers(0, len(members), n)
    shop = liked[family[who], rng.integers(0, 2, n)]
    shop = np.where(rng.random(n) < 0.35, shop, pick(rng, world.shops.share, n))
    at = moments(rng, rng.integers(0, N_DAYS, n))
    sheet = draft(world, rng, account=members[who], item=world.hot_item(rng, shop), at=at)
    since = START_AT - rng.integers(200, 1_200, n_families) * DAY_MS
    until = np.full(len(members), END_AT - 1)
    plan = Ties(members, "phone", people["phone"][head][family], since[family], until)
    return look_alike(NAME, sheet, accounts=members, ties=[plan])

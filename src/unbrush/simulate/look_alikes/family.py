"""Families: three to five accounts with one phone number, card, address and tablet, for years."""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Array, Rng, pick
from unbrush.simulate.people import HOME
from unbrush.simulate.planting import Planting, Ties, look_alike
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "family"
SHARE = 0.006
SIZE = 0.6


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant some households that order for one another; one card pays for all."""
    n_families = max(1, n // 14)
    size = rng.integers(3, 6, n_families)
    members = world.buyers(rng, int(size.sum()))
    family = np.repeat(np.arange(n_families), size)[: len(members)]
    who = rng.integers(0, len(members), n)
    # A family has a few shops that all of its members buy from.
    own_shops = pick(rng, world.shops.share, n_families * 3).reshape(n_families, 3)
    shop = own_shops[family[who], rng.integers(0, 3, n)]
    shop = np.where(rng.random(n) < 0.5, shop, pick(rng, world.shops.share, n))
    at = moments(rng, rng.integers(0, N_DAYS, n))
    sheet = draft(world, rng, account=members[who], item=world.hot_item(rng, shop), at=at)
    shared = {
        kind: world.people.new(kind, n_families)
        for kind in ("device", "address", "card", "phone", "ip")
    }
    home = family[who]
    tablet = rng.random(n) < 0.5
    sheet["device"][tablet] = shared["device"][home][tablet]
    sheet["address"], sheet["ip"] = shared["address"][home], shared["ip"][home]
    sheet["payer"] = shared["card"][home]
    parents = members[np.searchsorted(family, np.arange(n_families))]
    sheet["to_region"] = world.people["region"][parents][home]
    since = START_AT - rng.integers(100, 900, n_families) * DAY_MS
    return look_alike(
        NAME,
        sheet,
        accounts=members,
        ties=[_tie(kind, members, token[family], since[family]) for kind, token in shared.items()],
    )


def _tie(kind: str, members: Array, token: Array, since: Array) -> Ties:
    until = np.full(len(members), END_AT - 1)
    return Ties(members, kind, token, since, until, HOME if kind == "address" else -1)

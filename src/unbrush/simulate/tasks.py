"""Tasks: what hired accounts do for shops, whoever they are: when, what is sent, what they say."""

import numpy as np

from unbrush.base.clock import DAY_MS, MINUTE_MS
from unbrush.simulate.camouflage import Camouflage
from unbrush.simulate.chance import Array, Rng, around, between
from unbrush.simulate.lexicon import CATEGORIES, TRAITS
from unbrush.simulate.parcels import schedule
from unbrush.simulate.praise import supply
from unbrush.simulate.season import END_AT, N_DAYS, moments
from unbrush.simulate.sheet import TASK, TWO_NODES, Sheet, decide
from unbrush.simulate.world import World

PATIENT_MINUTES = 500
"""A wave longer than this is none: everybody acts at an hour of their own."""
POSTS = 0.85

_FOLLOWS_SCRIPT = (0.95, 0.75, 0.4, 0.15)
_SKIPS_SCANS = (0.95, 0.7, 0.25, 0.0)
"""By level: orders that come about as the task says; empties that are only collected and signed."""


def in_waves(rng: Rng, shop: Array, *, hides: Camouflage, start: int, n_days: int) -> Array:
    """Return when each task is done: a wave for each shop, or at everybody's own hours."""
    n, n_waves = len(shop), int(shop.max(initial=0)) + 1
    minutes = between(rng, hides.wave_minutes)
    begins = moments(rng, np.minimum(start + rng.integers(0, n_days, n_waves), N_DAYS - 2))
    at = begins[shop] + (rng.random(n) * minutes * MINUTE_MS).astype(np.int64)
    if minutes > PATIENT_MINUTES:
        at = moments(rng, np.minimum(start + rng.integers(0, n_days, n), N_DAYS - 2))
    return np.asarray(np.minimum(at, END_AT - 1))


def carry_out(
    world: World,
    rng: Rng,
    sheet: Sheet,
    *,
    hides: Camouflage,
    real_share: tuple[float, float] = (0.0, 0.0),
) -> None:
    """Decide how tasks go: the way to the order, the parcel, the supplied praise, in place.

    Args:
        world: The market.
        rng: Chance of the plan.
        sheet: Orders of the plan.
        hides: How well it hides.
        real_share: Share of parcels that hold the goods (0-1).
    """
    n = len(sheet["at"])
    sheet["path"][rng.random(n) < _FOLLOWS_SCRIPT[world.level]] = TASK
    is_real = rng.random(n) < between(rng, real_share)
    gift = rng.random(n) < between(rng, hides.gift_share)
    trifle = np.round(rng.uniform(*hides.gift_g, n) / 5) * 5
    decide(sheet, ~is_real, weight_g=np.where(gift, trifle, np.round(rng.uniform(8, 20, n))))
    skips = ~is_real & ~gift & (rng.random(n) < _SKIPS_SCANS[world.level])
    decide(sheet, skips, parcel=TWO_NODES)
    schedule(world, rng, sheet)
    posts = rng.random(n) < POSTS
    wait = around(rng, between(rng, hides.review_days), 0.5, n) + 0.02
    review_at = sheet["delivered_at"] + (wait * DAY_MS).astype(np.int64)
    text = supply(world, rng, item=sheet["item"], style=hides.wording)
    decide(sheet, posts, review_at=review_at, text=text, rating=5)
    sheet["fate"][:] = 0


def keywords(world: World, rng: Rng, item: Array) -> Array:
    """Return the search text that a task dictates for each item, code of the world's queries."""
    first, second = rng.integers(0, len(TRAITS), (2, len(item)))
    goods = [
        CATEGORIES[c].goods[g]
        for c, g in zip(world.category_of(item), world.items.good[item], strict=True)
    ]
    return world.queries.add(
        [f"{TRAITS[a]}{good} {TRAITS[b]}" for a, b, good in zip(first, second, goods, strict=True)]
    )

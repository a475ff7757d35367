"""Fates: how orders end (kept, refunded, cancelled), and what buyers make of what they got."""

from dataclasses import dataclass

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.simulate.chance import Array, Rng, around
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.sheet import (
    ASSISTED,
    CANCELLED,
    DEFAULT,
    KEPT,
    NEVER,
    REFUNDED,
    TAG,
    WRITTEN,
    Sheet,
)
from unbrush.simulate.world import World

AUTO_CONFIRM_DAYS = 10
_STARS = np.array([5, 4, 3, 2, 1])
_LAG_H = np.array([category.review_lag_h for category in CATEGORIES])


@dataclass(frozen=True)
class Ends:
    """When orders of a sheet were paid and ended (epoch ms); -1 where they did not."""

    paid_at: Array
    confirmed_at: Array
    closed_at: Array


def settle(world: World, rng: Rng, sheet: Sheet) -> Ends:
    """Decide the undecided fates and reviews of a sheet, in place; return when each order ended."""
    n = len(sheet["at"])
    quality = world.shops.quality[world.items.shop[sheet["item"]]]
    luck = rng.random(n)
    drawn = np.where(luck < 0.09 - 0.06 * quality, REFUNDED, KEPT)
    drawn = np.where(luck > 0.985, CANCELLED, drawn)
    sheet["fate"] = np.where(sheet["fate"] < 0, drawn, sheet["fate"]).astype("i1")
    fate = sheet["fate"]
    paid_at = sheet["at"] + np.minimum(around(rng, 25_000, 0.8, n), 900_000).astype(np.int64)
    prompt = rng.random(n) < 0.62
    wait = np.where(prompt, around(rng, 22, 1.0, n), AUTO_CONFIRM_DAYS * 24) * HOUR_MS
    confirmed_at = sheet["delivered_at"] + np.minimum(wait, AUTO_CONFIRM_DAYS * DAY_MS).astype(
        np.int64
    )
    reviewed = sheet["review_at"] > 0  # one confirms before one may review
    confirmed_at = np.where(reviewed, np.minimum(confirmed_at, sheet["review_at"]), confirmed_at)
    refused = sheet["delivered_at"] + around(rng, 30 * HOUR_MS, 0.9, n).astype(np.int64)
    regret = paid_at + around(rng, 35 * MINUTE_MS, 1.2, n).astype(np.int64)
    regret = np.minimum(regret, np.maximum(paid_at + 60_000, sheet["shipped_at"] - 60_000))
    undone_at = np.where(fate == REFUNDED, refused, regret)
    undone_at = np.where(sheet["closed_at"] >= 0, sheet["closed_at"], undone_at)
    closed_at = np.where(fate == KEPT, -1, undone_at)
    confirmed_at = np.where(fate == KEPT, confirmed_at, -1)
    _review(rng, sheet, quality, confirmed_at, world.category_of(sheet["item"]))
    return Ends(paid_at, confirmed_at, closed_at)


def _review(rng: Rng, sheet: Sheet, quality: Array, confirmed_at: Array, category: Array) -> None:
    n = len(sheet["at"])
    open_ = sheet["review_at"] == -1
    luck = rng.random(n)
    writes, tags, is_assisted = (
        luck < 0.2,
        (luck > 0.2) & (luck < 0.225),
        (luck > 0.23) & (luck < 0.245),
    )
    silent = (luck > 0.25) & (luck < 0.47)
    kept = sheet["fate"] == KEPT
    lag = around(rng, 1.0, 0.95, n) * _LAG_H[category] * HOUR_MS
    own_time = confirmed_at + np.minimum(lag, 60 * DAY_MS).astype(np.int64)
    # The platform fills in praise for those who stay silent, two weeks after they confirm.
    default_at = confirmed_at + 15 * DAY_MS + rng.integers(0, HOUR_MS, n)
    reviews_at = np.where(silent, default_at, own_time)
    reviews_at = np.where(kept & (writes | tags | is_assisted | silent), reviews_at, NEVER)
    source = np.where(
        silent, DEFAULT, np.where(tags, TAG, np.where(is_assisted, ASSISTED, WRITTEN))
    )
    sheet["review_at"] = np.where(open_, reviews_at, sheet["review_at"])
    unsourced = sheet["text_source"] < 0
    sheet["text_source"] = np.where(
        unsourced, np.where(open_, source, WRITTEN), sheet["text_source"]
    ).astype("i1")
    stars = _STARS[_stars_at(quality, rng.random(n))]
    stars = np.where(sheet["text_source"] == DEFAULT, 5, stars)
    sheet["rating"] = np.where(sheet["rating"] < 0, stars, sheet["rating"]).astype("i1")


def _stars_at(quality: Array, u: Array) -> Array:
    """Return which of `_STARS` falls to ``u`` (0-1): better shops have fewer unhappy buyers."""
    five = 0.52 + 0.34 * quality
    rest = (u - five) / (1 - five)
    return np.asarray(
        np.where(
            u < five,
            0,
            np.where(rest < 0.52, 1, np.where(rest < 0.72, 2, np.where(rest < 0.8, 3, 4))),
        )
    )

"""Takeaway by agreed sign (外卖刷单): orders with a mark in the remark that no rider fetches.

A studio orders from very many small food shops. So that the shop cooks nothing, each remark ends in
an agreed sign ("!!"). Fewer than half of the orders are fetched at all, some by a rider with an
empty bag. The shops pay the studio for each. Later the sign changes from week to week, and at last
it is what anybody might write.
"""

from dataclasses import replace

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.simulate.camouflage import LEVELS, Camouflage
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.crew import farm, orders_of, purchases, quota_days, spread, start_of
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Planting
from unbrush.simulate.praise import supply
from unbrush.simulate.season import moments
from unbrush.simulate.settlement import settled
from unbrush.simulate.sheet import DIRECT, NO_PARCEL, Sheet, decide
from unbrush.simulate.ties import ties_of
from unbrush.simulate.world import N_ORDINARY_REMARKS, SENT, World

NAME = "takeaway-marker"
SHARE = 0.1
SIZE = 4.0
ON_REQUEST = True

TAKE = (0.03, 0.12)
SIGNS = ("!!", "~~", "。。", "。.", "++", "^^", "··", "、、")
FOOD = tuple(n for n, c in enumerate(CATEGORIES) if c.is_instant and n in SENT)

_FETCHED = ((0.25, 0.4), (0.35, 0.5), (0.5, 0.65), (0.65, 0.8))
_SIGNED = (1.0, 0.95, 0.85, 0.7)
_WEEKS_PER_SIGN = (12, 12, 2, 1)
"""By level: orders that a rider fetches; remarks with the sign; weeks until it changes."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one studio's food shops."""
    hides, level = LEVELS[world.level], world.level
    shops = _shops(world, 2 + world.n_shops_for(n, each=8, most=200))
    item = world.hot_item(rng, shops)
    n_days = whole(rng, hides.n_days) + 8
    start = start_of(rng, n_days)
    n_accounts = max(6, round(n / len(shops) * between(rng, (2.0, 4.0))))
    crew = farm(world, rng, n_accounts, camouflage=hides, start_day=start)
    who, shop = spread(rng, n, crew.n, len(shops))
    day = quota_days(rng, shop, start=start, n_days=n_days)
    sheet = orders_of(world, rng, crew, who=who, item=item[shop], at=moments(rng, day))
    sheet["path"][rng.random(n) < (1.0, 0.8, 0.5, 0.3)[level]] = DIRECT
    sheet["remark"] = _remarks(world, rng, day).astype("i4")
    _fetch(world, rng, sheet, hides)
    posts = rng.random(n) < 0.5
    wait = around(rng, between(rng, hides.review_days), 0.5, n) + 0.01
    text = supply(world, rng, item=sheet["item"], style=hides.wording)
    review_at = sheet["delivered_at"] + (wait * DAY_MS).astype(np.int64)
    decide(sheet, posts, review_at=review_at, text=text, rating=5)
    sheet["fate"][:] = 0
    planting = settled(
        world,
        rng,
        sheet,
        name=NAME,
        organiser="studio",
        crew=crew,
        shops=shops,
        hides=hides,
        take=between(rng, TAKE),
        collectors=world.wallets(1),
        memo="推广费",
    )
    return replace(
        planting,
        camouflage=purchases(world, rng, crew, camouflage=hides),
        ties=ties_of(world, sheet, "device", "ip", "address", address_type=0),
    )


def _shops(world: World, n: int) -> Array:
    """Return food shops, or all that there are."""
    there = int(np.isin(world.shops.category, FOOD).sum())
    return np.unique(world.take_shops(min(n, there), categories=FOOD))


def _remarks(world: World, rng: Rng, day: Array) -> Array:
    """Return the remark of each order: often something ordinary, then the sign of its week."""
    level, n = world.level, len(day)
    week = day // 7 // _WEEKS_PER_SIGN[level]
    if level == 3:  # what others write too, so that only its frequency tells
        sign = rng.permutation(N_ORDINARY_REMARKS)[week % N_ORDINARY_REMARKS]
        return np.asarray(np.where(rng.random(n) < _SIGNED[level], sign, -1))
    signs = rng.permutation(np.array(SIGNS, object))[week % len(SIGNS)]
    usual = rng.integers(0, N_ORDINARY_REMARKS, n)
    says = rng.random(n) < 0.4
    texts = [
        (world.remarks.texts[u] if s else "") + sign
        for u, s, sign in zip(usual, says, signs, strict=True)
    ]
    return np.where(rng.random(n) < _SIGNED[level], world.remarks.add(texts), -1)


def _fetch(world: World, rng: Rng, sheet: Sheet, hides: Camouflage) -> None:
    """Let a rider fetch some, within the hour; of the others nothing is known, in place."""
    n = len(sheet["at"])
    fetched = rng.random(n) < between(rng, _FETCHED[world.level])
    sheet["weight_g"] = np.where(
        fetched, np.round(rng.uniform(*hides.gift_g, n)), sheet["weight_g"]
    )
    sheet["shipped_at"] = sheet["at"] + (around(rng, 18, 0.3, n) * MINUTE_MS).astype(np.int64)
    sheet["delivered_at"] = sheet["shipped_at"] + rng.integers(HOUR_MS // 5, HOUR_MS, n)
    sheet["to_region"] = world.shops.region[world.items.shop[sheet["item"]]].astype("i2")
    sheet["parcel"][~fetched] = NO_PARCEL
    schedule(world, rng, sheet)

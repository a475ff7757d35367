"""Item swap (换品): a listing with years of sales and reviews becomes another product.

A shop sells something cheap and ordinary for long, or next to nothing for a few weeks so that it
sells; then it puts another title, other pictures, another price on the same listing, and what was
sold and said before counts for what is sold now. Careless shops go to another category; careful
ones stay near in goods and price. Whoever bought, before or after, is honest; so is what they said.
"""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate import wording
from unbrush.simulate.chance import Array, Rng, around, between, pick_at, whole
from unbrush.simulate.lexicon import BRANDS, CATEGORIES, TRAITS
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Plan, Planting
from unbrush.simulate.relisting import Relisting
from unbrush.simulate.season import N_DAYS, START_AT, moments
from unbrush.simulate.sheet import Sheet, decide, join
from unbrush.simulate.trade import draft
from unbrush.simulate.world import SENT, World

NAME = "item-swap"
SHARE = 0.1
SIZE = 1.5
ON_REQUEST = True

BUYER = "item-swap-buyer"
ORDERS_PER_LISTING = (35, 80)
BEFORE = (0.65, 0.85)
"""Share of a listing's orders that are of the old good."""
NAMES_THE_GOOD = 0.45
"""Of those who write; both goods are named by their buyers."""
COMPLAINS = 0.08

_OLD_YUAN = ((5, 15), (9, 25), (0, 0), (0, 0))
_TIMES = ((3.0, 12.0), (2.0, 6.0), (1.3, 2.5), (1.0, 1.4))
_OTHER_CATEGORY = (1.0, 0.9, 0.35, 0.0)
_LISTED_DAYS = ((200, 900), (300, 1_200), (400, 1_500), (400, 1_500))
"""By level: for how little the old good is given away, where it is; the new price to the old one;
listings that go to another category; how old the listing is."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant some shops that each swap one listing."""
    n_shops = max(1, round(n / whole(rng, ORDERS_PER_LISTING)))
    shops = world.take_shops(n_shops)
    sheets = [
        _listing(world, rng, int(shop), int(size))
        for shop, size in zip(
            shops, rng.multinomial(n, rng.dirichlet([6.0] * n_shops)), strict=True
        )
        if size
    ]
    return Planting(
        plan=Plan(
            name=NAME,
            is_fake=True,
            level=world.level,
            organiser="shop",
            shops=tuple(map(int, shops)),
        ),
        orders=join(sheets),
        shops=shops,
        honest={"order": BUYER, "review": BUYER},
    )


def _listing(world: World, rng: Rng, shop: int, n: int) -> Sheet:
    """Swap the best-selling listing of a shop; return orders of both of its goods."""
    items, item = world.items, int(world.shops.first_item[shop])
    low, high = _OLD_YUAN[world.level]
    if high:
        items.price_minor[item] = whole(rng, (low, high)) * 100 - 10
    items.listed_at[item] = START_AT - whole(rng, _LISTED_DAYS[world.level]) * DAY_MS
    day = whole(rng, (N_DAYS // 3, 2 * N_DAYS // 3))
    new = _another(world, rng, item, START_AT + day * DAY_MS)
    world.relistings.append(new)
    is_old = rng.random(n) < between(rng, BEFORE)
    when = np.where(is_old, rng.random(n) * day, day + 1 + rng.random(n) * (N_DAYS - day - 1))
    at = moments(rng, np.minimum(when.astype(np.int64), N_DAYS - 1))
    account = world.buyers(rng, n)
    account = np.resize(account, n)
    sheet = draft(world, rng, account=account, item=np.full(n, item), at=at)
    schedule(world, rng, sheet)
    _speak(world, rng, sheet, is_old, new)
    return sheet


def _another(world: World, rng: Rng, item: int, at: int) -> Relisting:
    """Choose what the listing becomes: something dearer, near or far."""
    items, level = world.items, world.level
    old = int(world.category_of(np.array([item]))[0])
    category = old
    if rng.random() < _OTHER_CATEGORY[level]:
        category = int(rng.choice([c for c in sorted(SENT) if c != old]))
    goods = len(CATEGORIES[category].goods)
    good = int(rng.integers(0, goods))
    if category == old and good == int(items.good[item]):
        good = (good + 1) % goods
    price = int(items.price_minor[item] * between(rng, _TIMES[level])) // 100 * 100 + 90
    usual = CATEGORIES[category].weight_g
    weight = float(np.round(around(rng, usual, 0.5, 1)[0]))
    if category == old and level > 2:  # of the same size
        weight = float(np.round(items.net_weight_g[item] * rng.uniform(0.85, 1.2)))
    return Relisting(
        item=item,
        at=at,
        category=category,
        good=good,
        brand=int(rng.integers(0, len(BRANDS))),
        trait=int(rng.integers(0, len(TRAITS))),
        price_minor=price,
        net_weight_g=max(10.0, weight),
        version=whole(rng, (2, 3 + min(level, 2))),
    )


def _speak(world: World, rng: Rng, sheet: Sheet, is_old: Array, new: Relisting) -> None:
    """Let buyers review what they got, some of them by its name, in place."""
    n = len(sheet["at"])
    category = world.category_when(sheet["item"], sheet["at"])
    good = [
        CATEGORIES[c].goods[g]
        for c, g in zip(category, world.good_when(sheet["item"], sheet["at"]), strict=True)
    ]
    old = CATEGORIES[int(world.category_of(sheet["item"][:1])[0])].goods[
        int(world.items.good[new.item])
    ]
    writes = rng.random(n) < 0.4
    rating = pick_at(np.array([0.03, 0.06, 0.12, 0.3, 1.0]), rng.random(n)) + 1
    complains = writes & ~is_old & (rng.random(n) < COMPLAINS)
    rating[complains] = 1
    says = wording.compose(world.rules, rng, category=category, rating=rating).to_pylist()
    named = rng.random(n) < NAMES_THE_GOOD
    texts = [
        f"前面的评论都是{old}，我买的是{what}，不是一个东西"
        if wrong
        else (f"{what}收到了，{text}" if by_name else text)
        for what, text, by_name, wrong in zip(good, says, named, complains, strict=True)
    ]
    wait = around(rng, CATEGORIES[int(category[0])].review_lag_h, 0.8, n)
    review_at = sheet["delivered_at"] + (wait * 3_600_000).astype(np.int64)
    decide(
        sheet,
        writes,
        review_at=review_at,
        text=world.texts.add(texts),
        rating=rating,
        text_source=0,
    )

"""The market place: owners, shops and items, as they are before anybody trades."""

from dataclasses import dataclass

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.chance import Array, Rng, around, pick, running
from unbrush.simulate.lexicon import BRANDS, CATEGORIES, REGIONS, SELLER_REGIONS, TRAITS
from unbrush.simulate.season import OLDEST_DAYS, START_AT

POPULARITY_POWER = 0.95
"""Exponent of the Zipf-like fall of trade from the first shop to the last."""


@dataclass(frozen=True)
class Shops:
    """One row a shop; the index in these arrays is the shop inside the simulation.

    Attributes:
        owner: Index of the owner; some own several shops.
        category: Index of `CATEGORIES`.
        region: Index of `REGIONS`.
        opened_at: When it opened (epoch ms).
        quality: How good its goods are, 0-1.
        share: Running sum of popularity, for `pick`.
        rank: 0 for the most popular shop.
        first_item: Index of its first item.
        n_items: How many items it has, the first the most popular.
    """

    owner: Array
    category: Array
    region: Array
    opened_at: Array
    quality: Array
    share: Array
    rank: Array
    first_item: Array
    n_items: Array

    @property
    def n(self) -> int:
        """Number of shops."""
        return len(self.category)

    @property
    def n_owners(self) -> int:
        """Number of owners."""
        return int(self.owner.max()) + 1


@dataclass(frozen=True)
class Items:
    """One row an item.

    Attributes:
        shop: Index of its shop.
        good: Which of the goods of its category it is.
        brand: Index of `BRANDS`.
        trait: Index of `TRAITS`.
        price_minor: Price in fen.
        net_weight_g: Weight of one piece as it is; 0 for what is not sent.
        listed_weight_g: Weight as the catalogue says; NaN where it does not.
        listed_at: When it was listed (epoch ms).
    """

    shop: Array
    good: Array
    brand: Array
    trait: Array
    price_minor: Array
    net_weight_g: Array
    listed_weight_g: Array
    listed_at: Array

    @property
    def n(self) -> int:
        """Number of items."""
        return len(self.shop)


def open_shops(rng: Rng, *, n: int) -> Shops:
    """Open ``n`` shops: the most popular are in no particular place."""
    # Every category has shops even in the smallest market; what is left falls where it may.
    every = np.arange(n) % len(CATEGORIES)
    category = np.where(
        np.arange(n) < 2 * len(CATEGORIES), every, rng.integers(0, len(CATEGORIES), n)
    )
    rng.shuffle(category)
    sellers = running(1.0 / np.arange(1, len(SELLER_REGIONS) + 1) ** 0.8)
    rank = rng.permutation(n)
    popularity = (rank + 4.0) ** -POPULARITY_POWER * around(rng, 1.0, 0.3, n)
    n_items = np.clip(around(rng, 7, 0.7, n), 1, 60).astype(np.int64)
    owner = np.cumsum(rng.random(n) < 0.9)
    return Shops(
        owner=owner - owner[0],
        category=category,
        region=np.array(SELLER_REGIONS)[pick(rng, sellers, n)],
        opened_at=START_AT
        - (np.minimum(around(rng, 500, 0.9, n), OLDEST_DAYS) * DAY_MS).astype(np.int64),
        quality=rng.beta(6, 2, n),
        share=running(popularity),
        rank=rank,
        first_item=np.concatenate([[0], np.cumsum(n_items)[:-1]]),
        n_items=n_items,
    )


def list_items(rng: Rng, shops: Shops) -> Items:
    """List the items of every shop, priced and weighed around their category."""
    shop = np.repeat(np.arange(shops.n), shops.n_items)
    n, category = len(shop), shops.category[shop]
    price = np.array([c.price for c in CATEGORIES])[category]
    weight = np.array([c.weight_g for c in CATEGORIES])[category]
    n_goods = np.array([len(c.goods) for c in CATEGORIES])[category]
    size = around(rng, 1.0, 0.45, n)  # the larger item is dearer and heavier
    yuan = price * size**0.8 * around(rng, 1.0, 0.35, n)
    net = np.round(weight * size * around(rng, 1.0, 0.2, n))
    listed = np.where(rng.random(n) < 0.06, np.nan, np.round(net * rng.normal(1, 0.02, n)))
    age = (rng.random(n) ** 2 * (START_AT - shops.opened_at[shop])).astype(np.int64)
    return Items(
        shop=shop,
        good=(rng.random(n) ** 1.5 * n_goods).astype(np.int64),
        brand=rng.integers(0, len(BRANDS), n),
        trait=rng.integers(0, len(TRAITS), n),
        price_minor=_charming(yuan),
        net_weight_g=net,
        listed_weight_g=listed,
        listed_at=START_AT - age,
    )


def _charming(yuan: Array) -> Array:
    """Return prices in fen that end as prices do: 19.90, 128.00."""
    small = np.floor(yuan) * 100 + 90
    return np.where(yuan < 100, small, np.round(yuan) * 100).astype(np.int64)


def titles(items: Items, shops: Shops) -> list[str]:
    """Return the title of every item."""
    return [
        f"{BRANDS[brand]}{TRAITS[trait]}{CATEGORIES[category].goods[good]}"
        for brand, trait, category, good in zip(
            items.brand, items.trait, shops.category[items.shop], items.good, strict=True
        )
    ]


def region_shares() -> Array:
    """Return the running share of buyers by region."""
    return running(1.0 / (np.arange(len(REGIONS)) + 3.0))

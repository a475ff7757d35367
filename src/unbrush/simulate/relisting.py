"""Relisting: a listing that becomes another product, and keeps its sales and reviews."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from unbrush.simulate.chance import Array
from unbrush.simulate.lexicon import BRANDS, CATEGORIES, TRAITS
from unbrush.simulate.market import Items, Shops, titles


@dataclass(frozen=True)
class Relisting:
    """What an item is from some moment on; before, it is what `Items` says.

    Attributes:
        item: Index of the item.
        at: When its listing was changed (epoch ms).
        category: Index of `CATEGORIES`.
        good: Which of the goods of that category.
        brand: Index of `BRANDS`.
        trait: Index of `TRAITS`.
        price_minor: Price in fen.
        net_weight_g: Weight of one piece.
        version: Number of the listing's version that is shown in the end.
    """

    item: int
    at: int
    category: int
    good: int
    brand: int
    trait: int
    price_minor: int
    net_weight_g: float
    version: int

    @property
    def title(self) -> str:
        """What the listing is called in the end."""
        return (
            f"{BRANDS[self.brand]}{TRAITS[self.trait]}{CATEGORIES[self.category].goods[self.good]}"
        )


def changed(
    relistings: Sequence[Relisting], field: str, usual: Array, item: Array, at: Array
) -> Array:
    """Return ``usual`` (a value for each item, at each moment) as relistings change it."""
    for relisting in relistings:
        after = (item == relisting.item) & (at >= relisting.at)
        usual = np.where(after, getattr(relisting, field), usual)
    return usual


def shown(
    relistings: Sequence[Relisting], items: Items, shops: Shops, longer: Mapping[int, str]
) -> tuple[list[str], dict[str, Array]]:
    """Return titles and columns (category, price_minor, listed_weight_g) as the span ends.

    Args:
        relistings: Listings that became another product.
        items: Items as they were.
        shops: Their shops.
        longer: Titles by item that say more than usual.
    """
    title = titles(items, shops)
    for item, text in longer.items():
        title[item] = text
    columns = {
        "category": shops.category[items.shop],
        "price_minor": items.price_minor,
        "listed_weight_g": items.listed_weight_g,
    }
    if relistings:
        columns = {name: column.copy() for name, column in columns.items()}
    for relisting in relistings:
        title[relisting.item] = relisting.title
        columns["category"][relisting.item] = relisting.category
        columns["price_minor"][relisting.item] = relisting.price_minor
        columns["listed_weight_g"][relisting.item] = relisting.net_weight_g
    return title, columns

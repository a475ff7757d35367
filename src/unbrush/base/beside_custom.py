"""A share of an item's reviews beside what is the custom of other shops, bought reviews aside.

`unbrush.base.beside_category` takes the mean of the other shops for what is usual. Where some of
them do the same thing on purpose, that mean is theirs, and each hides behind the rest. Here a few
shops that are far beyond the others say nothing of what is usual; what many shops do is a custom.
"""

import numpy as np
import numpy.typing as npt

from unbrush.base.beside_category import Shares, first_of_items, shares_of
from unbrush.base.rarity import is_rare

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

MIN_REVIEWS = 8  # of a shop, for its share to be one
MIN_SHOPS = 4  # of a category, to be compared with: one of them may be set aside
ROUNDS = 5  # setting shops aside makes others stand out


def beside_custom(
    odd: Bools,
    *,
    items: Ints,
    shops: Ints,
    categories: Ints,
    accounts: Ints,
    min_others: int,
    anywhere: float,
    min_lift: float,
    max_chance: float,
    custom: float,
) -> Shares:
    """Return the share of odd reviews of each item beside the custom of its category.

    Args:
        odd: Which reviews are odd; the arrays below have one element for each review as well.
        items: Number of the item, from 0 without gaps.
        shops: Number of the shop.
        categories: Number of the category; -1 is unknown.
        accounts: Number of the author.
        min_others: Reviews of others by which a share is known.
        anywhere: Least share of odd ones that is usual anywhere.
        min_lift: Times the usual share from which a shop is far beyond the others.
        max_chance: Largest chance of that for any shop.
        custom: Share of the shops that, where they do it, make it the custom.
    """
    first = first_of_items(items)
    rule = (anywhere, min_lift, max_chance, custom)
    whole = np.zeros_like(categories)
    near_n, near_odd, near_known = _others(odd, shops, categories, first, rule)
    all_n, all_odd, _ = _others(odd, shops, whole, first, rule)
    known = (near_n >= min_others) & (categories[first] >= 0) & near_known
    return shares_of(
        odd,
        items=items,
        accounts=accounts,
        others=np.where(known, near_n, all_n),
        others_odd=np.where(known, near_odd, all_odd),
        min_others=min_others,
        anywhere=anywhere,
    )


def _others(
    odd: Bools, shops: Ints, pools: Ints, first: Ints, rule: tuple[float, float, float, float]
) -> tuple[Ints, Ints, Bools]:
    """Return reviews, and odd ones, of the other shops of each item's pool; and if it has some."""
    span = int(shops.max(initial=0)) + 1
    keys, place = np.unique((pools + 1) * span + shops, return_inverse=True)
    n, n_odd = np.bincount(place), np.bincount(place[odd], minlength=len(keys))
    pool = keys // span
    kept = ~_aside(n, n_odd, pool, rule)
    size = int(pool.max(initial=0)) + 1
    whole = np.bincount(pool[kept], weights=n[kept], minlength=size).astype(np.int64)
    whole_odd = np.bincount(pool[kept], weights=n_odd[kept], minlength=size).astype(np.int64)
    own = place[first]
    own_n, own_odd = np.where(kept[own], n[own], 0), np.where(kept[own], n_odd[own], 0)
    has = np.bincount(pool[n >= MIN_REVIEWS], minlength=size) >= MIN_SHOPS
    return whole[pool[own]] - own_n, whole_odd[pool[own]] - own_odd, has[pool[own]]


def _aside(n: Ints, n_odd: Ints, pool: Ints, rule: tuple[float, float, float, float]) -> Bools:
    """Say which shops are so far beyond most of their pool that they say nothing of it."""
    anywhere, min_lift, max_chance, custom = rule
    large, size = n >= MIN_REVIEWS, int(pool.max(initial=0)) + 1
    n_large = np.bincount(pool[large], minlength=size)
    # What is usual begins as the middle shop's share, which no minority of shops can move.
    usual = np.full(size, anywhere)
    order = np.flatnonzero(large)
    order = order[np.lexsort((n_odd[order] / n[order], pool[order]))]
    middle = np.cumsum(n_large) - n_large + n_large // 2
    has = n_large >= MIN_SHOPS
    shares = n_odd[order[middle[has]]] / n[order[middle[has]]]
    usual[has] = np.maximum(shares, anywhere)
    aside = np.zeros(len(n), np.bool_)
    for _ in range(ROUNDS):
        expected = usual[pool] * n
        rare = is_rare(n_odd, expected, max_chance=max_chance, n_tests=float(len(n)))
        beyond = large & (n_odd >= min_lift * expected) & rare
        n_beyond = np.bincount(pool[beyond], minlength=size)
        is_custom = (n_beyond > custom * n_large) | ~has
        now = beyond & ~is_custom[pool]
        if (now == aside).all():
            break
        aside = now
        kept_n = np.bincount(pool[~aside], weights=n[~aside], minlength=size)
        kept_odd = np.bincount(pool[~aside], weights=n_odd[~aside], minlength=size)
        usual = np.maximum(kept_odd / np.maximum(kept_n, 1), anywhere)
    return aside

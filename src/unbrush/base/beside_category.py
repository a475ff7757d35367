"""A share of an item's reviews beside the same share in its category: a finding about a population.

What one honest person in twenty does says nothing of whoever does it. That six in ten do it at one
item, and one in twenty elsewhere in the category, says something of the item.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unbrush.base.rarity import is_rare

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Shares:
    """What was counted, one element for each item.

    Attributes:
        n: Reviews of the item.
        n_odd: Odd ones among them.
        accounts: Different accounts that wrote these.
        usual: The share of odd ones in other shops of the category, or of the market where the
            category has too few; never less than what is usual anywhere.
        expected: ``usual`` of ``n``.
        n_others: Reviews by which ``usual`` is known; 0 if only by what is usual anywhere.
    """

    n: Ints
    n_odd: Ints
    accounts: Ints
    usual: Floats
    expected: Floats
    n_others: Ints

    def beyond(
        self, *, min_odd: int, min_lift: float, min_share: float, max_chance: float
    ) -> Bools:
        """Say for which items the odd ones are far more than usual.

        Args:
            min_odd: Fewest accounts.
            min_lift: Least multiple of the usual share.
            min_share: Least share of the item's reviews.
            max_chance: Largest chance of finding any item by chance, in the whole market.
        """
        count = np.minimum(self.n_odd, self.accounts)
        far = (count >= min_odd) & (count >= min_lift * self.expected)
        rare = is_rare(count, self.expected, max_chance=max_chance, n_tests=float(len(self.n)))
        return far & rare & (self.n_odd >= min_share * self.n)


def beside_category(
    odd: Bools,
    *,
    items: Ints,
    shops: Ints,
    categories: Ints,
    accounts: Ints,
    min_others: int,
    anywhere: float,
) -> Shares:
    """Return the share of odd reviews of each item beside that of other shops in its category.

    Args:
        odd: Which reviews are odd; the arrays below have one element for each review as well.
        items: Number of the item, from 0 without gaps.
        shops: Number of the shop.
        categories: Number of the category; -1 is unknown.
        accounts: Number of the author.
        min_others: Reviews of others by which a share is known.
        anywhere: Least share of odd ones that is usual anywhere.
    """
    first = first_of_items(items)
    shop, category = shops[first], categories[first]
    pool_n, pool_odd = _elsewhere(odd, shops, categories, shop, category)
    all_n, all_odd = _elsewhere(
        odd, shops, np.zeros_like(categories), shop, np.zeros_like(category)
    )
    known = (pool_n >= min_others) & (category >= 0)
    return shares_of(
        odd,
        items=items,
        accounts=accounts,
        others=np.where(known, pool_n, all_n),
        others_odd=np.where(known, pool_odd, all_odd),
        min_others=min_others,
        anywhere=anywhere,
    )


def first_of_items(items: Ints) -> Ints:
    """Return the first review of each item, by its number."""
    first = np.zeros(int(items.max(initial=-1)) + 1, np.int64)
    first[items[::-1]] = np.arange(len(items))[::-1]
    return first


def shares_of(
    odd: Bools,
    *,
    items: Ints,
    accounts: Ints,
    others: Ints,
    others_odd: Ints,
    min_others: int,
    anywhere: float,
) -> Shares:
    """Return the share of odd reviews of each item beside that of others.

    Args:
        odd: Which reviews are odd; ``items`` and ``accounts`` have one element for each as well.
        items: Number of the item, from 0 without gaps.
        accounts: Number of the author.
        others: Of each item, how many reviews it is compared with.
        others_odd: How many of these are odd.
        min_others: Reviews of others by which a share is known.
        anywhere: Least share of odd ones that is usual anywhere.
    """
    n_items = len(others)
    n = np.bincount(items, minlength=n_items)
    compared = others >= min_others
    usual = np.maximum(np.where(compared, (others_odd + 0.5) / (others + 1), 0.0), anywhere)
    span = int(accounts.max(initial=0)) + 1
    pairs = np.unique(items[odd] * span + accounts[odd])
    return Shares(
        n=n,
        n_odd=_sum(items, odd, n_items),
        accounts=np.bincount(pairs // span, minlength=n_items),
        usual=usual,
        expected=usual * n,
        n_others=np.where(compared, others, 0),
    )


def _sum(groups: Ints, flags: Bools, size: int) -> Ints:
    return np.bincount(groups[flags], minlength=size)


def _elsewhere(odd: Bools, shops: Ints, pools: Ints, shop: Ints, pool: Ints) -> tuple[Ints, Ints]:
    """Return reviews, and odd ones, in each pool without each shop."""
    span, low = int(shops.max(initial=0)) + 1, 1
    keys, place = np.unique((pools + low) * span + shops, return_inverse=True)
    own, own_odd = np.bincount(place, minlength=len(keys)), _sum(place, odd, len(keys))
    size = int(pools.max(initial=0)) + 2
    whole = np.bincount(pools + low, minlength=size)
    whole_odd = _sum(pools + low, odd, size)
    at = np.searchsorted(keys, (pool + low) * span + shop)
    at = np.minimum(at, max(len(keys) - 1, 0))
    return whole[pool + low] - own[at], whole_odd[pool + low] - own_odd[at]

"""The world of one simulation: the market place, its people, and what planting draws upon."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from unbrush.simulate.chance import Array, Rng, Streams, fixed
from unbrush.simulate.lexicon import CATEGORIES, TRAITS, listed
from unbrush.simulate.market import Items, Shops, list_items, open_shops
from unbrush.simulate.people import People
from unbrush.simulate.relisting import Relisting, changed
from unbrush.simulate.scale import Sizes
from unbrush.simulate.season import Campaign, day_weights, draw_campaigns
from unbrush.simulate.staff import Staff, hire
from unbrush.simulate.wording import Grammar, grammar

OWNER_WALLETS = 1 << 40
OTHER_WALLETS = 1 << 41
"""Wallets: below the first, cards of accounts; then one for each owner; then everybody else's."""


class Book:
    """Texts that arrays refer to by number; the same text may stand twice."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self.texts = list(texts)

    def add(self, texts: Sequence[str]) -> Array:
        """Write down ``texts`` and return their numbers."""
        first = len(self.texts)
        self.texts += texts
        return np.arange(first, first + len(texts))


@dataclass
class World:
    """Everything that trade and planting share.

    Attributes:
        sizes: How large the market was asked to be.
        level: Camouflage of planted schemes, 0-3.
        streams: Chance by part.
        shops: The shops.
        items: The items.
        people: The accounts, growing while schemes are planted.
        staff: Who works at the platform.
        campaigns: Campaigns; the index is what orders hold.
        days: Relative trade of each day.
        rules: The grammar of reviews.
        texts: Review texts that planting decided.
        queries: Search texts; first those of the market, then those that planting dictates.
        remarks: Remarks on orders.
        phrases: Channels, memos and messages.
        contacts: By owner, the account whose phone number stands in the register of shops.
        relistings: Listings that become another product.
        titles: By item, what its listing is called where it says more than usual.
        declares: Whether what owners declared is known though nobody understates it.
    """

    sizes: Sizes
    level: int
    streams: Streams
    shops: Shops
    items: Items
    people: People
    staff: Staff
    campaigns: list[Campaign]
    days: Array
    rules: Grammar
    texts: Book = field(default_factory=Book)
    queries: Book = field(default_factory=Book)
    remarks: Book = field(default_factory=Book)
    phrases: Book = field(default_factory=Book)
    contacts: dict[int, int] = field(default_factory=dict)
    relistings: list[Relisting] = field(default_factory=list)
    titles: dict[int, str] = field(default_factory=dict)
    declares: bool = False
    _n_wallets: int = 0
    _n_lives: int = 0
    _n_groups: int = 0
    _free: list[int] = field(default_factory=list)
    _by_category: dict[int, Array] = field(default_factory=dict)

    def category_of(self, item: Array) -> Array:
        """Return the category index of items."""
        return np.asarray(self.shops.category[self.items.shop[item]])

    def category_when(self, item: Array, at: Array) -> Array:
        """Return the category index of what items are at some moments."""
        return changed(self.relistings, "category", self.category_of(item), item, at)

    def good_when(self, item: Array, at: Array) -> Array:
        """Return which of their category's goods items are at some moments."""
        return changed(self.relistings, "good", self.items.good[item], item, at)

    def price_when(self, item: Array, at: Array) -> Array:
        """Return the prices of items at some moments (fen)."""
        return changed(self.relistings, "price_minor", self.items.price_minor[item], item, at)

    def weight_when(self, item: Array, at: Array) -> Array:
        """Return what one piece of items weighs at some moments (g)."""
        return changed(self.relistings, "net_weight_g", self.items.net_weight_g[item], item, at)

    def wallets(self, n: int) -> Array:
        """Return ``n`` wallets of people without an account here."""
        first = OTHER_WALLETS + self._n_wallets
        self._n_wallets += n
        return np.arange(first, first + n)

    def owner_wallet(self, shop: Array | int) -> Array:
        """Return the wallet of the owner of shops, which payouts go to."""
        return np.asarray(OWNER_WALLETS + self.shops.owner[shop])

    def lives(self, n: int) -> Array:
        """Return ``n`` live sessions that no order refers to yet."""
        self._n_lives += n
        return np.arange(self._n_lives - n, self._n_lives)

    def groups(self, n: int) -> Array:
        """Return ``n`` group purchases that no order refers to yet."""
        self._n_groups += n
        return np.arange(self._n_groups - n, self._n_groups)

    def take_shops(self, n: int, *, categories: Collection[int] = ()) -> Array:
        """Return ``n`` shops that no plan has yet, of given categories where any are left.

        Middling shops come first: the largest have no need of schemes, and a look-alike in them
        would drown. When all are taken, shops are shared. Without a wish for categories, they
        are shops that send parcels.
        """
        if len(self._free) < n:
            rank, size = self.shops.rank, self.shops.n
            order = np.argsort(fixed(np.arange(size), salt=self.streams.seed), kind="stable")
            middle = order[(rank[order] > size * 0.12) & (rank[order] < size * 0.97)]
            self._free = [*map(int, middle[::-1]), *self._free]
        categories = categories or SENT
        fit = [s for s in self._free if self.shops.category[s] in categories]
        if len(fit) < n:  # shared with another plan rather than of another sort
            fit = [s for s in range(self.shops.n) if self.shops.category[s] in categories]
        chosen = fit[-n:][::-1]
        gone = set(chosen)
        self._free = [shop for shop in self._free if shop not in gone]
        return np.array(chosen, np.int64)

    def n_shops_for(self, n_orders: int, *, each: float, most: int) -> int:
        """Return over how many shops a gang spreads its orders.

        Args:
            n_orders: Orders of the plan.
            each: Orders a shop in a market of 20,000; more in larger ones, whose shops sell more.
            most: Not more than this.
        """
        usual = each * (self.sizes.n_orders / 20_000) ** 0.3
        return max(1, min(most, int(n_orders / usual + 0.5)))

    def buyers(self, rng: Rng, n: int) -> Array:
        """Draw ``n`` different ordinary accounts (fewer if the market has fewer)."""
        n = min(n, self.people.n_ordinary)
        return np.asarray(rng.choice(self.people.n_ordinary, n, replace=False, shuffle=False))

    def hot_item(self, rng: Rng, shops: Array) -> Array:
        """Draw one of the first items of each of ``shops``."""
        first, n = self.shops.first_item[shops], self.shops.n_items[shops]
        return np.asarray(first + (rng.random(len(shops)) ** 2 * np.minimum(n, 3)).astype(np.int64))

    def items_of_category(self, category: int) -> Array:
        """Return the items of a category."""
        if category not in self._by_category:
            every = self.category_of(np.arange(self.items.n))
            self._by_category[category] = np.flatnonzero(every == category)
        return self._by_category[category]


SENT = frozenset(number for number, category in enumerate(CATEGORIES) if category.weight_g)
"""Categories whose goods travel as parcels."""

N_QUERY_FORMS = 1 + len(TRAITS)


def query_texts() -> list[str]:
    """Return what is searched for: each of the goods, alone or with a trait, by category."""
    return [
        form
        for category in CATEGORIES
        for good in category.goods
        for form in (good, *(f"{good} {trait}" for trait in TRAITS))
    ]


def create(sizes: Sizes, *, seed: int, level: int) -> World:
    """Make a market place and its people; nobody has traded yet."""
    streams = Streams(seed)
    shops = open_shops(streams.part("shops"), n=sizes.n_shops)
    season = streams.part("season")
    people = People(streams.part("people"), n=sizes.n_accounts)
    staff, contacts = hire(streams.part("staff"), people, shops)
    return World(
        sizes=sizes,
        level=level,
        streams=streams,
        shops=shops,
        items=list_items(streams.part("items"), shops),
        people=people,
        staff=staff,
        contacts=contacts,
        campaigns=draw_campaigns(season, n_categories=len(CATEGORIES)),
        days=day_weights(season),
        rules=grammar(),
        queries=Book(query_texts()),
        remarks=Book(REMARKS),
    )


REMARKS = listed("""
    尽快发货 不要放驿站 放门口 周末送 要最新日期的 麻烦包好一点 送人的，别放价签 谢谢老板
    颜色随机 发顺安 打电话再送 放快递柜
""")
N_ORDINARY_REMARKS = len(REMARKS)

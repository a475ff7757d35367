"""Markets in which the truth about losses is known: the same shoppers, with and without the fakes.

Every shopper is drawn once: how far down a list she looks, what she likes, what she would do
otherwise. She then shops twice, in the market with fake orders and in the one without, so that
gains and losses are differences of what the same people bought. Nothing here is taken from
unbrush: no code, no bounds, no form of the demand.

A day's list is sorted by the sales shown and by a merit of the platform's own. Shoppers look down
it for as long as they have patience, and take what pleases them most of what they saw, or nothing;
large numbers beside a name please. So fakes move places, persuade at the same place, let the market
grow, and take from whoever stands near. Days have weeks, fairs, a trend and good and bad times, of
the whole platform, of a category, of a shop.
"""

from dataclasses import dataclass

import numpy as np

N_DAYS = 132
CATEGORIES = 11  # the first is the one with fakes


@dataclass
class Nature:
    """What a run draws for its market; nobody who estimates is told."""

    start: int
    length: int
    intensity: float  # fakes a day, in multiples of what the shop sold
    persuasion: float
    patience: float
    outside: float
    dearer: float  # how prices follow inflated sales


@dataclass
class Sold:
    """What happened in a category: shape (shops, days)."""

    orders: np.ndarray
    turnover: np.ndarray  # fen
    views: np.ndarray
    price: np.ndarray


@dataclass
class Shoppers:
    """Who came on each day, and what each would do whatever is shown."""

    depth: list[np.ndarray]
    taste: list[np.ndarray]  # shoppers × shops
    otherwise: list[np.ndarray]


@dataclass
class Category:
    """Shops of a category, as they are."""

    appeal: np.ndarray  # shops × days
    merit: np.ndarray
    price: np.ndarray  # shops × days, fen
    shoppers: Shoppers


def season(rng: np.random.Generator) -> np.ndarray:
    """How busy the whole platform is, by the day."""
    days = np.arange(N_DAYS)
    week = 1 + rng.uniform(0.05, 0.3) * np.cos(2 * np.pi * (days - rng.uniform(0, 7)) / 7)
    trend = np.exp(rng.normal(0, 0.0025) * days)
    fairs = np.ones(N_DAYS)
    for _ in range(rng.integers(1, 5)):
        at = rng.integers(0, N_DAYS - 4)
        fairs[at : at + rng.integers(1, 4)] *= rng.uniform(1.3, 2.4)
    return week * trend * fairs * np.exp(wander(rng, 0.06, 0.7))


def wander(rng: np.random.Generator, spread: float, memory: float) -> np.ndarray:
    """Good and bad times that last a while."""
    found, now = np.empty(N_DAYS), rng.normal(0, spread)
    for day in range(N_DAYS):
        found[day] = now
        now = memory * now + rng.normal(0, spread * np.sqrt(1 - memory**2))
    return found


def make_category(
    rng: np.random.Generator, busy: np.ndarray, n_shops: int, nature: Nature
) -> Category:
    base = rng.uniform(120, 320)
    own = np.exp(wander(rng, 0.08, 0.85) + rng.normal(0, 0.0012) * np.arange(N_DAYS))
    arriving = rng.poisson(base * busy * own * rng.gamma(25, 1 / 25, N_DAYS))
    appeal = rng.normal(0, 0.7, n_shops)[:, None] + np.stack(
        [wander(rng, 0.1, 0.8) for _ in range(n_shops)]
    )
    cost = np.cumsum(rng.normal(0, 0.0015, N_DAYS))
    price = rng.lognormal(np.log(9_000), 0.35, n_shops)[:, None] * np.exp(
        cost + np.stack([np.cumsum(rng.normal(0, 0.001, N_DAYS)) for _ in range(n_shops)])
    )
    people = Shoppers(
        depth=[rng.geometric(1 / nature.patience, n) for n in arriving],
        taste=[rng.gumbel(0, 1, (n, n_shops)) for n in arriving],
        otherwise=[nature.outside + rng.gumbel(0, 1, n) for n in arriving],
    )
    return Category(appeal, rng.normal(0, 0.25, n_shops), price, people)


def shop_in(
    category: Category,
    nature: Nature,
    *,
    fakes: np.ndarray | None = None,
    demoted: tuple[int, int, int] | None = None,
) -> Sold:
    """Let the days pass.

    Args:
        category: The shops and who comes.
        nature: Of the market.
        fakes: Shape (shops, days), fake orders that are shown as sold.
        demoted: A shop that the platform puts last, from day, to day.
    """
    n_shops = len(category.merit)
    fakes = np.zeros((n_shops, N_DAYS)) if fakes is None else fakes
    orders, views = (np.zeros((n_shops, N_DAYS)) for _ in range(2))
    price = category.price.copy()
    memory = 21
    for day in range(N_DAYS):
        recent = slice(max(0, day - memory), day)
        honest = orders[:, recent].sum(axis=1)
        shown = honest + fakes[:, recent].sum(axis=1)
        inflated = np.log1p(shown) - np.log1p(honest)
        price[:, day] *= np.exp(nature.dearer * np.minimum(inflated, 1.5))
        standing = np.log1p(shown) + category.merit
        if demoted and demoted[1] <= day < demoted[2]:
            standing[demoted[0]] = -9
        order = np.argsort(-standing)
        place = np.empty(n_shops, int)
        place[order] = np.arange(n_shops)
        people = category.shoppers
        sees = place[None, :] < people.depth[day][:, None]
        worth = (
            category.appeal[:, day]
            + nature.persuasion * np.log1p(shown)
            - 0.8 * np.log(price[:, day] / 9_000)
        )
        pleased = np.where(sees, worth + people.taste[day], -np.inf)
        takes = pleased.argmax(axis=1)
        buys = pleased.max(axis=1, initial=-np.inf) > people.otherwise[day]
        orders[:, day] = np.bincount(takes[buys], minlength=n_shops)
        views[:, day] = sees.sum(axis=0)
    return Sold(orders, orders * np.round(price), views, np.round(price))


@dataclass
class World:
    """A market with fakes, what it would have been, and what those who look are shown."""

    nature: Nature
    shop: int
    fakes: np.ndarray  # shops × days, in the first category
    seen: list[Sold]  # by category, as it was
    without: Sold  # the first category, without fakes
    victim: int
    demoted: Sold  # the first category without fakes, with a shop put last for no fault
    window: tuple[int, int]


def make_world(seed: int) -> World:
    rng = np.random.default_rng([seed, 77])
    start = int(rng.integers(72, 86))
    nature = Nature(
        start=start,
        length=int(rng.integers(21, 43)),
        intensity=float(rng.uniform(0.4, 3.0)),
        persuasion=float(rng.uniform(0.0, 0.35)),
        patience=float(rng.uniform(3.5, 7.0)),
        outside=float(rng.uniform(1.0, 3.0)),
        dearer=float(rng.uniform(0.0, 0.08)),
    )
    busy = season(rng)
    made = [make_category(rng, busy, int(rng.integers(8, 15)), nature) for _ in range(CATEGORIES)]
    without = shop_in(made[0], nature)
    before = without.orders[:, :start].mean(axis=1)
    ranked = np.argsort(-before)
    shop = int(ranked[rng.integers(2, max(3, len(ranked) // 2 + 1))])
    fakes = np.zeros_like(without.orders)
    days = slice(start, start + nature.length)
    fakes[shop, days] = rng.poisson(
        max(before[shop], 1) * nature.intensity * rng.gamma(9, 1 / 9, nature.length)
    )
    seen = [shop_in(made[0], nature, fakes=fakes), *(shop_in(each, nature) for each in made[1:])]
    victim = int(ranked[rng.integers(0, 3)])
    demoted = shop_in(made[0], nature, demoted=(victim, start, start + nature.length))
    return World(
        nature, shop, fakes, seen, without, victim, demoted, (start, start + nature.length)
    )


@dataclass
class Suspicion:
    """Orders of the shop in the window as a detector leaves them: with a probability, in groups."""

    group: np.ndarray
    probability: np.ndarray
    is_fake: np.ndarray
    day: np.ndarray
    paid: np.ndarray
    subsidy: np.ndarray


def suspect(world: World, seed: int) -> Suspicion:
    """Draw a detector whose probabilities are right: of what it gives 0.3, three in ten are fake.

    Groups are fake or honest as a whole. Whether a group is so was drawn by its own chance, and
    what is known of it is a noisy sign of that, turned into a probability by Bayes' rule.
    """
    rng = np.random.default_rng([seed, 78])
    first, last = world.window
    shop, sold = world.shop, world.seen[0]
    days, fake = [], []
    for day in range(first, last):
        for count, truth in ((world.fakes[shop, day], True), (sold.orders[shop, day], False)):
            days += [day] * int(count)
            fake += [truth] * int(count)
    day, is_fake = np.array(days, int), np.array(fake, bool)
    # Fakes come from a handful of rings and some single hands; buyers stand alone or in families.
    group = np.empty(len(day), int)
    group[is_fake] = _groups(rng, int(is_fake.sum()), most=60)
    group[~is_fake] = 100_000 + _groups(rng, int((~is_fake).sum()), most=3)
    _, group = np.unique(group, return_inverse=True)
    of_group = np.zeros(group.max() + 1, bool)
    of_group[group] = is_fake
    prior = is_fake.mean()  # right by the order: large groups are more often fake
    sharp = rng.uniform(1.5, 4.0)
    sign = rng.normal(np.where(of_group, sharp, 0.0), 1)
    odds = prior / max(1 - prior, 1e-9) * np.exp(sharp * sign - sharp**2 / 2)
    probability = odds / (1 + odds)
    paid = sold.price[shop, day].astype(np.int64)
    subsidy = np.round(paid * rng.beta(2, 12, len(day))).astype(np.int64)
    return Suspicion(group, probability[group], is_fake, day, paid, subsidy)


def _groups(rng: np.random.Generator, n: int, *, most: int) -> np.ndarray:
    found, at = np.empty(n, int), 0
    number = 0
    while at < n:
        size = int(min(most, max(1, rng.pareto(1.0))))
        found[at : at + size] = number
        number += 1
        at += size
    rng.shuffle(found)
    return found

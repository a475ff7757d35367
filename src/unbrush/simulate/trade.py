"""Honest trade: who buys what, when, from where, and how they pay."""

from dataclasses import dataclass

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Array, Rng, fixed, pick, pick_at
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.season import END_AT, START_AT, time_of_day
from unbrush.simulate.sheet import NO_PARCEL, NO_PATH, Sheet, blank
from unbrush.simulate.world import N_ORDINARY_REMARKS, World

N_FAVOURITES = 3
LOYAL_SHARE = 0.3
MOST_IN_CHUNK = 200_000


@dataclass(frozen=True)
class Slice:
    """A part of the span that is made and written at once.

    Attributes:
        day: First day.
        days: Day of each honest order.
        low: Share of each day's trade at which the slice begins (0 but for the busiest days).
        high: Share at which it ends.
        until: Moment where the next slice begins.
    """

    number: int
    days: Array
    low: float
    high: float
    until: int


def slices(world: World, rng: Rng, *, n_orders: int) -> list[Slice]:
    """Cut the span into parts of bounded size, each with its honest orders' days."""
    counts = rng.multinomial(n_orders, world.days / world.days.sum())
    found: list[Slice] = []
    waiting: list[int] = []

    def cut(until: int) -> None:
        if waiting:
            days = np.repeat(np.array(waiting), counts[waiting])
            found.append(Slice(len(found), days, 0.0, 1.0, until))
            waiting.clear()

    for day, count in enumerate(counts):
        starts_at = START_AT + day * DAY_MS
        if waiting and counts[waiting].sum() + count > MOST_IN_CHUNK:
            cut(starts_at)
        n_parts = -(-int(count) // MOST_IN_CHUNK)
        if n_parts <= 1:
            waiting.append(day)
            continue
        for part, n in enumerate(np.diff(np.linspace(0, count, n_parts + 1).astype(int))):
            low, high = part / n_parts, (part + 1) / n_parts
            until = starts_at + (DAY_MS if high == 1 else int(time_of_day(np.array([high]))[0]))
            found.append(Slice(len(found), np.full(n, day), low, high, until))
    cut(END_AT)
    return found


def honest_orders(world: World, rng: Rng, part: Slice) -> Sheet:
    """Draw the ordinary orders of a slice."""
    n = len(part.days)
    u = part.low + rng.random(n) * (part.high - part.low)
    at = START_AT + part.days * DAY_MS + time_of_day(u)
    account = old_enough(world, rng, pick(rng, world.people.share, n), at)
    shop = _shops_for(world, rng, account)
    n_items = world.shops.n_items[shop]
    # floor(n ** u) falls as 1 / rank: the first item sells most.
    item = world.shops.first_item[shop] + (n_items ** rng.random(n)).astype(np.int64) - 1
    sheet = draft(world, rng, account=account, item=item, at=at)
    sheet["path"][rng.random(n) < 0.05] = NO_PATH  # through a door that is not watched
    _sometimes_a_gift(world, rng, sheet)
    return sheet


def old_enough(world: World, rng: Rng, account: Array, at: Array) -> Array:
    """Replace accounts that were not registered yet by some that were."""
    since = world.people["registered_at"]
    young = np.flatnonzero(since[account] > at - HOUR_MS)
    if len(young):
        old = np.flatnonzero(since[: world.people.n_ordinary] < START_AT)
        account = account.copy()
        account[young] = old[rng.integers(0, len(old), len(young))]
    return account


def _shops_for(world: World, rng: Rng, account: Array) -> Array:
    """Choose a shop: often one of the account's own few, else by popularity."""
    n = len(account)
    which = rng.integers(0, N_FAVOURITES, n)
    own = fixed(account * N_FAVOURITES + which, salt=5)
    loyal = rng.random(n) < LOYAL_SHARE
    return pick_at(world.shops.share, np.where(loyal, own, rng.random(n)))


def draft(world: World, rng: Rng, *, account: Array, item: Array, at: Array) -> Sheet:
    """Return orders as these accounts would place them: own device, place, card and price."""
    people, n = world.people, len(account)
    sheet = blank(n)
    sheet["account"][:], sheet["item"][:], sheet["at"][:] = account, item, at
    where = rng.random(n)
    second = people["second_device"][account]
    sheet["device"] = np.where(
        (second >= 0) & (rng.random(n) < 0.3), second, people["device"][account]
    )
    sheet["ip"] = np.where(where < 0.62, people["ip"][account], people["mobile_ip"][account])
    work = people["work_address"][account]
    sheet["address"] = np.where((work >= 0) & (where > 0.45), work, people["address"][account])
    sheet["payer"] = people["card"][account]
    sheet["to_region"] = people["region"][account]
    category, price_minor = world.category_of(item), world.price_when(item, at)
    cheap = price_minor < 6_000
    extra = rng.geometric(np.where(cheap, 0.72, 0.9), n)
    sheet["quantity"] = np.minimum(extra, 12).astype("i4")
    off = np.where(rng.random(n) < 0.3, rng.integers(1, 5, n) * 5, 0)  # coupons: 5 to 20 per cent
    total = price_minor * sheet["quantity"]
    sheet["paid_minor"] = np.maximum(100, total * (100 - off) // 100)
    sheet["parcel"][sent_nothing(category)] = NO_PARCEL
    remark = rng.random(n) < 0.03
    sheet["remark"][remark] = rng.integers(0, N_ORDINARY_REMARKS, int(remark.sum()))
    return sheet


def sent_nothing(category: Array) -> Array:
    """Tell which category indices are of goods that travel by wire."""
    return np.asarray(np.array([c.weight_g == 0 for c in CATEGORIES])[category])


def join_campaigns(world: World, rng: Rng, sheet: Sheet) -> None:
    """Let orders within a campaign mostly belong to it, and some get a subsidy, in place."""
    n, category = len(sheet["at"]), world.category_of(sheet["item"])
    for number, campaign in enumerate(world.campaigns):
        within = (sheet["at"] >= campaign.starts_at) & (sheet["at"] <= campaign.ends_at)
        if campaign.category >= 0:
            within &= category == campaign.category
        joins = within & (sheet["campaign"] < 0) & (rng.random(n) < 0.55)
        sheet["campaign"][joins] = number
    unhelped = (sheet["campaign"] >= 0) & (sheet["subsidy_minor"] == 0)
    helped = unhelped & (rng.random(n) < 0.35)
    share = rng.integers(3, 12, n)
    sheet["subsidy_minor"][helped] = (sheet["paid_minor"] * share // 100)[helped]


def _sometimes_a_gift(world: World, rng: Rng, sheet: Sheet) -> None:
    """Some orders go to somebody else's door; most of them say that they are gifts."""
    n = len(sheet["at"])
    given = rng.random(n) < 0.025
    other = rng.integers(0, world.people.n_ordinary, n)
    sheet["address"][given] = world.people["address"][other][given]
    sheet["to_region"][given] = world.people["region"][other][given]
    sheet["is_gift"][given] = (rng.random(n) < 0.6)[given]
    # A partner or parent pays: the accounts of one household stand side by side.
    account, household = sheet["account"], world.people["household"]
    kin = np.maximum(account - 1, 0)
    lent = (rng.random(n) < 0.04) & (household[kin] == household[account])
    sheet["payer"][lent] = world.people["card"][kin][lent]

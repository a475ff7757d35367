"""Drawing subsidies: orders that exist only so that somebody else pays a part of their price.

A firm owns the shops and runs the accounts; what the goods cost goes round, what the subsidy adds
stays. Parcels cost money, so whoever is careless sends none.
"""

from dataclasses import dataclass

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.chance import Array, Rng, around, between
from unbrush.simulate.crew import Crew, orders_of, quota_days
from unbrush.simulate.parcels import schedule
from unbrush.simulate.people import registered
from unbrush.simulate.season import START_AT, Campaign, moments
from unbrush.simulate.sheet import DIRECT, MACHINE, NO_PARCEL, TWO_NODES, Sheet, decide
from unbrush.simulate.world import World

_SENDS_NOTHING = ((0.7, 0.95), (0.35, 0.7), (0.1, 0.3), (0.0, 0.05))
_CLUMSY = (0.9, 0.5, 0.2, 0.0)
_REVIEWS = 0.3
"""By level: orders of which no parcel is ever sent; paths and tracks that show the script."""


@dataclass(frozen=True)
class Firm:
    """Shops that belong to one new owner; indices."""

    shops: Array
    owner: int
    head: int  # account of whoever stands in the register


def found_firm(world: World, rng: Rng, shops: Array, **own: Array | int) -> Firm:
    """Let a new owner have ``shops``; ``own`` is what the account of its head is tied to."""
    owner = world.shops.n_owners
    world.shops.owner[shops] = owner
    since = np.minimum(registered(rng, 1), START_AT)
    head = int(world.people.join(1, registered_at=since, **own)[0])
    world.contacts[owner] = head
    return Firm(shops, owner, head)


def open_campaign(world: World, *, kind: str, first_day: int, n_days: int, category: int) -> int:
    """Announce a campaign for one category, in which its honest shops take part, too."""
    world.campaigns.append(Campaign(kind, first_day, n_days, 1.0, category))
    return len(world.campaigns) - 1


def draw_subsidies(
    world: World,
    rng: Rng,
    *,
    crew: Crew,
    shops: Array,
    subsidy_minor: Array,
    start: int,
    n_days: int,
    campaign: int,
) -> Sheet:
    """Return orders of the crew in ``shops``, each with its subsidy, day by day.

    Args:
        world: The market.
        rng: Chance of the plan.
        crew: Accounts that order.
        shops: Where.
        subsidy_minor: What each order draws (fen); as many orders are placed.
        start: First day.
        n_days: Over how many days.
        campaign: Which campaign pays.
    """
    hides, n = LEVELS[world.level], len(subsidy_minor)
    shop = rng.permutation(np.arange(n) % len(shops))
    who = rng.permutation(np.arange(n) % crew.n)
    at = moments(rng, quota_days(rng, shop, start=start, n_days=n_days))
    sheet = orders_of(world, rng, crew, who=who, item=world.hot_item(rng, shops[shop]), at=at)
    sheet["campaign"][:] = campaign
    sheet["subsidy_minor"][:] = subsidy_minor
    sheet["path"] = np.where(rng.random(n) < _CLUMSY[world.level], MACHINE, DIRECT).astype("i1")
    sheet["fate"][:] = 0
    nothing = rng.random(n) < between(rng, _SENDS_NOTHING[world.level])
    decide(sheet, nothing, parcel=NO_PARCEL)
    gift = rng.random(n) < between(rng, hides.gift_share)
    trifle = np.round(rng.uniform(*hides.gift_g, n) / 5) * 5
    empty = np.round(rng.uniform(8, 25, n))
    decide(sheet, ~nothing, weight_g=np.where(gift, trifle, empty))
    skips = ~nothing & ~gift & (rng.random(n) < _CLUMSY[world.level])
    decide(sheet, skips, parcel=TWO_NODES)
    schedule(world, rng, sheet)
    # What never travels is entered as delivered some days later, as if it had.
    entered = sheet["shipped_at"] + (around(rng, 2.5, 0.4, n) * DAY_MS).astype(np.int64)
    decide(sheet, nothing, delivered_at=entered)
    posts = rng.random(n) < _REVIEWS
    wait = around(rng, between(rng, hides.review_days) + 0.1, 0.5, n)
    review_at = sheet["delivered_at"] + (wait * DAY_MS).astype(np.int64)
    decide(sheet, posts, review_at=review_at, rating=5)
    return sheet


def shares(rng: Rng, total_minor: int, each_minor: tuple[int, int]) -> Array:
    """Return subsidies between two bounds that come to ``total_minor`` (within a fen each)."""
    n = max(1, round(total_minor / (sum(each_minor) / 2)))
    amount = rng.uniform(*each_minor, n)
    return np.asarray(np.maximum(1, np.round(amount * (total_minor / amount.sum()))), np.int64)

"""Commissioned words: ordinary brushers buy, get the goods, post what they were given, are paid.

Kinds that differ in the words alone share this: people with accounts and things of their own, a
quota a day, real parcels, so that little but the words and the money says what they are.
"""

from collections.abc import Callable

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.cashback import pay_back, payers_of
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.crew import orders_of, quota_days, real_people, spread, start_of
from unbrush.simulate.customers import customers
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Plan, Planting
from unbrush.simulate.season import moments
from unbrush.simulate.sheet import BROWSING, DIRECT, Sheet, decide
from unbrush.simulate.world import World

Writer = Callable[[World, Rng, Array], list[str]]
"""Writes a text for each item (one an order)."""

POSTS = 0.95
FEE_YUAN = (3, 12)
CUSTOMERS = (1.0, 2.0)
"""Real buyers of the same items, to one brusher."""

_FOUR_STARS = (0.0, 0.0, 0.1, 0.3)
"""By level: share of four stars, which look more honest than five."""


def commissioned(world: World, rng: Rng, n: int, *, name: str, write: Writer) -> Planting:
    """Plant the praise that one owner buys for one or more shops.

    Args:
        world: The market.
        rng: Chance of the plan.
        n: Orders.
        name: The kind.
        write: What is posted.
    """
    hides = LEVELS[world.level]
    shops = world.take_shops(world.n_shops_for(n, each=30, most=4))
    item = world.hot_item(rng, shops)
    n_days = whole(rng, hides.n_days) + 6
    start = start_of(rng, n_days)
    people = real_people(world, rng, round(n / len(shops) * between(rng, (1.1, 1.9))) + 2)
    who, shop = spread(rng, n, people.n, len(shops))
    day = quota_days(rng, shop, start=start, n_days=n_days)
    sheet = orders_of(world, rng, people, who=who, item=item[shop], at=moments(rng, day))
    sheet["path"] = np.where(rng.random(n) < 0.3, DIRECT, BROWSING).astype("i1")
    schedule(world, rng, sheet)
    sheet["fate"][:] = 0
    posts = post(world, rng, sheet, text=world.texts.add(write(world, rng, sheet["item"])))
    back = pay_back(
        world,
        rng,
        principal=sheet["paid_minor"],
        fee=np.full(n, whole(rng, FEE_YUAN) * 100),
        to=sheet["payer"],
        since=np.where(posts, sheet["review_at"], sheet["delivered_at"] + DAY_MS),
        payers=payers_of(world, rng, camouflage=hides, own=int(world.owner_wallet(int(shops[0])))),
        camouflage=hides,
        memo="返款" if world.level == 0 else "",
    )
    real = np.repeat(item, round(n / len(shops) * between(rng, CUSTOMERS)))
    return Planting(
        plan=Plan(
            name=name,
            is_fake=True,
            level=world.level,
            organiser="shop",
            shops=tuple(map(int, shops)),
            n_accounts=len(np.unique(sheet["account"])),
            returned_minor=back.returned_minor,
            fees_minor=back.fees_minor,
            seen_minor=back.seen_minor,
        ),
        orders=sheet,
        accounts=np.unique(sheet["account"]),
        shops=shops,
        camouflage=customers(world, rng, rng.permutation(real)),
        money=back.money,
    )


def post(world: World, rng: Rng, sheet: Sheet, *, text: Array) -> Array:
    """Let most orders be reviewed with ``text``, in place; return which are (a mask)."""
    n = len(sheet["at"])
    posts = rng.random(n) < POSTS
    wait = around(rng, between(rng, LEVELS[world.level].review_days), 0.6, n) + 0.02
    rating = np.where(rng.random(n) < _FOUR_STARS[world.level], 4, 5)
    review_at = sheet["delivered_at"] + (wait * DAY_MS).astype(np.int64)
    decide(sheet, posts, review_at=review_at, text=text, rating=rating)
    return posts

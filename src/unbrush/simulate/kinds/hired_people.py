"""Hired people (人肉刷单): recruited in chat groups, they follow a script with their own accounts.

The agent names a keyword; the person searches it, looks at two or three rivals, stays five to seven
minutes on the page, orders, and posts the supplied praise after the parcel came. Each shop gets a
small quota a day. The parcel holds the goods, or a small gift. Principal and fee come back after
the review.
"""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.cashback import pay_back, payers_of
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.crew import orders_of, purchases, quota_days, real_people, spread, start_of
from unbrush.simulate.lexicon import CATEGORIES, TRAITS
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Plan, Planting, Post
from unbrush.simulate.praise import supply
from unbrush.simulate.season import START_AT, moments
from unbrush.simulate.sheet import TASK, decide
from unbrush.simulate.ties import ties_of
from unbrush.simulate.world import World

NAME = "hired-people"
SHARE = 0.28
SIZE = 1.3

FEE_YUAN = (4, 15)


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one agent's work for several shops."""
    hides = LEVELS[world.level]
    n_shops = 1 + world.n_shops_for(n, each=30, most=9)
    shops = world.take_shops(n_shops)
    item = world.hot_item(rng, shops)
    n_days = whole(rng, hides.n_days) + 4
    start = start_of(rng, n_days)
    # Everybody does some of the tasks, in different shops.
    people = real_people(world, rng, round(n / n_shops * between(rng, (1.1, 1.9))) + 2)
    who, shop = spread(rng, n, people.n, n_shops)
    day = quota_days(rng, shop, start=start, n_days=n_days)
    sheet = orders_of(world, rng, people, who=who, item=item[shop], at=moments(rng, day))
    sheet["path"][:] = TASK
    sheet["query"] = _keywords(world, rng, item)[shop].astype("i4")
    sheet["dwell_ms"] = _dwell(world.level, rng, n)
    is_real = rng.random(n) < between(rng, hides.real_share)
    gift = np.round(rng.uniform(*hides.gift_g, n) / 5) * 5
    decide(sheet, ~is_real, weight_g=gift)
    schedule(world, rng, sheet)
    posts = rng.random(n) < 0.9
    wait = around(rng, between(rng, hides.review_days), 0.5, n) + 0.02
    review_at = sheet["delivered_at"] + (wait * DAY_MS).astype(np.int64)
    keyword = CATEGORIES[int(world.category_of(item[:1])[0])].goods[int(world.items.good[item[0]])]
    text = supply(world, rng, item=sheet["item"], style=hides.wording, keyword=f"{keyword}很值")
    decide(sheet, posts, review_at=review_at, text=text, rating=5)
    sheet["fate"][:] = 0
    agent = int(world.wallets(1)[0])
    fee_minor = whole(rng, FEE_YUAN) * 100
    back = pay_back(
        world,
        rng,
        principal=sheet["paid_minor"],
        fee=np.full(n, fee_minor),
        to=sheet["payer"],
        since=np.where(posts, review_at, sheet["delivered_at"] + DAY_MS),
        payers=payers_of(world, rng, camouflage=hides, own=agent),
        camouflage=hides,
        memo="返款" if world.level == 0 else "",
    )
    return Planting(
        plan=Plan(
            name=NAME,
            is_fake=True,
            level=world.level,
            organiser="agent",
            shops=tuple(map(int, shops)),
            n_accounts=len(np.unique(sheet["account"])),
            returned_minor=back.returned_minor,
            fees_minor=back.fees_minor,
            seen_minor=back.seen_minor,
        ),
        orders=sheet,
        accounts=np.unique(sheet["account"]),
        shops=shops,
        camouflage=purchases(world, rng, people, camouflage=hides),
        money=back.money,
        ties=ties_of(world, sheet, "device", "ip"),
        posts=_call(
            world, rng, shops=shops, item=item, start=start, fee_minor=fee_minor, agent=agent
        ),
    )


def _keywords(world: World, rng: Rng, item: Array) -> Array:
    """Return the search text that the agent dictates for each item: narrow, so that it is found."""
    first, second = rng.integers(0, len(TRAITS), (2, len(item)))
    category, good = world.category_of(item), world.items.good[item]
    return world.queries.add(
        [
            f"{TRAITS[a]}{CATEGORIES[c].goods[g]} {TRAITS[b]}"
            for a, b, c, g in zip(first, second, category, good, strict=True)
        ]
    )


def _dwell(level: int, rng: Rng, n: int) -> Array:
    """Five to seven minutes as told; who hides well reads as long as anybody might."""
    told = rng.uniform(300_000, 420_000, n)
    loose = np.clip(around(rng, 150_000, 0.7, n), 5_000, 1_200_000)
    follows = rng.random(n) < (1.0, 0.8, 0.45, 0.2)[level]
    return np.asarray(np.where(follows, told, loose).astype(np.int64))


def _call(
    world: World, rng: Rng, *, shops: Array, item: Array, start: int, fee_minor: int, agent: int
) -> list[Post]:
    """Return the call for people as captured outside, for plans that were careless enough."""
    if rng.random() > (0.8, 0.5, 0.2, 0.05)[world.level]:
        return []
    which = int(rng.integers(0, len(shops)))
    good = CATEGORIES[int(world.shops.category[shops[which]])].goods[
        int(world.items.good[item[which]])
    ]
    text = (
        f"放单！搜“{good}”货比三家，浏览5-7分钟再拍，佣金{fee_minor // 100}元，收货后按图五星晒单，"
        "本金佣金一起返，要实名老号，进群接单"
    )
    at = START_AT + start * DAY_MS - int(rng.integers(3_600_000, 20 * 3_600_000))
    return [Post(at, text, "chat-group", agent, int(shops[which]), int(item[which]))]

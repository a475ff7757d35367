"""Red packets (免单, 用户体验官): real people buy and receive the real goods, and are paid back.

A shop recruits "experience officers". Purchase, device and parcel are genuine; what is bought is
the review. After it is posted the price, with or without a fee, returns outside the refund: from
one to three payers, in one to three parts, with some noise, days later.
"""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.cashback import pay_back, payers_of
from unbrush.simulate.chance import Rng, around, between, whole
from unbrush.simulate.crew import orders_of, quota_days, real_people, spread, start_of
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Plan, Planting, Post
from unbrush.simulate.praise import supply
from unbrush.simulate.season import START_AT, moments
from unbrush.simulate.sheet import BROWSING, DIRECT, decide
from unbrush.simulate.world import World

NAME = "red-packet"
SHARE = 0.18
SIZE = 0.7


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one owner's recruitment of reviewers for one to three shops."""
    hides = LEVELS[world.level]
    n_shops = world.n_shops_for(n, each=30, most=3)
    shops = world.take_shops(n_shops)
    item = world.hot_item(rng, shops)
    n_days = whole(rng, hides.n_days) + 8
    start = start_of(rng, n_days)
    officers = real_people(world, rng, max(6, round(n / n_shops * between(rng, (1.0, 1.3)))))
    who, shop = spread(rng, n, officers.n, n_shops)
    day = quota_days(rng, shop, start=start, n_days=n_days)
    sheet = orders_of(world, rng, officers, who=who, item=item[shop], at=moments(rng, day))
    sheet["path"] = np.where(rng.random(n) < 0.5, DIRECT, BROWSING).astype("i1")
    schedule(world, rng, sheet)
    posts = rng.random(n) < 0.97
    wait = around(rng, 0.5 + between(rng, hides.review_days), 0.5, n)
    review_at = sheet["delivered_at"] + (wait * DAY_MS).astype(np.int64)
    good = CATEGORIES[int(world.shops.category[shops[0]])].goods[int(world.items.good[item[0]])]
    # The officers write themselves, around what they are told to mention.
    style = "paraphrase" if world.level < 3 else "fresh"
    text = supply(world, rng, item=sheet["item"], style=style, keyword=f"体验了{good}")
    decide(sheet, posts, review_at=review_at, text=text, rating=5)
    decide(sheet, rng.random(n) < 0.8, photo=world.people.new("phone", n) + (1 << 30))
    sheet["fate"][:] = 0
    fee_yuan = whole(rng, (0, 20))
    back = pay_back(
        world,
        rng,
        principal=sheet["paid_minor"],
        fee=np.full(n, fee_yuan * 100),
        to=sheet["payer"],
        since=np.where(posts, review_at, sheet["delivered_at"] + 2 * DAY_MS),
        payers=payers_of(world, rng, camouflage=hides, own=int(world.owner_wallet(int(shops[0])))),
        camouflage=hides,
        memo="体验官返现" if world.level == 0 else "",
    )
    return Planting(
        plan=Plan(
            name=NAME,
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
        money=back.money,
        posts=_call(world, rng, good=good, start=start, shop=int(shops[0])),
    )


def _call(world: World, rng: Rng, *, good: str, start: int, shop: int) -> list[Post]:
    """Return the recruitment as captured outside, for plans that were careless enough."""
    if rng.random() > (0.8, 0.5, 0.2, 0.05)[world.level]:
        return []
    text = f"招募{good}体验官，先拍下，收到货五星带图50字以上，截图给客服，货款红包全返，限量名额"
    at = START_AT + start * DAY_MS - int(rng.integers(3_600_000, 48 * 3_600_000))
    return [Post(at, text, "moments", (1 << 35) + shop, shop)]

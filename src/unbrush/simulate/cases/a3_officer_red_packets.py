"""A3, experience officers: a shop's buyers get price and fee back in red packets, after the review.

Published: principal and commission go back to "experience officers" outside the refund; 400 orders,
three payers, each return in one to three parts, up to 5 % more or less than was owed, one to ten
days after the review. Purchase, device and parcel are genuine.

Not published, so drawn by seed within ranges of our own: how many shops the owner has, the fee
(0 to 20 yuan), how often an officer comes back. At every level the numbers above hold; levels
change who the payers are (the owner is one of them while it does not hide), how much of the money
passes through the platform's wallets, when and how reviews are written, and whether the call was
captured. Shops that pay their buyers for something broken stand beside it, as many orders again.
"""

from dataclasses import replace

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.base.words import Words
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.cashback import pay_back, payers_of
from unbrush.simulate.chance import Rng, around, between, whole
from unbrush.simulate.crew import orders_of, quota_days, real_people, spread
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.look_alikes import after_sales_compensation
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Plan, Planting, Post
from unbrush.simulate.praise import supply
from unbrush.simulate.recruiting import AUTHORS
from unbrush.simulate.season import N_DAYS, START_AT, moments
from unbrush.simulate.sheet import BROWSING, DIRECT, decide
from unbrush.simulate.staging import Role, Staged
from unbrush.simulate.world import World

NAME = "A3"
TITLE = Words(
    "“体验官”红包返款：四百单收货评价后，由三个付款人分次返还货款与佣金",
    "experience officers: 400 orders paid back in red packets by three payers",
)
KIND = "officer-red-packets"
TIERS = {"ci": 12_000, "nightly": 200_000}  # orders of the market

N_ORDERS = 400
N_PAYERS = 3
MOST_PARTS = 3
NOISE = 0.05
LAG_HOURS = (24, 160)  # the slowest take half as long again: ten days
FEE_YUAN = (0, 20)
N_CONTROLS = 4
DAYS_TO_BE_PAID = 22  # parcel, review and money, nearly always
_CAPTURED = (0.9, 0.6, 0.3, 0.1)


def n_orders(tier: str) -> int:
    """Return the orders of the whole market."""
    return TIERS[tier]


def stage(world: World, rng: Rng, tier: str) -> Staged:
    """Plant the officers' orders, and shops that only make good what they broke."""
    hides = replace(
        LEVELS[world.level],
        n_payers=(N_PAYERS, N_PAYERS),
        most_parts=MOST_PARTS,
        noise=NOISE,
        pay_hours=LAG_HOURS,
    )
    shops = world.take_shops(whole(rng, (1, 3)))
    item = world.hot_item(rng, shops)
    n, n_days = N_ORDERS, min(whole(rng, hides.n_days) + 8, N_DAYS - DAYS_TO_BE_PAID - 1)
    start = whole(rng, (1, N_DAYS - DAYS_TO_BE_PAID - n_days))
    officers = real_people(world, rng, round(n / len(shops) * between(rng, (1.0, 1.3))))
    who, shop = spread(rng, n, officers.n, len(shops))
    day = quota_days(rng, shop, start=start, n_days=n_days)
    sheet = orders_of(world, rng, officers, who=who, item=item[shop], at=moments(rng, day))
    sheet["path"] = np.where(rng.random(n) < 0.5, DIRECT, BROWSING).astype("i1")
    sheet["fate"][:] = 0
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
    payers = payers_of(world, rng, camouflage=hides, own=int(world.owner_wallet(int(shops[0]))))
    back = pay_back(
        world,
        rng,
        principal=sheet["paid_minor"],
        fee=np.full(n, whole(rng, FEE_YUAN) * 100),
        to=sheet["payer"],
        since=np.where(posts, review_at, sheet["delivered_at"] + 2 * DAY_MS),
        payers=payers,
        camouflage=hides,
        memo="体验官返现" if world.level == 0 else "",
    )
    account = np.unique(sheet["account"])
    calls = _calls(world, rng, good=good, start=start, shop=int(shops[0]), item=int(item[0]))
    planting = Planting(
        plan=Plan(
            name=KIND,
            is_fake=True,
            level=world.level,
            organiser="shop",
            shops=tuple(map(int, shops)),
            n_accounts=len(account),
            returned_minor=back.returned_minor,
            fees_minor=back.fees_minor,
            seen_minor=back.seen_minor,
        ),
        orders=sheet,
        accounts=account,
        shops=shops,
        money=back.money,
        posts=calls,
    )
    share = N_ORDERS // N_CONTROLS
    controls = [after_sales_compensation.plant(world, rng, share) for _ in range(N_CONTROLS)]
    return Staged(
        plantings=[planting, *controls],
        roles=[
            Role("brusher", "account", account, world.people["region"][account]),
            Role("merchant", "shop", shops, world.shops.region[shops]),
            Role("payer", "payer", payers),
            Role("recruiter", "author", np.array([post.author for post in calls], np.int64)),
        ],
        facts={"owed_minor": back.returned_minor + back.fees_minor},
    )


def _calls(world: World, rng: Rng, *, good: str, start: int, shop: int, item: int) -> list[Post]:
    """Return the call for officers, if anybody captured it."""
    if rng.random() > _CAPTURED[world.level]:
        return []
    text = f"招募{good}体验官，先拍下，收到货五星带图50字以上，截图给客服，货款红包全返，限量名额"
    at = START_AT + start * DAY_MS - int(rng.integers(HOUR_MS, 24 * HOUR_MS))
    return [Post(at, text, "moments", AUTHORS, shop, item)]

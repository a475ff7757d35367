"""A4, Ji'an: people recruited by chat search a keyword, read five to seven minutes, buy, praise.

Published: recruited through WeChat, they search the keyword that they are given, stay five to seven
minutes on the page before they buy, and are rewarded with a free order, a gift or a red packet; 600
orders. Whether the call for them was captured is what the tiers tell apart:

    ci       the call was captured, and rewards in money pass through the platform's wallets as far
             as the level shows them
    no-post  the same without the call
    bare     neither call nor money: nothing is left but how people behave

Dwell is uniform over the five to seven minutes at level 0. From level 1 on ever fewer keep to what
they were told (by level 80, 45 and 20 %); the others read as long as readers do, lognormal around
two and a half minutes.

Not published, so drawn by seed within ranges of our own: how many shops there are, how often one
person takes part, how the three rewards are shared out (an equal chance each), how large a red
packet is (5 to 20 yuan). People who compare goods with care for as long, after the same searches,
stand beside them, and so do people whom a popular post sent searching: nobody pays either of them.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.base.words import Words
from unbrush.simulate.camouflage import LEVELS, Camouflage
from unbrush.simulate.cashback import Returned, pay_back, payers_of
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.crew import orders_of, quota_days, real_people, spread, start_of
from unbrush.simulate.lexicon import CATEGORIES, TRAITS
from unbrush.simulate.look_alikes import viral_surge
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Plan, Planting, Post, look_alike
from unbrush.simulate.praise import supply
from unbrush.simulate.recruiting import AUTHORS
from unbrush.simulate.season import N_DAYS, START_AT, moments
from unbrush.simulate.sheet import BROWSING, TASK, Sheet, decide, rows
from unbrush.simulate.staging import Role, Staged
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "A4"
TITLE = Words(
    "吉安案：微信招人，搜关键词、浏览五至七分钟再下单，以免单、礼品、红包换好评",
    "Ji'an: recruited by chat, they search, read 5-7 minutes, buy, praise, are rewarded",
)
KIND = "jian-free-orders"
CAREFUL = "careful-comparer"
TIERS = {"ci": 12_000, "no-post": 12_000, "bare": 12_000}  # orders of the market

N_ORDERS = 600
DWELL_MS = (300_000, 420_000)
LOOSE_MS, LOOSE_SPREAD = 150_000, 0.7
PACKET_YUAN = (5, 20)
FREE_ORDER, GIFT, PACKET = range(3)
_KEEPS_TO_IT = (1.0, 0.8, 0.45, 0.2)


def n_orders(tier: str) -> int:
    """Return the orders of the whole market."""
    return TIERS[tier]


def stage(world: World, rng: Rng, tier: str) -> Staged:
    """Plant those who were told to search and read, and those who do so of themselves."""
    hides, n = LEVELS[world.level], N_ORDERS
    shops = world.take_shops(whole(rng, (3, 8)))
    item = world.hot_item(rng, shops)
    n_days = whole(rng, hides.n_days) + 6
    start = start_of(rng, n_days)
    people = real_people(world, rng, round(n / len(shops) * between(rng, (1.1, 2.0))))
    who, shop = spread(rng, n, people.n, len(shops))
    day = quota_days(rng, shop, start=start, n_days=n_days)
    sheet = orders_of(world, rng, people, who=who, item=item[shop], at=moments(rng, day))
    keyword = _keywords(world, rng, item)
    sheet["path"][:] = TASK
    sheet["query"] = world.queries.add(keyword)[shop].astype("i4")
    sheet["dwell_ms"] = _dwell(rng, n, keeps=_KEEPS_TO_IT[world.level])
    sheet["fate"][:] = 0
    reward = rng.integers(0, 3, n)
    is_empty = (reward != GIFT) & (rng.random(n) >= between(rng, hides.real_share))
    decide(sheet, is_empty, weight_g=np.round(rng.uniform(*hides.gift_g, n) / 5) * 5)
    schedule(world, rng, sheet)
    posts = rng.random(n) < 0.93
    wait = around(rng, between(rng, hides.review_days), 0.5, n) + 0.02
    review_at = sheet["delivered_at"] + (wait * DAY_MS).astype(np.int64)
    text = supply(world, rng, item=sheet["item"], style=hides.wording)
    decide(sheet, posts, review_at=review_at, text=text, rating=5)
    agent = world.wallets(1)
    payers = payers_of(world, rng, camouflage=hides, own=int(agent[0]))
    back = _reward(world, rng, sheet, reward, payers=payers, hides=hides)
    calls = _calls(world, rng, shops, item, keyword, start=start) if tier == "ci" else []
    account, is_seen = np.unique(sheet["account"]), tier != "bare"
    planting = Planting(
        plan=Plan(
            name=KIND,
            is_fake=True,
            level=world.level,
            organiser="agent",
            shops=tuple(map(int, shops)),
            n_accounts=len(account),
            returned_minor=back.returned_minor,
            fees_minor=back.fees_minor,
            seen_minor=back.seen_minor if is_seen else 0,
        ),
        orders=sheet,
        accounts=account,
        shops=shops,
        money=back.money if is_seen else [],
        posts=calls,
    )
    signed = np.array([post.author for post in calls], np.int64)
    return Staged(
        plantings=[
            planting,
            _comparers(world, rng, N_ORDERS // 2),
            viral_surge.plant(world, rng, N_ORDERS // 4),
        ],
        roles=[
            Role("brusher", "account", account, world.people["region"][account]),
            Role("merchant", "shop", shops, world.shops.region[shops]),
            Role("payer", "payer", payers if is_seen else payers[:0]),
            Role("recruiter", "author", signed),
        ],
        facts={"n_by_reward": np.bincount(reward, minlength=3).tolist(), "keywords": keyword},
    )


def _keywords(world: World, rng: Rng, item: Array) -> list[str]:
    """Return the narrow search that is dictated for each item, so that it comes up."""
    first, second = rng.integers(0, len(TRAITS), (2, len(item)))
    category, good = world.category_of(item), world.items.good[item]
    return [
        f"{TRAITS[a]}{TRAITS[b]}{CATEGORIES[c].goods[g]}"
        for a, b, c, g in zip(first, second, category, good, strict=True)
    ]


def _dwell(rng: Rng, n: int, *, keeps: float) -> Array:
    told = rng.uniform(*DWELL_MS, n)
    loose = np.clip(around(rng, LOOSE_MS, LOOSE_SPREAD, n), 5_000, 1_200_000)
    return np.where(rng.random(n) < keeps, told, loose).astype(np.int64)


def _reward(
    world: World, rng: Rng, sheet: Sheet, reward: Array, *, payers: Array, hides: Camouflage
) -> Returned:
    """Pay for free orders and in red packets; a gift lies in the parcel and costs no transfer."""
    paid = np.flatnonzero(reward != GIFT)
    own, is_free = rows(sheet, paid), reward[paid] == FREE_ORDER
    packet = rng.integers(PACKET_YUAN[0], PACKET_YUAN[1] + 1, len(paid)) * 100
    return pay_back(
        world,
        rng,
        principal=np.where(is_free, own["paid_minor"], 0),
        fee=np.where(is_free, 0, packet),
        to=own["payer"],
        since=np.where(own["review_at"] > 0, own["review_at"], own["delivered_at"] + DAY_MS),
        payers=payers,
        camouflage=hides,
        memo="免单" if world.level == 0 else "",
    )


def _calls(
    world: World, rng: Rng, shops: Array, item: Array, keyword: list[str], *, start: int
) -> list[Post]:
    """Return one captured call for each shop; a better agent does not name the shop in it."""
    found = []
    for number, (shop, which) in enumerate(zip(shops, item, strict=True)):
        text = (
            f"免单活动！搜“{keyword[number]}”，货比三家，浏览5-7分钟再拍，收货五星带图，"
            "送免单、礼品或红包，进群领取"
        )
        at = START_AT + start * DAY_MS - int(rng.integers(HOUR_MS, 24 * HOUR_MS))
        is_named = rng.random() < (1.0, 0.8, 0.4, 0.1)[world.level]
        named = (int(shop), int(which)) if is_named else (-1, -1)
        found.append(Post(at, text, "chat-group", AUTHORS, *named))
    return found


def _comparers(world: World, rng: Rng, n: int) -> Planting:
    """Return people who read as long because they want to know; they pay and are not paid."""
    shops = world.take_shops(3)
    account = world.buyers(rng, n)
    item = world.hot_item(rng, shops[rng.integers(0, len(shops), len(account))])
    at = moments(rng, rng.integers(1, N_DAYS - 1, len(account)))
    sheet = draft(world, rng, account=account, item=item, at=at)
    sheet["path"] = np.where(rng.random(len(account)) < 0.7, TASK, BROWSING).astype("i1")
    sheet["dwell_ms"] = np.clip(around(rng, 340_000, 0.4, len(account)), 30_000, 1_800_000).astype(
        np.int64
    )
    return look_alike(CAREFUL, sheet, accounts=account)

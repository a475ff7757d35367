"""Stars against words (星文不符): the stars are bought, forced or spiteful, and the words show it.

Half of the plans are shops that pay some yuan for five stars, or help with a complaint only after
them: their genuine buyers take the money, give the stars, and write what they think, which is a
complaint. The other half are rivals whose hired people give one star and write whatever costs
nothing: praise, or words about nothing. Stars that are bought from people who also praise are
`review-cash-card`; one star with bad words is what a rival is more likely to buy, and is not here.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.simulate import clash, wording
from unbrush.simulate.bland import bland
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.cashback import pay_back, payers_of
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.crew import orders_of, quota_days, real_people, start_of
from unbrush.simulate.customers import customers
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Plan, Planting, Talk
from unbrush.simulate.season import END_AT, N_DAYS, moments
from unbrush.simulate.sheet import Sheet, decide
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "stars-against-words"
SHARE = 0.1
SIZE = 0.8
ON_REQUEST = True

BUYER = f"{NAME}-buyer"
RIVALS = 0.5
"""Share of plans that are a rival's."""
CUSTOMERS = (1.0, 2.0)
"""Real buyers of the same item, to one whose stars are not meant."""
PACKETS_FEN = (300, 500, 600, 800, 1_000, 1_500)
SAYS_NOTHING = 0.35
"""Of a rival's reviews, those about nothing; the others praise."""

_TALKS = (0.8, 0.5, 0.2, 0.0)
_SAYS_WHY = (0.25, 0.1, 0.03, 0.0)
_ANGRY = (1.0, 0.5, 0.0, 0.0)
_TOLD = (0.0, 0.0, 0.35, 1.0)
_FOUR_STARS = (0.0, 0.0, 0.15, 0.3)
"""By level, of bought stars: chats that the platform sees; texts that say what the stars were for;
angry texts; of the others, those that only tell what happened; four stars, which were asked for
as well."""
_ASKS = (
    ("给五星返{yuan}元，截图发我", "亲先打五星，马上给您返{yuan}元", "五星了才能给您处理售后哦"),
    ("亲，麻烦给个5⭐，{yuan}元小红包奉上", "先帮忙点亮五颗星，售后优先处理"),
    ("亲，小星星点满一下，有心意", "星星点满后这边帮您加急处理"),
    ("亲，麻烦支持一下",),
)
_SENDS = ("五星点了，返钱吧", "点好了，红包呢", "星给了，问题什么时候处理", "好了")
_WHY = ("，给五星是为了返现", "，五星是客服让点的", "，不给五星不给处理", "，为了红包给的星")


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one shop that buys stars, or one rival's low stars."""
    return _rival(world, rng, n) if rng.random() < RIVALS else _bought(world, rng, n)


def _bought(world: World, rng: Rng, n: int) -> Planting:
    """Let genuine buyers of one item give the stars that they are paid for, and complain."""
    level, hides = world.level, LEVELS[world.level]
    shop = world.take_shops(1)
    item = world.hot_item(rng, shop)
    account = world.buyers(rng, n)
    n = len(account)
    n_days = min(whole(rng, hides.n_days) + 6, N_DAYS - 8)
    day = int(rng.integers(0, max(1, N_DAYS - 6 - n_days))) + rng.integers(0, n_days, n)
    sheet = draft(world, rng, account=account, item=np.repeat(item, n), at=moments(rng, day))
    schedule(world, rng, sheet)
    wait = around(rng, between(rng, hides.review_days) + 0.3, 0.8, n) * DAY_MS
    text = world.texts.add(_complaints(world, rng, sheet["item"]))
    decide(
        sheet,
        np.ones(n, bool),
        review_at=sheet["delivered_at"] + wait.astype(np.int64) + HOUR_MS,
        text=text,
        rating=np.where(rng.random(n) < _FOUR_STARS[level], 4, 5),
        fate=0,
    )
    packet = int(rng.choice(PACKETS_FEN))
    payers = payers_of(world, rng, camouflage=hides, own=int(world.owner_wallet(int(shop[0]))))
    seen = rng.random(n) < between(rng, hides.seen_share)
    low, high = hides.pay_hours
    at = sheet["review_at"] + (around(rng, (low * high) ** 0.5 / 2, 0.6, n) * HOUR_MS).astype(int)
    moved = money(
        world,
        sender=payers[rng.integers(0, len(payers), n)][seen],
        receiver=sheet["payer"][seen],
        amount_minor=np.full(int(seen.sum()), packet),
        at=at[seen],
        channel="red-packet",
        memo="五星返现" if level == 0 else "",
    )
    return Planting(
        plan=Plan(
            name=NAME,
            is_fake=True,
            level=level,
            organiser="shop",
            shops=tuple(map(int, shop)),
            n_accounts=n,
            fees_minor=n * packet,
            seen_minor=packet * int((seen & (at < END_AT)).sum()),
        ),
        orders=sheet,
        accounts=np.unique(account),
        shops=shop,
        honest={"order": BUYER, "account": BUYER},
        camouflage=_beside(world, rng, item, n),
        money=[moved],
        talk=_chat(world, rng, sheet, f"{packet / 100:g}"),
    )


def _rival(world: World, rng: Rng, n: int) -> Planting:
    """Let a rival's hired people give one item one star, and write whatever costs nothing."""
    hides = LEVELS[world.level]
    victim = world.take_shops(1)
    rivals = world.take_shops(2, categories=[int(world.shops.category[victim[0]])])
    rival = next(int(shop) for shop in (*rivals, *world.take_shops(2)) if shop != victim[0])
    item = world.hot_item(rng, victim)
    n_days = whole(rng, hides.n_days) + 4
    start = start_of(rng, n_days)
    people = real_people(world, rng, n)
    n = people.n
    day = quota_days(rng, np.zeros(n, np.int64), start=start, n_days=n_days)
    sheet = orders_of(
        world, rng, people, who=np.arange(n), item=np.repeat(item, n), at=moments(rng, day)
    )
    schedule(world, rng, sheet)
    wait = around(rng, between(rng, hides.review_days) + 0.1, 0.6, n) * DAY_MS
    decide(
        sheet,
        np.ones(n, bool),
        review_at=sheet["delivered_at"] + wait.astype(np.int64) + MINUTE_MS,
        text=world.texts.add(_kind_words(world, rng, sheet["item"])),
        rating=np.where(rng.random(n) < 0.1 * world.level, 2, 1),
        fate=0,
    )
    back = pay_back(
        world,
        rng,
        principal=sheet["paid_minor"],
        fee=np.full(n, whole(rng, (3, 10)) * 100),
        to=sheet["payer"],
        since=sheet["review_at"],
        payers=payers_of(world, rng, camouflage=hides, own=int(world.owner_wallet(rival))),
        camouflage=hides,
    )
    return Planting(
        plan=Plan(
            name=NAME,
            is_fake=True,
            level=world.level,
            organiser="rival",
            shops=(rival, int(victim[0])),
            n_accounts=n,
            returned_minor=back.returned_minor,
            fees_minor=back.fees_minor,
            seen_minor=back.seen_minor,
        ),
        orders=sheet,
        accounts=np.unique(sheet["account"]),
        shops=np.array([rival]),
        victims=victim,
        camouflage=_beside(world, rng, item, n),
        money=back.money,
    )


def _beside(world: World, rng: Rng, item: Array, n: int) -> Sheet:
    return customers(world, rng, np.repeat(item, round(n * between(rng, CUSTOMERS))))


def _complaints(world: World, rng: Rng, item: Array) -> list[str]:
    """Write what buyers think whose stars were bought: angry at first, at last only told."""
    dice, category = Dice(rng), world.category_of(item)
    angry = wording.compose(world.rules, rng, category=category, rating=np.ones(len(item)))
    texts = [
        text if dice.chance(_ANGRY[world.level]) else _calm(dice, int(c), level=world.level)
        for text, c in zip(angry.to_pylist(), category, strict=True)
    ]
    why = _SAYS_WHY[world.level]
    return [text + dice.one(_WHY) if dice.chance(why) else text for text in texts]


def _calm(dice: Dice, category: int, *, level: int) -> str:
    return (clash.told if dice.chance(_TOLD[level]) else clash.half)(dice, category)


def _kind_words(world: World, rng: Rng, item: Array) -> list[str]:
    """Write what a rival's people write: bland praise, at last praise of the goods."""
    dice = Dice(rng)
    if world.level < 3:
        praise = bland(world, rng, item)
    else:
        praise = [clash.praising(dice, int(c)) for c in world.category_of(item)]
    return [clash.nothing(dice) if dice.chance(SAYS_NOTHING) else text for text in praise]


def _chat(world: World, rng: Rng, sheet: Sheet, yuan: str) -> list[Talk]:
    """Return what the platform's own chat shows of the offer, and what buyers answer."""
    row = np.flatnonzero(rng.random(len(sheet["at"])) < _TALKS[world.level])
    n = len(row)
    asks = world.phrases.add([text.format(yuan=yuan) for text in _ASKS[world.level]])
    sends = world.phrases.add(_SENDS)
    asked_at = sheet["delivered_at"][row] + rng.integers(10 * MINUTE_MS, HOUR_MS, n)
    sent_at = sheet["review_at"][row] + rng.integers(MINUTE_MS, 40 * MINUTE_MS, n)
    return [
        Talk(row, np.ones(n), asked_at, asks[rng.integers(0, len(asks), n)]),
        Talk(row, np.zeros(n), sent_at, sends[rng.integers(0, len(sends), n)]),
    ]

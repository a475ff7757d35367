"""B3, Shanghai: studios order from takeaways that cook nothing; remarks carry an agreed sign.

Published: 2022, about 200 takeaway shops; fewer than half of the orders were ever picked up by a
rider; the remark of a fake order ended in "!!", so that the shop would not cook; more than 1,000
merchants and 3,000 brushers stood in one phone; two studios took 700,000 and 900,000 yuan.

At level 0 the sign is the one that was published. Deeper ones are drawn from others: at level 1 one
for each studio, at level 2 one for each shop and fortnight from a studio's list, at level 3 one for
each shop and week from what guests write anyway; ever fewer orders carry one (by level all, 95, 80
and 60 %) and ever more are picked up, at most 49 %.

Not published, so drawn by seed within ranges of our own: what a shop pays for an order (eight yuan,
so that 200,000 orders of the full tier make the studios' takings), what a brusher keeps of it (two
to four yuan), how long the studios work. Smaller tiers have fewer orders and brushers for as many
shops. Beside them: the shops' own guests; shops whose guests shout (remarks end in "!!" and meals
come); shops whose guests take the app's phrases; shops where guests collect themselves, and say so.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.base.words import Words
from unbrush.simulate.camouflage import LEVELS, Camouflage
from unbrush.simulate.cashback import Returned, pay_back, payers_of
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.crew import Crew, orders_of, quota_days, spread, start_of
from unbrush.simulate.lexicon import REGIONS
from unbrush.simulate.planting import Plan, Planting, Post, look_alike
from unbrush.simulate.praise import supply
from unbrush.simulate.recruiting import AUTHORS
from unbrush.simulate.season import N_DAYS, START_AT, day_index
from unbrush.simulate.settlement import settle_weekly
from unbrush.simulate.sheet import DIRECT, NO_PARCEL, Sheet, decide
from unbrush.simulate.staging import Role, Staged
from unbrush.simulate.takeaway import (
    WISHES,
    Manner,
    bring,
    meals,
    mealtimes,
    note,
    open_kitchens,
    settle_in,
    with_ending,
)
from unbrush.simulate.world import World

NAME = "B3"
TITLE = Words(
    "上海外卖刷单：约二百家店，备注末尾以“!!”为暗号，不到一半的订单有骑手取餐",
    "Shanghai: orders from 200 takeaways, marked by '!!', fewer than half picked up",
)
KIND = "takeaway-brushing"
TRADE = "takeaway-trade"
TIERS = {"ci": 100_000, "nightly": 500_000, "full": 3_000_000}  # orders of the market
_N_FAKE = {"ci": 4_000, "nightly": 40_000, "full": 200_000}
_N_BRUSHERS = {"ci": 400, "nightly": 1_500, "full": 3_200}
_MEALS = {"ci": 70, "nightly": 450, "full": 3_000}
"""By tier: fake orders; brushers; meals of one shop."""

CITY = REGIONS.index("上海")
N_SHOPS = 200
STUDIOS = (7, 9)
"""How the studios share shops, orders and takings."""

FEE_MINOR = 800
KEPT_YUAN = (2, 4)
PER_GUEST = 8
N_CONTROLS = 20
CONTROLS = {
    "shouting-guests": Manner(endings=("!!", "！！", "!!!", "！", "!!", "")),
    "standard-remark": Manner(remarks=0.85, takes_standard=0.9),
    "self-collection": Manner(ridden=0.25, unridden=("到店自取", "自取", "自己来拿，不用送", "")),
    TRADE: Manner(),
}

MARK = "!!"
_SIGNS = ("~~", "。。", "++", "^^", "、、", "···", "==", "；；", "~!", "..")
_WORDS = (
    "麻烦了哈",
    "老样子",
    "你懂的",
    "快快快",
    "都可以",
    "ok",
    "随便做",
    "照旧",
    "不急",
    "按时就行",
    "+1",
    "嗯嗯",
)
_POLITE = ("谢谢哈", "谢谢老板", "辛苦了", "多谢", "感谢", "麻烦了", "~", "！", "。")
_MARKED = (1.0, 0.95, 0.8, 0.6)
_PICKED = ((0.2, 0.3), (0.3, 0.4), (0.4, 0.46), (0.44, 0.49))
_AT_MEALS = (0.0, 0.4, 0.8, 1.0)
_CAPTURED = (0.9, 0.6, 0.3, 0.1)
"""By level: fake orders with a sign, picked up, placed when people eat; captured calls."""


def n_orders(tier: str) -> int:
    """Return the orders of the whole market."""
    return TIERS[tier]


def stage(world: World, rng: Rng, tier: str) -> Staged:
    """Plant two studios with their shops, and the meals of everybody else."""
    hides = LEVELS[world.level]
    shops = world.take_shops(N_SHOPS + N_CONTROLS * len(CONTROLS))
    open_kitchens(world, rng, shops, region=CITY)
    shops, rest = shops[:N_SHOPS], np.split(shops[N_SHOPS:], len(CONTROLS))
    n_guests = _MEALS[tier] * (len(shops) + N_CONTROLS * len(CONTROLS)) // PER_GUEST
    guests = settle_in(world, rng, n_guests, region=CITY)
    trade = [_trade(world, rng, TRADE, shops, guests, tier, is_about_shops=False)]
    for name, own in zip(CONTROLS, rest, strict=True):
        trade.append(_trade(world, rng, name, own, guests, tier, is_about_shops=name != TRADE))
    hired = rng.choice(guests, _N_BRUSHERS[tier], replace=False)
    studios, roles, marks = [], [], set[str]()
    for number, share in enumerate(STUDIOS):
        theirs, people = _share(shops, number), _share(hired, number)
        n = _N_FAKE[tier] * share // sum(STUDIOS)
        studio, wallets, signs = _work(world, rng, theirs, people, n, number=number, hides=hides)
        studios.append(studio)
        marks |= signs
        roles += _roles(world, studio, wallets, brushers=people)
    picked = sum(int((studio.orders["parcel"] != NO_PARCEL).sum()) for studio in studios)
    return Staged(
        plantings=[*studios, *trade],
        roles=roles,
        facts={
            "n_shops": N_SHOPS,
            "n_brushers": len(hired),
            "studio_takings_minor": [FEE_MINOR * len(s.orders["at"]) for s in studios],
            "n_picked_up": picked,
            "marks": sorted(marks),
        },
    )


def _trade(
    world: World,
    rng: Rng,
    name: str,
    shops: Array,
    guests: Array,
    tier: str,
    *,
    is_about_shops: bool,
) -> Planting:
    """Return the meals of some shops, some of which sell more than others."""
    n = np.maximum(3, around(rng, _MEALS[tier], 0.5, len(shops)).astype(np.int64))
    sheet = meals(world, rng, np.repeat(shops, n), guests, manner=CONTROLS[name])
    return look_alike(name, sheet, shops=shops if is_about_shops else None)


def _share(everything: Array, studio: int) -> Array:
    """Return what one studio has of shops or people."""
    cuts = len(everything) * np.cumsum([0, *STUDIOS]) // sum(STUDIOS)
    return everything[cuts[studio] : cuts[studio + 1]]


def _work(
    world: World,
    rng: Rng,
    shops: Array,
    hired: Array,
    n: int,
    *,
    number: int,
    hides: Camouflage,
) -> tuple[Planting, Array, set[str]]:
    """Return what one studio does, the wallets it uses, and the signs that it agreed on."""
    n_days = min(whole(rng, hides.n_days) + 14, N_DAYS - 8)
    start = start_of(rng, n_days)
    who, shop = spread(rng, n, len(hired), len(shops))
    day = quota_days(rng, shop, start=start, n_days=n_days)
    item = world.hot_item(rng, shops)
    sheet = orders_of(
        world, rng, _crew(world, hired), who=who, item=item[shop], at=_hours(world, rng, day)
    )
    sheet["path"][rng.random(n) < (1.0, 0.8, 0.6, 0.5)[world.level]] = DIRECT
    sheet["fate"][:] = 0
    rides = np.zeros(n, bool)
    rides[rng.permutation(n)[: int(n * between(rng, _PICKED[world.level]))]] = True
    bring(rng, sheet, rides=rides, region=CITY)
    remarks, signs = _remarks(world, rng, sheet, shop)
    sheet["remark"] = note(world, remarks)
    since = _praise(world, rng, sheet, hides)
    long_ago = START_AT - whole(rng, (90, 900)) * DAY_MS
    head = world.people.join(1, region=CITY, registered_at=long_ago)
    money, wallets = _settle(world, rng, sheet, since, head=int(head[0]), hides=hides)
    planting = Planting(
        plan=Plan(
            name=KIND,
            is_fake=True,
            level=world.level,
            organiser="agent",
            shops=tuple(map(int, shops)),
            n_accounts=len(np.unique(who)),
            returned_minor=money.returned_minor,
            fees_minor=money.fees_minor,
            seen_minor=money.seen_minor,
        ),
        orders=sheet,
        accounts=np.append(np.unique(sheet["account"]), head),
        shops=shops,
        money=money.money,
        posts=_calls(world, rng, int(shops[0]), int(item[0]), number=number, start=start),
    )
    return planting, wallets, signs


def _crew(world: World, hired: Array) -> Crew:
    people = world.people
    device, ip, address, card = (people[f][hired] for f in ("device", "ip", "address", "card"))
    return Crew(hired, device, ip, address, card, np.ones(len(hired), bool))


def _settle(
    world: World, rng: Rng, sheet: Sheet, since: Array, *, head: int, hides: Camouflage
) -> tuple[Returned, Array]:
    """Shops pay the studio by the week, the studio its people by the order; last, its wallets."""
    n, own = len(sheet["at"]), int(world.people["card"][head])
    payers = payers_of(world, rng, camouflage=hides, own=own)
    back = pay_back(
        world,
        rng,
        principal=sheet["paid_minor"],
        fee=np.full(n, whole(rng, KEPT_YUAN) * 100),
        to=sheet["payer"],
        since=since,
        payers=payers,
        camouflage=hides,
        memo="返" if world.level == 0 else "",
    )
    collectors = np.array([own]) if hides.own_payer else world.wallets(2)
    taken, seen_minor = settle_weekly(
        world,
        rng,
        {**sheet, "paid_minor": sheet["paid_minor"] + FEE_MINOR},
        hides=hides,
        take=0.0,
        collectors=collectors,
        memo="服务费" if world.level == 0 else "",
    )
    everything = Returned(
        [*back.money, taken],
        back.returned_minor,
        back.fees_minor + FEE_MINOR * n,
        back.seen_minor + seen_minor,
    )
    return everything, np.union1d(payers, collectors)


def _hours(world: World, rng: Rng, day: Array) -> Array:
    """Return when orders are placed: in the dead hours of the afternoon, or when people eat."""
    idle = START_AT + day * DAY_MS + rng.integers(14 * HOUR_MS, 17 * HOUR_MS, len(day))
    return np.where(rng.random(len(day)) < _AT_MEALS[world.level], mealtimes(rng, day), idle)


def _remarks(world: World, rng: Rng, sheet: Sheet, shop: Array) -> tuple[list[str], set[str]]:
    """Return the remark of each order, and the signs that are in use."""
    level, n = world.level, len(shop)
    if level == 0:
        pool: tuple[str, ...] = (MARK,)
    elif level == 1:
        pool = (_SIGNS[int(rng.integers(0, len(_SIGNS)))],)
    else:
        every = _WORDS if level == 2 else _POLITE
        pool = tuple(every[k] for k in rng.permutation(len(every))[:6])
    n_weeks = N_DAYS // 7 + 1
    agreed = rng.integers(0, len(pool), (int(shop.max()) + 1, n_weeks))
    week = day_index(sheet["at"]) // 7
    which = agreed[shop, week if level > 2 else week // 2 * 2]
    wishes, wish = rng.random(n) < 0.6, rng.integers(0, len(WISHES), n)
    marked = rng.random(n) < _MARKED[level]
    said = [
        with_ending(WISHES[w] if asks else "", pool[mark] if is_marked else "")
        for asks, w, is_marked, mark in zip(wishes, wish, marked, which, strict=True)
    ]
    return said, {pool[mark] for mark in np.unique(which[marked])}


def _praise(world: World, rng: Rng, sheet: Sheet, hides: Camouflage) -> Array:
    """Let most orders be praised; return since when money is due."""
    n = len(sheet["at"])
    posts = rng.random(n) < 0.6
    wait = around(rng, between(rng, hides.review_days), 0.5, n) + 0.02
    review_at = sheet["delivered_at"] + (wait * DAY_MS).astype(np.int64)
    text = supply(world, rng, item=sheet["item"], style=hides.wording)
    decide(sheet, posts, review_at=review_at, text=text, rating=5)
    return np.where(posts, review_at, sheet["delivered_at"] + 2 * HOUR_MS)


def _calls(world: World, rng: Rng, shop: int, item: int, *, number: int, start: int) -> list[Post]:
    """Return a studio's call for shops and hands, if anybody captured it."""
    if rng.random() > _CAPTURED[world.level]:
        return []
    fee = FEE_MINOR // 100
    text = f"外卖商家补单，本地真人账号，一单{fee}元，骑手可取可不取，备注留暗号不用出餐，进群对接"
    at = max(START_AT, START_AT + start * DAY_MS - int(rng.integers(HOUR_MS, 24 * HOUR_MS)))
    is_named = rng.random() < (0.8, 0.5, 0.2, 0.0)[world.level]
    named = (shop, item) if is_named else (-1, -1)
    return [Post(at, text, "chat-group", AUTHORS + number, *named)]


def _roles(world: World, studio: Planting, wallets: Array, *, brushers: Array) -> list[Role]:
    head = np.setdiff1d(studio.accounts, brushers)
    ordered = np.setdiff1d(studio.accounts, head)
    region = world.people["region"]
    return [
        Role("organiser", "account", head, region[head]),
        Role("brusher", "account", ordered, region[ordered]),
        Role("merchant", "shop", studio.shops, world.shops.region[studio.shops]),
        Role("payer", "payer", wallets),
        Role("recruiter", "author", np.array([post.author for post in studio.posts], np.int64)),
    ]

"""B1, Suzhou: a shoe shop has 926 orders brushed at eight yuan, and 127 old customers given shoes.

Published: from 30 October to 7 December 2020, 39 days with Double-11 among them, a shop had people
order 926 times for a fee of eight yuan each, 7,408 yuan in all; besides, it sent 127 pairs of odd
sizes, worth less than ten yuan a pair, to old customers who ordered and got something else.

The market ends nineteen days after Double-11, the case went on for twenty-six. So the 39 days are
laid where a week is left for parcels, reviews and money, and Double-11 falls twelve days before
their end, as it fell twelve days after their beginning.

Not published, so drawn by seed within ranges of our own: how often one person takes part (by level
3 to 5, 2 to 3, 1 to 2, once), what an odd pair costs (6 to 9.90 yuan) and weighs, what travels for
the 926 (nothing, or a trifle), who pays. The fee is eight yuan and the sum of all prices comes back
at every level; from level 1 on single returns stray, some up, others down. From level 1 on ever
more orders hide in the rush of the season instead of in even quotas. Shops that thank old customers
for real purchases with a small gift in a parcel of its own stand beside it.
"""

from dataclasses import replace

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.base.words import Words
from unbrush.simulate.camouflage import LEVELS, Camouflage
from unbrush.simulate.cashback import Returned, pay_back, payers_of
from unbrush.simulate.chance import Array, Rng, around, between, pick, running, whole
from unbrush.simulate.crew import Crew, orders_of, quota_days, real_people, spread
from unbrush.simulate.lexicon import CATEGORIES, TRAITS
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Money, Plan, Planting, Post, Talk, look_alike
from unbrush.simulate.praise import supply
from unbrush.simulate.recruiting import AUTHORS
from unbrush.simulate.season import PEAK_DAY, START_AT, moments
from unbrush.simulate.sheet import TASK, TWO_NODES, Sheet, decide, join
from unbrush.simulate.staging import Role, Staged
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "B1"
TITLE = Words(
    "苏州鞋店：横跨双十一的三十九天，八元一单刷九百二十六单，另给老客户寄出一百二十七双断码鞋",
    "Suzhou: 926 orders brushed at 8 yuan and 127 gifts to old customers around Double-11",
)
HIRED, GIVEN = "suzhou-hired", "suzhou-gifts"
THANKED = "thanked-old-customer"
TIERS = {"ci": 40_000, "nightly": 200_000}  # orders of the market

N_HIRED, FEE_MINOR = 926, 800
N_GIFTS, GIFT_MINOR = 127, (600, 990)
N_DAYS_BRUSHED = 39
START = PEAK_DAY - (N_DAYS_BRUSHED - 13)
GOODS = "鞋靴"
N_OTHER_CUSTOMERS = 60
N_CONTROLS, PER_CONTROL = 2, 60
_EACH = ((3, 5), (2, 3), (1.2, 1.8), (1, 1.05))
_FOLLOWS_TRADE = (0.0, 0.3, 0.7, 1.0)
_SKIPS_SCANS = (1.0, 0.85, 0.4, 0.1)
_TOLD = (1.0, 0.8, 0.45, 0.2)
_CAPTURED = (0.9, 0.6, 0.3, 0.1)
_WRITES = (0.5, 0.25, 0.05, 0.01)
_GIFT_OF_NET = ((0.25, 0.25), (0.25, 0.5), (0.4, 0.8), (0.7, 1.0))
"""By level: orders of one person; orders that come when the market buys; parcels scanned twice;
people who read as long as told; chance of a captured call; old customers who are told in the shop's
chat; weight of the gift as a share of that of the goods."""

_ASKS = "老顾客回馈，您拍的这单货款返给您，寄的是另送您的一双鞋，收到麻烦给个五星"
_AGREES = "好的，鞋子什么时候寄"


def n_orders(tier: str) -> int:
    """Return the orders of the whole market."""
    return TIERS[tier]


def stage(world: World, rng: Rng, tier: str) -> Staged:
    """Plant hired people, old customers who play along, and shops that only say thanks."""
    hides = replace(LEVELS[world.level], noise=0.0)  # see `_strays`
    category = next(number for number, each in enumerate(CATEGORIES) if each.name == GOODS)
    shops = world.take_shops(1, categories=(category,))
    shop = int(shops[0])
    payers = payers_of(world, rng, camouflage=hides, own=int(world.owner_wallet(shop)))
    people = real_people(world, rng, round(N_HIRED / between(rng, _EACH[world.level])))
    hired, paid = _hire(world, rng, shop, people, payers=payers, hides=hides)
    loyal = _old_customers(world, rng, people)
    given, returned, stock = _give(world, rng, shop, loyal[:N_GIFTS], payers=payers, hides=hides)
    cost = int(stock.sum())
    calls = _calls(world, rng, shop=shop, item=int(hired["item"][0]))
    accounts = [np.unique(sheet["account"]) for sheet in (hired, given)]
    plans = [
        _plan(world, name, shop, len(who), back)
        for name, who, back in zip((HIRED, GIVEN), accounts, (paid, returned), strict=True)
    ]
    plantings = [
        Planting(
            plan=plans[0],
            orders=hired,
            accounts=accounts[0],
            shops=shops,
            money=paid.money,
            posts=calls,
        ),
        Planting(
            plan=plans[1],
            orders=given,
            accounts=accounts[1],
            shops=shops,
            camouflage=_before(world, rng, shop, loyal),
            money=[*returned.money, _stock_up(world, rng, shop, cost, hides)],
            talk=_chat(world, rng, given),
        ),
    ]
    everybody = np.concatenate(accounts)
    principal = int(join([hired, given])["paid_minor"].sum())
    fees = N_HIRED * FEE_MINOR
    return Staged(
        plantings=[*plantings, *(_thanks(world, rng, category) for _ in range(N_CONTROLS))],
        roles=[
            Role("brusher", "account", everybody, world.people["region"][everybody]),
            Role("merchant", "shop", shops, world.shops.region[shops]),
            Role("payer", "payer", payers),
            Role("recruiter", "author", np.array([post.author for post in calls], np.int64)),
        ],
        facts={
            "n_hired": N_HIRED,
            "n_gifts": N_GIFTS,
            "first_day": START,
            "n_days": N_DAYS_BRUSHED,
            "turnover_minor": principal,  # what was shown as sold
            "fees_minor": fees,
            "gift_cost_minor": cost,
            "spent_minor": fees + cost,  # what it cost the shop
            "owed_minor": principal + fees,  # what went back to people
        },
    )


def _plan(world: World, name: str, shop: int, n_accounts: int, back: Returned) -> Plan:
    return Plan(
        name=name,
        is_fake=True,
        level=world.level,
        organiser="shop",
        shops=(shop,),
        n_accounts=n_accounts,
        returned_minor=back.returned_minor,
        fees_minor=back.fees_minor,
        seen_minor=back.seen_minor,
    )


def _hire(
    world: World, rng: Rng, shop: int, people: Crew, *, payers: Array, hides: Camouflage
) -> tuple[Sheet, Returned]:
    """People order as told and praise what never came; price and eight yuan come back."""
    n = N_HIRED
    who, _ = spread(rng, n, people.n, 1)
    item = _wanted(world, rng, shop, n)
    sheet = orders_of(world, rng, people, who=who, item=item, at=_moments(world, rng, n))
    sheet["path"][:] = TASK
    sheet["query"] = _keyword(world, rng, item)
    told = rng.random(n) < _TOLD[world.level]
    decide(sheet, told, dwell_ms=rng.integers(300_000, 420_000, n))
    gift = rng.random(n) < between(rng, hides.gift_share)
    trifle = np.round(rng.uniform(*hides.gift_g, n) / 5) * 5
    sheet["weight_g"] = np.where(gift, trifle, np.round(rng.uniform(8, 25, n)))
    decide(sheet, ~gift & (rng.random(n) < _SKIPS_SCANS[world.level]), parcel=TWO_NODES)
    since = _praised(world, rng, sheet, hides, share=0.93)
    principal = sheet["paid_minor"] + _strays(rng, sheet["paid_minor"], LEVELS[world.level].noise)
    back = _return(world, rng, sheet, principal, FEE_MINOR, since, payers=payers, hides=hides)
    return sheet, back


def _give(
    world: World, rng: Rng, shop: int, account: Array, *, payers: Array, hides: Camouflage
) -> tuple[Sheet, Returned, Array]:
    """Old customers order, get an odd pair instead and the price back; last, what pairs cost."""
    n = len(account)
    item = _wanted(world, rng, shop, n)
    sheet = draft(world, rng, account=account, item=item, at=_moments(world, rng, n))
    sheet["quantity"][:] = 1
    sheet["paid_minor"] = world.items.price_minor[item].copy()
    share = rng.uniform(*_GIFT_OF_NET[world.level], n)
    sheet["weight_g"] = np.maximum(100, np.round(world.items.net_weight_g[item] * share / 10) * 10)
    since = _praised(world, rng, sheet, hides, share=0.8)
    principal = sheet["paid_minor"]
    back = _return(world, rng, sheet, principal, 0, since, payers=payers, hides=hides)
    return sheet, back, rng.integers(GIFT_MINOR[0], GIFT_MINOR[1] + 1, n)


def _wanted(world: World, rng: Rng, shop: int, n: int) -> Array:
    """Return the item that is pushed; who hides pushes a few."""
    item = world.hot_item(rng, np.full(n, shop))
    return np.full(n, world.shops.first_item[shop]) if world.level == 0 else item


def _moments(world: World, rng: Rng, n: int) -> Array:
    """Return when orders are placed: in even quotas, or as the market buys, rush and all."""
    quota = quota_days(rng, np.zeros(n, np.int64), start=START, n_days=N_DAYS_BRUSHED)
    trade = START + pick(rng, running(world.days[START : START + N_DAYS_BRUSHED]), n)
    follows = rng.random(n) < _FOLLOWS_TRADE[world.level]
    return moments(rng, np.where(follows, trade, quota))


def _keyword(world: World, rng: Rng, item: Array) -> Array:
    """Return the narrow search that is dictated, one for each item."""
    kinds, which = np.unique(item, return_inverse=True)
    first, second = rng.integers(0, len(TRAITS), (2, len(kinds)))
    goods = CATEGORIES[int(world.category_of(kinds[:1])[0])].goods
    texts = [
        f"{TRAITS[a]}{TRAITS[b]}{goods[int(world.items.good[i])]}"
        for i, a, b in zip(kinds, first, second, strict=True)
    ]
    return np.asarray(world.queries.add(texts)[which].astype("i4"))


def _praised(world: World, rng: Rng, sheet: Sheet, hides: Camouflage, *, share: float) -> Array:
    """Let orders be kept and a share of them praised; return since when money is due."""
    n = len(sheet["at"])
    sheet["fate"][:] = 0
    schedule(world, rng, sheet)
    posts = rng.random(n) < share
    wait = around(rng, between(rng, hides.review_days), 0.5, n) + 0.02
    review_at = sheet["delivered_at"] + (wait * DAY_MS).astype(np.int64)
    text = supply(world, rng, item=sheet["item"], style=hides.wording)
    decide(sheet, posts, review_at=review_at, text=text, rating=5)
    return np.where(posts, review_at, sheet["delivered_at"] + DAY_MS)


def _strays(rng: Rng, principal: Array, noise: float) -> Array:
    """Return by how much single returns stray (fen), so that all together nothing is missing."""
    stray = np.round(principal * rng.uniform(-noise, noise, len(principal))).astype(np.int64)
    each, rest = divmod(int(stray.sum()), len(stray))
    stray -= each
    stray[:rest] -= 1
    return stray


def _return(
    world: World,
    rng: Rng,
    sheet: Sheet,
    principal: Array,
    fee: int,
    since: Array,
    *,
    payers: Array,
    hides: Camouflage,
) -> Returned:
    return pay_back(
        world,
        rng,
        principal=principal,
        fee=np.full(len(principal), fee),
        to=sheet["payer"],
        since=since,
        payers=payers,
        camouflage=hides,
        memo="返款" if world.level == 0 else "",
    )


def _old_customers(world: World, rng: Rng, people: Crew) -> Array:
    """Return accounts that have bought here before, none of whom is hired."""
    drawn = world.buyers(rng, N_GIFTS + N_OTHER_CUSTOMERS + people.n)
    return drawn[~np.isin(drawn, people.account)][: N_GIFTS + N_OTHER_CUSTOMERS]


def _before(world: World, rng: Rng, shop: int, loyal: Array) -> Sheet:
    """Return what old customers bought before, in earnest."""
    account = np.repeat(loyal, rng.integers(1, 4, len(loyal)))
    day = rng.integers(0, START - 1, len(account))
    item = world.hot_item(rng, np.full(len(account), shop))
    return draft(world, rng, account=account, item=item, at=moments(rng, day))


def _stock_up(world: World, rng: Rng, shop: int, cost: int, hides: Camouflage) -> Money:
    """The shop buys the odd pairs in one lot before it begins, if that is seen."""
    seen = rng.random(1) < between(rng, hides.seen_share)
    at = np.full(1, START_AT + START * DAY_MS - whole(rng, (20, 90)) * HOUR_MS)
    return money(
        world,
        sender=world.owner_wallet(shop),
        receiver=world.wallets(1)[seen],
        amount_minor=np.full(1, cost)[seen],
        at=at[seen],
        channel="bank",
        memo="断码鞋" if world.level == 0 else "货款",
    )


def _chat(world: World, rng: Rng, sheet: Sheet) -> list[Talk]:
    """Return what the shop writes to old customers under their order, where it does so at all."""
    row = np.flatnonzero(rng.random(N_GIFTS) < _WRITES[world.level])
    n = len(row)
    asks, agrees = world.phrases.add([_ASKS, _AGREES])
    began = sheet["at"][row] + rng.integers(3 * MINUTE_MS, 3 * HOUR_MS, n)
    later = began + rng.integers(2 * MINUTE_MS, 5 * HOUR_MS, n)
    return [
        Talk(row, np.ones(n), began, np.full(n, asks)),
        Talk(row, np.zeros(n), later, np.full(n, agrees)),
    ]


def _calls(world: World, rng: Rng, *, shop: int, item: int) -> list[Post]:
    """Return the call for people, if anybody captured it."""
    if rng.random() > _CAPTURED[world.level]:
        return []
    good = CATEGORIES[int(world.shops.category[shop])].goods[int(world.items.good[item])]
    text = f"补单，{good}，搜关键词浏览5-7分钟再拍，货款秒返，一单佣金8元，收货五星带图，进群接单"
    at = START_AT + START * DAY_MS - int(rng.integers(HOUR_MS, 24 * HOUR_MS))
    return [Post(at, text, "chat-group", AUTHORS, shop, item)]


def _thanks(world: World, rng: Rng, category: int) -> Planting:
    """Return a shop that adds a small pair of its own to what old customers really bought."""
    shop = world.take_shops(1, categories=(category,))
    account = world.buyers(rng, PER_CONTROL)
    first = draft(
        world,
        rng,
        account=account,
        item=world.hot_item(rng, np.repeat(shop, len(account))),
        at=moments(rng, rng.integers(0, START - 1, len(account))),
    )
    again = draft(
        world,
        rng,
        account=account,
        item=world.hot_item(rng, np.repeat(shop, len(account))),
        at=_moments(world, rng, len(account)),
    )
    again["extra_g"] = np.round(rng.uniform(180, 420, len(account)) / 10) * 10
    return look_alike(THANKED, join([first, again]), shops=shop)

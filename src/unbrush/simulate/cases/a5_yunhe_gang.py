"""A5, the Yunhe gang: one organiser's own software, studios in many places, merchants everywhere.

Published: more than 5,000 merchants in 20 provinces, 20 million fake orders, 40 million fake
reviews and likes. Studios log in to farms of small and rented accounts in batches, order, review
and like for merchants whom the organiser finds; each merchant is served by many studios. Merchants
settle with the organiser weekly; accounts get principal and fee back, at first from its own
wallets, later from third parties; a few senders ship empties and small gifts for everybody.

Not published, so drawn by seed within ranges of our own: how many accounts there are (100 to 400
orders each at the large tiers), how many studios, senders and wallets, and how long a merchant
stays. Ten honest orders stand beside each fake one, and accounts of the gang also buy from a shop
that is popular with everybody and has no part in it.
"""

from dataclasses import dataclass

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.base.words import Words
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.chance import Array, Rng, around, between, pick, running, whole
from unbrush.simulate.crew import Crew, orders_of, purchases
from unbrush.simulate.lexicon import REGIONS
from unbrush.simulate.parcels import schedule
from unbrush.simulate.paths import FAVOURITE, LIKE
from unbrush.simulate.people import registered
from unbrush.simulate.planting import Plan, Planting, Reactions, look_alike
from unbrush.simulate.praise import supply
from unbrush.simulate.purse import Purse, fund, open_purse, reward
from unbrush.simulate.recruiting import AUTHORS, calls, careless
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, day_index, moments
from unbrush.simulate.settlement import settle_weekly
from unbrush.simulate.sheet import MACHINE, TWO_NODES, Sheet, decide, join, rows
from unbrush.simulate.staging import Role, Staged
from unbrush.simulate.studios import Studio, Tasks, assign, batches, open_studio, share_out
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.world import SENT, World

NAME = "A5"
TITLE = Words(
    "云和团伙：自有软件、多地工作室批量登录小号，为二十省商家刷单刷评",
    "the Yunhe gang: own software, studios of small accounts, merchants in 20 provinces",
)
KIND = "yunhe-gang"
POPULAR = "popular-with-gang"


@dataclass(frozen=True)
class Tier:
    """How large the gang is; pairs are ranges to draw from."""

    n_orders: int
    n_merchants: tuple[int, int]
    n_studios: tuple[int, int]
    per_account: tuple[int, int]  # orders of an account
    n_bosses: tuple[int, int]
    n_shippers: tuple[int, int]  # more at deeper levels


TIERS = {
    "ci": Tier(10_000, (20, 25), (4, 7), (20, 60), (1, 1), (1, 2)),
    "nightly": Tier(200_000, (50, 500), (10, 25), (100, 400), (1, 3), (2, 6)),
    "full": Tier(20_000_000, (5_000, 5_000), (100, 300), (100, 400), (3, 8), (10, 40)),
}
N_PROVINCES = 20
BACKGROUND = 10  # honest orders for each fake one
REACTIONS_PER_ORDER = 2  # reviews, likes and favourites together
REVIEWED = (0.5, 0.9)
TAKE = (0.013, 0.05)
POPULAR_SHARE = 0.004  # of the market's orders, those of ordinary people in the popular shop

SHIPPERS = 1 << 33
_CLUMSY = (1.0, 0.85, 0.4, 0.1)
_SENDS_ITSELF = ((0.0, 0.05), (0.05, 0.15), (0.1, 0.3), (0.2, 0.5))
_LIKES_WITHIN_H = (1, 6, 48, 240)
_BUYS_POPULAR = (0.15, 0.3, 0.5, 0.6)
_MORE_SHIPPERS = (1, 1, 2, 3)
"""By level: sessions and empties that show the script; parcels that merchants send themselves;
how far likes stray from orders; accounts that buy from the popular shop; times the shippers."""


@dataclass(frozen=True)
class Gang:
    """Who takes part; shops, provinces and shippers are indices, bosses are accounts."""

    shops: Array
    bosses: Array
    studios: list[Studio]
    purse: Purse
    shippers: Array
    shipped_from: Array
    take: float


def n_orders(tier: str) -> int:
    """Return the orders of the whole market."""
    return TIERS[tier].n_orders * (1 + BACKGROUND)


def stage(world: World, rng: Rng, tier: str) -> Staged:
    """Plant the gang, and the popular shop that has no part in it."""
    size, hides = TIERS[tier], LEVELS[world.level]
    shops = _merchants(world, rng, whole(rng, size.n_merchants))
    tasks = share_out(
        rng,
        size.n_orders,
        n_merchants=len(shops),
        n_studios=whole(rng, size.n_studios),
        camouflage=hides,
    )
    gang = _gather(world, rng, tasks, size, shops)
    sheet = _orders(world, rng, tasks, gang)
    popular = _popular(world)
    plantings = [
        _planting(world, rng, rows(sheet, tasks.of(number)), gang, number, popular)
        for number in range(len(gang.studios))
    ]
    first = plantings[0]
    first.accounts = np.concatenate([first.accounts, gang.bosses])
    total = int(sheet["paid_minor"].sum())
    first.money.append(fund(world, rng, gang.purse, total_minor=total, camouflage=hides))
    likes = [reaction for planting in plantings for reaction in planting.reactions]
    return Staged(
        plantings=[*plantings, _crowd(world, rng, popular)],
        roles=_roles(world, gang, plantings),
        facts={
            "n_merchants": len(shops),
            "n_studios": len(gang.studios),
            "n_gang_accounts": sum(studio.crew.n for studio in gang.studios),
            "n_reactions": sum(len(reaction.at) for reaction in likes),
            "provinces": sorted({REGIONS[p] for p in world.shops.region[shops]}),
        },
    )


def _merchants(world: World, rng: Rng, n: int) -> Array:
    """Let shops be in every province, honest ones too, and find the gang's in twenty of them."""
    everywhere = running(1.0 / (np.arange(len(REGIONS)) + 3.0))
    world.shops.region[:] = pick(rng, everywhere, world.shops.n)
    shops = world.take_shops(n)
    provinces = rng.choice(len(REGIONS), N_PROVINCES, replace=False)
    # Every province has a merchant; the others fall where they may.
    more = rng.choice(provinces, max(0, n - N_PROVINCES))
    world.shops.region[shops] = rng.permutation(np.concatenate([provinces, more])[:n])
    return shops


def _gather(world: World, rng: Rng, tasks: Tasks, size: Tier, shops: Array) -> Gang:
    hides = LEVELS[world.level]
    n_bosses = whole(rng, size.n_bosses)
    since = np.minimum(registered(rng, n_bosses), START_AT)
    region = rng.integers(0, len(REGIONS), n_bosses)
    bosses = world.people.join(n_bosses, registered_at=since, region=region)
    n_studios = int(tasks.studio[-1]) + 1
    studios = []
    for number in range(n_studios):
        day = tasks.day[tasks.of(number)]
        studios.append(
            open_studio(
                world,
                rng,
                max(4, round(len(day) / between(rng, size.per_account))),
                camouflage=hides,
                start_day=int(day.min()),
                boss=int(bosses[number % n_bosses]),
            )
        )
    own = world.people["card"][bosses]
    n_shippers = whole(rng, size.n_shippers) * _MORE_SHIPPERS[world.level]
    return Gang(
        shops=shops,
        bosses=bosses,
        studios=studios,
        purse=open_purse(world, rng, own=own, n_studios=n_studios, camouflage=hides),
        shippers=SHIPPERS + np.arange(n_shippers),
        shipped_from=rng.integers(0, len(REGIONS), n_shippers),
        take=between(rng, TAKE),
    )


def _orders(world: World, rng: Rng, tasks: Tasks, gang: Gang) -> Sheet:
    """Return all orders of the gang, studio by studio, sent and praised."""
    hides, n = LEVELS[world.level], len(tasks.day)
    crews = [studio.crew for studio in gang.studios]
    sizes = [crew.n for crew in crews]
    who = assign(rng, tasks, sizes)
    at = batches(rng, tasks, who, camouflage=hides)
    names = ("account", "device", "ip", "address", "card", "is_rented")
    every = Crew(*(np.concatenate([getattr(crew, name) for crew in crews]) for name in names))
    who = who + (np.cumsum(sizes) - sizes)[tasks.studio]
    item = world.hot_item(rng, gang.shops[tasks.merchant])
    sheet = orders_of(world, rng, every, who=who, item=item, at=at)
    sheet["path"][rng.random(n) < _CLUMSY[world.level]] = MACHINE
    sheet["fate"][:] = 0
    _send(world, rng, sheet, gang)
    posts = rng.random(n) < between(rng, REVIEWED)
    wait = around(rng, between(rng, hides.review_days), 0.5, n)
    text = supply(world, rng, item=item, style=hides.wording)
    review_at = sheet["delivered_at"] + (wait * DAY_MS).astype(np.int64) + 5 * MINUTE_MS
    decide(sheet, posts, review_at=review_at, text=text, rating=5)
    return sheet


def _send(world: World, rng: Rng, sheet: Sheet, gang: Gang) -> None:
    """Let the gang's senders ship nearly everything: empties, or gifts that go the whole way."""
    hides, n = LEVELS[world.level], len(sheet["at"])
    by_gang = rng.random(n) >= between(rng, _SENDS_ITSELF[world.level])
    sender = rng.integers(0, len(gang.shippers), n)
    decide(sheet, by_gang, shipper=gang.shippers[sender], from_region=gang.shipped_from[sender])
    gift = rng.random(n) < between(rng, hides.gift_share)
    trifle = np.round(rng.uniform(*hides.gift_g, n) / 5) * 5
    decide(sheet, by_gang, weight_g=np.where(gift, trifle, np.round(rng.uniform(8, 20, n))))
    skips = by_gang & ~gift & (rng.random(n) < _CLUMSY[world.level])
    decide(sheet, skips, parcel=TWO_NODES)
    schedule(world, rng, sheet)


def _planting(
    world: World, rng: Rng, own: Sheet, gang: Gang, number: int, popular: int
) -> Planting:
    """Return what one studio does, and what is paid for it."""
    hides, studio = LEVELS[world.level], gang.studios[number]
    back = reward(world, rng, own, payers=gang.purse.payers[number], camouflage=hides)
    lump, seen = settle_weekly(
        world,
        rng,
        own,
        hides=hides,
        take=gang.take,
        collectors=gang.purse.collectors,
        memo="推广费" if hides.own_payer else "货款",
    )
    shops = np.unique(world.items.shop[own["item"]])
    total = int(own["paid_minor"].sum())
    n_likes = REACTIONS_PER_ORDER * len(own["at"]) - int((own["review_at"] > 0).sum())
    return Planting(
        plan=Plan(
            name=KIND,
            is_fake=True,
            level=world.level,
            organiser="organiser",
            shops=tuple(map(int, shops)),
            n_accounts=studio.crew.n,
            returned_minor=back.returned_minor,
            fees_minor=back.fees_minor + round(total * gang.take),
            seen_minor=back.seen_minor + seen,
        ),
        orders=own,
        accounts=np.concatenate([studio.crew.account, studio.recruiters]),
        shops=shops,
        camouflage=_own_life(world, rng, studio.crew, popular),
        money=[*back.money, lump],
        ties=ties_of(world, own, "device", "ip", "address", address_type=0),
        reactions=[_likes(world, rng, own, n_likes)],
        talk=careless(world, rng, own),
        posts=calls(world, rng, own, author=number),
    )


def _likes(world: World, rng: Rng, own: Sheet, n: int) -> Reactions:
    """Likes and favourites for the studio's tasks, by who ordered or by others of its accounts."""
    task, other = rng.integers(0, len(own["at"]), (2, n))
    who = np.where(rng.random(n) < 0.5, task, other)
    within = _LIKES_WITHIN_H[world.level] * HOUR_MS
    at = own["at"][task] + rng.integers(MINUTE_MS, within + MINUTE_MS, n)
    since = world.people["registered_at"][own["account"][who]]
    return Reactions(
        at=np.clip(np.maximum(at, since + MINUTE_MS), START_AT, END_AT - 1),
        kind=np.where(rng.random(n) < 0.7, LIKE, FAVOURITE),
        account=own["account"][who],
        item=own["item"][task],
        device=own["device"][who],
        ip=own["ip"][who],
    )


def _own_life(world: World, rng: Rng, crew: Crew, popular: int) -> Sheet:
    """Real purchases: as the level has it, and by a share of all accounts in the popular shop."""
    usual = purchases(world, rng, crew, camouflage=LEVELS[world.level])
    account = crew.account[rng.random(crew.n) < _BUYS_POPULAR[world.level]]
    since = np.maximum(0, day_index(world.people["registered_at"][account]) + 1)
    day = np.minimum(since + (rng.random(len(account)) * (N_DAYS - since)).astype(int), N_DAYS - 1)
    item = world.hot_item(rng, np.full(len(account), popular))
    there = draft(world, rng, account=account, item=item, at=moments(rng, day))
    return join([there] if usual is None else [usual, there])


def _popular(world: World) -> int:
    """Return the most popular shop that sends parcels."""
    order = np.argsort(world.shops.rank, kind="stable")
    return next(int(shop) for shop in order if world.shops.category[shop] in SENT)


def _crowd(world: World, rng: Rng, popular: int) -> Planting:
    """Return ordinary people's orders in the popular shop: it and they are honest."""
    account = world.buyers(rng, max(20, round(world.sizes.n_orders * POPULAR_SHARE)))
    at = moments(rng, rng.integers(0, N_DAYS, len(account)))
    item = world.hot_item(rng, np.full(len(account), popular))
    sheet = draft(world, rng, account=account, item=item, at=at)
    return look_alike(POPULAR, sheet, shops=np.array([popular]))


def _roles(world: World, gang: Gang, plantings: list[Planting]) -> list[Role]:
    region, purse = world.people["region"], gang.purse
    crew = np.concatenate([studio.crew.account for studio in gang.studios])
    recruiters = np.concatenate([studio.recruiters for studio in gang.studios])
    signed = np.array([post.author for p in plantings for post in p.posts], np.int64)
    at_home = np.array([studio.province for studio in gang.studios])
    payers = np.setdiff1d(np.union1d(purse.every_payer, purse.collectors), purse.own)
    return [
        Role("organiser", "account", gang.bosses, region[gang.bosses]),
        Role("organiser", "payer", purse.own if LEVELS[world.level].own_payer else purse.own[:0]),
        Role("recruiter", "account", recruiters, region[recruiters]),
        Role("recruiter", "author", signed, at_home[signed - AUTHORS]),
        Role("brusher", "account", crew, region[crew]),
        Role("merchant", "shop", gang.shops, world.shops.region[gang.shops]),
        Role("shipper", "shipper", gang.shippers, gang.shipped_from),
        Role("payer", "payer", payers),
    ]

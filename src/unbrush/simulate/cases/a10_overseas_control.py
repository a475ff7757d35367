"""A10, control from abroad: dispersed groups of accounts behind offshore servers.

Published: gangs move servers and people abroad, control many phones from afar (群控), and recruit
in social groups that do not know of one another; what is done abroad is within the law's reach. One
organiser's groups order and praise for merchants at home.

Levels are those of everybody, except for the deepest: at level 3 every order and every like comes
from a device and a network address that were never seen before and never will be again, and the
organiser and the accounts that it made are abroad (between 30 and 60 % are rented from people at
home). What stays is money (as far as it passes through the platform's wallets), when accounts act,
and parcels; `market.json` says how much of each there is to see, so that what cannot be found is
known.

Not published, so drawn by seed within ranges of our own: how many merchants, groups and accounts
there are. Beside them stand people who live abroad and order for their families at home, and people
who hide device and address from everybody: both honest.
"""

from dataclasses import dataclass, replace

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.base.words import Words
from unbrush.simulate.camouflage import LEVELS, Camouflage
from unbrush.simulate.chance import Array, Rng, around, between, fixed, pick, whole
from unbrush.simulate.crew import Crew, orders_of, purchases
from unbrush.simulate.lexicon import ABROAD, REGIONS
from unbrush.simulate.parcels import schedule
from unbrush.simulate.paths import FAVOURITE, LIKE
from unbrush.simulate.people import registered
from unbrush.simulate.planting import Plan, Planting, Reactions, look_alike
from unbrush.simulate.praise import supply
from unbrush.simulate.purse import Purse, fund, open_purse, reward
from unbrush.simulate.recruiting import AUTHORS, calls, careless
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.settlement import settle_weekly
from unbrush.simulate.sheet import MACHINE, TWO_NODES, Sheet, decide, rows
from unbrush.simulate.staging import Role, Staged
from unbrush.simulate.studios import Studio, Tasks, assign, batches, open_studio, share_out
from unbrush.simulate.ties import ties_of
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "A10"
TITLE = Words(
    "境外群控：组织者与服务器在境外，分散社群的账号为境内商家刷单，设备与 IP 可全部随机",
    "control from abroad: dispersed groups of accounts, devices and addresses random at level 3",
)
KIND = "overseas-control"
EXPATRIATE, PRIVATE = "buyer-abroad", "private-browser"


@dataclass(frozen=True)
class Tier:
    """How large the market and the gang are; pairs are ranges to draw from."""

    n_orders: int
    n_fake: int
    n_merchants: tuple[int, int]
    n_groups: tuple[int, int]


TIERS = {
    "ci": Tier(40_000, 1_500, (10, 14), (3, 5)),
    "nightly": Tier(300_000, 12_000, (40, 60), (6, 12)),
    "full": Tier(3_000_000, 120_000, (200, 300), (20, 40)),
}
PER_ACCOUNT = (6, 14)
REVIEWED = (0.6, 0.9)
REACTIONS_PER_ORDER = 1
TAKE = (0.013, 0.05)
N_SHIPPERS = (1, 3)
HIDDEN = 3
"""The level at which devices and addresses are random and the gang is abroad."""

SHIPPERS = 1 << 34
_RENTED_ABROAD = (0.3, 0.6)
_CLUMSY = (1.0, 0.85, 0.4, 0.1)
_BY_GANG = (0.97, 0.9, 0.75, 0.6)
_LIKES_WITHIN_H = (1, 6, 48, 240)
"""By level: sessions and empties that show the script; parcels that the gang's senders ship; how
far likes stray from orders."""


@dataclass(frozen=True)
class _Gang:
    """Who takes part; shops and shippers are indices, the boss is an account."""

    shops: Array
    boss: Array
    groups: list[Studio]
    purse: Purse
    shippers: Array
    take: float
    hides: Camouflage


def n_orders(tier: str) -> int:
    """Return the orders of the whole market."""
    return TIERS[tier].n_orders


def stage(world: World, rng: Rng, tier: str) -> Staged:
    """Plant the groups, and honest people who are abroad or cannot be seen."""
    size, hides = TIERS[tier], LEVELS[world.level]
    if world.level == HIDDEN:
        hides = replace(hides, rented_share=_RENTED_ABROAD)
    shops = world.take_shops(whole(rng, size.n_merchants))
    tasks = share_out(
        rng,
        size.n_fake,
        n_merchants=len(shops),
        n_studios=whole(rng, size.n_groups),
        camouflage=hides,
    )
    gang = _gather(world, rng, tasks, shops, hides)
    sheet = _orders(world, rng, tasks, gang)
    own = [rows(sheet, tasks.of(number)) for number in range(len(gang.groups))]
    plantings = [_planting(world, rng, part, gang, number) for number, part in enumerate(own)]
    plantings[0].accounts = np.append(plantings[0].accounts, gang.boss)
    total = int(sheet["paid_minor"].sum())
    plantings[0].money.append(fund(world, rng, gang.purse, total_minor=total, camouflage=hides))
    beside = [_expatriates(world, rng, size.n_fake // 8), _private(world, rng, size.n_fake // 8)]
    return Staged(
        plantings=[*plantings, *beside],
        roles=_roles(world, gang, plantings),
        facts={
            "n_merchants": len(shops),
            "n_groups": len(gang.groups),
            "n_gang_accounts": sum(group.crew.n for group in gang.groups),
            "n_abroad": int((world.people["region"][_crew(gang)] >= len(REGIONS)).sum()),
            "visible": _visible(sheet, plantings, gang),
        },
    )


def _gather(world: World, rng: Rng, tasks: Tasks, shops: Array, hides: Camouflage) -> _Gang:
    since = np.minimum(registered(rng, 1), START_AT)
    boss = world.people.join(1, registered_at=since, region=rng.integers(0, len(REGIONS), 1))
    groups = []
    for number in range(int(tasks.studio[-1]) + 1):
        day = tasks.day[tasks.of(number)]
        n = max(6, round(len(day) / between(rng, PER_ACCOUNT)))
        first = int(day.min())
        groups.append(
            open_studio(world, rng, n, camouflage=hides, start_day=first, boss=int(boss[0]))
        )
    if world.level == HIDDEN:
        made = np.concatenate([group.crew.account[~group.crew.is_rented] for group in groups])
        gone = np.append(made, boss)
        world.people["region"][gone] = len(REGIONS) + rng.integers(0, len(ABROAD), len(gone))
    own = world.people["card"][boss]
    purse = open_purse(world, rng, own=own, n_studios=len(groups), camouflage=hides)
    shippers = SHIPPERS + np.arange(whole(rng, N_SHIPPERS) * (1 + world.level // 2))
    return _Gang(shops, boss, groups, purse, shippers, between(rng, TAKE), hides)


def _crew(gang: _Gang) -> Array:
    return np.concatenate([group.crew.account for group in gang.groups])


def _orders(world: World, rng: Rng, tasks: Tasks, gang: _Gang) -> Sheet:
    """Return all orders of the gang, group by group, sent and praised."""
    hides, n = gang.hides, len(tasks.day)
    crews = [group.crew for group in gang.groups]
    sizes = [crew.n for crew in crews]
    who = assign(rng, tasks, sizes)
    at = batches(rng, tasks, who, camouflage=hides)
    names = ("account", "device", "ip", "address", "card", "is_rented")
    every = Crew(*(np.concatenate([getattr(crew, name) for crew in crews]) for name in names))
    who = who + (np.cumsum(sizes) - sizes)[tasks.studio]
    item = world.hot_item(rng, gang.shops[tasks.merchant])
    sheet = orders_of(world, rng, every, who=who, item=item, at=at)
    _to_somebody_at_home(sheet)
    if world.level == HIDDEN:
        _unseen_before(world, sheet)
    sheet["path"][rng.random(n) < _CLUMSY[world.level]] = MACHINE
    sheet["fate"][:] = 0
    _send(world, rng, sheet, gang)
    posts = rng.random(n) < between(rng, REVIEWED)
    wait = around(rng, between(rng, hides.review_days), 0.5, n)
    text = supply(world, rng, item=item, style=hides.wording)
    review_at = sheet["delivered_at"] + (wait * DAY_MS).astype(np.int64) + 5 * MINUTE_MS
    decide(sheet, posts, review_at=review_at, text=text, rating=5)
    return sheet


def _to_somebody_at_home(sheet: Sheet) -> None:
    """Let what accounts abroad order go to one place at home for each, in place."""
    away = sheet["to_region"] >= len(REGIONS)
    home = (fixed(sheet["account"], salt=53) * len(REGIONS)).astype("i2")
    sheet["to_region"] = np.where(away, home, sheet["to_region"]).astype("i2")


def _unseen_before(world: World, sheet: Sheet) -> None:
    """Let every order come from a device and an address of its own, in place."""
    n = len(sheet["at"])
    sheet["device"], sheet["ip"] = world.people.new("device", n), world.people.new("ip", n)


def _send(world: World, rng: Rng, sheet: Sheet, gang: _Gang) -> None:
    """Let the gang's senders ship most: empties, or gifts that go the whole way."""
    hides, n = gang.hides, len(sheet["at"])
    by_gang = rng.random(n) < _BY_GANG[world.level]
    sender = rng.integers(0, len(gang.shippers), n)
    origin = rng.integers(0, len(REGIONS), len(gang.shippers))
    decide(sheet, by_gang, shipper=gang.shippers[sender], from_region=origin[sender])
    gift = rng.random(n) < between(rng, hides.gift_share)
    trifle = np.round(rng.uniform(*hides.gift_g, n) / 5) * 5
    decide(sheet, by_gang, weight_g=np.where(gift, trifle, np.round(rng.uniform(8, 20, n))))
    skips = by_gang & ~gift & (rng.random(n) < _CLUMSY[world.level])
    decide(sheet, skips, parcel=TWO_NODES)
    schedule(world, rng, sheet)


def _planting(world: World, rng: Rng, own: Sheet, gang: _Gang, number: int) -> Planting:
    """Return what one group does, and what is paid for it."""
    hides, group = gang.hides, gang.groups[number]
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
    real = purchases(world, rng, group.crew, camouflage=hides)
    if real is not None:
        _to_somebody_at_home(real)
        if world.level == HIDDEN:
            _unseen_before(world, real)
    return Planting(
        plan=Plan(
            name=KIND,
            is_fake=True,
            level=world.level,
            organiser="organiser",
            shops=tuple(map(int, shops)),
            n_accounts=group.crew.n,
            returned_minor=back.returned_minor,
            fees_minor=back.fees_minor + round(int(own["paid_minor"].sum()) * gang.take),
            seen_minor=back.seen_minor + seen,
        ),
        orders=own,
        accounts=np.concatenate([group.crew.account, group.recruiters]),
        shops=shops,
        camouflage=real,
        money=[*back.money, lump],
        ties=ties_of(world, own, "device", "ip", "address", address_type=0),
        reactions=[_likes(world, rng, own)],
        talk=careless(world, rng, own),
        posts=calls(world, rng, own, author=number),
    )


def _likes(world: World, rng: Rng, own: Sheet) -> Reactions:
    """Likes and favourites for the group's tasks, by whoever ordered or others of its accounts."""
    n = REACTIONS_PER_ORDER * len(own["at"])
    task, other = rng.integers(0, len(own["at"]), (2, n))
    who = np.where(rng.random(n) < 0.5, task, other)
    within = _LIKES_WITHIN_H[world.level] * HOUR_MS
    at = own["at"][task] + rng.integers(MINUTE_MS, within + MINUTE_MS, n)
    since = world.people["registered_at"][own["account"][who]]
    is_hidden = world.level == HIDDEN
    return Reactions(
        at=np.clip(np.maximum(at, since + MINUTE_MS), START_AT, END_AT - 1),
        kind=np.where(rng.random(n) < 0.7, LIKE, FAVOURITE),
        account=own["account"][who],
        item=own["item"][task],
        device=world.people.new("device", n) if is_hidden else own["device"][who],
        ip=world.people.new("ip", n) if is_hidden else own["ip"][who],
    )


def _expatriates(world: World, rng: Rng, n: int) -> Planting:
    """Return people who live abroad and order for their parents, from wherever they are."""
    n_people = max(3, n // 4)
    people = world.people.join(
        n_people,
        region=len(REGIONS) + rng.integers(0, len(ABROAD), n_people),
        registered_at=np.minimum(registered(rng, n_people), START_AT - DAY_MS),
    )
    sheet = _own_orders(world, rng, people, n)
    _to_somebody_at_home(sheet)
    # Half of the time their address is one that roaming or a tunnel gave them.
    away = rng.random(n) < 0.5
    sheet["ip"][away] = world.people.new("ip", int(away.sum()))
    sheet["is_gift"] = rng.random(n) < 0.4
    ties = ties_of(world, sheet, "ip")
    return look_alike(EXPATRIATE, sheet, accounts=people, ties=ties)


def _private(world: World, rng: Rng, n: int) -> Planting:
    """Return people whose browser forgets, and whose address is that of a tunnel."""
    people = world.buyers(rng, max(3, n // 3))
    sheet = _own_orders(world, rng, people, n)
    _unseen_before(world, sheet)
    return look_alike(PRIVATE, sheet, accounts=people, ties=ties_of(world, sheet, "device", "ip"))


def _own_orders(world: World, rng: Rng, people: Array, n: int) -> Sheet:
    account = people[rng.integers(0, len(people), n)]
    shop = pick(rng, world.shops.share, n)
    at = moments(rng, rng.integers(0, N_DAYS, n))
    return draft(world, rng, account=account, item=world.hot_item(rng, shop), at=at)


def _visible(sheet: Sheet, plantings: list[Planting], gang: _Gang) -> dict[str, float]:
    """Return what there is to see, as shares of orders; of money, as a share of what moves."""

    def shared(token: Array) -> float:
        tokens, which = np.unique(token, return_inverse=True)
        pairs = np.unique(np.stack([which, sheet["account"]]), axis=1)
        users = np.bincount(pairs[0], minlength=len(tokens))
        return round(float((users[which] > 1).mean()), 4)

    # Merchants pay what orders cost, and it goes back to the accounts: twice the price moves.
    moved = sum(p.plan.returned_minor + p.plan.fees_minor for p in plantings)
    moved += int(sheet["paid_minor"].sum())
    return {
        "money": round(sum(p.plan.seen_minor for p in plantings) / moved, 4),
        "device_of_several": shared(sheet["device"]),
        "ip_of_several": shared(sheet["ip"]),
        "card_of_several": shared(sheet["payer"]),
        "gang_shipper": round(float(np.isin(sheet["shipper"], gang.shippers).mean()), 4),
    }


def _roles(world: World, gang: _Gang, plantings: list[Planting]) -> list[Role]:
    region, purse = world.people["region"], gang.purse
    crew = _crew(gang)
    recruiters = np.concatenate([group.recruiters for group in gang.groups])
    signed = np.array([post.author for p in plantings for post in p.posts], np.int64)
    at_home = np.array([group.province for group in gang.groups])
    payers = np.setdiff1d(np.union1d(purse.every_payer, purse.collectors), purse.own)

    def province(account: Array) -> Array:
        return np.where(region[account] < len(REGIONS), region[account], -1)

    return [
        Role("organiser", "account", gang.boss, province(gang.boss)),
        Role("organiser", "payer", purse.own if gang.hides.own_payer else purse.own[:0]),
        Role("recruiter", "account", recruiters, province(recruiters)),
        Role("recruiter", "author", signed, at_home[signed - AUTHORS]),
        Role("brusher", "account", crew, province(crew)),
        Role("merchant", "shop", gang.shops, world.shops.region[gang.shops]),
        Role("shipper", "shipper", gang.shippers),
        Role("payer", "payer", payers),
    ]

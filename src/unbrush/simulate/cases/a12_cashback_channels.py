"""A12, cash-back channels: a few wallets pay the buyers of many shops, and some innocent people.

Published: platforms are asked to close channels of unlawful cash-back ("封禁违规返现通道"); when a
payer is blocked, what is stopped and who is hit by mistake must be known, and they must be few.

Not published, so drawn by seed within ranges of our own: two or more agencies pay for the shops of
many owners, each from 2 or 3 wallets. For 40 % of the orders the price comes back after the review;
these orders are fake. For the others a buyer who really wanted the goods gets 2 to 20 yuan for five
stars and a photo: the purchase and the buyer are honest, the review is not. Shops pay the agency
each week. Camouflage as everywhere; at deeper levels packets are of many sizes, shops write less of
them in chats, and ever less goes through the channel that is the agency's own (by level all, all,
60, 20 %).

Every second wallet is also the one from which shops make good what they broke and draw lotteries;
each belongs to somebody who sends packets to relatives; other shops, which have no part in it, pay
their lotteries through an agency's channel. `market.json` says for each payer and channel, and for
a block from several days on, what it would have stopped (as far as transfers show it) and whom it
would have hit: people who are paid honestly there, and not for praise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.base.words import Words
from unbrush.simulate.blocking import joined, tried_blocks
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.cashback import Returned, pay_back
from unbrush.simulate.chance import Array, Rng, around, between, pick, whole
from unbrush.simulate.crew import orders_of, quota_days, real_people, spread
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Money, Plan, Planting, Talk, look_alike
from unbrush.simulate.praise import supply
from unbrush.simulate.season import N_DAYS, START_AT, moments
from unbrush.simulate.sheet import BROWSING, DIRECT, Sheet, decide
from unbrush.simulate.staging import Role, Staged
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "A12"
TITLE = Words(
    "违规返现通道：少数红包账户为众多商家返现换好评，同一账户也发售后补偿、抽奖与亲友红包",
    "cash-back channels: a few wallets pay many shops' buyers for praise, and innocent people",
)
FREE, PRAISE, REWARDED = "channel-free-order", "channel-praise-packet", "rewarded-buyer"
MADE_GOOD, DRAWN = "made-good-by-payer", "drawn-by-payer"
RELATIVES, SHARED = "relative-of-payer", "lottery-on-same-channel"


@dataclass(frozen=True)
class Tier:
    """How large the market is, and how much of it is paid for."""

    n_orders: int
    n_paid: int
    n_merchants: int
    n_agencies: int


TIERS = {
    "ci": Tier(60_000, 1_500, 10, 2),
    "nightly": Tier(300_000, 6_000, 40, 4),
    "full": Tier(3_000_000, 40_000, 200, 10),
}
FREE_SHARE = 0.4
N_WALLETS = (2, 3)
FEE_YUAN = (0, 15)
AGENCY_TAKE = (0.05, 0.2)
N_RELATIVES = (2, 5)
N_MADE_GOOD, N_DRAWN = (15, 45), (10, 40)
N_SHARING, PER_SHARING = 3, (40, 90)

_PACKETS = ((500,), (300, 500), (200, 300, 500, 800, 1_000, 1_800, 2_000), (200, 2_000))
_WRITES = (0.3, 0.12, 0.04, 0.01)
_OWN_CHANNEL = (1.0, 1.0, 0.6, 0.2)
"""By level: sizes of packets (at level 3 any between the two); chats where the shop asks for stars;
what goes through the agency's own channel."""

_ASKS = ("五星带图好评，截图发我，红包返您", "收到满意的话晒图15字以上5⭐，返现金红包哦")
_SENDS = ("好评截图发你了，红包呢", "已经晒图了")
_COMPLAINS = ("收到是坏的，怎么处理", "少发了一件", "颜色发错了")
_MAKES_GOOD = ("非常抱歉，这就给您补偿", "不好意思，转您一点补偿")


@dataclass(frozen=True)
class _Agency:
    """One agency: its wallets, the shops that it works for, the name of its channel."""

    payers: Array
    shops: Array
    channel: str


def n_orders(tier: str) -> int:
    """Return the orders of the whole market."""
    return TIERS[tier].n_orders


def stage(world: World, rng: Rng, tier: str) -> Staged:
    """Plant the agencies, and everybody who is honestly paid where they pay."""
    size = TIERS[tier]
    shops = world.take_shops(size.n_merchants)
    agencies = [
        _Agency(
            world.wallets(whole(rng, N_WALLETS)),
            shops[number :: size.n_agencies],
            f"packet-agency-{number + 1}",
        )
        for number in range(size.n_agencies)
    ]
    n_each = size.n_paid // size.n_agencies
    paid: list[Planting] = []
    beside: list[Planting] = []
    for agency in agencies:
        n_free = round(n_each * FREE_SHARE)
        free, price = _free(world, rng, agency, n_free)
        praised, packet = _praised(world, rng, agency, n_each - n_free)
        for planting, owed in ((free, price), (praised, packet)):
            planting.money.append(_settle(world, rng, agency, planting.orders, owed))
            paid.append(planting)
        for payer in map(int, agency.payers[::2]):
            beside += [_make_good(world, rng, agency, payer), _draw(world, rng, agency, payer)]
        beside += [_relatives(world, rng, payer) for payer in map(int, agency.payers)]
        beside += [_share_channel(world, rng, agency) for _ in range(N_SHARING)]
    payers = np.concatenate([agency.payers for agency in agencies])
    brushers = np.unique(np.concatenate([p.accounts for p in paid if not p.honest]))
    return Staged(
        plantings=[*paid, *beside],
        roles=[
            Role("brusher", "account", brushers, world.people["region"][brushers]),
            Role("merchant", "shop", shops, world.shops.region[shops]),
            Role("payer", "payer", payers),
        ],
        facts={
            "n_paid_orders": sum(len(p.orders["at"]) for p in paid),
            **tried_blocks(
                world,
                joined([part for planting in paid for part in planting.money]),
                joined([part for planting in beside for part in planting.money]),
                payers=payers,
                channels=[agency.channel for agency in agencies],
            ),
        },
    )


def _plan(world: World, name: str, agency: _Agency, n_accounts: int, back: Returned) -> Plan:
    return Plan(
        name=name,
        is_fake=True,
        level=world.level,
        organiser="agency",
        shops=tuple(map(int, agency.shops)),
        n_accounts=n_accounts,
        returned_minor=back.returned_minor,
        fees_minor=back.fees_minor,
        seen_minor=back.seen_minor,
    )


def _free(world: World, rng: Rng, agency: _Agency, n: int) -> tuple[Planting, Array]:
    """Let people buy, praise and get the price back; also return what is owed for each order."""
    hides = LEVELS[world.level]
    n_shops, n_days = len(agency.shops), whole(rng, hides.n_days) + 8
    people = real_people(world, rng, max(6, round(n / n_shops * between(rng, (1.0, 1.6)))))
    who, shop = spread(rng, n, people.n, n_shops)
    start = whole(rng, (1, max(1, N_DAYS - n_days - 16)))
    day = quota_days(rng, shop, start=start, n_days=n_days)
    item = world.hot_item(rng, agency.shops)[shop]
    sheet = orders_of(world, rng, people, who=who, item=item, at=moments(rng, day))
    sheet["path"] = np.where(rng.random(n) < 0.5, DIRECT, BROWSING).astype("i1")
    style = "paraphrase" if world.level < 3 else "fresh"
    since = _review(world, rng, sheet, within_days=between(rng, hides.review_days), style=style)
    fee = np.full(n, whole(rng, FEE_YUAN) * 100)
    back = pay_back(
        world,
        rng,
        principal=sheet["paid_minor"],
        fee=fee,
        to=sheet["payer"],
        since=since,
        payers=agency.payers,
        camouflage=hides,
        memo="免单返款" if world.level == 0 else "",
    )
    account = np.unique(sheet["account"])
    planting = Planting(
        plan=_plan(world, FREE, agency, len(account), back),
        orders=sheet,
        accounts=account,
        shops=agency.shops,
        money=_through(world, rng, agency, back.money),
    )
    return planting, sheet["paid_minor"] + fee


def _praised(world: World, rng: Rng, agency: _Agency, n: int) -> tuple[Planting, Array]:
    """Let real buyers be paid for five stars and a photo; also return the packet of each."""
    hides = LEVELS[world.level]
    account = world.buyers(rng, n)
    n = len(account)
    shop = agency.shops[rng.integers(0, len(agency.shops), n)]
    at = moments(rng, rng.integers(1, N_DAYS - 14, n))
    sheet = draft(world, rng, account=account, item=world.hot_item(rng, shop), at=at)
    since = _review(world, rng, sheet, within_days=between(rng, (0.3, 2.0)), style="fresh")
    packet = _packets(world, rng, agency, shop)
    back = pay_back(
        world,
        rng,
        principal=np.zeros(n, np.int64),
        fee=packet,
        to=sheet["payer"],
        since=since,
        payers=agency.payers,
        camouflage=replace(hides, most_parts=1, noise=0.0),
        memo="好评返现" if world.level == 0 else "",
    )
    planting = Planting(
        plan=_plan(world, PRAISE, agency, n, back),
        orders=sheet,
        accounts=account,
        shops=agency.shops,
        honest={"order": REWARDED, "account": REWARDED},
        money=_through(world, rng, agency, back.money),
        talk=_chats(world, rng, sheet),
    )
    return planting, packet


def _review(world: World, rng: Rng, sheet: Sheet, *, within_days: float, style: str) -> Array:
    """Let all keep and praise what they got, most with a photo; return since when money is due."""
    n = len(sheet["at"])
    sheet["fate"][:] = 0
    schedule(world, rng, sheet)
    wait = around(rng, 0.1 + within_days, 0.5, n)
    sheet["review_at"] = sheet["delivered_at"] + (wait * DAY_MS).astype(np.int64)
    sheet["text"] = supply(world, rng, item=sheet["item"], style=style).astype("i4")
    sheet["rating"][:] = 5
    decide(sheet, rng.random(n) < 0.85, photo=world.people.new("phone", n) + (1 << 30))
    return sheet["review_at"]


def _packets(world: World, rng: Rng, agency: _Agency, shop: Array) -> Array:
    """Return what each buyer is promised: each shop keeps to one size while it does not hide."""
    sizes = np.array(_PACKETS[world.level])
    if world.level == 3:
        return rng.integers(sizes[0], sizes[-1] + 1, len(shop))
    own = sizes[rng.integers(0, len(sizes), len(agency.shops))]
    place = np.searchsorted(np.sort(agency.shops), shop)
    varies = rng.random(len(shop)) < (0.0, 0.0, 0.6)[world.level]
    return np.where(varies, sizes[rng.integers(0, len(sizes), len(shop))], own[place])


def _through(world: World, rng: Rng, agency: _Agency, moved: Sequence[Money]) -> list[Money]:
    """Send money through the agency's own channel, or as anybody's red packets."""
    own, usual = world.phrases.add([agency.channel, "red-packet"])
    share = _OWN_CHANNEL[world.level]
    return [
        replace(part, channel=np.where(rng.random(len(part.at)) < share, own, usual))
        for part in moved
    ]


def _chats(world: World, rng: Rng, sheet: Sheet) -> list[Talk]:
    """Return what shops write to buyers under their order, where they are careless enough."""
    row = np.flatnonzero(rng.random(len(sheet["at"])) < _WRITES[world.level])
    n = len(row)
    asks, sends = world.phrases.add(_ASKS), world.phrases.add(_SENDS)
    asked = sheet["delivered_at"][row] + rng.integers(0, 2 * HOUR_MS, n)
    return [
        Talk(row, np.ones(n), asked, asks[rng.integers(0, len(asks), n)]),
        Talk(
            row,
            np.zeros(n),
            sheet["review_at"][row] + rng.integers(MINUTE_MS, HOUR_MS, n),
            sends[rng.integers(0, len(sends), n)],
        ),
    ]


def _settle(world: World, rng: Rng, agency: _Agency, sheet: Sheet, owed: Array) -> Money:
    """Shops pay the agency each week, from what the platform settles with them, and its take."""
    week = (sheet["at"] - START_AT) // (7 * DAY_MS)
    key, index = np.unique(world.items.shop[sheet["item"]] * 64 + week, return_inverse=True)
    total = np.bincount(index, weights=owed) * (1 + between(rng, AGENCY_TAKE))
    seen = np.flatnonzero(rng.random(len(key)) < between(rng, LEVELS[world.level].seen_share))
    hour = rng.integers(12, 20, len(seen)) * HOUR_MS  # payouts come in the morning
    return money(
        world,
        sender=world.owner_wallet(key[seen] // 64),
        receiver=agency.payers[rng.integers(0, len(agency.payers), len(seen))],
        amount_minor=total[seen],
        at=START_AT + (key[seen] % 64 + 1) * 7 * DAY_MS + hour,
        channel="bank",
        memo="推广费" if world.level == 0 else "",
    )


def _customers(world: World, rng: Rng, shops: Array, bounds: tuple[int, int]) -> Sheet:
    """Return real orders in some of ``shops``."""
    account = world.buyers(rng, whole(rng, bounds))
    n = len(account)
    item = world.hot_item(rng, shops[rng.integers(0, len(shops), n)])
    at = moments(rng, rng.integers(1, N_DAYS - 10, n))
    return draft(world, rng, account=account, item=item, at=at)


def _make_good(world: World, rng: Rng, agency: _Agency, payer: int) -> Planting:
    """Return buyers who complained and are paid for what was broken, from the same wallet."""
    sheet = _customers(world, rng, agency.shops, N_MADE_GOOD)
    n, row = len(sheet["at"]), np.arange(len(sheet["at"]))
    sheet["fate"][:] = 0
    schedule(world, rng, sheet)
    complains = sheet["delivered_at"] + around(rng, 6 * HOUR_MS, 0.8, n).astype(np.int64)
    replies = complains + around(rng, 25 * MINUTE_MS, 0.9, n).astype(np.int64)
    part = np.round(sheet["paid_minor"] * rng.uniform(0.08, 0.5, n) / 100) * 100
    paid = money(
        world,
        sender=np.asarray(payer),
        receiver=sheet["payer"],
        amount_minor=np.maximum(part, 200),
        at=replies + around(rng, 4 * HOUR_MS, 0.8, n).astype(np.int64),
        channel="red-packet",
        memo="售后补偿",
    )
    says, answers = world.phrases.add(_COMPLAINS), world.phrases.add(_MAKES_GOOD)
    talk = [
        Talk(row, np.zeros(n), complains, says[rng.integers(0, len(says), n)]),
        Talk(row, np.ones(n), replies, answers[rng.integers(0, len(answers), n)]),
    ]
    moved = _through(world, rng, agency, [paid])
    return look_alike(MADE_GOOD, sheet, money=moved, talk=talk)


def _draw(world: World, rng: Rng, agency: _Agency, payer: int) -> Planting:
    """Return buyers among whom packets are drawn, whatever they wrote, from the same wallet."""
    sheet = _customers(world, rng, agency.shops, N_DRAWN)
    return look_alike(DRAWN, sheet, money=_lottery(world, rng, agency, sheet, payer))


def _lottery(world: World, rng: Rng, agency: _Agency, sheet: Sheet, payer: int) -> list[Money]:
    n = len(sheet["at"])
    week = (sheet["at"] - START_AT) // (7 * DAY_MS)
    drawn = money(
        world,
        sender=np.asarray(payer),
        receiver=sheet["payer"],
        amount_minor=rng.choice([188, 288, 520, 666, 888, 1_888], n),
        at=START_AT + (week + 1) * 7 * DAY_MS + 20 * HOUR_MS + np.arange(n) * 1_000,
        channel="red-packet",
        memo="抽奖",
    )
    return _through(world, rng, agency, [drawn])


def _share_channel(world: World, rng: Rng, agency: _Agency) -> Planting:
    """Return a shop that has nothing to hide and pays its lottery through the same channel."""
    shop = world.take_shops(1)
    sheet = _customers(world, rng, shop, PER_SHARING)
    own = int(world.owner_wallet(int(shop[0])))
    return look_alike(SHARED, sheet, shops=shop, money=_lottery(world, rng, agency, sheet, own))


def _relatives(world: World, rng: Rng, payer: int) -> Planting:
    """Return the relatives of whoever the wallet belongs to, with their packets and orders."""
    people = world.buyers(rng, whole(rng, N_RELATIVES))
    account = np.repeat(people, rng.integers(2, 7, len(people)))
    n = len(account)
    shop = pick(rng, world.shops.share, n)
    at = moments(rng, rng.integers(0, N_DAYS, n))
    sheet = draft(world, rng, account=account, item=world.hot_item(rng, shop), at=at)
    given = money(
        world,
        sender=np.asarray(payer),
        receiver=world.people["card"][account],
        amount_minor=rng.choice([520, 660, 880, 1_000, 2_000, 5_000, 6_600, 20_000], n),
        at=moments(rng, rng.integers(0, N_DAYS, n)),
        channel="red-packet",
        memo="红包",
    )
    return look_alike(RELATIVES, sheet, accounts=people, money=[given])

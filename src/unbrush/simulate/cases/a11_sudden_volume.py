"""A11, sudden volume: honest shops sell many times as much, for a festival, a stream or the news.

Published: an expert names high frequency and sudden volume as signs of brushing; 11.11, live
streams and the news bring the same to honest shops, a hundred and more of them. Nothing here is
fake.

Not published, so drawn by seed within ranges of our own: how large a surge is (60 to 260 orders),
how fast it comes and goes, how many buy twice or have just registered. As a platform would have it,
orders of 11.11 hold the campaign and its subsidy, those of a stream its session, and of the news a
piece was seen that names the goods. For a share (by level 10, 20, 35, 50 %) the records do not say
why: the shop began its 11.11 days before the platform did, the stream was on another platform, the
piece was seen by nobody. Levels change nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.base.words import Words
from unbrush.simulate.chance import Array, Rng, between, pick_at, whole
from unbrush.simulate.lexicon import BRANDS, CATEGORIES
from unbrush.simulate.market import region_shares
from unbrush.simulate.planting import Planting, Post, look_alike
from unbrush.simulate.recruiting import AUTHORS
from unbrush.simulate.season import END_AT, N_DAYS, PEAK_DAY, START_AT, time_of_day
from unbrush.simulate.sheet import DIRECT, LIVE, Sheet, decide
from unbrush.simulate.staging import Staged
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "A11"
TITLE = Words(
    "突发销量：双十一、直播、新闻带来订单猛增的一百多家诚信商家，其中一部分平台无从得知原因",
    "sudden volume: 100+ honest shops surge for 11.11, live streams and news, some unexplained",
)


@dataclass(frozen=True)
class Tier:
    """How large the market is, and how many shops surge for each of the three causes."""

    n_orders: int
    n_each: int


TIERS = {"ci": Tier(100_000, 40), "nightly": Tier(500_000, 100), "full": Tier(3_000_000, 300)}

N_IN_SURGE = (60, 260)
BUY_TWICE = (0.02, 0.2)
JUST_REGISTERED = (0.05, 0.3)
SEARCHED = (0.4, 0.8)
FESTIVAL, STREAM, NEWS = "double-11-spike", "stream-spike", "news-spike"
BARE = "-bare"
_UNEXPLAINED = (0.1, 0.2, 0.35, 0.5)

_PIECES = (
    "{wanted}上了晚间新闻，多地卖断货，本报记者实地探访",
    "非遗传承人的{wanted}走红，网友：终于有人报道了",
    "国货{wanted}意外翻红，工厂连夜赶工",
    "博主实测十款，{wanted}排第一，评论区都在问链接",
)


def n_orders(tier: str) -> int:
    """Return the orders of the whole market."""
    return TIERS[tier].n_orders


def stage(world: World, rng: Rng, tier: str) -> Staged:
    """Plant one surge in each of the shops."""
    n = TIERS[tier].n_each
    shops = world.take_shops(3 * n).reshape(3, n)
    plantings = [
        surge(world, rng, int(shop), is_bare=bool(bare))
        for own, surge in zip(shops, _SURGES, strict=True)
        for shop, bare in zip(own, _chosen(rng, n, _UNEXPLAINED[world.level]), strict=True)
    ]
    return Staged(
        plantings=plantings,
        facts={
            "n_merchants": 3 * n,
            "n_unexplained": sum(p.plan.name.endswith(BARE) for p in plantings),
            "n_surge_orders": sum(len(p.orders["at"]) for p in plantings),
        },
    )


def _chosen(rng: Rng, n: int, share: float) -> Array:
    """Choose a share of ``n``, to the nearest whole."""
    chosen = np.zeros(n, bool)
    chosen[rng.permutation(n)[: round(n * share)]] = True
    return chosen


def _festival(world: World, rng: Rng, shop: int, *, is_bare: bool) -> Planting:
    """11.11: carts are paid in the first minutes, and again in the last evening hours."""
    account = _crowd(world, rng, newcomers=(0.0, 0.05))
    n = len(account)
    day = PEAK_DAY - whole(rng, (3, 4)) if is_bare else PEAK_DAY
    # A shop of its own accord begins at eight in the evening, the platform at midnight.
    opens = START_AT + day * DAY_MS + (20 * HOUR_MS if is_bare else 0)
    first = rng.exponential(between(rng, (6, 30)) * MINUTE_MS, n)
    ends = opens + (4 if is_bare else 24) * HOUR_MS
    last = ends - opens - rng.exponential(50 * MINUTE_MS, n)
    at = opens + np.where(rng.random(n) < between(rng, (0.5, 0.9)), first, last).astype(np.int64)
    sheet = _orders(world, rng, shop, account, np.clip(at, opens, ends - 1))
    sheet["path"] = np.where(rng.random(n) < 0.8, DIRECT, sheet["path"]).astype("i1")
    off = rng.integers(80, 96, n)
    sheet["paid_minor"] = np.maximum(100, sheet["paid_minor"] * off // 100)
    if not is_bare:
        kinds = [campaign.kind for campaign in world.campaigns]
        sheet["campaign"][:] = kinds.index("double-11")
        helped = rng.random(n) < 0.7
        decide(sheet, helped, subsidy_minor=sheet["paid_minor"] * rng.integers(5, 15, n) // 100)
    return _named(FESTIVAL, sheet, shop, is_bare=is_bare)


def _stream(world: World, rng: Rng, shop: int, *, is_bare: bool) -> Planting:
    """A stream: each time the link is put up, hundreds buy within minutes, on one evening."""
    account = _crowd(world, rng, newcomers=JUST_REGISTERED)
    n = len(account)
    hour = whole(rng, (19, 21))
    begins = START_AT + whole(rng, (4, N_DAYS - 8)) * DAY_MS + hour * HOUR_MS
    shown = begins + np.sort(rng.integers(0, 160, whole(rng, (2, 6)))) * MINUTE_MS
    link = rng.integers(0, len(shown), n)
    after = rng.exponential(between(rng, (1.5, 8)) * MINUTE_MS, n).astype(np.int64)
    sheet = _orders(world, rng, shop, account, np.minimum(shown[link] + after, END_AT - 1))
    sheet["path"][:] = DIRECT if is_bare else LIVE
    sheet["live"][:] = -1 if is_bare else world.lives(1)[0]
    return _named(STREAM, sheet, shop, is_bare=is_bare)


def _news(world: World, rng: Rng, shop: int, *, is_bare: bool) -> Planting:
    """The news: people from everywhere search for the goods that were named, for days."""
    account = _crowd(world, rng, newcomers=JUST_REGISTERED)
    n, day = len(account), whole(rng, (4, N_DAYS - 12))
    out_at = START_AT + day * DAY_MS + whole(rng, (7, 21)) * HOUR_MS
    later = np.minimum(rng.exponential(between(rng, (0.6, 2.0)), n), 8).astype(np.int64)
    at = START_AT + (day + later) * DAY_MS + time_of_day(rng.random(n))
    early = at < out_at
    at[early] = out_at + rng.exponential(2 * HOUR_MS, int(early.sum())).astype(np.int64)
    sheet = _orders(world, rng, shop, account, np.minimum(at, END_AT - 1), one_item=True)
    item = int(sheet["item"][0])
    good = CATEGORIES[int(world.shops.category[shop])].goods[int(world.items.good[item])]
    wanted = f"{BRANDS[int(world.items.brand[item])]}{good}"
    typed = rng.random(n) < between(rng, SEARCHED)
    decide(sheet, typed, query=float(world.queries.add([wanted])[0]))
    decide(sheet, ~typed, path=DIRECT)
    posts = []
    if not is_bare:
        text = _PIECES[whole(rng, (0, len(_PIECES) - 1))].format(wanted=wanted)
        posts = [Post(out_at, text, "news", AUTHORS + 800 + shop % 50, shop, item)]
    return _named(NEWS, sheet, shop, is_bare=is_bare, posts=posts)


_SURGES: tuple[Callable[..., Planting], ...] = (_festival, _stream, _news)


def _crowd(world: World, rng: Rng, *, newcomers: tuple[float, float]) -> Array:
    """Return who buys: strangers to one another, some twice, some registered for it."""
    n = whole(rng, N_IN_SURGE)
    n_new = round(n * between(rng, newcomers))
    n_twice = round(n * between(rng, BUY_TWICE))
    known = world.buyers(rng, n - n_new - n_twice)
    # When they registered is decided by their first order: shortly before it.
    new = world.people.join(
        n_new,
        region=pick_at(region_shares(), rng.random(n_new)),
        registered_at=END_AT,
    )
    once = np.concatenate([known, new])
    return np.concatenate([once, once[rng.integers(0, len(once), n_twice)]])


def _orders(
    world: World, rng: Rng, shop: int, account: Array, at: Array, *, one_item: bool = False
) -> Sheet:
    n = len(account)
    item = world.hot_item(rng, np.full(n, shop))
    return draft(world, rng, account=account, item=item[:1].repeat(n) if one_item else item, at=at)


def _named(
    name: str, sheet: Sheet, shop: int, *, is_bare: bool, posts: list[Post] | None = None
) -> Planting:
    return look_alike(
        name + BARE * is_bare, sheet, shops=np.array([shop]), posts=posts if posts else []
    )

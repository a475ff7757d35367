"""Engagement inflation (刷收藏加购, 直播人气): bought likes, favourites, follows, carts, audiences.

A shop orders a thousand favourites as one orders print. The seller's accounts go down the list of
its customers' goods, in the same order, within minutes; nobody of them buys. For a live stream they
enter together and leave together, so that the audience is a flat top. Later they are scattered over
days and many phones, and in the end real people do it for a few cents, who also live and shop.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.simulate.camouflage import LEVELS, Camouflage
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.crew import Crew, farm, purchases, start_of
from unbrush.simulate.paths import CART, FAVOURITE, FOLLOW, LIKE, LIVE_ENTER, LIVE_LEAVE
from unbrush.simulate.planting import Money, Plan, Planting, Reactions
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments
from unbrush.simulate.sheet import blank
from unbrush.simulate.tasks import PATIENT_MINUTES
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "engagement-inflation"
SHARE = 0.1
SIZE = 2.0
ON_REQUEST = True

PRICE_FEN = (5, 40)
"""Of one like, favourite, follow, cart or visitor."""
LIVE_SHARE = 0.5
"""Customers who also order an audience."""

_TAKES_PART = ((0.9, 1.0), (0.7, 0.9), (0.35, 0.6), (0.12, 0.3))
_WATCH_SPREAD = (0.02, 0.12, 0.4, 0.8)
"""By level: accounts that act for each customer; how far the time that they watch strays (of its
log)."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one seller of engagement with ``n`` accounts, and its customers."""
    hides, level = LEVELS[world.level], world.level
    shops = world.take_shops(2 + world.n_shops_for(n, each=30, most=30))
    item = world.hot_item(rng, shops)
    n_days = whole(rng, hides.n_days)
    start = start_of(rng, n_days)
    crew = farm(world, rng, n, camouflage=hides, start_day=start)
    acts = [
        part
        for number in range(len(shops))
        for part in _serve(
            world, rng, crew, int(item[number]), hides=hides, start=start, n_days=n_days
        )
    ]
    paid, total, seen_minor = _prices(world, rng, shops, acts, start=start, hides=hides)
    return Planting(
        plan=Plan(
            name=NAME,
            is_fake=True,
            level=level,
            organiser="studio",
            shops=tuple(map(int, shops)),
            n_accounts=crew.n,
            fees_minor=total,
            seen_minor=seen_minor,
        ),
        orders=blank(0),
        accounts=np.unique(np.concatenate([part.account for part in acts])),
        shops=shops,
        camouflage=purchases(world, rng, crew, camouflage=hides) if level > 2 else None,
        money=[paid],
        reactions=acts,
    )


def _serve(
    world: World,
    rng: Rng,
    crew: Crew,
    item: int,
    *,
    hides: Camouflage,
    start: int,
    n_days: int,
) -> list[Reactions]:
    """Return what is done for one customer: clicks on its goods, and perhaps an audience."""
    who = np.flatnonzero(rng.random(crew.n) < between(rng, _TAKES_PART[world.level]))
    n = len(who)
    minutes = between(rng, hides.wave_minutes)
    begins = int(moments(rng, np.array([min(start + rng.integers(0, n_days), N_DAYS - 3)]))[0])
    if minutes > PATIENT_MINUTES:
        at = moments(rng, np.minimum(start + rng.integers(0, n_days, n), N_DAYS - 3))
    elif minutes < 30:  # down the list of accounts, at an even beat
        at = begins + ((np.arange(n) + rng.random(n)) / max(1, n) * minutes * MINUTE_MS)
    else:
        at = begins + rng.random(n) * minutes * MINUTE_MS
    # One or two things are ordered, and everybody does them in the same order.
    wanted = rng.choice([LIKE, FAVOURITE, FOLLOW, CART], whole(rng, (1, 2)), replace=False)
    found = [
        _acts(world, crew, who, item, at + place * rng.integers(2_000, 9_000, n), int(kind))
        for place, kind in enumerate(wanted)
    ]
    if rng.random() < LIVE_SHARE:
        found += _audience(world, rng, crew, who, item, hides=hides, begins=begins)
    return found


def _audience(
    world: World,
    rng: Rng,
    crew: Crew,
    who: Array,
    item: int,
    *,
    hides: Camouflage,
    begins: int,
) -> list[Reactions]:
    """Return visitors of one live stream, who come within a wave and stay equally long."""
    n = len(who)
    opens = (begins - START_AT) // DAY_MS * DAY_MS + START_AT + whole(rng, (13, 19)) * HOUR_MS
    rush = min(between(rng, hides.wave_minutes), 90.0) / 4
    enters = opens + rng.random(n) * rush * MINUTE_MS
    watch = around(rng, between(rng, (25.0, 110.0)), _WATCH_SPREAD[world.level], n) * MINUTE_MS
    stays = np.clip(watch, 5_000, 4 * HOUR_MS).astype(np.int64)
    came = _acts(world, crew, who, item, enters, LIVE_ENTER)
    return [came, _acts(world, crew, who, item, enters + stays, LIVE_LEAVE, dwell_ms=stays)]


def _acts(
    world: World,
    crew: Crew,
    who: Array,
    item: int,
    at: Array,
    kind: int,
    *,
    dwell_ms: Array | None = None,
) -> Reactions:
    account = crew.account[who]
    since = world.people["registered_at"][account] + MINUTE_MS
    return Reactions(
        at=np.clip(np.maximum(at.astype(np.int64), since), START_AT, END_AT - 1),
        kind=np.full(len(who), kind),
        account=account,
        item=np.full(len(who), item),
        device=crew.device[who],
        ip=crew.ip[who],
        dwell_ms=dwell_ms,
    )


def _prices(
    world: World,
    rng: Rng,
    shops: Array,
    acts: list[Reactions],
    *,
    start: int,
    hides: Camouflage,
) -> tuple[Money, int, int]:
    """Let customers pay by the piece, before the work; return what is seen, and sums."""
    item = np.concatenate([part.item for part in acts])
    pieces = np.bincount(world.items.shop[item], minlength=world.shops.n)[shops]
    amount = pieces * whole(rng, PRICE_FEN)
    at = np.maximum(moments(rng, start - rng.integers(0, 3, len(shops))), START_AT)
    seen = rng.random(len(shops)) < between(rng, hides.seen_share)
    seller = world.wallets(whole(rng, hides.n_payers))
    paid = money(
        world,
        sender=world.owner_wallet(shops)[seen],
        receiver=seller[rng.integers(0, len(seller), int(seen.sum()))],
        amount_minor=amount[seen],
        at=at[seen],
        channel="transfer",
        memo="人气" if world.level == 0 else "",
    )
    return paid, int(amount.sum()), int(amount[seen].sum())

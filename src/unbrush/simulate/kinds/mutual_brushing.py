"""Mutual brushing (互刷平台): owners of shops buy from one another through a platform of theirs.

Each member pays a deposit and a fee to whoever runs it, brings a few buyer accounts, earns a point
for every order that it places with another member, and spends it on an order from somebody else.
Parcels are empties that the platform sends for all of them. Careless platforms let members serve
each other back and forth; later the circles grow long and points are pooled.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.camouflage import LEVELS
from unbrush.simulate.chance import Array, Rng, between, whole
from unbrush.simulate.crew import Crew, orders_of, purchases, shared, start_of
from unbrush.simulate.people import registered
from unbrush.simulate.planting import Money, Plan, Planting, Post
from unbrush.simulate.season import END_AT, N_DAYS, START_AT, moments, working_hours
from unbrush.simulate.tasks import carry_out
from unbrush.simulate.ties import ties_of
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "mutual-brushing"
SHARE = 0.1
SIZE = 3.0
ON_REQUEST = True

DEPOSIT_YUAN = (300, 500)
FEE_YUAN = (40, 50)
ORDERS_PER_MEMBER = (10, 18)
ACCOUNTS_PER_MEMBER = (1, 3)
SENDERS = 1 << 34
"""The platform's warehouse of empties."""

_CIRCLE = ((2, 3), (3, 4), (4, 7), (7, 14))
_POOLED = (0.0, 0.1, 0.3, 0.6)
_IS_THE_OWNERS = (0.95, 0.75, 0.5, 0.25)
_OWN_PURSE = (0.9, 0.6, 0.2, 0.05)
_ONE_SENDER = (1.0, 0.9, 0.5, 0.1)
_BOARD_HOURS = (1.0, 0.8, 0.4, 0.1)
_CAPTURED = (0.9, 0.6, 0.25, 0.05)
"""By level: members to a circle; orders outside the circle; buyer accounts that the platform knows
to be a shop's; of those, who pay from the owner's wallet; members whose empties come from the one
warehouse; orders at the hours when tasks are posted; calls for members that were captured."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one such platform and its members."""
    hides, level = LEVELS[world.level], world.level
    n_members = max(4, round(n / whole(rng, ORDERS_PER_MEMBER)))
    shops = world.take_shops(n_members)
    n_days = whole(rng, hides.n_days) + 6
    start = start_of(rng, n_days)
    crew, member = _buyers(world, rng, shops)
    buys, sells = _deals(rng, n, n_members, level)
    who = _somebody_of(rng, member, buys)
    day = start + rng.integers(0, n_days, n)
    day = np.minimum(day, N_DAYS - 2)
    posted = rng.random(n) < _BOARD_HOURS[level]
    at = np.where(posted, working_hours(rng, day), moments(rng, day))
    item = world.hot_item(rng, shops)[sells]
    sheet = orders_of(world, rng, crew, who=who, item=item, at=at)
    one = rng.random(n_members) < _ONE_SENDER[level]
    sheet["shipper"] = np.where(one[sells], SENDERS + int(rng.integers(0, 1 << 20)), -1)
    carry_out(world, rng, sheet, hides=hides)
    paid, fees_minor, seen_minor = _dues(world, rng, shops, start=start)
    return Planting(
        plan=Plan(
            name=NAME,
            is_fake=True,
            level=level,
            organiser="platform of members",
            shops=tuple(map(int, shops)),
            n_accounts=crew.n,
            fees_minor=fees_minor,
            seen_minor=seen_minor,
        ),
        orders=sheet,
        accounts=crew.account,
        shops=shops,
        camouflage=purchases(world, rng, crew, camouflage=hides),
        money=[paid],
        ties=ties_of(world, sheet, "device", "ip", "address", address_type=0),
        posts=_call(world, rng, start=start),
    )


def _buyers(world: World, rng: Rng, shops: Array) -> tuple[Crew, Array]:
    """Let every member have buyer accounts of its own; return them, and whose each is."""
    level, people = world.level, world.people
    size = rng.integers(ACCOUNTS_PER_MEMBER[0], ACCOUNTS_PER_MEMBER[1] + 1, len(shops))
    member = np.repeat(np.arange(len(shops)), size)
    n = len(member)
    # Family and owner use one telephone for all of them, or one each when they take care.
    device = people.new("device", len(shops))[member]
    ip = people.new("ip", len(shops))[member]
    address = people.new("address", len(shops))[member]
    if level > 1:
        device = shared(world, rng, "device", n, (1, 1))
        ip, address = shared(world, rng, "ip", n, (1, 2)), shared(world, rng, "address", n, (1, 1))
    known = rng.random(n) < _IS_THE_OWNERS[level]
    owners = known & (rng.random(n) < _OWN_PURSE[level])
    own = people.new("card", n)
    card = np.where(owners, world.owner_wallet(shops)[member], own)
    account = people.join(
        n,
        device=device,
        ip=ip,
        address=address,
        card=card,
        region=world.shops.region[shops][member],
        registered_at=np.minimum(registered(rng, n), START_AT),
        identity=people.new("phone", n) + (1 << 40),
        staff_of=np.where(known, shops[member], -1),
    )
    return Crew(account, device, ip, address, card, np.zeros(n, bool)), member


def _deals(rng: Rng, n: int, n_members: int, level: int) -> tuple[Array, Array]:
    """Return who buys and who sells: the next one of the circle, or anybody with pooled points."""
    circles: list[Array] = []
    left = rng.permutation(n_members)
    while len(left):
        size = min(whole(rng, _CIRCLE[level]), len(left))
        if len(left) - size < 2:
            size = len(left)
        circles.append(left[:size])
        left = left[size:]
    after = np.empty(n_members, np.int64)
    for circle in circles:
        after[circle] = np.roll(circle, -1)
    # Points even out: everybody buys as often as the others.
    buys = rng.permutation(np.arange(n) % n_members)
    step = rng.integers(1, n_members, n)
    pooled = rng.random(n) < _POOLED[level]
    return buys, np.where(pooled, (buys + step) % n_members, after[buys])


def _somebody_of(rng: Rng, member: Array, buys: Array) -> Array:
    """Return which account each order is placed with: one of the member's, in turn."""
    first = np.searchsorted(member, buys)
    size = np.bincount(member)[buys]
    return np.asarray(first + (rng.random(len(buys)) * size).astype(np.int64))


def _dues(world: World, rng: Rng, shops: Array, *, start: int) -> tuple[Money, int, int]:
    """Let members pay their deposits, and a fee each month; return what is seen, and sums."""
    hides, n = LEVELS[world.level], len(shops)
    collectors = world.wallets(whole(rng, hides.n_payers))
    deposit = np.full(n, whole(rng, (DEPOSIT_YUAN[0] // 50, DEPOSIT_YUAN[1] // 50)) * 5_000)
    fee = np.full(n, whole(rng, FEE_YUAN) * 100)
    joins = moments(rng, np.maximum(0, start - rng.integers(0, 4, n)))
    again = joins + 30 * DAY_MS + rng.integers(-DAY_MS, DAY_MS, n)
    amount = np.concatenate([deposit, fee, fee])
    at = np.concatenate([joins, joins + rng.integers(HOUR_MS // 6, 6 * HOUR_MS, n), again])
    sender = np.tile(world.owner_wallet(shops), 3)
    seen = rng.random(len(at)) < between(rng, hides.seen_share)
    paid = money(
        world,
        sender=sender[seen],
        receiver=collectors[rng.integers(0, len(collectors), int(seen.sum()))],
        amount_minor=amount[seen],
        at=at[seen],
        channel="transfer",
        memo="押金" if world.level == 0 else "",
    )
    in_span = seen & (at < END_AT)
    return paid, int(amount.sum()), int(amount[in_span].sum())


def _call(world: World, rng: Rng, *, start: int) -> list[Post]:
    """Return the call for members as captured outside, if anybody did."""
    if rng.random() > _CAPTURED[world.level]:
        return []
    fee = whole(rng, FEE_YUAN)
    text = (
        f"商家互刷联盟招新，你帮我拍我帮你拍，积分兑单，押金可退，会费{fee}元，空包代发，"
        "店主小号都能做，进群派单"
    )
    at = max(START_AT, START_AT + start * DAY_MS - int(rng.integers(HOUR_MS, 60 * HOUR_MS)))
    return [Post(at, text, "chat-group", (1 << 39) + int(rng.integers(0, 1 << 20)))]

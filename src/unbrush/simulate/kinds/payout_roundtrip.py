"""Payout round trip: what a shop is settled for goes back to those who ordered.

The shop needs no capital of its own: each week the platform pays it for orders that were confirmed,
and from that money the buyers get their price and a fee. At first the wallet that is settled pays
them itself, later that of an employee, then third parties filled from it, and over two hops.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.camouflage import LEVELS, Camouflage
from unbrush.simulate.cashback import Returned, pay_back
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.crew import orders_of, purchases, quota_days, real_people, spread, start_of
from unbrush.simulate.parcels import schedule
from unbrush.simulate.people import registered
from unbrush.simulate.planting import Money, Plan, Planting
from unbrush.simulate.praise import supply
from unbrush.simulate.season import END_AT, START_AT, moments
from unbrush.simulate.sheet import TASK, Sheet, decide, rows
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "payout-roundtrip"
SHARE = 0.1
SIZE = 1.0
ON_REQUEST = True

FEE_YUAN = (3, 15)
WEEK_MS = 7 * DAY_MS
PAID_AT = 10 * HOUR_MS
"""When on its day the platform settles."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant one organiser's orders for one to four shops, each of which pays its own buyers."""
    hides, level = LEVELS[world.level], world.level
    shops = world.take_shops(world.n_shops_for(n, each=35, most=4))
    item = world.hot_item(rng, shops)
    n_days = whole(rng, hides.n_days) + 6
    start = start_of(rng, n_days)
    people = real_people(world, rng, max(6, round(n / len(shops) * between(rng, (1.0, 1.6)))))
    who, shop = spread(rng, n, people.n, len(shops))
    at = moments(rng, quota_days(rng, shop, start=start, n_days=n_days))
    sheet = orders_of(world, rng, people, who=who, item=item[shop], at=at)
    sheet["path"][rng.random(n) < (0.9, 0.7, 0.4, 0.2)[level]] = TASK
    is_real = rng.random(n) < between(rng, hides.real_share)
    decide(sheet, ~is_real, weight_g=np.round(rng.uniform(*hides.gift_g, n) / 5) * 5)
    schedule(world, rng, sheet)
    posts = rng.random(n) < 0.85
    wait = around(rng, between(rng, hides.review_days), 0.5, n) + 0.02
    review_at = sheet["delivered_at"] + (wait * DAY_MS).astype(np.int64)
    text = supply(world, rng, item=sheet["item"], style=hides.wording)
    decide(sheet, posts, review_at=review_at, text=text, rating=5)
    sheet["fate"][:] = 0
    fee_minor = whole(rng, FEE_YUAN) * 100
    staff, moved, back = [], [], []
    for number in range(len(shops)):
        mine = rows(sheet, shop == number)
        who_pays, payers = _payers(world, rng, int(shops[number]), hides)
        returned = _pay(world, rng, mine, fee_minor=fee_minor, payers=payers, hides=hides)
        staff.append(who_pays)
        back.append(returned)
        moved += [*returned.money, _fill(world, rng, returned, int(shops[number]), payers, hides)]
    accounts = np.unique(np.concatenate([sheet["account"], *staff]))
    return Planting(
        plan=Plan(
            name=NAME,
            is_fake=True,
            level=level,
            organiser="shop",
            shops=tuple(map(int, shops)),
            n_accounts=len(accounts),
            returned_minor=sum(part.returned_minor for part in back),
            fees_minor=sum(part.fees_minor for part in back),
            seen_minor=sum(part.seen_minor for part in back),
        ),
        orders=sheet,
        accounts=accounts,
        shops=shops,
        camouflage=purchases(world, rng, people, camouflage=hides),
        money=moved,
    )


def settled_at(since: Array) -> Array:
    """Return when the platform pays for what was confirmed at ``since``."""
    return np.asarray(START_AT + ((since - START_AT) // WEEK_MS + 1) * WEEK_MS + PAID_AT)


def _payers(world: World, rng: Rng, shop: int, hides: Camouflage) -> tuple[Array, Array]:
    """Return employees who pay, if any, and the wallets that do."""
    nobody = np.zeros(0, np.int64)
    if world.level == 0:
        return nobody, world.owner_wallet(np.array([shop]))
    n = whole(rng, hides.n_payers)
    if world.level > 1:
        return nobody, world.wallets(n)
    since = registered(rng, n)
    region = int(world.shops.region[shop])
    staff = world.people.join(n, region=region, registered_at=since, staff_of=shop)
    return staff, world.people["card"][staff].copy()


def _pay(
    world: World, rng: Rng, sheet: Sheet, *, fee_minor: int, payers: Array, hides: Camouflage
) -> Returned:
    # One confirms before one reviews; what is not reviewed is confirmed after ten days.
    reviewed = sheet["review_at"] > 0
    confirmed_at = np.where(reviewed, sheet["review_at"], sheet["delivered_at"] + 10 * DAY_MS)
    return pay_back(
        world,
        rng,
        principal=sheet["paid_minor"],
        fee=np.full(len(confirmed_at), fee_minor),
        to=sheet["payer"],
        since=settled_at(confirmed_at),
        payers=payers,
        camouflage=hides,
        memo="返款" if world.level == 0 and rng.random() < 0.5 else "",
    )


def _fill(
    world: World, rng: Rng, back: Returned, shop: int, payers: Array, hides: Camouflage
) -> Money:
    """Fill the payers' wallets from the shop's after each settlement; patient ones by a friend."""
    owner = world.owner_wallet(np.array([shop]))
    paid = back.money[0]
    week = (paid.at - START_AT - PAID_AT) // WEEK_MS
    key, index = np.unique(
        np.searchsorted(np.sort(payers), paid.sender) * 64 + week, return_inverse=True
    )
    amount = np.bincount(index, weights=paid.amount_minor, minlength=len(key))
    at = START_AT + (key % 64) * WEEK_MS + PAID_AT + rng.integers(HOUR_MS // 6, HOUR_MS, len(key))
    to = np.sort(payers)[key // 64]
    seen = (to != owner[0]) & (rng.random(len(key)) < between(rng, hides.seen_share))
    seen &= (at >= START_AT) & (at < END_AT)
    amount, at, to = np.ceil(amount[seen] / 10_000) * 10_000, at[seen], to[seen]
    if world.level < 3:
        return money(
            world, sender=owner, receiver=to, amount_minor=amount, at=at, channel="bank", memo=""
        )
    friend = world.wallets(1)
    return money(
        world,
        sender=np.concatenate([np.broadcast_to(owner, len(at)), np.broadcast_to(friend, len(at))]),
        receiver=np.concatenate([np.broadcast_to(friend, len(at)), to]),
        amount_minor=np.tile(amount, 2),
        at=np.concatenate([at, at + 5 * HOUR_MS]),
        channel="bank",
        memo="",
    )

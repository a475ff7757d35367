"""Gift parcels (礼品代发): a vendor sends real trifles in the names of a hundred unrelated shops.

Each order gets a parcel of its own that travels the whole way, from the vendor's warehouse, with
next to nothing in it. The shops pay the vendor for each. Nobody complains that the goods did not
come, since nobody expected any. Later the trifles vary in weight, and the vendor in name.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.camouflage import LEVELS, Camouflage
from unbrush.simulate.cashback import Returned, pay_back, payers_of
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.crew import orders_of, purchases, quota_days, real_people, spread, start_of
from unbrush.simulate.lexicon import SELLER_REGIONS
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Money, Plan, Planting
from unbrush.simulate.praise import supply
from unbrush.simulate.season import END_AT, START_AT, moments
from unbrush.simulate.sheet import DIRECT, TASK, Sheet, decide, rows
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "gift-parcel"
SHARE = 0.1
SIZE = 8.0
ON_REQUEST = True

PRICE_FEN = (120, 350)
"""What a gift sent costs a shop."""
FEE_YUAN = (3, 10)
SHOPS_PER_AGENT = 6
VENDORS = 1 << 33

_SENDERS = (1, 1, 2, 5)
_WEIGHT_SPREAD = (0.05, 0.15, 0.4, 0.7)
_FOLLOWS_SCRIPT = (0.8, 0.6, 0.3, 0.1)
"""By level: names that the vendor sends under; how far its gifts' weights stray (of their log);
buyers who do as the task says."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the customers of one vendor: very many shops with a few orders each."""
    hides, level = LEVELS[world.level], world.level
    shops = world.take_shops(4 + world.n_shops_for(n, each=6, most=400))
    item = world.hot_item(rng, shops)
    n_days = whole(rng, hides.n_days) + 10
    start = start_of(rng, n_days)
    # People with doors of their own: that is what the trifles are for.
    crew = real_people(world, rng, max(6, round(n * between(rng, (0.5, 0.8)))))
    who, shop = spread(rng, n, crew.n, len(shops))
    at = moments(rng, quota_days(rng, shop, start=start, n_days=n_days))
    sheet = orders_of(world, rng, crew, who=who, item=item[shop], at=at)
    sheet["path"] = np.where(rng.random(n) < 0.5, DIRECT, sheet["path"]).astype("i1")
    sheet["path"][rng.random(n) < _FOLLOWS_SCRIPT[level]] = TASK
    _send(world, rng, sheet, hides)
    posts = rng.random(n) < 0.75
    wait = around(rng, between(rng, hides.review_days), 0.5, n) + 0.02
    text = supply(world, rng, item=sheet["item"], style=hides.wording)
    review_at = sheet["delivered_at"] + (wait * DAY_MS).astype(np.int64)
    decide(sheet, posts, review_at=review_at, text=text, rating=5)
    sheet["fate"][:] = 0
    price = whole(rng, PRICE_FEN)
    paid, seen_minor = _bill(world, rng, sheet, price=price, hides=hides)
    back = _pay_buyers(world, rng, sheet, shop, hides)
    return Planting(
        plan=Plan(
            name=NAME,
            is_fake=True,
            level=level,
            organiser="vendor",
            shops=tuple(map(int, shops)),
            n_accounts=crew.n,
            returned_minor=sum(part.returned_minor for part in back),
            fees_minor=price * n + sum(part.fees_minor for part in back),
            seen_minor=seen_minor + sum(part.seen_minor for part in back),
        ),
        orders=sheet,
        accounts=crew.account,
        shops=shops,
        camouflage=purchases(world, rng, crew, camouflage=hides),
        money=[paid, *(moved for part in back for moved in part.money)],
    )


def _send(world: World, rng: Rng, sheet: Sheet, hides: Camouflage) -> None:
    """Let the vendor send from its own place, each gift the whole way."""
    n, level = len(sheet["at"]), world.level
    senders = VENDORS + rng.integers(0, 1 << 30, _SENDERS[level])
    places = np.array(SELLER_REGIONS)[rng.integers(0, 4, _SENDERS[level])]
    which = rng.integers(0, len(senders), n)
    sheet["shipper"], sheet["from_region"] = senders[which], places[which].astype("i2")
    usual = between(rng, hides.gift_g)
    weight = np.maximum(10, np.round(around(rng, usual, _WEIGHT_SPREAD[level], n) / 5) * 5)
    # Who hides best fills up what would be far too light for the goods.
    if level == 3:
        net = world.items.net_weight_g[sheet["item"]]
        weight = np.where(rng.random(n) < 0.3, net * rng.uniform(0.5, 0.95, n), weight)
    sheet["weight_g"] = weight
    sheet["shipped_at"] = sheet["at"] + (around(rng, 9, 0.5, n) * HOUR_MS).astype(np.int64)
    schedule(world, rng, sheet)


def _pay_buyers(
    world: World, rng: Rng, sheet: Sheet, shop: Array, hides: Camouflage
) -> list[Returned]:
    """Pay the buyers back: every few shops by an agent of their own, whom the vendor never met."""
    found = []
    agent = shop // SHOPS_PER_AGENT
    for number in np.unique(agent):
        mine = rows(sheet, agent == number)
        n, reviewed = len(mine["at"]), mine["review_at"] > 0
        found.append(
            pay_back(
                world,
                rng,
                principal=mine["paid_minor"],
                fee=np.full(n, whole(rng, FEE_YUAN) * 100),
                to=mine["payer"],
                since=np.where(reviewed, mine["review_at"], mine["delivered_at"] + DAY_MS),
                payers=payers_of(world, rng, camouflage=hides, own=int(world.wallets(1)[0])),
                camouflage=hides,
            )
        )
    return found


def _bill(
    world: World, rng: Rng, sheet: Sheet, *, price: int, hides: Camouflage
) -> tuple[Money, int]:
    """Shops pay for their gifts every few days; return what is seen of it."""
    shop = world.items.shop[sheet["item"]]
    key: Array
    key, count = np.unique(shop * 64 + (sheet["at"] - START_AT) // (3 * DAY_MS), return_counts=True)
    at = START_AT + (key % 64 + 1) * 3 * DAY_MS - rng.integers(HOUR_MS, 9 * HOUR_MS, len(key))
    seen = rng.random(len(key)) < between(rng, hides.seen_share)
    moved = money(
        world,
        sender=world.owner_wallet(key[seen] // 64),
        receiver=world.wallets(1),
        amount_minor=count[seen] * price,
        at=at[seen],
        channel="transfer",
        memo="礼品代发" if world.level == 0 else "运费",
    )
    return moved, int((count * price)[seen & (at < END_AT)].sum())

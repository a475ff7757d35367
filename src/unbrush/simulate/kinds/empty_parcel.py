"""Empty parcels (空包): a vendor sells waybills; orders look delivered, and nothing was sent.

Several shops buy from one vendor, whose branch collects for all of them. At first the parcel weighs
nothing or always the same and is scanned twice, where it is collected and where it is "signed";
better vendors send real parcels with a trifle inside over the whole way.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.camouflage import LEVELS, Camouflage
from unbrush.simulate.chance import Array, Rng, around, between, whole
from unbrush.simulate.crew import farm, orders_of, purchases, quota_days, spread, start_of
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Money, Plan, Planting
from unbrush.simulate.praise import supply
from unbrush.simulate.season import END_AT, START_AT, moments
from unbrush.simulate.sheet import DIRECT, TWO_NODES, Sheet, decide
from unbrush.simulate.ties import ties_of
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "empty-parcel"
SHARE = 0.17
SIZE = 1.2

PRICE_FEN = (80, 260)
"""What a waybill costs."""


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the customers of one vendor of waybills."""
    hides = LEVELS[world.level]
    n_shops = 1 + world.n_shops_for(n, each=28, most=11)
    shops = world.take_shops(n_shops)
    item = world.hot_item(rng, shops)
    n_days = whole(rng, hides.n_days)
    start = start_of(rng, n_days)
    n_accounts = max(4, round(n / n_shops * between(rng, (1.0, 1.8))))
    crew = farm(world, rng, n_accounts, camouflage=hides, start_day=start)
    who, shop = spread(rng, n, crew.n, n_shops)
    day = quota_days(rng, shop, start=start, n_days=n_days)
    sheet = orders_of(world, rng, crew, who=who, item=item[shop], at=moments(rng, day))
    sheet["path"][rng.random(n) < (1.0, 0.7, 0.4, 0.2)[world.level]] = DIRECT
    _send(world, rng, sheet, hides)
    posts = rng.random(n) < 0.7
    wait = around(rng, between(rng, hides.review_days), 0.5, n) + 0.01
    text = supply(world, rng, item=sheet["item"], style=hides.wording)
    review_at = sheet["delivered_at"] + (wait * DAY_MS).astype(np.int64)
    decide(sheet, posts, review_at=review_at, text=text, rating=5)
    sheet["fate"][:] = 0
    price = whole(rng, PRICE_FEN)
    paid, seen_minor = _waybills(world, rng, sheet, price=price, hides=hides)
    return Planting(
        plan=Plan(
            name=NAME,
            is_fake=True,
            level=world.level,
            organiser="vendor",
            shops=tuple(map(int, shops)),
            n_accounts=crew.n,
            returned_minor=0,
            fees_minor=price * n,
            seen_minor=seen_minor,
        ),
        orders=sheet,
        accounts=crew.account,
        shops=shops,
        camouflage=purchases(world, rng, crew, camouflage=hides),
        money=[paid],
        ties=ties_of(world, sheet, "device", "ip", "address", address_type=0),
    )


def _send(world: World, rng: Rng, sheet: Sheet, hides: Camouflage) -> None:
    """Let the vendor send: from one branch, light, and mostly not along the whole way."""
    n = len(sheet["at"])
    # A careful vendor splits its trade over several senders.
    senders = VENDORS + rng.integers(0, 1 << 30, (1, 1, 2, 6)[world.level])
    sheet["shipper"] = senders[rng.integers(0, len(senders), n)]
    gift = rng.random(n) < between(rng, hides.gift_share)
    constant = float(rng.integers(1, 6) * 10)
    trifle = np.round(rng.uniform(*hides.gift_g, n) / 5) * 5
    sheet["weight_g"] = np.where(gift, trifle, constant if rng.random() < 0.6 else 10.0)
    sheet["parcel"][rng.random(n) < (1.0, 0.85, 0.4, 0.1)[world.level]] = TWO_NODES
    sheet["shipped_at"] = sheet["at"] + (around(rng, 6, 0.6, n) * HOUR_MS).astype(np.int64)
    schedule(world, rng, sheet)


VENDORS = 1 << 32


def _waybills(
    world: World, rng: Rng, sheet: Sheet, *, price: int, hides: Camouflage
) -> tuple[Money, int]:
    """Shops pay the vendor for their waybills, day by day; return what is seen of it."""
    shop = world.items.shop[sheet["item"]]
    key: Array
    key, count = np.unique(shop * 128 + (sheet["at"] - START_AT) // DAY_MS, return_counts=True)
    at = START_AT + (key % 128) * DAY_MS + 19 * HOUR_MS + rng.integers(0, HOUR_MS, len(key))
    seen = rng.random(len(key)) < between(rng, hides.seen_share)
    vendor = world.wallets(1)
    moved = money(
        world,
        sender=world.owner_wallet(key[seen] // 128),
        receiver=vendor,
        amount_minor=count[seen] * price,
        at=at[seen],
        channel="transfer",
        memo="单号" if world.level == 0 else "运费",
    )
    return moved, int((count * price)[seen & (at < END_AT)].sum())

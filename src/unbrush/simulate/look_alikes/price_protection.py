"""Price protection: the price fell within days; whoever asks gets the difference by transfer."""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Rng, around
from unbrush.simulate.planting import Planting, Talk, look_alike
from unbrush.simulate.season import N_DAYS, START_AT, moments
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "price-protection"
SHARE = 0.002
SIZE = 0.8

_ASKS = ("刚买就降价了，能退差价吗", "申请保价", "昨天买的今天便宜了，补一下")
_ANSWERS = ("可以的亲，差价给您转过去", "支持价保，稍后转您")


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the two weeks around one price cut of one shop."""
    shop = world.take_shops(1)
    account = world.buyers(rng, n)
    n = len(account)
    cut_day = int(rng.integers(14, N_DAYS - 14))
    day = np.clip(cut_day - 12 + rng.integers(0, 18, n), 0, N_DAYS - 1)
    item = world.hot_item(rng, np.repeat(shop, n))
    sheet = draft(world, rng, account=account, item=item, at=moments(rng, day))
    cut = int(rng.integers(8, 35))
    late = day >= cut_day
    sheet["paid_minor"] = np.where(
        late, sheet["paid_minor"] * (100 - cut) // 100, sheet["paid_minor"]
    )
    asks = np.flatnonzero(~late & (rng.random(n) < 0.6))
    asks_at = START_AT + cut_day * DAY_MS + around(rng, 20 * HOUR_MS, 0.8, len(asks)).astype("i8")
    asks_at = np.maximum(asks_at, sheet["at"][asks] + HOUR_MS)
    pays_at = asks_at + around(rng, 5 * HOUR_MS, 0.8, len(asks)).astype(np.int64)
    sheet["fate"][asks] = 0
    paid = money(
        world,
        sender=world.owner_wallet(shop[0]),
        receiver=sheet["payer"][asks],
        amount_minor=sheet["paid_minor"][asks] * cut // 100,
        at=pays_at,
        channel="transfer",
        memo="价保差价",
    )
    said, answered = world.phrases.add(_ASKS), world.phrases.add(_ANSWERS)
    m = len(asks)
    talk = [
        Talk(asks, np.zeros(m), asks_at, said[rng.integers(0, len(said), m)]),
        Talk(asks, np.ones(m), asks_at + HOUR_MS // 2, answered[rng.integers(0, 2, m)]),
    ]
    return look_alike(NAME, sheet, shops=shop, money=[paid], talk=talk)

"""Serial complainers who are right: a few people who complain of most that they buy, with cause.

They buy where it is cheap and bad, say so in two stars or one, and get some of their money back;
some of their reviews become kinder after that.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Rng, around, pick
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Planting, Talk, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.sheet import decide
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "serial-complainer"
SHARE = 0.002
SIZE = 0.6

_SAYS = ("跟描述不符，我要求退一部分", "质量太差，请处理", "和宣传的材质不一样，拍照了", "缺件")


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant some complainers; a shop of poor quality sees most of them."""
    people = world.buyers(rng, max(2, n // 9))
    account = people[rng.integers(0, len(people), n)]
    poor = world.take_shops(1)
    world.shops.quality[poor] = min(0.45, float(world.shops.quality[poor[0]]))
    shop = np.where(rng.random(n) < 0.3, poor[0], pick(rng, world.shops.share, n))
    at = moments(rng, rng.integers(0, N_DAYS - 12, n))
    sheet = draft(world, rng, account=account, item=world.hot_item(rng, shop), at=at)
    schedule(world, rng, sheet)
    complains = rng.random(n) < 0.6
    says_at = sheet["delivered_at"] + around(rng, 12 * HOUR_MS, 0.8, n).astype(np.int64)
    review_at = says_at + around(rng, DAY_MS, 0.8, n).astype(np.int64)
    rating = rng.choice([1, 2, 3], n, p=[0.5, 0.35, 0.15])
    refunded = complains & (rng.random(n) < 0.4)
    sheet["fate"][:] = np.where(refunded, 1, 0)
    paid = complains & ~refunded & (rng.random(n) < 0.4)
    pays_at = review_at + around(rng, DAY_MS, 0.7, n).astype(np.int64)
    kinder = paid & (rng.random(n) < 0.4)
    decide(sheet, complains & ~refunded, review_at=review_at, rating=np.where(kinder, 4, rating))
    decide(sheet, kinder, edited_at=pays_at + DAY_MS)
    back = money(
        world,
        sender=world.owner_wallet(world.items.shop[sheet["item"]])[paid],
        receiver=sheet["payer"][paid],
        amount_minor=(sheet["paid_minor"] * rng.integers(10, 50, n) // 100)[paid],
        at=pays_at[paid],
        channel="transfer",
        memo="售后补偿",
    )
    who = np.flatnonzero(complains)
    words = world.phrases.add(_SAYS)[rng.integers(0, len(_SAYS), len(who))]
    talk = [Talk(who, np.zeros(len(who)), says_at[who], words)]
    return look_alike(NAME, sheet, accounts=people, shops=poor, money=[back], talk=talk)

"""A bad batch made good: angry reviews in a row, which their authors change once it is put right.

The shop answers those who complained, sends the part anew or pays some of the price back; most who
were helped raise their stars, some do not, and nobody is asked to.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.simulate.chance import Rng, around
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Planting, Talk, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.sheet import decide
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "bad-batch-remedy"
SHARE = 0.002
SIZE = 0.8

_COMPLAINTS = ("收到就是坏的", "整批都有问题吧，我同事买的也坏了", "少了个配件", "裂了一道口子")
_ANSWERS = ("这批次有问题，非常抱歉，给您补发配件", "批次质量问题，我们退您一部分货款")


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant two weeks of one shop's bad goods, its remedy, and what buyers made of it."""
    shop = world.take_shops(1)
    account = world.buyers(rng, n)
    n = len(account)
    day = np.minimum(int(rng.integers(2, N_DAYS - 40)) + rng.integers(0, 14, n), N_DAYS - 1)
    item = np.repeat(world.hot_item(rng, shop), n)
    sheet = draft(world, rng, account=account, item=item, at=moments(rng, day))
    sheet["fate"][:] = 0
    schedule(world, rng, sheet)
    broken = rng.random(n) < 0.6
    complains_at = sheet["delivered_at"] + around(rng, 9 * HOUR_MS, 0.9, n).astype(np.int64)
    review_at = complains_at + around(rng, 5 * HOUR_MS, 1.0, n).astype(np.int64)
    angry = broken & (rng.random(n) < 0.7)
    remedied_at = review_at + around(rng, 1.5 * DAY_MS, 0.6, n).astype(np.int64)
    helped = broken & (rng.random(n) < 0.8)
    paid = helped & (rng.random(n) < 0.6)
    sheet["extra_g"][helped & ~paid] = 40.0  # the part that was missing
    raised = angry & helped & (rng.random(n) < 0.65)
    rating = np.where(raised, rng.choice([5, 4, 3], n, p=[0.4, 0.4, 0.2]), rng.integers(1, 3, n))
    decide(sheet, angry, review_at=review_at, rating=rating)
    edited_at = remedied_at + around(rng, 2 * DAY_MS, 0.7, n).astype(np.int64)
    decide(sheet, raised, edited_at=edited_at)
    share = rng.integers(15, 55, n)
    back = money(
        world,
        sender=world.owner_wallet(shop[0]),
        receiver=sheet["payer"][paid],
        amount_minor=(sheet["paid_minor"] * share // 100)[paid],
        at=remedied_at[paid],
        channel="transfer",
        memo="质量问题赔付",
    )
    says, answers = world.phrases.add(_COMPLAINTS), world.phrases.add(_ANSWERS)
    who, told = np.flatnonzero(broken), np.flatnonzero(helped)
    talk = [
        Talk(who, np.zeros(len(who)), complains_at[who], says[rng.integers(0, 4, len(who))]),
        Talk(told, np.ones(len(told)), remedied_at[told] - HOUR_MS, answers[paid[told] * 1]),
    ]
    return look_alike(NAME, sheet, shops=shop, money=[back], talk=talk)

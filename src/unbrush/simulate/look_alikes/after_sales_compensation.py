"""After-sales compensation: a shop that broke something pays part of it back by transfer.

The buyer complains first, the amount is a part of the price or a round sum, and the review, if
there is one, is not what is paid for.
"""

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.simulate.chance import Rng, around
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Planting, Talk, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.sheet import decide
from unbrush.simulate.trade import draft
from unbrush.simulate.transfers import money
from unbrush.simulate.world import World

NAME = "after-sales-compensation"
SHARE = 0.006
SIZE = 0.8

_COMPLAINTS = (
    "收到是坏的，怎么处理",
    "少发了一件",
    "有划痕，跟图片不一样",
    "漏了一半，你们怎么包装的",
    "颜色发错了",
    "用了一次就坏了",
)
_REPLIES = (
    "亲，非常抱歉，给您补偿一部分可以吗",
    "不好意思，这边转您一点补偿",
    "亲先别急，给您赔付",
)


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant a bad batch of one shop and how it made up for it."""
    shop = world.take_shops(1)
    account = world.buyers(rng, n)
    n = len(account)
    day = np.minimum(int(rng.integers(2, N_DAYS - 25)) + rng.integers(0, 15, n), N_DAYS - 1)
    item = world.hot_item(rng, np.repeat(shop, n))
    sheet = draft(world, rng, account=account, item=item, at=moments(rng, day))
    sheet["fate"][:] = 0
    schedule(world, rng, sheet)
    complains_at = sheet["delivered_at"] + around(rng, 7 * HOUR_MS, 0.8, n).astype(np.int64)
    replies_at = complains_at + around(rng, 25 * MINUTE_MS, 0.9, n).astype(np.int64)
    pays_at = replies_at + around(rng, 4 * HOUR_MS, 0.8, n).astype(np.int64)
    part = np.round(sheet["paid_minor"] * rng.uniform(0.08, 0.55, n) / 100) * 100
    round_sum = rng.choice([500, 800, 1_000, 1_500, 2_000], n)
    amount = np.where(rng.random(n) < 0.5, np.minimum(round_sum, sheet["paid_minor"] // 2), part)
    paid = money(
        world,
        sender=world.owner_wallet(shop[0]),
        receiver=sheet["payer"],
        amount_minor=np.maximum(amount, 100),
        at=pays_at,
        channel="red-packet",
        memo="售后补偿",
    )
    reviews = rng.random(n) < 0.4
    later = pays_at + rng.integers(-10 * HOUR_MS, 6 * DAY_MS, n)
    review_at = np.maximum(later, sheet["delivered_at"] + HOUR_MS)
    rating = rng.choice([5, 4, 3, 2, 1], n, p=[0.3, 0.2, 0.2, 0.12, 0.18])
    decide(sheet, reviews, review_at=review_at, rating=rating)
    says, answers = world.phrases.add(_COMPLAINTS), world.phrases.add(_REPLIES)
    row = np.arange(n)
    talk = [
        Talk(row, np.zeros(n), complains_at, says[rng.integers(0, len(says), n)]),
        Talk(row, np.ones(n), replies_at, answers[rng.integers(0, len(answers), n)]),
    ]
    return look_alike(NAME, sheet, shops=shop, money=[paid], talk=talk)

"""Takeaways: shops that cook and send a rider within the hour, who orders there, what they write.

The tables know no kitchens, so these are shops for snacks, all in one city: no weight is listed or
read, a rider scans a meal twice (collected, handed over), or no rider comes and nothing is scanned,
since the shop brings it or the guest collects it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.simulate.chance import Array, Rng, around, pick, running
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.people import registered
from unbrush.simulate.season import END_AT, N_DAYS, START_AT
from unbrush.simulate.sheet import BROWSING, DIRECT, NO_PARCEL, TWO_NODES, Sheet
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

GOODS = "零食"
PRICE_YUAN = (15, 58)
NOT_WEIGHED = -1.0
RIDDEN = 0.96
"""Share of ordinary meals that a rider brings."""

WISHES = (
    "不要香菜",
    "少放辣",
    "微辣",
    "不要葱",
    "多放点醋",
    "多加一份饭",
    "放门口就行",
    "到了打电话",
    "别敲门，孩子在睡",
    "不用餐具",
    "餐具两份",
    "少冰",
    "汤分开装",
    "送到前台",
    "快一点，赶时间",
    "别放味精",
    "打包严实点",
    "米饭换面",
)
"""What guests ask for."""

PLAIN = ""
_ENDINGS = {
    PLAIN: 60, "谢谢": 9, "！": 6, "。": 5, "~": 4, "谢谢老板": 3, "哦": 2, "!": 2, "辛苦了": 2,
    "!!": 1.2, "！！": 1.2, "麻烦了": 1, "谢谢哈": 1, "多谢": 0.7, "~~": 0.5, "感谢": 0.5,
    "。。": 0.4, "…": 0.4, "ok": 0.2, "^^": 0.1,
}  # fmt: skip
"""How guests end a remark, and how often, in per cent."""


class Manner(NamedTuple):
    """How the guests of some shops behave.

    Attributes:
        remarks: Share of orders with a remark (0-1).
        endings: How remarks end, each as likely as the others; empty for everybody's manner.
        standard: Phrases that the app offers; some take one instead of writing.
        takes_standard: Share of remarks that are one of them (0-1).
        ridden: Share of meals that a rider brings (0-1).
        unridden: What those write to whom no rider comes; empty for nothing special.
    """

    remarks: float = 0.35
    endings: Sequence[str] = ()
    standard: Sequence[str] = ("无接触配送，请放门口", "依据餐量提供餐具")
    takes_standard: float = 0.25
    ridden: float = RIDDEN
    unridden: Sequence[str] = ()


def open_kitchens(world: World, rng: Rng, shops: Array, *, region: int) -> None:
    """Let shops become takeaways of one city, which only its people order from, in place."""
    category = next(number for number, each in enumerate(CATEGORIES) if each.name == GOODS)
    world.shops.category[shops], world.shops.region[shops] = category, region
    items = np.flatnonzero(np.isin(world.items.shop, shops))
    n = len(items)
    world.items.good[items] = rng.integers(0, len(CATEGORIES[category].goods), n)
    world.items.price_minor[items] = rng.integers(PRICE_YUAN[0], PRICE_YUAN[1], n) * 100 + 80
    world.items.net_weight_g[items] = np.round(rng.uniform(300, 900, n))
    world.items.listed_weight_g[items] = np.nan
    weight = np.diff(world.shops.share, prepend=0.0)
    weight[shops] = 0.0
    world.shops.share[:] = running(weight)


def settle_in(world: World, rng: Rng, n: int, *, region: int) -> Array:
    """Return ``n`` accounts of people who live in the city and do not cook."""
    verified = rng.random(n) < 0.85
    return world.people.join(
        n,
        region=region,
        registered_at=np.minimum(registered(rng, n), START_AT),
        identity=np.where(verified, world.people.new("phone", n) + (1 << 40), -1),
    )


def meals(world: World, rng: Rng, shop: Array, guests: Array, *, manner: Manner) -> Sheet:
    """Return what hungry people order, one meal for each entry of ``shop``."""
    n = len(shop)
    at = mealtimes(rng, rng.integers(0, N_DAYS, n))
    account = guests[(rng.random(n) ** 1.6 * len(guests)).astype(np.int64)]
    sheet = draft(world, rng, account=account, item=world.hot_item(rng, shop), at=at)
    sheet["path"] = np.where(rng.random(n) < 0.5, DIRECT, BROWSING).astype("i1")
    rides = rng.random(n) < manner.ridden
    bring(rng, sheet, rides=rides, region=int(world.shops.region[shop[0]]))
    sheet["remark"] = note(world, _said(rng, rides, manner))
    return sheet


def mealtimes(rng: Rng, day: Array) -> Array:
    """Return a moment of each day when people are hungry: noon, evening, sometimes between."""
    n = len(day)
    luck = rng.random(n)
    hour = np.where(luck < 0.45, rng.normal(12.1, 0.7, n), rng.normal(18.4, 1.0, n))
    hour = np.where(luck > 0.9, rng.uniform(9, 23, n), hour)
    at = START_AT + day * DAY_MS + (np.clip(hour, 8, 23.5) * HOUR_MS).astype(np.int64)
    return np.asarray(np.minimum(at, END_AT - 1))


def bring(rng: Rng, sheet: Sheet, *, rides: Array, region: int) -> None:
    """Decide when meals leave and arrive, and whether a rider scans them, in place."""
    n = len(sheet["at"])
    cooks = around(rng, 14, 0.35, n) * MINUTE_MS
    travels = around(rng, 22, 0.35, n) * MINUTE_MS
    sheet["shipped_at"] = sheet["at"] + 40_000 + cooks.astype(np.int64)
    sheet["delivered_at"] = sheet["shipped_at"] + travels.astype(np.int64)
    sheet["parcel"] = np.where(rides, TWO_NODES, NO_PARCEL).astype("i1")
    sheet["weight_g"][:] = NOT_WEIGHED
    sheet["from_region"][:] = region
    sheet["to_region"][:] = region


def note(world: World, remarks: Sequence[str]) -> Array:
    """Write remarks down and return their numbers, -1 where there is none."""
    texts, which = np.unique(np.array(remarks, object), return_inverse=True)
    numbers = world.remarks.add(list(texts))
    numbers[texts == ""] = -1
    return np.asarray(numbers[which].astype("i4"))


def _said(rng: Rng, rides: Array, manner: Manner) -> list[str]:
    n = len(rides)
    wish, common = rng.integers(0, len(WISHES), n), list(_ENDINGS)
    usual = pick(rng, running(np.array(list(_ENDINGS.values()))), n)
    own = rng.integers(0, max(1, len(manner.endings)), n)
    speaks, luck = rng.random(n) < manner.remarks, rng.random(n)
    which = rng.integers(0, 1 << 16, n)
    found = []
    for row in range(n):
        if not rides[row] and manner.unridden:
            found.append(manner.unridden[which[row] % len(manner.unridden)])
        elif not speaks[row]:
            found.append("")
        elif luck[row] < manner.takes_standard:
            found.append(manner.standard[which[row] % len(manner.standard)])
        else:
            ending = manner.endings[own[row]] if manner.endings else common[usual[row]]
            found.append(with_ending(WISHES[wish[row]], ending))
    return found


def with_ending(wish: str, ending: str) -> str:
    """Return a remark: words are set off by a comma, signs are not."""
    return f"{wish}，{ending}" if wish and ending[:1].isalpha() else f"{wish}{ending}"

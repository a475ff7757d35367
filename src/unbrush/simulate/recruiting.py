"""Recruiting: calls for accounts and hands that were captured outside, and careless messages."""

import numpy as np

from unbrush.base.clock import DAY_MS, MINUTE_MS
from unbrush.simulate.chance import Array, Rng, whole
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.planting import Post, Talk
from unbrush.simulate.season import START_AT
from unbrush.simulate.sheet import Sheet
from unbrush.simulate.world import World

AUTHORS = 1 << 37
"""Numbers that sign calls begin here."""

N_CALLS = (1, 4)
_CAPTURED = (0.9, 0.6, 0.3, 0.1)
_TALKS = (0.06, 0.03, 0.01, 0.002)
"""By level: studios with a call that somebody captured; orders with a careless message."""

_CALLS = (
    "招收手机兼职，一单{fee}元，日结，长期稳定，在家可做，加{contact}",
    "收实名老号、租号，登录托管，一天{fee}元一个号，量大从优，{contact}",
    "放单{good}，先拍后返，五星好评带图，佣金{fee}元，实名号进群，{contact}",
    "商家补单，自有软件批量操作，空包礼品代发，全国都接，详询{contact}",
)
_CHANNELS = ("chat-group", "forum", "moments")
_SAYS = (
    "已按要求拍下，浏览够时间了",
    "单子做好了，什么时候返",
    "好评发了，截图给你",
    "都按模板写了",
)
_ANSWERS = ("好的，收货后带图五星再返", "返款找对接人，别在这里说", "收到，确认收货吧")


def calls(world: World, rng: Rng, sheet: Sheet, *, author: int) -> list[Post]:
    """Return what one studio posted to find accounts and merchants, where it was captured.

    Args:
        world: The market.
        rng: Chance of the plan.
        sheet: Orders of the studio; calls precede the first.
        author: Number of the studio, for whom its posts are signed.
    """
    if rng.random() > _CAPTURED[world.level]:
        return []
    # Nobody has this name: accounts of chat programs do not begin with a digit.
    contact = f"微信0yh{author:03d}{int(rng.integers(100, 1_000))}"
    found = []
    for _ in range(whole(rng, N_CALLS)):
        row = int(rng.integers(0, len(sheet["at"])))
        item = int(sheet["item"][row])
        shop = int(world.items.shop[item])
        good = CATEGORIES[int(world.shops.category[shop])].goods[int(world.items.good[item])]
        form = _CALLS[int(rng.integers(0, len(_CALLS)))]
        is_named = "{good}" in form
        at = max(START_AT, int(sheet["at"][row]) - int(rng.integers(DAY_MS // 4, 3 * DAY_MS)))
        found.append(
            Post(
                at,
                form.format(fee=int(rng.integers(5, 16)), contact=contact, good=good),
                _CHANNELS[int(rng.integers(0, len(_CHANNELS)))],
                AUTHORS + author,
                shop if is_named else -1,
                item if is_named else -1,
                contact,
            )
        )
    return found


def careless(world: World, rng: Rng, sheet: Sheet) -> list[Talk]:
    """Return messages in which accounts and merchants forget where they are."""
    row = np.flatnonzero(rng.random(len(sheet["at"])) < _TALKS[world.level])
    n = len(row)
    says, answers = world.phrases.add(_SAYS), world.phrases.add(_ANSWERS)
    at = sheet["at"][row] + rng.integers(MINUTE_MS, DAY_MS, n)
    later = at + rng.integers(MINUTE_MS, 120 * MINUTE_MS, n)
    return [
        Talk(row, np.zeros(n), at, _drawn(rng, says, n)),
        Talk(row, np.ones(n), later, _drawn(rng, answers, n)),
    ]


def _drawn(rng: Rng, codes: Array, n: int) -> Array:
    return np.asarray(codes[rng.integers(0, len(codes), n)])

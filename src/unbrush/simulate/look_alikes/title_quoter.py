"""Title quoters: buyers who take up a part of the listing, and say whether it is true.

One line of the page is what they bought the thing for; what they write around it is their own, and
not always kind.
"""

import numpy as np

from unbrush.base.clock import DAY_MS
from unbrush.simulate import clash
from unbrush.simulate.chance import Rng, around
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.listings import Listing, lengthen_titles, listing_of
from unbrush.simulate.parcels import schedule
from unbrush.simulate.planting import Planting, look_alike
from unbrush.simulate.season import N_DAYS, moments
from unbrush.simulate.sheet import decide
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.spin import lines, spin
from unbrush.simulate.trade import draft
from unbrush.simulate.world import World

NAME = "title-quoter"
SHARE = 0.006
SIZE = 1.0
BESIDE = ("listing-copy",)

_TRUE = lines("""
    {标题|页面|介绍}{写|说}的<boast>{，|，确实，|，没骗人，}<own>
    冲着<boast>买的，<own>
    <name>，<own>，<own>
    <own>，{说的|写的}<boast>{也|}{算数|是真的}
""")
_UNTRUE = lines("""
    {说是|号称|写着}<boast>，{实际|到手|我看}<bad>
    <boast>？<bad>，{夸张了|别当真}
    <name>，<own>，但<bad>
""")


def plant(world: World, rng: Rng, n: int) -> Planting:
    """Plant the buyers of a shop whose page promises much."""
    shop = world.take_shops(1)
    lengthen_titles(world, shop)
    account = world.buyers(rng, n)
    n = len(account)
    item = world.hot_item(rng, np.repeat(shop, n))
    sheet = draft(
        world, rng, account=account, item=item, at=moments(rng, rng.integers(0, N_DAYS - 12, n))
    )
    sheet["fate"][:] = 0
    schedule(world, rng, sheet)
    review_at = sheet["delivered_at"] + around(rng, 2.5 * DAY_MS, 0.8, n).astype(np.int64)
    dice, category = Dice(rng), int(world.shops.category[shop[0]])
    known = {int(one): listing_of(world, int(one)) for one in np.unique(item)}
    pleased = rng.random(n) < 0.7
    said = [_said(dice, known[i], category, p) for i, p in zip(item.tolist(), pleased, strict=True)]
    rating = np.where(pleased, rng.choice([5, 5, 5, 4], n), rng.choice([4, 3, 2], n))
    text = world.texts.add(said)
    decide(sheet, rng.random(n) < 0.4, review_at=review_at, text=text, rating=rating)
    return look_alike(NAME, sheet, shops=shop)


def _said(dice: Dice, page: Listing, category: int, is_pleased: bool) -> str:
    aspect = dice.one(CATEGORIES[category].aspects).split(":")[0]
    own = [clash.sentence(dice, category, praise=True) for _ in range(3)]
    own.append(f"{aspect}{dice.one(('我挺满意', '比上次买的强', '看久了习惯了', '没什么说的'))}")
    words = {
        "boast": dice.one(page.points).boast,
        "name": page.name,
        "own": own,
        "bad": clash.sentence(dice, category, praise=False),
    }
    return spin(dice, dice.one(_TRUE if is_pleased else _UNTRUE), words)

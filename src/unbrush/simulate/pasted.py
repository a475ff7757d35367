"""Pasted listings: what the page says of an item, posted as if somebody had found it out.

At first title and selling points are pasted as they stand; then parts are left out; then their
order and words are changed and something personal is put around; at last one or two points are all
that is left of the page.
"""

from collections.abc import Callable

from unbrush.simulate.bland import STORIES
from unbrush.simulate.chance import Array, Rng
from unbrush.simulate.listings import N_IN_TITLE, Listing, Point, listing_of
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.spin import lines, spin
from unbrush.simulate.texts.voices import VOICES, utter
from unbrush.simulate.world import World

_BEFORE = lines("""
    {收到了|宝贝收到|已收到|已经用上了}
    {这款|买的}<good>{真不错|很好|太好了}
    <name>{收到了|很满意|值得买}
    <good>{很满意|到货了}
""")
_AFTER = lines("""
    {和描述一致|跟描述的一样|和宣传的一样|描述相符}
    {好评|五星|推荐购买|值得入手|必须点赞}
    {强烈推荐|推荐给大家|会回购|满意}
""")


def pasted(world: World, rng: Rng, item: Array) -> list[str]:
    """Write a text off the page of each of ``item``, as the market's level asks."""
    dice = Dice(rng)
    known = {int(one): listing_of(world, int(one)) for one in set(item.tolist())}
    write = _WAYS[world.level]
    return [write(dice, known[one]) for one in item.tolist()]


def _whole(dice: Dice, page: Listing) -> str:
    """Paste the title, or the selling points in their order."""
    if dice.chance(0.5):
        return f"{page.title}，{spin(dice, dice.one(_AFTER))}"
    points = page.points[: dice.whole(N_IN_TITLE, len(page.points))]
    return "，".join([*(point.boast for point in points), spin(dice, dice.one(_AFTER))])


def _some(dice: Dice, page: Listing) -> str:
    """Paste some of the points, or a part of the title with some, in their order."""
    said = [point.boast for point in dice.kept(page.points, dice.whole(2, 4))]
    if dice.chance(0.6):
        said.insert(0, spin(dice, dice.one(_BEFORE), {"good": page.good, "name": page.name}))
    if dice.chance(0.7):
        said.append(spin(dice, dice.one(_AFTER)))
    return dice.one(("，", "，", "。", " ", "！")).join(said)


def _turned(dice: Dice, page: Listing) -> str:
    """Say points in another order, half of them in other words, with something personal."""
    said = [_said(dice, point, plain=0.5) for point in dice.some(page.points, dice.whole(2, 4))]
    said.insert(dice.whole(0, len(said)), spin(dice, dice.one(STORIES)))
    if dice.chance(0.4):
        said.append(spin(dice, dice.one(_AFTER)))
    return utter(dice, dice.one(VOICES), said)


def _told(dice: Dice, page: Listing) -> str:
    """Tell a story in which one to three points of the page come up, mostly in other words."""
    said = [_said(dice, point, plain=0.8) for point in dice.some(page.points, dice.whole(1, 3))]
    for form in dice.some(STORIES, dice.whole(1, 2)):
        said.insert(dice.whole(0, len(said)), spin(dice, form))
    return utter(dice, dice.one(VOICES), said)


def _said(dice: Dice, point: Point, *, plain: float) -> str:
    return dice.one(point.plain) if dice.chance(plain) else point.boast


_WAYS: tuple[Callable[[Dice, Listing], str], ...] = (_whole, _some, _turned, _told)
"""By level."""

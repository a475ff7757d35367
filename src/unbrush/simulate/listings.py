"""Listings: titles as sellers stuff them, and the selling points that their pages go on with.

Titles of the usual market are a maker, a trait and a good, too little for anybody to copy. Shops
that a plan names, and some ordinary ones beside them, say more: what the goods are like, in the
words of people who sell.
"""

from dataclasses import dataclass

import numpy as np

from unbrush.simulate.chance import Array, fixed
from unbrush.simulate.lexicon import BRANDS, CATEGORIES, TRAITS
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.spin import lines
from unbrush.simulate.world import World

N_POINTS = 7
N_IN_TITLE = 3
ORDINARY_SHARE = 0.3
"""Shops with long titles besides those that plans name."""

_BOASTS = {
    "touch": """
        <a>柔软亲肤=<a>软软的=摸着<a>很软和
        <a>细腻顺滑=<a>滑滑的=<a>一点不糙
        <a>厚实有型=<a>挺厚=拿在手里<a>有分量
        <a>舒适透气=<a>不闷=<a>舒服得很
    """,
    "look": """
        <a>高级大气=<a>上档次=<a>看着就贵
        <a>颜值在线=<a>好看=<a>朋友见了都说好看
        <a>清新耐看=<a>越看越顺眼=<a>看不腻
        <a>实拍无色差=<a>跟照片没两样=<a>没有差太多
    """,
    "make": """
        <a>精工细作=<a>做得细=<a>一看就是用心做的
        <a>加固耐用=<a>结实=<a>估计能用好几年
        <a>严选好料=<a>料子扎实=<a>用的料不差
        <a>光滑无毛刺=<a>没有毛刺=<a>摸了一圈没扎手
    """,
    "fit": """
        <a>精准不偏差=<a>正好=<a>刚刚好
        <a>大有余量=<a>够大=<a>绰绰有余
        <a>足量不缩水=<a>足=<a>没少给
        <a>设计合理=<a>挺合理=<a>用着不别扭
    """,
    "smell": """
        <a>清香持久=<a>香香的，能留挺久=<a>到晚上还闻得到
        <a>天然无异味=<a>没怪味=打开<a>一点不冲
        <a>淡雅怡人=<a>淡淡的=<a>闻着舒服
    """,
    "taste": """
        <a>恰到好处=<a>正好=<a>不多不少
        <a>层次丰富=<a>挺有层次=<a>越吃越有意思
        <a>地道正宗=<a>正=<a>是小时候那个意思
        <a>老少皆宜=<a>孩子老人都能接受=<a>一家子都爱
    """,
    "effect": """
        <a>强劲持久=<a>顶得住=<a>用到现在没掉链子
        <a>立竿见影=<a>当天就看得出=<a>马上就有感觉
        <a>稳定高效=<a>一直挺稳=<a>没出过岔子
        <a>升级翻倍=<a>比以前那个强多了=<a>提升不少
    """,
    "use": """
        <a>方便顺手=<a>挺顺手=<a>老人也会弄
        <a>省时省力=<a>省了不少功夫=<a>不费劲
        <a>简单省心=<a>一看就会=<a>不用折腾
        <a>人性化设计=<a>想得周到=<a>设计得顺
    """,
    "fresh": """
        <a>当日现发=<a>是新的=<a>看着就是刚出的
        <a>鲜活饱满=<a>水灵灵的=<a>一个坏的都没有
        <a>产地直供=<a>新鲜=<a>比菜场的新
    """,
    "arrive": """
        <a>秒速到账=<a>付完就来了=<a>没等
        <a>全程自动=<a>自己就来了=<a>不用找人
    """,
    "serve": """
        <a>全天在线=<a>半夜也有人=<a>随时有人理
        <a>一对一贴心=<a>讲得清楚=<a>有耐心
    """,
}
"""By group of aspect: what a page says of it, and how a buyer would say the same; ``<a>`` is the
aspect."""
_TAILS = ("官方正品", "厂家直发", "送礼佳品", "爆款热卖", "品牌直营", "源头工厂")


@dataclass(frozen=True)
class Point:
    """One selling point: as the page says it, and in two buyers' words."""

    boast: str
    plain: tuple[str, ...]


@dataclass(frozen=True)
class Listing:
    """What the page of an item says: a name and its selling points, in order."""

    name: str
    good: str
    points: tuple[Point, ...]
    tail: str

    @property
    def title(self) -> str:
        """The name, the first points, and a word of trust."""
        shown = [point.boast for point in self.points[:N_IN_TITLE]]
        return " ".join([self.name, *shown, self.tail])


_POINTS = {group: [line.split("=") for line in lines(block)] for group, block in _BOASTS.items()}


def listing_of(world: World, item: int) -> Listing:
    """Return the listing of an item; the same whenever it is asked for."""
    dice = Dice(world.streams.part("listing", item))
    category = CATEGORIES[int(world.shops.category[world.items.shop[item]])]
    good = category.goods[int(world.items.good[item])]
    points = []
    for aspect in dice.some(category.aspects, N_POINTS):
        word, group = aspect.split(":")
        boast, *plain = (form.replace("<a>", word) for form in dice.one(_POINTS[group]))
        points.append(Point(boast, tuple(plain)))
    brand, trait = BRANDS[int(world.items.brand[item])], TRAITS[int(world.items.trait[item])]
    return Listing(f"{brand}{trait}{good}", good, tuple(points), dice.one(_TAILS))


def lengthen_titles(world: World, shops: Array) -> None:
    """Give the items of ``shops``, and of some ordinary shops beside them, long titles."""
    ordinary = np.flatnonzero(fixed(np.arange(world.shops.n), salt=37) < ORDINARY_SHARE)
    for shop in np.union1d(shops, ordinary):
        first, n = int(world.shops.first_item[shop]), int(world.shops.n_items[shop])
        for item in range(first, first + n):
            if item not in world.titles:
                world.titles[item] = listing_of(world, item).title

"""Supplied praise: the texts that a gang hands out to be posted."""

import numpy as np

from unbrush.simulate import wording
from unbrush.simulate.chance import Array, Rng
from unbrush.simulate.lexicon import CATEGORIES
from unbrush.simulate.world import World

N_TEMPLATES = 12
_OPENINGS = (
    "{good}收到了",
    "非常{b}的一次购物",
    "第一次买这家的{good}",
    "宝贝已收到",
    "朋友推荐来的",
    "对比了很多家才选的{good}",
    "发货神速",
    "已经用了几天才来评价",
    "收到{good}很惊喜",
    "信赖的店铺",
    "拆开就爱上了",
    "给爸妈买的{good}",
    "性价比超高的{good}",
    "物美价廉",
)
_MIDDLES = (
    "{good}{a}，和描述完全一致",
    "没想到{a}，{b}",
    "{a}，包装很用心",
    "比实体店买的还要好，{a}",
    "{a}，没有让我失望",
    "颜色和图片一模一样，{a}",
    "用起来{b}，{a}",
    "细节处理得很好，{b}",
    "客服很耐心，{good}{a}",
    "家里人都说{b}，{a}",
    "做工精细，{b}",
    "物流很快，{good}{b}",
)
_CLOSINGS = (
    "卖家服务态度也很好，{end}！",
    "{end}，全五分！",
    "已经推荐给身边的朋友了，{end}。",
    "老板人也好，{end}。",
    "这个价格{end}！",
    "真心{end}。",
    "下次带朋友来，{end}～",
    "{end}，五星好评。",
    "{end}哦~",
    "会一直关注，{end}！！",
    "质量过硬，{end}。",
    "不愧是大家都说好的，{end}",
)
_A = (
    "质量非常好",
    "做工精致",
    "品质超乎想象",
    "质感一流",
    "用料很足",
    "细节满分",
    "手感特别棒",
    "没有一点瑕疵",
    "包装精美",
    "颜值很高",
)
_B = (
    "非常满意",
    "超级喜欢",
    "很实用",
    "物超所值",
    "特别好用",
    "效果很好",
    "爱不释手",
    "十分合适",
    "体验很棒",
    "没得说",
)
_END = (
    "值得购买",
    "推荐购买",
    "下次还会来",
    "好评",
    "强烈推荐",
    "赞一个",
    "会一直支持",
    "闭眼入",
    "必须好评",
    "给你点赞",
)


def supply(world: World, rng: Rng, *, item: Array, style: str, keyword: str = "") -> Array:
    """Write a text for each order and return its number in the world's texts.

    Args:
        world: Where texts are written down.
        rng: Chance of the plan.
        item: Item of each order.
        style: template (a dozen fixed texts), varied (their words vary), paraphrase (rewritten
            around shared facts), fresh (as real people write).
        keyword: A word that the gang wants in the texts.
    """
    if style in ("template", "varied"):
        return world.texts.add(_templated(world, rng, item, n_ways=1 if style == "template" else 2))
    rating = np.full(len(item), 5)
    free = wording.compose(world.rules, rng, category=world.category_of(item), rating=rating)
    texts = free.to_pylist()
    if style == "fresh":
        says = rng.random(len(item)) < 0.3
        return world.texts.add(
            [
                f"{text}，{keyword}" if s and keyword else text
                for text, s in zip(texts, says, strict=True)
            ]
        )
    return world.texts.add(_paraphrased(world, rng, item, texts, keyword))


def _goods(world: World, item: Array) -> list[str]:
    category, good = world.category_of(item), world.items.good[item]
    return [CATEGORIES[c].goods[g] for c, g in zip(category, good, strict=True)]


def _skeletons(rng: Rng) -> list[str]:
    """Put together the dozen skeletons of one gang."""
    parts = [rng.integers(0, len(bank), N_TEMPLATES) for bank in (_OPENINGS, _MIDDLES, _CLOSINGS)]
    return [
        f"{_OPENINGS[first]}，{_MIDDLES[middle]}，{_CLOSINGS[last]}"
        for first, middle, last in zip(*parts, strict=True)
    ]


def _templated(world: World, rng: Rng, item: Array, *, n_ways: int) -> list[str]:
    """Fill one of a dozen skeletons; each has ``n_ways`` wordings of each of its slots."""
    skeletons = _skeletons(rng)
    words = rng.integers(0, len(_A), (N_TEMPLATES, 3, n_ways))
    which = rng.integers(0, N_TEMPLATES, len(item))
    ways = rng.integers(0, n_ways, (len(item), 3))
    return [
        skeletons[t].format(
            good=good,
            a=_A[words[t, 0, way[0]]],
            b=_B[words[t, 1, way[1]]],
            end=_END[words[t, 2, way[2]]],
        )
        for good, t, way in zip(_goods(world, item), which, ways, strict=True)
    ]


def _paraphrased(world: World, rng: Rng, item: Array, free: list[str], keyword: str) -> list[str]:
    """Rewrite: half of it free, half the facts that the gang wants told, in varied order."""
    told = _templated(world, rng, item, n_ways=8)
    first = rng.random(len(free)) < 0.5
    short = rng.random(len(free)) < 0.45
    texts = []
    for text, wanted, is_first, is_short in zip(free, told, first, short, strict=True):
        parts = wanted.split("，")
        wanted = "，".join(parts[1:3]) if len(parts) > 3 else wanted
        fact = keyword if is_short and keyword else wanted
        texts.append(f"{fact}，{text}" if is_first else f"{text}，{fact}")
    return texts

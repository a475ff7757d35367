"""Masks: telling words written so that no filter knows them, and people still do."""

# ruff: noqa: E501 - a form of a sentence stands on one line, however wide

from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.spin import lines

_MASKS = lines("""
    五星好评 = 5星好评,⭐⭐⭐⭐⭐好评,全5分,满星 / 5⭐好坪,五✨hao评,⭐⭐⭐⭐⭐,⑤星好萍,5颗🌟 / 5✨恏評,伍·星·好·评,女子评⑤⭐,五個小星星,wu星hp
    好评 = 5星,五星,⭐⭐⭐⭐⭐,满星 / 好坪,hao评,好萍,H评,五✨,5⭐,好p,小红花 / 女子评,好.评,恏評,好💬,㚼评,haoping
    五星 = 5星,⭐⭐⭐⭐⭐ / 5⭐,⑤星,五✨,5颗星,伍星,🌟x5 / 五·星,⑤⭐,5個✨,Ⅴ星,wu星
    返现 = 返钱,返红包 / 反现,fan现,返xian,返💰,返米,F现 / 反.現,返￥,fx,返🧧,饭现
    红包 = 🧧,小红包,hb / 宏包,红苞,H包,hong包,红💼 / 紅.包,🧧🧧,ho包,糸工包
    刷单 = 补单,做单 / s单,刷dan,涮单,放🍋,刷D,唰单 / 尸巾刂单,刷·单,shua🍋,s d,shuadan
    佣金 = 酬劳,辛苦费 / 佣💰,yong金,Y金,茶水费 / 佣.金,用金,亻甬金,小费费
    评价 = 评论,晒单 / 评jia,坪价,P价 / 評價,评.价,言平价
    兼职 = 兼直,JZ / 兼zhi,jian职,蒹职 / 兼·职,兼耳只,嫌职
    免费 = 0元,白嫖 / 免fei,mian费,免💰,零元 / 免.费,免費,勉费
    收藏 = 收cang,sc,加藏 / 收.藏,S藏,收🌱 / 収藏,shoucang
    截图 = 截屏,JT / 截tu,jie图,图tu / 截.图,戳图图,截圖
    加购 = 加车,加购物车 / 加🛒,jia购 / 加.购,口加🛒
    下单 = 拍下,拍 / 下🍋,xia单,下dan / 下.单,丅单
    淘宝 = 某宝,tb / T宝,桃宝,🍑宝 / 淘.宝,氵匋宝
    日结 = 当天结,秒结 / 日jie,rj / 日.结,曰结
    佣 = 佣,拥 / yong,Y / 亻甬
    返 = 返还,退 / 反,fan / F,返.
""")


def _parsed(line: str) -> tuple[str, tuple[tuple[str, ...], ...]]:
    word, ways = line.split(" = ")
    return word, tuple(tuple(way.strip().split(",")) for way in ways.split(" / "))


_BOOK = tuple(map(_parsed, _MASKS))
_SHARES = (0.0, 0.35, 0.65, 0.85)


def masked(dice: Dice, text: str, *, level: int) -> str:
    """Write telling words in other ways; the higher the level, the more and the odder."""
    if level == 0:
        return text
    for word, ways in _BOOK:
        if word not in text or len(word) == 1:
            continue
        parts = text.split(word)
        text = parts[0]
        for part in parts[1:]:
            # Whoever hides does not hide each word as well.
            depth = dice.whole(0 if level == 1 else level - 2, level - 1)
            text += (dice.one(ways[depth]) if dice.chance(_SHARES[level]) else word) + part
    if level == 3 and dice.chance(0.5):
        text = _strewn(dice, text)
    return text


def _strewn(dice: Dice, text: str) -> str:
    """Strew what nobody sees or minds among the letters of one stretch."""
    mark = dice.one(("\u200b", ".", "丶", "|", " ", "\u2060", "。"))
    start = dice.whole(0, max(0, len(text) // 2))
    end = min(len(text), start + dice.whole(6, 30))
    return text[:start] + mark.join(text[start:end]) + text[end:]

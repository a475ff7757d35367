"""Edits: what is done to a text so that its copy does not look like one."""

from collections.abc import Callable
from functools import cache
from typing import Any

from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.spin import lines, listed

_BREAKS = "，。！!；;～~ \n、"

_SYNONYMS = lines("""
    很=非常=特别=挺=超级=真的很
    不错=挺好=可以=还行=蛮好
    喜欢=中意=满意=爱
    便宜=实惠=划算=不贵
    质量=品质=做工=用料
    漂亮=好看=洋气=美观
    快递=物流=配送
    客服=卖家=店家=掌柜=老板
    推荐=安利=建议
    收到=拿到=到手
    买=购买=入手=下单=拍
    东西=宝贝=商品=产品=货
    大家=各位=小伙伴=亲们
    下次=以后=下回
    孩子=宝宝=娃=小朋友
    朋友=同事=闺蜜=家人
    舒服=舒适=得劲
    好吃=美味=可口=香
    没有=没=毫无
    觉得=感觉=认为
    但是=不过=可是
    马上=立刻=立马
    已经=都=早就
    实物=东西本身=实际
    图片=照片=主图
    值得=值=很值
    服务=态度=服务态度
    环境=氛围=装修
    味道=口味=口感
    这次=这回=本次
""")
_EMOJI = listed("👍 😊 🌹 ❤️ 🎉 ✨ 💯 😍 🥰 👏 ☀️ 🍀 😋 💕 🌟 ✌️ 🙏 ✅")
_PADS = lines("""
    哈哈
    嗯嗯
    真的
    必须的
    先这样
    哈哈哈哈
    好好好
    ......
    啦啦啦
    没毛病
    手机尾号<d>
    <d>
    凑字数凑字数
    好评好评好评
    今天天气不错
    祝大家天天开心
    谢谢老板
    666
    不知道说什么了
    字数够了吧
""")
_LOOK_ALIKE = {
    **dict(zip("已未土日太评返现信款货服务质量", "己末士曰大坪反現伩欵貨菔務貭糧", strict=True)),
    **dict(zip("好微红包宝贝星", "妤徽紅苞寳貝煋", strict=True)),
    **dict(zip("aceopxyABEHKMOPTX", "асеорхуАВЕНКМОРТХ", strict=True)),
    "0": "O", "1": "l",
}  # fmt: skip
_CIRCLED = dict(zip("0123456789", "⓪①②③④⑤⑥⑦⑧⑨", strict=True))
_HAN_DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))


def shuffle(dice: Dice, text: str) -> str:
    """Put clauses into another order."""
    clauses, marks = _clauses(text)
    if len(clauses) < 2:
        return text
    order = dice.shuffled(clauses)
    if order == clauses:
        order = [*clauses[1:], clauses[0]]
    return "".join(c + m for c, m in zip(order, [*marks, ""], strict=False)) + _tail(text)


def _clauses(text: str) -> tuple[list[str], list[str]]:
    clauses, marks, now = [], [], ""
    for letter in text.rstrip(_BREAKS):
        if letter in _BREAKS:
            if now:
                clauses.append(now)
                marks.append(letter)
                now = ""
            elif marks:
                marks[-1] += letter
        else:
            now += letter
    return [*clauses, now] if now else clauses, marks


def _tail(text: str) -> str:
    return text[len(text.rstrip(_BREAKS)) :]


def pad(dice: Dice, text: str) -> str:
    """Add words that mean nothing, in front or behind."""
    extra = dice.one(_PADS).replace("<d>", dice.digits(4)) * dice.common((1, 1, 2, 3))
    mark = dice.one(("，", " ", "", "。", "～"))
    return f"{extra}{mark}{text}" if dice.chance(0.35) else f"{text}{mark}{extra}"


def synonym(dice: Dice, text: str) -> str:
    """Put other words of the same meaning where there are any; a clause is dropped if not."""
    changed = text
    for line in dice.shuffled(_SYNONYMS):
        ways = line.split("=")
        for way in ways:
            if way in changed:
                other = dice.one([w for w in ways if w != way])
                changed = changed.replace(way, other, 1)
                break
        if changed != text and dice.chance(0.3):
            break
    return changed if changed != text else pad(dice, text)


def emoji(dice: Dice, text: str) -> str:
    """Strew pictures among the words, mostly at the breaks."""
    letters = list(text)
    places = [i for i, letter in enumerate(letters) if letter in _BREAKS] or [len(letters) - 1]
    for place in dice.some(places, dice.whole(1, 3)):
        letters[place] += dice.one(_EMOJI) * dice.common((1, 1, 2, 3))
    if dice.chance(0.5):
        letters.append(dice.one(_EMOJI) * dice.whole(1, 3))
    if dice.chance(0.25):
        letters.insert(dice.whole(1, len(letters)), dice.one(_EMOJI))
    return "".join(letters)


def full_width(dice: Dice, text: str) -> str:
    """Write Latin letters, digits and marks as wide as Han characters, or wide ones narrow."""
    wide = text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    if wide == text or dice.chance(0.3):
        marks = str.maketrans("，。！；：？（）～", ",.!;:?()~")
        wide = wide.translate(marks)
    return wide if wide != text else f"{text}{dice.one(('！！', '５星', '！'))}"


def look_alike(dice: Dice, text: str) -> str:
    """Put letters that look the same in the place of a few."""
    places = [i for i, letter in enumerate(text) if letter in _LOOK_ALIKE]
    letters = list(text)
    for place in dice.some(places, max(1, round(len(places) * (0.3 + 0.6 * dice.rng.random())))):
        letters[place] = _LOOK_ALIKE[letters[place]]
    return "".join(letters) if places else invisible(dice, text)


def invisible(dice: Dice, text: str) -> str:
    """Put characters between the others that nobody sees."""
    letters = list(text)
    for place in dice.some(range(1, len(letters)), dice.whole(1, 4)):
        letters[place] = dice.one(("\u200b", "\u200d", "\ufeff", "\u2060")) + letters[place]
    return "".join(letters)


def circled(dice: Dice, text: str) -> str:
    """Write digits in circles or in Han characters; add some where there are none."""
    digits = _CIRCLED if dice.chance(0.7) else _HAN_DIGITS
    changed = "".join(digits.get(letter, letter) for letter in text)
    return changed if changed != text else f"{text}{dice.one(('⑤星', '⑤✨', '①③④', '⑥⑥⑥'))}"


def traditional(dice: Dice, text: str) -> str:
    """Write in traditional characters, all of it or half of the clauses."""
    convert = _converter(dice.one(("s2t", "s2tw", "s2hk"))).convert
    if dice.chance(0.7):
        return str(convert(text))
    clauses, marks = _clauses(text)
    some = [convert(clause) if dice.chance(0.5) else clause for clause in clauses]
    return "".join(c + m for c, m in zip(some, [*marks, ""], strict=False)) + _tail(text)


@cache
def _converter(name: str) -> Any:
    # Imported here since it loads its dictionaries.
    from opencc import OpenCC

    return OpenCC(name)


def marks(dice: Dice, text: str) -> str:
    """Change the marks between clauses, or leave them out."""
    mark = dice.one(("", " ", "。", "！", "~", "、", "，，"))
    changed = "".join(mark if letter in _BREAKS else letter for letter in text)
    return changed if changed != text else text + "。"


def typo(dice: Dice, text: str) -> str:
    """Swap two letters, double one, or lose one."""
    if len(text) < 4:
        return text + text[-1]
    for _ in range(dice.whole(1, 2)):
        at = dice.whole(1, len(text) - 2)
        pair = text[at] + text[at + 1]
        text = text[:at] + dice.one((pair[::-1], pair[0] * 2 + pair[1], pair[1])) + text[at + 2 :]
    return text


def spaced(dice: Dice, text: str) -> str:
    """Put spaces or dots among the letters of some words."""
    mark = dice.one((" ", ".", "·", "-", "_"))
    start = dice.whole(0, max(0, len(text) - 6))
    end = min(len(text), start + dice.whole(3, 10))
    return text[:start] + mark.join(text[start:end]) + text[end:]


EDITS: dict[str, Callable[[Dice, str], str]] = {
    "shuffle": shuffle,
    "pad": pad,
    "synonym": synonym,
    "emoji": emoji,
    "full-width": full_width,
    "look-alike": look_alike,
    "invisible": invisible,
    "circled": circled,
    "traditional": traditional,
    "marks": marks,
    "typo": typo,
    "spaced": spaced,
}
"""Every edit by its name in the truth."""

BY_LEVEL = (
    ("marks", "emoji", "pad"),
    ("marks", "emoji", "pad", "full-width", "circled", "typo"),
    ("shuffle", "synonym", "emoji", "pad", "traditional", "look-alike", "typo"),
    ("shuffle", "synonym", "traditional", "look-alike", "invisible", "spaced", "pad", "emoji"),
)
"""Which edits are used at each level."""
N_EDITS = ((0, 1), (1, 1), (1, 2), (2, 4))
"""How many at once, at least and at most."""


def edited(dice: Dice, text: str, *, level: int) -> tuple[str, list[str]]:
    """Edit a text as thoroughly as the level says; return it and the names of the edits."""
    chosen = dice.some(BY_LEVEL[level], dice.whole(*N_EDITS[level]))
    for name in chosen:
        text = EDITS[name](dice, text)
    return text, chosen

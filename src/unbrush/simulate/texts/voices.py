"""Voices: how different people write, whatever they write about."""

from dataclasses import dataclass

from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.spin import lines, listed


@dataclass(frozen=True)
class Voice:
    """One sort of writer.

    Attributes:
        name: What it is called in the truth.
        n_facts: How many sentences about the goods, at least and at most.
        n_around: How many about something else.
        joins: What stands between sentences; one of them for the whole text.
        stops: What stands at the end.
        tics: What is hung on to a sentence now and then.
        emoji: Pictures that it likes.
        emoji_share: How often a text has any.
        slips: How often a text has a slip of the input method.
        comma: What it types where others type a comma inside a sentence.
    """

    name: str
    n_facts: tuple[int, int]
    n_around: tuple[int, int]
    joins: tuple[str, ...]
    stops: tuple[str, ...]
    tics: tuple[str, ...] = ()
    emoji: tuple[str, ...] = ()
    emoji_share: float = 0.0
    slips: float = 0.02
    comma: str = "，"


VOICES = (
    Voice("terse", (1, 1), (0, 1), ("，", " "), ("", "", "。"), slips=0.03),
    Voice("plain", (1, 3), (0, 1), ("，", "。"), ("。", ""), slips=0.02),
    Voice("thorough", (2, 4), (1, 2), ("。", "；", "。\n"), ("。",), slips=0.01),
    Voice(
        "auntie", (1, 3), (1, 2), ("，", "，，", "。。"), ("！", "！！", "谢谢", "。"),
        listed("呢 哦 的呢 呀"), listed("🌹 👍 👍👍👍 🙏 ☕ 😄 💐"), 0.5, 0.06,
    ),
    Voice(
        "young", (1, 2), (0, 2), (" ", "，", "～"), ("", "～", "!", "hhh", "哈哈哈"),
        listed("哈哈 啊啊啊 了属于是 真的会谢 捏 救命"), listed("😭 🥹 ✨ 💕 🤣 😅 🥰"), 0.4, 0.05,
    ),
    Voice("no-stops", (1, 3), (0, 2), (" ", "  "), ("",), listed("吧 啊"), slips=0.08, comma=" "),
    Voice("dots", (1, 2), (0, 1), ("...", "。。。", "…"), ("...", "。。。", ""), slips=0.04),
    Voice(
        "storyteller", (1, 2), (2, 3), ("，", "。"), ("。", "！"), slips=0.02,
        emoji=listed("😂 😊"), emoji_share=0.1,
    ),
    Voice(
        "shouting", (1, 2), (0, 1), ("！", "！！"), ("！！！", "！", "！！"), listed("绝了 服了"),
    ),
)  # fmt: skip

_SLIPS = lines("""
    的=得
    得=的
    在=再
    没有=没又
    觉得=决的
    这个=这各
    质量=治量
    客服=可服
    收到=受到
    孩子=孩纸
    喜欢=洗欢
    发货=发火
    已经=以经
    因为=应为
    有点=又点
    还是=还事
    一直=一只
""")


def utter(dice: Dice, voice: Voice, sentences: list[str]) -> str:
    """Put sentences together as one voice would type them."""
    join = dice.one(voice.joins)
    said = []
    for sentence in sentences:
        text = sentence.replace("，", voice.comma) if voice.comma != "，" else sentence
        if voice.tics and dice.chance(0.18) and text[-1] not in "0123456789":
            text += dice.one(voice.tics)
        said.append(text)
    if voice.emoji and dice.chance(voice.emoji_share):
        where = dice.whole(0, len(said) - 1)
        said[where] += dice.one(voice.emoji) * dice.common((1, 1, 2, 3))
    return slipped(dice, join.join(said) + dice.one(voice.stops), voice.slips)


def slipped(dice: Dice, text: str, share: float) -> str:
    """Return ``text`` with, in a ``share`` of cases, one slip of the input method."""
    if not dice.chance(share):
        return text
    for slip in dice.shuffled(_SLIPS):
        right, wrong = slip.split("=")
        if right in text:
            return text.replace(right, wrong, 1)
    return text

"""Text in a picture, which does not break its lines: what fits, what is cut, what is squeezed."""

import unicodedata
from typing import Any

from unbrush.base.words import Words

Row = dict[str, Any]
"""zh and en, each with the length it must be set in, None for its own."""

LETTER, WIDE_LETTER = 0.57, 1.0
"""Width of a letter and of an ideograph, as parts of the type's size."""


def wide_as(text: str, size: float) -> float:
    """Return about how wide a line is."""
    letters = sum(
        WIDE_LETTER if unicodedata.east_asian_width(letter) in "WF" else LETTER for letter in text
    )
    return letters * size


def cut(text: str, room: float, size: float) -> Row:
    """Return an id cut to what fits; the same in both languages."""
    while len(text) > 2 and wide_as(text, size) > room:
        text = text[:-2] + "…"
    return {"zh": text, "en": text, "zh_length": None, "en_length": None}


def fitted(words: Words, room: float, size: float) -> Row:
    """Return words cut to what fits."""
    return {
        "zh": cut(words.zh, room, size)["zh"],
        "en": cut(words.en, room, size)["en"],
        "zh_length": None,
        "en_length": None,
    }


def squeezed(words: Words, room: float, size: float) -> Row:
    """Return text with numbers, set closer where it has no room, for a number must never be cut."""
    return {
        "zh": words.zh,
        "en": words.en,
        **{
            f"{side}_length": round(room, 1) if wide_as(text, size) > room else None
            for side, text in (("zh", words.zh), ("en", words.en))
        },
    }

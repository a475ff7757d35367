"""The words by which pages that sell a service are read: what pushes, what is sold, what tells.

Words of the trade, no brands: whose names a page uses is learnt from the page. All are in the form
of `page_points`: simplified, small letters.
"""

import tomllib
from enum import IntEnum
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from unbrush.base.text.word_trie import Trie, trie_of


class Sort(IntEnum):
    """What a word does on a page."""

    NAMED = 1  # pushes, and a brand stands before it: 海尔 | 售后
    PUSH = 2  # offers, calls, presses
    GOODS = 3  # what is sold or mended, between a brand and its service: 海尔 | 空调 | 售后
    STORY = 4  # tells what happened
    PLAIN = 5  # ends the name before a service: 拨打 | 海尔售后


@cache
def page_words() -> tuple[Trie, npt.NDArray[np.int64]]:
    """Return the words as a trie, and the `Sort` of each; of two sorts a word has the first."""
    text = (files("unbrush.base.pages") / "words.toml").read_text(encoding="utf-8")
    listed = tomllib.loads(text)
    sorts: dict[str, Sort] = {}
    for sort in Sort:
        for word in listed[sort.name.lower()]:
            sorts.setdefault(word, sort)
    return trie_of(list(sorts)), np.array([int(sort) for sort in sorts.values()])

"""Places named in a text: China's provinces, cities, counties and streets, and towns by pattern.

Names that are also ordinary words, or the names of several places (朝阳, 和平, 新华), count only
beside other places. English names of towns are found by how they are written: "in Fort Worth",
"Plano, TX". Data and licence: `places_data/README.md`.
"""

import gzip
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from unbrush.base.text.word_trie import Hits, Points, Trie, find_words, trie_of

Ints = npt.NDArray[np.int64]

NEAR = 4
"""Characters within which one place stands beside another: a dividing mark and a blank or two."""

FEW_BESIDE = 3
"""Ambiguous names that stand beside one another before they are taken for places."""


class Places(NamedTuple):
    """Places found in a text, by where they stand, none overlapping another.

    Attributes:
        starts: Where each begins, in code points.
        ends: Where it ends.
        names: A number for its name, equal for equal names.
    """

    starts: Ints
    ends: Ints
    names: Ints


class _Gazetteer(NamedTuple):
    trie: Trie
    words: tuple[str, ...]
    is_ambiguous: npt.NDArray[np.bool_]
    one_name: Ints  # 杭州 and 杭州市 are one place


def find_places(points: Points) -> Places:
    """Return the Chinese places named in a text.

    Args:
        points: The text's characters in one form (`page_points.points_of`).
    """
    gazetteer = _gazetteer()
    hits = find_words(gazetteer.trie, points)
    kept = _certain(points, hits, gazetteer)
    return Places(hits.starts[kept], hits.ends[kept], gazetteer.one_name[hits.words[kept]])


def place_names(numbers: Ints) -> list[str]:
    """Return the names behind the numbers of `Places`."""
    words = _gazetteer().words
    return [words[number] for number in numbers.tolist()]


def _certain(points: Points, hits: Hits, gazetteer: _Gazetteer) -> Ints:
    """Indices of the hits that are places: those that can be nothing else, and what is with them.

    A run of ambiguous names counts with a certain one in it, or if it is `FEW_BESIDE` names long.
    """
    if len(hits.starts) == 0:
        return np.zeros(0, np.int64)
    letters = np.concatenate(([0], np.cumsum((points >= 0x3400) & (points < 0xA000))))
    befores, afters = hits.ends[:-1], hits.starts[1:]
    is_apart = (afters - befores > NEAR) | (letters[afters] > letters[befores])
    run = np.concatenate(([0], np.cumsum(is_apart)))
    n_runs = int(run[-1]) + 1
    is_certain = ~gazetteer.is_ambiguous[hits.words]
    has_certain = np.bincount(run, weights=is_certain, minlength=n_runs) > 0
    pairs = np.unique(np.stack((run, gazetteer.one_name[hits.words])), axis=1)
    is_list = np.bincount(pairs[0], minlength=n_runs) >= FEW_BESIDE
    return np.flatnonzero(is_certain | (has_certain | is_list)[run])


@cache
def _gazetteer() -> _Gazetteer:
    raw = (files("unbrush.base.pages") / "places_data" / "names.txt.gz").read_bytes()
    levels = {}
    for line in gzip.decompress(raw).decode().splitlines():
        level, *names = line.split(" ")
        levels[level] = names
    words = tuple(name for names in levels.values() for name in names)
    n_ambiguous = len(levels["ambiguous"])
    is_ambiguous = np.arange(len(words)) >= len(words) - n_ambiguous
    number = {word: place for place, word in reversed(list(enumerate(words)))}
    one_name = np.array([number[_bare_if_known(word, number)] for word in words])
    return _Gazetteer(trie_of(words), words, is_ambiguous, one_name)


def _bare_if_known(word: str, number: dict[str, int]) -> str:
    bare = re.sub(r"(市|省|区|县)$", "", word)
    return bare if bare in number else word


_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|IA|ID|IL|IN|KS|KY|LA|MA|MD|ME|MI|MN|MO|MS|MT|NC|ND|NE|NH|NJ"
    "|NM|NV|NY|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VA|VT|WA|WI|WV|WY|DC|UK|NSW|VIC|QLD|ON|BC"
)
_TOWN = r"[A-Z][a-z]{2,14}(?: (?:[A-Z][a-z]{1,14}))?(?: [A-Z][a-z]{2,14})?"
_ENGLISH = re.compile(
    rf"\b(?:in|near|around|serving|throughout|across) (?P<after>{_TOWN})"
    rf"|\b(?P<before>{_TOWN}),? (?:{_STATES})\b"
    rf"|(?<=[,|•/·;\n])[ \t]?(?P<listed>{_TOWN})(?=[ \t]?[,|•/·;\n])"
)
_NO_TOWN = re.compile(
    r"^(?:The|This|That|Our|Your|We|You|They|And|But|For|All|Any|Every|With|When|From|January|"
    r"February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|"
    r"Wednesday|Thursday|Friday|Saturday|Sunday|Call|Contact|Home|About|English|Chinese)\b"
)


def find_english_places(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where towns are named in English, and how: start, end, name.

    Towns are not looked up; they are capitalised words after "in" or "near", before a state's
    letters, or between the marks of a list. Judge by many of them, never by one.
    """
    for match in _ENGLISH.finditer(text):
        group = match.lastgroup or "after"
        name = match.group(group)
        if not _NO_TOWN.match(name):
            yield match.start(group), match.end(group), name

"""What is found on a page before anything is said of it: places, numbers, brands, repetition."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from unbrush.base.pages.hotlines import Hotline, find_hotlines, is_disguised
from unbrush.base.pages.places import find_english_places, find_places
from unbrush.base.pages.points import PagePoints, points_of
from unbrush.base.pages.words import Sort, page_words
from unbrush.base.text.word_trie import Points, find_words, trie_of

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

PLACE, NUMBER, BRAND = 20, 21, 22
"""What a character belongs to, beside the values of `Sort`; 0 is nothing."""

_TOWN_NUMBERS = 1 << 20  # towns known by pattern are numbered from here
_ADDRESS = re.compile(
    r"(?:路|街|大道|巷|弄|胡同|段|村|园区)[\u4e00-\u9fff]{0,4}?[\d一二三四五六七八九十]{1,5}号"
    r"|\d{1,3}(?:号楼|栋|层|楼|室|单元)|大厦|购物中心|商场|广场"
    r"|\b\d{1,5} (?:[nsew]\.? )?(?:[a-z0-9]+ ){1,3}(?:st|street|ave|avenue|blvd|road|rd|drive|dr"
    r"|lane|ln|way|hwy|highway|court|ct|plaza|suite)\b"
)
_ADDRESS_LETTERS = 26  # from a place to the end of the address that it opens
_ENGLISH_LETTERS = 40
_OPENS = re.compile(r".*[是为与及或在由对了请找可有以和市区县等:：]")
_BRAND_LETTERS, _LATIN_BRAND = 6, 14
_PAIR_BEFORE, _PAIR_AFTER, _PAIR_ACROSS = 40, 15, 12
GRAM, LATIN_GRAM = 6, 20
MOST_NAMES = 200
OFTEN = 4


class Mention(NamedTuple):
    """A brand named before a service: where, and its name."""

    start: int
    end: int
    name: str


class Marks(NamedTuple):
    """What stands where on a page; all places are in code points of `page`.

    Attributes:
        page: The characters in one form.
        text: The same as a string.
        kinds: By character, a `Sort`, `PLACE`, `NUMBER`, `BRAND` or 0.
        place_starts: Where places begin.
        place_names: A number for the name of each.
        is_address: Whether a place opens or follows a postal address.
        addresses: Where addresses end.
        word_starts: Where words of `page_words` begin.
        word_sorts: The `Sort` of each.
        hotlines: Telephone numbers.
        hotline_starts: Where they begin.
        is_disguised: Whether each is written so that no filter reads it.
        brands: Mentions of brands.
        brand_starts: Where they begin.
        pairs: How often a number stands beside a brand.
        fan: How many brands stand beside a number, names of names (海尔, 青岛海尔) once.
        is_end: By character, whether a sentence or line ends with it.
        is_repeated: By character, whether it stands in a phrase that the page says again and again.
    """

    page: PagePoints
    text: str
    kinds: npt.NDArray[np.uint8]
    place_starts: Ints
    place_names: Ints
    is_address: Flags
    addresses: Ints
    word_starts: Ints
    word_sorts: Ints
    hotlines: list[Hotline]
    hotline_starts: Ints
    is_disguised: Flags
    brands: list[Mention]
    brand_starts: Ints
    pairs: Counter[tuple[str, str]]
    fan: dict[str, int]
    is_end: Flags
    is_repeated: Flags


def marks_of(text: str) -> Marks:
    """Look for everything on a page; linear in its length."""
    page = points_of(text)
    form = page.text()
    kinds = np.zeros(len(page.points), np.uint8)
    trie, sorts = page_words()
    words = find_words(trie, page.points)
    word_sorts = sorts[words.words]
    _paint(kinds, words.starts, words.ends, word_sorts.astype(np.uint8))
    starts, ends, names = _places(text, page)
    _paint(kinds, starts, ends, np.full(len(starts), PLACE, np.uint8))
    hotlines = list(find_hotlines(form))
    for hotline in hotlines:
        kinds[hotline.start : hotline.end] = NUMBER
    named = words.starts[word_sorts == Sort.NAMED].tolist()
    before = [mention for start in named if (mention := _brand_before(form, kinds, start))]
    pairs = _pairs(form, before, hotlines)
    brands = _mentions(page.points, before, pairs)
    for mention in brands:
        inside = kinds[mention.start : mention.end]
        inside[inside == 0] = BRAND
    addresses = np.array([match.end() for match in _ADDRESS.finditer(form)], np.int64)
    return Marks(
        page=page,
        text=form,
        kinds=kinds,
        place_starts=starts,
        place_names=names,
        is_address=_in_address(page, starts, ends, addresses),
        addresses=addresses,
        word_starts=words.starts,
        word_sorts=word_sorts,
        hotlines=hotlines,
        hotline_starts=np.array([hotline.start for hotline in hotlines], np.int64),
        is_disguised=_disguised(text, page, hotlines),
        brands=brands,
        brand_starts=np.array([mention.start for mention in brands], np.int64),
        pairs=pairs,
        fan=_fan(pairs),
        is_end=_is_end(page.points),
        is_repeated=_repeated(page.points, kinds),
    )


def _disguised(text: str, page: PagePoints, hotlines: list[Hotline]) -> Flags:
    places = page.places
    ways = (text[int(places[one.start]) : int(places[one.end - 1]) + 1] for one in hotlines)
    return np.array([is_disguised(way) for way in ways], bool)


def _paint(kinds: npt.NDArray[np.uint8], starts: Ints, ends: Ints, values: Ints) -> None:
    lengths = ends - starts
    first = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    kinds[first + np.arange(len(first))] = np.repeat(values, lengths)


def _places(text: str, page: PagePoints) -> tuple[Ints, Ints, Ints]:
    """Chinese places and English towns: where they start and end, and a number for their name."""
    chinese = find_places(page.points)
    towns = list(find_english_places(text))
    if not towns:
        return chinese.starts, chinese.ends, chinese.names
    numbers = {name: n for n, name in enumerate(dict.fromkeys(name for *_, name in towns))}
    found = np.array([(start, end, numbers[name]) for start, end, name in towns], np.int64)
    starts = np.concatenate((chinese.starts, np.searchsorted(page.places, found[:, 0])))
    ends = np.concatenate((chinese.ends, np.searchsorted(page.places, found[:, 1])))
    names = np.concatenate((chinese.names, found[:, 2] + _TOWN_NUMBERS))
    order = np.argsort(starts, kind="stable")
    return starts[order], ends[order], names[order]


def _in_address(page: PagePoints, starts: Ints, ends: Ints, addresses: Ints) -> Flags:
    """Whether the end of an address stands soon after a place, or shortly before it in English."""
    if not len(addresses):
        return np.zeros(len(starts), bool)
    lines = np.cumsum(page.points == ord("\n"))
    after = addresses[np.minimum(np.searchsorted(addresses, ends), len(addresses) - 1)]
    opens = (after >= ends) & (after - ends <= _ADDRESS_LETTERS)
    opens &= lines[after - 1] == lines[ends - 1]
    before = addresses[np.maximum(np.searchsorted(addresses, starts, side="right") - 1, 0)]
    follows = (before <= starts) & (starts - before <= _ENGLISH_LETTERS)
    is_latin = page.points[starts] < 128
    return opens | (follows & is_latin)


def _brand_before(text: str, kinds: npt.NDArray[np.uint8], start: int) -> Mention | None:
    """The name that stands before a service, past the goods between them: 海尔 | 空调售后."""
    at, least = start, max(0, start - 24)
    while at > least and (0 < kinds[at - 1] < Sort.STORY or text[at - 1] in " 的"):
        at -= 1
    if text[at : at + 1] == "的" and at > 0 and text[at - 1].isalpha():
        at += 1  # 美的: the name may end so
    end, least = at, max(0, at - _LATIN_BRAND)
    while at > least and kinds[at - 1] == 0 and text[at - 1].isalnum():
        at -= 1
    if at > 0 and kinds[at - 1] == 0 and text[at - 1].isalnum():
        return None
    name = text[at:end]
    opened = _OPENS.match(name)
    if opened and not name.isascii():
        name = name[opened.end() :]
    if "的" in name and not (len(name) == 2 and name[1] == "的"):
        name = name[name.rindex("的") + 1 :]
    short = 2 <= len(name) <= (_LATIN_BRAND if name.isascii() else _BRAND_LETTERS)
    if not short or name.isdigit():
        return None
    return Mention(end - len(name), end, name)


def _pairs(text: str, before: list[Mention], hotlines: list[Hotline]) -> Counter[tuple[str, str]]:
    """Numbers with the brand named last before them, in their line or close by, or right after."""
    starts = np.array([mention.start for mention in before], np.int64)
    pairs: Counter[tuple[str, str]] = Counter()
    for hotline in hotlines:
        place = int(np.searchsorted(starts, hotline.start)) - 1
        gap = text[before[place].end : hotline.start] if place >= 0 else ""
        reach = _PAIR_ACROSS if "\n" in gap else _PAIR_BEFORE
        if place >= 0 and hotline.start - before[place].end <= reach:
            pairs[hotline.number, before[place].name] += 1
        elif place + 1 < len(before) and starts[place + 1] - hotline.end <= _PAIR_AFTER:
            pairs[hotline.number, before[place + 1].name] += 1
    return pairs


def _fan(pairs: Counter[tuple[str, str]]) -> dict[str, int]:
    """How many brands each number has; a name that contains another of them is none of its own."""
    names: dict[str, list[str]] = {}
    for number, name in pairs:
        names.setdefault(number, []).append(name)
    return {number: len(own_names(listed)) for number, listed in names.items()}


def own_names(names: Iterable[str]) -> list[str]:
    """Return the names that contain no other of them, shortest first, at most `MOST_NAMES`."""
    own: list[str] = []
    for name in sorted(set(names), key=lambda name: (len(name), name)):
        if len(own) < MOST_NAMES and not any(other in name for other in own):
            own.append(name)
    return own


def _is_end(points: Points) -> Flags:
    """Where sentences and lines end: 。！？ and their Latin forms before a blank, and line ends."""
    after = np.append(points[1:], ord("\n"))[: len(points)]
    latin = np.isin(points, [ord("."), ord("!"), ord("?")]) & (after <= 32)
    return np.isin(points, [0x3002, ord("\n")]) | latin


def _mentions(
    points: Points, before: list[Mention], pairs: Counter[tuple[str, str]]
) -> list[Mention]:
    """Mentions of names that the page repeats, or sets beside a number."""
    often = Counter(mention.name for mention in before)
    paired = {name for _, name in pairs}
    names = {name for name, n in often.items() if n > 1 or name in paired}
    if not names:
        return []
    listed = sorted(names)
    hits = find_words(trie_of(listed), points)
    found = zip(hits.starts.tolist(), hits.ends.tolist(), hits.words.tolist(), strict=True)
    return [Mention(start, end, listed[word]) for start, end, word in found]


def _repeated(points: Points, kinds: npt.NDArray[np.uint8]) -> Flags:
    """Whether a character stands in a phrase said `OFTEN` times, whatever fills its slots."""
    is_han = (points >= 0x3400) & (points < 0xA000)
    is_latin = (points >= 97) & (points <= 122)
    gram = GRAM if 2 * is_han.sum() >= is_latin.sum() else LATIN_GRAM
    slots, at = _slots(points, kinds, is_han | is_latin)
    if len(slots) < gram:
        return np.zeros(len(points), bool)
    hashes, is_worded = _grams(slots, gram)
    _, which, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    return _covered(len(points), at, (counts[which] >= OFTEN) & is_worded, gram)  # type: ignore[no-any-return]


@numba.njit(cache=True)
def _slots(points, kinds, is_letter):  # type: ignore[no-untyped-def]  # compiled
    """Letters in a row, every place, number and brand as one; and where each letter stands."""
    out = np.empty(len(points), np.uint32)
    at = np.empty(len(points), np.int64)
    n = 0
    for place in range(len(points)):
        kind = kinds[place]
        if kind >= PLACE:
            if n > 0 and out[n - 1] == kind and place > 0 and kinds[place - 1] == kind:
                continue
            out[n] = kind
        elif is_letter[place]:
            out[n] = points[place]
        else:
            continue
        at[n] = place
        n += 1
    return out[:n], at[:n]


@numba.njit(cache=True)
def _grams(slots, gram):  # type: ignore[no-untyped-def]  # compiled
    n = len(slots) - gram + 1
    hashes = np.empty(n, np.uint64)
    is_worded = np.empty(n, np.bool_)
    for start in range(n):
        value = np.uint64(0xCBF29CE484222325)
        n_letters = 0
        for place in range(start, start + gram):
            value ^= np.uint64(slots[place])
            value *= np.uint64(0x9E3779B97F4A7C15)
            value ^= value >> np.uint64(29)
            n_letters += slots[place] > 32
        hashes[start] = value
        is_worded[start] = n_letters >= gram - 3
    return hashes, is_worded


@numba.njit(cache=True)
def _covered(n_points, at, is_often, gram):  # type: ignore[no-untyped-def]  # compiled
    covered = np.zeros(n_points, np.bool_)
    until = -1
    for start in range(len(at)):
        if start < len(is_often) and is_often[start]:
            until = start + gram - 1
        if start <= until:
            covered[at[start]] = True
    return covered

"""Take the disguise off one text, keeping the way back to what was written.

Folded are width, case, enclosed and look-alike letters, and traditional characters; taken out are
invisible characters and what is put between the characters of the trade's words; replaced are
homophones, initials, split characters and pictures (`masks`). A place in the plain text leads back
to the place in the original, so that evidence can be shown as written.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from unbrush.base.solicitation import masks

_GONE = "\x00"
_RANGES = (
    (0x00B2, 0x00BE),  # superscripts
    (0x1D2C, 0x1D6B),  # small raised letters
    (0x2070, 0x209D),
    (0x2100, 0x2189),  # letter-like signs, Roman numerals
    (0x2460, 0x2500),  # enclosed digits and letters
    (0x2776, 0x2794),
    (0x2E80, 0x2FE0),  # radicals that stand for characters
    (0x3220, 0x3260),
    (0x3280, 0x32B1),
    (0xF900, 0xFB00),
    (0xFF01, 0xFF5F),  # full width
    (0x1D400, 0x1D800),  # mathematical letters
    (0x1F100, 0x1F190),
)
_DINGBAT_DIGITS = ((0x2776, 10), (0x2780, 10), (0x278A, 10), (0x24F5, 10))  # ❶ ➀ ➊ ⓵, from one


@dataclass(frozen=True, slots=True)
class Unmasked:
    """A text without its disguise.

    Attributes:
        text: The plain text: small letters, simplified characters, half width.
        original: The text as written.
        n_masks: How many words were hidden: more than folding was needed to read them.
    """

    text: str
    original: str
    n_masks: int
    _places: list[int] | None  # of each character in the original, and the end

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where ``text[start:end]`` stands in the original, as start and end."""
        if self._places is None:
            return start, end
        return self._places[start], max(self._places[end], self._places[start])

    def written(self, start: int, end: int) -> str:
        """Return what the original has for ``text[start:end]``."""
        first, last = self.span(start, end)
        return self.original[first:last]


def fold(text: str) -> str:
    """Return ``text`` character for character in plain form; what has none stays as it is."""
    return text.translate(_folding())


def unmask(text: str) -> Unmasked:
    """Return ``text`` without its disguise, and the way back."""
    return unmask_folded(text, fold(text))


def unmask_folded(text: str, folded: str) -> Unmasked:
    """Return the same, for a caller that has already folded ``text``."""
    plain, places, n_masks = folded, None, 0
    if _PARTED.search(plain):
        plain = _PARTED.sub(_closed, plain)
        n_masks += 1
    wide, means = _expanded()
    if wide.search(plain):
        plain, places, _ = _replace(plain, places, wide, lambda m: means[m[0]])
    plain, places, n = _replace(plain, places, _split_words(), lambda m: m[0][0])
    n_masks += n
    sounds = _sounds()
    plain, places, n = _replace(plain, places, _hidden(), lambda m: sounds[m[0]])
    n_masks += n
    plain, places, n = _replace(plain, places, _hidden_latin(), lambda m: sounds[m[0]])
    n_masks += n
    plain, places, n = _replace(plain, places, _INITIALS, lambda m: masks.INITIALS[m[1]][1])
    n_masks += n
    plain, places, _ = _replace(plain, places, _STARS, lambda m: "五星")
    return Unmasked(plain, text, n_masks, places)


_PARTED = re.compile(r"\S(?P<mark>[|.。,，丶·*_^~/、#+ \-])(?:\S(?P=mark)){3,}")
"""One mark between every two characters, five of them and more: |五|星|好|评|."""


def _closed(match: re.Match[str]) -> str:
    """The run without its marks, of the same length until what is gone is taken out."""
    return "".join(letter if n % 2 == 0 else _GONE for n, letter in enumerate(match[0]))


_INITIALS = re.compile(
    "(?:"
    + "|".join(
        f"(?<=[{before}])(?={word}(?![a-z0-9]))" for word, (before, _) in masks.INITIALS.items()
    )
    + f")({'|'.join(masks.INITIALS)})(?![a-z0-9])"
)
_HABITS = frozenset(masks.NOT_HIDING.split())
_STARS = re.compile(
    f"(?:5|五|伍|满)[颗个]?[{masks.STARS}]|[{masks.STARS}] ?[x×*]? ?(?:5|五|伍)(?![\\d.元块折分])"
    f"|(?<![{masks.STARS}])[{masks.STARS}]{{5,}}"
)


def _replace(
    text: str,
    places: list[int] | None,
    pattern: re.Pattern[str],
    says: Callable[[re.Match[str]], str],
) -> tuple[str, list[int] | None, int]:
    """Replace every match, keeping for each character its place in the original."""
    matches = list(pattern.finditer(text))
    if not matches:
        return text, places, 0
    old = list(range(len(text) + 1)) if places is None else places
    parts: list[str] = []
    new: list[int] = []
    end = 0
    for match in matches:
        start, stop = match.span()
        parts.append(text[end:start])
        new += old[end:start]
        word = says(match)
        parts.append(word)
        new += [old[min(start + k, stop - 1)] for k in range(len(word))]
        end = stop
    parts.append(text[end:])
    new += old[end:]
    hidden = sum(match[0] not in _HABITS for match in matches)
    return "".join(parts), new, hidden


@cache
def _folding() -> dict[int, str]:
    """One character for one: what a reader takes it for."""
    table: dict[int, str] = {}
    for low, high in _RANGES:
        for point in range(low, high):
            form = unicodedata.normalize("NFKC", chr(point)).lower()
            form = form.strip("()[].,〔〕") or form
            if len(form) == 1 and form != chr(point):
                table[point] = form
    for first, count in _DINGBAT_DIGITS:
        table |= {first + k: str(k + 1) for k in range(count - 1)}
    for point in range(ord("A"), ord("Z") + 1):
        table[point] = chr(point + 32)
    table |= {ord(old): new for old, new in masks.LOOK_ALIKES.items()}
    table |= {ord(old.upper()): new for old, new in masks.LOOK_ALIKES.items() if old.upper() != old}
    table |= {ord(gone): _GONE for gone in masks.GONE}
    table |= dict.fromkeys(range(0x0300, 0x0370), _GONE)
    table |= dict.fromkeys(range(0x1F3FB, 0x1F400), _GONE)
    table[0x3000] = " "
    table[0xA0] = " "
    return {**_simplified(), **table}


@cache
def _simplified() -> dict[int, str]:
    """Traditional characters with one simplified form."""
    import opencc  # loads dictionaries: only where a text is read

    points = [*range(0x4E00, 0xA000), *range(0x3400, 0x4DC0)]
    lines = opencc.OpenCC("t2s").convert("\n".join(map(chr, points))).split("\n")
    return {
        point: line
        for point, line in zip(points, lines, strict=True)
        if len(line) == 1 and line != chr(point)
    }


@cache
def _expanded() -> tuple[re.Pattern[str], dict[str, str]]:
    """Characters that stand for several letters, and those that are to go."""
    means = {_GONE: "", **masks.PICTURES}
    for low, high in _RANGES:
        for point in range(low, high):
            form = unicodedata.normalize("NFKC", chr(point)).lower()
            form = form.strip("()[].,〔〕")
            if form.isdigit() and len(form) == 2:
                means[chr(point)] = form
    for first, _ in _DINGBAT_DIGITS:
        means[chr(first + 9)] = "10"
    return re.compile("[" + "".join(map(re.escape, means)) + "]"), means


@cache
def _split_words() -> re.Pattern[str]:
    """A character of a word, and the fillers between it and the next."""
    followers: dict[str, set[str]] = {}
    for word in masks.SPLIT.split():
        for one, two in pairwise(word):
            followers.setdefault(one, set()).add(two)
    gap = masks.FILLERS + "{1,3}"
    return re.compile(
        "|".join(
            f"{one}{gap}(?=[{''.join(sorted(two))}])" for one, two in sorted(followers.items())
        )
    )


@cache
def _sounds() -> dict[str, str]:
    """Written → meant, of words that hide."""
    return {
        **masks.PARTS,
        **{as_: meant for meant, written in masks.SOUNDS.items() for as_ in written.split()},
    }


@cache
def _hidden() -> re.Pattern[str]:
    """Spellings that begin with an ideograph: few places of a text can begin one."""
    words = sorted((w for w in _sounds() if w[0] >= "\u2e80"), key=lambda w: (-len(w), w))
    return re.compile("|".join(_bounded(word) for word in words))


@cache
def _hidden_latin() -> re.Pattern[str]:
    """Spellings that begin with a Latin letter, which nothing Latin may precede."""
    words = sorted((w for w in _sounds() if w[0] < "\u2e80"), key=lambda w: (-len(w), w))
    return re.compile(f"[a-z](?<![a-z0-9_.@/-][a-z])(?:{'|'.join(_after_first(w) for w in words)})")


def _after_first(word: str) -> str:
    """The rest of a spelling, if the letter just read was its first."""
    return f"(?<={re.escape(word[0])})" + _bounded(word[1:])


def _bounded(word: str) -> str:
    """A spelling that ends in a Latin letter ends there; what honest words contain does not hide.

    好平 and 好p begin honest words too, and so do some others: those need what follows them.
    """
    ends = "(?![a-z])" if word[-1:].isascii() and word[-1:].isalpha() else ""
    return re.escape(word) + ends

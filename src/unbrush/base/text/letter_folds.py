"""Which letters count as the same when texts are compared: a table by code point, built once.

Beyond Unicode's own compatibility forms (full-width, circled ①, squared, mathematical letters) and
case, it folds what people swap in practice to escape a comparison and what Unicode keeps apart:
traditional characters, letters of other alphabets that look Latin, negative circled digits,
radicals and kana that look like ideographs, small capitals, and digits of any script. Invisible
letters and marks that only strike through or decorate (variation selectors, keycaps) count as
nothing. Common ideographs that merely resemble one another (未末, 已己) stay apart: folding them
would change words.

A Greek or Cyrillic letter is folded by the look of its capital, in both cases alike, so that words
of these languages still equal themselves.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

SIZE = 0x34000  # beyond it Unicode has no letters
SPACE, STOP = 1, 2
_SURROGATES = range(0xD800, 0xE000)
_NO_LETTER = r"[^\p{L}\p{M}\p{N}]+"

_ALIKE = (
    "аaвbеeкkмmнhоoрpсcтtуyхxіiјjѕsԁdԛqԝwһhүy"  # Cyrillic
    "αaβbεeζzηhιiκkμmνnοoρpςστtυyχx"  # Greek
    "ıiɑaɡgɩiⱭaꞬg"  # Latin of other alphabets
    "ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpꞯqʀrꜱsᴛtᴜuᴠvᴡwʏyᴢz"  # small capitals
    "ニ二ロ口エ工カ力タ夕ト卜ハ八チ千ヌ又〇0"  # kana and signs that look like ideographs
    "⺁厂⺄乙⺅亻⺊卜⺌小⺒巳⺝月⺟母⺠民⺡氵⺣灬⺨犭⺩王⺬示⺭礻⺮竹⺶羊⺻聿⺼肉⺾艹⻁虎⻂衤⻄西⻅见⻆角⻈讠"
    "⻉贝⻊足⻋车⻌辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻕阜⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟"
    "⻧卤⻨麦⻩黄⻪黾⻬齐⻮齿⻰龙⻳龟"  # radicals
    "曰日"  # the one rare ideograph that is swapped for a common one
)
_DIGITS = (  # first code point, first number, how many: circled digits without a plain form
    (0x24EB, 11, 10),
    (0x24F5, 1, 10),
    (0x24FF, 0, 1),
    (0x2776, 1, 10),
    (0x2780, 1, 10),
    (0x278A, 1, 10),
    (0x1F10B, 0, 1),
    (0x1F10C, 0, 1),
)
_LETTERS = (0x1F150, 0x1F170)  # negative circled and squared A, of 26 each
_NOTHING = (  # first and last: letters and marks that are invisible, strike through or decorate
    (0x0305, 0x0305),
    (0x0332, 0x0338),
    (0x034F, 0x034F),
    (0x035C, 0x0362),
    (0x0488, 0x0489),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x20D0, 0x20F0),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
)


@dataclass(frozen=True)
class Folds:
    """What each code point counts as.

    Attributes:
        places: Where in ``letters`` the letters of a code point start, ``SIZE + 1`` places; a code
            point that counts as nothing has none.
        letters: The letters, one code point after the other.
        composes: Whether a code point may join the one before it into one letter.
        parts: Whether a code point that counts as nothing parts clauses: `SPACE` does between
            ideographs, `STOP` (punctuation, pictures, line ends) always, 0 never.
    """

    places: npt.NDArray[np.int32]
    letters: npt.NDArray[np.uint32]
    composes: npt.NDArray[np.bool_]
    parts: npt.NDArray[np.uint8]


@cache
def folds() -> Folds:
    """Return the table; it takes half a second the first time."""
    points = [point for point in range(SIZE) if point not in _SURROGATES]
    alike = _alike()
    letters = _bare("\n".join(map(chr, points)).translate(alike).split("\n"), points)
    # Twice, so that folding what is folded changes nothing: a capital's look-alike, a form's form.
    for _ in range(2):
        letters = _bare("\n".join(letters).translate(alike).split("\n"), points)
    letters = _simplified(letters)
    lengths = np.zeros(SIZE, np.int32)
    lengths[points] = [len(letter) for letter in letters]
    places = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
    joined = np.frombuffer("".join(letters).encode("utf-32-le"), np.uint32)
    composes = np.zeros(SIZE, np.bool_)
    marks = {chr(point) for point in points if unicodedata.category(chr(point))[0] == "M"}
    marks |= set(map(chr, range(0x1100, 0x1200)))
    composes[points] = [not marks.isdisjoint(letter) for letter in letters]
    parts = np.zeros(SIZE, np.uint8)
    for point in np.flatnonzero(lengths == 0).tolist():
        category = unicodedata.category(chr(point))
        if category == "Zs" or point == 0x09:
            parts[point] = SPACE
        elif category[0] in "PSZ" or category in ("Co", "Cn") or point in (0x0A, 0x0D):
            parts[point] = STOP  # not yet assigned are mostly new pictures
    return Folds(places=places, letters=joined, composes=composes, parts=parts)


@cache
def _alike() -> dict[int, str]:
    """Return what stands for a character that looks like another, by code point."""
    alike: dict[int, str] = {}
    for look, letter in zip(_ALIKE[::2], _ALIKE[1::2], strict=True):
        alike[ord(look)] = letter
        capital = look.upper()
        if len(capital) == 1:
            alike[ord(capital)] = letter
    for first, number, n in _DIGITS:
        alike |= {first + k: str(number + k) for k in range(n)}
    for first in _LETTERS:
        alike |= {first + k: chr(ord("a") + k) for k in range(26)}
    for first, last in _NOTHING:
        alike |= dict.fromkeys(range(first, last + 1), "")
    for point in range(SIZE):
        digit = unicodedata.decimal(chr(point), None)
        if digit is not None and point > 0x7F:
            alike[point] = str(digit)
    return alike


def _bare(letters: list[str], points: list[int]) -> list[str]:
    """Return each piece in its compatibility form, lowered, without what is no letter."""
    # The line feed, which parts the pieces, has become two empty ones; it is no letter itself.
    if len(letters) != len(points):
        at = points.index(0x0A)
        letters = [*letters[:at], "", *letters[at + 2 :]]
    forms = pc.utf8_lower(pc.utf8_normalize(pa.array(letters, pa.string()), form="NFKC"))
    bare: list[str] = pc.replace_substring_regex(
        forms, pattern=_NO_LETTER, replacement=""
    ).to_pylist()
    return bare


def _simplified(letters: list[str]) -> list[str]:
    """Return each piece with its traditional characters as simplified ones, one by one."""
    import opencc

    # A line each, so that no two characters are read as a word.
    ideographs = sorted({letter for piece in letters for letter in piece if letter >= "\u2e80"})
    converted = opencc.OpenCC("t2s").convert("\n".join(ideographs)).split("\n")
    simpler = {
        ord(one): other
        for one, other in zip(ideographs, converted, strict=True)
        if one != other and len(other) == 1
    }
    # Some end in a character that is itself simplified further.
    for one, other in simpler.items():
        simpler[one] = simpler.get(ord(other), other)
    return "\n".join(letters).translate(simpler).split("\n")

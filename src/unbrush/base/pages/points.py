"""The characters of a page in one form, each with its place in the page as it was given.

Traditional characters become simplified ones, full-width, circled and styled letters and digits
plain ones, capitals small; what has no width is left out. Every character stays one character, so
that whatever is found can be cut out of the original.
"""

import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Points = npt.NDArray[np.uint32]

_TABLE = 0x1F251  # beyond it: pictures and rare ideographs, which have one form only
_CHINESE = range(0x4E00, 0xA000)
_NOTHING = np.uint32(0xFFFFFFFF)


class PagePoints(NamedTuple):
    """A text's characters in one form.

    Attributes:
        points: Code points.
        places: Where each one stands in the text; one more at the end, the text's length.
    """

    points: Points
    places: Ints

    def text(self) -> str:
        """Return the characters as a string."""
        return self.points.tobytes().decode("utf-32-le")


def points_of(text: str) -> PagePoints:
    """Return the characters of ``text`` in one form; half surrogates become U+FFFD."""
    raw = text.encode("utf-32-le", "surrogatepass")
    points = np.frombuffer(raw, np.uint32)
    table = _forms()
    small = np.minimum(points, _TABLE - 1)
    folded = np.where(points < _TABLE, table[small], points)
    kept = np.flatnonzero(folded != _NOTHING)
    places = np.append(kept, len(points)).astype(np.int64)
    return PagePoints(folded[kept], places)


@cache
def _forms() -> Points:
    """The form of every character, or `_NOTHING`."""
    table = np.arange(_TABLE, dtype=np.uint32)
    for point in range(_TABLE):
        letter = chr(point)
        if unicodedata.category(letter) in ("Cf", "Mn", "Me") or letter == "\x00":
            table[point] = _NOTHING
        elif not 0x3400 <= point < 0xA000 and not 0xAC00 <= point < 0xD7B0:
            plain = unicodedata.normalize("NFKC", letter).lower()
            table[point] = ord(plain) if len(plain) == 1 else point
    table[0xD800:0xE000] = 0xFFFD
    for point, simple in _simplified():
        table[point] = simple
    for point, digit in _circled():
        table[point] = digit
    for letter in "‐‑‒–—―−－﹣·•∙⋅":  # between the groups of a number
        table[ord(letter)] = ord("-")
    return table


def _simplified() -> list[tuple[int, int]]:
    """Traditional characters and what they become, one for one."""
    import opencc

    before = "\n".join(map(chr, _CHINESE))
    after = opencc.OpenCC("t2s").convert(before).split("\n")
    pairs = zip(_CHINESE, after, strict=True)
    return [(point, ord(letter)) for point, letter in pairs if len(letter) == 1]


def _circled() -> list[tuple[int, int]]:
    """Digits in circles and brackets that Unicode does not call digits."""
    starts = (0x2460, 0x2474, 0x2488, 0x24F5, 0x2776, 0x2780, 0x278A)
    return [(start + n, ord("1") + n) for start in starts for n in range(9)] + [
        (zero, ord("0")) for zero in (0x24EA, 0x24FF, 0x1F10B, 0x1F10C)
    ]

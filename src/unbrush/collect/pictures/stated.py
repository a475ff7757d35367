"""What lines state: values beside their labels, sums of money, moments, numbers of things.

Layouts differ from app to app and year to year; labels hardly do. A value is what follows its
label on the line, else what stands to the right in the row, else what stands right below.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from unbrush.base.clock import HOUR_MS
from unbrush.base.pictures.screenshot import Box, TextLine

SCREEN_ZONE_MS = 8 * HOUR_MS
"""Screens show the phone's local time; China has one zone, eight hours ahead of UTC [P]."""

_BEFORE_LABEL = r"(?:^|[\s\[【(（|｜,，;；。·•*])"
_MOMENT = re.compile(
    r"(20\d\d)\s*[-/.年]\s*(1[0-2]|0?[1-9])\s*[-/.月]\s*(3[01]|[12]\d|0?[1-9])日?"
    r"(?:\s*(2[0-3]|[01]?\d)\s*[:：]\s*([0-5]\d)(?:\s*[:：]\s*([0-5]\d))?)?"
)
_MONEY = re.compile(
    r"(?P<sign>[¥￥]|RMB|CNY|HK\$|NT\$|US\$|USD|\$|€|£)?\s*"
    r"(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,9})(?:\s?[.．]\s?(?P<part>\d{1,2})(?!\d))?\s*(?P<unit>元|圆|块)?",
    re.IGNORECASE,
)
_CURRENCIES = {
    "¥": "CNY", "￥": "CNY", "RMB": "CNY", "CNY": "CNY", "元": "CNY", "圆": "CNY", "块": "CNY",
    "HK$": "HKD", "NT$": "TWD", "US$": "USD", "USD": "USD", "$": "USD", "€": "EUR", "£": "GBP",
}  # fmt: skip
# How the yuan sign is misread before a number.
_YUAN_LIKE = re.compile(r"(?<![A-Za-z\u4e00-\u9fff])[YV半羊丰]\s?(?=\d)|(?<=[\s+-])[YV]\s?(?=\d)")
_DIGIT_LIKE = str.maketrans("OoQIl|", "000111")


@dataclass(frozen=True, slots=True)
class Stated:
    """A value found beside a label, and the lines it came from."""

    text: str
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Money:
    """A sum in minor units; ``currency`` is empty where no sign says it."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment, epoch ms UTC, and how exact it is in seconds."""

    at_ms: int
    precision_s: int


def folded(text: str) -> str:
    """Return text in half-width forms, so that one pattern fits all ways of writing."""
    return unicodedata.normalize("NFKC", text.replace("￥", "¥"))


def labelled(lines: Sequence[TextLine], labels: str) -> Iterator[Stated]:
    """Yield what is stated beside each of some labels, from top to bottom.

    Args:
        lines: In reading order.
        labels: Pattern of the labels, alternatives by ``|``, the longer before the shorter.
    """
    pattern = re.compile(rf"{_BEFORE_LABEL}(?:{labels})\s*[:：]?\s*(.*)$", re.IGNORECASE)
    for index, line in enumerate(lines):
        found = pattern.search(folded(line.text))
        if not found:
            continue
        if found[1]:
            yield Stated(found[1], (index,))
            continue
        beside = _beside(lines, index)
        if beside is not None:
            yield Stated(folded(lines[beside].text), (index, beside))


def _beside(lines: Sequence[TextLine], index: int) -> int | None:
    """Return the line to the right in the same row, else the nearest right below, else None."""
    box = lines[index].box
    right = [
        i
        for i, line in enumerate(lines)
        if line.box.left >= box.right - 2 and _level(box, line.box)
    ]
    if right:
        return min(right, key=lambda i: lines[i].box.left)
    below = [
        i
        for i, line in enumerate(lines)
        if 0 <= line.box.top - box.bottom + 2 <= 1.5 * box.height
        and min(line.box.right, box.right) > max(line.box.left, box.left)
    ]
    return min(below, key=lambda i: lines[i].box.top) if below else None


def _level(box: Box, other: Box) -> bool:
    return min(box.bottom, other.bottom) - max(box.top, other.top) > 0.5 * min(
        box.height, other.height
    )


def money_in(text: str) -> Money | None:
    """Return the first sum of money in a text, whole or with cents; None if there is none."""
    found = _MONEY.search(_YUAN_LIKE.sub("¥", folded(text)))
    if not found:
        return None
    cents = (found["part"] or "").ljust(2, "0")
    minor = int(found["whole"].replace(",", "")) * 100 + int(cents)
    sign = (found["sign"] or found["unit"] or "").upper()
    return Money(minor, _CURRENCIES.get(sign, ""))


def is_only_money(text: str) -> bool:
    """Whether a line is a sum of money and nothing else, as amounts stand on payment pages."""
    bare = _YUAN_LIKE.sub("¥", folded(text)).strip().lstrip("+-−–").strip()
    found = _MONEY.fullmatch(bare)
    return bool(found and (found["sign"] or found["unit"] or found["part"]))


def moment_in(text: str) -> Moment | None:
    """Return the first full date in a text, with its time if there is one; None without a year."""
    found = _MOMENT.search(folded(text))
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    since = local - datetime(1970, 1, 1, tzinfo=UTC)
    precision = 86_400 if found[4] is None else 60 if found[6] is None else 1
    return Moment(since // timedelta(milliseconds=1) - SCREEN_ZONE_MS, precision)


def number_in(text: str, *, least_digits: int = 8) -> str | None:
    """Return the first long number in a text, letters before it included; None if there is none.

    Spaces that a screen sets between groups of digits are dropped, and letters that stand between
    digits and look like them are read as digits.
    """
    for found in re.finditer(r"[A-Za-z]{0,4}\d[\dOoQIl| -]*[\dOoQIl|]", folded(text)):
        head = re.match(r"[A-Za-z]*", found[0])
        letters = head[0] if head else ""
        rest = re.sub(r"[\s]+", "", found[0][len(letters) :]).translate(_DIGIT_LIKE)
        if sum(each.isdigit() for each in rest) >= least_digits:
            return letters.upper() + rest.strip("-")
    return None

"""Telephone numbers of services in a text: 400 and 800, 95xxx, landlines, mobiles, North American.

Numbers are known by their form alone; whose they are is for the text around them to say.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_GAP = r"[ .\-()/]{0,3}"
_FORMS = re.compile(
    rf"(?<![\d.])(?P<service>[48]{_GAP}0{_GAP}0(?:{_GAP}\d){{7}})(?!\d)"
    r"|(?<![\d.])(?P<mobile>1[3-9]\d[ \-]?\d{4}[ \-]?\d{4})(?!\d)"
    r"|(?<![\d.])\(?(?P<land>0\d{2,3}[ \-)]{1,2}[2-9]\d{3}[ \-]?\d{3,4}|0\d{2,3}[2-9]\d{7})(?!\d)"
    r"|(?<![\d.])(?P<american>(?:\+?1[\-. ])?\(?[2-9]\d{2}\)?[\-. ]{1,2}\d{3}[\-. ]\d{4})(?!\d)"
    r"|(?:电话|热线|拨打|客服|致电|call)[^\d\n]{0,6}(?P<short>9[56]\d{3,4}|1[02]\d{3}|123\d{2})(?!\d)"
)
_SPELT = re.compile(r"[四肆][零〇][零〇][ \-]?[零〇一二三四五六七八九 \-]{7,9}")
_DIGITS = str.maketrans("零〇一二三四五六七八九肆", "001234567894")


class Hotline(NamedTuple):
    """One mention of a number.

    Attributes:
        start: Where it begins in the text.
        end: Where it ends.
        number: Its digits.
        form: service, mobile, land, american or short.
    """

    start: int
    end: int
    number: str
    form: str


def find_hotlines(text: str) -> Iterator[Hotline]:
    """Yield the numbers of a text in one form (`page_points.points_of`), from the left."""
    if _SPELT.search(text):
        text = _SPELT.sub(lambda match: match.group().translate(_DIGITS), text)
    for match in _FORMS.finditer(text):
        form = match.lastgroup or "service"
        digits = re.sub(r"\D", "", match.group(form))
        if form == "american" and len(digits) == 11:
            digits = digits[1:]
        yield Hotline(match.start(form), match.end(form), digits, form)


def written(number: str) -> str:
    """Return a number as people read it; a mobile, which may be a person's, without its middle."""
    if re.fullmatch(r"1[3-9]\d{9}", number):
        return f"{number[:3]}****{number[7:]}"
    if len(number) == 10 and number[0] != "0":
        return f"{number[:3]}-{number[3:6]}-{number[6:]}"
    return number

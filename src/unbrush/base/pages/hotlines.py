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
_CHARACTERS = "零〇洞一幺二三四五六七八九壹贰貳叁肆伍陆柒捌玖拐勾"
_DIGITS = str.maketrans(_CHARACTERS + "oli", "00011234567891223456789" + "79" + "011")
_DIGIT = rf"[0-9{_CHARACTERS}oli]"
_APART = r"[^0-9a-z\u3400-\u9fff\n,，、;；。:：!！?？]{0,5}"
_RUN = re.compile(rf"(?<![0-9a-z.]){_DIGIT}(?:{_APART}{_DIGIT}){{9,25}}(?![0-9a-z])")
_IS_DIGIT = re.compile(_DIGIT)
_FEWEST_DIGITS = 5  # plain ones, in a run with letters for digits
_WHOLE = re.compile(r"[48]00\d{7}|1[3-9]\d{9}")


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
    found = [*_usual(text), *_disguised(text)]
    end = 0
    for hotline in sorted(found, key=lambda each: (each.start, -each.end)):
        if hotline.start >= end:
            end = hotline.end
            yield hotline


def _usual(text: str) -> Iterator[Hotline]:
    """Numbers in digits, grouped as people group them."""
    for match in _FORMS.finditer(text):
        form = match.lastgroup or "service"
        digits = re.sub(r"\D", "", match.group(form))
        if form == "american" and len(digits) == 11:
            digits = digits[1:]
        yield Hotline(match.start(form), match.end(form), digits, form)


def _disguised(text: str) -> Iterator[Hotline]:
    """Services and mobiles in characters or letters, or parted by any signs: a run is judged whole.

    Twice the same number in one run (a stroke between them) is two mentions.
    """
    for match in _RUN.finditer(text):
        run = match.group()
        if any(letter in "oli" for letter in run) and _n_plain(run) < _FEWEST_DIGITS:
            continue
        places = [n for n, letter in enumerate(run) if _IS_DIGIT.match(letter)]
        digits = "".join(run[n] for n in places).translate(_DIGITS)
        for half in (len(digits), len(digits) // 2):
            number = digits[:half]
            if not _WHOLE.fullmatch(number) or digits != number * (len(digits) // half):
                continue
            form = "service" if number[0] in "48" else "mobile"
            for first in range(0, len(digits), half):
                start, end = places[first], places[first + half - 1] + 1
                yield Hotline(match.start() + start, match.start() + end, number, form)
            break


def _n_plain(run: str) -> int:
    return sum("0" <= letter <= "9" for letter in run)


_HONEST = re.compile(r"[0-9０-９\s()（）+.\-－—–‐·/]+")
MOST_GROUPS = 4
"""Groups of digits in which anybody writes a number: +1 (800) 555-0199."""
_MOBILE_GROUPS = ((3, 4, 4), (4, 3, 4), (3, 3, 5), (3, 8), (4, 7), (1, 3, 3, 4))


def is_disguised(number: str) -> bool:
    """Return whether a number, as the page itself has it, is written so that no filter reads it."""
    groups = [len(group) for group in re.findall(r"[0-9０-９]+", number)]
    if not _HONEST.fullmatch(number) or len(groups) > MOST_GROUPS or "  " in number:
        return True
    return sum(groups) == 11 and groups[0] in (3, 4) and tuple(groups) not in _MOBILE_GROUPS


def written(number: str) -> str:
    """Return a number as people read it; a mobile, which may be a person's, without its middle."""
    if re.fullmatch(r"1[3-9]\d{9}", number):
        return f"{number[:3]}****{number[7:]}"
    if len(number) == 10 and number[0] != "0":
        return f"{number[:3]}-{number[3:6]}-{number[6:]}"
    return number

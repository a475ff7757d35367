"""Parcel carriers: their names as people write them, and what their waybill numbers look like.

The formats are [P], a proposal from what is printed on parcels, not a published standard; carriers
change them and bare digits fit several. A number that fits nothing is therefore not a forgery, and
one that fits is not proof. Only the postal form (UPU standard S10) has a public check digit.
"""

import re
import unicodedata
from dataclasses import dataclass

_LOOK_ALIKE_DIGITS = str.maketrans("OoQDIl|ZzSsBG", "0000111225586")
_S10 = re.compile(r"([A-Z]{2})(\d{8})(\d)([A-Z]{2})")
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


@dataclass(frozen=True, slots=True)
class Carrier:
    """A company that carries parcels.

    Attributes:
        code: Our short word for it.
        names: How it is written, Chinese first; Latin names in lower case.
        prefixed: Pattern of numbers that name it by their letters; empty if there are none.
        bare: Pattern of its numbers of digits alone, which others may share.
    """

    code: str
    names: tuple[str, ...]
    prefixed: str = ""
    bare: str = ""


CARRIERS = (
    Carrier("sf", ("顺丰", "sf express", "shunfeng", "sf"), r"SF\d{12,13}", r"\d{12}"),
    Carrier(
        "jd", ("京东物流", "京东快递", "jd logistics", "jingdong", "jd"), r"JD[A-Z]{0,3}\d{9,15}"
    ),
    Carrier("yto", ("圆通", "yuantong", "yto"), r"YT\d{13}", r"8\d{17}"),
    Carrier("zto", ("中通", "zhongtong", "zto"), r"ZTO?\d{12,14}", r"7[3-9]\d{12}"),
    Carrier("sto", ("申通", "shentong", "sto"), r"STO?\d{12,15}", r"77\d{13}|[2-9]\d{12}"),
    Carrier("yunda", ("韵达", "yunda", "yd"), r"YD\d{13,15}", r"[34]\d{14}|[1-9]\d{12}"),
    Carrier("jt", ("极兔", "j&t", "jtexpress", "jitu", "jt"), r"JT\d{13}"),
    Carrier("ems", ("ems", "邮政特快", "特快专递"), r"E[A-Z]\d{9}CN", r"1[0-3]\d{11}"),
    Carrier("post", ("中国邮政", "邮政快递", "邮政", "china post"), r"[A-Z]{2}\d{9}CN", r"9\d{12}"),
    Carrier("deppon", ("德邦", "deppon"), r"DPK?\d{9,12}"),
    Carrier("best", ("百世", "汇通", "best express"), "", r"[567]\d{13}"),
    Carrier("danniao", ("丹鸟", "菜鸟", "cainiao"), r"(?:DN|CN|ZMC)[A-Z]{0,2}\d{11,15}"),
    Carrier("zjs", ("宅急送", "zjs"), r"ZJS\d{9,12}|A\d{12}"),
    Carrier("ups", ("ups",), r"1Z[0-9A-Z]{16}"),
)
"""Every carrier that we know; the first named in a text wins."""

_BY_NAME = tuple(
    (name, carrier.code)
    for carrier in CARRIERS
    for name in carrier.names
    if len(name) > 2 or not name.isascii()
)
_BY_WORD = {name: carrier.code for carrier in CARRIERS for name in (*carrier.names, carrier.code)}
_PREFIXED = tuple(
    (re.compile(carrier.prefixed), carrier.code) for carrier in CARRIERS if carrier.prefixed
)
_BARE = tuple((re.compile(carrier.bare), carrier.code) for carrier in CARRIERS if carrier.bare)


def carrier_named(text: str) -> str | None:
    """Return the code of the carrier whose name comes first in ``text``, None if none does."""
    low = text.lower()
    found = [(low.find(name), -len(name), code) for name, code in _BY_NAME if name in low]
    return min(found)[2] if found else None


def carrier_of_word(word: str) -> str | None:
    """Return the code for a word such as ``SF`` or ``圆通速递`` in a table; None if unknown."""
    low = word.strip().lower()
    return _BY_WORD.get(low) or carrier_named(low)


def carriers_of(number: str) -> tuple[str, ...]:
    """Return who may have issued a waybill number, by its form; letters decide before digits."""
    plain = bare_number(number)
    by_letters = tuple(code for pattern, code in _PREFIXED if pattern.fullmatch(plain))
    if by_letters:
        return by_letters[:1] if _check_holds(plain) else ()
    return tuple(code for pattern, code in _BARE if pattern.fullmatch(plain))


def names_its_carrier(number: str) -> bool:
    """Whether the letters of a waybill number say whose it is."""
    plain = bare_number(number)
    return _check_holds(plain) and any(pattern.fullmatch(plain) for pattern, _ in _PREFIXED)


def bare_number(number: str) -> str:
    """Return a number as comparisons want it: half width, capitals, no spaces or dashes."""
    folded = unicodedata.normalize("NFKC", number).upper()
    return re.sub(r"[\s\-—–_]+", "", folded)


def mended(number: str) -> str:
    """Return a waybill number with letters among its digits read as the digits they resemble.

    Only where the result names its carrier: nothing else says that they were digits.
    """
    plain = bare_number(number)
    if names_its_carrier(plain) or len(plain) > 40:
        return plain
    for length in (2, 3, 4):
        tried = plain[:length] + plain[length:].translate(_LOOK_ALIKE_DIGITS)
        if names_its_carrier(tried):
            return tried
    return plain


def _check_holds(plain: str) -> bool:
    """Whether the check digit of a postal number is right (UPU S10); others have none."""
    postal = _S10.fullmatch(plain)
    if not postal:
        return True
    left = sum(int(d) * w for d, w in zip(postal[2], _S10_WEIGHTS, strict=True)) % 11
    return int(postal[3]) == {0: 5, 1: 0}.get(left, 11 - left)

"""Contacts: names and numbers to be reached at, and how they are written so that no filter sees.

Nobody has them: mobile numbers begin with prefixes that are not given out, QQ numbers are higher
than any yet, domains end in ``.example``.
"""

from dataclasses import dataclass

from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.spin import listed

_PREFIXES = ("154", "161", "164", "168", "179")
_SOUNDS = listed("xiao mei lin yu feng qing nan bei tao jun hao le an xin yue ran mo ya ke zi")
_CIRCLED = dict(zip("0123456789", "⓪①②③④⑤⑥⑦⑧⑨", strict=True))
_BLACK = dict(zip("0123456789", "⓿❶❷❸❹❺❻❼❽❾", strict=True))
_WIDE = {chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)}
_HAN = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
_RADIO = {**_HAN, "0": "洞", "1": "幺", "2": "两", "7": "拐"}
_BANKER = dict(zip("0123456789", "零壹贰叁肆伍陆柒捌玖", strict=True))
_KEYCAP = {digit: f"{digit}\ufe0f\u20e3" for digit in "0123456789"}

_NAMES_OF = {
    "wechat": (
        ("微信", "微信号", "加微信"),
        ("V信", "VX", "vx", "wx", "WeChat", "微", "加V"),
        ("薇信", "徽信", "➕V", "威芯", "V❤", "卫星", "绿泡泡", "＋ v x", "微 信"),
        ("徴亻言", "㣲信", "w·x", "绿色软件", "叉信", "v_x", "💚", "薇❤", "威.❤"),
    ),
    "qq": (
        ("QQ", "QQ群", "扣扣"),
        ("Q", "qq", "扣扣", "Q群"),
        ("扣 扣", "企鹅", "蔻蔻", "Ｑ Ｑ", "🐧"),
        ("抠抠", "口口", "Q·Q", "企額", "🐧号"),
    ),
    "phone": (
        ("电话", "手机", "联系电话", "☎"),
        ("TEL", "电", "手机号", "致电"),
        ("📞", "电.话", "dian话", "☎️"),
        ("📱", "電話", "手 机", "☏"),
    ),
    "link": (("链接", "网址"), ("报名", "点击"), ("👉", "复制打开"), ("戳", "浏览器打开")),
}


@dataclass(frozen=True)
class Contact:
    """One way to be reached.

    Attributes:
        kind: wechat, qq, phone or link.
        value: As a person would write it down: no spaces, plain digits, lower case.
        written: As the text has it.
    """

    kind: str
    value: str
    written: str


def contact(dice: Dice, *, level: int, kind: str = "") -> Contact:
    """Draw a contact and write it as a level of disguise does."""
    kind = kind or dice.weighed({"wechat": 0.6, "qq": 0.2, "phone": 0.12, "link": 0.08})
    value = {"wechat": wechat, "qq": qq, "phone": phone, "link": link}[kind](dice)
    name = dice.one(_NAMES_OF[kind][level])
    shown = value if kind == "link" and level < 3 else hidden(dice, value, level=level)
    mark = dice.one(("：", ":", " ", "", "号", "→"))
    if name.endswith("号") and mark == "号":
        mark = "："
    if name.isascii() and shown[0].isascii() and not mark:
        mark = " "
    return Contact(kind, value, f"{name}{mark}{shown}")


def wechat(dice: Dice) -> str:
    """Draw a name as chat programs take: a letter first, 6 to 20 letters, digits, - and _."""
    parts = [dice.one(_SOUNDS) for _ in range(dice.whole(1, 3))]
    name = "".join(parts) + dice.one(("", "", "_", "-")) + dice.digits(dice.whole(2, 6))
    return f"{name}{dice.digits(6)}"[: max(7, len(name))]


def qq(dice: Dice) -> str:
    """Draw a number of a chat program."""
    return f"{dice.whole(5, 9)}{dice.digits(9)}"


def phone(dice: Dice) -> str:
    """Draw a mobile number of 11 digits."""
    return f"{dice.one(_PREFIXES)}{dice.digits(8)}"


def link(dice: Dice) -> str:
    """Draw an address of the web."""
    path = dice.one(("", f"/{dice.digits(4)}", "/join", f"/r?c={dice.digits(3)}"))
    host = f"{dice.one(_SOUNDS)}{dice.one(_SOUNDS)}{dice.digits(2)}"
    return (
        f"{dice.one(('https://', 'http://', ''))}{dice.one(('', 'm.', 't.'))}{host}.example{path}"
    )


def hidden(dice: Dice, value: str, *, level: int) -> str:
    """Write digits and letters so that people still read them."""
    if level == 0:
        return value
    way = dice.one(_WAYS[level])
    if way == "gaps":
        marks = (" ", "  ") if "-" in value or "_" in value else (" ", "-", ".", "  ", "－", "·")
        mark = dice.one(marks)
        size = dice.one((1, 3, 4)) if level > 1 else dice.one((3, 4))
        return mark.join(value[i : i + size] for i in range(0, len(value), size))
    if way == "upper":
        return value.upper()
    if way == "junk":
        return "".join(c + (dice.one("*#★♡^") if dice.chance(0.3) else "") for c in value)
    if way == "mixed":
        books: tuple[dict[str, str], ...] = (_CIRCLED, _WIDE, _HAN, _BANKER, {})
        return "".join(dice.one(books).get(c, c) for c in value)
    book = {"circled": _CIRCLED, "black": _BLACK, "wide": _WIDE, "han": _HAN, "radio": _RADIO,
            "banker": _BANKER, "keycap": _KEYCAP}[way]  # fmt: skip
    return "".join(book.get(c, c) for c in value)


_WAYS = (
    (),
    ("gaps", "upper", "wide"),
    ("wide", "circled", "gaps", "han", "keycap"),
    ("mixed", "black", "radio", "banker", "junk", "circled"),
)

"""How to reach the writer: phones, WeChat and QQ ids, Telegram, WhatsApp, links and e-mail.

Read from the text without disguise. Digits may be spaced, dotted, written in Chinese or as letters
(o, l). What only looks like a contact is left alone: order and waybill numbers, prices, dates,
and numbers that belong to organisations (hotlines of 3 to 6 digits, 400, 800, landlines).
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from unbrush.base.solicitation.disguise import Unmasked


class ContactKind(StrEnum):
    """By which way somebody can be reached."""

    PHONE = "phone"
    WECHAT = "wechat"
    QQ = "qq"
    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    LINK = "link"


@dataclass(frozen=True, slots=True, order=True)
class Contact:
    """One way to reach somebody.

    Attributes:
        start: Where it begins in the original text, in characters.
        end: Where it ends.
        kind: By which way.
        value: Normalised: ``13800138000``, ``abc_123``, ``t.me/name``, ``example.com/x``.
        written: As it stands in the original text.
    """

    start: int
    end: int
    kind: ContactKind
    value: str
    written: str

    @property
    def key(self) -> str:
        """What two spellings of one contact have in common; personal, never to be shown."""
        return f"{self.kind.value}:{self.value}"

    @property
    def masked(self) -> str:
        """What may be shown of it: the first two characters and the last."""
        return f"{self.value[:2]}***{self.value[-1:]}"


_HINT = re.compile(
    r"[0-9零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺]{2}|[@/]|微|薇|葳|v|qq|扣|企鹅|电报|飞机|tg|"
    r"\.c|点c|com|艾特|www"
)
_DIGITS = {
    **{letter: str(n) for letters in ("零一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖")
       for n, letter in enumerate(letters)},
    "幺": "1", "两": "2", "拐": "7", "o": "0", "l": "1", "i": "1", "〇": "0", "陸": "6",
}  # fmt: skip
_AS_DIGITS = str.maketrans(_DIGITS)
_DIGIT = f"[0-9{''.join(_DIGITS)}]"
_GAP = r"[ .\-_*~·,]{0,2}"
# A run is judged whole: part of a longer number is no phone.
_PHONE = re.compile(
    rf"(?<![0-9a-z])(?<!\+)(?<!\+\d[ -])(?:\+?86{_GAP}|0086{_GAP})?((?:1|一|壹|幺|"
    rf"l){_GAP}[3-9三四五六七八九叁肆伍陆柒捌玖拐]"
    rf"(?:{_GAP}{_DIGIT}){{9}})(?![0-9a-z零一二三四五六七八九])"
)
_ORDER_NUMBER = re.compile(
    r"(?:单号|订单|运单|快递|编号|流水|货号|条码|型号|order|tracking|sku)\D{0,6}$"
)

_ID = r"[a-z0-9][a-z0-9_\-]{4,23}"
_LEAD = r"[^a-z0-9\n。！!？?，,；;]{0,6}"
_WECHAT = re.compile(
    r"(?:微信号?(?!支付)|加微|\+微|薇|葳|微(?![软博店波商观型小笑创电视量米薄])|"
    r"(?<![a-z0-9])(?:\+ ?v|加v|加 ?我?v|v号|"
    r"v(?=[:：➜→>=\- ]{1,3}[a-z0-9])|wechat))"
    rf"(?:同号|客服|号|id|是|为|名|联系|我|群)?{_LEAD}({_ID})"
)
_SAME_NUMBER = re.compile(
    r"(?:微信|微|v|薇|vx|qq)(?:电话)?同(?:号|步)|同(?:号)?(?:微信|微|v|薇)|电话微信"
)
_QQ = re.compile(
    rf"(?<![a-z0-9])(?:qq|q群|q)(?:群|号|裙|客服|联系|是|"
    rf"为)?{_LEAD}([1-9](?:{_GAP}[0-9]){{4,11}})(?![0-9])"
    rf"|(?:加群|进群|群号|裙号|加裙){_LEAD}([1-9][0-9]{{5,11}})(?![0-9])"
)
_TELEGRAM = re.compile(
    r"t\.me/\+?(\w{4,40})|(?:telegram|(?<![a-z])tg|电报|纸飞机|飞机)(?:群|号|频道|"
    r"id)?[ :：@是为]{1,4}([a-z]\w{3,31})"
)
_WHATSAPP = re.compile(r"(?:wa\.me/|whats ?app)[^0-9\n]{0,8}(\+?[0-9](?:[ \-]?[0-9]){7,14})")
_EMAIL = re.compile(
    r"([a-z0-9][a-z0-9._+\-]{1,40}) ?(?:@|\(at\)|\[at\]|艾特| at ) ?((?:[a-z0-9\-]{1,30}(?:\.|"
    r" ?点 ?)){1,3}"
    r"(?:com|cn|net|org|io|me|co|top|xyz|vip))(?![a-z0-9])"
)
_LINK = re.compile(
    r"https?://[^\s\u2e80-\uffef\"'<>]{4,200}|(?<![a-z0-9@.])(?:[a-z0-9\-]{1,40}(?:\.|点)){1,3}"
    r"(?:com|cn|net|org|io|me|co|cc|top|xyz|vip|shop|link|club|site|app|ly|gl|uk|de)"
    r"(?![a-z0-9.@])(?:/[^\s\u2e80-\uffef\"'<>]{0,200})?"
)
_HOTLINE = re.compile(r"(?:[48]00\d{7}|9[56]\d{3,4}|1[02]\d{3,4})$")
_PLAIN_WORDS = frozenset(
    {"wechat", "weixin", "whatsapp", "telegram", "paypal", "amazon", "iphone", "huawei", "xiaomi"}
    | {"taobao", "alipay", "please", "contact", "message", "review", "reviews", "account"}
    | {"number", "group"}
)
"""What stands behind the word for WeChat and is no id."""


def contacts_of(plain: Unmasked) -> tuple[Contact, ...]:
    """Return the contacts in a text, in the order in which they stand; each value once."""
    text = plain.text
    if not _HINT.search(text):
        return ()
    found: list[tuple[int, int, ContactKind, str]] = []
    found += _links(text)
    found += _phones(text)
    found += _ids(text)
    kept: dict[tuple[ContactKind, str], Contact] = {}
    taken: list[tuple[int, int]] = []
    for start, end, kind, value in found:
        if any(start < e and s < end for s, e in taken):
            continue
        taken.append((start, end))
        first, last = plain.span(start, end)
        contact = Contact(first, last, kind, value, plain.original[first:last])
        kept.setdefault((kind, value), contact)
    return tuple(sorted(kept.values()))


def _links(text: str) -> list[tuple[int, int, ContactKind, str]]:
    found = []
    for match in _EMAIL.finditer(text):
        domain = re.sub(r" ?点 ?", ".", match[2])
        found.append((*match.span(), ContactKind.EMAIL, f"{match[1]}@{domain}"))
    for match in _TELEGRAM.finditer(text):
        name = (match[1] or match[2]).strip("_")
        found.append((*match.span(), ContactKind.TELEGRAM, f"t.me/{name}"))
    for match in _WHATSAPP.finditer(text):
        digits = re.sub(r"\D", "", match[1])
        found.append((*match.span(1), ContactKind.WHATSAPP, digits))
    for match in _LINK.finditer(text):
        value = re.sub(r"^https?://(?:www\.)?|^www\.", "", match[0]).replace("点", ".")
        found.append((*match.span(), ContactKind.LINK, value.rstrip("/.,!)")))
    return found


def _phones(text: str) -> list[tuple[int, int, ContactKind, str]]:
    found = []
    is_wechat = bool(_SAME_NUMBER.search(text))
    for match in _PHONE.finditer(text):
        if _ORDER_NUMBER.search(text, max(0, match.start() - 10), match.start()):
            continue
        value = re.sub(r"\D", "", match[1].translate(_AS_DIGITS))
        before = text[max(0, match.start() - 8) : match.start()]
        by_wechat = is_wechat or re.search(r"(?:微信?|薇|葳|[+加 ]v)[^\d]{0,4}$", before)
        kind = ContactKind.WECHAT if by_wechat else ContactKind.PHONE
        found.append((*match.span(1), kind, value))
    return found


def _ids(text: str) -> list[tuple[int, int, ContactKind, str]]:
    found = []
    for match in _QQ.finditer(text):
        group = 1 if match[1] else 2
        value = re.sub(r"\D", "", match[group])
        found.append((*match.span(group), ContactKind.QQ, value))
    for match in _WECHAT.finditer(text):
        value = match[1].rstrip("-_")
        if len(value) >= 5 and value not in _PLAIN_WORDS and not _HOTLINE.match(value):
            found.append((match.start(1), match.start(1) + len(value), ContactKind.WECHAT, value))
    return found

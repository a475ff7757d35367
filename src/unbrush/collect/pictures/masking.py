"""Masking: what is personal in a line of text, hidden so that the line may be shown.

Phones keep three digits before and four behind, names their first character, addresses their
region; identity and card numbers go. The rules are wide on purpose: a masked shop number is a
smaller harm than a stranger's address. Numbers of orders and parcels are no secrets and stay.
"""

import re
from collections.abc import Iterable

from unbrush.base.pictures.screenshot import Code, CodeKind
from unbrush.base.solicitation import ContactKind, contacts_of, unmask

_PHONE = re.compile(r"(?<!\d)(?:\+?86[\s-]?)?(1[3-9]\d)[\s-]?\d{4}[\s-]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<![\d-])(0\d{2,3})-\d{3,4}(\d{4})(?!\d)")
_IDENTITY = re.compile(
    r"(?<!\d)(\d{6})(?:19|20)\d{2}(?:0\d|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)"
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+)")
_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){12,15}(\d{4})(?!\d)")
_ABOUT_CARDS = re.compile(r"银行|卡号|信用卡|储蓄卡|借记卡|card", re.IGNORECASE)
_NUMBER_LABEL = re.compile(
    r"订单|单号|编号|运单|快递|物流|交易|流水|order|waybill|tracking", re.IGNORECASE
)
_PERSON = re.compile(
    r"((?:收件人?|寄件人?|收货人|收方|寄方|联系人|姓名|昵称|真实姓名|会员名|旺旺|微信名|收|寄)"
    r"\s*[:：]?\s*[:：])\s*([^\s\d:：,，;；()（）]{1,20})"
)
_PERSON_ALONE = re.compile(
    r"((?:收件人|寄件人|收货人|联系人|姓名|昵称)\s*)([^\s\d:：,，;；()（）]{2,12})"
)
_ADDRESS = re.compile(
    r"([\u4e00-\u9fff]{0,12}(?:省|自治区|市|区|县|旗))"
    r"(?:(?!省|市|区|县|旗)[^\n]){0,30}?"
    r"(?:路|街|大道|巷|弄|胡同|村|镇|乡|小区|花园|家园|大厦|广场|公寓|宿舍|栋|幢|单元|室|号)[^\n]*"
)
_DOOR = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9-]{0,30}?[\d一二三四五六七八九十A-Za-z]{1,6}"
    r"(?:栋|幢|号楼|单元|号院|弄|室)[\u4e00-\u9fffA-Za-z0-9-]*"
)
_OF_PEOPLE = {CodeKind.WECHAT, CodeKind.WECHAT_PAY, CodeKind.ALIPAY, CodeKind.QQ}
_HOST = re.compile(r"[a-z]{2,10}://(?:[a-z0-9.-]{1,60}/)?", re.IGNORECASE)
_MESSENGERS = {
    ContactKind.WECHAT,
    ContactKind.QQ,
    ContactKind.TELEGRAM,
    ContactKind.WHATSAPP,
}
MOST_TEXT = 20_000
_MOST = 500  # characters of a line that are looked at; no honest line is longer


def masked_name(name: str) -> str:
    """Return a person's name with all but its first character hidden, whatever its length."""
    bare = name.strip()
    return f"{bare[:1]}**" if bare else ""


def masked_code(code: Code) -> str:
    """Return what a code says as it may be shown: whose account a link opens is left out."""
    if code.kind in _OF_PEOPLE:
        host = _HOST.match(code.content)
        return f"{host[0] if host else ''}***"
    return masked_line(code.content)


def account_ids(text: str) -> tuple[str, ...]:
    """Return the ids in messengers that a text gives, as they are written there."""
    found = contacts_of(unmask(text[:MOST_TEXT]))
    return tuple(each.written for each in found if each.kind in _MESSENGERS)


def masked_line(line: str, names: Iterable[str] = ()) -> str:
    """Return a line as it may be shown.

    Args:
        line: As it was read.
        names: Names and ids of people that are known to occur in the picture.
    """
    shown = line if len(line) <= _MOST else line[:_MOST] + "…"
    for name in sorted((each for each in names if len(each) > 1), key=len, reverse=True):
        shown = shown.replace(name, masked_name(name))
    shown = _EMAIL.sub(r"***@\1", shown)
    if not _NUMBER_LABEL.search(shown):
        shown = _IDENTITY.sub(r"\1************", shown)
        if _ABOUT_CARDS.search(shown):
            shown = _CARD.sub(r"************\1", shown)
    shown = _PHONE.sub(r"\1****\2", shown)
    shown = _LANDLINE.sub(r"\1-****\2", shown)
    shown = _PERSON.sub(lambda m: m[1] + masked_name(m[2]), shown)
    shown = _PERSON_ALONE.sub(lambda m: m[1] + masked_name(m[2]), shown)
    shown = _ADDRESS.sub(r"\1***", shown)
    return _DOOR.sub("***", shown)

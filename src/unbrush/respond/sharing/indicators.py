"""What may be shared: organisations by their public register, domains and tools. Nothing else.

There is no type for a person, an account, an order, a phone or a token, and each value is looked at
again for what could be one: China's PIPL art. 23 asks for the consent of whom data is about, art. 5
and 6 for the least that serves the purpose; a blacklist of business actors needs none of that.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from unbrush.base.errors import BadRecord

MOST = 200
"""Indicators of one share."""

_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_DIGITS = re.compile(r"(?:\d[ \-.]?){7,}")  # phones, numbers of accounts, orders, identity cards
_TOKEN = re.compile(r"[0-9a-f]{12,}|[A-Za-z0-9+/_=\-]{25,}", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_NAME = re.compile(r"[\w .,+&()（）·'\-]{1,100}")
_VERSION = re.compile(r"(?:[0-9]{1,4}(?:\.[0-9]{1,4}){0,3})?")


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """A registered organisation.

    Attributes:
        name: As registered.
        number: Its unified social credit code (GB 32100-2015), or its LEI (ISO 17442).
        shop_id: The shop that the finding is about; stays here.
    """

    name: str
    number: str
    shop_id: str

    def __post_init__(self) -> None:
        """Raise BadRecord unless it is what it says."""
        _impersonal("name", self.name, _NAME)
        if self.number[:1] == "9" and self.number[1:2] == "2" and len(self.number) == 18:
            raise BadRecord(
                f"{self.number} is the number of a sole trader: that is a person.",
                hint="Only companies and other organisations are shared; leave it out.",
            )
        if not (is_credit_code(self.number) or is_lei(self.number)):
            raise BadRecord(
                f"{self.number!r} is no number of a registered organisation.",
                hint="A unified social credit code of 18 signs or an LEI of 20; check each sign.",
            )


@dataclass(frozen=True, kw_only=True)
class Domain:
    """A domain by which brushing is offered or run.

    Attributes:
        name: In ASCII, lower case.
        shop_id: The shop that the finding is about; empty for the whole case.
    """

    name: str
    shop_id: str = ""

    def __post_init__(self) -> None:
        """Raise BadRecord unless it is one."""
        _impersonal("domain", self.name, None)
        if not _DOMAIN.fullmatch(self.name) or len(self.name) > 253:
            raise BadRecord(
                f"{self.name!r} is no domain.",
                hint="Such as orders.example.com: no address, no path, in lower case.",
            )


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A program that brushers use.

    Attributes:
        name: What it is called.
        version: Such as 2.1; empty if any.
        shop_id: The shop that the finding is about; empty for the whole case.
    """

    name: str
    version: str = ""
    shop_id: str = ""

    def __post_init__(self) -> None:
        """Raise BadRecord unless it is one."""
        _impersonal("name", self.name, _NAME)
        if not _VERSION.fullmatch(self.version):
            raise BadRecord(f"{self.version!r} is no version.", hint="Such as 2.1.")


Indicator = Organisation | Domain | Tool

KINDS: Mapping[str, type[Organisation] | type[Domain] | type[Tool]] = {
    "organisation": Organisation, "domain": Domain, "tool": Tool,
}  # fmt: skip


def kind_of(indicator: Indicator) -> str:
    """Return its kind, as it is recorded."""
    return next(name for name, kind in KINDS.items() if isinstance(indicator, kind))


def key_of(indicator: Indicator) -> tuple[str, str]:
    """Return what tells it apart: (kind, value)."""
    value = indicator.number if isinstance(indicator, Organisation) else indicator.name
    return kind_of(indicator), value


def is_credit_code(text: str) -> bool:
    """Say whether a unified social credit code is one, its check character included."""
    if len(text) != 18 or any(sign not in _USCC for sign in text):
        return False
    total = sum(_USCC.index(sign) * pow(3, i, 31) for i, sign in enumerate(text[:17]))
    return _USCC[-total % 31] == text[17]


def is_lei(text: str) -> bool:
    """Say whether a Legal Entity Identifier is one, by ISO 7064 modulo 97-10."""
    if not re.fullmatch(r"[0-9A-Z]{18}[0-9]{2}", text):
        return False
    return int("".join(str(int(sign, 36)) for sign in text)) % 97 == 1


def check_impersonal(what: str, text: str) -> None:
    """Raise BadRecord if a text could hold a phone, an account, an address of mail or a token."""
    if "@" in text or _DIGITS.search(text) or _TOKEN.search(text):
        raise BadRecord(
            f"The {what} {text[:60]!r} could name a person: a number, an address or a token.",
            hint="Organisations, domains and tools are shared; what names people stays here.",
        )


def _impersonal(what: str, text: str, form: re.Pattern[str] | None) -> None:
    check_impersonal(what, text)
    if not text.strip() or text != text.strip() or (form and not form.fullmatch(text)):
        raise BadRecord(f"The {what} {text[:60]!r} has other signs.", hint="1 to 100 plain signs.")

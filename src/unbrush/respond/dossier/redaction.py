"""Labels in the place of third persons, and a map of what was replaced or left out and why.

Whoever is not accused appears under a label that is the same throughout one case file. Labels are
given in the order of ids, so that the same run gives the same ones. The list that leads from label
to id is never inside: `sealed` returns it for those who may ask, such as an authority that does.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from unbrush.base.solicitation.contacts import contacts_of
from unbrush.base.solicitation.disguise import unmask
from unbrush.base.tables import TABLES, Column, Kind
from unbrush.base.words import Words

Row = dict[str, Any]

LETTERS = {
    "account": "P", "staff": "E", "shop": "M", "owner": "W", "token": "T", "order": "O",
    "review": "R", "message": "N", "thread": "H", "session": "S", "post": "B", "signal": "F",
}  # fmt: skip
"""Domain of ids → letter of its labels."""

PERSONAL = ("account", "staff", "owner")
"""Ids that stand for people; behind labels for every reader."""

LINKED = ("order", "review", "message", "thread", "session", "post", "signal")
"""Ids that lead to a person who can look them up, or are made of such; behind labels where the file
is made public."""

WHY: Mapping[str, Words] = {
    "third-person": Words(
        "第三人的个人信息：以代号代替，同一人在本卷宗内代号相同",
        "a third person's: replaced by a label, the same for the same person within this file",
    ),
    "not-accused": Words(
        "店铺未被认定与此有关，可能是受害者：以代号代替",
        "a shop that nothing ties to it and that may be a victim: replaced by a label",
    ),
    "token": Words(
        "钱包、设备、地址等的带密钥散列值：以代号代替，可看出是否相同",
        "keyed hashes of wallets, devices, addresses: replaced by labels that show which are equal",
    ),
    "contact": Words(
        "文本中的长数字、邮箱、链接和联系方式（微信号等）：遮盖",
        "long numbers, addresses of mail, links and other contacts within texts: masked",
    ),
    "text": Words(
        "自由文本可能含有个人信息：公开卷宗中不收录",
        "free texts may hold personal information: left out of a file that is made public",
    ),
    "time": Words(
        "精确时刻可能指认个人：公开卷宗中只保留日期",
        "exact moments may identify a person: only dates in a file that is made public",
    ),
}
"""Reasons for which something is replaced or left out."""

_CONTACT = re.compile(r"\d(?:[\s-]?\d){5,}|[\w.+-]+@[\w-]+\.\w+|https?://\S+|www\.\S+")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
_CLOCK = re.compile(r"(?<=\d{4}-\d\d-\d\d)[ T]\d{1,2}:\d\d(:\d\d)?")
_ROUNDS = 20
_WORD = re.compile(r"[0-9A-Za-z_\-]+")


@dataclass
class Labels:
    """The labels of one case file.

    Attributes:
        is_public: Whether it goes to the public: then what leads to a person is behind labels too.
        accused: Shops that appear under their own ids.
        known: Domain → id as text → label.
        replaced: (table, column, reason) → number of values replaced or left out.
    """

    is_public: bool
    accused: frozenset[str]
    known: dict[str, dict[str, str]] = field(default_factory=dict)
    replaced: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def learn(self, domain: str, ids: Iterable[Any]) -> None:
        """Give labels to ids that have none yet, in their order."""
        book = self.known.setdefault(domain, {})
        new = {str(each) for each in ids if each is not None} - book.keys()
        for each in sorted(new, key=_in_order):
            book[each] = f"{LETTERS[domain]}-{len(book) + 1:04d}"

    def label(self, domain: str, id: Any) -> str | None:
        """Return the label of an id, or the id itself where its domain is not hidden."""
        if id is None:
            return None
        text = str(id)
        if not self.hides(domain, text):
            return text
        if text not in self.known.get(domain, {}):
            self.learn(domain, [text])
        return self.known[domain][text]

    def hides(self, domain: str, text: str) -> bool:
        """Say whether an id of this domain is replaced."""
        if domain == "shop":
            return text not in self.accused
        return domain in PERSONAL or domain == "token" or (self.is_public and domain in LINKED)

    def row(self, table: str, row: Mapping[str, Any]) -> Row:
        """Return a row of an event table without what leads to third persons."""
        return {
            column.name: self._value(table, column, row[column.name], row)
            for column in TABLES[table].columns
            if column.name in row
        }

    def _value(self, table: str, column: Column, value: Any, row: Mapping[str, Any]) -> Any:
        if value is None:
            return None
        if column.kind is Kind.TOKEN:
            self._count(table, column.name, "token")
            return self.label("token", value)
        if column.kind is Kind.ID:
            domain = column.domain if column.domain != "any" else str(row.get("subject_kind", ""))
            shown = self.label(domain, value)
            if shown != str(value):
                reason = "not-accused" if domain == "shop" else "third-person"
                self._count(table, column.name, reason)
            return shown
        if column.kind is Kind.TEXT:
            if self.is_public:
                self._count(table, column.name, "text")
                return None
            masked = masked_text(str(value))
            if masked != value:
                self._count(table, column.name, "contact")
            return masked
        if column.kind is Kind.TIME and self.is_public:
            self._count(table, column.name, "time")
            return int(value) // 86_400_000 * 86_400_000
        return value

    def _count(self, table: str, column: str, reason: str) -> None:
        key = (table, column, reason)
        self.replaced[key] = self.replaced.get(key, 0) + 1

    def sentence(self, words: Words) -> Words:
        """Return a sentence with every known id of a hidden domain replaced.

        Numbers of fewer than four digits stay: sentences count with them, and write larger counts
        with separators. Where the file is made public, what it quotes of free texts and the time of
        day go, too.
        """
        return Words(self._plain(words.zh), self._plain(words.en))

    def _plain(self, text: str) -> str:
        def shown(found: re.Match[str]) -> str:
            word = found[0]
            if len(word) < 4:
                return word
            for domain, book in self.known.items():
                if word in book and self.hides(domain, word):
                    return book[word]
            return word

        if self.is_public:
            for pattern, put, reason in ((_QUOTED, "“▇”", "text"), (_CLOCK, "", "time")):
                text, n = pattern.subn(put, text)
                if n:
                    self._count("signals", "reason", reason)
        text = _QUOTED.sub(lambda quoted: masked_text(quoted[0]), text)
        return _WORD.sub(shown, _CONTACT.sub(self._masked, text))

    def _masked(self, found: re.Match[str]) -> str:
        """Mask a contact, but neither a date nor an id that has a label of its own."""
        text = found[0]
        if any(text in book for book in self.known.values()) or re.match(r"\d{4}-\d\d-\d\d", text):
            return text
        return "▇"

    def sealed(self) -> list[Row]:
        """Return who is behind each label, for those who may know it."""
        return [
            {"label": label, "kind": domain, "id": id}
            for domain, book in sorted(self.known.items())
            for id, label in book.items()
            if self.hides(domain, id)
        ]

    def map(self) -> list[Row]:
        """Return what was replaced or left out: table, column, reason, how many values."""
        return [
            {"table": table, "column": column, "reason": reason, "n": n, "words": WHY[reason]}
            for (table, column, reason), n in sorted(self.replaced.items())
        ]


def masked_text(text: str) -> str:
    """Return a free text without anything by which somebody is reached, however it is disguised.

    Long numbers, addresses of mail and links go wherever they stand, and what `solicitation` reads
    as a contact: ids of WeChat, QQ and Telegram, phones that are dotted or written in words.
    """
    text = _CONTACT.sub("▇", text)
    for _ in range(_ROUNDS):
        found = contacts_of(unmask(text))  # each value once: what is said again is found next
        for contact in reversed(found):
            text = f"{text[: contact.start]}▇{text[contact.end :]}"
        if not found:
            break
    return text


def _in_order(text: str) -> tuple[int, int, str]:
    return (0, int(text), "") if text.isdecimal() else (1, 0, text)


def ids_of(table: str, rows: Sequence[Mapping[str, Any]]) -> Iterable[tuple[str, list[Any]]]:
    """Yield (domain, ids) of every column of rows that may have to be labelled."""
    for column in TABLES[table].columns:
        domain = "token" if column.kind is Kind.TOKEN else column.domain
        if column.kind in (Kind.TOKEN, Kind.ID) and domain in LETTERS:
            yield domain, [row.get(column.name) for row in rows]


Labelled = Callable[[str, Any], str | None]

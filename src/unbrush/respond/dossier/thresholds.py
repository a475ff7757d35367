"""Hints for referral: counts of documents that come to a number which a provision names.

A hint says what was counted, in which documents, and the number beside it: a fact, and nothing of
what follows. Below the number there is no hint. Counts that one person gives when making a file
are set beside numbers too (`reckoning`), but only what two people took from a document is a hint.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from unbrush.base.words import Words
from unbrush.respond.dossier.law import Threshold, provisions, thresholds

Row = dict[str, Any]

TOGETHER = ("personal-tracks", "personal-trades", "personal-others")
"""Counts that art. 5(6) adds in proportion where none of them comes to its own number."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What one document counts; one person entered it and another confirmed it.

    Attributes:
        id: Of the record.
        kind: Id of a `Threshold`.
        n: How many, in its unit.
        source: The document.
        sha256: Of the document's file.
        day: Day in China of what is counted; None if the document does not say.
    """

    id: str
    kind: str
    n: int
    source: str
    sha256: str
    day: date | None = None

    @property
    def is_in_force(self) -> bool:
        """Whether the provision was in force on that day, as far as the day is known."""
        return self.day is None or provisions()[thresholds()[self.kind].law].is_in_force(self.day)


def hints(found: Iterable[Counted]) -> list[Row]:
    """Return a hint for each number that the counts of one kind come to, in the order of the law.

    Each has words, n, at_least, the provision with version and state of verification, and the
    documents.
    """
    groups: dict[str, list[Counted]] = {}
    for each in found:
        if each.is_in_force:
            groups.setdefault(each.kind, []).append(each)
    known = thresholds()
    reached = {
        kind: rows
        for kind, rows in groups.items()
        if sum(each.n for each in rows) >= known[kind].at_least
    }
    told = [_hint(known[kind], reached[kind]) for kind in known if kind in reached]
    parts = [kind for kind in TOGETHER if kind in groups]
    if len(parts) > 1 and not reached.keys() & set(TOGETHER):
        told += _together(parts, groups)
    return told


def _hint(named: Threshold, rows: Sequence[Counted]) -> Row:
    n = sum(each.n for each in rows)
    words = Words(
        f"记录中有 {n:,} {named.measure.zh}（{named.what.zh}）；该规定所列数字为 "
        f"{named.at_least:,}。",
        f"{n:,} {named.measure.en} ({named.what.en}); the provision names {named.at_least:,}.",
    )
    return _row(named.id, named.law, words, n, named.at_least, rows)


def _together(parts: Sequence[str], groups: dict[str, list[Counted]]) -> list[Row]:
    known = thresholds()
    shares = [(sum(each.n for each in groups[kind]), known[kind].at_least) for kind in parts]
    if sum(Fraction(n, of) for n, of in shares) < 1:
        return []
    added = " + ".join(f"{n:,}/{of:,}" for n, of in shares)
    words = Words(
        f"记录中各类信息均未达到各自所列数字；按相应比例合计 {added}，不少于一。",
        f"No kind comes to its own number; in proportion they are {added}, which is one or more.",
    )
    rows = [each for kind in parts for each in groups[kind]]
    n = sum(each.n for each in rows)
    return [_row("personal-together", known[parts[0]].law, words, n, None, rows)]


def _row(
    id: str, law: str, words: Words, n: int, at_least: int | None, rows: Sequence[Counted]
) -> Row:
    provision = provisions()[law]
    state = _VERIFIED if provision.verified else _UNVERIFIED
    return {
        "id": id,
        "words": words,
        "n": n,
        "at_least": at_least,
        "provision": {
            "id": provision.id, "law": provision.law, "article": provision.article,
            "says": provision.says, "in_force_from": provision.in_force_from,
            "in_force_to": provision.in_force_to, "source": provision.source,
            "text_as_of": provision.text_as_of, "verified": provision.verified,
            "verified_on": provision.verified_on, "verified_words": state,
        },
        "documents": [documented(each) for each in rows],
        "note": _SEVERAL if len(rows) > 1 else _ONE,
    }  # fmt: skip


def documented(each: Counted) -> Row:
    """Return what a document counts, as a case file lists it."""
    return {
        "id": each.id, "kind": each.kind, "n": each.n, "source": each.source,
        "sha256": each.sha256, "day": each.day,
    }  # fmt: skip


_VERIFIED = Words(
    "已在所列副本中核对；副本不是官方公报",
    "read in the copy named, which is no official gazette",
)
_UNVERIFIED = Words("未经核对，不作为依据", "not verified, not relied on")
_ONE = Words(
    "两人自文件录入并复核。是否重复、是否真实，由有权机关判断。",
    "Taken from the document by one person and confirmed by another. Whether items are repeated or "
    "untrue is for the authority to judge.",
)
_SEVERAL = Words(
    "数字为各文件之和，文件之间重复的未剔除；两人自文件录入并复核。",
    "The sum over the documents; what stands in several was not taken out. Taken from each by one "
    "person and confirmed by another.",
)

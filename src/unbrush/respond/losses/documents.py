"""Entries of documents: what a decision, a contract or books of account say was paid.

A CSV file with a header: kind, n, unit_minor, currency, source and, where known, day and
confirmed_by. Amounts are whole minor units; a total is n times the unit, to the minor unit.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from unbrush.base.errors import BadParameter, SourceNotFound, did_you_mean
from unbrush.base.words import Words
from unbrush.respond.figures import Money
from unbrush.respond.losses.amounts import Estimate, Fine, Gain, Loss, Measure, Placebo, Range

Family = Literal["gain", "loss", "cost", "fine", "less"]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of entry.

    Attributes:
        family: What it is: a gain; a loss; what the conduct cost those who did it, which is
            neither; a fine, which is none; or what lessens another amount.
        words: Its name.
        who: Whose.
    """

    family: Family
    words: Words
    who: Words

    @property
    def whose(self) -> Words:
        """Whose, and what of theirs."""
        return Words(f"{self.who.zh}：{self.words.zh}", f"{self.who.en}: {self.words.en}")


_ORGANISER = Words("组织者及帮助者", "organiser and helpers")
_TAKER = Words("领取补贴者", "whoever took the subsidies")
_PLATFORM = Words("平台", "the platform")
_SHOP = Words("店铺", "the shop")
_BUYERS = Words("消费者", "consumers")
_STATE = Words("国库", "the treasury")

KINDS: dict[str, Kind] = {
    "commission": Kind(family="gain", words=Words("佣金", "commissions"), who=_ORGANISER),
    "service-fee": Kind(family="gain", words=Words("服务费", "service fees"), who=_ORGANISER),
    "returned-spend": Kind(
        family="gain", words=Words("返还的消费款", "spending given back"), who=_ORGANISER
    ),
    "membership": Kind(family="gain", words=Words("会员费", "memberships"), who=_ORGANISER),
    "points": Kind(family="gain", words=Words("积分销售", "points sold"), who=_ORGANISER),
    "parcel-margin": Kind(
        family="gain", words=Words("空包差价", "margin on empty parcels"), who=_ORGANISER
    ),
    "subsidy": Kind(family="gain", words=Words("骗取的补贴", "subsidies taken"), who=_TAKER),
    "recovered": Kind(family="less", words=Words("已追回", "recovered"), who=_TAKER),
    "fee-refunded": Kind(family="loss", words=Words("退还的费用", "fees refunded"), who=_PLATFORM),
    "handling": Kind(family="loss", words=Words("处理成本", "handling"), who=_PLATFORM),
    "remediation": Kind(family="loss", words=Words("整改成本", "remediation"), who=_PLATFORM),
    "consumer-refund": Kind(
        family="less", words=Words("已退给消费者", "given back to consumers"), who=_BUYERS
    ),
    "goods-given": Kind(family="cost", words=Words("赠品成本", "goods given away"), who=_SHOP),
    "fine": Kind(family="fine", words=Words("罚款", "fine"), who=_STATE),
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a document.

    Attributes:
        kind: Key of `KINDS`.
        n: How many.
        unit_minor: How much each.
        currency: ISO code.
        source: The document.
        day: When; None if it does not say.
        confirmed_by: Who confirmed it; empty if nobody.
    """

    kind: str
    n: int
    unit_minor: int
    currency: str
    source: str
    day: date | None = None
    confirmed_by: str = ""

    @property
    def amount_minor(self) -> int:
        """The whole amount."""
        return self.n * self.unit_minor


def read_entries(path: Path) -> list[Entry]:
    """Read entries from a CSV file.

    Raises:
        SourceNotFound: There is no such file.
        BadParameter: A line that cannot be read; it is named.
    """
    if not path.is_file():
        raise SourceNotFound(f"There is no file {path}.", hint="Name a CSV file with --documents.")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [entry_of(row, f"{path.name}, line {at}") for at, row in enumerate(rows, start=2)]


def entry_of(row: dict[str, str], where: str) -> Entry:
    """Return the entry that a line says.

    Raises:
        BadParameter: A kind that is none, an amount that is not whole, or no currency or source.
    """
    kind = (row.get("kind") or "").strip()
    if kind not in KINDS:
        raise BadParameter(f"{where}: {kind or 'nothing'} is no kind of entry.",
                           hint=did_you_mean(kind, KINDS))  # fmt: skip
    texts = {key: (row.get(key) or "").strip() for key in ("n", "unit_minor", "currency", "source")}
    try:
        n, unit = int(texts["n"] or "1"), int(texts["unit_minor"])
        day = date.fromisoformat(row["day"].strip()) if (row.get("day") or "").strip() else None
    except ValueError:
        raise BadParameter(
            f"{where}: n and unit_minor are whole numbers, day is a date.",
            hint="Eight yuan are 800; a day is written 2024-04-10.",
        ) from None
    if n < 0 or unit < 0 or not texts["currency"] or not texts["source"]:
        raise BadParameter(
            f"{where}: an entry has an amount of 0 or more, a currency and a source.",
            hint="For example: commission,926,800,CNY,decision 2021-17,2020-12-07,Li Na",
        )
    return Entry(
        kind=kind, n=n, unit_minor=unit, currency=texts["currency"].upper(),
        source=texts["source"], day=day, confirmed_by=(row.get("confirmed_by") or "").strip(),
    )  # fmt: skip


def amounts_of(entries: Sequence[Entry]) -> list[Estimate]:
    """Return gains and losses of documents, one for each kind and currency.

    What was recovered lessens the subsidies taken; other entries are told elsewhere.
    """
    found: list[Estimate] = []
    groups: dict[tuple[str, str], list[Entry]] = {}
    for each in entries:
        groups.setdefault((each.kind, each.currency), []).append(each)
    for (name, currency), rows in groups.items():
        kind = KINDS[name]
        if kind.family not in ("gain", "loss"):
            continue
        less = groups.get(("recovered", currency), []) if name == "subsidy" else []
        total, back = _sum(rows), _sum(less)
        proved = max(0, _sum(_confirmed(rows)) - back) if _confirmed(rows) else None
        notes = [
            Words(f"{kind.words.zh}：{_listed(rows)}", f"{kind.words.en}: {_listed(rows)}"),
            *(Words(f"已追回 {_listed(less)}", f"recovered {_listed(less)}") for _ in less[:1]),
        ]
        days = [each.day for each in rows if each.day]
        made = Gain if kind.family == "gain" else Loss
        counted = max(0, total - back)
        found.append(
            made(
                method="documents", who=kind.whose,
                currency=currency,
                measure=Measure.MONEY,
                proved=None if proved is None else Range.counted(proved),
                expected=Range.counted(counted), upper_minor=counted,
                covers=frozenset({name}), placebo=_NOT_ESTIMATED,
                first_day=min(days, default=None), last_day=max(days, default=None),
                notes=tuple(notes),
            )
        )  # fmt: skip
    return found


def fines_of(entries: Sequence[Entry]) -> list[Fine]:
    """Return the fines that documents name: shown, never added to anything."""
    return [
        Fine(amount_minor=each.amount_minor, currency=each.currency, source=each.source)
        for each in entries
        if each.kind == "fine"
    ]


SPENT = ("commission", "service-fee", "returned-spend", "goods-given")
"""What the conduct cost the shop that had it done."""


def cost_of_conduct(entries: Sequence[Entry], currency: str) -> list[tuple[Words, int, int]]:
    """Return what the conduct cost whoever had it done: words, how many, amount (minor units).

    It is neither a gain nor a loss: whoever pays for fakes is no victim of them.
    """
    found = []
    for name in SPENT:
        rows = [each for each in entries if each.kind == name and each.currency == currency]
        if rows:
            found.append((KINDS[name].words, sum(each.n for each in rows), _sum(rows)))
    return found


def total_of(entries: Sequence[Entry], kind: str, currency: str) -> int:
    """Return the sum of a kind's entries in one currency (minor units)."""
    return _sum([each for each in entries if each.kind == kind and each.currency == currency])


_NOT_ESTIMATED = Placebo(
    is_passed=None,
    words=Words(
        "不适用：逐笔计算，没有估计。",
        "Not applicable: counted entry by entry, nothing is estimated.",
    ),
)


def _confirmed(rows: Sequence[Entry]) -> list[Entry]:
    return [each for each in rows if each.confirmed_by]


def _sum(rows: Sequence[Entry]) -> int:
    return sum(each.amount_minor for each in rows)


def _listed(rows: Sequence[Entry]) -> str:
    return "; ".join(
        f"{each.n:,} × {Money(each.currency).exact(each.unit_minor)} = "
        f"{Money(each.currency).exact(each.amount_minor)} ({each.source})"
        for each in rows
    )

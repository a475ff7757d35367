"""The sheet as a document: both languages, whole minor units, nothing without an interval."""

from collections.abc import Sequence
from typing import Any

from unbrush.base.words import Words
from unbrush.respond.figures import Money
from unbrush.respond.losses.amounts import Estimate, Measure, Range, Unknown
from unbrush.respond.losses.given import told
from unbrush.respond.losses.methods import methods
from unbrush.respond.losses.picture import picture
from unbrush.respond.losses.sheet import Sheet

Row = dict[str, Any]

MEASURES = {
    Measure.MONEY: Words("金额", "money"),
    Measure.TURNOVER: Words("营业额，不是利润", "turnover, no profit"),
    Measure.PROFIT: Words("按所述毛利计的利润", "profit at the stated margin"),
}
FAMILIES = {
    "gains": Words("违法所得", "illegal gains"),
    "losses": Words("受害者的损失", "victims' losses"),
    "exposures": Words("法定风险敞口（若认定欺诈）", "statutory exposure, if fraud is found"),
}
RULE = Words(
    "三类金额互为替代或性质不同，不得相加；同一类中金额来源相同的也不得相加。",
    "The three are alternatives or of different kinds and must not be added up; nor must what is "
    "made of the same money within one of them.",
)


def document_of(sheet: Sheet) -> Row:
    """Return the sheet with words and whole numbers, for JSON and for pages."""
    families = [
        {
            "family": name,
            "words": words,
            "rows": [_row(each) for each in getattr(sheet, name) if isinstance(each, Estimate)],
            "open": [_open(each) for each in getattr(sheet, name) if isinstance(each, Unknown)],
        }
        for name, words in FAMILIES.items()
    ]
    return {
        "rule": RULE,
        "families": families,
        "totals": [
            {"family": family, "currency": currency, "minor": total.point_minor,
             "written": Money(currency).exact(total.point_minor)}
            for family, currency, total in sheet.totals
        ],
        "fines": [
            {"minor": each.amount_minor, "currency": each.currency, "source": each.source,
             "written": Money(each.currency).exact(each.amount_minor)}
            for each in sheet.fines
        ],
        "costs": [
            {"words": words, "n": n, "minor": minor, "currency": currency,
             "written": Money(currency).exact(minor)}
            for words, n, minor, currency in sheet.costs
        ],
        "sensitivity": [
            {
                "currency": currency,
                "minor": minor,
                "words": Words(
                    "敏感性（不是损害）：英国约一万人的实验中每花一元错配约 0.12 元，提示后少 44%；"
                    f"按窗口内真实消费折算为 {Money(currency).whole(minor)}。",
                    "Sensitivity, no damage: in a UK experiment with about 10,000 people 0.12 of "
                    "each unit spent was misallocated, 44 % less after a warning; of what was "
                    f"genuinely spent in the window that is {Money(currency).whole(minor)}.",
                ),
            }
            for currency, minor in sheet.misallocated
        ],
        "damages": sheet.damages,
        "n_shops": sheet.n_shops,
        "n_reckoned": sheet.n_reckoned,
        "given": told(sheet.given),
        "picture": picture(families),
    }  # fmt: skip


def must_hold(document: Row) -> list[Row]:
    """Return what must hold for each method of a sheet's document, every method once."""
    rows = {row["method"]: row for family in document["families"] for row in family["rows"]}
    return [{key: row[key] for key in ("title", "citation", "must_hold")} for row in rows.values()]


def gathered(open_: Sequence[Row]) -> list[Row]:
    """Return what cannot be established with one line for all that lack the same.

    Args:
        open_: Of a family of a sheet's document.

    Returns:
        who, titles, about (several of each), missing.
    """
    found: dict[tuple[Any, ...], Row] = {}
    for row in open_:
        line = found.setdefault(
            (row["who"], *row["missing"]),
            {"who": row["who"], "titles": [], "about": [], "missing": row["missing"]},
        )
        if row["title"] not in line["titles"]:
            line["titles"].append(row["title"])
        if row["about"] and row["about"] not in line["about"]:
            line["about"].append(row["about"])
    return list(found.values())


def _row(each: Estimate) -> Row:
    method, money = methods()[each.method], Money(each.currency)
    return {
        "method": each.method,
        "title": method.title,
        "citation": method.citation,
        "must_hold": method.must_hold,
        "who": each.who,
        "about": each.about,
        "measure": each.measure.value,
        "measure_words": MEASURES[each.measure],
        "currency": each.currency,
        "proved": None if each.proved is None else _range(each.proved),
        "expected": _range(each.expected),
        "upper_minor": each.upper_minor,
        "written": {
            "proved": None if each.proved is None else written(each.proved, money),
            "expected": written(each.expected, money),
            "upper": money.exact(each.upper_minor),
        },
        "covers": sorted(each.covers),
        "placebo": {"is_passed": each.placebo.is_passed, "words": each.placebo.words},
        "first_day": each.first_day and each.first_day.isoformat(),
        "last_day": each.last_day and each.last_day.isoformat(),
        "notes": list(each.notes),
    }


def _open(each: Unknown) -> Row:
    return {
        "method": each.method,
        "title": methods()[each.method].title,
        "who": each.who,
        "about": each.about,
        "missing": list(each.missing),
    }


def _range(each: Range) -> Row:
    return {
        "low_minor": each.low_minor, "point_minor": each.point_minor, "high_minor": each.high_minor,
    }  # fmt: skip


def written(each: Range, money: Money) -> str:
    """Return an amount for people: alone only if it was counted, else with its interval."""
    if each.low_minor == each.high_minor:
        return money.exact(each.point_minor)
    low, point, high = (
        money.whole(minor) for minor in (each.low_minor, each.point_minor, each.high_minor)
    )
    return f"{point} ({low} – {high})"

"""Rejects: what can be wrong with a row or a value, in words, and how it is kept for the reader."""

from dataclasses import dataclass

import pyarrow as pa

from unbrush.base.engine import Engine, name, quote
from unbrush.base.evidence import reject_schema
from unbrush.base.tables import Column, Kind
from unbrush.base.words import Words

LONGEST_VALUE = 200
"""Characters of a bad value that are kept."""

MISSING, UNREADABLE, ZERO_DATE, TOO_EARLY, IN_FUTURE, NEGATIVE = range(1, 7)
"""Problems of one value, as the generated SQL writes them."""

_CODES = {
    MISSING: "missing-value",
    ZERO_DATE: "zero-date",
    TOO_EARLY: "date-before-2000",
    IN_FUTURE: "date-in-future",
    NEGATIVE: "negative-value",
}

_REASONS = {
    MISSING: Words("必填，但这里是空的。", "is required and empty here."),
    ZERO_DATE: Words(
        "必填，但这里是零日期（1970 年）。", "is required and a zero date (1970) here."
    ),
    TOO_EARLY: Words(
        "早于 2000 年，多半是单位或格式不对。", "lies before 2000: wrong unit or format?"
    ),
    IN_FUTURE: Words(
        "晚于现在，多半是单位、格式或时区不对。",
        "lies in the future: wrong unit, format or time zone?",
    ),
    NEGATIVE: Words(
        "为负数；退款等冲减请放在各自的表中。",
        "is negative; refunds and reversals belong in tables of their own.",
    ),
}

_UNREADABLE = {
    Kind.TIME: Words("不是可识别的时间。", "is not a time that we can read."),
    Kind.MONEY: Words(
        '不是整数的最小货币单位（如分）；若以元为单位，请在映射中写 unit = "major"。',
        'is not a whole number of minor units (cents); for whole units map it with unit = "major".',
    ),
    Kind.COUNT: Words("不是整数。", "is not a whole number."),
    Kind.NUMBER: Words("不是有限的数字。", "is not a finite number."),
    Kind.FLAG: Words("不是“是/否”。", "is not yes or no."),
}


@dataclass(frozen=True)
class Reject:
    """One row or value that could not be used, where it stands and why."""

    table: str
    file: str
    row: int
    code: str
    reason: Words
    column: str = ""
    value: str = ""
    is_kept: bool = False


def code_of(problem: int, column: Column) -> str:
    """Return the code of a problem number, as `rejects` and the documentation name it."""
    return _CODES.get(problem) or f"unreadable-{column.kind.value}"


def reason_of(problem: int, column: Column, *, is_kept: bool) -> Words:
    """Return one sentence on what is wrong with ``column`` and what became of its row."""
    why = _UNREADABLE[column.kind] if problem == UNREADABLE else _REASONS[problem]
    if not is_kept:
        return Words(f"{column.name} {why.zh}", f"{column.name} {why.en}")
    return Words(
        f"{column.name} {why.zh}该行保留，此值留空。",
        f"{column.name} {why.en} The row was kept without it.",
    )


def duplicate_reason(key: str) -> Words:
    """Return why a row was rejected whose id stood, with other content, in an earlier row."""
    return Words(
        f"{key} 与前面某行相同但内容不同；保留先出现的一行。",
        f"{key} stood in an earlier row with other content; the first was kept.",
    )


def ragged_reason(found: int, expected: int) -> Words:
    """Return why a record was rejected that has other cells than its header."""
    return Words(
        f"该行有 {found} 格，表头有 {expected} 格；多半是分隔符或引号不对。",
        f"has {found} cells where the header has {expected}: a stray delimiter or quote?",
    )


NOT_AN_OBJECT = Words("不是一个 JSON 对象。", "is not a JSON object.")


def as_table(rejects: list[Reject]) -> pa.Table:
    """Return rejects in the shape of the output table."""
    rows = [
        {
            "table": reject.table,
            "file": reject.file,
            "row": reject.row,
            "column": reject.column,
            "value": reject.value,
            "is_kept": reject.is_kept,
            "code": reject.code,
            "reason_zh": reject.reason.zh,
            "reason_en": reject.reason.en,
        }
        for reject in rejects
    ]
    return pa.Table.from_pylist(rows, schema=reject_schema())


def select_of(
    table: str, column: str, code: str, reason: Words, *, value: str, is_kept: str
) -> str:
    """Return the SELECT list that makes rejects of rows that have ``_part`` and ``_row``.

    Args:
        table: Name of the event table.
        column: Name of the column at fault.
        code: What is wrong.
        reason: The same in words.
        value: SQL of the bad value; never that of a personal column.
        is_kept: SQL that says whether the row was kept.
    """
    picks = {
        "table": quote(table),
        "_part": "_part",
        "row": "_row",
        "column": quote(column),
        "value": f"left(coalesce(CAST({value} AS VARCHAR), ''), {LONGEST_VALUE})",
        "is_kept": is_kept,
        "code": quote(code),
        "reason_zh": quote(reason.zh),
        "reason_en": quote(reason.en),
    }
    return "SELECT " + ", ".join(f"{sql} AS {name(column)}" for column, sql in picks.items())


def gather(engine: Engine, stored: list[str], early: list[Reject]) -> str:
    """Return a SELECT of all rejects in their order.

    Args:
        engine: Holds the tables named by ``stored`` and `_parts` with the file of each part.
        stored: Tables made with `select_of`.
        early: Rejects from before the rows were columns.
    """
    engine.put("_early_rejects", as_table(early))
    columns = ", ".join(name(column) for column in reject_schema().names)
    selects = ["SELECT * FROM _early_rejects"]
    selects += [
        f"SELECT {columns} FROM {name(table)} JOIN _parts USING (_part)" for table in stored
    ]
    return (
        f"SELECT {columns} FROM ({' UNION ALL BY NAME '.join(selects)}) "
        'ORDER BY "table", file, "row", "column", code'
    )

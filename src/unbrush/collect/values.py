"""Values: one column of a source → SQL of its value and of what is wrong with it.

Three steps, each a layer of the generated SELECT: the cell without dressing (NULL if empty), the
cell as its kind (NULL if unreadable), and the number of its problem (NULL if none).
"""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS
from unbrush.base.engine import quote
from unbrush.base.tables import Column, Kind
from unbrush.collect import rejects
from unbrush.collect.numbers import minor_of_major, minor_of_text, number_text, whole
from unbrush.collect.plan import Pull
from unbrush.collect.times import (
    EARLIEST_MS,
    ZERO_FROM_MS,
    ZERO_UNTIL_MS,
    time_of_number,
    time_of_text,
    time_of_type,
)
from unbrush.collect.units import factor_of

SPACES = " \t\r\n\u00a0\u3000\u200b\ufeff"
_EMPTY_WORDS = ("null", "\\n", "none", "nan", "nat", "n/a", "<na>")
_LONGEST_EMPTY = 20  # characters, space around included
_TRUE = ("true", "t", "yes", "y", "1", "1.0", "是", "真", "有")
_FALSE = ("false", "f", "no", "n", "0", "0.0", "否", "假", "无")
_WHOLE_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_FLOATS = ("DOUBLE", "FLOAT")
_DATED = ("TIMESTAMP", "DATE")
_MOST_EXACT_FLOAT = 2**53


@dataclass(frozen=True)
class Clock:
    """What counts as the future."""

    now_ms: int

    @property
    def latest_ms(self) -> int:
        """A day past the present, so that no time zone puts today's records in the future."""
        return self.now_ms + DAY_MS


def trimmed(text: str) -> str:
    """Return SQL of ``text`` without space around it, NULL if nothing is left."""
    # Trimming a set of characters is slow; text that starts and ends in printable ASCII has none.
    ends = (f"ord({text})", f"ord(right({text}, 1))")
    is_bare = " AND ".join(f"{end} BETWEEN 33 AND 126" for end in ends)
    return f"(CASE WHEN {is_bare} THEN {text} ELSE nullif(trim({text}, {quote(SPACES)}), '') END)"


def undressed(text: str) -> str:
    """Return SQL of ``text`` trimmed, NULL if it is empty or a word for "no value"."""
    words = ", ".join(map(quote, _EMPTY_WORDS))
    bare = trimmed(text)
    is_nothing = f"length({text}) <= {_LONGEST_EMPTY} AND lower({bare}) IN ({words})"
    return f"(CASE WHEN {is_nothing} THEN NULL ELSE {bare} END)"


def is_whole_type(kind: str) -> bool:
    """Whether every value of an engine's type fits BIGINT."""
    return kind in _WHOLE_TYPES


def as_text(value: str, kind: str) -> str:
    """Return SQL of a value of any type as text; whole floats without their point."""
    if kind == "VARCHAR":
        return value
    if kind in _FLOATS:
        return (
            f"(CASE WHEN {_is_nan(value)} THEN NULL WHEN {value} = trunc({value}) "
            f"AND abs({value}) < {_MOST_EXACT_FLOAT} "
            f"THEN CAST(CAST({value} AS BIGINT) AS VARCHAR) ELSE CAST({value} AS VARCHAR) END)"
        )
    if kind.endswith("[]"):
        return f"array_to_string({value}, ' ')"
    return f"CAST({value} AS VARCHAR)"


def _is_nan(value: str) -> str:
    # Parquet statistics leave not-a-number out, and the engine reads from them that `isnan` and
    # any comparison of numbers must be false. It knows nothing about the value as text.
    return f"ends_with(CAST({value} AS VARCHAR), 'nan')"


def cell(pull: Pull, value: str, kind: str) -> tuple[str, str]:
    """Return SQL and type of a source cell without dressing: text, or its own type if it helps."""
    column = pull.column
    if kind != "VARCHAR" and not pull.words and _takes(column, kind):
        bare = f"(CASE WHEN {_is_nan(value)} THEN NULL ELSE {value} END)"
        return (bare if kind in _FLOATS else value), kind
    text = as_text(value, kind)
    if column.kind is Kind.TEXT:
        return f"(CASE WHEN {trimmed(text)} IS NULL THEN NULL ELSE {text} END)", "VARCHAR"
    if column.kind is Kind.TOKEN and not column.is_required and not pull.words:
        return text, "VARCHAR"  # undressed once for each distinct value, when it is hashed
    bare = undressed(text)
    if not pull.words:
        return bare, "VARCHAR"
    cases = " ".join(
        f"WHEN {quote(word.strip().lower())} THEN {quote(ours)}"
        for word, ours in pull.words.items()
    )
    return f"(CASE lower({bare}) {cases} ELSE {bare} END)", "VARCHAR"


def value_of(pull: Pull, value: str, kind: str) -> str:
    """Return SQL of a cell as its column's kind, NULL if it cannot be read so.

    Args:
        pull: Which column, and what the mapping says of it.
        value: SQL of the cell as `cell` left it.
        kind: Its type.
    """
    column = pull.column
    match column.kind:
        case Kind.TIME:
            return _time(pull, value, kind)
        case Kind.MONEY:
            return _money(pull, value, kind)
        case Kind.COUNT:
            return _count(pull, value, kind)
        case Kind.NUMBER:
            return _number(pull, value, kind)
        case Kind.FLAG:
            return _flag(value, kind)
        case Kind.WORD if column.allowed:
            words = ", ".join(map(quote, column.allowed))
            return f"(CASE WHEN lower({value}) IN ({words}) THEN lower({value}) ELSE {value} END)"
        case _:
            return value


def problem_of(column: Column, cell_sql: str, value: str, clock: Clock) -> str:
    """Return SQL of the number of a value's problem, NULL if none; empty if it cannot have one.

    Args:
        column: Which column.
        cell_sql: SQL of the cell, NULL if the source has none.
        value: SQL of what `value_of` made of it.
        clock: What counts as the future.
    """
    cases = []
    if column.is_required:
        cases.append((f"{cell_sql} IS NULL", rejects.MISSING))
    if column.kind in (Kind.TIME, Kind.MONEY, Kind.COUNT, Kind.NUMBER, Kind.FLAG):
        empty = "" if column.is_required else f"{cell_sql} IS NOT NULL AND "
        cases.append((f"{empty}{value} IS NULL", rejects.UNREADABLE))
    if column.kind is Kind.TIME:
        if column.is_required:
            cases.append((is_zero_date(value), rejects.ZERO_DATE))
            cases.append((f"{value} < {EARLIEST_MS}", rejects.TOO_EARLY))
        else:
            cases.append(
                (f"{value} < {EARLIEST_MS} AND NOT {is_zero_date(value)}", rejects.TOO_EARLY)
            )
        if not column.may_be_future:
            cases.append((f"{value} > {clock.latest_ms}", rejects.IN_FUTURE))
    if _is_never_negative(column):
        cases.append((f"{value} < 0", rejects.NEGATIVE))
    whens = " ".join(f"WHEN {condition} THEN {number}" for condition, number in cases)
    return f"CAST(CASE {whens} END AS TINYINT)" if cases else ""


def is_zero_date(value: str) -> str:
    """Return SQL that says whether a time is 1970-01-01, in any zone."""
    return f"({value} >= {ZERO_FROM_MS} AND {value} < {ZERO_UNTIL_MS})"


def rejects_row(column: Column, problem: str) -> str:
    """Return SQL that says whether a problem makes the whole row useless; empty if none can.

    An amount below zero means that the row is something else than its table says, so it goes even
    where the amount is optional. Any other bad value that is optional is left out of its row.
    """
    if column.is_required:
        return f"{problem} IS NOT NULL"
    if column.kind is Kind.MONEY and not column.may_be_negative:
        return f"{problem} = {rejects.NEGATIVE}"
    return ""


def _is_never_negative(column: Column) -> bool:
    if column.kind is Kind.MONEY:
        return not column.may_be_negative
    return column.kind is Kind.COUNT or column.name.endswith("_g")


def _takes(column: Column, kind: str) -> bool:
    match column.kind:
        case Kind.ID:
            return is_whole_type(kind)
        case Kind.TIME:
            return is_whole_type(kind) or kind.startswith(_DATED) or kind in _FLOATS
        case Kind.MONEY | Kind.COUNT | Kind.NUMBER:
            return is_whole_type(kind) or kind.startswith("DECIMAL") or kind in _FLOATS
        case Kind.FLAG:
            return kind == "BOOLEAN"
        case _:
            return False


def _time(pull: Pull, value: str, kind: str) -> str:
    if kind == "VARCHAR":
        return time_of_text(value, zone=pull.zone, unit=pull.unit, formats=pull.formats)
    if is_whole_type(kind):
        return time_of_number(f"{value}::BIGINT", unit=pull.unit)
    if kind in _FLOATS:
        number = f"TRY_CAST({value} AS DECIMAL(28, 6))"
        return time_of_number(number, unit=pull.unit, is_whole=False)
    return time_of_type(value, kind, zone=pull.zone)


def _money(pull: Pull, value: str, kind: str) -> str:
    number = number_text(value, decimal=pull.decimal) if kind == "VARCHAR" else value
    if pull.unit == "major":
        return minor_of_major(number, pull.decimals)
    if kind == "VARCHAR" or kind.startswith("DECIMAL"):
        # A decimal type keeps its digits: 12.00 is refused as in text, for 12 yuan look like that.
        return minor_of_text(number if kind == "VARCHAR" else f"CAST({value} AS VARCHAR)")
    return f"{value}::BIGINT" if is_whole_type(kind) else whole(value)


def _count(pull: Pull, value: str, kind: str) -> str:
    if is_whole_type(kind) and not pull.unit:
        return f"{value}::BIGINT"
    number = number_text(value, decimal=pull.decimal) if kind == "VARCHAR" else value
    if pull.unit:
        factor = factor_of(pull.column, pull.unit)
        return f"TRY_CAST(round(TRY_CAST({number} AS DOUBLE) * {factor!r}) AS BIGINT)"
    return whole(number)


def _number(pull: Pull, value: str, kind: str) -> str:
    number = number_text(value, decimal=pull.decimal) if kind == "VARCHAR" else value
    factor = factor_of(pull.column, pull.unit)
    read = f"TRY_CAST({number} AS DOUBLE)" + (f" * {factor!r}" if factor != 1 else "")
    return f"(CASE WHEN isfinite({read}) THEN {read} END)"


def _flag(value: str, kind: str) -> str:
    if kind == "BOOLEAN":
        return value
    text = f"lower(CAST({value} AS VARCHAR))"
    true, false = (", ".join(map(quote, words)) for words in (_TRUE, _FALSE))
    return f"(CASE WHEN {text} IN ({true}) THEN true WHEN {text} IN ({false}) THEN false END)"

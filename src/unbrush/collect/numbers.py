"""Numbers as people write them → SQL that reads them, or NULL where they are no number."""

from unbrush.base.engine import quote

_WIDE = "０１２３４５６７８９．，－＋"
_PLAIN = "0123456789.,-+"
_CURRENCY = r"(RMB|CNY|USD|EUR|BRL|US\$|HK\$|NT\$|R\$|[￥¥$€£₩₫฿])"
_NUMBER = r"[-+]?\d+(\.\d+)?([eE][-+]?\d{1,3})?"
_WHOLE = r"[-+]?\d+(\.0)?"
_GROUPED = r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?"

EXACT = "DECIMAL(28, 9)"
"""Wide enough for any amount that fits 64 bits, with digits to spare for rounding."""


def number_text(text: str, *, decimal: str = ".") -> str:
    """Return SQL that turns ``text`` into a bare number as text, NULL if it is none.

    Thousands separators, full-width digits, currency signs before or after and spaces within are
    understood. A comma that is not a thousands separator is never guessed to be a decimal mark.

    Args:
        text: SQL of the text, trimmed.
        decimal: The decimal mark; the other one separates thousands.
    """
    bare = f"translate({text}, {quote(_WIDE)}, {quote(_PLAIN)})"
    bare = f"replace(replace({bare}, ' ', ''), chr(160), '')"
    if decimal == ",":
        bare = f"translate({bare}, ',.', '.,')"
    bare = f"regexp_replace({bare}, {quote(rf'^([-+]?){_CURRENCY}')}, '\\1')"
    bare = f"regexp_replace({bare}, {quote(rf'({_CURRENCY}|元)$')}, '')"
    slow = (
        f"CASE WHEN regexp_full_match({bare}, {quote(f'{_NUMBER}|{_GROUPED}')}) "
        f"THEN replace({bare}, ',', '') END"
    )
    if decimal == ",":
        return f"({slow})"
    return f"(CASE WHEN regexp_full_match({text}, {quote(_NUMBER)}) THEN {text} ELSE {slow} END)"


def minor_of_text(number: str) -> str:
    """Return SQL for an amount that is already in minor units: whole, ``1234`` or ``1234.0``.

    ``1234.00`` is refused: two digits after the point are what whole units look like.
    """
    is_whole = f"regexp_full_match({number}, {quote(_WHOLE)})"
    return f"(CASE WHEN {is_whole} THEN TRY_CAST({number} AS BIGINT) END)"


def minor_of_major(number: str, decimals: int) -> str:
    """Return SQL for an amount in whole units with a fraction, rounded half away from zero."""
    minor = f"TRY_CAST({number} AS {EXACT}) * {10**decimals}::DECIMAL(7, 0)"
    return f"TRY_CAST(round({minor}) AS BIGINT)"


def whole(value: str) -> str:
    """Return SQL of a BIGINT from a number that is whole, NULL if it is not."""
    return (
        f"(CASE WHEN TRY_CAST({value} AS {EXACT}) = round(TRY_CAST({value} AS {EXACT})) "
        f"THEN TRY_CAST(TRY_CAST({value} AS {EXACT}) AS BIGINT) END)"
    )

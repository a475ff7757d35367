"""Times as exports write them → SQL of epoch milliseconds UTC, NULL where they are no time.

A number is read by its size as seconds, milli-, micro- or nanoseconds, unless a unit is given: no
date after 2000 is possible in two of them. A time without a zone is read in the zone of the
mapping; one that the spring change skips is read an hour later, one that the autumn change repeats
as the second of the two.
"""

from unbrush.base.engine import quote

EARLIEST_MS = 946_684_800_000
"""2000-01-01: no marketplace record that we read is older."""

ZERO_FROM_MS, ZERO_UNTIL_MS = -86_400_000, 172_800_000
"""1970-01-01 in any time zone: how exports write "never"."""

_WIDE = "０１２３４５６７８９／－：　年月日"
_PLAIN = "0123456789/-: -- "
_PER_MS = {"s": 1_000, "ms": 1, "us": -1_000, "ns": -1_000_000}
_DAY = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
_CLOCK = r"\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9})?)?"
_PLAIN_DAY = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"
_PLAIN_CLOCK = r"\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?"
_ZONE = r"([zZ]|UTC|GMT|[-+]\d{2}(:?\d{2})?)"


def time_of_text(text: str, *, zone: str, unit: str = "", formats: tuple[str, ...] = ()) -> str:
    """Return SQL for a time written as text.

    Args:
        text: SQL of the text, trimmed.
        zone: Zone of times that carry none.
        unit: Unit of epoch numbers; by size if empty.
        formats: The only formats tried, if any.
    """
    if formats:
        return _formatted(text, zone, formats)
    # Almost every export writes one of these three; each is cheap to recognise and to read.
    usual = (
        f"length({text}) = 19 AND substr({text}, 5, 1) = '-' AND substr({text}, 17, 1) = ':' "
        f"AND substr({text}, 14, 1) = ':'"
    )
    epoch = f"regexp_full_match({text}, '\\d{{9,13}}|\\d{{15,18}}')"
    local = f"regexp_full_match({text}, {quote(rf'{_PLAIN_DAY}([T ]{_PLAIN_CLOCK})?')})"
    zero = f"CASE WHEN regexp_matches({text}, '^0000[-/]00[-/]00') THEN 0 END"
    naive = _naive(f"TRY_CAST({text} AS TIMESTAMP)", zone)
    return (
        f"(CASE WHEN starts_with({text}, '0000') THEN {zero} "
        f"WHEN {usual} THEN {naive} "
        f"WHEN {epoch} THEN {time_of_number(f'TRY_CAST({text} AS BIGINT)', unit=unit)} "
        f"WHEN {local} THEN {naive} "
        f"ELSE {_unusual(text, zone, unit)} END)"
    )


def time_of_number(number: str, *, unit: str = "", is_whole: bool = True) -> str:
    """Return SQL for an epoch time in a numeric column."""
    if unit:
        return _scaled(number, _PER_MS[unit], is_whole)
    size = f"abs({number})"
    return (
        f"(CASE WHEN {size} < 100000000000 THEN {_scaled(number, 1_000, is_whole)} "
        f"WHEN {size} < 100000000000000 THEN {_scaled(number, 1, is_whole)} "
        f"WHEN {size} < 100000000000000000 THEN {_scaled(number, -1_000, is_whole)} "
        f"ELSE {_scaled(number, -1_000_000, is_whole)} END)"
    )


def time_of_type(value: str, kind: str, *, zone: str) -> str:
    """Return SQL for a column that has a date or time type of its own."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"epoch_ms({value})"
    return _naive(f"CAST({value} AS TIMESTAMP)", zone)


def _unusual(text: str, zone: str, unit: str) -> str:
    bare = f"trim(translate({text}, {quote(_WIDE)}, {quote(_PLAIN)}))"
    dashed = f"regexp_replace({bare}, '^(\\d{{4}})[/.](\\d+)[/.](\\d+)', '\\1-\\2-\\3')"
    dashed = f"replace({dashed}, ',', '.')"
    tight = f"regexp_replace({dashed}, ' ?(UTC|GMT|[zZ])$', 'Z')"
    tight = f"regexp_replace({tight}, ' ([-+]\\d\\d(:?\\d\\d)?)$', '\\1')"
    number = f"TRY_CAST({bare} AS DECIMAL(28, 6))"
    branches = [
        (r"(19|20)\d{6}", _naive(f"try_strptime({bare}, '%Y%m%d')", zone)),
        (r"(19|20)\d{12}", _naive(f"try_strptime({bare}, '%Y%m%d%H%M%S')", zone)),
        (r"[-+]?\d{1,19}(\.\d+)?", time_of_number(number, unit=unit, is_whole=False)),
        (rf"{_DAY}([T ]+{_CLOCK})?", _naive(f"TRY_CAST({dashed} AS TIMESTAMP)", zone)),
        (rf"{_DAY}[T ]+{_CLOCK} ?{_ZONE}", f"epoch_ms(TRY_CAST({tight} AS TIMESTAMPTZ))"),
    ]
    if unit:  # then digits are a number in that unit and never a date
        branches = branches[2:]
    cases = " ".join(
        f"WHEN regexp_full_match({bare}, {quote(pattern)}) THEN {sql}" for pattern, sql in branches
    )
    return f"(CASE {cases} END)"


def _formatted(text: str, zone: str, formats: tuple[str, ...]) -> str:
    tries = []
    for each in formats:
        parsed = f"try_strptime({text}, {quote(each)})"
        has_zone = "%z" in each or "%Z" in each
        tries.append(f"epoch_ms({parsed})" if has_zone else _naive(parsed, zone))
    return f"coalesce({', '.join(tries)})"


def _naive(timestamp: str, zone: str) -> str:
    if zone == "UTC":
        return f"epoch_ms({timestamp})"
    return f"epoch_ms(timezone({quote(zone)}, {timestamp}))"


def _scaled(number: str, factor: int, is_whole: bool) -> str:
    if factor == 1:
        return number if is_whole else f"CAST(floor({number}) AS BIGINT)"
    if factor > 0:
        scaled = f"{number} * {factor}"
        return f"CAST({scaled} AS BIGINT)" if is_whole else f"CAST(floor({scaled}) AS BIGINT)"
    if is_whole:
        return f"{number} // {-factor}"
    return f"CAST(floor({number}) AS BIGINT) // {-factor}"

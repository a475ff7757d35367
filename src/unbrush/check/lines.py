"""Lines and JSON from a file that nobody vouches for: bounded, in order, nothing lost.

A line that cannot be used is not skipped: it comes out as a record with an error, in its place.
"""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from unbrush.base.errors import EmptyTable, InputError, UnreadableFile
from unbrush.base.memory import size_text
from unbrush.check.limits import Limits
from unbrush.check.opening import Source
from unbrush.collect.encoding import encoding_of

_BLOCK = 1 << 20
_START = 4_096
ARRAY_TIMES = 4  # texts as long as may be that a JSON array may hold together
_FEW_BRACKETS = 16
# A string that never ends runs to the end: looking for its end once from each quote would be
# quadratic.
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")


@dataclass(frozen=True, kw_only=True)
class Record:
    """One input of many: a line of JSONL, an element of an array, a row of a table.

    Attributes:
        line: Its number, from 1, as an editor counts lines (elements of an array are counted).
        fields: What it says; empty if it could not be read.
        error: Why it cannot be used, if so.
    """

    line: int
    fields: dict[str, Any] = field(default_factory=dict)
    error: InputError | None = None


def text_of(source: Source, limits: Limits, *, times: int = 1) -> str:
    """Return a whole file as text, of at most so many ``times`` the longest text.

    Raises:
        UnreadableFile: Larger than a text may be, or in no encoding that we know.
        EmptyTable: Nothing but space.
    """
    check_size(source, limits, times=times)
    encoding = encoding_of(source.delimited)
    text = source.path.read_bytes().decode(encoding).lstrip("\ufeff")
    if not text.strip():
        raise EmptyTable(f"{source.label} is empty.", hint="There is nothing to check.")
    check_text(text, source.label)
    return text


def check_size(source: Source, limits: Limits, *, times: int = 1) -> None:
    """Refuse to hold a file whole that is more than ``times`` the longest text.

    Raises:
        UnreadableFile: It is.
    """
    if source.n_bytes > times * limits.text_bytes:
        raise UnreadableFile(
            f"{source.label} is one text of {source.n_bytes:,} bytes;"
            f" {size_text(times * limits.text_bytes)} is the most.",
            hint="Allow more with --max-text-mb, or cut it into parts.",
        )


def start_of(source: Source) -> str:
    """Return the first characters of a file, by which its shape is told."""
    with source.path.open("rb") as stream:
        start = stream.read(_START)
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return start.decode("utf-16", "ignore")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return codecs.getincrementaldecoder(encoding)().decode(start)
        except UnicodeDecodeError:
            continue
    return ""


def check_text(text: str, where: str) -> None:
    """Refuse characters that no text has.

    Raises:
        UnreadableFile: A zero character, or half of a surrogate pair; names its place.
    """
    zero = text.find("\x00")
    if zero >= 0:
        raise UnreadableFile(
            f"{where} has a zero character at {zero:,}.", hint="Save it as UTF-8 text."
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UnreadableFile(
            f"{where} has half a character (a lone surrogate) at {error.start:,}.",
            hint="Write the whole character, or leave it out.",
        ) from None


def records_of(source: Source, limits: Limits) -> Iterator[Record]:
    """Yield the objects of a file of JSON lines, or of one JSON array or object.

    Lines are read as they are asked for and never held together; an array is held whole and is
    therefore bounded like one text.

    Raises:
        UnreadableFile: The file is no text, or one whole JSON value that is broken.
        EmptyTable: It has no record.
    """
    n_records = 0
    for record in _records(source, limits):
        n_records += 1
        yield record
    if not n_records:
        raise EmptyTable(f"{source.label} has no records.", hint="There is nothing to check.")


def _records(source: Source, limits: Limits) -> Iterator[Record]:
    encoding = encoding_of(source.delimited)
    lines = _lines(source, encoding, limits)
    first = next(lines, None)
    if first is None:
        return
    number, line = first
    if isinstance(line, str) and _is_part_of_a_whole(line, limits):
        yield from _elements(text_of(source, limits, times=ARRAY_TIMES), source.label, limits)
        return
    yield _record(number, line, limits)
    for number, line in lines:
        yield _record(number, line, limits)


def _is_part_of_a_whole(line: str, limits: Limits) -> bool:
    """Whether a file that begins so is one JSON value over several lines, or an array."""
    if line.lstrip().startswith("["):
        return True
    if not line.lstrip().startswith("{"):
        return False
    return line.strip() == "{" or _record(1, line, limits).error is not None


def _lines(source: Source, encoding: str, limits: Limits) -> Iterator[tuple[int, str | InputError]]:
    """Yield lines that are not blank with their numbers; one that is too long as an error."""
    decoder = codecs.getincrementaldecoder(encoding)()
    number, rest, n_cut = 0, "", 0
    with source.path.open("rb") as stream:
        while True:
            block = stream.read(_BLOCK)
            *lines, rest = (rest + decoder.decode(block, final=not block)).split("\n")
            if not block:
                lines.append(rest)
            for line in lines:
                number += 1
                n_chars, n_cut = len(line) + n_cut, 0
                if n_chars > limits.text_bytes:
                    yield number, _too_long(n_chars, limits)
                elif stripped := line.strip("\ufeff \t\r"):
                    yield number, stripped
            if not block:
                return
            if len(rest) + n_cut > limits.text_bytes:
                # Too long already; count what follows and keep none of it.
                n_cut, rest = n_cut + len(rest), ""


def _too_long(n_chars: int, limits: Limits) -> InputError:
    return UnreadableFile(
        f"The line has {n_chars:,} characters; {limits.text_bytes:,} is the most.",
        hint="Allow more with --max-text-mb, or cut it into parts.",
    )


def _record(number: int, line: str | InputError, limits: Limits) -> Record:
    if isinstance(line, InputError):
        return Record(line=number, error=line)
    try:
        return _as_record(number, read_json(line, limits))
    except UnreadableFile as error:
        return Record(line=number, error=error)


def _as_record(number: int, value: Any) -> Record:
    if isinstance(value, dict):
        return Record(line=number, fields=value)
    what = {list: "an array", str: "text", type(None): "null", bool: "a flag"}
    return Record(
        line=number,
        error=UnreadableFile(
            f"It is {what.get(type(value), 'a number')}, not a JSON object.",
            hint='Write an object, such as {"id": 1, "text": "…"}.',
        ),
    )


def _elements(text: str, label: str, limits: Limits) -> Iterator[Record]:
    """Yield the objects of one JSON value: those of an array, or itself."""
    try:
        value = read_json(text, limits)
    except UnreadableFile as error:
        raise UnreadableFile(f"{label}: {error.message}", hint=error.hint) from None
    if not isinstance(value, list):
        value = [value]
    for number, each in enumerate(value, start=1):
        yield _as_record(number, each)


def read_json(text: str, limits: Limits) -> Any:
    """Return what a JSON text says.

    Raises:
        UnreadableFile: It is no JSON, too deep, or has a number that no machine number holds.
    """
    if _depth(text) > limits.depth:
        raise UnreadableFile(
            f"Its JSON has brackets more than {limits.depth} deep.",
            hint="Records are flat; allow more with --max-depth.",
        )
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_int=_whole)
    except json.JSONDecodeError as error:
        raise UnreadableFile(
            f"It is no JSON at character {error.pos:,}: {error.msg}.",
            hint="Write one object per line (JSONL).",
        ) from None
    except RecursionError:
        raise UnreadableFile("Its JSON is too deep.", hint="Records are flat.") from None


def _depth(text: str) -> int:
    """Return how deep brackets outside strings are nested; 0 if they are too few to matter."""
    if text.count("{") + text.count("[") < _FEW_BRACKETS:
        return 0
    depth = deepest = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _refuse_constant(word: str) -> NoReturn:
    raise UnreadableFile(f"{word} is no JSON number.", hint="Leave the value out, or write null.")


def _whole(digits: str) -> int | float:
    """Read a whole number; one that no column holds becomes a float, to be refused as a value."""
    return int(digits) if len(digits) < 20 else float(digits[:400])

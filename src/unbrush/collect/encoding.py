"""Encoding: what a text file is written in, found out by reading all of it once."""

import codecs
import gzip
import zlib
from typing import IO, cast

from unbrush.base.errors import UnreadableFile
from unbrush.collect.survey import SourceFile

UTF_8, GB18030, UTF_16 = "utf-8", "gb18030", "utf-16"

_BLOCK = 1 << 20
_SURELY_UTF_8 = 16
"""Characters beyond ASCII that read well as UTF-8 before a byte that does not: by then the file is
a damaged UTF-8 file and not GB18030, where such runs do not happen by chance."""

_MAGIC = {
    codecs.BOM_UTF32_LE: "UTF-32 text",
    codecs.BOM_UTF32_BE: "UTF-32 text",
    b"PK\x03\x04": "a spreadsheet or zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "gzip data without .gz in its name",
}


def open_bytes(file: SourceFile) -> IO[bytes]:
    """Open a text file for reading, decompressed."""
    return cast(IO[bytes], gzip.open(file.path)) if file.is_gzip else file.path.open("rb")


def encoding_of(file: SourceFile) -> str:
    """Return the encoding of a text file: UTF-8 if all of it is, UTF-16 by its mark, else GB18030.

    Raises:
        UnreadableFile: It is none of these, or no text, or damaged; names the byte position.
    """
    try:
        with open_bytes(file) as stream:
            start = stream.read(4)
            _refuse_other_formats(file, start)
            is_wide = start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
            stream.seek(0)
            broken_at, n_wide = _first_bad_byte(stream, UTF_16 if is_wide else UTF_8)
            if broken_at is None:
                return UTF_16 if is_wide else UTF_8
            if is_wide or start.startswith(codecs.BOM_UTF8) or n_wide >= _SURELY_UTF_8:
                raise _undecodable(file, (UTF_16 if is_wide else UTF_8).upper(), broken_at)
            stream.seek(0)
            also_broken_at, _ = _first_bad_byte(stream, GB18030)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UnreadableFile(
            f"{file.label} is not a whole gzip file ({error}).", hint="Copy or export it again."
        ) from error
    except OSError as error:
        raise cannot_open(file.label, error) from error
    if b"\x00" in start:
        raise UnreadableFile(
            f"{file.label} holds zero bytes: it is UTF-16 without its mark, or no text.",
            hint="Save it as UTF-8 (in Excel: CSV UTF-8).",
        )
    if also_broken_at is not None:
        raise _undecodable(file, f"UTF-8 (byte {broken_at:,}) nor GB18030", also_broken_at)
    return GB18030


def cannot_open(label: str, error: OSError) -> UnreadableFile:
    """Return the error for something of the user's that the system does not let us read."""
    return UnreadableFile(
        f"{label} cannot be opened: {error.strerror or error}.", hint="See whether you may read it."
    )


def _first_bad_byte(stream: IO[bytes], encoding: str) -> tuple[int | None, int]:
    """Return where decoding fails (None if nowhere) and how many wide characters came before."""
    decoder = codecs.getincrementaldecoder(encoding)()
    done = n_wide = 0
    while True:
        block = stream.read(_BLOCK)
        pending = len(decoder.getstate()[0]) if encoding != UTF_16 else 0
        zero = block.find(b"\x00") if encoding != UTF_16 else -1
        if zero >= 0:
            return done + zero, n_wide
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            good = error.object[: error.start].decode(encoding, "ignore")
            return done - pending + error.start, n_wide + _wide(good)
        if not block:
            return None, n_wide
        n_wide += 0 if text.isascii() else _wide(text)
        done += len(block)


def _wide(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _refuse_other_formats(file: SourceFile, start: bytes) -> None:
    for magic, what in _MAGIC.items():
        if start.startswith(magic):
            raise UnreadableFile(
                f"{file.label} is {what}, not what its name says.",
                hint="Save it as CSV (UTF-8), or give it the right ending.",
            )


def _undecodable(file: SourceFile, encoding: str, position: int) -> UnreadableFile:
    return UnreadableFile(
        f"{file.label} is not {encoding} at byte {position:,}.",
        hint="Save it as UTF-8 (in Excel: CSV UTF-8) or GB18030 and try again.",
    )

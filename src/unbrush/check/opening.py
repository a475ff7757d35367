"""Opening what a user names: a regular file of text, or the pipe of standard input, within limits.

A name can be anything: a folder, a pipe that nobody writes to, a loop of links, an archive called
a table. What is neither plain text nor a picture is refused by what it is, before it is read.
"""

import gzip
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from unbrush.base.errors import SourceNotFound, UnreadableFile
from unbrush.base.memory import size_text
from unbrush.check.limits import Limits
from unbrush.collect.encoding import cannot_open
from unbrush.collect.survey import CSV, SourceFile

STDIN = "-"


def label_of(name: str) -> str:
    """Return what a name on the command line is called: one that is no text by its bytes."""
    return "standard input" if name == STDIN else name.encode(errors="backslashreplace").decode()


_BLOCK = 1 << 20
_START = 64
_FREE_GROWTH = 64 * _BLOCK
"""Decompressed bytes before growth is looked at: a small file may be one word over and over."""

PICTURES = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
}
"""How pictures begin."""

_OTHERS = {
    b"PK\x03\x04": "a spreadsheet or zip archive",
    b"PK\x05\x06": "an empty zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"BZh": "bzip2 data",
    b"\xfd7zXZ": "xz data",
    b"\x28\xb5\x2f\xfd": "zstd data",
    b"\x7fELF": "a program",
    b"MZ": "a Windows program",
    b"SQLite format 3": "a database",
}
_GZIP = b"\x1f\x8b"

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file that is there, regular and of a size that we take.

    Attributes:
        path: Where its bytes are, decompressed.
        label: What the user calls it.
        endings: Its name's endings in lower case, without ``gz``; empty for standard input.
        picture: Its format if it begins like a picture, else empty.
        n_bytes: Its size.
    """

    path: Path
    label: str
    endings: tuple[str, ...]
    picture: str
    n_bytes: int

    @property
    def ending(self) -> str:
        """The last ending, or empty."""
        return self.endings[-1] if self.endings else ""

    @property
    def delimited(self) -> SourceFile:
        """The same for the readers of `collect`."""
        return SourceFile(path=self.path, label=self.label, word="", kind=CSV, is_gzip=False)


@contextmanager
def opened(name: str, limits: Limits) -> Iterator[Source]:
    """Yield the source behind a name on the command line, ``-`` for standard input.

    What comes compressed or through a pipe is copied to a temporary file first, within limits.

    Raises:
        SourceNotFound: There is nothing of that name.
        UnreadableFile: It is no regular file, too large, or neither text nor picture.
    """
    label = label_of(name)
    if name == STDIN:
        with NamedTemporaryFile(prefix="unbrush-") as copy:
            _copy(sys.stdin.buffer, copy, limits, label=label)
            yield _source(Path(copy.name), label, (), _start_of(Path(copy.name)))
        return
    path = Path(name)
    with _open_regular(path, label) as stream:
        start = stream.read(_START)
        stream.seek(0)
        endings = tuple(path.name.lower().split(".")[1:])
        if not start.startswith(_GZIP):
            if os.fstat(stream.fileno()).st_size > limits.file_bytes:
                raise _too_large(label, limits)
            yield _source(path, label, endings, start)
            return
        if endings[-1:] != ("gz",):
            raise _not_text(label, "gzip data without .gz in its name")
        with NamedTemporaryFile(prefix="unbrush-") as copy:
            _unzip(stream, copy, limits, label=label)
            yield _source(Path(copy.name), label, endings[:-1], _start_of(Path(copy.name)))


def _open_regular(path: Path, label: str) -> IO[bytes]:
    """Open a regular file; never wait for a pipe."""
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        raise SourceNotFound(
            f"There is no {label}.", hint="Give a file, or - to read a pipe."
        ) from None
    except OSError as error:
        if stat.S_ISSOCK(_mode(path)):
            raise _not_regular(label, stat.S_IFSOCK) from None
        raise cannot_open(label, error) from None
    except ValueError:  # a NUL byte within the name
        raise SourceNotFound(f"There is no {label!r}.", hint="Give a file.") from None
    mode = os.fstat(number).st_mode
    if not stat.S_ISREG(mode):
        os.close(number)
        raise _not_regular(label, stat.S_IFMT(mode))
    return os.fdopen(number, "rb")


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError:
        return 0


def _not_regular(label: str, kind: int) -> UnreadableFile:
    return UnreadableFile(
        f"{label} is {_KINDS.get(kind, 'no regular file')}, not a file.",
        hint="Name the files one by one (FOLDER/*), or give - to read a pipe.",
    )


def _source(path: Path, label: str, endings: tuple[str, ...], start: bytes) -> Source:
    # Two or four letters can begin a text as well: BMW, PAR1.
    is_binary = any(byte < 9 or 13 < byte < 27 for byte in start)
    picture = next((name for magic, name in PICTURES.items() if start.startswith(magic)), "")
    picture = "" if picture == "BMP" and not is_binary else picture
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        picture = "WebP"
    if not picture:
        if start.startswith(_GZIP):
            raise _not_text(label, "gzip data within gzip data")
        for magic, what in _OTHERS.items():
            if start.startswith(magic) and (is_binary or not magic.isalnum()):
                raise _not_text(label, what)
    return Source(
        path=path, label=label, endings=endings, picture=picture, n_bytes=path.stat().st_size
    )


def _start_of(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_START)


def _not_text(label: str, what: str) -> UnreadableFile:
    return UnreadableFile(
        f"{label} is {what}, not text.",
        hint="Give CSV, JSON, JSONL, HTML or plain text (UTF-8 or GB18030), or a picture.",
    )


def _too_large(label: str, limits: Limits) -> UnreadableFile:
    return UnreadableFile(
        f"{label} is larger than {size_text(limits.file_bytes)}.",
        hint="Allow more with --max-file-mb, or check it in parts.",
    )


def _copy(stream: IO[bytes], copy: IO[bytes], limits: Limits, *, label: str) -> None:
    n_bytes = 0
    while block := stream.read(_BLOCK):
        n_bytes += len(block)
        if n_bytes > limits.file_bytes:
            raise _too_large(label, limits)
        copy.write(block)
    copy.flush()


def _unzip(stream: IO[bytes], copy: IO[bytes], limits: Limits, *, label: str) -> None:
    """Decompress, and stop at what no honest text grows to."""
    n_packed = os.fstat(stream.fileno()).st_size
    n_bytes = 0
    try:
        with gzip.GzipFile(fileobj=stream) as unpacked:
            while block := unpacked.read(_BLOCK):
                n_bytes += len(block)
                if n_bytes > limits.file_bytes:
                    raise _too_large(label, limits)
                if n_bytes > max(_FREE_GROWTH, limits.ratio * n_packed):
                    raise UnreadableFile(
                        f"{label} grows to over {limits.ratio} times its size: a decompression"
                        " bomb, or one text over and over.",
                        hint="If you trust it, decompress it yourself or allow more with"
                        " --max-ratio.",
                    )
                copy.write(block)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UnreadableFile(
            f"{label} is not a whole gzip file ({error}).", hint="Copy or export it again."
        ) from None
    copy.flush()

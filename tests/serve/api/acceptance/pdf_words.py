"""Read the text of a PDF that Typst set, so far as a test needs it: every string, by every font."""

import re
import zlib

_PAIR = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4})>")
_STRING = re.compile(rb"\((?:\\.|[^\\()])*\)|<([0-9A-Fa-f]+)>", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def words_of(pdf: bytes) -> list[str]:
    """Return the whole text once for each font, what is of another font as ``?``, without spaces.

    Which font a string is of is not looked up: what stands in the file stands in one of them.
    """
    streams = [_open(pdf, m.end()) for m in re.finditer(rb"stream\r?\n", pdf)]
    maps = [_map(s) for s in streams if b"beginbf" in s]
    strings = [
        _bytes(found[0])
        for stream in streams if b" Tf" in stream and b"beginbf" not in stream
        for found in _STRING.finditer(stream)
    ]  # fmt: skip
    return ["".join(_decoded(each, font) for each in strings).replace(" ", "") for font in maps]


def _open(pdf: bytes, start: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(pdf[start : pdf.find(b"endstream", start)])
    except zlib.error:
        return b""


def _map(stream: bytes) -> dict[int, str]:
    found = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", stream, re.DOTALL):
        for code, to in _PAIR.findall(block):
            found[int(code, 16)] = bytes.fromhex(to.decode()).decode("utf-16-be", "replace")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", stream, re.DOTALL):
        for first, last, to in _RANGE.findall(block):
            for place, code in enumerate(range(int(first, 16), int(last, 16) + 1)):
                found[code] = chr(int(to, 16) + place)
    return found


def _bytes(text: bytes) -> bytes:
    if text.startswith(b"<"):
        return bytes.fromhex(text[1:-1].decode())

    def plain(found: re.Match[bytes]) -> bytes:
        sign = found[1]
        if sign.isdigit():
            return bytes([int(sign, 8) & 255])
        return _ESCAPED.get(sign, sign)

    return re.sub(rb"\\([0-7]{1,3}|.)", plain, text[1:-1], flags=re.DOTALL)


def _decoded(text: bytes, font: dict[int, str]) -> str:
    codes = [int.from_bytes(text[at : at + 2]) for at in range(0, len(text) - 1, 2)]
    return "".join(font.get(code, "?") for code in codes)

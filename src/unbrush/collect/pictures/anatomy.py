"""The anatomy of an image file: what it claims to be, read from its structure without decoding.

A walk over the parts of a JPEG, PNG, GIF, WebP or BMP file. What a decoder needs for the first
frame becomes ``core``, a small clean file of the same format; everything else (metadata,
thumbnails, comments, later frames, whatever was appended) becomes ``rest`` and never reaches a
decoder: parsers of metadata are where most bombs are set off. Each walk looks at every part at
most once and at no more than `MOST_PARTS`.

References: ITU T.81 (JPEG), W3C PNG, GIF89a, RFC 9649 (WebP), CIPA DC-008 (EXIF).
"""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

MOST_PARTS = 1 << 18
"""Segments, chunks or blocks of one file; a large honest GIF has half as many."""

_JPEG_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # neither stuffing, restart nor filling
_JPEG_ALONE = {0x01, 0xD8, *range(0xD0, 0xD8)}
_JPEG_NOT_FRAME = {0xC4, 0xC8, 0xCC}
_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_NEEDED = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_WEBP_IMAGE = (b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF")
_WEBP_KEPT_FLAGS = 0x12  # alpha, animation; not profile, EXIF, XMP
_BMP_PLAIN = (0, 3, 6)  # uncompressed, with or without bit masks


class BadAnatomy(Exception):
    """The structure breaks off or contradicts itself; says where."""


@dataclass(slots=True)
class Anatomy:
    """What a file claims.

    Attributes:
        format: ``jpeg``, ``png``, ``gif``, ``webp`` or ``bmp``.
        width: The larger of all claims to a width, in pixels.
        height: The same of heights.
        n_scans: Passes over all pixels that decoding takes.
        orientation: EXIF orientation, 1-8.
        core: A file of the same format with the first frame and nothing else.
        rest: All other bytes, in order.
    """

    format: str
    width: int = 0
    height: int = 0
    n_scans: int = 1
    orientation: int = 1
    core: bytes = b""
    rest: bytes = b""


@dataclass(slots=True)
class _Cutting:
    """Cuts a file into what is kept and what is left, and counts its parts."""

    data: bytes
    kept: list[bytes] = field(default_factory=list)
    left: list[bytes] = field(default_factory=list)
    n_parts: int = 0

    def part(self, start: int, end: int, *, is_kept: bool) -> bytes:
        """Take the next part; BadAnatomy if the file ends before it does or has too many."""
        self.n_parts += 1
        if self.n_parts > MOST_PARTS:
            raise BadAnatomy(f"more than {MOST_PARTS:,} parts")
        if end > len(self.data):
            raise BadAnatomy(f"a part at byte {start:,} ends after the file")
        piece = self.data[start:end]
        (self.kept if is_kept else self.left).append(piece)
        return piece

    def ended(self, at: int) -> tuple[bytes, bytes]:
        """Return what was kept and what is left, the file's tail from ``at`` included."""
        self.left.append(self.data[at:])
        return b"".join(self.kept), b"\n".join(self.left)


def anatomy_of(data: bytes) -> Anatomy | None:
    """Return the anatomy of an image file, None if it starts like none of the five formats.

    Args:
        data: The whole file.

    Raises:
        BadAnatomy: It starts like one and does not go on like one.
    """
    walk = _walk_of(data)
    if walk is None:
        return None
    try:
        found = walk(data)
    except (struct.error, IndexError):
        raise BadAnatomy("a header breaks off") from None
    if not (found.width > 0 and found.height > 0):
        raise BadAnatomy("it states no size")
    return found


def _walk_of(data: bytes) -> Callable[[bytes], Anatomy] | None:
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg
    if data.startswith(_PNG_START):
        return _png
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return _gif
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp
    return _bmp if data.startswith(b"BM") and len(data) > 30 and _is_bmp(data) else None


def _is_bmp(data: bytes) -> bool:
    """Whether the second header has a size that exists; two letters alone say little."""
    return struct.unpack_from("<I", data, 14)[0] in (12, 40, 52, 56, 64, 108, 124)


def _jpeg(data: bytes) -> Anatomy:
    cut, found, at, n_scans = _Cutting(data), Anatomy("jpeg"), 2, 0
    has_jfif = False
    while True:
        if data[at] != 0xFF:
            raise BadAnatomy(f"no marker at byte {at:,}")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xD9:
            break
        if marker in _JPEG_ALONE:
            at += 2
            continue
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        is_frame = 0xC0 <= marker <= 0xCF and marker not in _JPEG_NOT_FRAME
        is_scan = marker == 0xDA
        kept = is_frame or is_scan or marker in (0xC4, 0xCC, 0xDB, 0xDD)
        piece = cut.part(at, end, is_kept=kept)
        if is_frame:
            if found.width:
                raise BadAnatomy("two frames in one")
            found.height, found.width = struct.unpack_from(">HH", piece, 5)
        elif marker == 0xE0 and piece[4:8] == b"JFIF" and not has_jfif:
            cut.kept.append(_JFIF)
            has_jfif = True
        elif marker == 0xEE and piece[4:9] == b"Adobe":
            cut.kept.append(b"\xff\xee\x00\x0e" + piece[4:16].ljust(12, b"\0"))
        elif marker == 0xE1 and piece[4:10] == b"Exif\0\0":
            found.orientation = orientation_of(piece[10:])
        at = end
        if is_scan:
            n_scans += 1
            after = _JPEG_MARKER.search(data, at)
            if after is None:
                raise BadAnatomy("its pixels break off")
            cut.part(at, after.start(), is_kept=True)
            at = after.start()
    if not n_scans:
        raise BadAnatomy("no pixels")
    core, found.rest = cut.ended(at + 2)
    found.core, found.n_scans = b"\xff\xd8" + core + b"\xff\xd9", n_scans
    return found


def _png(data: bytes) -> Anatomy:
    cut, found, at = _Cutting(data), Anatomy("png"), len(_PNG_START)
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        piece = cut.part(at, at + 12 + length, is_kept=kind in _PNG_NEEDED)
        if kind == b"IHDR":
            if found.width:
                raise BadAnatomy("two headers")
            found.width, found.height = struct.unpack_from(">II", piece, 8)
        elif kind == b"eXIf":
            found.orientation = orientation_of(piece[8:-4])
        at += 12 + length
        if kind == b"IEND":
            break
    core, found.rest = cut.ended(at)
    found.core = _PNG_START + core
    return found


def _gif(data: bytes) -> Anatomy:
    """Walk up to the end of the first frame; what follows is left."""
    cut, found = _Cutting(data), Anatomy("gif")
    found.width, found.height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + _gif_colours(flags)
    cut.part(0, at, is_kept=True)
    while True:
        kind = data[at]
        if kind == 0x21:  # only the graphic control extension (0xf9) says how to paint
            end = _after_blocks(cut, at + 2)
            cut.part(at, end, is_kept=data[at + 1] == 0xF9)
            at = end
        elif kind == 0x2C:
            left, top, width, height, flags = struct.unpack_from("<HHHHB", data, at + 1)
            found.width = max(found.width, left + width)
            found.height = max(found.height, top + height)
            end = _after_blocks(cut, at + 11 + _gif_colours(flags))
            cut.part(at, end, is_kept=True)
            break
        else:
            raise BadAnatomy(f"no block at byte {at:,}")
    core, found.rest = cut.ended(end)
    found.core = core + b";"
    return found


def _gif_colours(flags: int) -> int:
    """Return the bytes of a colour table."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(cut: _Cutting, at: int) -> int:
    """Return where a chain of sub-blocks ends."""
    data = cut.data
    while length := data[at]:
        at += 1 + length
        cut.n_parts += 1
        if cut.n_parts > MOST_PARTS:
            raise BadAnatomy(f"more than {MOST_PARTS:,} parts")
    return at + 1


def _webp(data: bytes) -> Anatomy:
    cut, found, at = _Cutting(data), Anatomy("webp"), 12
    end = min(len(data), 8 + struct.unpack_from("<I", data, 4)[0])
    if end < 8 + struct.unpack_from("<I", data, 4)[0]:
        raise BadAnatomy("it is shorter than it states")
    has_frame = False
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sI", data, at)
        is_later = has_frame and kind == b"ANMF"
        after = at + 8 + length + length % 2
        piece = cut.part(at, after, is_kept=kind in _WEBP_IMAGE and not is_later)
        if kind == b"VP8X":
            flags = bytes([piece[8] & _WEBP_KEPT_FLAGS])
            cut.kept.append(piece[:8] + flags + piece[9:18])
        elif kind == b"EXIF":
            found.orientation = orientation_of(piece[8:].removeprefix(b"Exif\0\0"))
        if not is_later:
            width, height = _webp_size(kind, piece[8:])
            found.width, found.height = max(found.width, width), max(found.height, height)
        has_frame |= kind == b"ANMF"
        at = after
    core, found.rest = cut.ended(at)
    found.core = b"RIFF" + struct.pack("<I", 4 + len(core)) + b"WEBP" + core
    return found


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int]:
    """Return the width and height that a chunk claims, zeros if it claims none."""
    if kind in (b"VP8X", b"ANMF"):
        start = 4 if kind == b"VP8X" else 6
        size = body[start : start + 6].ljust(6, b"\0")
        return (1 + int.from_bytes(size[:3], "little"), 1 + int.from_bytes(size[3:], "little"))
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", body, 1)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return 0, 0


def _bmp(data: bytes) -> Anatomy:
    found = Anatomy("bmp")
    offset, header = struct.unpack_from("<II", data, 10)
    if header == 12:
        found.width, found.height, _, depth = struct.unpack_from("<HHHH", data, 18)
    else:
        width, height, _, depth, kind = struct.unpack_from("<iiHHI", data, 18)
        found.width, found.height = width, abs(height)
        if kind not in _BMP_PLAIN:
            raise BadAnatomy("a compressed BMP")
    end = offset + (found.width * depth + 31) // 32 * 4 * found.height
    if end > len(data):
        raise BadAnatomy("its pixels break off")
    found.core, found.rest = data[:end], data[end:]
    return found


def orientation_of(exif: bytes) -> int:
    """Return the orientation (1-8) that an EXIF block states, 1 if it states none.

    Only the first directory is looked at, and of it only this one entry.
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return 1
    try:
        at = struct.unpack_from(f"{order}I", exif, 4)[0]
        for number in range(min(struct.unpack_from(f"{order}H", exif, at)[0], 512)):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", exif, at + 2 + 12 * number)
            if tag == 0x0112:
                return value if kind == 3 and 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1

"""Disguise: files that are no picture, or a picture and something else at once."""

import struct

_AS_JPEG = "Save it as JPEG or PNG."
_AS_PICTURE = "Give the picture itself."
_PHONE = "Save it as JPEG; on an iPhone choose Settings, Camera, Formats, Most Compatible."

_KINDS = (
    ((b"PK\x03\x04", b"PK\x05\x06"), "a ZIP archive (or an office document)", _AS_PICTURE),
    ((b"Rar!\x1a\x07",), "a RAR archive", _AS_PICTURE),
    ((b"7z\xbc\xaf\x27\x1c",), "a 7-Zip archive", _AS_PICTURE),
    ((b"\x1f\x8b",), "a gzip archive", _AS_PICTURE),
    ((b"%PDF-",), "a PDF document", "Export its pages as pictures."),
    ((b"%!PS",), "a PostScript program", _AS_JPEG),
    ((b"II*\0", b"MM\0*"), "a TIFF file", _AS_JPEG),
    ((b"8BPS",), "a Photoshop file", _AS_JPEG),
    ((b"\x00\x00\x01\x00",), "an icon", _AS_JPEG),
    ((b"MZ", b"\x7fELF"), "a program", _AS_PICTURE),
    ((b"BM",), "a broken BMP file", _AS_JPEG),
)
_BRANDS = {
    b"heic": "a HEIC picture",
    b"heix": "a HEIC picture",
    b"hevc": "a HEIC picture",
    b"mif1": "a HEIC picture",
    b"msf1": "a HEIC picture",
    b"avif": "an AVIF picture",
    b"avis": "an AVIF picture",
}
_MARKUP = (b"<svg", b"<html", b"<!doctype", b"<script", b"<?php", b"<body", b"<iframe")
_HIDDEN = {
    b"%pdf-1.": "a PDF document",
    b"%pdf-2.": "a PDF document",
    b"rar!\x1a\x07": "a RAR archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"<?php": "a program",
    b"<script": "a web page with a script",
    b"<html": "a web page",
    b"<!doctype html": "a web page",
    b"<iframe": "a web page",
    b"<svg": "an SVG drawing",
}


def instead(data: bytes) -> tuple[str, str]:
    """Say what a file is that is none of the formats we open, and what to do about it."""
    if not data.strip(b"\0 \t\r\n"):
        return "empty", "Download or save it again."
    if data[4:8] == b"ftyp":
        kind = _BRANDS.get(data[8:12])
        return (kind, _PHONE) if kind else ("a video", "Take a screenshot of it.")
    for starts, kind, advice in _KINDS:
        if data.startswith(starts):
            return kind, advice
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in head:
        return "an SVG drawing, which can hold programs", _AS_JPEG
    if head.startswith(b"<") and any(tag in head for tag in _MARKUP):
        return "a web page", "Check pages with --kind page."
    return "no picture that we know", "Allowed are JPEG, PNG, WebP, GIF and BMP."


def hidden_in(data: bytes, rest: bytes) -> str:
    """Say what else a picture is at the same time; empty if nothing.

    What phones append to photos (a short film, a second picture, depth) is no disguise.

    Args:
        data: The whole file, for how it starts.
        rest: Its bytes that are no pixels.
    """
    # After its magic letters, a file that is also a script opens a comment up to its payload.
    if any(data.startswith(magic + b"/*") for magic in (b"GIF87a", b"GIF89a", b"BM", b"RIFF")):
        return "a script"
    if data[:2] == b"\xff\xd8" and data[4:6] == b"/*":
        return "a script"
    lowered = rest.lower()
    for mark, kind in _HIDDEN.items():
        if mark in lowered:
            return kind
    return "a ZIP archive" if _has_zip(rest) else ""


def _has_zip(rest: bytes) -> bool:
    """Whether an archive's directory of at least one file lies in ``rest``.

    Four bytes meet by chance in a film of some megabytes, so the fields must make sense too.
    """
    if b"PK\x03\x04" not in rest:
        return False
    at = rest.rfind(b"PK\x05\x06")
    while at >= 0:
        if at + 22 <= len(rest):
            disk, start_disk, n_here, n_all = struct.unpack_from("<4H", rest, at + 4)
            if disk == start_disk == 0 and 0 < n_here == n_all:
                return True
        at = rest.rfind(b"PK\x05\x06", 0, at) if at else -1
    return False

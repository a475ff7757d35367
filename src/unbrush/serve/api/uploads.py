"""Uploads of anybody → evidence: opened by what they contain, in bounds, and written anew.

A PDF alone is never opened: it is kept as it came, sealed, and given to few as bytes.
"""

import hashlib
import io
import re

from unbrush.base.errors import BadRecord, missing_extra
from unbrush.respond.desk.reports.evidence import Opened
from unbrush.respond.desk.reports.looks import look_of

MEGA = 1_000_000
LARGEST = 12 * MEGA
LARGEST_TEXT = MEGA
FORMATS = ("jpeg", "png", "webp")
_PDF_STARTS = re.compile(rb"%PDF-[12]\.[0-9]\s")
_STARTS = {b"\xff\xd8\xff": "jpeg", b"\x89PNG\r\n\x1a\n": "png"}
_EDITORS = (
    b"Photoshop", b"GIMP", b"paint.net", b"Pixelmator", b"Affinity", b"Meitu", "美图".encode(),
    b"PicsArt", b"Snapseed", b"Canva", b"Lightroom",
)  # fmt: skip


def open_upload(data: bytes, *, takes_pdf: bool = False) -> Opened:
    """Open a file that a reporter sent.

    Args:
        data: What is in it; its name and what its sender calls it are not asked.
        takes_pdf: Whether a PDF is taken, too.

    Raises:
        BadRecord: It is neither a picture that is taken nor plain text, or it is too large.
        UnreadablePicture: It is a broken picture, too large, or something else as well.
        MissingExtra: Pictures cannot be opened here.
    """
    if not data:
        raise BadRecord("The file is empty.", hint="Choose a photo, a screenshot or a text.")
    if len(data) > LARGEST:
        raise BadRecord(
            f"The file has {len(data):,} bytes; {LARGEST:,} at most are taken.",
            hint="Send a screenshot or a smaller photo.",
        )
    if _is_picture(data):
        return _picture(data)
    if takes_pdf and data.startswith(b"%PDF"):
        return _pdf(data)
    return _text(data, "PDF is taken, too." if takes_pdf else "Take a screenshot of anything else.")


def _is_picture(data: bytes) -> bool:
    is_webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return is_webp or any(data.startswith(start) for start in _STARTS)


def _picture(data: bytes) -> Opened:
    try:
        from unbrush.collect.pictures.opening import Limits, open_picture
    except ImportError:
        raise missing_extra("pictures", "Opening pictures") from None
    limits = Limits(max_bytes=LARGEST, max_pixels=30 * MEGA, max_side=40_000)
    picture = open_picture(data, label="The picture", limits=limits)
    if picture.format not in FORMATS:
        raise BadRecord(f"{picture.format} pictures are not taken.", hint="JPEG, PNG and WebP are.")
    # Pixels alone are written: metadata, thumbnails and what was appended stay in the original.
    copy = io.BytesIO()
    if picture.format == "png":
        picture.image.save(copy, "PNG")
    else:
        picture.image.save(copy, "JPEG", quality=92)
    return Opened(
        kind="picture",
        format=picture.format,
        original=data,
        copy=copy.getvalue(),
        copy_type="image/png" if picture.format == "png" else "image/jpeg",
        sha256=picture.sha256,
        look=look_of(picture.pixels),
        traces=_traces(data),
    )


def _traces(data: bytes) -> tuple[str, ...]:
    """Return ``editor`` if an editor has written its name where metadata stand."""
    ends = data[: 1 << 16] + data[-(1 << 12) :]
    return ("editor",) if any(name in ends for name in _EDITORS) else ()


def _pdf(data: bytes) -> Opened:
    """Take a PDF by how it begins and ends; nothing in it is read, so there is no clean copy."""
    if not _PDF_STARTS.match(data) or not data.rstrip(b"\0\t\n\f\r ").endswith(b"%%EOF"):
        raise BadRecord(
            "This begins like a PDF and is none, or something was appended to it.",
            hint="Print it to a PDF anew.",
        )
    return Opened(
        kind="pdf", format="pdf", original=data, copy=data, copy_type="application/pdf",
        sha256=hashlib.sha256(data).hexdigest(),
    )  # fmt: skip


def _text(data: bytes, or_else: str) -> Opened:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    is_plain = text and not any(ord(sign) < 32 and sign not in "\t\n\r\f" for sign in text)
    if not is_plain:
        raise BadRecord(
            "This is neither a picture nor plain text.",
            hint=f"JPEG, PNG and WebP pictures are taken, and text in UTF-8. {or_else}",
        )
    if len(data) > LARGEST_TEXT:
        raise BadRecord(
            f"The text has {len(data):,} bytes; {LARGEST_TEXT:,} at most are taken.",
            hint="Send the part that matters.",
        )
    if text.lstrip().startswith(("<", "%!", "%PDF")):
        raise BadRecord(
            "Pages and documents with markup are not taken.", hint="Send a screenshot of it."
        )
    return Opened(
        kind="text", format="txt", original=data, copy=text.encode(),
        copy_type="text/plain; charset=utf-8", sha256=hashlib.sha256(data).hexdigest(),
    )  # fmt: skip

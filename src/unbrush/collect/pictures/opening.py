"""Opening: an image file from anybody → clean pixels, in bounded time and memory.

The format is what the content says, whatever the name. The declared size is checked before
anything is decoded; a decoder sees the first frame alone, without metadata (see `anatomy`); the
result is upright RGB with nothing attached. Needs the extra ``pictures``.
"""

import hashlib
import io
import stat
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from unbrush.base.errors import SourceNotFound, UnreadablePicture, missing_extra
from unbrush.collect.pictures.anatomy import Anatomy, BadAnatomy, anatomy_of
from unbrush.collect.pictures.disguise import hidden_in, instead

if TYPE_CHECKING:
    from PIL.Image import Image

MEGA = 1_000_000
BYTES_PER_PIXEL = 9  # RGB, and while it is made RGBA with its mask


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The largest picture that is opened.

    Attributes:
        max_bytes: Of the file.
        max_pixels: Width times height; decoding takes up to `BYTES_PER_PIXEL` bytes for each.
        max_side: Longer side in pixels; long screenshots have some 30,000.
        max_scans: Passes over the pixels of a progressive JPEG; writers make up to about 20.
    """

    max_bytes: int = 32 * MEGA
    max_pixels: int = 52 * MEGA  # what phones take at most by default, 8192 × 6144, and a little
    max_side: int = 60_000
    max_scans: int = 40


@dataclass(frozen=True, eq=False, slots=True)
class Picture:
    """An opened picture.

    Attributes:
        image: Upright, RGB, without metadata; transparent parts are white.
        sha256: Of the file as it was, in hexadecimal.
        width: Pixels across as people see it, even if ``image`` was decoded smaller.
        height: Pixels down, likewise.
        format: ``jpeg``, ``png``, ``webp``, ``gif`` or ``bmp``.
    """

    image: "Image"
    sha256: str
    width: int
    height: int
    format: str

    @property
    def pixels(self) -> npt.NDArray[np.uint8]:
        """The image as an array, shape (height, width, 3)."""
        return np.asarray(self.image)


LIMITS = Limits()


def open_picture(
    source: Path | bytes, *, label: str = "", limits: Limits = LIMITS, shorter_side: int = 0
) -> Picture:
    """Open an image file, or the bytes of one.

    Args:
        source: Where it is, or what is in it.
        label: What to call it in errors; the file's name if empty.
        limits: How large it may be.
        shorter_side: If not 0, a side of so many pixels is enough: a larger JPEG is decoded at a
            half, quarter or eighth of its size, several times faster.

    Raises:
        SourceNotFound: There is no such file.
        UnreadablePicture: It is no picture, not only a picture, broken or too large.
        MissingExtra: The extra ``pictures`` is not installed.
    """
    _decoder()  # the missing extra first: no picture will do without it
    label = label or (source.name if isinstance(source, Path) else "the picture")
    data = source if isinstance(source, bytes) else _bytes_of(source, label, limits)
    if len(data) > limits.max_bytes:
        raise _too_large(label, f"{len(data):,} bytes", f"{limits.max_bytes:,}")
    anatomy = _looked_at(data, label)
    _check_size(anatomy, label, limits)
    image = _decoded(anatomy, label, shorter_side)
    turned = anatomy.orientation >= 5
    return Picture(
        image=image,
        sha256=hashlib.sha256(data).hexdigest(),
        width=anatomy.height if turned else anatomy.width,
        height=anatomy.width if turned else anatomy.height,
        format=anatomy.format,
    )


def _decoder() -> None:
    try:
        import PIL.Image  # noqa: F401
    except ImportError:
        raise missing_extra("pictures", "Opening pictures") from None


def _bytes_of(path: Path, label: str, limits: Limits) -> bytes:
    """Read a regular file, never more of it than is allowed and one byte."""
    try:
        # Looked at before it is opened: opening a pipe would wait for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadablePicture(f"{label} is not a file.", hint="Give an image file.")
        with path.open("rb") as file:
            return file.read(limits.max_bytes + 1)
    except FileNotFoundError:
        raise SourceNotFound(f"There is no {label}.", hint="Check the name.") from None
    except (OSError, ValueError) as error:
        raise UnreadablePicture(
            f"{label} cannot be read: {error}.", hint="Check its name and permissions."
        ) from None


def _looked_at(data: bytes, label: str) -> Anatomy:
    try:
        anatomy = anatomy_of(data)
    except BadAnatomy as error:
        raise UnreadablePicture(
            f"{label} is a broken picture: {error}.",
            hint="Download it again, or open it and save it as PNG.",
        ) from None
    if anatomy is None:
        kind, advice = instead(data)
        raise UnreadablePicture(f"{label} is {kind}.", hint=advice)
    also = hidden_in(data, anatomy.rest)
    if also:
        raise UnreadablePicture(
            f"{label} is a picture and at the same time {also}.",
            hint="Open it in a viewer and save it anew, which keeps the picture alone.",
        )
    return anatomy


def _check_size(anatomy: Anatomy, label: str, limits: Limits) -> None:
    width, height = anatomy.width, anatomy.height
    if width * height > limits.max_pixels:
        size = f"{width:,} × {height:,} pixels"
        raise _too_large(label, size, f"{limits.max_pixels:,} pixels in all")
    if max(width, height) > limits.max_side:
        raise _too_large(label, f"{width:,} × {height:,} pixels", f"{limits.max_side:,} a side")
    if anatomy.n_scans > limits.max_scans:
        raise _too_large(label, f"{anatomy.n_scans:,} scans", f"{limits.max_scans}")


def _too_large(label: str, what: str, most: str) -> UnreadablePicture:
    return UnreadablePicture(
        f"{label} is too large: {what}; at most {most}.",
        hint="Make it smaller, or cut it into parts.",
    )


def _decoded(anatomy: Anatomy, label: str, shorter_side: int) -> "Image":
    """Decode the core of a picture and turn it upright."""
    from PIL import Image

    try:
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(anatomy.core), formats=(anatomy.format,)) as opened,
        ):
            if opened.width * opened.height > anatomy.width * anatomy.height:
                raise ValueError("it is larger than it states")
            if shorter_side:
                _draft(opened, shorter_side)
            image = _rgb(opened)
    except Exception as error:  # on hostile input decoders raise nearly anything
        raise UnreadablePicture(
            f"{label} is a broken {anatomy.format.upper()} picture: {error}.",
            hint="Download it again, or open it and save it as PNG.",
        ) from None
    turn = _TURNS.get(anatomy.orientation)
    return image if turn is None else image.transpose(Image.Transpose[turn])


# How to turn a picture upright whose EXIF orientation is the key.
_TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}


def _draft(opened: "Image", shorter_side: int) -> None:
    """Let a JPEG be decoded at a fraction of its size that leaves ``shorter_side`` pixels."""
    scale = min(opened.size) / shorter_side
    if scale >= 2:
        opened.draft(None, (int(opened.width / scale) + 1, int(opened.height / scale) + 1))


def _rgb(opened: "Image") -> "Image":
    """Return a picture of any mode as RGB on white, with nothing attached."""
    from PIL import Image

    if opened.mode.startswith("I"):  # 16 bits of grey, of which the upper eight are kept
        values = np.asarray(opened).astype(np.int64) >> 8
        return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)).convert("RGB")
    if "A" not in opened.mode and "transparency" not in opened.info:
        opened.load()
        image = opened.convert("RGB")
    else:
        layered = opened.convert("RGBA")
        image = Image.new("RGB", layered.size, (255, 255, 255))
        image.paste(layered, mask=layered.getchannel("A"))
    image.info = {}
    return image

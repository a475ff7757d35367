"""Perceptual hashes of photos: 128 bits of how a picture and parts of it look.

A hash holds the signs of the lowest frequencies of brightness and colour. Scale, recompression,
brightness and a watermark leave nearly all of them as they are; a mirrored or turned picture has
the same bits, some flipped or exchanged (`turned`), so that nothing more need be stored. A
picture is hashed whole, within its frame (borders and bars of one colour cut away), in parts and
a little turned: what was cut out of another picture, whole, resembles one of that picture's parts.

What says nothing has no hash: blank and black pictures, fog, a smooth gradient. Screenshots of an
app and slips of paper (see `screen_look`) are `SCREEN`: their layout says which app they show and
nothing of who took them.

References: the idea of signs of a cosine transform is that of pHash (Zauner 2010).
"""

import base64
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unbrush.base.pictures.reduced import Pixels, averaged, reduced
from unbrush.base.pictures.screen_look import FAR, is_mostly_ground, is_screen

Floats = npt.NDArray[np.float32]
Bits = npt.NDArray[np.uint64]

VERSION = "2"
SCREEN = f"{VERSION}s:"
"""How the text of a picture of a screen starts; nothing follows."""
NOTHING = f"{VERSION}:"
"""The text of a picture that says nothing."""

SIDE = 96  # pixels of the square that is hashed
FREQUENCIES = 10
N_BRIGHT, N_COLOUR = 100, 14  # signs taken of brightness and of each of the two colours
COLOUR_WITHIN, N_LOW_COLOUR = 5, 8

SLOTS = 27
WHOLE, PLAIN = 0, 24
"""Slots of the picture within its frame, and of the picture as it is if that differs."""
HALVES = (20, 21, 22, 23)
"""Slots of its halves: what is written or pasted on a picture leaves one of them as it was."""
TILTED = (25, 26)
"""Slots of the picture turned by `TILT` degrees either way, the empty corners cut away."""
TILT = 5.0
LENGTH = len(NOTHING) + SLOTS * 16 * 4 // 3

FIRM = 0.12  # grey levels of a frequency's amplitude below which noise decides its sign
MIN_FIRM = 0.6  # share of firm signs below which a part says nothing
BLANK = 6  # deviation in grey levels below which a picture shows nothing
_FRAME_FILL = 0.8  # share of such pixels in a row that belongs to the picture


@dataclass(frozen=True)
class PhotoHash:
    """What a picture looks like.

    Attributes:
        bits: Shape (SLOTS, 2), two words for each part; zeros where a part says nothing.
        is_screen: Whether it is text on a plain ground; ``bits`` are zero then.
    """

    bits: Bits
    is_screen: bool = False

    @property
    def text(self) -> str:
        """The hash as text, for the column ``hashes``."""
        if self.is_screen:
            return SCREEN
        if not self.bits.any():
            return NOTHING
        return NOTHING + base64.b64encode(self.bits.astype("<u8").tobytes()).decode("ascii")


def photo_hash(pixels: npt.NDArray[np.uint8]) -> PhotoHash:
    """Return the hash of a picture.

    Args:
        pixels: Shape (height, width, 3), RGB.
    """
    small = reduced(pixels, longer=2 * SIDE)
    top, bottom, left, right = _frame(small)
    within = small[top:bottom, left:right]
    nothing = np.zeros((SLOTS, 2), np.uint64)
    if min(within.shape[:2]) < 8:
        return PhotoHash(nothing)
    if is_mostly_ground(within):
        if float(within.std(axis=(0, 1)).max()) < BLANK:
            return PhotoHash(nothing)
        scale = pixels.shape[0] / small.shape[0], pixels.shape[1] / small.shape[1]
        rows = slice(int(top * scale[0]), round(bottom * scale[0]))
        columns = slice(int(left * scale[1]), round(right * scale[1]))
        if is_screen(pixels[rows, columns]):
            return PhotoHash(nothing, is_screen=True)
    bits = nothing.copy()
    square = _square(within)
    bits[:PLAIN] = _bits(square, list(_parts(within.shape[0] >= within.shape[1])))
    if not bits[WHOLE].any():
        return PhotoHash(nothing)
    if within.shape != small.shape:
        bits[PLAIN] = _bits(_square(small), [_ALL])[0]
    if is_mostly_ground(small):
        # A thing on a plain ground is told by its outline; a part of it could be of many things.
        bits[WHOLE + 1 : PLAIN] = 0
        return PhotoHash(bits)
    for slot, degrees in zip(TILTED, (TILT, -TILT), strict=True):
        bits[slot] = _bits(_tilted(square, within.shape[0] / within.shape[1], degrees), [_ALL])[0]
    return PhotoHash(bits)


def read_hashes(texts: pa.Array) -> Bits:
    """Return the bits of many hashes, shape (n, SLOTS, 2); zeros for what says nothing.

    Args:
        texts: What `PhotoHash.text` gave; null and anything else says nothing.
    """
    out = np.zeros((len(texts), SLOTS, 2), np.uint64)
    is_ours = pc.and_(pc.starts_with(texts, NOTHING), pc.equal(pc.binary_length(texts), LENGTH))
    pattern = f"^{NOTHING}[A-Za-z0-9+/]+$"
    ours = pc.fill_null(pc.and_(is_ours, pc.match_substring_regex(texts, pattern)), False)
    chosen = texts.filter(ours)
    bodies = pc.utf8_slice_codeunits(chosen, len(NOTHING)).to_pylist()
    raw = base64.b64decode("".join(bodies))
    out[np.asarray(ours)] = np.frombuffer(raw, "<u8").reshape(-1, SLOTS, 2)
    return out


def turned(bits: Bits) -> Bits:
    """Return hashes of a picture mirrored and turned in all eight ways.

    Args:
        bits: Shape (n, 2).

    Returns:
        Shape (8, n, 2): as it is, mirrored, upside down, both; then the same four on its side.
    """
    across, down = _odd()
    flat = np.unpackbits(
        bits.astype("<u8").view(np.uint8).reshape(len(bits), 16), axis=1, bitorder="little"
    )
    ways = []
    for base in (flat, flat[:, _exchanged()]):
        ways += [base, base ^ across, base ^ down, base ^ across ^ down]
    # Signs of what says nothing stay zero.
    is_there = (bits != 0).any(axis=1)
    packed = np.packbits(np.stack(ways) * is_there[None, :, None], axis=2, bitorder="little")
    return packed.view("<u8").astype(np.uint64)


def _square(pixels: Pixels) -> Floats:
    """Return brightness and two colour differences of a picture, shape (3, SIDE, SIDE)."""
    rgb = averaged(pixels, SIDE, SIDE)
    bright = rgb @ np.array([0.299, 0.587, 0.114], np.float32)
    return np.stack([bright, rgb[..., 2] - bright, rgb[..., 0] - bright])


def _tilted(square: Floats, form: float, degrees: float) -> Floats:
    """Return a picture turned a little, with its empty corners cut away as people do.

    Args:
        square: What `_square` made of it.
        form: Its height over its width.
        degrees: How far, clockwise.
    """
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    # Half its sides, width 1: what is left between the corners that turning empties.
    half_x, half_y = (1 - abs(sine) * form) / 2, (form - abs(sine)) / 2
    if min(half_x, half_y) <= 0:
        return np.zeros_like(square)
    step = (np.arange(SIDE) + 0.5) / SIDE * 2 - 1
    x, y = half_x * step[None, :], half_y * step[:, None]
    rows = ((y * cosine + x * sine) / form + 0.5) * SIDE - 0.5
    columns = (x * cosine - y * sine + 0.5) * SIDE - 0.5
    top = np.clip(np.floor(rows).astype(np.int64), 0, SIDE - 2)
    left = np.clip(np.floor(columns).astype(np.int64), 0, SIDE - 2)
    down, across = np.clip(rows - top, 0, 1), np.clip(columns - left, 0, 1)
    upper = square[:, top, left] * (1 - across) + square[:, top, left + 1] * across
    lower = square[:, top + 1, left] * (1 - across) + square[:, top + 1, left + 1] * across
    return np.asarray(upper * (1 - down) + lower * down, np.float32)


def _frame(pixels: Pixels) -> tuple[int, int, int, int]:
    """Return top, bottom, left and right of a picture within borders and bars of one colour."""
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    background = np.median(edge, axis=0)
    # The colour of the edge must be that of most of the edge, else there is no border.
    if np.mean(np.abs(edge - background).max(axis=1) < FAR) < 0.4:
        return 0, pixels.shape[0], 0, pixels.shape[1]
    far = np.abs(pixels - background).max(axis=2) >= FAR
    left, right = _span(far.mean(axis=0) > 0.02)
    top, bottom = _run(far[:, left:right].mean(axis=1) >= _FRAME_FILL)
    if bottom - top < 0.2 * pixels.shape[0]:
        top, bottom = _span(far.mean(axis=1) > 0.02)
    else:
        left, right = _run(far[top:bottom].mean(axis=0) >= _FRAME_FILL)
    if (bottom - top) * (right - left) < 0.04 * far.size:
        return 0, pixels.shape[0], 0, pixels.shape[1]
    return top, bottom, left, right


def _span(is_there: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """Return where the first and after the last true value stand."""
    places = np.flatnonzero(is_there)
    return (int(places[0]), int(places[-1]) + 1) if len(places) else (0, len(is_there))


def _run(is_there: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """Return start and end of the longest run of true values, small gaps overlooked."""
    padded = np.concatenate([[False], is_there, [False]])
    changes = np.flatnonzero(np.diff(padded.astype(np.int8)))
    if not len(changes):
        return 0, 0
    starts, ends = changes[::2], changes[1::2]
    joined = np.concatenate([[True], starts[1:] - ends[:-1] > 3])
    first = starts[joined]
    last = np.append(ends[:-1][joined[1:]], ends[-1])
    longest = int(np.argmax(last - first))
    return int(first[longest]), int(last[longest])


Span = tuple[float, float]
_ALL: tuple[Span, Span] = ((0.0, 1.0), (0.0, 1.0))


@cache
def _parts(is_upright: bool) -> tuple[tuple[Span, Span], ...]:
    """Return the parts that are hashed: spans down and across, as shares of a side.

    Args:
        is_upright: Whether the picture is higher than wide: apps cut to a square, from 4 : 3.
    """
    whole: Span = (0.0, 1.0)
    parts: list[tuple[Span, Span]] = [_ALL]
    for size, places in ((0.92, (0.0, 1.0)), (0.84, (0.0, 0.5, 1.0))):
        spans = [(place * (1 - size), place * (1 - size) + size) for place in places]
        parts += [(down, across) for down in spans for across in spans]
    for cut in ((0.0, 0.85), (0.15, 1.0)):
        parts += [(whole, cut), (cut, whole)]
    parts.append(((0.04, 0.96), (0.04, 0.96)))
    middle: Span = (0.125, 0.875)
    parts.append((middle, whole) if is_upright else (whole, middle))
    for half in ((0.0, 0.5), (0.5, 1.0)):
        parts += [(whole, half), (half, whole)]
    return tuple(parts)


def _bits(planes: Floats, parts: list[tuple[Span, Span]]) -> Bits:
    """Return the signs of the lowest frequencies of each part, shape (len(parts), 2)."""
    spans = sorted({span for part in parts for span in part})
    waves = np.stack([_waves(span) for span in spans])
    across = planes[:, None] @ waves.transpose(0, 2, 1)[None]  # plane, span, row, frequency
    out = np.zeros((len(parts), 128), np.uint8)
    is_colour = _order()[0] > 0
    for number, (rows, columns) in enumerate(parts):
        found = waves[spans.index(rows)] @ across[:, spans.index(columns)]
        values = found[_order()]
        # A grey picture has no colour, and noise must not make it one.
        if np.abs(values[is_colour]).mean() < 2 * FIRM:
            values[is_colour] = 0
        firm = np.mean(np.abs(values[~is_colour]) >= FIRM)
        if firm >= MIN_FIRM:
            out[number] = values > 0
    packed = np.packbits(out, axis=1, bitorder="little")
    return packed.view("<u8").astype(np.uint64)


@cache
def _waves(span: Span) -> Floats:
    """Return cosine waves over a part of a side, shape (FREQUENCIES, SIDE)."""
    edges = np.clip(np.arange(SIDE + 1) / SIDE, *span)
    share = np.diff(edges)
    place = ((edges[:-1] + edges[1:]) / 2 - span[0]) / (span[1] - span[0])
    waves = np.cos(np.pi * np.arange(FREQUENCIES)[:, None] * place[None, :])
    return np.asarray(2 * waves * share / share.sum())


@cache
def _places() -> tuple[tuple[int, int, int], ...]:
    """Return plane, frequency down and across of each of the 128 signs.

    The first word holds what moves least when a picture is cut or turned a little, the lowest
    frequencies of all planes: it is what matches are sought by. Both words confirm them.
    """
    pairs = [(y, x) for y in range(FREQUENCIES) for x in range(FREQUENCIES) if x or y]
    pairs.sort(key=lambda pair: (pair[0] ** 2 + pair[1] ** 2, max(pair), pair))
    bright = [(0, y, x) for y, x in pairs] + [(0, 0, 0)]  # the last, the mean, is never dark
    colours = [
        [(plane, y, x) for y, x in pairs if y + x < COLOUR_WITHIN][:N_COLOUR] for plane in (1, 2)
    ]
    low = [place for colour in colours for place in colour[:N_LOW_COLOUR]]
    high = [place for colour in colours for place in colour[N_LOW_COLOUR:]]
    n_low = 64 - len(low)
    return (*low, *bright[:n_low], *bright[n_low:], *high)


@cache
def _order() -> tuple[npt.NDArray[np.int64], ...]:
    return tuple(np.array(_places()).T)


@cache
def _odd() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Return which signs change when a picture is mirrored, and when it is put upside down."""
    _, down, across = _order()
    return (across % 2).astype(np.uint8), (down % 2).astype(np.uint8)


@cache
def _exchanged() -> npt.NDArray[np.int64]:
    """Return where each sign comes from when rows and columns change places."""
    places = _places()
    where = {place: number for number, place in enumerate(places)}
    return np.array([where[plane, x, y] for plane, y, x in places])

"""Products on a plain background, painted; nothing of the hash is used.

Bodies of revolution, boxes, rings and folded cloth under one light, with labels and a shadow, on
seamless paper, on a table of one colour or cut out on pure white, as shops and buyers show them.
`thumbnails` shows such pictures within a page of an app.
"""

import numpy as np
from photographs import cloud, saved
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from screens import FONTS, ITEMS

Shape = tuple[np.ndarray, np.ndarray]
"""Brightness of a thing (about 1) and where it is (0-1), both (height, width)."""


def product(rng: np.random.Generator, side: int = 800) -> Image.Image:
    """Paint one to five things on a plain background, saved as a camera or shop saves them."""
    half = side // 2
    ground, is_cut_out = _ground(rng, half)
    picture = ground
    n = int(rng.choice([1, 1, 1, 2, 3, 5]))
    kind = _KINDS[rng.integers(len(_KINDS))]
    for number in range(n):
        middle = 0.5 + (number - (n - 1) / 2) / n * rng.uniform(0.6, 0.9), rng.uniform(0.4, 0.6)
        size = rng.uniform(0.5, 0.85) / n**0.7
        shade, inside = kind(rng, half, middle, size, rng.uniform(0, np.pi))
        if not is_cut_out:
            drop = Image.fromarray((inside * 255).astype(np.uint8))
            drop = drop.filter(ImageFilter.GaussianBlur(half * rng.uniform(0.01, 0.04)))
            moved = np.roll(np.asarray(drop) / 255, (int(half * 0.02), int(half * 0.015)), (0, 1))
            picture = picture * (1 - rng.uniform(0.1, 0.5) * moved[..., None])
        skin = rng.uniform(15, 250, 3) + cloud(rng, (half, half), coarse=5)[..., None] * (
            rng.uniform(0, 6)
        )
        skin = _labelled(rng, skin, inside)
        picture = picture * (1 - inside[..., None]) + skin * shade[..., None] * inside[..., None]
    if not is_cut_out:
        picture = picture + rng.normal(size=picture.shape) * rng.uniform(0.5, 3)
    image = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).resize((side, side))
    return saved(image, int(rng.integers(70, 96)))


def _ground(rng: np.random.Generator, side: int) -> tuple[np.ndarray, bool]:
    """Return the background and whether it is pure white, as of a picture that was cut out."""
    how = rng.integers(3)
    if how == 0:
        return np.full((side, side, 3), 255.0), True
    colour = rng.uniform(225, 250, 3) if how == 1 else rng.uniform(30, 235, 3)
    light = np.linspace(1, 1 - rng.uniform(0, 0.06), side)[:, None, None]
    return colour * np.ones((side, side, 1)) * light, False


def _grid(side: int, middle: tuple[float, float], angle: float) -> tuple[np.ndarray, np.ndarray]:
    """Return coordinates along and across a thing, in shares of a side."""
    y, x = np.mgrid[0:side, 0:side] / side
    x, y = x - middle[0], y - middle[1]
    return x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)


def _soft(distance: np.ndarray, side: int) -> np.ndarray:
    return np.clip(distance * side + 0.5, 0, 1)


def _turned(
    rng: np.random.Generator, side: int, middle: tuple[float, float], size: float, angle: float
) -> Shape:
    """A bottle, jar, pen or cup: round across, its width a few waves along."""
    along, across = _grid(side, middle, angle)
    t = np.clip(along / size + 0.5, 0, 1)
    width = rng.choice([0.04, 0.12, 0.25, 0.4]) * size * np.ones_like(t)
    for wave in range(1, 4):
        width *= 1 + rng.uniform(-0.25, 0.25) * np.sin(np.pi * wave * t + rng.uniform(0, 6))
    if rng.random() < 0.5:
        width = np.where(t < rng.uniform(0.1, 0.3), width * rng.uniform(0.4, 0.8), width)
    u = np.clip(across / np.maximum(width, 1e-6), -1, 1)
    light = rng.uniform(-0.7, 0.7)
    facing = np.clip(np.sqrt(1 - u**2) * np.sqrt(1 - light**2) + u * light, 0, 1)
    shine = rng.uniform(0, 0.8) * facing ** rng.integers(8, 60)
    inside = _soft(width - np.abs(across), side) * _soft(size / 2 - np.abs(along), side)
    return 0.3 + 0.7 * facing + shine, inside


def _box(
    rng: np.random.Generator, side: int, middle: tuple[float, float], size: float, angle: float
) -> Shape:
    """A carton seen from its edge: two faces, each with its own light and a slope of it."""
    along, across = _grid(side, middle, angle)
    tall, edge = rng.uniform(0.3, 0.9) * size, rng.uniform(-0.3, 0.3) * size
    left = across < edge
    face = np.where(left, rng.uniform(0.5, 0.8), rng.uniform(0.85, 1.1))
    slant = np.where(left, edge - across, across - edge) * rng.uniform(-0.4, 0.4)
    inside = _soft(size / 2 - np.abs(across), side) * _soft(tall / 2 - np.abs(along + slant), side)
    return face + along * rng.uniform(-0.6, 0.6), inside


def _ring(
    rng: np.random.Generator, side: int, middle: tuple[float, float], size: float, angle: float
) -> Shape:
    """A bracelet, necklace or belt: a band around nothing."""
    along, across = _grid(side, middle, angle)
    reach = np.hypot(along, across / rng.uniform(0.4, 1)) - size / 2
    band = rng.uniform(0.012, 0.09)
    u = np.clip(reach / band, -1, 1)
    beads = 0.25 * np.sin(np.arctan2(across, along) * rng.integers(12, 60))
    return 0.35 + 0.75 * np.sqrt(1 - u**2) + beads, _soft(band - np.abs(reach), side)


def _cloth(
    rng: np.random.Generator, side: int, middle: tuple[float, float], size: float, angle: float
) -> Shape:
    """A shirt or towel: an uneven outline and folds."""
    along, across = _grid(side, middle, angle)
    turn, reach = np.arctan2(across, along), np.hypot(along, across)
    outline = 1 + sum(
        rng.uniform(-0.15, 0.15) * np.cos(n * turn + rng.uniform(0, 6)) for n in range(2, 7)
    )
    folds = cloud(rng, (side, side), coarse=3) * rng.uniform(0.04, 0.15)
    return 0.8 + folds, _soft(outline * size / 2 - reach, side)


_KINDS = (_turned, _turned, _box, _ring, _cloth)


def _labelled(rng: np.random.Generator, skin: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Print a band or some words on a thing, sometimes."""
    if rng.random() < 0.4:
        return skin
    rows, columns = np.nonzero(inside > 0.5)
    if not len(rows):
        return skin
    label = Image.fromarray(np.clip(skin, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(label)
    at = int(rng.integers(len(rows)))
    x, y = int(columns[at]), int(rows[at])
    size = int(rng.uniform(0.03, 0.1) * len(inside))
    ink = tuple(int(v) for v in rng.integers(0, 256, 3))
    if rng.random() < 0.5:
        draw.rectangle((0, y, len(inside), y + 2 * size), fill=ink)
    path, index = FONTS["Noto Sans CJK SC"]
    if path.is_file():
        face = ImageFont.truetype(str(path), size, index=index)
        word = str(rng.choice(ITEMS))[: int(rng.integers(2, 9))]
        draw.text((x - 2 * size, y), word, fill=tuple(255 - v for v in ink), font=face)
    return np.asarray(label, float)


def thumbnails(page: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Show one to three product pictures within a page of an app: an order, a review."""
    n = int(rng.integers(1, 4))
    side = int(page.width * rng.choice([0.18, 0.22, 0.3]))
    top = int(page.height * rng.uniform(0.2, 0.8))
    out = Image.new("RGB", (page.width, page.height + side + 20), page.getpixel((2, top)))
    out.paste(page.crop((0, 0, page.width, top)), (0, 0))
    out.paste(page.crop((0, top, page.width, page.height)), (0, top + side + 20))
    for number in range(n):
        picture = product(rng, 400).resize((side, side), Image.Resampling.LANCZOS)
        out.paste(picture, (int(page.width * 0.04) + number * (side + 12), top + 10))
    return out

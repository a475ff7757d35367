"""Small pictures for tests, and the hashes that `collect` would make of them."""

from functools import cache

import numpy as np
from PIL import Image, ImageOps

from unbrush.base.pictures.photo_hash import photo_hash


def patches(seed: int) -> Image.Image:
    """Soft patches of colour: two seeds never look alike."""
    grid = np.random.default_rng(seed).integers(0, 255, (6, 8, 3)).astype(np.uint8)
    return Image.fromarray(grid).resize((240, 180), Image.Resampling.BICUBIC)


@cache
def hashes(seed: int, edit: int = 0) -> str:
    """Return the column ``hashes`` of the picture ``seed``, in one of five edits."""
    image = patches(seed)
    if edit % 5 == 1:
        image = ImageOps.mirror(image)
    elif edit % 5 == 2:
        image = image.resize((120, 90))
    elif edit % 5 == 3:
        image = ImageOps.expand(image, border=16, fill="white")
    elif edit % 5 == 4:
        image = image.crop((0, 0, 221, 166))
    return photo_hash(np.asarray(image)).text


BLANK = photo_hash(np.full((90, 120, 3), 255, np.uint8)).text


def _screen() -> str:
    pixels = np.full((200, 100, 3), 255, np.uint8)
    pixels[20::20, 10:70] = 0
    return photo_hash(pixels).text


SCREEN = _screen()

"""Looks: what a picture looks like, as text, and which of those held shows the same.

A photo is known again by its perceptual hash. A screenshot has none, as all of one app look alike
to it; it is known by a fine grid of which way brightness changes, in which words leave their trace.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unbrush.base.pictures.photo_hash import SCREEN, photo_hash, read_hashes
from unbrush.base.pictures.photo_matching import shows_the_same
from unbrush.base.pictures.reduced import averaged

_GRID = 64, 48  # cells down and across
_STEP = 3.0  # grey levels between neighbouring cells that count as a change
_SCREEN_SHARE = 0.06  # of cells with a change in either, that may differ
_FORM = 0.04  # by which height over width may differ
_FEW = 40  # changes; a screen with fewer is nearly empty
_LETTERS = "-0+"

Pixels = npt.NDArray[np.uint8]
Cells = npt.NDArray[np.int8]


def look_of(pixels: Pixels) -> str:
    """Return what a picture looks like; empty if it says nothing.

    Args:
        pixels: Shape (height, width, 3), RGB.
    """
    text = photo_hash(pixels).text
    if text != SCREEN:
        return text if len(text) > len(SCREEN) else ""
    grey = averaged(pixels, _GRID[0], _GRID[1] + 1).mean(axis=2)
    change = np.diff(grey, axis=1)
    cells = (change > _STEP).astype(np.int8) - (change < -_STEP).astype(np.int8)
    if np.count_nonzero(cells) < _FEW:
        return ""
    form = pixels.shape[0] / pixels.shape[1]
    return f"{SCREEN}{form:.3f}:" + "".join(_LETTERS[cell + 1] for cell in cells.ravel())


def first_like(look: str, held: Sequence[str]) -> int:
    """Return the place of the first of ``held`` that shows the same as ``look``; -1 if none."""
    if not look:
        return -1
    if look.startswith(SCREEN):
        return next((i for i, other in enumerate(held) if _is_same_screen(look, other)), -1)
    bits = read_hashes(pa.array([look, *held], pa.string()))
    if len(bits) < 2:
        return -1
    same = np.flatnonzero(shows_the_same(bits[0], bits[1:]))
    return int(same[0]) if len(same) else -1


def _is_same_screen(one: str, other: str) -> bool:
    if not other.startswith(SCREEN):
        return False
    (form, cells), (other_form, other_cells) = _parts(one), _parts(other)
    if abs(form / other_form - 1) > _FORM:
        return False
    told = (cells != 0) | (other_cells != 0)
    return bool(np.count_nonzero(cells != other_cells) <= _SCREEN_SHARE * np.count_nonzero(told))


def _parts(look: str) -> tuple[float, Cells]:
    form, _, letters = look.removeprefix(SCREEN).partition(":")
    codes = np.frombuffer(letters.encode("ascii"), np.uint8)
    return float(form), (codes == ord("+")).astype(np.int8) - (codes == ord("-")).astype(np.int8)

"""Tiles: a long or wide picture cut into pieces that text detection can take, one after the other.

Cuts go through rows or columns without text where there are any; every tile also sees some of its
neighbours, and each line of text belongs to the tile that holds its middle. A picture is cut across
lines of text only where it is wider than any screen; such a line comes in pieces.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unbrush.base.pictures.screenshot import Box


@dataclass(frozen=True, slots=True)
class Tile:
    """One piece of a picture.

    Attributes:
        core: What belongs to it; the cores of all tiles make up the picture.
        seen: What it looks at, ``core`` and a margin.
    """

    core: Box
    seen: Box

    def owns(self, column: float, row: float) -> bool:
        """Whether a point of the picture belongs to this tile."""
        core = self.core
        return core.left <= column < core.right and core.top <= row < core.bottom

    def moved(self, right: int, down: int) -> "Tile":
        """Return the same tile of a larger picture, in which this one starts so far in."""
        return Tile(self.core.moved(right, down), self.seen.moved(right, down))


def tiles_of(grey: npt.NDArray[np.uint8], *, width: int, area: int, margin: int) -> list[Tile]:
    """Return the tiles of a picture, from top to bottom and left to right.

    Args:
        grey: The picture, (height, width).
        width: Widest core, in pixels.
        area: Largest core, in pixels; the narrower, the higher.
        margin: How far a tile sees beyond its core, in pixels.
    """
    rows, columns = grey.shape
    tiles = []
    for top, bottom in _cuts(grey, max(1, area // min(width, columns))):
        strip = grey[top:bottom]
        for left, right in _cuts(strip.T, width):
            core = Box(left, top, right, bottom)
            seen = Box(
                max(0, left - margin),
                max(0, top - margin),
                min(columns, right + margin),
                min(rows, bottom + margin),
            )
            tiles.append(Tile(core, seen))
    return tiles


def _cuts(grey: npt.NDArray[np.uint8], side: int) -> list[tuple[int, int]]:
    """Cut rows into stretches of at most ``side``, each ending where the rows are plainest."""
    length = grey.shape[0]
    cuts, start = [], 0
    while length - start > side:
        low = start + side * 3 // 4
        busy = _busyness(grey[low : start + side])
        # The last of the plainest rows: as few tiles as possible.
        end = low + len(busy) - int(np.argmin(busy[::-1]))
        cuts.append((start, end))
        start = end
    return [*cuts, (start, length)]


def _busyness(rows: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Return how much each row changes along its length, a measure of ink."""
    if rows.shape[1] < 2:
        return np.zeros(rows.shape[0], np.int64)
    steps = np.abs(np.diff(rows.astype(np.int16), axis=1))
    return np.asarray(steps.sum(axis=1, dtype=np.int64) // 256)

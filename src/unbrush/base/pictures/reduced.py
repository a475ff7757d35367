"""Smaller pictures: each new pixel is the mean of the area that it stands for."""

from functools import cache

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.float32]
"""Shape (height, width, 3), RGB, 0-255."""


def reduced(pixels: npt.NDArray[np.generic], *, longer: int = 0, shorter: int = 0) -> Pixels:
    """Return a picture with about so many pixels on a side, or as it is if it has fewer.

    Args:
        pixels: Shape (height, width, 3), RGB.
        longer: Pixels of the longer side; give this or ``shorter``.
        shorter: Pixels of the shorter side.
    """
    height, width = pixels.shape[:2]
    # Of very many pixels some will do: four for each new one either way.
    step = max(1, min(height, width) // (4 * (longer or shorter)))
    pixels = pixels[::step, ::step]
    height, width = pixels.shape[:2]
    scale = max(1.0, max(height, width) / longer if longer else min(height, width) / shorter)
    return averaged(pixels, max(1, round(height / scale)), max(1, round(width / scale)))


def averaged(pixels: npt.NDArray[np.generic], rows: int, columns: int) -> Pixels:
    """Resample to a size by the mean over each new pixel's area (nearest if it is smaller)."""
    height, width, planes = pixels.shape
    down, across = _areas(height, rows), _areas(width, columns)
    flat = down @ pixels.astype(np.float32, copy=False).reshape(height, width * planes)
    by_plane = np.ascontiguousarray(flat.reshape(rows, width, planes).transpose(0, 2, 1))
    out = by_plane.reshape(rows * planes, width) @ across.T
    return np.ascontiguousarray(out.reshape(rows, planes, columns).transpose(0, 2, 1))


@cache
def _areas(n_from: int, n_to: int) -> npt.NDArray[np.float32]:
    """Return the matrix that averages ``n_from`` pixels to ``n_to``."""
    edges = np.linspace(0, n_from, n_to + 1)
    pixel = np.arange(n_from)
    low = np.maximum(edges[:-1, None], pixel[None, :])
    high = np.minimum(edges[1:, None], pixel[None, :] + 1)
    shared = np.maximum(high - low, 0)
    return np.asarray(shared / shared.sum(axis=1, keepdims=True), np.float32)

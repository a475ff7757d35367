"""Screens and slips of paper, told from things on a plain ground by how they are laid out.

Both are mostly one flat colour. What is *written* stands in rows, one above the other, with
nothing but ground between them from edge to edge, and at least some of the rows are as low as a
line of text is. A thing that was photographed on paper, on a table or cut out on white is one
piece from top to bottom, or a few side by side. What a screen shows beside its text, such as
pictures of goods or bubbles, changes nothing of that.
"""

import numpy as np
import numpy.typing as npt

from unbrush.base.pictures.reduced import Pixels, reduced

SHORTER = 256  # pixels of the shorter side: a line of a phone's text has about nine
FLAT = 6  # grey levels within which two colours are one
FAR = 24  # grey levels from which a pixel is not of the ground's colour
LEAST_GROUND = 0.5  # share of pixels of the ground's colour
MAYBE_GROUND = 0.4  # the same in a thumbnail, where fine print mixes with the ground
LOWEST, HIGHEST = 0.01, 0.07  # of a line of text, in shares of the shorter side
LEAST_INK = 0.01  # share of all that is not of the ground: a bird in the sky is no writing
INK = 0.005  # share of a row that is not of the ground, from which something stands in it
BAR = 0.95  # share of a column likewise, from which it is a bar at the side
LEAST_ROWS = 3
THIN, ALL_THIN = 0.05, 0.9  # shares of the shorter side, and of what is not ground


def is_mostly_ground(thumbnail: Pixels) -> bool:
    """Whether a picture may be of a screen: cheap, on a thumbnail, to be asked first."""
    return _share_of_ground(thumbnail, _ground(thumbnail)) >= MAYBE_GROUND


def is_screen(pixels: npt.NDArray[np.generic]) -> bool:
    """Whether a picture shows lines of text on a plain ground and little else.

    Args:
        pixels: Shape (height, width, 3), RGB; borders and bars around it cut away.
    """
    fine = reduced(pixels, shorter=SHORTER)
    ground = _ground(fine)
    if _share_of_ground(fine, ground) < LEAST_GROUND:
        return False
    drawn = np.asarray(_away(fine, ground) >= FAR)
    drawn = drawn[:, drawn.mean(axis=0) < BAR]
    if not drawn.size or drawn.mean() < LEAST_INK:
        return False
    starts, ends = _runs(drawn.mean(axis=1) > INK)
    heights = (ends - starts) / min(fine.shape[:2])
    has_line = bool(((heights >= LOWEST) & (heights <= HIGHEST)).any())
    if len(heights) >= LEAST_ROWS and has_line:
        return True
    return len(heights) >= LEAST_ROWS - 1 and _thin_share(drawn) >= ALL_THIN


def _ground(pixels: Pixels) -> npt.NDArray[np.float32]:
    """Return the commonest colour, as exactly as JPEG keeps one."""
    codes = (pixels // 16).astype(np.int64) @ np.array([256, 16, 1])
    common = codes == np.bincount(codes.ravel(), minlength=4096).argmax()
    return np.asarray(np.median(pixels[common], axis=0), np.float32)


def _away(pixels: Pixels, ground: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return how far each pixel is from the ground, in grey levels of its farthest colour."""
    return np.asarray(np.abs(pixels - ground).max(axis=2), np.float32)


def _share_of_ground(pixels: Pixels, ground: npt.NDArray[np.float32]) -> float:
    return float(np.mean(_away(pixels, ground) <= FLAT))


def _runs(is_there: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return where each run of true values starts and ends."""
    changes = np.flatnonzero(np.diff(np.concatenate([[False], is_there, [False]]).astype(np.int8)))
    return changes[::2], changes[1::2]


def _thin_share(drawn: npt.NDArray[np.bool_]) -> float:
    """Return which share of what is drawn no square of `THIN` fits into."""
    side = int(min(drawn.shape) * THIN) | 1
    cores = _window_sums(drawn, side) == side * side
    is_thick = _window_sums(cores, side) > 0
    n_thin, n_drawn = (int(np.count_nonzero(each)) for each in (drawn & ~is_thick, drawn))
    return float(n_thin) / max(1, n_drawn)


def _window_sums(mask: npt.NDArray[np.bool_], side: int) -> npt.NDArray[np.int64]:
    """Return the number of true values in the square around each place."""
    wide = np.pad(mask.astype(np.int64), (side // 2 + 1, side // 2)).cumsum(0).cumsum(1)
    return np.asarray(
        wide[side:, side:] - wide[:-side, side:] - wide[side:, :-side] + wide[:-side, :-side]
    )

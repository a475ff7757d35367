"""Stars: how many of five are filled, counted as patches of one size in a row.

Screens draw ratings as pictures, which OCR reads badly: filled stars orange, red or yellow, the
others grey. Only a row of equal patches at equal distances counts; a single patch says nothing.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unbrush.base.pictures.screenshot import Box

LEAST_SIDE, MOST_SIDE = 10, 120  # pixels
MOST_SIZE_DIFFERENCE = 0.18
LEAST_FILL, MOST_FILL = 0.35, 0.75  # of its box: a star fills a half, a disc more, a letter less
LEAST_FRAYED = 0.3  # of the box where the next star would stand
MOST_STARS = 5
MOST_ROW = 4_000  # pixels of height that are looked at
MOST_PATCHES = 500

_Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Patch:
    box: Box
    is_filled: bool


def stars_in(rgb: npt.NDArray[np.uint8]) -> tuple[tuple[int, Box], ...]:
    """Return each row of stars: how many are filled, 1-5, and where they stand.

    Args:
        rgb: The picture, (height, width, 3); its first `MOST_ROW` rows are looked at.
    """
    warm, grey = _masks(rgb[:MOST_ROW])
    if not warm.any():
        return ()
    patches = [_Patch(box, True) for box in _compact(warm)]
    patches += [_Patch(box, False) for box in _compact(grey)]
    rows = [_completed(row, warm, grey) for row in _rows(patches)]
    found: list[tuple[int, Box]] = []
    for row in rows:
        around = _around(row)
        # Filled and grey ones of one frayed row are completed to the same five.
        if _is_rating(row) and not any(_meet(around, earlier) for _, earlier in found):
            found.append((sum(patch.is_filled for patch in row), around))
    return tuple(found)


def _is_rating(row: list[_Patch]) -> bool:
    """Five stars, filled ones first; or fewer, all filled, where the others are not drawn."""
    filled = [patch.is_filled for patch in row]
    if not filled[0] or sorted(filled, reverse=True) != filled:
        return False
    return len(row) == MOST_STARS or (2 <= len(row) < MOST_STARS and all(filled))


def _meet(one: Box, other: Box) -> bool:
    beside = min(one.right, other.right) <= max(one.left, other.left)
    above = min(one.bottom, other.bottom) <= max(one.top, other.top)
    return not beside and not above


def _around(row: list[_Patch]) -> Box:
    boxes = [patch.box for patch in row]
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def _masks(rgb: npt.NDArray[np.uint8]) -> tuple[_Mask, _Mask]:
    """Return where it is warm, as filled stars are, and where grey."""
    import cv2

    hsv = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2HSV)
    hue, saturation, value = hsv[..., 0], hsv[..., 1], hsv[..., 2]
    warm = ((hue <= 26) | (hue >= 174)) & (saturation >= 120) & (value >= 150)
    return warm, (saturation <= 40) & (value >= 90) & (value <= 235)


def _completed(row: list[_Patch], warm: _Mask, grey: _Mask) -> list[_Patch]:
    """Add the stars beside a row that compression frayed: three seen are not three."""
    if len(row) < 2:
        return row
    row = list(row)
    step = row[1].box.left - row[0].box.left
    for end, by in ((-1, step), (0, -step)):
        while len(row) < MOST_STARS:
            box = row[end].box
            at = Box(box.left + by, box.top, box.right + by, box.bottom)
            if at.left < 0 or at.right > warm.shape[1]:
                break
            is_warm, is_grey = (
                mask[at.top : at.bottom, at.left : at.right].mean() >= LEAST_FRAYED
                for mask in (warm, grey)
            )
            if not is_warm and not is_grey:
                break
            row.insert(len(row) if end else 0, _Patch(at, bool(is_warm)))
    return row


def _compact(mask: _Mask) -> list[Box]:
    import cv2

    _, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    left, top, width, height, area = stats[1:].T
    fits = (width >= LEAST_SIDE) & (width <= MOST_SIDE)
    fits &= (width >= 0.8 * height) & (width <= 1.25 * height)
    fits &= (area >= LEAST_FILL * width * height) & (area <= MOST_FILL * width * height)
    kept = np.stack([left, top, left + width, top + height], axis=1)[fits][:MOST_PATCHES]
    return [Box(*corner) for corner in kept.tolist()]


def _rows(patches: list[_Patch]) -> list[list[_Patch]]:
    """Group patches of one size that stand in a row at equal distances."""
    rows: list[list[_Patch]] = []
    for patch in sorted(patches, key=lambda each: each.box):
        for row in rows:
            if len(row) < MOST_STARS and _fits(row, patch.box):
                row.append(patch)
                break
        else:
            rows.append([patch])
    return rows


def _fits(row: list[_Patch], box: Box) -> bool:
    last = row[-1].box
    if abs(box.top - last.top) > 0.2 * last.height:
        return False
    if abs(box.width - last.width) > MOST_SIZE_DIFFERENCE * last.width:
        return False
    step = box.left - last.left
    if len(row) > 1:
        before = last.left - row[-2].box.left
        return abs(step - before) <= 0.2 * before
    return 0.9 * last.width <= step <= 2.5 * last.width

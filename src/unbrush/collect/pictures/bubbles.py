"""Bubbles: which lines of a picture are messages of a chat, and from which side.

A message stands on a patch of its own colour that is nearer to one edge of the screen than to the
other. Its owner's messages are on the right in every messenger that we know.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unbrush.base.pictures.screenshot import Bubble, TextLine

COLOUR_STEP = 7.0  # mean difference per channel at which a patch ends; light grey on white is 8
NOISE_STEPS = 4.0  # median differences within the patch, of which an end is more
ROWS = 3  # averaged, against noise
RUN = 1 / 80  # share of the width that is of another colour where a patch ends
NEAREST = 0.30  # share of the width within which a message starts, from its side
MOST_WIDTH = 0.82  # share of the width; what is wider is the page, in a photo that shows its rim
LEAST_LEAN = 0.03  # share of the width by which it is nearer to one side
MOST_GAP = 1.2  # of a line's height, between lines of one message
EDGE = 0.012  # share of the width by which edges of one patch may differ


@dataclass(frozen=True, slots=True)
class _Patch:
    side: str
    left: int
    right: int


def bubbles_of(rgb: npt.NDArray[np.uint8], lines: Sequence[TextLine]) -> tuple[Bubble, ...]:
    """Return the messages of a chat in reading order; empty if nothing looks like one.

    Args:
        rgb: The picture as it was read, (height, width, 3).
        lines: Its lines, in reading order.
    """
    groups: list[tuple[_Patch, list[int]]] = []
    for index, line in enumerate(lines):
        patch = _patch(rgb, line)
        if patch is None:
            continue
        last = groups[-1] if groups else None
        if last and _goes_on(last[0], patch, lines[last[1][-1]], line, rgb.shape[1]):
            last[1].append(index)
        else:
            groups.append((patch, [index]))
    return tuple(
        Bubble(patch.side, "".join(lines[i].text for i in members), tuple(members))
        for patch, members in groups
    )


def _goes_on(last: _Patch, patch: _Patch, before: TextLine, line: TextLine, width: int) -> bool:
    gap = line.box.top - before.box.bottom
    near = EDGE * width
    return (
        last.side == patch.side
        and abs(last.left - patch.left) <= near
        and abs(last.right - patch.right) <= near
        and gap <= MOST_GAP * max(before.box.height, line.box.height)
    )


def _patch(rgb: npt.NDArray[np.uint8], line: TextLine) -> _Patch | None:
    """Return the patch on which a line stands, None if it is the page itself or has no side."""
    width = rgb.shape[1]
    box = line.box
    # Just above and below the letters, within the patch's own padding.
    starts = [row for row in (box.top - ROWS, box.bottom) if 0 <= row <= rgb.shape[0] - ROWS]
    rows = [rgb[row : row + ROWS].mean(axis=0) for row in starts]
    edges = [_edges(row, box.left, box.right) for row in rows]
    if not edges:
        return None
    left, right = min(edges, key=lambda edge: edge[1] - edge[0])
    if left <= 1 or right >= width - 1 or right - left > MOST_WIDTH * width:  # the page
        return None
    from_left, from_right = left / width, 1 - right / width
    if from_left < NEAREST and from_right - from_left > LEAST_LEAN:
        return _Patch("left", left, right)
    if from_right < NEAREST and from_left - from_right > LEAST_LEAN:
        return _Patch("right", left, right)
    return None


def _edges(row: npt.NDArray[np.float64], start: int, end: int) -> tuple[int, int]:
    """Return where the colour of a row's stretch ends to the left and to the right."""
    end = min(end, len(row))
    within = row[start:end] if end > start else row[-1:]
    colour = np.median(within, axis=0)
    noise = float(np.median(np.abs(within - colour).mean(axis=1)))
    step = max(COLOUR_STEP, NOISE_STEPS * noise)
    other = np.abs(row - colour).mean(axis=1) > step
    # A whole run of it: a speck of a photo, or the grid of a screen in it, does not end a patch.
    n = max(4, int(RUN * len(row)))
    runs = np.convolve(other, np.ones(n), mode="valid") >= n
    before = np.flatnonzero(runs[: max(0, start - n + 1)])
    after = np.flatnonzero(runs[end:])
    left = int(before[-1]) + n if len(before) else 0
    right = int(after[0]) + end if len(after) else len(row)
    return left, right

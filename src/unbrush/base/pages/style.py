"""Where the style of a page changes: stretches that list and sell, and stretches that tell.

Every character speaks for one of two states by what it belongs to; a change of state costs least
where a block, line or sentence ends. The cheapest reading of the whole page is found by dynamic
programming over its characters (Viterbi), in linear time.
"""

import numba
import numpy as np
import numpy.typing as npt

from unbrush.base.pages.marks import BRAND, NUMBER, PLACE, Marks
from unbrush.base.pages.words import Sort

Floats = npt.NDArray[np.float64]

HAN, LATIN = -0.45, -0.1
"""How much a letter of running text speaks for telling; a word in Latin letters has five."""

BESIDE = 0.3
"""How much of that is left beside words that sell, in their sentence."""

REPEATED = 0.15
"""How much a letter of a phrase that the page repeats speaks for selling, of ideographs."""

WORTH = {
    int(Sort.NAMED): 2.0,
    int(Sort.PUSH): 1.5,
    int(Sort.GOODS): 1.0,
    int(Sort.STORY): -4.0,
    int(Sort.PLAIN): 0.0,
    PLACE: 4.5,
    NUMBER: 10.0,
    BRAND: 2.0,
}
"""How much a word, place, number or brand speaks for listing and selling, as a whole."""

FULL_STOP = -2.0
BLOCK, LINE, SENTENCE, MARK, EDGE, INSIDE = 7.0, 8.0, 10.0, 13.0, 15.0, 40.0
"""What a change of style costs after a blank line, a line, a sentence, a mark, a find, a letter."""

REACH = 12
"""Ideographs around a word that sells which share its sentence."""


def styles(marks: Marks) -> list[tuple[int, int]]:
    """Return the stretches that list and sell: start and end, in code points of the page."""
    if not len(marks.page.points):
        return []
    weights, starts = _weights(marks)
    labels = _read(weights, _cuts(marks, starts))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], labels, [0]))))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def _weights(marks: Marks) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """What each character speaks for, and where finds begin or end."""
    points, kinds = marks.page.points, marks.kinds
    is_han = (points >= 0x3400) & (points < 0xA000)
    is_latin = (points >= 97) & (points <= 122)
    weights = np.where(is_han, HAN, np.where(is_latin, LATIN, 0.0))
    sells = (kinds > 0) & (kinds != Sort.STORY) & (kinds != Sort.PLAIN)
    ends = marks.is_end
    near = _spread(sells, ends, is_han, REACH)
    weights = np.where(near, weights * BESIDE, weights)
    repeated = np.where(is_han, REPEATED, REPEATED / 4)
    weights = np.where(marks.is_repeated & (is_han | is_latin), repeated, weights)
    weights[ends & (points != ord("\n"))] += FULL_STOP
    edges = _runs(marks)
    starts = np.flatnonzero(edges)
    if len(starts):
        lengths = np.diff(np.append(starts, len(kinds)))
        worth = np.zeros(256)
        for kind, value in WORTH.items():
            worth[kind] = value
        of_run = worth[kinds[starts]] / lengths
        spread = np.repeat(of_run, lengths)
        inside = kinds[starts[0] :] > 0
        weights[starts[0] :] = np.where(inside, spread, weights[starts[0] :])
    return weights, edges


def _runs(marks: Marks) -> npt.NDArray[np.bool_]:
    """Where each find begins, and where what follows the last one does."""
    kinds = marks.kinds
    edges = np.zeros(len(kinds), bool)
    edges[1:] = kinds[1:] != kinds[:-1]
    edges[marks.place_starts] = True
    edges[marks.word_starts] = True
    edges[[mention.start for mention in marks.brands]] = True
    edges[0] = True
    return edges


def _cuts(marks: Marks, edges: npt.NDArray[np.bool_]) -> Floats:
    """What it costs to change style before each character."""
    points = marks.page.points
    cuts = np.full(len(points), INSIDE)
    cuts[edges] = EDGE
    before = np.concatenate(([ord("\n")], points[:-1]))
    is_mark = (before < 0x3400) & ~((before >= 97) & (before <= 122)) & (before > 32)
    is_mark &= ~((before >= 48) & (before <= 57)) & (before != ord("-"))
    cuts[is_mark | (before == 32)] = MARK
    cuts[np.concatenate(([True], marks.is_end[:-1]))] = SENTENCE
    cuts[np.isin(before, [ord("!"), ord("?"), 0xFF01, 0xFF1F])] = SENTENCE
    is_line = before == ord("\n")
    cuts[is_line] = LINE
    cuts[is_line & (np.concatenate(([ord("\n")] * 2, points[:-2]))[: len(points)] == 10)] = BLOCK
    cuts[points <= 32] = INSIDE  # a blank belongs to what stands before it
    cuts[0] = 0
    return cuts


@numba.njit(cache=True)
def _spread(sells, ends, is_han, reach):  # type: ignore[no-untyped-def]  # compiled
    """Whether a character stands within ``reach`` of one that sells, in the same sentence."""
    n = len(sells)
    near = np.zeros(n, np.bool_)
    for step in (1, -1):
        left = 0.0
        place = 0 if step == 1 else n - 1
        while 0 <= place < n:
            if ends[place]:
                left = 0.0
            if sells[place]:
                left = reach
            elif left > 0:
                near[place] = True
                left -= 1.0 if is_han[place] else 0.3
            place += step
    return near


@numba.njit(cache=True)
def _read(weights, cuts):  # type: ignore[no-untyped-def]  # compiled
    """The two states' cheapest reading: 1 where a character lists and sells."""
    n = len(weights)
    stays = np.empty((2, n), np.bool_)
    tells, sells = 0.0, 0.0
    for place in range(n):
        changed_tells, changed_sells = sells - cuts[place], tells - cuts[place]
        stays[0, place] = tells >= changed_tells
        stays[1, place] = sells >= changed_sells
        tells, sells = max(tells, changed_tells), max(sells, changed_sells) + weights[place]
    labels = np.zeros(n, np.int8)
    state = 1 if sells > tells else 0
    for place in range(n - 1, -1, -1):
        labels[place] = state
        if not stays[state, place]:
            state = 1 - state
    return labels

"""Surges of edges in a live stream, in constant memory: the idea of MIDAS-F (Bhatia et al. 2022).

Every edge is counted three times, as a pair, by its source and by its target, each in a count-min
sketch. A cell holds the count of now, which fades from tick to tick, and the sum of all ticks
before. What is surprising is a count of now far above the mean of the past: its chi-squared. A
count that was surprising is not added to the past, or an attack would make itself normal.

Unlike the published programs, a cell is brought to the present when it is next touched, not in a
sweep of all cells at every tick: cost follows the edges, whatever the sketch's width and however
many ticks pass in silence, and the answer is the same. And no mean is taken for smaller than
`Params.min_mean`: in a market nearly every pair is new and most shops sell a few things a week, so
that without it the first order of a quiet shop would outdo the fortieth of a brushed one.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from unbrush.base.errors import InputError
from unbrush.base.params import bounded, with_values

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint64]

PAIR, SOURCE, TARGET = range(3)
"""Columns of what `surges` returns."""

_NOW, _PAST, _SURPRISE, _AGE = range(4)


@dataclass(frozen=True, kw_only=True)
class Params:
    """Size of the sketch and what it holds for surprising; the defaults suit ticks of an hour."""

    n_rows: int = bounded(2, at_least=1, at_most=8, doc="Rows of each count-min sketch.")
    row_bits: int = bounded(
        16, at_least=4, at_most=24, doc="Cells of a row as a power of two; 96 bytes each."
    )
    keep: float = bounded(
        0.5, at_least=0.0, at_most=0.999, doc="Share of a count that is left one tick later."
    )
    hold_above: float = bounded(
        30.0, at_least=0.0, doc="Chi-squared above which a count is kept out of the past."
    )
    min_mean: float = bounded(
        0.1, at_least=0.0, doc="Least count per tick to expect of anything, seen before or not."
    )


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """All that is remembered of a stream; `surges` changes the arrays in place.

    Attributes:
        params: What it was made with.
        cells: Count of now, sum of the past, last chi-squared and the tick, counted from 1, at
            which they held; shape (3 kinds, rows, cells of a row, 4).
        ticks: First and last tick seen; shape (2,), the first above the last before any edge.
        multipliers: Odd multipliers of the hash functions; shape (3 kinds, rows, 3 rounds).
    """

    params: Params
    cells: Floats
    ticks: Ids
    multipliers: Words


def new_sketch(*, params: Params | None = None, seed: int = 0) -> Sketch:
    """Return a sketch that has seen nothing.

    Args:
        params: Size and thresholds.
        seed: Chooses the hash functions; the same seed gives the same surprises.

    Raises:
        BadParameter: A parameter out of its bounds.
    """
    params = params or Params()
    with_values(params, vars(params), owner="burst")
    drawn = np.random.Generator(np.random.PCG64(seed)).integers(
        0, 2**64, (3, params.n_rows, 3), dtype=np.uint64
    )
    return Sketch(
        params=params,
        cells=np.zeros((3, params.n_rows, 1 << params.row_bits, 4)),
        ticks=np.array([1, 0], np.int64),
        multipliers=drawn | np.uint64(1),
    )


def surges(sketch: Sketch, *, source: Ids, target: Ids, tick: Ids) -> Floats:
    """Count a batch of edges and return how surprising each was when it came.

    An edge is judged by what came before it, itself included, so that where a stream is cut into
    batches changes nothing. Nothing surprises in the first tick, since there is no past.

    Args:
        sketch: What is remembered; brought up to date in place.
        source: Who acts, whole numbers; whoever has text hashes it to 64 bits first.
        target: On whom, in numbers of its own: source 7 and target 7 are strangers.
        tick: When, in whole steps of time (minutes, hours), never falling.

    Returns:
        Chi-squared, 0 upwards, of the pair, the source and the target; shape (edges, 3). The
        largest of the three is what MIDAS-F ranks by.

    Raises:
        InputError: Arrays of unequal length, ids that are no whole numbers, or a tick below one
            already seen. The sketch is then as it was before the call.
    """
    _check(sketch, source, target, tick)
    params = sketch.params
    return _count(
        sketch.cells,
        sketch.ticks,
        sketch.multipliers,
        params.row_bits,
        params.keep,
        params.hold_above,
        params.min_mean,
        np.ascontiguousarray(source).astype(np.uint64, copy=False),
        np.ascontiguousarray(target).astype(np.uint64, copy=False),
        np.ascontiguousarray(tick).astype(np.int64, copy=False),
    )


def _check(sketch: Sketch, source: Ids, target: Ids, tick: Ids) -> None:
    if not len(source) == len(target) == len(tick):
        raise InputError(
            f"A batch has {len(source)} sources, {len(target)} targets and {len(tick)} ticks.",
            hint="Give three arrays of the same length, one entry an edge.",
        )
    if not len(tick):
        return
    for name, array in (("source", source), ("target", target), ("tick", tick)):
        if array.dtype.kind not in "iu":
            raise InputError(
                f"Array {name} of a batch is of type {array.dtype}.",
                hint="Give whole numbers; hash text to 64 bits first.",
            )
    first, last = sketch.ticks.tolist()
    before = np.concatenate([[last if first <= last else tick[0]], tick[:-1]])
    back = np.flatnonzero(tick < before)
    if len(back):
        at = int(back[0])
        raise InputError(
            f"Edge {at} of a batch has tick {tick[at]} after tick {before[at]}.",
            hint="Sort a batch by tick; give an edge that comes late the tick of its arrival.",
        )


@njit("int64(uint64, uint64, uint64[::1], int64)", cache=True)
def _place(a: np.uint64, b: np.uint64, multipliers: Words, bits: int) -> np.int64:
    """Hash two words to a cell: multiply and shift (Dietzfelbinger et al. 1997), three rounds."""
    half = np.uint64(32)
    word = a * multipliers[0]
    word = ((word ^ (word >> half)) + b) * multipliers[1]
    word = (word ^ (word >> half)) * multipliers[2]
    return np.int64(word >> np.uint64(64 - bits))


@njit("void(float64[::1], int64, float64, float64)", cache=True)
def _bring_up(cell: Floats, age: int, keep: float, hold_above: float) -> None:
    """Let the ticks since a cell was last touched pass: as if it had been told of each of them."""
    n_ticks = age - int(cell[_AGE])
    if n_ticks == 0:
        return
    left = keep**n_ticks
    if cell[_SURPRISE] > hold_above:
        cell[_PAST] *= (age - 1) / (cell[_AGE] - 1)  # held: the mean of the past stays as it was
    else:
        cell[_PAST] += cell[_NOW] * (1 - left) / (1 - keep)  # what was left at the end of each
    cell[_NOW] *= left
    cell[_AGE] = age


@njit("float64(float64, float64, int64, float64)", cache=True)
def _chi_squared(now: float, past: float, age: int, min_mean: float) -> float:
    """How far a count lies above the mean of the ``age - 1`` ticks before; 0 at or below it."""
    if age == 1:
        return 0.0
    mean = max(past / (age - 1), min_mean)
    if mean == 0.0 or now <= mean:
        return 0.0
    return (now - mean) ** 2 / mean


@njit(
    "float64[:,::1](float64[:,:,:,::1], int64[::1], uint64[:,:,::1], int64, float64, float64,"
    " float64, uint64[::1], uint64[::1], int64[::1])",
    cache=True,
)
def _count(
    cells: Floats,
    ticks: Ids,
    multipliers: Words,
    bits: int,
    keep: float,
    hold_above: float,
    min_mean: float,
    source: Words,
    target: Words,
    tick: Ids,
) -> Floats:
    surprise = np.zeros((len(tick), 3))
    if len(tick) == 0:
        return surprise
    if ticks[0] > ticks[1]:
        ticks[0] = tick[0]
    nobody = np.uint64(0)
    n_rows = cells.shape[1]
    places = np.empty(n_rows, np.int64)
    for edge in range(len(tick)):
        age = tick[edge] - ticks[0] + 1
        for kind in range(3):
            a = nobody if kind == TARGET else source[edge]
            b = nobody if kind == SOURCE else target[edge]
            now, past = np.inf, np.inf
            for row in range(n_rows):
                places[row] = _place(a, b, multipliers[kind, row], bits)
                cell = cells[kind, row, places[row]]
                _bring_up(cell, age, keep, hold_above)
                cell[_NOW] += 1.0
                # Others that share a cell can only add to it: the least is nearest the truth.
                now, past = min(now, cell[_NOW]), min(past, cell[_PAST])
            surprise[edge, kind] = _chi_squared(now, past, age, min_mean)
            for row in range(n_rows):
                cells[kind, row, places[row], _SURPRISE] = surprise[edge, kind]
    ticks[1] = tick[-1]
    return surprise

"""What chance would have fill the slots of a bundle, by how often each is filled outside it."""

from collections.abc import Callable
from itertools import combinations

import numpy as np
import numpy.typing as npt

STEP = 0.05  # of weights
TOPIC = 4.0  # times as often as chance, from which on two slots go together anyway
TOGETHER = 3  # texts outside a bundle that show it
FEW = 20  # pairs of slots by which it is not known how often any two meet

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def topics(has: Bools, outside: Bools, n: int) -> Bools:
    """Make one of slots that go together outside the bundle, too: they are of one topic.

    Args:
        has: Which texts (rows) fill which slots (columns).
        outside: Which of the texts do not belong to the bundle.
        n: How many texts there are outside, those with no slot among them.
    """
    columns = [has[:, k] for k in range(has.shape[1])]
    while True:
        best, pair = TOPIC, (-1, -1)
        for i, j in combinations(range(len(columns)), 2):
            both = int((columns[i] & columns[j] & outside).sum())
            alone = int((columns[i] & outside).sum()) * int((columns[j] & outside).sum()) / n
            if both >= TOGETHER and both > best * alone:
                best, pair = both / alone, (i, j)
        if pair[0] < 0:
            return np.stack(columns, axis=1)
        columns[pair[0]] = columns[pair[0]] | columns.pop(pair[1])


def sociable(has: Bools, n: int) -> float:
    """Return how many times as often as by themselves any two slots are filled by one text.

    Who writes one stock clause writes several. At least 1; of all pairs, or of most of them,
    whichever is more.

    Args:
        has: Which texts outside the bundle fill which slots.
        n: How many texts there are outside.
    """
    both = has.T.astype(np.float64) @ has
    upper = np.triu_indices(len(both), 1)
    if not len(upper[0]):
        return 1.0
    alone = np.outer(np.diag(both), np.diag(both))[upper] / n
    pooled = (both[upper].sum() + FEW) / (alone.sum() + FEW)
    return max(1.0, float(pooled), float(np.median((both[upper] + 0.5) / (alone + 0.5))))


def chance_of(shares: Floats) -> Callable[[float], float]:
    """Return the chance that independent events weigh so much together, by that weight.

    An event weighs -ln of its share; in steps of `STEP`, rounded so that chance seems more.
    """
    steps = np.ceil(-np.log(shares) / STEP).astype(np.int64)
    chances = np.zeros(int(steps.sum()) + 1)
    chances[0] = 1.0
    for share, step in zip(shares, steps, strict=True):
        moved = np.zeros_like(chances)
        moved[step:] = chances[: len(chances) - step]
        chances = chances * (1 - share) + moved * share
    beyond = np.cumsum(chances[::-1])[::-1]
    return lambda weight: float(max(beyond[min(int(weight / STEP), len(beyond) - 1)], 1e-15))

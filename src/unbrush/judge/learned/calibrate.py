"""From a margin to a probability: Platt's line, fitted on a later slice than the trees."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def platt(margins: Floats, is_fake: Bools) -> tuple[float, float]:
    """Return slope and offset that turn margins into log-odds (J. Platt, 1999).

    Newton's method on his smoothed targets; the slope is never negative, so that the ranking stays.
    """
    n_fake = int(is_fake.sum())
    n_honest = len(is_fake) - n_fake
    target = np.where(is_fake, (n_fake + 1) / (n_fake + 2), 1 / (n_honest + 2))
    inputs = np.stack([margins, np.ones(len(margins))])
    line = np.array([1.0, 0.0])
    for _ in range(60):
        said = probability(margins, float(line[0]), float(line[1]))
        slope = inputs @ (said - target) + 1e-6 * (line - (1.0, 0.0))
        bend = (inputs * np.maximum(said * (1 - said), 1e-9)) @ inputs.T + 1e-6 * np.eye(2)
        step = np.linalg.solve(bend, slope)
        line = line - step * min(1.0, 2.0 / max(1e-12, float(np.abs(step).max())))
    return max(float(line[0]), 0.0), float(line[1])


def probability(margins: Floats, slope: float, offset: float) -> Floats:
    """Return the probabilities that a line makes of margins."""
    # One formula for each sign: no overflow, however far out.
    odds = slope * margins + offset
    small = np.exp(-np.abs(odds))
    return np.asarray(np.where(odds >= 0, 1 / (1 + small), small / (1 + small)))

"""How rare a count would be if only chance made it: the tail of the Poisson law, bounded."""

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
LEAST = 1e-300


def surprise(found: npt.ArrayLike, expected: npt.ArrayLike) -> Floats:
    """Return -ln of a bound on the chance of ``found`` or more where ``expected`` are usual.

    Chernoff's bound exp(n - λ + n ln(λ / n)); 0 where no more than expected were found.
    """
    n = np.asarray(found, np.float64)
    usual = np.maximum(np.asarray(expected, np.float64), LEAST)
    beyond = n > usual
    ratio = np.where(beyond, n / usual, 1.0)
    return np.where(beyond, n * np.log(ratio) - (n - usual), 0.0)


def is_rare(
    found: npt.ArrayLike, expected: npt.ArrayLike, *, max_chance: float, n_tests: float = 1.0
) -> npt.NDArray[np.bool_]:
    """Say where ``found`` is beyond ``expected`` so far that chance hardly does it.

    Args:
        found: Counts.
        expected: What is usual for each.
        max_chance: Largest chance that anything at all is found by chance.
        n_tests: Among how many counts that chance is shared (Bonferroni).
    """
    limit = -math.log(max_chance) + math.log(max(n_tests, 1.0))
    return surprise(found, expected) >= limit

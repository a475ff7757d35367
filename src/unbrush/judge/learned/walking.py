"""Walk trees, compiled; imported where rows are scored, so that nobody else waits for it."""

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int32]


@numba.njit(cache=True)
def margins(values, roots, feature, threshold, left, right):  # type: ignore[no-untyped-def]  # compiled
    """Return the sum of leaf values for each row."""
    out = np.zeros(values.shape[0])
    for row in range(values.shape[0]):
        total = 0.0
        for tree in range(len(roots) - 1):
            node = roots[tree]
            while feature[node] >= 0:
                goes_left = values[row, feature[node]] <= threshold[node]
                node = left[node] if goes_left else right[node]
            total += threshold[node]
        out[row] = total
    return out


@numba.njit(cache=True)
def contributions(values, starts, leaf, feature, least, most, share, n_features):  # type: ignore[no-untyped-def]  # compiled
    """Sum over leaves and their features: value x (follows - share) x mean over subsets."""
    out = np.zeros((values.shape[0], n_features))
    sizes = np.zeros(64)
    for row in range(values.shape[0]):
        for number in range(len(leaf)):
            first, last = starts[number], starts[number + 1]
            n = last - first
            for this in range(first, last):
                # The polynomial of the others: coefficient k is the sum over subsets of size k
                # that are known, of the product of who follows and of the shares of the rest.
                sizes[0] = 1.0
                degree = 0
                for other in range(first, last):
                    if other == this:
                        continue
                    number_said = values[row, feature[other]]
                    follows = 1.0 if least[other] < number_said <= most[other] else 0.0
                    sizes[degree + 1] = sizes[degree] * follows
                    for k in range(degree, 0, -1):
                        sizes[k] = sizes[k] * share[other] + sizes[k - 1] * follows
                    sizes[0] *= share[other]
                    degree += 1
                weight = 1.0 / n
                mean = 0.0
                for k in range(n):
                    mean += sizes[k] * weight
                    weight *= (k + 1.0) / max(n - 1.0 - k, 1.0)
                number_said = values[row, feature[this]]
                follows = 1.0 if least[this] < number_said <= most[this] else 0.0
                out[row, feature[this]] += leaf[number] * (follows - share[this]) * mean
    return out

"""Chance: one stream per named part, so that adding a part does not shift the others."""

import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Rng = np.random.Generator


class Streams:
    """All randomness of one market.

    Args:
        seed: Same seed, same market.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def part(self, name: str, *keys: int) -> Rng:
        """Return the generator of a part, the same whenever it is asked for."""
        spawn_key = (zlib.crc32(name.encode()), *keys)
        sequence = np.random.SeedSequence(self.seed, spawn_key=spawn_key)
        return np.random.Generator(np.random.SFC64(sequence))


def fixed(ids: Array, *, salt: int) -> Array:
    """Return a number in [0, 1) for each id that depends on nothing else (splitmix64)."""
    with np.errstate(over="ignore"):
        x = ids.astype(np.uint64) + np.uint64(salt) * np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x ^= x >> np.uint64(31)
    return (x >> np.uint64(11)).astype(np.float64) * 2.0**-53


def pick(rng: Rng, cumulative: Array, n: int) -> Array:
    """Draw ``n`` indices with the chances whose running sum is ``cumulative`` (last is 1)."""
    return pick_at(cumulative, rng.random(n))


def pick_at(cumulative: Array, u: Array) -> Array:
    """Return the index where each of ``u`` (0-1) falls in a running sum of chances."""
    found = np.searchsorted(cumulative, u, side="right")
    return np.minimum(found, len(cumulative) - 1)


def running(weights: Array) -> Array:
    """Return the running sum of ``weights``, scaled to end at 1."""
    total = np.cumsum(weights, dtype=np.float64)
    return np.asarray(total / total[-1])


def around(rng: Rng, median: float, spread: float, n: int) -> Array:
    """Draw ``n`` lognormal values around ``median``; ``spread`` is the deviation of their log."""
    return np.asarray(median * np.exp(rng.normal(0.0, spread, n)))


def between(rng: Rng, bounds: tuple[float, float]) -> float:
    """Draw one value uniformly between two bounds."""
    return float(rng.uniform(*bounds))


def whole(rng: Rng, bounds: tuple[int, int]) -> int:
    """Draw one whole number between two bounds, both included."""
    return int(rng.integers(bounds[0], bounds[1] + 1))

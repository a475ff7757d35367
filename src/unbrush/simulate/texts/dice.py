"""Dice: chance for whoever writes one text at a time rather than a column."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from unbrush.simulate.chance import Rng

T = TypeVar("T")


class Dice:
    """Draws of one thing at a time.

    Args:
        rng: Where the chance comes from; the same draws in the same order give the same texts.
    """

    def __init__(self, rng: Rng) -> None:
        self.rng = rng

    def chance(self, share: float) -> bool:
        """Return True in a ``share`` (0-1) of all cases."""
        return bool(self.rng.random() < share)

    def whole(self, low: int, high: int) -> int:
        """Return a whole number between two bounds, both included."""
        return int(self.rng.integers(low, high + 1))

    def one(self, things: Sequence[T]) -> T:
        """Return one of ``things``, each as likely."""
        return things[int(self.rng.integers(0, len(things)))]

    def common(self, things: Sequence[T]) -> T:
        """Return one of ``things``, the first far more often than the last."""
        return things[int(self.rng.random() ** 2 * len(things))]

    def some(self, things: Sequence[T], n: int) -> list[T]:
        """Return ``n`` different ones of ``things`` in any order, or all of them."""
        chosen = self.rng.permutation(len(things))[: max(n, 0)]
        return [things[int(index)] for index in chosen]

    def kept(self, things: Sequence[T], n: int) -> list[T]:
        """Return ``n`` different ones of ``things`` in the order in which they stand."""
        chosen = sorted(int(index) for index in self.rng.permutation(len(things))[: max(n, 0)])
        return [things[index] for index in chosen]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """Return all of ``things`` in any order."""
        return self.some(things, len(things))

    def weighed(self, shares: Mapping[T, float]) -> T:
        """Return a key, as often as its value says beside the others."""
        at = self.rng.random() * sum(shares.values())
        for thing, share in shares.items():
            at -= share
            if at < 0:
                return thing
        return thing

    def digits(self, n: int) -> str:
        """Return ``n`` digits; the first may be 0."""
        return "".join(str(int(digit)) for digit in self.rng.integers(0, 10, n))

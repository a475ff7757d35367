"""A stream cut into pieces that fit in memory and are large enough to be worth a call."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

MOST, MOST_CHARS = 4_096, 8_000_000
"""Most inputs, and most characters, that go through the detectors together."""

T = TypeVar("T")


def chunked(inputs: Iterable[tuple[T, int]]) -> Iterator[list[T]]:
    """Yield lists of inputs in order.

    Args:
        inputs: Each with how many characters it has.
    """
    chunk: list[T] = []
    n_chars = 0
    for each, size in inputs:
        if chunk and (len(chunk) >= MOST or n_chars + size > MOST_CHARS):
            yield chunk
            chunk, n_chars = [], 0
        chunk.append(each)
        n_chars += size
    if chunk:
        yield chunk

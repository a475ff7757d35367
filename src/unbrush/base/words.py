"""Text that a person reads, in Chinese and English side by side."""

from typing import NamedTuple


class Words(NamedTuple):
    """The same sentence in two languages; neither may be empty."""

    zh: str
    en: str


def counted(number: float, noun: str, plural: str = "") -> str:
    """Return how many of something there are in English: ``1 order``, ``2,500 orders``.

    Args:
        number: How many.
        noun: What they are, one of them.
        plural: Several of them, where it is not ``noun`` with an s.
    """
    written = f"{number:,}" if isinstance(number, int) else f"{number:,g}"
    return f"{written} {noun if number == 1 else plural or noun + 's'}"

"""Text that a person reads, in Chinese and English side by side."""

from typing import NamedTuple


class Words(NamedTuple):
    """The same sentence in two languages; neither may be empty."""

    zh: str
    en: str

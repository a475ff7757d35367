"""How much one check takes on: bounds against input that would fill memory, disk or hours."""

from dataclasses import dataclass

from unbrush.base.errors import BadParameter
from unbrush.base.memory import size_text

MEGABYTE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The most that is read.

    Attributes:
        file_mb: Megabytes of one file (10^6 bytes), after it is decompressed.
        text_mb: Megabytes of one line, page, post or other text that is held whole.
        reviews: Reviews that are held at once, since they are compared with one another.
        depth: Brackets within brackets in JSON.
        ratio: How many times its own size a compressed file may grow.

    Raises:
        BadParameter: A limit below 1.
    """

    file_mb: int = 16_000
    text_mb: int = 8
    reviews: int = 200_000
    depth: int = 64
    ratio: int = 200

    def __post_init__(self) -> None:
        for name in ("file_mb", "text_mb", "reviews", "depth", "ratio"):
            if getattr(self, name) < 1 or (name == "depth" and self.depth < 16):
                option = f"--max-{name.replace('_', '-')}"
                raise BadParameter(f"{option} is {getattr(self, name)}.", hint="1 or more.")

    @property
    def file_bytes(self) -> int:
        """Bytes of one file, decompressed."""
        return self.file_mb * MEGABYTE

    @property
    def text_bytes(self) -> int:
        """Bytes of one text that is held whole; characters are counted the same."""
        return self.text_mb * MEGABYTE

    @property
    def text_words(self) -> str:
        """The limit of one text, for people."""
        return size_text(self.text_bytes)

"""The answer to one field of a screenshot: what a market says of what a picture states."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from unbrush.base.words import Words


class Match(StrEnum):
    """What the market says of a field."""

    AGREES = "agrees"
    CONTRADICTS = "contradicts"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, kw_only=True)
class FieldMatch:
    """One field beside the market.

    Attributes:
        name: One of `FIELDS`.
        match: What came out.
        stated: What the picture says.
        held: What the market holds instead or as well; None if there is nothing to show.
        why: The reason in a sentence.
        table: Where the market holds it; empty if nowhere.
        ids: Key of the rows, as the market holds them.
    """

    name: str
    match: Match
    stated: str | int | float
    why: Words
    held: str | int | float | None = None
    table: str = ""
    ids: tuple[str | int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it for machines."""
        return {
            "field": self.name,
            "match": str(self.match),
            "stated": self.stated,
            "held": self.held,
            "table": self.table or None,
            "ids": list(self.ids),
            "why": {"zh": self.why.zh, "en": self.why.en},
        }

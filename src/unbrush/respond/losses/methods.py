"""Methods: what each is, whose, and what must hold for it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from unbrush.base.words import Words


@dataclass(frozen=True, kw_only=True)
class Method:
    """One way of reckoning.

    Attributes:
        title: What it is.
        citation: Where it comes from.
        must_hold: The identification statement: what must hold, and where it fell short.
    """

    title: Words
    citation: str
    must_hold: Words


@cache
def methods() -> Mapping[str, Method]:
    """Return every method by name, in the order of the file."""
    rows = tomllib.loads(Path(__file__).with_name("methods.toml").read_text(encoding="utf-8"))
    return {
        name: Method(
            title=Words(*row["title"]),
            citation=row["citation"],
            must_hold=Words(*row["must_hold"]),
        )
        for name, row in rows.items()
    }

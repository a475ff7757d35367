"""Documents: one JSON object for each input, the same for machines, the terminal and the page."""

from typing import Any

from unbrush.base.errors import UnbrushError
from unbrush.base.words import Words

Document = dict[str, Any]
"""``kind`` always, ``id`` as given or null, ``line`` where the input was one of many, then either
``error`` or what was found."""


def error_of(error: UnbrushError) -> Document:
    """Return what was wrong, as part of a document."""
    return {"code": error.code, "message": error.message, "hint": error.hint}


def words_of(words: Words) -> dict[str, str]:
    """Return a sentence in both languages, as part of a document."""
    return {"zh": words.zh, "en": words.en}


def has_error(document: Document) -> bool:
    """Whether an input, or a part of it, could not be used."""
    return "error" in document or any(map(has_error, document.get("reviews", ())))

"""What kind of thing a file holds: reviews, pages, posts or pictures; guessed where it is not said.

A guess is said aloud with the result, so that a person can overrule it.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from unbrush.base.pages.text import is_html
from unbrush.base.words import Words
from unbrush.collect.intake import plain

HTML_ENDINGS = ("html", "htm", "xhtml")
LINE_ENDINGS = ("jsonl", "ndjson")
TABLE_ENDINGS = ("csv", "tsv")
SHORT_POST = 1_000
"""Characters up to which a text without any markup is taken for a post or message."""


class Kind(StrEnum):
    """What can be checked."""

    REVIEWS = "reviews"
    PAGE = "page"
    POST = "post"
    PICTURE = "picture"


KIND_WORDS: Mapping[Kind, Words] = {
    Kind.REVIEWS: Words("评价", "reviews"),
    Kind.PAGE: Words("网页", "page"),
    Kind.POST: Words("帖子或消息", "post or message"),
    Kind.PICTURE: Words("图片", "picture"),
}


def begins_as_html(text: str) -> bool:
    """Whether a text is a whole page by its first words."""
    return text[:200].lstrip("\ufeff \t\r\n").lower().startswith(("<!doctype html", "<html"))


def kind_of_text(text: str) -> Kind:
    """Guess the kind of one whole text: markup is a page, and so is what no message is as long."""
    is_page = is_html(text) or len(text) > SHORT_POST
    return Kind.PAGE if is_page else Kind.POST


def kind_of_fields(records: Sequence[Mapping[str, Any]], review_titles: frozenset[str]) -> Kind:
    """Guess the kind of records by the names of their fields.

    Args:
        records: The first few of them.
        review_titles: Names that only a review has, in plain form.
    """
    names = {plain(str(name)) for fields in records for name in fields}
    if "reviews" in names or names & review_titles:
        return Kind.REVIEWS
    if names & {"html", "url", "title"}:
        return Kind.PAGE
    if names & {"file", "path", "picture", "image"} and not names & {"text", "content"}:
        return Kind.PICTURE
    texts = [str(fields.get("text") or fields.get("content") or "") for fields in records]
    kinds = {kind_of_text(text) for text in texts if text}
    return Kind.PAGE if kinds == {Kind.PAGE} else Kind.POST

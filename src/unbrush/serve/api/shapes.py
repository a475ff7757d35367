"""Shapes that several routes share."""

import base64
import json
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from unbrush.base.errors import BadRecord

WHOLE = 2**63 - 1


def storable(text: str) -> str:
    """Refuse what no database keeps: the sign NUL and halves of signs."""
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("must be text without NUL and without halves of signs")
    return text


Text = Annotated[str, Field(max_length=20_000), AfterValidator(storable)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(storable)]
Version = Annotated[int, Field(ge=1, le=WHOLE, description="The version that you have read.")]
Id = Annotated[str, Path(min_length=1, max_length=200), AfterValidator(storable)]
PageSize = Annotated[int, Query(ge=1, le=200, description="Most rows of this page.")]
Cursor = Annotated[
    str | None,
    Query(max_length=500, description="`next` of the page before."),
    AfterValidator(lambda text: None if text is None else storable(text)),
]


class Asked(BaseModel):
    """A request: what is not known is refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Verdict(Asked):
    """Whether to approve what somebody else proposed, and why."""

    expected_version: Version
    is_approved: bool
    reason: Text


class Ending(Asked):
    """Why something ends before its term."""

    expected_version: Version
    reason: Text


class Why(Asked):
    """A reason that others can follow."""

    reason: Text


class Page(BaseModel):
    """A page of a list."""

    rows: list[dict[str, Any]]
    next: str | None = Field(default=None, description="Cursor of the next page; null at the end.")


def page_of(rows: list[Any], n: int, *keys: str) -> Page:
    """Return the first ``n`` of ``n + 1`` rows, with a cursor of ``keys`` if more are there."""
    shown = [dict(row) for row in rows[:n]]
    more = len(rows) > n
    return Page(rows=shown, next=_cursor([shown[-1][key] for key in keys]) if more else None)


def _cursor(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def read_cursor(cursor: str | None, *kinds: type) -> list[Any] | None:
    """Return what a cursor holds.

    Raises:
        BadRecord: It is none of ours.
    """
    if cursor is None:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if len(values) == len(kinds) and all(
            isinstance(value, kind) and not isinstance(value, bool)
            for value, kind in zip(values, kinds, strict=True)
        ):
            return list(values)
    except (ValueError, TypeError):
        pass
    raise BadRecord("The cursor is none that was given.", hint="Use `next` of the page before.")

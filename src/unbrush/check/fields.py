"""What the fields of a record mean, under whatever title they came.

Reviews go by the names of the mapping `public-reviews`, which `unbrush run` can use as well; pages,
posts and pictures have a few fields each.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from unbrush.base.errors import InputError, MissingColumn, UnreadableFile, did_you_mean
from unbrush.check.lines import check_text
from unbrush.collect.intake import plain
from unbrush.collect.mapping import read_mapping

MAPPING = "public-reviews"

LONGEST_ID = 1_000
"""Characters of an id."""

PAGE_TEXT = ("text", "html", "content", "body", "正文", "内容")
POST_TEXT = ("text", "content", "message", "body", "post", "内容", "正文", "文本", "消息")
IDS = ("id", "page_id", "post_id", "message_id", "review_id", "编号", "序号")
PICTURE_PATH = ("file", "path", "picture", "image", "图片")
PHOTO_PATHS = ("photos", "photo_files", "images", "pictures", "图片", "晒图", "买家秀")
"""Where a review names the files of its photos: a list, or text with ``;`` or ``|`` between."""

MOST_PHOTOS, LONGEST_PATH = 30, 1_000
TITLES = ("title", "标题")
LISTS = ("reviews", "评价", "评论", "comments")
"""Where a record that is one item keeps its reviews."""

_NAME_ENDS = re.compile(r"[;；|\n]")

Id = str | int


@cache
def review_titles() -> Mapping[str, str]:
    """Return which of our review columns each usual title stands for; titles in plain form."""
    titles: dict[str, str] = {}
    plans = {plan.table.name: plan for plan in read_mapping(MAPPING).tables}
    for pull in plans["reviews"].pulls:
        for source in pull.sources:
            titles.setdefault(plain(source), pull.column.name)
    return titles


@cache
def telling_titles() -> frozenset[str]:
    """Return the titles that tell a review from a page or post."""
    own = {"rating", "posted_at", "item_id", "account_id", "text_source"}
    found = {title for title, column in review_titles().items() if column in own}
    return frozenset(
        found - {"author", "作者", "时间", "日期", "time", "date", "source", "来源"}
    ) | {
        "review_id",
        "review",
        "review_text",
        "评价内容",
        "评论内容",
        "评价编号",
    }


@dataclass(frozen=True)
class Columns:
    """Which title of a source stands for which of our columns."""

    title_of: Mapping[str, str]

    @classmethod
    def of(cls, titles: Iterable[str]) -> "Columns":
        """Find our columns among the titles of a source; the first of two for one column counts."""
        known, found = review_titles(), dict[str, str]()
        # Our order of preference, not the source's: `text` before `评价`.
        by_plain = {plain(str(title)): str(title) for title in reversed(list(titles))}
        for title, column in known.items():
            if title in by_plain and column not in found:
                found[column] = by_plain[title]
        return cls(found)

    def check(self, label: str, titles: Iterable[str]) -> None:
        """Refuse a table that has neither texts nor ratings.

        Raises:
            MissingColumn: Names what there is and what is near.
        """
        if "text" in self.title_of or "rating" in self.title_of:
            return
        there = [str(title) for title in titles]
        near = did_you_mean(there[0] if there else "", ("text", "rating", "评价内容", "评分"))
        raise MissingColumn(
            f"{label} has neither a text nor a rating, but {', '.join(there[:8]) or 'no columns'}.",
            hint=f"Name the columns text and rating (评价内容, 评分). {near}",
        )


def review_of(fields: Mapping[str, Any], columns: Columns) -> dict[str, str]:
    """Return our columns of one review as text, those that are empty left out.

    Raises:
        UnreadableFile: A value that is a list or an object, or no text.
    """
    found = {}
    for column, title in columns.title_of.items():
        value = as_text(fields.get(title), title)
        if value.strip():
            found[column] = value
    return found


def photos_of(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the files of a review's photos; what is no such name is passed over."""
    for title in PHOTO_PATHS:
        value = fields.get(title)
        listed = value if isinstance(value, list) else _NAME_ENDS.split(str(value or ""))
        names = [each.strip() for each in listed if isinstance(each, str)]
        # A number of photos, or a yes, is no name; one with half a character is no file's.
        good = [name for name in names if "." in name and len(name) <= LONGEST_PATH]
        if found := tuple(dict.fromkeys(good)):
            return found[:MOST_PHOTOS]
    return ()


def as_text(value: Any, title: str) -> str:
    """Return a value of a record as text; empty for nothing.

    Raises:
        UnreadableFile: It is a list or an object, an infinite number or no text.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        check_text(value, f"The field {title}")
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and not math.isfinite(value):
        raise UnreadableFile(
            f"The field {title} is a number too large to hold.", hint="Leave it out."
        )
    if isinstance(value, int | float):
        return str(value)
    what = "a list" if isinstance(value, list) else "an object"
    raise UnreadableFile(f"The field {title} is {what}.", hint="Write text or a number.")


def id_of(fields: Mapping[str, Any], names: Iterable[str] = IDS) -> Id | None:
    """Return the id that a record gives itself, None if none that can be one."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str) and value.strip():
            check_text(value, f"The field {name}")
            if len(value) > LONGEST_ID:
                raise UnreadableFile(
                    f"The field {name} has {len(value):,} characters.",
                    hint=f"An id has {LONGEST_ID} at most.",
                )
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if value is not None and not isinstance(value, str):
            as_text(value, name)
            raise UnreadableFile(f"The field {name} is no id.", hint="Text or a whole number.")
    return None


class Ids:
    """The ids of one source so far, each with its line: a later one of the same name is refused."""

    def __init__(self) -> None:
        self._lines: dict[Id, int] = {}

    def take(self, own: Id | None, line: int) -> None:
        """Note an id.

        Raises:
            UnreadableFile: An earlier record has it.
        """
        if own is None:
            return
        first = self._lines.setdefault(own, line)
        if first != line:
            raise twice(str(own), first)


def twice(own: str, first: int, what: str = "record") -> UnreadableFile:
    """Return the error of an id that an earlier record has."""
    return UnreadableFile(
        f"The id {own[:80]!r} is that of an earlier {what}, on line {first:,}.",
        hint="The first one counts. Give each its own id, or none.",
    )


def text_field(fields: Mapping[str, Any], names: Iterable[str]) -> tuple[str, str]:
    """Return the name and value of the first of ``names`` that holds text.

    Raises:
        InputError: None does.
    """
    for name in names:
        if value := as_text(fields.get(name), name):
            return name, value
    raise no_text(fields, names)


def no_text(fields: Mapping[str, Any], names: Iterable[str]) -> InputError:
    """Return the error of a record without text."""
    there = (
        ", ".join(sorted(str(name)[:40] for name in fields)[:8]).encode(errors="replace").decode()
    )
    return MissingColumn(
        f"The record has no text; its fields are {there or 'none'}.",
        hint=f"Give one of {', '.join(names)}.",
    )

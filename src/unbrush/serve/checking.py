"""`unbrush check`: a few reviews, pages, posts or pictures, for who holds nothing else."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from unbrush.base.errors import InputError, UsageError
from unbrush.check.documents import Document, has_error
from unbrush.check.kinds import Kind
from unbrush.check.limits import Limits
from unbrush.serve.checked import say_document, say_totals
from unbrush.serve.options import Common, key_from_environment, now_ms
from unbrush.serve.progress import shown

MOST_SHOWN = 200
"""Documents that are shown to a person; the others are counted."""

Lang = Literal["zh", "en", "both"]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Bounds:
    """The most that is read; larger input is refused.

    Attributes:
        max_file_mb: Megabytes of one file, after decompression.
        max_text_mb: Megabytes of one line, page or post.
        max_reviews: Reviews compared with one another.
        max_depth: Brackets within brackets in JSON.
        max_ratio: How many times its size a compressed file may grow.
    """

    max_file_mb: int = Limits.file_mb
    max_text_mb: int = Limits.text_mb
    max_reviews: int = Limits.reviews
    max_depth: int = Limits.depth
    max_ratio: int = Limits.ratio

    def limits(self) -> Limits:
        """Return them as the checks take them."""
        return Limits(
            file_mb=self.max_file_mb,
            text_mb=self.max_text_mb,
            reviews=self.max_reviews,
            depth=self.max_depth,
            ratio=self.max_ratio,
        )


def check_(
    *files: Annotated[str, Parameter(allow_leading_hyphen=True)],
    kind: Kind | None = None,
    html: Path | None = None,
    lang: Lang = "both",
    now: str = "",
    market: Path | None = None,
    bounds: Bounds = Bounds(),
    common: Common = Common(),
) -> None:
    """Check what is public: the reviews of an item, a page, a post, a screenshot.

    Examples: `unbrush check reviews.csv`, `unbrush check page.html screenshot.png --html out.html`,
    `unbrush check --kind page pages.jsonl --json` for one answer per line, in order.

    Args:
        files: CSV, JSON, JSONL, HTML, text or pictures; - reads a pipe.
        kind: What they hold: reviews, page, post or picture. Guessed from each if left out.
        html: Write a page for people to this file, too.
        lang: Language of what is shown: zh, en or both.
        now: The present as an ISO date or time; later reviews are refused. The clock's if absent.
        market: Compare what pictures state with this run folder, which `unbrush collect` made.
        bounds: Shared options.
        common: Shared options.
    """
    if not files:
        raise UsageError(
            "There is nothing to check.", hint="Name a file, or give - to read a pipe."
        )
    from unbrush.check.sources import Options, check

    counted = _Counted()
    with (
        common.engine() as engine,
        shown("check", is_quiet=sys.stdout.isatty() and common.json) as progress,
    ):
        options = Options(
            now_ms=now_ms(now),
            kind=kind,
            by_line=common.json,
            keep_text=not common.json or html is not None,
            limits=bounds.limits(),
            progress=progress,
            market=market,
            key=key_from_environment(),
        )
        documents = counted.watch(check(engine, files, options))
        if common.json:
            documents = _said(documents)
        kept = _kept(documents)
    if html is not None:
        from unbrush.check.page import write_page

        write_page(kept, html, lang=lang, n_all=counted.n)
    if not common.json:
        _show(kept, counted, lang)
    counted.refuse()


class _Counted:
    """How many documents there were, and how many say that something could not be used."""

    def __init__(self) -> None:
        self.n = self.n_bad = 0
        self.labels: dict[str, int] = {}

    def watch(self, documents: Iterable[Document]) -> Iterator[Document]:
        for document in documents:
            self.n += 1
            self.n_bad += has_error(document)
            for label in document.get("labels", ()):
                self.labels[label] = self.labels.get(label, 0) + 1
            yield document

    def refuse(self) -> None:
        """Say by the exit code that not all could be used.

        Raises:
            InputError: Some could not.
        """
        if self.n_bad:
            raise InputError(
                f"{self.n_bad:,} of {self.n:,} could not be used, or not wholly.",
                hint="Each says why, in its place (`error`).",
            )


def _said(documents: Iterable[Document]) -> Iterator[Document]:
    """Print each document on a line of its own as it comes."""
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    for document in documents:
        print(json.dumps(document, ensure_ascii=not is_unicode, allow_nan=False))
        yield document
    sys.stdout.flush()


def _kept(documents: Iterable[Document]) -> list[Document]:
    """Return what a person may want to see: all if there are few, else those with findings."""
    kept: list[Document] = []
    for document in documents:
        if len(kept) < MOST_SHOWN:
            kept.append(document)
        elif _speaks(document) and (place := _silent(kept)) is not None:
            del kept[place]
            kept.append(document)
    return kept


def _speaks(document: Document) -> bool:
    return bool(document.get("labels") or "error" in document or "rating" in document)


def _silent(kept: list[Document]) -> int | None:
    return next((n for n, each in enumerate(kept) if not _speaks(each)), None)


def _show(kept: list[Document], counted: _Counted, lang: Lang) -> None:
    for document in kept:
        say_document(document, lang)
    if counted.n > len(kept):
        say_totals(counted.n, len(kept), counted.labels, lang)

"""Sources one after the other: each opened, its kind found, its documents yielded in order.

What a kind needs is imported where it is used: a page should not wait for the stages.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from unbrush.base.engine import Engine
from unbrush.base.errors import InputError, UnreadableFile
from unbrush.base.progress import Progress, silent
from unbrush.check.documents import Document, error_of
from unbrush.check.fields import telling_titles
from unbrush.check.kinds import (
    HTML_ENDINGS,
    LINE_ENDINGS,
    TABLE_ENDINGS,
    Kind,
    begins_as_html,
    kind_of_fields,
    kind_of_text,
)
from unbrush.check.limits import Limits
from unbrush.check.lines import Record, check_size, records_of, start_of, text_of
from unbrush.check.looks import Looks
from unbrush.check.opening import STDIN, Source, label_of, opened

if TYPE_CHECKING:
    from unbrush.check.held import HeldMarket

TABLE, RECORDS, TEXT = "table", "records", "text"
LOOKED_AT = 20
"""Records by which the kind of all is told."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to check.

    Attributes:
        now_ms: The present (epoch ms UTC); later reviews are refused.
        kind: What the sources hold; guessed for each if None.
        by_line: Where reviews come one per line, yield a document for each; else one per item.
        keep_text: Let documents of pages and posts have their ``text``, to be shown.
        limits: The most that is read.
        progress: Told what is being checked.
        market: Run folder of a collected market to compare pictures with; none if None.
        key: Key for personal fields that the environment holds, if any.
        looks: What the pictures so far look like; begins empty.
    """

    now_ms: int
    kind: Kind | None = None
    by_line: bool = False
    keep_text: bool = False
    limits: Limits = field(default_factory=Limits)
    progress: Progress = silent
    market: Path | None = None
    key: bytes | None = field(default=None, repr=False)
    looks: Looks = field(default_factory=Looks, repr=False)


def check(engine: Engine, names: Iterable[str], options: Options) -> Iterator[Document]:
    """Yield the documents of all sources, in their order; a bad one is a document with an error.

    Documents of one source come as it is read, except those of reviews, which are compared with
    one another first.

    Args:
        engine: Where SQL runs; its tables are ours meanwhile.
        names: Files, or ``-`` for standard input.
        options: How to check.
    """
    for name in names:
        label = label_of(name)
        try:
            with opened(name, options.limits) as source:
                for document in _documents(engine, source, options):
                    yield {"file": label, **document}
        except InputError as error:
            kind = str(options.kind) if options.kind else None
            yield {"file": label, "id": None, "kind": kind, "error": error_of(error)}


def _documents(engine: Engine, source: Source, options: Options) -> Iterator[Document]:
    if source.picture:
        yield from _picture(engine, source, options)
        return
    if options.kind is Kind.PICTURE and _shape(source, options) == TEXT:
        raise UnreadableFile(
            f"{source.label} is no picture that we open.", hint="Give PNG, JPEG, WebP, GIF or BMP."
        )
    shape = _shape(source, options)
    if shape == TEXT:
        documents = _whole(engine, source, options)
    else:
        records, kind = _with_kind(source, shape, options)
        documents = _of_kind(engine, source, shape, kind, records, options)
    guessed = {} if options.kind else {"is_kind_guessed": True}
    for document in documents:
        yield document | guessed


def _whole(engine: Engine, source: Source, options: Options) -> Iterator[Document]:
    """Yield the document of a file that is one text."""
    is_html = source.ending in HTML_ENDINGS or begins_as_html(start_of(source))
    if is_html and options.kind in (None, Kind.PAGE):
        yield _page_of_bytes(source, options)
        return
    text = text_of(source, options.limits)
    kind = options.kind or kind_of_text(text)
    records = [Record(line=1, fields={"content": text})]
    for document in _of_kind(engine, source, TEXT, kind, records, options):
        yield {key: value for key, value in document.items() if key != "line"}


def _page_of_bytes(source: Source, options: Options) -> Document:
    """Return the document of a file of HTML, which says itself what it is written in."""
    from unbrush.base.pages.text import page_text
    from unbrush.check.pages import Taken, page_documents

    check_size(source, options.limits)
    given = page_text(source.path.read_bytes(), name=source.label)
    page = Taken(start={"id": None, "kind": str(Kind.PAGE)}, given=given)
    return next(page_documents([page], keep_text=options.keep_text))


def _picture(engine: Engine, source: Source, options: Options) -> Iterator[Document]:
    from unbrush.check.market import PostMarket
    from unbrush.check.pictures import check_picture

    if options.kind not in (None, Kind.PICTURE):
        raise UnreadableFile(
            f"{source.label} is a picture ({source.picture}), not text.",
            hint=f"Leave out --kind {options.kind}, or give --kind picture.",
        )
    held = _held(engine, options)
    market = PostMarket(engine)
    yield check_picture(market, source.path, label=source.label, looks=options.looks, held=held)


def _held(engine: Engine, options: Options) -> "HeldMarket | None":
    """Return the market to compare pictures with, if one was given."""
    if options.market is None:
        return None
    from unbrush.check.held import HeldMarket

    return HeldMarket(engine, options.market, key=options.key)


def _of_kind(
    engine: Engine,
    source: Source,
    shape: str,
    kind: Kind,
    records: Iterable[Record],
    options: Options,
) -> Iterator[Document]:
    if kind is Kind.REVIEWS:
        yield from _reviews(engine, source, shape, options)
    elif kind is Kind.POST:
        from unbrush.check.market import PostMarket
        from unbrush.check.posts import check_posts

        yield from check_posts(PostMarket(engine), records, keep_text=options.keep_text)
    elif kind is Kind.PAGE:
        from unbrush.check.pages import check_pages

        yield from check_pages(records, keep_text=options.keep_text)
    else:
        from unbrush.check.market import PostMarket
        from unbrush.check.pictures import check_pictures

        held, market = _held(engine, options), PostMarket(engine)
        yield from check_pictures(
            market, records, root=_root(source), looks=options.looks, held=held
        )


def _root(source: Source) -> Path:
    """Return the folder that the pictures named in a source are relative to."""
    return Path() if source.label == label_of(STDIN) else Path(source.label).parent


def _reviews(engine: Engine, source: Source, shape: str, options: Options) -> Iterator[Document]:
    from unbrush.check.gathering import gather
    from unbrush.check.reviews import check_reviews, documents_of

    found = gather(source, options.limits, is_table=shape != RECORDS)
    checked = check_reviews(
        engine,
        found,
        now_ms=options.now_ms,
        keep_text=options.keep_text,
        progress=options.progress,
    )
    if any(each.photos for each in found.given):
        from unbrush.check.review_photos import add_photos

        add_photos(found, checked, _root(source))
    is_by_line = options.by_line and shape == RECORDS and source.ending != "json"
    yield from documents_of(found, checked, is_by_line=is_by_line)


def _shape(source: Source, options: Options) -> str:
    """Say how a source is to be taken apart, by its ending or by how it begins."""
    if source.ending in TABLE_ENDINGS:
        return TABLE
    if source.ending in LINE_ENDINGS or source.ending == "json":
        return RECORDS
    if source.ending in HTML_ENDINGS:
        return TEXT
    start = start_of(source)
    if start.lstrip().startswith(("{", "[")):
        return RECORDS
    if options.kind is Kind.REVIEWS or _is_header(start):
        return TABLE
    return TEXT


def _is_header(start: str) -> bool:
    """Whether a text begins with titles that reviews have."""
    first = start.lstrip("\ufeff\r\n ").partition("\n")[0]
    for delimiter in ",\t;|":
        titles = {"_".join(each.strip(' "\r').lower().split()) for each in first.split(delimiter)}
        if len(titles) > 1 and titles & telling_titles():
            return True
    return False


def _with_kind(source: Source, shape: str, options: Options) -> tuple[Iterator[Record], Kind]:
    """Return the records of a source with their kind, told by the first few."""
    from unbrush.check.gathering import rows_of

    records = rows_of(source) if shape == TABLE else records_of(source, options.limits)
    if options.kind is not None:
        return records, options.kind
    seen = list(islice(records, LOOKED_AT))
    fields = [record.fields for record in seen if record.fields]
    return chain(seen, records), kind_of_fields(fields, telling_titles())

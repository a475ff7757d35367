"""Pages → documents: segments that were made to catch searches, and those to be read.

Pages of one source are read beside one another, some thousands at a time: one hotline that answers
for several brands may show on no page alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from unbrush.base.errors import InputError
from unbrush.base.pages.evidence import Known
from unbrush.base.pages.hotline_graph import Said, host_of, hotline_graph, known_numbers
from unbrush.base.pages.hotlines import written
from unbrush.base.pages.segments import Page, read_page
from unbrush.base.pages.text import PageText, page_text
from unbrush.check.chunks import chunked
from unbrush.check.documents import Document, error_of, words_of
from unbrush.check.fields import PAGE_TEXT, TITLES, Id, Ids, as_text, id_of, text_field
from unbrush.check.kinds import begins_as_html
from unbrush.check.lines import Record

LABEL = "doorway-page"
DIGITS = 6
MOST_NUMBERS, MOST_BRANDS = 10, 20


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A page taken from its source: the beginning of its document, and its text if it has one."""

    start: Document
    given: PageText | None = None


def check_pages(records: Iterable[Record], *, keep_text: bool = False) -> Iterator[Document]:
    """Yield a document per page, in order.

    Args:
        records: Pages as they were given.
        keep_text: Let every document have its ``text``.
    """
    ids = Ids()
    taken = (_taken(record, ids) for record in records)
    for chunk in chunked((page, len(page.given.text) if page.given else 0) for page in taken):
        yield from page_documents(chunk, keep_text=keep_text)


def _taken(record: Record, ids: Ids) -> Taken:
    own: Id | None = None
    start: Document = {"id": None, "kind": "page", "line": record.line}
    try:
        if record.error is not None:
            raise record.error
        own = id_of(record.fields)
        ids.take(own, record.line)
        name, text = text_field(record.fields, PAGE_TEXT)
        about = _about(record)
        return Taken(start=start | {"id": own} | about, given=_taken_apart(text, name))
    except InputError as error:
        return Taken(start=start | {"id": own, "error": error_of(error)})


def page_documents(chunk: Sequence[Taken], *, keep_text: bool = False) -> Iterator[Document]:
    """Yield the documents of pages that are read beside one another.

    Offsets count characters (code points) of the text given. Of HTML they count those of the text
    extracted from it, which then comes along as ``text``.
    """
    pages = {n: read_page(each.given.text) for n, each in enumerate(chunk) if each.given}
    known = _known(chunk, pages)
    for number, each in enumerate(chunk):
        if each.given is None:
            yield each.start
            continue
        page = pages.pop(number)
        # As the detector does: what others say only matters where the number is said to be called.
        if not known.keys().isdisjoint(page.found.numbers):
            page = read_page(each.given.text, known=known)
        yield _document(each.start, each.given, page, known, keep_text=keep_text)


def _known(chunk: Sequence[Taken], pages: Mapping[int, Page]) -> Mapping[str, Known]:
    """Return what the pages of a chunk say of one another's numbers."""
    if len(pages) < 2:
        return {}
    said = [
        Said(
            page=str(number),
            mark=given.text,
            host=host_of(chunk[number].start.get("url")),
            pairs=pages[number].pairs,
            sentences=pages[number].sentences,
            numbers=pages[number].found.numbers,
        )
        for number in pages
        if (given := chunk[number].given)
    ]
    return known_numbers(hotline_graph(said))


def _about(record: Record) -> Document:
    """Return what a page says of itself, to be told by."""
    names = {"url": ("url", "网址"), "title": TITLES}
    said = {
        key: next((text for n in titles if (text := as_text(record.fields.get(n), n))), "")
        for key, titles in names.items()
    }
    return {key: text for key, text in said.items() if text}


def _taken_apart(text: str, field: str) -> PageText:
    """Return the text of a page: as it is where it came as ``text``, unless it is a whole page."""
    is_plain = field == "text" and not begins_as_html(text)
    return PageText(text=text) if is_plain else page_text(text)


def _document(
    start: Document,
    given: PageText,
    page: Page,
    known: Mapping[str, Known],
    *,
    keep_text: bool,
) -> Document:
    title = start.get("title") or given.title
    return {
        **start,
        **({"title": title} if title else {}),
        "labels": [LABEL] if page.is_doorway else [],
        "doorway_share": round(page.doorway_share, DIGITS),
        "segments": [
            {
                "start": each.start,
                "end": each.end,
                "label": each.label,
                "score": round(each.score, DIGITS),
                "reasons": [words_of(words) for words in each.reasons],
            }
            for each in page.segments
        ],
        "numbers": _numbers(page, known),
        "notes": [words_of(words) for words in given.notes],
        "not_judged": _unread(page),
        **({"text": given.text} if given.is_html or keep_text else {}),
    }


def _numbers(page: Page, known: Mapping[str, Known]) -> list[Document]:
    """Return the telephone numbers of a page with the brands beside them, most first."""
    brands: dict[str, list[tuple[int, str]]] = {number: [] for number in page.found.numbers}
    for (number, brand), n in page.pairs.items():
        brands.setdefault(number, []).append((-n, brand))
    order = sorted(brands, key=lambda number: (-len(brands[number]), number))
    found = []
    for number in order[:MOST_NUMBERS]:
        own = {
            "number": written(number),
            "n_brands": len(brands[number]),
            "brands": [brand for _, brand in sorted(brands[number])[:MOST_BRANDS]],
        }
        if number in known:
            own["n_brands_in_file"] = known[number].n_brands
            own["n_pages_in_file"] = known[number].n_pages
        found.append(own)
    return found


def _unread(page: Page) -> list[Document]:
    if not page.n_unread:
        return []
    return [
        {
            "code": "not-all-read",
            "n": page.n_unread,
            "zh": "页面太长，其余部分未读。",
            "en": "The page is too long; the rest was not read.",
        }
    ]

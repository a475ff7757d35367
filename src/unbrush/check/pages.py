"""Pages → documents: segments that were made to catch searches, and those to be read."""

from collections.abc import Iterable, Iterator

from unbrush.base.errors import InputError
from unbrush.base.page_segments import Page, read_page
from unbrush.base.page_text import PageText, page_text
from unbrush.check.documents import Document, error_of, words_of
from unbrush.check.fields import PAGE_TEXT, TITLES, Id, Ids, as_text, id_of, text_field
from unbrush.check.kinds import begins_as_html
from unbrush.check.lines import Record

LABEL = "doorway-page"
DIGITS = 6
MOST_NUMBERS, MOST_BRANDS = 10, 20


def check_pages(records: Iterable[Record], *, keep_text: bool = False) -> Iterator[Document]:
    """Yield a document per page, in order, each as soon as it is read.

    Args:
        records: Pages as they were given.
        keep_text: Let every document have its ``text``.
    """
    ids = Ids()
    for record in records:
        own: Id | None = None
        start: Document = {"id": None, "kind": "page", "line": record.line}
        try:
            if record.error is not None:
                raise record.error
            own = id_of(record.fields)
            ids.take(own, record.line)
            name, text = text_field(record.fields, PAGE_TEXT)
            said = _about(record)
            found = page_document(_taken_apart(text, name), keep_text=keep_text)
            yield start | {"id": own} | found | said
        except InputError as error:
            yield start | {"id": own, "error": error_of(error)}


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


def page_document(given: PageText, *, keep_text: bool = False) -> Document:
    """Return what was found of one page.

    Offsets count characters (code points) of the text given. Of HTML they count those of the text
    extracted from it, which then comes along as ``text``.
    """
    text = given.text
    extracted: Document = {"text": text} if given.is_html or keep_text else {}
    if given.title:
        extracted["title"] = given.title
    page = read_page(text)
    return {
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
        "numbers": _numbers(page),
        "notes": [words_of(words) for words in given.notes],
        "not_judged": _unread(page),
        **extracted,
    }


def _numbers(page: Page) -> list[Document]:
    """Return the telephone numbers of a page with the brands beside them, most first."""
    brands: dict[str, list[tuple[int, str]]] = {}
    for (number, brand), n in page.pairs.items():
        brands.setdefault(number, []).append((-n, brand))
    order = sorted(brands, key=lambda number: (-len(brands[number]), number))
    return [
        {
            "number": number,
            "n_brands": len(brands[number]),
            "brands": [brand for _, brand in sorted(brands[number])[:MOST_BRANDS]],
        }
        for number in order[:MOST_NUMBERS]
    ]


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

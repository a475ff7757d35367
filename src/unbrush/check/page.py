"""The page of a check: every document for people, both languages, everything inside one file.

It looks like the report of a run and uses its style. Texts come from strangers: they are escaped,
nothing of theirs can run, load or link.
"""

import base64
import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from unbrush import __version__
from unbrush.base.errors import CannotWrite
from unbrush.base.pages.evidence import FEWEST_BRANDS
from unbrush.base.pages.hotline_drawing import Call, drawing_of
from unbrush.check.documents import Document
from unbrush.check.kinds import KIND_WORDS
from unbrush.check.looks import SAME
from unbrush.check.telling import told_value
from unbrush.check.terms import (
    AS_MANY,
    BOUNDS,
    FIELDS,
    MATCHES,
    OTHER_MEANS,
    OUTCOMES_SHOWN,
    READY_MADE,
    SHARED_PHOTOS,
    VERDICTS,
)

TEMPLATES = Path(__file__).parent / "templates"
REPORT = Path(__file__).parents[1] / "respond" / "templates"
"""The report's templates; its module would bring the charts along, which this page has not."""

MOST_REVIEWS = 300
"""Reviews of one item that are written out; those left out or doubtful come first."""

MOST_TEXT = 20_000
"""Characters of one segment or text that are written out."""

UNSEEN = ("Cc", "Cf", "Cs", "Co")
"""Kinds of characters that steer or hide: controls, directions, halves, private ones."""

Piece = tuple[str, bool]


def write_page(documents: Sequence[Document], path: Path, *, lang: str, n_all: int) -> None:
    """Write a page of what a check found.

    Args:
        documents: What `check` yielded, as far as it is shown.
        path: Where to.
        lang: ``zh`` or ``en`` to begin in, ``both`` for the reader's own.
        n_all: Documents that there were, shown or not.

    Raises:
        CannotWrite: There is no such folder, or no room.
    """
    text = make_page(documents, lang=lang, n_all=n_all)
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise CannotWrite(
            f"{path} cannot be written: {error.strerror or error}.", hint="Choose another --html."
        ) from None


def make_page(documents: Sequence[Document], *, lang: str, n_all: int) -> str:
    """Return the page as HTML that needs nothing outside itself."""
    scripts = [_read(TEMPLATES / "early.js"), _read(TEMPLATES / "check.js")]
    return (
        _environment()
        .get_template("check.html")
        .render(
            documents=[_told(document) for document in documents],
            n_all=n_all,
            hotlines=drawing_of(_calls(documents)),
            lang={"zh": "zh-CN", "en": "en"}.get(lang, ""),
            style=_read(REPORT / "report.css") + _read(TEMPLATES / "check.css"),
            scripts=scripts,
            hashes=[_hash(script) for script in scripts],
            version=__version__,
            kinds={str(kind): words for kind, words in KIND_WORDS.items()},
            verdicts=VERDICTS,
            ready_made=READY_MADE,
            other_means=OTHER_MEANS,
            bounds_words=BOUNDS,
            as_many_words=AS_MANY,
            fields=FIELDS,
            matches=MATCHES,
            same_words=SAME,
            shared_photos_words=SHARED_PHOTOS,
            outcomes=OUTCOMES_SHOWN,
        )
    )


def _calls(documents: Sequence[Document]) -> Iterator[Call]:
    """Yield which flagged page says which number, of those that answer for several brands."""
    for document in documents:
        if not document.get("labels") or "segments" not in document:
            continue
        known = (document.get(key) for key in ("title", "id", "file"))
        page = next((str(name) for name in known if name not in (None, "")), "")
        for each in document["numbers"]:
            if max(each["n_brands"], each.get("n_brands_in_file", 0)) >= FEWEST_BRANDS:
                yield Call(page=page, number=each["number"], brands=each["brands"])


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader([TEMPLATES, REPORT]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["told"] = told_value
    environment.filters["clean"] = clean
    return environment


def _told(document: Document) -> Document:
    """Return a document with what the page shows of it beside it."""
    told: Document = {"document": document, "kind": document.get("kind") or ""}
    if "segments" in document:
        text = document.get("text", "")
        told["segments"] = [
            segment | {"text": text[segment["start"] : segment["end"]][:MOST_TEXT]}
            for segment in document["segments"]
        ]
    if "reviews" in document:
        good = [each for each in document["reviews"] if "error" not in each]
        order = list(VERDICTS)
        good.sort(key=lambda each: order.index(each["verdict"]))
        told["reviews"] = good[:MOST_REVIEWS]
        told["n_left"] = len(good) - len(told["reviews"])
        told["errors"] = [each for each in document["reviews"] if "error" in each]
    if "text" in document and document.get("fields") is not None:
        told["pieces"] = list(_pieces(document["text"], document["fields"].get("spans", ())))
    return told


def _pieces(text: str, spans: Sequence[Sequence[int]]) -> Iterator[Piece]:
    """Cut a text where the words stand that a finding rests on."""
    at = 0
    for start, end in sorted(map(tuple, spans)):
        if start < at:
            continue
        yield text[at:start], False
        yield text[start:end], True
        at = end
    yield text[at : at + MOST_TEXT], False


def clean(text: object) -> str:
    """Return a stranger's text without what turns it around or cannot be seen."""
    return "".join(
        each
        if each in "\n\t" or unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Co")
        else "�"
        for each in str(text)
    )


def _read(path: Path) -> Markup:
    return Markup(path.read_text(encoding="utf-8"))


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"

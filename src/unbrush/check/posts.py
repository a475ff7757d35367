"""Posts and messages → documents: labels with reasons; what is offered, for what, by whom."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from unbrush.base.errors import InputError
from unbrush.check.chunks import chunked
from unbrush.check.documents import Document, error_of
from unbrush.check.fields import POST_TEXT, Id, Ids, id_of, text_field
from unbrush.check.lines import Record
from unbrush.check.market import PostMarket, Rows
from unbrush.check.solicited import fields_of


def check_posts(
    market: PostMarket, records: Iterable[Record], *, keep_text: bool = False
) -> Iterator[Document]:
    """Yield a document per post, in order.

    Args:
        market: Where the detectors look.
        records: Posts as they were given.
        keep_text: Let every document keep its ``text``.
    """
    ids = Ids()
    posts = (_post(record, ids) for record in records)
    for chunk in chunked((post, len(post["text"])) for post in posts):
        for document in _documents(market, chunk):
            if not keep_text or not document["text"]:
                del document["text"]
            yield document


def _post(record: Record, ids: Ids) -> Document:
    """Return the beginning of a document, with the text that is looked at."""
    own: Id | None = None
    post: Document = {"id": None, "kind": "post", "line": record.line, "text": ""}
    try:
        if record.error is not None:
            raise record.error
        own = id_of(record.fields)
        ids.take(own, record.line)
        _, text = text_field(record.fields, POST_TEXT)
        return post | {"id": own, "text": text}
    except InputError as error:
        return post | {"id": own, "error": error_of(error)}


def _documents(market: PostMarket, chunk: Sequence[Document]) -> Iterator[Document]:
    found = iter(post_findings(market, [post["text"] for post in chunk if "error" not in post]))
    for post in chunk:
        yield post if "error" in post else post | next(found)


def post_findings(market: PostMarket, texts: Sequence[str]) -> list[Document]:
    """Return labels, reasons and fields of each text."""
    if not texts:
        return []
    signals, coverage = market.signals(texts)
    by_text: list[Rows] = [[] for _ in texts]
    for row in signals:
        by_text[int(row["subject_id"])].append(row)
    failed = [
        {"code": "detector-failed", "zh": row["because_zh"], "en": row["because_en"]}
        for row in coverage
        if row["status"] == "failed"
    ]

    return [
        {
            "labels": sorted({row["detector"] for row in rows}),
            "score": max((row["score"] for row in rows), default=0.0),
            "fields": fields_of(text),
            "reasons": [reason(row) for row in rows],
            "not_judged": failed,
        }
        for text, rows in zip(texts, by_text, strict=True)
    ]


def reason(row: dict[str, Any]) -> Document:
    """Return a signal as a reason."""
    return {
        "kind": "signal",
        "name": row["detector"],
        "outcome": "protects" if row["implicates"] == "nobody" else "supports",
        "score": row["score"],
        "strength": row["strength"],
        "zh": row["reason_zh"],
        "en": row["reason_en"],
    }

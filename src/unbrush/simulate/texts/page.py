"""Pages: blocks of lines with a label each, written as text or as HTML, and where each lies."""

from dataclasses import dataclass, field
from html import escape

from unbrush.simulate.texts.dice import Dice


@dataclass
class Block:
    """Lines that belong together.

    Attributes:
        label: doorway, article, or plain.
        lines: What is read.
        sort: list, prose, table, heading: how it is laid out in HTML.
    """

    label: str
    lines: list[str]
    sort: str = "prose"


@dataclass
class Page:
    """A page before it is written down.

    Attributes:
        title: Of the window.
        blocks: From top to bottom.
        label: doorway or plain.
        kind: Family of spam, or population of honest pages.
        numbers: Telephone numbers that it is there to spread.
        brands: Whose service it claims to be.
        skeleton: Pages with the same were made from one template; empty if none.
        headed: Label of the title, where it is not that of the first block.
    """

    title: str
    blocks: list[Block]
    label: str
    kind: str
    numbers: list[str] = field(default_factory=list)
    brands: list[str] = field(default_factory=list)
    skeleton: str = ""
    headed: str = ""


@dataclass
class Written:
    """A page as it is handed over.

    Attributes:
        content: The text or the HTML.
        is_html: Which of the two.
        spans: (start, end, label) of each block, in characters of ``content``.
    """

    content: str
    is_html: bool
    spans: list[tuple[int, int, str]]


def as_text(page: Page) -> Written:
    """Write a page as a person would copy it: title, then line by line."""
    first = page.headed or page.blocks[0].label
    pieces = [(page.title + "\n", first)]
    pieces += [("\n".join(block.lines) + "\n", block.label) for block in page.blocks]
    return _joined(pieces, is_html=False)


def as_html(dice: Dice, page: Page) -> Written:
    """Write a page as a site serves it, in one of a few layouts, with what else stands in them."""
    first = page.headed or page.blocks[0].label
    keywords = "，".join([*page.brands[:6], *page.numbers[:1]])
    meta = f'<meta name="keywords" content="{escape(keywords)}">\n' if keywords else ""
    style = dice.one(("", "<style>body{font:14px sans-serif}.n{color:#c00}</style>\n"))
    script = dice.one(("", "<script>var _hmt=_hmt||[];document.title;</script>\n"))
    head = (
        f'<!DOCTYPE html>\n<html lang="zh"><head><meta charset="utf-8">\n'
        f"<title>{escape(page.title)}</title>\n{meta}{style}</head>\n<body>\n"
    )
    nav = dice.one(("", _NAVIGATION))
    pieces = [(head, ""), (nav, ""), (f"<h1>{escape(page.title)}</h1>\n", first)]
    pieces += [(_block(dice, block), block.label) for block in page.blocks]
    pieces.append((f"{script}</body></html>\n", ""))
    return _joined(pieces, is_html=True)


_NAVIGATION = (
    '<ul class="nav"><li><a href="/">首页</a></li><li><a href="/about">关于</a></li></ul>\n'
)


def _joined(pieces: list[tuple[str, str]], *, is_html: bool) -> Written:
    at, spans = 0, []
    for text, label in pieces:
        if label and text:
            spans.append((at, at + len(text.rstrip("\n")), label))
        at += len(text)
    return Written("".join(text for text, _ in pieces), is_html, spans)


def _block(dice: Dice, block: Block) -> str:
    said = [escape(line, quote=False) for line in block.lines]
    if block.sort == "heading":
        return "".join(f"<h2>{line}</h2>\n" for line in said)
    if block.sort == "table":
        rows = "".join(
            "<tr>" + "".join(f"<td>{cell}</td>" for cell in line.split("\t")) + "</tr>\n"
            for line in said
        )
        return f"<table>\n{rows}</table>\n"
    if block.sort == "list":
        way = dice.one(("li", "br", "div"))
        if way == "li":
            return "<ul>\n" + "".join(f"<li>{line}</li>\n" for line in said) + "</ul>\n"
        if way == "br":
            return "<div>" + "<br>\n".join(said) + "</div>\n"
        return "".join(f"<div>{line}</div>\n" for line in said)
    return "".join(f"<p>{line}</p>\n" for line in said)

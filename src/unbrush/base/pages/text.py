"""The text of a page: HTML or plain, in whatever encoding, bounded in time and memory.

Nothing is executed or fetched. What a browser would not show (scripts, styles, templates, comments,
elements hidden by attribute or by their own style) is left out of the text; hidden words are kept
apart, since pages that are made for searches hide some.
"""

import codecs
import re
from dataclasses import dataclass

from unbrush.base.errors import UnreadableFile
from unbrush.base.words import Words, counted

MAX_BYTES = 8 << 20
"""Size of a page beyond which it is refused; the largest pages in use have a tenth of that."""

MAX_DEPTH = 1_000
"""Nesting beyond which a page is refused: no editor makes it, and parsers suffer from it."""

MAX_REPEATED = 2_000_000
"""Elements that unclosed <b>, <font> and the like, begun anew in every block, may become."""

_SNIFFED = 4096  # where a page says what it is written in, and that it is HTML
_SHOWN_HIDDEN = 2_000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = {
    b"PK\x03\x04": "a zip archive or office document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "gzip data",
    b"PAR1": "a Parquet file",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\xd0\xcf\x11\xe0": "an old Office file",
}
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:\-]{2,40})", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|meta)[\s>/]", re.IGNORECASE)
_TAGS = re.compile(
    r"</?(?:p|div|a|span|li|ul|td|tr|table|h[1-6]|b|strong|font|script|style|section|br)"
    r"(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)
_FEWEST_TAGS = 3
_BLOCKS = re.compile(
    "address|article|aside|blockquote|body|br|caption|center|dd|details|div|dl|dt|fieldset"
    "|figcaption|figure|footer|form|h[1-6]|header|hr|html|li|main|nav|ol|option|p|pre|section"
    "|select|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
_PARAGRAPHS = re.compile("article|blockquote|div|h[1-6]|ol|p|section|table|ul")
_NEVER = re.compile(
    "script|style|template|noscript|head|svg|math|iframe|object|embed|canvas|audio|video|-comment"
    "|textarea|datalist|noembed|noframes"
)
# Elements that need no end; and those that are begun anew in every block until they are ended.
_ENDLESS = (
    "area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr"
    "|p|li|td|th|tr|tbody|thead|tfoot|option|dt|dd|html|head|body"
)
_TAG = re.compile(rf"<(/?)(?!(?:{_ENDLESS})[\s>/])([a-z][a-z0-9]{{0,15}})", re.IGNORECASE)
_RENEWED = re.compile("a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u", re.IGNORECASE)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)"
    r"|font-size\s*:\s*0(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:;|!|$)"
    r"|(?:text-indent|left|top|margin-left)\s*:\s*-\d{3,6}(?:px|em|pt|rem|%)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class PageText:
    """What a page says to its readers.

    Attributes:
        text: Plain text; of HTML what is shown, blocks on lines of their own. Segments count its
            characters.
        is_html: Whether it was HTML.
        title: The title of the HTML page; '' if there is none.
        hidden: Words that the page holds but does not show, the first 2,000 characters.
        n_hidden: Characters that it does not show.
        encoding: What the bytes were read as; '' if they came as text.
        notes: What is odd about the page itself.
    """

    text: str
    is_html: bool = False
    title: str = ""
    hidden: str = ""
    n_hidden: int = 0
    encoding: str = ""
    notes: tuple[Words, ...] = ()


def page_text(content: str | bytes, *, name: str = "the page") -> PageText:
    """Return the text of a page; plain text stays as it is, to the character.

    Args:
        content: The page as it was saved or sent.
        name: How to call it in errors.

    Raises:
        UnreadableFile: Too large, too deeply nested, no text, or in no encoding that we read.
    """
    encoding = ""
    if isinstance(content, bytes):
        content, encoding = _decoded(content, name)
    elif len(content) > MAX_BYTES:
        raise _too_large(len(content), "characters", name)
    if not is_html(content):
        return PageText(text=content, encoding=encoding)
    return _shown(content, encoding, name)


def is_html(text: str) -> bool:
    """Whether a text is HTML: it says so at its head, or is full of tags."""
    if _HTML.search(text, 0, _SNIFFED):
        return True
    tags = _TAGS.finditer(text, 0, 64 * _SNIFFED)
    return sum(1 for _ in zip(range(_FEWEST_TAGS), tags, strict=False)) == _FEWEST_TAGS


def _too_large(size: int, unit: str, name: str) -> UnreadableFile:
    return UnreadableFile(
        f"{name} has {size:,} {unit}; pages up to {MAX_BYTES:,} are read.",
        hint="Give one page at a time, or cut the file where its pages begin.",
    )


def _decoded(content: bytes, name: str) -> tuple[str, str]:
    """Decode by byte-order mark, else as UTF-8 if it is, as declared, or as GB18030."""
    if len(content) > MAX_BYTES:
        raise _too_large(len(content), "bytes", name)
    for magic, what in _MAGIC.items():
        if content.startswith(magic):
            hint = "Give a web page (.html) or plain text; pictures are checked as pictures."
            raise UnreadableFile(f"{name} is {what}, not a page.", hint=hint)
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _strict(content, encoding, name), encoding.removesuffix("-sig")
    if b"\x00" in content[:_SNIFFED]:
        raise UnreadableFile(
            f"{name} holds zero bytes: it is UTF-16 without its mark, or no text.",
            hint="Save it as UTF-8.",
        )
    declared = _CHARSET.search(content, 0, _SNIFFED)
    tried = ["utf-8", *([_known(declared.group(1))] if declared else []), "gb18030", "big5"]
    for encoding in filter(None, tried):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    loose = content.decode("utf-8", "replace")
    if loose.count("\ufffd") <= len(loose) // 50:
        return loose, "utf-8, damaged"
    raise UnreadableFile(
        f"{name} is in no encoding that we read (UTF-8, UTF-16, GB18030, Big5"
        f"{', ' + declared.group(1).decode('ascii') if declared else ''}).",
        hint="Save it again as UTF-8.",
    )


def _known(declared: bytes) -> str:
    """The codec of a declared charset; '' if there is none or it is not one of text."""
    try:
        codec = codecs.lookup(declared.decode("ascii"))
    except (LookupError, UnicodeDecodeError):
        return ""
    is_text = getattr(codec, "_is_text_encoding", True)
    wide = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252"}
    return wide.get(codec.name, codec.name) if is_text and "utf-7" not in codec.name else ""


def _strict(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"{name} begins as {encoding.upper()} but byte {error.start:,} is none.",
            hint="Save it again as UTF-8.",
        ) from error


def _shown(html: str, encoding: str, name: str) -> PageText:
    """Walk the tree once, without recursion, and gather what is shown and what is hidden."""
    from selectolax.lexbor import LexborHTMLParser

    _refuse_deep(html, name)
    tree = LexborHTMLParser(html.encode("utf-8", "replace"))
    title_node = tree.css_first("title")
    title = " ".join(title_node.text().split()) if title_node is not None else ""
    shown: list[str] = []
    hidden: list[str] = []
    # A stack of what is still to be visited: a node and whether something above it hides it, or
    # the break after a block.
    stack: list[tuple[object, bool]] = [(tree.root, False)]
    while stack:
        node, is_hidden = stack.pop()
        if isinstance(node, str):
            shown.append(node)
            continue
        _visit(node, is_hidden, stack, shown, hidden)
    text = _tidy("".join(shown))
    unseen = " ".join("".join(hidden).split())
    return PageText(
        text=text,
        is_html=True,
        title=title,
        hidden=unseen[:_SHOWN_HIDDEN],
        n_hidden=len(unseen),
        encoding=encoding,
        notes=_notes(len(text), len(unseen)),
    )


def _visit(
    node: object,
    is_hidden: bool,
    stack: list[tuple[object, bool]],
    shown: list[str],
    hidden: list[str],
) -> None:
    tag = getattr(node, "tag", None)
    if tag == "-text":
        words = getattr(node, "text_content", None) or ""
        (hidden if is_hidden else shown).append(re.sub(r"\s+", " ", words))
        return
    if not isinstance(tag, str) or _NEVER.fullmatch(tag):
        return
    attributes = getattr(node, "attributes", {}) or {}
    is_hidden = is_hidden or "hidden" in attributes or _is_styled_away(attributes)
    if _BLOCKS.fullmatch(tag) and not is_hidden:
        edge = "\n\n" if _PARAGRAPHS.fullmatch(tag) else "\n"
        shown.append("\n" if tag == "br" else edge)
        stack.append((edge if tag != "br" else "", False))
    children = []
    child = getattr(node, "child", None)
    while child is not None:
        children.append((child, is_hidden))
        child = child.next
    stack.extend(reversed(children))


def _is_styled_away(attributes: dict[str, str | None]) -> bool:
    style = attributes.get("style")
    return bool(style) and _HIDING.search(str(style)[:_SNIFFED]) is not None


def _tidy(text: str) -> str:
    """Single blanks, no blanks at line ends, at most one empty line."""
    text = re.sub(r"[ \t\xa0]+", " ", text)
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _refuse_deep(html: str, name: str) -> None:
    """Refuse absurd nesting before a parser sees it, by counting what begins and ends."""
    depth = deepest = renewed = most_renewed = 0
    for match in _TAG.finditer(html):
        step = -1 if match.group(1) else 1
        depth = max(depth + step, 0)
        deepest = max(deepest, depth)
        if _RENEWED.fullmatch(match.group(2)):
            renewed = max(renewed + step, 0)
            most_renewed = max(most_renewed, renewed)
    n_blocks = html.count("<p") + html.count("<P") + html.count("<td") + html.count("<li")
    if deepest > MAX_DEPTH:
        what = f"{deepest:,} elements in one another; up to {MAX_DEPTH:,} are read"
    elif most_renewed * n_blocks > MAX_REPEATED:
        what = f"{most_renewed:,} unclosed styles that {n_blocks:,} blocks would each repeat"
    else:
        return
    raise UnreadableFile(
        f"{name} nests {what}.",
        hint="It was made to stop readers. Give the text that a browser shows instead.",
    )


def _notes(n_shown: int, n_hidden: int) -> tuple[Words, ...]:
    if n_hidden < 50 or n_hidden < 0.2 * n_shown:
        return ()
    return (
        Words(
            f"页面藏有 {n_hidden} 个不显示的字符（可见 {n_shown} 个）",
            f"the page hides {counted(n_hidden, 'character')} beside {n_shown:,} that it shows",
        ),
    )

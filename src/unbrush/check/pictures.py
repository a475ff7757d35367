"""Pictures → documents: the text of a screenshot, its fields and codes, and what it promises.

The readers of pictures are extras; where they are missing the error says what to install.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from unbrush.base.errors import InputError, UnreadableFile
from unbrush.check.documents import Document, error_of
from unbrush.check.fields import PICTURE_PATH, Id, Ids, as_text, id_of, text_field
from unbrush.check.held import HeldMarket
from unbrush.check.lines import Record
from unbrush.check.looks import Looks, look_of
from unbrush.check.market import PostMarket
from unbrush.check.posts import post_findings

WHOSE = {
    "account_id": ("account_id", "account", "user_id", "用户", "账号"),
    "item_id": ("item_id", "item", "product_id", "商品", "商品编号"),
}
"""Under what a record says who posted a picture and of which item; told beside its copies."""


def check_picture(
    market: PostMarket,
    path: Path,
    *,
    label: str,
    looks: Looks,
    name: Document | None = None,
    held: HeldMarket | None = None,
) -> Document:
    """Return the document of one picture.

    Args:
        market: Where the detectors look.
        path: The picture.
        label: What to call it in errors.
        looks: The pictures before it, with which it is compared.
        name: What later pictures call it; its label alone if None.
        held: A collected market to compare its fields with.

    Raises:
        InputError: It is no picture that we open, or the readers are not installed.
    """
    from unbrush.collect.pictures.screenshot import read_screenshot

    seen = read_screenshot(path, key=held.key if held else None, label=label)
    shown = seen.to_json()
    document: Document = {"id": None, "kind": "picture", "shows": shown.pop("kind")}
    shown.pop("format")
    # Findings rest on what was read; what is shown of it is masked and may be longer or shorter.
    (found,) = post_findings(market, [seen.text]) if seen.text.strip() else ({},)
    text = "\n".join(seen.shown)
    if text != seen.text:
        _forget_places(found.get("fields", {}))
    matches = {"market": [each.to_json() for each in held.matches(seen)]} if held else {}
    copies = looks.compared(look_of(path, label=label), name or {"path": label})
    looks_like = {"pictures": copies} if copies else {}
    return document | {"text": text} | found | {"screenshot": shown} | matches | looks_like


def _forget_places(fields: Document) -> None:
    """Take out of fields where words stand: not in the text that is shown."""
    fields.pop("spans", None)
    for contact in fields.get("contacts", ()):
        del contact["start"], contact["end"]


def check_pictures(
    market: PostMarket,
    records: Iterable[Record],
    *,
    root: Path,
    looks: Looks,
    held: HeldMarket | None = None,
) -> Iterator[Document]:
    """Yield a document per record that names a picture, in order.

    Args:
        market: Where the detectors look.
        records: Each with the path of a picture.
        root: Folder that paths are relative to and may not leave.
        looks: The pictures before them, with which they are compared.
        held: A collected market to compare their fields with.
    """
    ids = Ids()
    for record in records:
        own: Id | None = None
        start: Document = {"id": None, "kind": "picture", "line": record.line}
        try:
            if record.error is not None:
                raise record.error
            own = id_of(record.fields)
            ids.take(own, record.line)
            _, name = text_field(record.fields, PICTURE_PATH)
            called = {"path": name, "line": record.line} | _whose(own, record)
            path = within(root, name)
            found = check_picture(market, path, label=name, looks=looks, name=called, held=held)
            yield start | found | {"id": own, "path": name}
        except InputError as error:
            yield start | {"id": own, "error": error_of(error)}


def _whose(own: Id | None, record: Record) -> Document:
    """Return the id of a picture and whose it is, as far as its record says."""
    known: Document = {} if own is None else {"id": own}
    for name, titles in WHOSE.items():
        value = next((t for each in titles if (t := as_text(record.fields.get(each), each))), "")
        if value:
            known[name] = value
    return known


def within(root: Path, name: str) -> Path:
    """Return the path of a picture that a list names; a list may not reach outside its folder.

    Raises:
        UnreadableFile: It would.
    """
    try:
        path = (root / name).resolve()
        is_inside = path.is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):  # a loop of links; a NUL within
        is_inside = False
    if not is_inside:
        raise UnreadableFile(
            f"{name[:200]} lies outside the folder of the list that names it.",
            hint="Move it there, or name it on the command line.",
        )
    return path

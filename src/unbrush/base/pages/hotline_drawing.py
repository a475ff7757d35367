"""The graph number → brands → pages as a drawing: where every box and line stands.

Three columns: pages that say a number, the number, the brands it answers for. Numbers stand one
below the other, each with its own pages and brands, so that no lines cross; a brand of two numbers
stands twice. What does not fit is counted in a last box, never dropped unsaid.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_NUMBERS, MOST_PAGES, MOST_BRANDS = 8, 8, 12
WIDTH, ROW, GAP, HEAD = 760, 24, 18, 10
PAGES_END, NUMBER_AT, NUMBER_HALF, BRANDS_START = 230, 380, 78, 530
WIDEST = 28  # of a label, where an ideograph is two wide


@dataclass(frozen=True, kw_only=True)
class Call:
    """One page that says one number, with the brands beside it.

    Attributes:
        page: Its id, title or file, as people know it.
        number: As it may be shown.
        brands: Names that the number stands under there.
    """

    page: str
    number: str
    brands: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Box:
    """A label at a place: a page ends at ``x``, a number has ``x`` in its middle, a brand begins.

    Attributes:
        kind: ``page``, ``number`` or ``brand``.
        x: From the left.
        y: Its middle, from the top.
        label: What to write; ``+n`` for those that are not drawn.
        whole: The label uncut.
    """

    kind: str
    x: int
    y: int
    label: str
    whole: str


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """Where everything stands.

    Attributes:
        width: Of the whole.
        height: Of the whole.
        boxes: Labels.
        lines: Paths as SVG writes them, from page to number and from number to brand.
        n_numbers: Numbers drawn.
        n_left: Numbers that had no room.
    """

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    n_numbers: int
    n_left: int


def drawing_of(calls: Iterable[Call]) -> Drawing | None:
    """Return the drawing of ``calls``; None if no number stands beside any brand.

    Numbers come by how many brands, then pages, they have; pages and brands by how often.
    """
    pages: dict[str, Counter[str]] = {}
    brands: dict[str, Counter[str]] = {}
    for call in calls:
        pages.setdefault(call.number, Counter())[call.page] += 1
        brands.setdefault(call.number, Counter()).update(set(call.brands))
    numbers = sorted(
        (number for number in pages if brands[number]),
        key=lambda number: (-len(brands[number]), -len(pages[number]), number),
    )
    if not numbers:
        return None
    boxes: list[Box] = []
    lines: list[str] = []
    top = HEAD
    for number in numbers[:MOST_NUMBERS]:
        left = _listed(pages[number], MOST_PAGES)
        right = _listed(brands[number], MOST_BRANDS)
        height = ROW * max(len(left), len(right))
        middle = top + height // 2
        boxes.append(_box("number", NUMBER_AT, middle, number))
        for kind, x, labels in (("page", PAGES_END, left), ("brand", BRANDS_START, right)):
            first = top + (height - ROW * len(labels)) // 2 + ROW // 2
            for place, label in enumerate(labels):
                y = first + ROW * place
                boxes.append(_box(kind, x, y, label))
                lines.append(_line(kind, x, y, middle))
        top += height + GAP
    return Drawing(
        width=WIDTH,
        height=top - GAP + HEAD,
        boxes=tuple(boxes),
        lines=tuple(lines),
        n_numbers=min(len(numbers), MOST_NUMBERS),
        n_left=max(0, len(numbers) - MOST_NUMBERS),
    )


def _listed(counts: Counter[str], most: int) -> list[str]:
    """Return the most frequent labels, the last one a count of the others if there are more."""
    order = sorted(counts, key=lambda label: (-counts[label], label))
    return order if len(order) <= most else [*order[: most - 1], f"+{len(order) - most + 1}"]


def _box(kind: str, x: int, y: int, label: str) -> Box:
    whole = _seen(label)
    return Box(kind=kind, x=x, y=y, label=_cut(whole), whole=whole)


def _line(kind: str, x: int, y: int, middle: int) -> str:
    if kind == "page":
        start, end, bend = (x + 8, y), (NUMBER_AT - NUMBER_HALF, middle), 36
    else:
        start, end, bend = (NUMBER_AT + NUMBER_HALF, middle), (x - 8, y), 36
    return (
        f"M{start[0]} {start[1]}C{start[0] + bend} {start[1]} "
        f"{end[0] - bend} {end[1]} {end[0]} {end[1]}"
    )


def _seen(label: str) -> str:
    """Return a stranger's words on one line, without what turns them around or hides."""
    shown = (
        " " if each.isspace() else "�" if unicodedata.category(each)[0] == "C" else each
        for each in label
    )
    return " ".join("".join(shown).split())


def _cut(label: str) -> str:
    width = 0
    for place, each in enumerate(label):
        width += 2 if unicodedata.east_asian_width(each) in "WF" else 1
        if width > WIDEST:
            return label[: max(1, place - 1)] + "…"
    return label

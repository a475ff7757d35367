"""Pages with known truth: half of them doorways, half honest; text and HTML."""

from collections.abc import Iterator
from typing import Any

from unbrush.simulate.chance import Streams
from unbrush.simulate.texts.dice import Dice
from unbrush.simulate.texts.doorways import doorway, specimen
from unbrush.simulate.texts.page import Page, as_html, as_text
from unbrush.simulate.texts.plain_pages import plain_page

HTML_SHARE = 0.4


def pages(
    streams: Streams, n: int, *, level: int
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each page and its truth; each depends on the seed, the level and its number only."""
    for number in range(n):
        dice = Dice(streams.part("texts pages", level, number))
        page = doorway(dice, level=level) if dice.chance(0.5) else plain_page(dice)
        yield handed_over(dice, page, own=f"w{number + 1:06d}")


def the_specimen(streams: Streams, *, own: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the page that has the measures of the published one, as text."""
    dice = Dice(streams.part("texts specimen"))
    return handed_over(dice, specimen(dice), own=own, html_share=0.0)


def handed_over(
    dice: Dice, page: Page, *, own: str, html_share: float = HTML_SHARE
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write a page down; return the record to be checked, and the truth of it.

    Spans of the truth count characters of the record's ``text`` or ``html``; their lines are what
    a person reads there.
    """
    written = as_html(dice, page) if dice.chance(html_share) else as_text(page)
    first = page.headed or page.blocks[0].label
    # Where HTML has a heading of its own, or text a first line, it belongs to the first block.
    said = [(first, [page.title]), *((block.label, block.lines) for block in page.blocks)]
    truth = {
        "id": own,
        "label": page.label,
        "kind": page.kind,
        "is_html": written.is_html,
        "numbers": page.numbers,
        "brands": page.brands,
        "skeleton": page.skeleton,
        "spans": [
            {"start": start, "end": end, "label": label, "lines": lines}
            for (start, end, label), (_, lines) in zip(written.spans, said, strict=True)
        ],
    }
    return {"id": own, "html" if written.is_html else "text": written.content}, truth

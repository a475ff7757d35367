"""Screenshots: a picture from anybody → what it says, what kind it is and the fields it states.

The one door to OCR. Nothing is fetched and nothing that a picture says is acted on: links are not
opened, words are not obeyed. What is personal is masked in everything that is shown; with a key, a
name also becomes the token that `collect` makes of it, by which it can be found in a market.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from unbrush.base.manifest import Note
from unbrush.base.pictures.screenshot import Box, Code, Field, ScreenKind, Screenshot, TextLine
from unbrush.collect.personal import token_of
from unbrush.collect.pictures.bubbles import bubbles_of
from unbrush.collect.pictures.fields import fields_of
from unbrush.collect.pictures.kinds import kind_of
from unbrush.collect.pictures.masking import (
    account_ids,
    masked_code,
    masked_line,
    masked_name,
)
from unbrush.collect.pictures.ocr import LIMITS, Limits, Reading, read_lines
from unbrush.collect.pictures.opening import open_picture
from unbrush.collect.pictures.qr import read_codes
from unbrush.collect.pictures.stars import stars_in

MOSTLY_DRAWN = 0.45  # of a line's box; unfilled stars, which are not seen, may be the rest
UNSURE = 0.8
"""Mean confidence of the lines below which the reader is told to compare with the picture."""


def read_screenshot(
    source: Path | bytes | str,
    *,
    key: bytes | None = None,
    label: str = "",
    limits: Limits = LIMITS,
) -> Screenshot:
    """Read a screenshot.

    Args:
        source: Its file, or what is in it.
        key: The secret under which `collect` hashes what is personal; None for no tokens.
        label: What to call it in errors; the file's name if empty.
        limits: How much of it is read.

    Raises:
        SourceNotFound: There is no such file.
        UnreadablePicture: It is no picture, not only a picture, broken or too large.
        MissingExtra: The extra ``ocr`` is not installed.
    """
    picture = open_picture(Path(source) if isinstance(source, str) else source, label=label)
    reading = read_lines(picture.pixels, limits=limits)
    codes = read_codes(reading.upright)
    stars = stars_in(reading.upright)
    lines = _without_drawings(reading.lines, [*(box for _, box in stars), *_boxes(codes)])
    bubbles = bubbles_of(reading.upright, lines)
    kind, cues = kind_of(lines, codes, bubbles)
    stated = fields_of(kind, lines, codes, [filled for filled, _ in stars])
    name = stated.get("account")
    own = (str(name.value),) if name else ()
    names = (*own, *account_ids("\n".join(line.text for line in lines)))
    height, width = reading.upright.shape[:2]
    return Screenshot(
        kind=kind,
        kind_cues=tuple(masked_line(cue, names) for cue in cues),
        width=width,
        height=height,
        turned=reading.turned,
        lines=lines,
        shown=tuple(masked_line(line.text, names) for line in lines),
        codes=tuple(replace(code, shown=masked_code(code)) for code in codes),
        fields=_without_names(stated, names, key),
        bubbles=bubbles if kind is ScreenKind.CHAT else (),
        notes=_notes(reading),
    )


def _boxes(codes: Sequence[Code]) -> list[Box]:
    """Return the places of codes that have an area: within a barcode's box runs its number."""
    return [code.box for code in codes if code.box.height > code.box.width / 2]


def _without_drawings(lines: Sequence[TextLine], drawings: Sequence[Box]) -> tuple[TextLine, ...]:
    """Leave out what was read into drawn stars and QR codes: it is no text."""
    return tuple(
        line
        for line in lines
        if not any(_covered(line.box, drawing) > MOSTLY_DRAWN for drawing in drawings)
    )


def _covered(box: Box, other: Box) -> float:
    across = min(box.right, other.right) - max(box.left, other.left)
    down = min(box.bottom, other.bottom) - max(box.top, other.top)
    return max(0, across) * max(0, down) / max(1, box.width * box.height)


def _without_names(
    stated: Mapping[str, Field], names: tuple[str, ...], key: bytes | None
) -> dict[str, Field]:
    """Return the fields with what is personal masked, and the token of a name if there is a key."""
    fields: dict[str, Field] = {}
    for name, found in stated.items():
        value = found.value
        if name == "account":
            fields[name] = replace(found, value=masked_name(str(value)))
            if key is not None and "*" not in str(value):
                fields["account_token"] = replace(found, value=token_of(str(value), key))
        elif isinstance(value, str) and name in ("shop", "item"):
            fields[name] = replace(found, value=masked_line(value, names))
        else:
            fields[name] = found
    return fields


def _notes(reading: Reading) -> tuple[Note, ...]:
    notes = []
    height = reading.upright.shape[0]
    if reading.read_until < height:
        share = round(100 * reading.read_until / height)
        notes.append(
            Note(
                code="not-all-read",
                about="picture",
                zh=f"图片太长或文字太多，只读了上部约 {share}%；请裁剪后分别提交。",
                en=f"Too long or too full: about the upper {share} % was read. Cut it into parts.",
            )
        )
    if not reading.lines:
        notes.append(
            Note(
                code="no-text",
                about="picture",
                zh="图中没有认出文字；无法判断其内容。",
                en="No text was recognised; nothing can be said of what the picture says.",
            )
        )
    elif sum(line.confidence for line in reading.lines) < UNSURE * len(reading.lines):
        notes.append(
            Note(
                code="hard-to-read",
                about="picture",
                zh="图片不清晰，识别结果可能有误；请与原图核对。",
                en="The picture is hard to read; compare what was read with it.",
            )
        )
    return tuple(notes)

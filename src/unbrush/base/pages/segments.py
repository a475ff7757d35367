"""A page cut into segments: what was made to catch searches, and what is there to be read.

A page may hold both: a list of places around one hotline, and a real article pasted behind it. The
list is cut out, the article kept.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from unbrush.base.pages.evidence import Evidence, Known, Span, evidence_of, reasons_for
from unbrush.base.pages.marks import BRAND, NUMBER, PLACE, Marks, marks_of
from unbrush.base.pages.skeletons import number_sentences
from unbrush.base.pages.style import styles
from unbrush.base.pages.words import Sort
from unbrush.base.words import Words

DOORWAY: Literal["doorway"] = "doorway"
KEPT: Literal["kept"] = "kept"

SURE = 0.5
"""Score from which a segment is a doorway."""

BRIDGE = 200
"""Characters between two doorway segments that still belong to them, if they tell nothing."""

MOST_TRIMMED = 4
"""Lines that are given back to an article at one end of a doorway segment."""

FEWEST_TOLD = 60
"""Characters beyond a segment's end that may be an article, to which lines are given back."""

MAX_CHARACTERS = 4_000_000
"""Characters of a page that are read; what is beyond them is kept unread."""


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A part of a page.

    Attributes:
        start: Where it begins, in characters of the text given.
        end: Where it ends; the next one begins there.
        label: doorway or kept.
        score: How surely it was made to catch searches, 0-1; a doorway has 0.5 and more.
        reasons: Why, in both languages; a kept segment says what was not enough, or nothing.
    """

    start: int
    end: int
    label: Literal["doorway", "kept"]
    score: float
    reasons: list[Words] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page that was read.

    Attributes:
        segments: All of it, in order, without gaps; neighbours differ in label.
        doorway_share: Share of its characters in doorway segments, 0-1.
        found: Counts over the doorway segments, or over what came nearest to one.
        pairs: How often a number stands beside a brand, anywhere on the page.
        sentences: What `page_skeletons.number_sentences` found.
        n_unread: Characters beyond `MAX_CHARACTERS`.
    """

    segments: list[Segment]
    doorway_share: float
    found: Evidence
    pairs: Counter[tuple[str, str]]
    sentences: list[tuple[str, int, str]]
    n_unread: int = 0

    @property
    def is_doorway(self) -> bool:
        """Whether any segment is a doorway."""
        return any(segment.label == DOORWAY for segment in self.segments)


def read_page(text: str, *, known: Mapping[str, Known] | None = None) -> Page:
    """Cut a page into segments; deterministic, and linear in its length.

    Args:
        text: Its text, with or without line breaks (for HTML see `page_text`).
        known: What other pages say of numbers (`hotline_graph.known_numbers`).
    """
    marks = marks_of(text[:MAX_CHARACTERS])
    spans = styles(marks)
    whole = evidence_of(marks, spans, known)
    doorways = _doorways(marks, spans, whole, known)
    kept_score = _kept_score(marks, spans, doorways)
    found = evidence_of(marks, [span for span, _ in doorways], known) if doorways else whole
    segments = _cover(marks, doorways, kept_score, len(text), known)
    in_doorways = sum(one.end - one.start for one in segments if one.label == DOORWAY)
    return Page(
        segments=segments,
        doorway_share=in_doorways / len(text) if text else 0.0,
        found=found,
        pairs=marks.pairs,
        sentences=number_sentences(marks),
        n_unread=max(0, len(text) - MAX_CHARACTERS),
    )


def _doorways(
    marks: Marks, spans: Sequence[Span], whole: Evidence, known: Mapping[str, Known] | None
) -> list[tuple[Span, float]]:
    """Stretches that are doorways, with their scores.

    A page that is one in all its listing stretches together (the number may stand in one and the
    places in another) marks each that takes part; else each stands for itself.
    """
    own = [(span, evidence_of(marks, [span], known)) for span in spans]
    if whole.score() >= SURE:
        taking = [(span, one) for span, one in own if _takes_part(one, whole)]
        chosen = [(span, max(whole.score(), one.score())) for span, one in taking]
    else:
        chosen = [(span, one.score()) for span, one in own if one.score() >= SURE]
    joined = [(_trimmed(marks, span), score) for span, score in _bridged(marks, chosen)]
    return [(span, score) for span, score in joined if span[0] < span[1]]


def _trimmed(marks: Marks, span: Span) -> Span:
    """A stretch without the lines at its ends that call nobody: an article's headline or lead.

    Where an article follows spam directly, its first lines name a city and look like a list.
    """
    start, end = span
    ends = np.flatnonzero(marks.is_end)
    length = len(marks.kinds)
    for _ in range(MOST_TRIMMED):
        if end >= length or not _tells_on(marks, end, length):
            break
        before = ends[np.searchsorted(ends, end - 1) - 1] + 1 if (ends < end - 1).any() else 0
        if before <= start or not _calls_nobody(marks, int(before), end):
            break
        end = int(before)
    for _ in range(MOST_TRIMMED):
        if start == 0 or not _tells_on(marks, 0, start):
            break
        place = int(np.searchsorted(ends, start))
        after = int(ends[place]) + 1 if place < len(ends) else length
        if after >= end or not _calls_nobody(marks, start, after):
            break
        start = after
    return start, end


def _tells_on(marks: Marks, start: int, end: int) -> bool:
    """Whether enough stands there to be an article."""
    return end - start >= FEWEST_TOLD


def _calls_nobody(marks: Marks, start: int, end: int) -> bool:
    """Whether a line has no number or brand, hardly a word that sells, and lists no places."""
    kinds = marks.kinds[start:end]
    points = marks.page.points[start:end]
    says = int(
        ((points >= 0x3400) & (points < 0xA000)).sum() + ((points >= 97) & (points <= 122)).sum()
    )
    if not says:
        return True
    if np.isin(kinds, (NUMBER, BRAND, int(Sort.NAMED))).any():
        return False
    first, last = np.searchsorted(marks.word_starts, (start, end))
    n_push = int((marks.word_sorts[first:last] == Sort.PUSH).sum())
    return n_push <= 1 and int((kinds == PLACE).sum()) <= 0.5 * says


def _takes_part(one: Evidence, whole: Evidence) -> bool:
    """Whether a stretch shares the page's number or brand, or lists many places itself."""
    if one.spared() < 1 and one.number != whole.number:
        return False
    shares_number = whole.number != "" and one.numbers[whole.number] > 0
    shares_brand = sum(one.brands.values()) > 0 and one.n_push > 0
    sells = one.n_push >= 3 and one.n_distinct >= 2
    return shares_number or shares_brand or sells or one.n_distinct >= 15


def _bridged(marks: Marks, chosen: Sequence[tuple[Span, float]]) -> list[tuple[Span, float]]:
    """Join neighbours between which little stands and nothing is told."""
    joined: list[tuple[Span, float]] = []
    for (start, end), score in chosen:
        if joined:
            (first, last), before = joined[-1]
            between = evidence_of(marks, [(last, start)]) if start - last <= BRIDGE else None
            if between is not None and between.n_stops <= 2 and not _tells(marks, last, start):
                joined[-1] = ((first, end), max(score, before))
                continue
        joined.append(((start, end), score))
    return joined


def _tells(marks: Marks, start: int, end: int) -> bool:
    return bool((marks.kinds[start:end] == Sort.STORY).any())


def _kept_score(
    marks: Marks, spans: Sequence[Span], doorways: Sequence[tuple[Span, float]]
) -> float:
    """The score of what was kept: of its listing stretches together."""
    ends = np.array([end for (_, end), _ in doorways], np.int64)
    starts = np.array([start for (start, _), _ in doorways], np.int64)
    own = np.array([start for start, _ in spans], np.int64)
    inside = np.searchsorted(starts, own, side="right") > np.searchsorted(ends, own, side="right")
    left = [span for span, is_inside in zip(spans, inside.tolist(), strict=True) if not is_inside]
    return min(SURE - 0.0001, evidence_of(marks, left).score())


def _cover(
    marks: Marks,
    doorways: Sequence[tuple[Span, float]],
    kept_score: float,
    length: int,
    known: Mapping[str, Known] | None,
) -> list[Segment]:
    """Doorways and what is between them, in characters of the text given."""
    places = marks.page.places
    segments: list[Segment] = []
    at = 0
    for (first, last), score in doorways:
        start = int(places[first]) if first else 0
        end = int(places[last])
        if start > at:
            segments.append(Segment(start=at, end=start, label=KEPT, score=kept_score))
        reasons = reasons_for(evidence_of(marks, [(first, last)], known))
        segments.append(Segment(start=start, end=end, label=DOORWAY, score=score, reasons=reasons))
        at = end
    if at < length:
        segments.append(Segment(start=at, end=length, label=KEPT, score=kept_score))
    return segments

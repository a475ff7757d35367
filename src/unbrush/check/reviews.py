"""Reviews → documents: what each review was found to be, and what is left of an item's rating.

The stages decide; here their tables are only opened into words and numbers for one reader. A review
is *excluded* if `judge` neutralised it, *doubtful* if something was found and was too little for
that, and otherwise *kept*. Nobody is accused: a bought review may be a rival's.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from unbrush.base.engine import Engine
from unbrush.base.errors import EmptyTable
from unbrush.base.progress import Progress, silent
from unbrush.base.rating import SCALES, mean_of, scale_of
from unbrush.base.text.stock_phrases import is_default
from unbrush.check.clusters import Clusters, clusters_of
from unbrush.check.documents import Document, error_of, words_of
from unbrush.check.gathering import Gathered, Given, Item, none_usable
from unbrush.check.limitations import limitations
from unbrush.check.market import Judged, judge_reviews
from unbrush.check.missed import Rated, bounds_of
from unbrush.check.standing_in import Staged, stage
from unbrush.check.terms import METHOD

EXCLUDED, DOUBTFUL, KEPT = "excluded", "doubtful", "kept"
OF_ONE_TEXT = {"invented-text"}
"""Detectors that read one text and nothing beside it: alone they leave no review out of a mean."""

READY_MADE = ("default", "tag", "assisted")

Ends = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Reviews after the stages.

    Attributes:
        reviews: A document per review given, in order.
        items: A document per item, in the order in which items first appear.
        item_of: Which item document each review belongs to; -1 for one that cannot be used.
    """

    reviews: list[Document]
    items: list[Document]
    item_of: list[int]


def check_reviews(
    engine: Engine,
    found: Gathered,
    *,
    now_ms: int,
    keep_text: bool = False,
    progress: Progress = silent,
) -> Checked:
    """Take the reviews of one source through the stages.

    Args:
        engine: Where SQL runs.
        found: What was read.
        now_ms: The present (epoch ms UTC); later reviews are refused.
        keep_text: Let the document of each review have its ``text``.
        progress: Told the step and the share that is done.

    """
    _mark_defaults(found.given)
    staged = stage([found])
    if not staged.places:
        return _unusable(found)
    with tempfile.TemporaryDirectory(prefix="unbrush-") as folder:
        try:
            judged = judge_reviews(engine, staged, Path(folder), now_ms=now_ms, progress=progress)
        except EmptyTable as error:  # collect refused every one
            for place in staged.places:
                found.given[place] = replace(found.given[place], error=error)
            return _unusable(found)
    opened = _Opened(found, staged, judged, clusters_of(found.given, judged))
    return opened.checked(keep_text=keep_text)


def _unusable(found: Gathered) -> Checked:
    """Return the documents of reviews of which none can be used."""
    errors = [
        {"id": each.id, "kind": "review", "line": each.line, "error": error_of(each.error)}
        for each in found.given
        if each.error is not None
    ]
    return Checked(reviews=errors, items=[], item_of=[-1] * len(errors))


def _mark_defaults(given: list[Given]) -> None:
    """Know the platform's own sentences where the source does not say where a text comes from."""
    texts = pa.array([each.values.get("text") for each in given], pa.string())
    for place in pc.indices_nonzero(pc.fill_null(is_default(texts), False)).to_pylist():
        given[place].values.setdefault("text_source", "default")


class _Opened:
    """The tables of the stages, by review."""

    def __init__(self, found: Gathered, staged: Staged, judged: Judged, clusters: Clusters) -> None:
        self.found, self.staged, self.judged, self.clusters = found, staged, judged, clusters
        self.signals = _by_subject(judged.signals, "review")
        self.reasons = _by_subject(judged.reasons, "review")
        self.decisions = _by_subject(judged.decisions, "review")
        self.collected = {str(row["review_id"]): row for row in judged.reviews}
        self.rejects: dict[int, list[dict[str, Any]]] = {}
        for row in judged.rejects:
            if row["file"].startswith("reviews"):
                self.rejects.setdefault(staged.places[row["row"] - 1], []).append(row)
        self.ratings: dict[int, float] = {}
        for key, row in self.collected.items():
            if row["rating"] is not None:
                self.ratings[int(key) - 1] = row["rating"]
        self.ends = scale_of(list(self.ratings.values()))

    def checked(self, *, keep_text: bool) -> Checked:
        reviews = [self.review(place) for place in range(len(self.found.given))]
        if keep_text:
            for given, review in zip(self.found.given, reviews, strict=True):
                review["text"] = given.values.get("text", "")
        places: dict[str, list[int]] = {}
        for place, each in enumerate(self.found.given):
            if "error" not in reviews[place]:
                places.setdefault(each.item, []).append(place)
        items = [self.item(item, own, reviews) for item, own in places.items()]
        item_of = [-1] * len(reviews)
        for number, own in enumerate(places.values()):
            for place in own:
                item_of[place] = number
        return Checked(reviews=reviews, items=items, item_of=item_of)

    def review(self, place: int) -> Document:
        """Return the document of one review."""
        given, key = self.found.given[place], str(place + 1)
        document: Document = {"id": given.id, "kind": "review", "line": given.line}
        if given.error is not None:
            return document | {"error": error_of(given.error)}
        rejects = self.rejects.get(place, [])
        if key not in self.collected:
            return document | {"error": _rejected(rejects)}
        signals = self.signals.get(key, [])
        decision = next(iter(self.decisions.get(key, ())), None)
        is_out = bool(decision and decision["is_neutralised"])
        return document | {
            "item_id": None if given.item == self.found.label else given.item,
            "verdict": EXCLUDED if is_out else DOUBTFUL if signals else KEPT,
            "labels": sorted({row["detector"] for row in signals}),
            "text_source": self.collected[key]["text_source"],
            "rating": self.on_scale(place),
            "probability": decision["probability"] if decision else None,
            "cluster": self.clusters.of(place),
            "reasons": [_reason(row, signals) for row in self.reasons.get(key, [])],
            "notes": [_reject_words(row) for row in rejects],
        }

    def on_scale(self, place: int) -> float | None:
        """Return the rating of a review, None if it has none on the scale of the others."""
        rating = self.ratings.get(place)
        if rating is None or self.ends is None or not self.ends[0] <= rating <= self.ends[1]:
            return None
        return rating

    def item(self, item: str, places: Sequence[int], reviews: Sequence[Document]) -> Document:
        """Return the document of one item."""
        own = [reviews[place] for place in places]
        named = None if item == self.found.label else item
        document: Document = {"id": named, "kind": "reviews", "n_reviews": len(own)}
        if title := self.found.titles.get(item):
            document["title"] = title
        counts = {
            verdict: sum(each["verdict"] == verdict for each in own)
            for verdict in (EXCLUDED, DOUBTFUL, KEPT)
        }
        return document | {
            "rating": _rating(own, self.ends or SCALES[0]),
            "verdicts": counts,
            "labels": _label_counts(own),
            "ready_made": {
                kind: n for kind in READY_MADE if (n := sum(e["text_source"] == kind for e in own))
            },
            "skeletons": self.clusters.skeletons(places),
            "not_judged": limitations(
                self.judged, self.staged, [self.found.given[place] for place in places], own
            ),
        }


def _by_subject(rows: Sequence[Mapping[str, Any]], kind: str) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["subject_kind"] == kind:
            found.setdefault(str(row["subject_id"]), []).append(row)
    return found


def _reason(row: Mapping[str, Any], signals: Sequence[Mapping[str, Any]]) -> Document:
    reason: Document = {
        "kind": row["kind"],
        "name": row["name"],
        "outcome": row["outcome"],
        "zh": row["reason_zh"],
        "en": row["reason_en"],
    }
    behind = next((each for each in signals if each["signal_id"] == row["signal_id"]), None)
    if behind:
        reason |= {"score": behind["score"], "strength": behind["strength"]}
    return reason


def _rejected(rejects: Sequence[Mapping[str, Any]]) -> Document:
    row = next((each for each in rejects if not each["is_kept"]), None)
    if row is None:
        return {"code": "rejected", "message": "It repeats an earlier review in every value."}
    return {
        "code": row["code"],
        "message": f"The field {row['column']}: {row['reason_en']}",
        "message_zh": f"字段 {row['column']}：{row['reason_zh']}",
    }


def _reject_words(row: Mapping[str, Any]) -> Document:
    return {"code": row["code"], "zh": row["reason_zh"], "en": row["reason_en"]}


def _rating(reviews: Sequence[Document], ends: Ends) -> Document:
    """Return the mean of all, of those that nothing speaks against, and of what lies between.

    One reader's estimate harms nobody, so that it leaves out the doubtful, too; a platform, which
    acts on what it finds, still counts them (``counted``). The style of a text that nothing bears
    out is a doubt about that text and no more: it stays in.
    """
    rated = [each for each in reviews if each["rating"] is not None]
    kept = [each for each in rated if _stays(each)]
    left_out = [each for each in rated if not _stays(each)]
    of = {
        "raw": rated,
        "counted": [each for each in rated if each["verdict"] != EXCLUDED],
        "adjusted": kept,
        "own_words": [each for each in kept if each["text_source"] not in READY_MADE],
    }
    means = {
        name: mean_of([each["rating"] for each in chosen], ends) for name, chosen in of.items()
    }
    both = [means[name].value for name in ("counted", "adjusted")]
    known = [value for value in both if value is not None]
    return {
        "scale": list(ends),
        **{name: asdict(mean) for name, mean in means.items()},
        "range": [min(known), max(known)] if known else None,
        "bounds": {name: _bounds(of[name], left_out, ends) for name in ("adjusted", "own_words")},
        "method": words_of(METHOD),
    }


def _stays(review: Document) -> bool:
    """Say whether a review counts in the adjusted mean."""
    is_alone = review["verdict"] == DOUBTFUL and set(review["labels"]) <= OF_ONE_TEXT
    return review["verdict"] == KEPT or is_alone


def _bounds(kept: Sequence[Document], found: Sequence[Document], ends: Ends) -> Document | None:
    """Return where the mean may lie if reviews like those found were missed; None if none were."""
    rows = [
        [Rated(rating=each["rating"], text_source=each["text_source"]) for each in some]
        for some in (kept, found)
    ]
    bounds = bounds_of(rows[0], rows[1], ends)
    return asdict(bounds) if bounds else None


def _label_counts(reviews: Sequence[Document]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for review in reviews:
        for label in review["labels"]:
            counts[label] = counts.get(label, 0) + 1
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def documents_of(found: Gathered, checked: Checked, *, is_by_line: bool) -> list[Document]:
    """Return the documents of a source of reviews.

    Args:
        found: What was given.
        checked: What was found of it.
        is_by_line: One per review where each had a line of its own; else one per item, its reviews
            within, as where items had lines of their own.

    Raises:
        EmptyTable: No review can be used, and there is no line of its own to say so on.
    """
    if found.items:
        return [_item_document(each, checked) for each in found.items]
    if is_by_line:
        return [
            review if number < 0 else review | {"item": _brief(checked.items[number])}
            for review, number in zip(checked.reviews, checked.item_of, strict=True)
        ]
    if not checked.items:
        raise none_usable(found)
    own: list[list[Document]] = [[] for _ in checked.items]
    for review, number in zip(checked.reviews, checked.item_of, strict=True):
        own[max(number, 0)].append(review)  # one that cannot be used is told with the first item
    return [item | {"reviews": reviews} for item, reviews in zip(checked.items, own, strict=True)]


def _brief(item: Document) -> Document:
    """Return an item in a few numbers, for each of its reviews."""
    return {key: item[key] for key in ("id", "n_reviews", "rating", "verdicts", "not_judged")}


def _item_document(item: Item, checked: Checked) -> Document:
    own = [checked.reviews[place] for place in item.places]
    document: Document = {"id": item.id, "kind": "reviews", "line": item.line}
    if item.error is not None:
        return document | {"error": error_of(item.error)}
    numbers = {checked.item_of[place] for place in item.places} - {-1}
    if not numbers:
        error = own[0]["error"] if own else {"code": "empty-table", "message": "It has no reviews."}
        return document | {"error": error, "reviews": own}
    return checked.items[min(numbers)] | document | {"reviews": own}

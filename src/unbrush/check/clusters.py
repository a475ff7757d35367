"""Clusters of reviews that say nearly the same, as the detectors of wording found them.

A detector names the template that it found, or the clauses that were put together, or the first
review of a text; what reviews have in common is their cluster. What is shown of it is a template
with slots, and examples.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from unbrush.base.text.skeletons import skeleton
from unbrush.check.documents import Document
from unbrush.check.gathering import Given
from unbrush.check.market import Judged

MOST_EXAMPLES = 5
MOST_SHOWN = 300
"""Characters of an example."""

_BY_TEMPLATE, _BY_BUNDLE = ("template", "skeleton", "draft"), ("bundle",)
_BY_FIRST = ("first_review_id", "leader_id")
"""Facts by which detectors say what a review shares with others."""


@dataclass(frozen=True, kw_only=True)
class Clusters:
    """Which reviews share a wording.

    Attributes:
        given: Every review.
        number_of: Cluster of each place that is in one.
        members: Places of each cluster, in order.
        templates: Template of each cluster.
    """

    given: Sequence[Given]
    number_of: Mapping[int, int]
    members: Mapping[int, Sequence[int]]
    templates: Mapping[int, str]

    def of(self, place: int) -> Document | None:
        """Return the cluster of a review, None if it is in none."""
        number = self.number_of.get(place)
        if number is None:
            return None
        return {
            "id": number + 1,
            "n": len(self.members[number]),
            "template": self.templates[number],
        }

    def skeletons(self, places: Sequence[int]) -> list[Document]:
        """Return the clusters within one item, the largest first, each with examples."""
        own: dict[int, list[int]] = {}
        for place in places:
            if place in self.number_of:
                own.setdefault(self.number_of[place], []).append(place)
        order = sorted(own, key=lambda number: (-len(own[number]), number))
        return [
            {
                "id": number + 1,
                "template": self.templates[number],
                "n": len(own[number]),
                "examples": [self._example(place) for place in own[number][:MOST_EXAMPLES]],
            }
            for number in order
        ]

    def _example(self, place: int) -> Document:
        each = self.given[place]
        return {"id": each.id, "line": each.line, "text": each.values["text"][:MOST_SHOWN]}


def clusters_of(given: Sequence[Given], judged: Judged) -> Clusters:
    """Return the clusters that the detectors of wording found."""
    keys: dict[int, tuple[str, str]] = {}
    for row in judged.signals:
        if row["subject_kind"] == "review" and (key := _key(json.loads(row["facts"]))):
            place = int(row["subject_id"]) - 1
            # A template says more than interchangeable clauses, these more than a first review,
            # whichever detector comes first by name.
            keys[place] = min(keys.get(place, key), key)
    numbers: dict[tuple[str, str], int] = {}
    number_of: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    for place in sorted(keys):
        number = numbers.setdefault(keys[place], len(numbers))
        number_of[place] = number
        members.setdefault(number, []).append(place)
    templates = {
        number: _template(given, members[number]) if key[0] == _FIRST else key[1]
        for key, number in numbers.items()
    }
    return Clusters(given=given, number_of=number_of, members=members, templates=templates)


_TEMPLATE, _BUNDLE, _FIRST = "1 template", "2 bundle", "3 first"


def _key(facts: Mapping[str, Any]) -> tuple[str, str] | None:
    for names, kind in (
        (_BY_TEMPLATE, _TEMPLATE),
        (_BY_BUNDLE, _BUNDLE),
        (_BY_FIRST, _FIRST),
    ):
        for name in names:
            if facts.get(name):
                return kind, str(facts[name])
    return None


def _template(given: Sequence[Given], places: Sequence[int]) -> str:
    return skeleton([given[place].values["text"] for place in places]).template

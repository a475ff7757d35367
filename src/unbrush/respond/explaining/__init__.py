"""Why: everything that stands behind one decision, as one document.

What comes in: a judged run. What goes out, for each subject asked about: the decision, its elements
and families, what each signal adds, the look-alikes tested, the rows, what would change it, and
where we could not look. The terminal, the page and the report all show this document. The file to
read first is this one; docs/explaining.md describes the document.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.respond.explaining.atoms import suppose_of, tell_atom
from unbrush.respond.explaining.changes import (
    Question,
    Sign,
    Supposition,
    WeighAgain,
    Weighed,
)
from unbrush.respond.explaining.citing import cite
from unbrush.respond.explaining.gathering import Said, gather, signs_of, titles_of
from unbrush.respond.explaining.looking import tell_looking, with_unseen
from unbrush.respond.explaining.parties import (
    PARTIES,
    Part,
    Sum,
    add_up,
    suppose_of_party,
)
from unbrush.respond.explaining.party import tell_party
from unbrush.respond.explaining.ring import tell_rings_asked
from unbrush.respond.explaining.subjects import Subject, find_subject
from unbrush.respond.figures import Money
from unbrush.respond.seams import name_rings
from unbrush.respond.summary import currency

__all__ = ["Document", "Subject", "explain", "find_subject"]

Document = dict[str, Any]

STRONGEST = 3
"""Rows of an account, shop or ring that are opened."""

OWN_VIEWS = ("_rings", "_ring_members")


def explain(
    engine: Engine,
    manifest: Manifest,
    subjects: Sequence[Subject],
    *,
    weigh_again: WeighAgain,
    spares: Mapping[str, Sequence[str]],
    made_by: Mapping[str, Any],
    most_rows: int,
    most_parts: int,
) -> list[Document]:
    """Return why each subject is judged as it is, in order.

    Args:
        engine: Holds the event tables and what the stages up to `judge` left.
        manifest: What was collected.
        subjects: Whom to explain, as `find_subject` returns them.
        weigh_again: Weighs suppositions as `judge` does.
        spares: The families that each look-alike takes away, by the policy in force.
        made_by: Policy, detectors and software of the run, to be shown.
        most_rows: Rows behind one finding.
        most_parts: Suspected rows of one account, shop or ring that are weighed again.
    """
    parties = [each for each in subjects if each.kind in PARTIES]
    sums = add_up(engine, manifest, parties, most=most_parts)
    opened = [part.subject for each in parties for part in sums[each].parts[:STRONGEST]]
    told_of = list(dict.fromkeys([*subjects, *opened]))
    said_of = gather(engine, manifest, told_of)
    titles, looked = titles_of(engine), tell_looking(engine)
    name_rings(engine)
    rings = tell_rings_asked(engine, subjects)
    for view in OWN_VIEWS:
        engine.drop(view)
    supposed = _Supposed(said_of, sums, spares, signs_of(engine))
    weighed = weigh_again(supposed.all())
    atoms = {
        each: tell_atom(each, said_of[each], titles, *supposed.of_atom(each, weighed))
        for each in told_of
        if each.kind not in PARTIES
    }
    money = Money(currency(engine))
    rows = cite(engine, manifest, money, subjects, said_of, sums, most=most_rows)
    told = [
        {
            **(
                atoms[each]
                if each not in sums
                else tell_party(
                    each,
                    said_of[each],
                    sums[each],
                    titles,
                    rings.get(each),
                    *supposed.of_party(each, weighed),
                    strongest=[atoms[part.subject] for part in sums[each].parts[:STRONGEST]],
                )
            ),
            **rows[each],
            "looked": looked,
            "made_by": dict(made_by),
        }
        for each in subjects
    ]
    return [with_unseen(each, manifest) for each in told]


class _Supposed:
    """All suppositions in one list, and where those of each subject stand in it."""

    def __init__(
        self,
        said_of: Mapping[Subject, Said],
        sums: Mapping[Subject, Sum],
        spares: Mapping[str, Sequence[str]],
        signs: Mapping[str, Sequence[Sign]],
    ) -> None:
        self._list: list[Supposition] = []
        self._about: list[Subject] = []
        self._atoms: dict[Subject, slice] = {}
        self._parties: dict[Subject, tuple[slice, list[tuple[Part, Supposition]]]] = {}
        for subject, said in said_of.items():
            if subject.kind in ("order", "review"):
                own = suppose_of(said, spares, signs.get(subject.kind, ()))
                self._atoms[subject] = self._add([(subject, each) for each in own])
        for subject, total in sums.items():
            parts = suppose_of_party(subject, total)
            place = self._add([(part.subject, each) for part, each in parts])
            self._parties[subject] = (place, parts)

    def _add(self, supposed: Sequence[tuple[Subject, Supposition]]) -> slice:
        start = len(self._list)
        self._about += [about for about, _ in supposed]
        self._list += [each for _, each in supposed]
        return slice(start, len(self._list))

    def all(self) -> list[Question]:
        """Return what `judge` is to weigh."""
        return [
            (about.kind, about.id, each.witnesses)
            for about, each in zip(self._about, self._list, strict=True)
        ]

    def of_atom(
        self, subject: Subject, weighed: Sequence[Weighed]
    ) -> tuple[Sequence[Supposition], Sequence[Weighed]]:
        place = self._atoms.get(subject, slice(0, 0))
        return self._list[place], weighed[place]

    def of_party(
        self, subject: Subject, weighed: Sequence[Weighed]
    ) -> tuple[Sequence[tuple[Part, Supposition]], Sequence[Weighed]]:
        place, parts = self._parties[subject]
        return parts, weighed[place]

"""Orders and reviews: how the probability comes about, and what would change it."""

from collections.abc import Mapping, Sequence
from typing import Any

from unbrush.base.words import Words
from unbrush.respond.explaining.changes import Sign, Supposition, Weighed, changes, suppose
from unbrush.respond.explaining.gathering import Said
from unbrush.respond.explaining.steps import waterfall
from unbrush.respond.explaining.subjects import Subject
from unbrush.respond.explaining.telling import (
    named,
    tell_decision,
    tell_elements,
    tell_families,
    tell_headline,
    tell_look_alikes,
    tell_next,
    tell_restoring,
    tell_sentences,
    tell_signals,
)
from unbrush.respond.terms import LOOK_ALIKES

Row = dict[str, Any]


def suppose_of(
    said_of: Said, spares: Mapping[str, Sequence[str]], signs: Sequence[Sign]
) -> list[Supposition]:
    """Return what is supposed of an order or review; nothing if it was not suspected.

    A review that does not count because its order does not is judged with its order.
    """
    if said_of.decision is None or not said_of.witnesses:
        return []
    if said_of.decision["rule"] == "its-order":
        return []
    did_not_hold = [
        row["name"]
        for row in said_of.reasons
        if row["kind"] == "look-alike" and row["outcome"] != "spares"
    ]
    is_out = said_of.decision["is_neutralised"]
    return suppose(said_of.witnesses, did_not_hold, spares, () if is_out else signs)


def tell_atom(
    subject: Subject,
    said_of: Said,
    titles: Mapping[str, Words],
    supposed: Sequence[Supposition],
    weighed: Sequence[Weighed],
) -> Row:
    """Return the explanation of an order or review, but for its rows.

    Args:
        subject: The order or review.
        said_of: What was said of it.
        titles: Of detectors.
        supposed: What `suppose_of` returned.
        weighed: What each supposition leads to.
    """
    decision, reasons = said_of.decision, said_of.reasons
    strengths = {(each["name"], each["signal_id"]): each["strength"] for each in said_of.witnesses}
    return {
        "subject": named(subject),
        "decision": tell_decision(decision),
        "headline": tell_headline(subject, decision, is_restored=said_of.restored is not None),
        "elements": tell_elements(decision, reasons),
        "families": tell_families(decision),
        "waterfall": waterfall(said_of.steps, {**titles, **LOOK_ALIKES}, strengths),
        "signals": tell_signals(said_of, titles),
        "sentences": tell_sentences(reasons),
        "look_alikes": tell_look_alikes(reasons),
        "changes": _changes(decision, supposed, weighed),
        "next": tell_next(decision, reasons),
        **tell_restoring(
            subject, said_of, is_out=decision is not None and decision["is_neutralised"]
        ),
    }


def _changes(
    decision: Row | None, supposed: Sequence[Supposition], weighed: Sequence[Weighed]
) -> list[Row]:
    if not supposed or decision is None:
        return []
    as_it_is = weighed[0]
    if as_it_is[1] != decision["is_neutralised"]:
        return []  # decided otherwise than by weighing: nothing can be said by weighing again
    return changes(supposed, weighed, is_out=decision["is_neutralised"], titles=LOOK_ALIKES)

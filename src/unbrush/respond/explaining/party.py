"""The explanation of an account, shop or ring, but for its rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from unbrush.base.words import Words, counted
from unbrush.respond.explaining.changes import Supposition, Weighed
from unbrush.respond.explaining.gathering import Said
from unbrush.respond.explaining.parties import Part, Sum, changes_of_party
from unbrush.respond.explaining.steps import KINDS, words_of_step
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


def tell_party(
    subject: Subject,
    said_of: Said,
    total: Sum,
    titles: Mapping[str, Words],
    ring: Row | None,
    supposed: Sequence[tuple[Part, Supposition]],
    weighed: Sequence[Weighed],
    *,
    strongest: Sequence[Row],
) -> Row:
    """Return the explanation of an account, shop or ring.

    Args:
        subject: The account, shop or ring.
        said_of: What was said of itself.
        total: What its rows come to.
        titles: Of detectors.
        ring: What is known of the ring, if it is one.
        supposed: What `suppose_of_party` returned.
        weighed: What each supposition leads to.
        strongest: Explanations of its strongest rows.
    """
    decision, reasons = said_of.decision, said_of.reasons
    n_out = total.n_out - total.n_restored
    headline = (
        ring["sentence"]
        if ring
        else tell_headline(
            subject, decision, n_out=n_out, is_restored=total.n_restored > 0 and not n_out
        )
    )
    told: Row = {
        "subject": named(subject),
        "decision": tell_decision(decision),
        "headline": headline,
        "elements": tell_elements(decision, reasons) if decision else [],
        "families": tell_families(decision),
        "sum": _sum(total, titles),
        "strongest": list(strongest),
        "signals": tell_signals(said_of, titles),
        "sentences": tell_sentences(reasons),
        "look_alikes": tell_look_alikes([*reasons, *total.look_alikes]),
        "changes": changes_of_party(supposed, weighed),
        "next": tell_next(decision, reasons),
        **tell_restoring(subject, said_of, is_out=n_out > 0),
    }
    if ring is not None:
        told["ring"] = ring
    return told


def _sentence(total: Sum) -> Words:
    does = "does" if total.n_out == 1 else "do"
    zh = f"{total.n_suspected:,} 笔/条有疑点，其中 {total.n_out:,} 笔/条暂不计入"
    en = (
        f"{counted(total.n_suspected, 'order or review', 'orders and reviews')} suspected, "
        f"of which {total.n_out:,} {does} not count"
    )
    if not total.n_restored:
        return Words(f"{zh}。", f"{en}.")
    return Words(
        f"{zh}；其中 {total.n_restored:,} 笔/条已由人工恢复。",
        f"{en}; {total.n_restored:,} of these were restored by people.",
    )


def _sum(total: Sum, titles: Mapping[str, Words]) -> Row:
    """What the rows come to: how many of what, and what each detector and ring adds over them."""
    return {
        "n_orders": total.n_orders,
        "n_reviews": total.n_reviews,
        "n_suspected": total.n_suspected,
        "n_out": total.n_out,
        "n_examined": len(total.parts),
        "n_restored": total.n_restored,
        "sentence": _sentence(total),
        "by_name": [
            {
                "kind": row["kind"],
                "kind_words": KINDS.get(row["kind"], Words(row["kind"], row["kind"])),
                "name": row["name"],
                "words": words_of_step(row, {**titles, **LOOK_ALIKES}),
                "family": row["family"],
                "n_rows": row["n_rows"],
                "log_odds": row["log_odds"],
            }
            for row in total.by_name
        ],
    }

"""Decisions of authorities about the shops of a case file, as two people took them from paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from unbrush.base.words import Words
from unbrush.respond.dossier.redaction import Labels

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A decision of an authority.

    Attributes:
        shop_id: The shop.
        authority: Who decided.
        document_no: The number of the document.
        day: Day in China of the decision.
        facts: What it found.
        sha256: Of the document's file; empty if it is on paper alone.
    """

    shop_id: str
    authority: str
    document_no: str
    day: date
    facts: Words
    sha256: str = ""


def decided(decisions: Sequence[Decided], labels: Labels) -> list[Row]:
    """Return decisions in the order of their days, third persons and contacts masked."""
    return [
        {
            "shop": labels.label("shop", each.shop_id),
            "authority": each.authority,
            "document_no": each.document_no,
            "day": each.day,
            "facts": labels.sentence(each.facts),
            "sha256": each.sha256,
        }
        for each in sorted(decisions, key=lambda each: (each.day, each.document_no, each.shop_id))
    ]

"""What a text offers and asks for, as fields of a document.

A contact is personal: it is shown masked, with its place in the text, where whoever holds the text
can read it.
"""

from dataclasses import asdict
from typing import Any

from unbrush.base.solicitation import Solicitation, read
from unbrush.check.documents import Document


def fields_of(text: str) -> Document:
    """Return the fields of one text that say something; none if it solicits nothing."""
    found = read(text)
    return {} if found is None else _filled(_fields(found))


def _fields(found: Solicitation) -> Document:
    reward = found.reward
    return {
        "buys": found.buys,
        "stance": str(found.stance),
        "reward": reward
        and {
            "kind": str(reward.kind),
            "words": reward.words,
            "amount_minor": reward.amount_minor,
            "currency": reward.currency,
        },
        "condition": found.condition,
        "stars": found.stars,
        "n_photos": found.n_photos,
        "n_characters": found.n_characters,
        "script": _filled(asdict(found.script)),
        "contacts": [
            {"kind": str(each.kind), "masked": each.masked, "start": each.start, "end": each.end}
            for each in found.contacts
        ],
        "has_route": found.has_route,
        "has_proof": found.has_proof,
        "n_masks": found.n_masks,
        "spans": [list(span) for span in found.spans],
    }


def _filled(fields: dict[str, Any]) -> Document:
    """Leave out what says nothing."""
    return {
        name: _filled(value) if isinstance(value, dict) else value
        for name, value in fields.items()
        if value not in (None, "", 0, False, [], (), {})
    }

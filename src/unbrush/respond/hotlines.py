"""Hotlines that answer for many brands: the pages that were made to catch searches, drawn."""

import json
from typing import Any

from unbrush.base.engine import Engine
from unbrush.respond import figures

MOST_PAGES = 2_000
"""Pages that are looked at, the surest first."""


def tell_hotlines(engine: Engine) -> dict[str, Any]:
    """Return how many doorway pages there are, and the drawing of their numbers, if any.

    Args:
        engine: Holds `signals`.
    """
    # Here, since they bring a compiler along that nobody waits for who asks for help.
    from unbrush.base.pages.evidence import FEWEST_BRANDS
    from unbrush.base.pages.hotline_drawing import Call, drawing_of

    where = "FROM signals WHERE detector = 'doorway-page'"
    rows = engine.query(
        f"SELECT subject_id, facts {where} ORDER BY score DESC, subject_id LIMIT {MOST_PAGES}"
    ).to_pylist()
    calls = []
    for row in rows:
        facts = json.loads(row["facts"])
        if facts.get("hotline") and facts["n_brands"] >= FEWEST_BRANDS:
            page = figures.outside(row["subject_id"])
            calls.append(Call(page=page, number=facts["hotline"], brands=facts["brands"]))
    return {
        "n": figures.count(engine.value(f"SELECT count(*) {where}")),
        "drawing": drawing_of(calls),
    }

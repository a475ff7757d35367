"""What was looked at, and where we could not look."""

from typing import Any

from unbrush.base.engine import Engine
from unbrush.base.words import Words
from unbrush.respond.terms import STATUSES, said

Row = dict[str, Any]


def tell_looking(engine: Engine) -> Row:
    """Return how many detectors ran, how many found something, and which could not look, and why.

    Args:
        engine: Holds `coverage`.
    """
    rows = engine.query("SELECT * FROM coverage ORDER BY detector").to_pylist()
    blind = [
        {
            "detector": row["detector"],
            "title": Words(
                row.get("title_zh") or row["detector"], row.get("title_en") or row["detector"]
            ),
            "status": row["status"],
            "status_words": said(STATUSES, row["status"]),
            "because": Words(row["because_zh"] or "", row["because_en"] or ""),
        }
        for row in rows
        if row["status"] != "ran"
    ]
    return {
        "n_ran": len(rows) - len(blind),
        "n_speaking": sum(row["status"] == "ran" and row["n_signals"] > 0 for row in rows),
        "could_not": blind,
    }

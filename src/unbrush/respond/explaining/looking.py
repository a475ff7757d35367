"""What was looked at, and where we could not look."""

from typing import Any

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
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


def with_unseen(document: Row, manifest: Manifest) -> Row:
    """Return a document whose elements that are not shown say what could not be looked at.

    Pay and whose purse it came from are seen in transfers: without them, finding none says nothing.
    """
    is_blind = bool(document["decision"] and manifest.lacks({"transfers": ()}))
    elements = [
        {
            **each,
            "unseen": _NO_TRANSFERS
            if is_blind and each["name"] in ("b", "c") and not each["is_supported"]
            else None,
        }
        for each in document["elements"]
    ]
    return {**document, "elements": elements}


_NO_TRANSFERS = Words(
    "数据中没有转账记录：是否付款、由谁付款，无法查看。",
    "The data has no transfers: whether anybody paid, and who, could not be looked at.",
)

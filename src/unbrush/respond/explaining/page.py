"""The page of one explanation: both languages, everything inside one file, no network."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from unbrush.base.errors import CannotWrite
from unbrush.respond import figures
from unbrush.respond.explaining.changes import SUPPOSED
from unbrush.respond.terms import RUNGS

TEMPLATES = Path(__file__).parents[1] / "templates"

Row = dict[str, Any]


def write_page(document: Mapping[str, Any], path: Path, *, lang: str) -> None:
    """Write the page of one explanation.

    Args:
        document: What `explain` returned.
        path: Where to.
        lang: ``zh`` or ``en`` to begin in, ``both`` for the reader's own.

    Raises:
        CannotWrite: There is no such folder, or no room.
    """
    try:
        path.write_text(make_page(document, lang=lang), encoding="utf-8", newline="\n")
    except OSError as error:
        raise CannotWrite(
            f"{path} cannot be written: {error.strerror or error}.", hint="Choose another --html."
        ) from None


def make_page(document: Mapping[str, Any], *, lang: str) -> str:
    """Return the page as HTML that needs nothing outside itself."""
    scripts = [_read("early.js"), _read("explained.js")]
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("explained.html").render(
        why=shown(document),
        lang={"zh": "zh-CN", "en": "en"}.get(lang, ""),
        style=_read("report.css") + _read("explained.css"),
        scripts=scripts,
        hashes=[_hash(script) for script in scripts],
        rungs=RUNGS,
        places={},
    )


def shown(document: Mapping[str, Any], *, place: int = 0) -> Row:
    """Return a document as the templates take it: with bars, and numbers as people read them.

    Args:
        document: What `explain` returned.
        place: Its number among the explanations of a page.
    """
    told: Row = {
        **document,
        "place": place,
        "id": figures.outside(document["subject"]["id"]),
        "bars": _bars(document.get("waterfall", [])),
        "chance": _chance(document["decision"]),
        "supposed": SUPPOSED,
    }
    if "sum" in document:
        most = max((abs(row["log_odds"]) for row in document["sum"]["by_name"]), default=0.0)
        told["weights"] = [
            {
                **row,
                "width": _percent(abs(row["log_odds"]), most),
                "added": f"{row['log_odds']:+.1f}",
                "n": figures.count(row["n_rows"]),
            }
            for row in document["sum"]["by_name"]
        ]
        told["opened"] = [
            {
                **row,
                "id": figures.outside(row["subject"]["id"]),
                "bars": _bars(row["waterfall"]),
                "chance": _chance(row["decision"]),
            }
            for row in document["strongest"]
        ]
    if "ring" in document:
        members = document["ring"]["members"]
        most = max((each["weight"] or 0.0 for each in members), default=0.0)
        told["members"] = [
            {
                **each,
                "id": figures.outside(each["id"]),
                "width": _percent(each["weight"] or 0.0, most),
            }
            for each in members
        ]
    return told


def _bars(steps: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Return the steps with the left edge and width of each bar, in percent of one scale."""
    totals = [step["total"] for step in steps]
    low, high = min(0.0, *totals, 0.0), max(0.0, *totals, 0.0)
    span, before = high - low, 0.0
    bars = []
    for step in steps:
        left, right = sorted((before, step["total"]))
        bars.append(
            {
                **step,
                "left": _percent(left - low, span),
                "width": max(0.6, _percent(right - left, span)),
                "adds": step["log_odds"] > 0,
                "added": f"{step['log_odds']:+.2f}",
                "reached": f"{step['probability']:.3f}",
                "zero": _percent(-low, span),
            }
        )
        before = step["total"]
    return bars


def _chance(decision: Mapping[str, Any] | None) -> str:
    if decision is None or decision["probability"] is None:
        return ""
    low, high = decision["probability_low"], decision["probability_high"]
    between = f" ({low:.3f}–{high:.3f})" if low is not None and high is not None else ""
    return f"{decision['probability']:.3f}{between}"


def _percent(part: float, whole: float) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


def _read(name: str) -> Markup:
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"

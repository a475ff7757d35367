"""Decisions → a report for people and a summary for machines.

What comes in: the event tables and every table that the earlier stages left. What goes out:
`summary.json` and `report.html`, one page that opens from disk, in Chinese and English, and asks
the network for nothing. The page tells the run in the order of the data: headline, coverage,
organisers, rings, shops, ranks, people, method. The file to read first is `page.py`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.base.progress import Progress, silent
from unbrush.base.run_folder import RunFolder
from unbrush.respond.explaining.changes import WeighAgain
from unbrush.respond.made_by import made_by
from unbrush.respond.page import make_page
from unbrush.respond.seams import check_ready, forget_events, name_events, name_rings
from unbrush.respond.summary import summarise, write_summary
from unbrush.respond.whys import Why

__all__ = ["respond"]


def respond(
    engine: Engine,
    folder: RunFolder,
    manifest: Manifest,
    *,
    weigh_again: WeighAgain | None = None,
    spares: Mapping[str, Sequence[str]] | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Write the summary and the report of a judged run; return the summary.

    Args:
        engine: Holds the event tables and what `collect`, `detect`, `group` and `judge` left.
        folder: Where ``summary.json`` and ``report.html`` go.
        manifest: What was collected.
        weigh_again: Weighs as `judge` does, to say what would change a decision; without it the
            report has no explanations.
        spares: The families that each look-alike takes away, by the policy in force.
        progress: Told which part is made.

    Raises:
        NotReady: An earlier stage has not run.
    """
    check_ready(engine)
    name_events(engine, manifest)
    name_rings(engine)
    progress("summary", 0.0)
    made = made_by(folder, manifest)
    summary = summarise(engine, manifest) | {"made_by": made}
    write_summary(summary, folder.summary)
    progress("timeline", 0.2)
    why = weigh_again and Why(weigh_again=weigh_again, spares=spares or {}, made_by=made)
    page = make_page(engine, manifest, summary, progress, why)
    progress("report", 0.9)
    folder.report.write_text(page, encoding="utf-8", newline="\n")
    forget_events(engine)
    progress("", 1.0)
    return summary

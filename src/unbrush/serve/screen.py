"""What the command line prints: short tables for people, JSON for machines."""

import json
import sys
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from unbrush.base.errors import UnbrushError

FILE_WIDTH = 160
SHORT = {"average_precision": "AP", "honest_accused_share": "honest hit", "auroc": "AUROC"}
"""Headings that would not fit a terminal of 80 columns."""


class _Screen(Console):
    """A console that leaves it to the command line what a closed pipe means."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def say_json(result: object) -> None:
    """Print ``result`` as JSON with sorted keys."""
    print(json.dumps(result, ensure_ascii=False, indent=2, sort_keys=True), flush=True)


def say(text: str) -> None:
    """Print a line for people."""
    _Screen(highlight=False, soft_wrap=True).print(text, markup=False)


def say_table(title: str, rows: list[dict[str, Any]]) -> None:
    """Print rows of equal keys as a table; nothing for no rows."""
    if not rows:
        return
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        collapse_padding=True,
        pad_edge=False,
    )
    for key, value in rows[0].items():
        is_number = isinstance(value, int | float)
        heading = SHORT.get(key, key.replace("_", " "))
        table.add_column(heading, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_shown(value) for value in row.values()))
    # A file or a pipe has no width of its own; a table should not be cut for one.
    width = None if sys.stdout.isatty() else FILE_WIDTH
    _Screen(highlight=False, width=width).print(table)


def complain(error: UnbrushError) -> None:
    """Print what was wrong and what to try, on the error stream."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"unbrush: {error.message}", style="bold red", markup=False)
    if error.hint:
        console.print(error.hint, markup=False)
    console.print(f"({error.code}; see docs/errors.md#{error.code})", style="dim", markup=False)


def say_fault(error: Exception) -> None:
    """Admit a fault of ours in one line, and say how to see more."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    first = str(error).splitlines()[0] if str(error) else ""
    console.print(
        f"unbrush failed: {type(error).__name__}: {first}", style="bold red", markup=False
    )
    console.print(
        "This is a fault of ours, not of your data. UNBRUSH_DEBUG=1 shows where it happened; "
        "please report it with that.",
        markup=False,
    )


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)

"""How the command line shows long work: a bar on the terminal's error stream, or nothing."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from unbrush.base.progress import Progress as Report
from unbrush.base.progress import silent


@contextmanager
def shown(title: str, *, is_quiet: bool) -> Iterator[Report]:
    """Yield a function that moves a bar named ``title``; silent when nobody is watching.

    Args:
        title: What is being done as a whole.
        is_quiet: Show nothing, as for ``--json``.
    """
    if is_quiet or not sys.stderr.isatty():
        yield silent
        return
    bar = Progress(
        SpinnerColumn(),
        TextColumn("[bold]{task.fields[title]}"),
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=1.0, title=title)
        yield lambda what, share: bar.update(task, description=what, completed=share)

"""Progress of long work: a stage says what it is doing, a door decides how to show it."""

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with what is being done and how much of the stage is done (0-1)."""


def silent(_what: str, _share: float) -> None:
    """Show nothing."""

"""The pulse of the keeper: whether it still does its rounds."""

import time
from collections.abc import Callable

SILENT_S = 180.0
"""Rounds come each second, and one that counts a run anew may take a while."""


class Pulse:
    """Beats after each round that went well.

    Args:
        now_s: A clock that only goes forward, in seconds.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._last_s: float | None = None

    def beat(self) -> None:
        """Say that a round went well, or that rounds begin."""
        self._last_s = self._now_s()

    def is_silent(self) -> bool:
        """Say whether rounds began, and none went well for long."""
        return self._last_s is not None and self._now_s() - self._last_s > SILENT_S

"""Room: whether a market fits into the machine's memory, said before it is begun."""

import os

from unbrush.base.errors import DoesNotFit
from unbrush.base.memory import size_text

PROGRAM = 600_000_000
PER_ORDER = 230
"""Bytes; markets and cases of 2 to 22 million orders, when measured, took a little less. What is
planted is held until the end, what is ordinary is not."""


def check_room(n_orders: int, n_bytes: int | None = None) -> None:
    """Refuse a market that would not fit.

    Args:
        n_orders: Orders of the market, honest ones and others.
        n_bytes: Memory there is; the machine's if None, where the system tells.

    Raises:
        DoesNotFit: It needs more.
    """
    need = PROGRAM + PER_ORDER * n_orders
    have = _of_the_machine() if n_bytes is None else n_bytes
    if have and need > have:
        raise DoesNotFit(
            f"A market of {n_orders:,} orders needs about {size_text(need)} of memory;"
            f" this machine has {size_text(have)}.",
            hint="Choose a smaller scale or tier, or a larger machine.",
        )


def _of_the_machine() -> int:
    """Bytes of memory, 0 where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0

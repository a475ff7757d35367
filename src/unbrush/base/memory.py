"""Amounts of memory: how they are written, and whether work fits before it is begun.

The allowed amount is one for all: the engine's tables and the arrays that a stage makes beside it
are never held at once beyond it. The program itself (some 0.3 GB) comes on top.
"""

import re

from unbrush.base.engine import Engine
from unbrush.base.errors import BadParameter, DoesNotFit

ADVICE = "Allow more with --memory, use fewer --threads, or collect fewer days or fewer shops."

LEAST = 1_000_000
"""Bytes below which no engine even starts."""

_UNITS = {
    "B": 1,
    **{f"{prefix}B": 1000**power for power, prefix in enumerate("KMGT", start=1)},
    **{f"{prefix}IB": 1024**power for power, prefix in enumerate("KMGT", start=1)},
}
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Z]*)", re.ASCII)
_ALLOWED = "A number with KB, MB, GB or TB (thousands) or KiB, MiB, GiB or TiB (1024s), like 8GB."


def parse_size(text: str) -> int:
    """Return the bytes that a text such as ``8GB``, ``800 mb`` or ``1.5GiB`` stands for.

    Raises:
        BadParameter: It has no unit or an unknown one, is no number, or is less than `LEAST`.
    """
    amount = _AMOUNT.fullmatch(text.strip().upper())
    if amount is None:
        raise BadParameter(f"--memory is {text!r}, which is no amount of memory.", hint=_ALLOWED)
    number, unit = amount.groups()
    if unit not in _UNITS:
        what = f"an unknown unit, {unit}" if unit else "no unit"
        raise BadParameter(f"--memory is {text!r}, which has {what}.", hint=_ALLOWED)
    n_bytes = int(float(number) * _UNITS[unit])
    if n_bytes < LEAST:
        raise BadParameter(f"--memory is {text!r}, but 1MB is the least.", hint=_ALLOWED)
    return n_bytes


def size_text(n_bytes: int) -> str:
    """Return an amount in the largest unit that leaves a whole number before the point: 1.5 GB."""
    for unit in ("TB", "GB", "MB"):
        if n_bytes >= _UNITS[unit]:
            return f"{n_bytes / _UNITS[unit]:,.1f} {unit}"
    return f"{n_bytes / _UNITS['KB']:,.1f} KB"


def need(engine: Engine, n_bytes: int, what: str) -> None:
    """Make room for arrays of ``n_bytes`` beside the engine's tables, or say that they do not fit.

    Args:
        engine: Knows how much is allowed, and moves what it holds to disk if that is in the way.
        n_bytes: All that will be held at once.
        what: What they are for, as the sentence begins: ``"The graph of 12 shops"``.

    Raises:
        DoesNotFit: More than is allowed even with all tables on disk.
    """
    if n_bytes > engine.memory_bytes:
        raise DoesNotFit(
            f"{what} needs {size_text(n_bytes)} of memory; {size_text(engine.memory_bytes)} is"
            " allowed.",
            hint=ADVICE,
        )
    engine.make_room(n_bytes)

"""The case book: every public case that can be simulated, found by folder; adding edits nothing.

A file in `cases/` is called after the case, `a5_yunhe_gang.py`, and has

    NAME             as the files of the case are called: A5
    TITLE            what happened, in one line, Chinese and English
    TIERS            how large it can be made, by name of tier, the smallest first
    n_orders(tier)   orders of the whole market, honest ones and others, at one of TIERS
    stage(world, rng, tier)   returns a `Staged`; `world.level` is the camouflage
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from unbrush.base.errors import BadParameter
from unbrush.base.words import Words
from unbrush.simulate import cases
from unbrush.simulate.chance import Rng
from unbrush.simulate.staging import Staged
from unbrush.simulate.world import World


@dataclass(frozen=True)
class Case:
    """One file of `cases/`."""

    name: str
    title: Words
    tiers: tuple[str, ...]
    n_orders: Callable[[str], int]
    stage: Callable[[World, Rng, str], Staged]


def _found() -> Mapping[str, Case]:
    found = []
    for entry in pkgutil.iter_modules(cases.__path__):
        module: Any = importlib.import_module(f"{cases.__name__}.{entry.name}")
        found.append(
            Case(module.NAME, module.TITLE, tuple(module.TIERS), module.n_orders, module.stage)
        )
    return {case.name: case for case in sorted(found, key=_place)}


def _place(case: Case) -> tuple[str, int]:
    """A2 comes before A10, and B1 after both."""
    letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", case.name).groups()  # type: ignore[union-attr]  # tests hold names to it
    return letters, int(digits)


CASES = _found()
"""Every case by name, in their order."""


def case_called(name: str, tier: str) -> Case:
    """Return a case that has the tier.

    Raises:
        BadParameter: No such case, or it has no such tier; the hint lists what there is.
    """
    case = CASES.get(name.strip().upper())
    if case is None:
        what = f"There is no case {name}." if name else "No case was named."
        known = "; ".join(f"{case.name} ({case.title.en})" for case in CASES.values())
        raise BadParameter(what, hint=f"Cases: {known}.")
    if tier not in case.tiers:
        raise BadParameter(
            f"Case {case.name} has no tier {tier}.", hint=f"Tiers: {', '.join(case.tiers)}."
        )
    return case

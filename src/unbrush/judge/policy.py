"""The written policy: what must be shown before a count or a person is touched.

The default is `policy.toml` beside this file, with a reason for every value. A policy is known by
its content: two files that say the same have one version, whatever they are called.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from unbrush.base.evidence import Family, Rung
from unbrush.base.params import bounded

LOOK_ALIKE_FAMILIES: dict[str, tuple[str, ...]] = {
    "live-stream": ("time",),
    "campaign": ("time",),
    "group-buying": ("time", "graph"),
    "gift": ("time", "graph"),
    "own-staff": ("graph",),
    "ready-made-text": ("text",),
    "disclosed-incentive": ("text", "behaviour", "graph", "time"),
}
"""Families of evidence that each honest explanation takes away where it holds."""

HIGHEST = (Rung.L1, Rung.L2, Rung.L3, Rung.L4, Rung.L5)
"""Rungs that one run may end at."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Weights, thresholds and switches (docs/architecture.md, Evidence; docs/policy.md).

    Attributes:
        name: What people call it; no part of its version.
        highest: The highest rung that is proposed.
        families_off: Families that nothing is decided by.
        detectors_off: Detectors that nothing is decided by.
        spares: Families that each look-alike takes away, by its name.
        reasons: Why values are what they are, by key of the file; no part of its version.
    """

    name: str = "default"
    weight_e1: float = bounded(
        0.45, at_least=0.0, at_most=1.0, doc="Most that one family of weak evidence can prove."
    )
    weight_e2: float = bounded(
        0.85, at_least=0.0, at_most=1.0, doc="Most that one family of strong evidence can prove."
    )
    weight_e3: float = bounded(
        0.98, at_least=0.0, at_most=1.0, doc="Most that near-dispositive evidence can prove."
    )
    neutralise_at: float = bounded(
        0.6,
        at_least=0.5,
        at_most=1.0,
        doc="Probability from which a row stops counting.",
    )
    min_own_share: float = bounded(
        0.5,
        at_least=0.1,
        at_most=1.0,
        doc="Share of a ring's orders without any sign that its members' other purchases nearby "
        "lead one to expect, from which they are taken for their own.",
    )
    min_rows: int = bounded(
        3, at_least=1, doc="Fewest orders or reviews that establish an element for a shop."
    )
    min_shipped_share: float = bounded(
        0.5,
        at_least=0.0,
        at_most=1.0,
        doc="Share of a shop's neutralised orders with impossible parcels that makes them its act.",
    )
    limit_share: float = bounded(
        0.3, at_least=0.0, at_most=1.0, doc="Share of fake orders from which limits are proposed."
    )
    min_strong_families: int = bounded(
        2, at_least=2, at_most=9, doc="Strong families that agree before a label is proposed."
    )
    highest: str = "L5"
    families_off: tuple[Family, ...] = ()
    detectors_off: tuple[str, ...] = ()
    spares: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: LOOK_ALIKE_FAMILIES)
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits of the SHA-256 of what it says, whatever it is called."""
        said: dict[str, Any] = {
            key: value for key, value in vars(self).items() if key not in ("name", "reasons")
        }
        said["families_off"] = sorted(self.families_off)
        said["detectors_off"] = sorted(self.detectors_off)
        said["spares"] = {name: sorted(families) for name, families in self.spares.items()}
        text = json.dumps(said, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def weight_sql(self, strength: str) -> str:
        """Return a CASE over a strength column: its weight."""
        return (
            f"CASE {strength} WHEN 'E3' THEN {self.weight_e3} "
            f"WHEN 'E2' THEN {self.weight_e2} ELSE {self.weight_e1} END"
        )

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


RING = "ring"
"""The name that all rings have in common where it is asked what one is worth."""


SELDOM = (
    "cashback-loop",
    "gift-shipper",
    "light-parcel",
    "one-identity-many-accounts",
    "remark-marker",
    "scripted-path",
    "silent-buyer",
    "two-scan-parcel",
    "waybill-reuse",
)
"""Detectors whose weak findings, too, are seldom of honest rows."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Weights, thresholds and switches (docs/architecture.md, Evidence; docs/policy.md).

    Attributes:
        name: What people call it; no part of its version.
        highest: The highest rung that is proposed.
        families_off: Families that nothing is decided by.
        detectors_off: Detectors that nothing is decided by.
        seldom: Detectors whose weak findings are seldom of honest rows.
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
        0.1,
        at_least=0.01,
        at_most=1.0,
        doc="Share of a ring's orders without any sign that its members' other purchases nearby "
        "lead one to expect, from which they are taken for their own.",
    )
    min_rows: int = bounded(
        3, at_least=1, doc="Fewest orders or reviews that establish an element for a shop."
    )
    max_slips: float = bounded(
        0.01,
        at_least=0.0001,
        at_most=0.5,
        doc="Share of a shop's orders whose parcels slips of scale or clerk may make too light; "
        "what is beyond it and chance is the shop's act.",
    )
    limit_share: float = bounded(
        0.3, at_least=0.0, at_most=1.0, doc="Share of fake orders from which limits are proposed."
    )
    min_strong_families: int = bounded(
        2, at_least=2, at_most=9, doc="Strong families that agree before a label is proposed."
    )
    discovery_q: float = bounded(
        0.01,
        at_least=0.0,
        at_most=0.5,
        doc="Most honest rows that are expected among those that stop counting, as a share.",
    )
    prior_fake: float = bounded(
        0.02, at_least=1e-4, at_most=0.5, doc="Share of fakes before a market is looked at."
    )
    prior_honest_e1: float = bounded(
        5e-4, at_least=1e-9, at_most=0.1, doc="Share of honest rows that one weak sign is seen of."
    )
    prior_honest_e2: float = bounded(
        3e-6, at_least=1e-9, at_most=0.1, doc="Share of honest rows with one strong sign."
    )
    prior_honest_e3: float = bounded(
        1e-6, at_least=1e-9, at_most=0.1, doc="Share of honest rows with one that nearly proves."
    )
    prior_honest_ring: float = bounded(
        1e-3, at_least=1e-9, at_most=0.1, doc="Share of honest rows of a ring's company."
    )
    prior_honest_seldom: float = bounded(
        2e-5,
        at_least=1e-9,
        at_most=0.1,
        doc="Share of honest rows with a weak sign of a detector in `detectors.seldom`.",
    )
    prior_hidden: float = bounded(
        10.0,
        at_least=0.0,
        at_most=100.0,
        doc="Rows alone with such a sign for each proven one, beyond which it is common here.",
    )
    prior_fake_with_sign: float = bounded(
        0.1, at_least=1e-4, at_most=0.5, doc="Share of fakes that one sign is seen of."
    )
    prior_fake_in_company: float = bounded(
        0.8, at_least=0.01, at_most=0.99, doc="Share of fakes in shops where others are proven."
    )
    prior_honest_in_company: float = bounded(
        0.02, at_least=1e-3, at_most=0.99, doc="Share of honest rows in such shops."
    )
    silence: float = bounded(
        0.4,
        at_least=0.0,
        at_most=1.0,
        doc="How much of what the silence of a family would say is believed.",
    )
    spread: float = bounded(
        1.0,
        at_least=0.0,
        at_most=5.0,
        doc="How far the worth of evidence differs between markets, in log-odds.",
    )
    highest: str = "L5"
    families_off: tuple[Family, ...] = ()
    detectors_off: tuple[str, ...] = ()
    seldom: tuple[str, ...] = SELDOM
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
        said["seldom"] = sorted(self.seldom)
        said["spares"] = {name: sorted(families) for name, families in self.spares.items()}
        text = json.dumps(said, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def honest_with(self, family: str, name: str, grade: str) -> float:
        """Return the share of honest rows (0-1) of which a sign of a detector or ring is seen."""
        if self._is_company(family, name, grade):
            return self.prior_honest_ring
        shares = (self.prior_honest_e1, self.prior_honest_e2, self.prior_honest_e3)
        return shares[int(grade[1]) - 1]

    def is_seldom(self, family: str, name: str, grade: str) -> bool:
        """Whether a weak sign is held to be seldom of honest rows, unless it is common here."""
        return self._is_company(family, name, grade) or (grade == "E1" and name in self.seldom)

    def _is_company(self, family: str, name: str, grade: str) -> bool:
        """Whether it is a ring's company: its members' own purchases are of another family."""
        return grade == "E1" and name == RING and family == Family.TIME

    def weight_sql(self, strength: str) -> str:
        """Return a CASE over a strength column: its weight."""
        return (
            f"CASE {strength} WHEN 'E3' THEN {self.weight_e3} "
            f"WHEN 'E2' THEN {self.weight_e2} ELSE {self.weight_e1} END"
        )

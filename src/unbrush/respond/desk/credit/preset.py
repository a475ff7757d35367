"""The preset of credit: weights, terms and factors as data, known by their content."""

import hashlib
import json
from dataclasses import asdict, dataclass

from unbrush.base.clock import DAY_MS
from unbrush.base.params import bounded
from unbrush.base.words import Words

CLASSES = {
    "light": Words("轻微", "light"),
    "general": Words("一般", "general"),
    "serious": Words("严重", "serious"),
}
"""Classes of conduct, mildest first, and what they are called."""

MEASURES = {
    "restitution": Words("退赔", "restitution"),
    "training": Words("完成培训", "training"),
    "undertaking": Words("书面承诺", "a written undertaking"),
}
"""What a repair may rest on."""

ROLES = {
    "organiser": Words("组织者", "organiser"),
    "merchant": Words("商家本人", "the merchant itself"),
    "coerced": Words("被胁迫或受骗", "pressed or deceived"),
}
"""Who somebody was in it."""


@dataclass(frozen=True, kw_only=True)
class CreditClass:
    """What a class of conduct weighs, and for how long.

    Attributes:
        rungs: Steps that are of this class.
        needs: Measures that a repair takes, of `MEASURES`.
    """

    rungs: tuple[str, ...]
    needs: tuple[str, ...]
    weight: float = bounded(5.0, at_least=0.0, at_most=100.0, doc="Points at severity 1.")
    min_days: int = bounded(0, at_least=0, at_most=1_095, doc="Days before it begins to fade.")
    half_days: int = bounded(30, at_least=1, at_most=1_095, doc="Days in which it halves then.")
    max_days: int = bounded(90, at_least=1, at_most=1_096, doc="Days after which it is forgotten.")

    def fading(self, age_ms: int) -> float:
        """Return h (0-1) of something that old: 1, then halving, then nothing; 0 before it was."""
        if age_ms < 0 or age_ms >= self.max_days * DAY_MS:
            return 0.0
        over = age_ms - self.min_days * DAY_MS
        return 1.0 if over <= 0 else float(2.0 ** (-over / (self.half_days * DAY_MS)))


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """Numbers that all classes share; the keys of the file are section and field."""

    severity_most: float = bounded(2.0, at_least=0.1, at_most=10.0, doc="Most severity.")
    severity_unknown: float = bounded(
        0.25, at_least=0.0, at_most=10.0, doc="Severity where nobody counted."
    )
    confidence_certain: float = bounded(1.0, at_least=1.0, at_most=1.0, doc="Always 1.")
    confidence_probable: float = bounded(
        0.5, at_least=0.0, at_most=1.0, doc="Confidence of strong evidence alone."
    )
    role_organiser: float = bounded(1.5, at_least=0.0, at_most=5.0, doc="Factor of organisers.")
    role_merchant: float = bounded(1.0, at_least=0.0, at_most=5.0, doc="Factor of merchants.")
    role_coerced: float = bounded(0.4, at_least=0.0, at_most=5.0, doc="Factor of the coerced.")
    factors_repeat: float = bounded(1.5, at_least=1.0, at_most=5.0, doc="Factor of repetition.")
    factors_self_report: float = bounded(
        0.5, at_least=0.0, at_most=1.0, doc="Factor of what was told before it was known."
    )
    factors_repair: float = bounded(
        0.5, at_least=0.0, at_most=1.0, doc="Factor of what was made good."
    )
    conduct_same_days: int = bounded(
        90, at_least=0, at_most=1_095, doc="Days within which entries of a case are one conduct."
    )


@dataclass(frozen=True, kw_only=True)
class Band:
    """What a score from ``least`` upwards is called."""

    name: str
    least: float
    words: Words


@dataclass(frozen=True, kw_only=True)
class Preset:
    """All that credit is reckoned by.

    Attributes:
        name: What people call it; no part of its version.
        classes: By name, mildest first.
        numbers: What all classes share.
        bands: Highest first.
    """

    name: str
    classes: dict[str, CreditClass]
    numbers: Numbers
    bands: tuple[Band, ...]

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits of the SHA-256 of what it says, whatever it is called."""
        said = {key: value for key, value in asdict(self).items() if key != "name"}
        text = json.dumps(said, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def class_of(self, rung: str) -> str:
        """Return the class of a step of a rung."""
        return next(name for name, each in self.classes.items() if rung in each.rungs)

    def band_of(self, score: float) -> Band:
        """Return what a score (0-100) is called."""
        return next(band for band in self.bands if score >= band.least)

    def role(self, name: str) -> float:
        """Return the factor of a role."""
        return float(getattr(self.numbers, f"role_{name}"))

"""The written thresholds and weights: what must be shown before a count or a person is touched."""

from dataclasses import dataclass

from unbrush.base.params import bounded


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Weights per strength, and what each rung asks for (docs/architecture.md, Evidence)."""

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

    def weight_sql(self, strength: str) -> str:
        """Return a CASE over a strength column: its weight."""
        return (
            f"CASE {strength} WHEN 'E3' THEN {self.weight_e3} "
            f"WHEN 'E2' THEN {self.weight_e2} ELSE {self.weight_e1} END"
        )

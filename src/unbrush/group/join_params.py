"""When rings belong to one organiser."""

from dataclasses import dataclass

from unbrush.base.params import bounded


@dataclass(frozen=True, kw_only=True)
class JoinParams:
    """When rings belong to one organiser; every bound is stated against chance."""

    min_shared: int = bounded(
        3, at_least=2, doc="Accounts, orders or posts of each ring that point to what they share."
    )
    min_inside: float = bounded(
        0.5,
        at_least=0.0,
        at_most=1.0,
        doc="Share of all whom a device, payer, sender or recruiter serves that must be in rings.",
    )
    min_worker_share: float = bounded(
        0.2, at_least=0.0, at_most=1.0, doc="Share of a ring's accounts that work for the other."
    )
    min_surprise: float = bounded(
        14.0, at_least=0.0, doc="Natural logarithm of the odds against chance for what is shared."
    )
    max_chance: float = bounded(
        0.01, at_least=1e-12, doc="Joins by chance that are put up with in the whole market."
    )

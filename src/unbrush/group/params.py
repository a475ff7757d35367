"""When ties and rings count: every bound is stated against chance."""

from dataclasses import dataclass

from unbrush.base.params import bounded


@dataclass(frozen=True, kw_only=True)
class Params:
    """When ties and rings count; every bound is stated against chance."""

    min_accounts: int = bounded(5, at_least=3, doc="Fewest accounts that make a ring.")
    min_shops: int = bounded(
        3, at_least=2, doc="Fewest shops in common for accounts that nothing else ties."
    )
    taste: float = bounded(
        2.0,
        at_least=1.0,
        doc="How many times likelier than by popularity a deal may be, for honest reasons.",
    )
    max_q: float = bounded(
        0.01, at_least=0.0, at_most=1.0, doc="Most share of chance among the rings that are named."
    )
    min_robustness: float = bounded(
        10.0,
        at_least=1.0,
        doc="Times likelier that tastes would have to make shared shops to leave their buyers"
        " mere companions.",
    )
    min_surprise: float = bounded(
        14.0, at_least=0.0, doc="Natural logarithm of the odds against chance for a shared token."
    )
    max_household: int = bounded(
        5, at_least=1, doc="Accounts whose shared things and hours may be those of one household."
    )
    min_depot_share: float = bounded(
        0.5,
        at_least=0.0,
        at_most=1.0,
        doc="Share of the trade of an address, device, purse, phone or identity in the shops that"
        " stand out there for it to tie anybody.",
    )
    bulk_pieces: int = bounded(
        5, at_least=2, doc="Pieces in one order to an office from which it is a firm's supplies."
    )
    max_local_share: float = bounded(
        0.5,
        at_least=0.0,
        at_most=1.0,
        doc="Share of all accounts up to which a region says that its people are neighbours.",
    )
    min_local: float = bounded(
        0.8,
        at_least=0.0,
        at_most=1.0,
        doc="Share of a ring's accounts in the one region of all its shops that makes it local.",
    )
    max_token_accounts: int = bounded(
        5_000, at_least=2, doc="Accounts beyond which a token is public and ties nobody."
    )

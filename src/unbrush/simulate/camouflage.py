"""Camouflage: what each level changes in how a gang works; ranges, from which every plan draws.

0 naive       shared devices, networks, addresses and cards; fixed templates; the principal and a
              round fee back at once, from one payer; empties; a rush of a few days.
1 hurried     random delays, fewer accounts to a device, templates with varied words, a second
              payer, some real purchases in between.
2 dispersed   own devices and networks, mostly aged accounts, paraphrased texts, third-party payers
              with split and rounded amounts, small gifts rather than empties.
3 patient     low and slow over weeks, everything unique, many real purchases, fresh texts, most
              money off the platform and late, gifts of varied weight.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Camouflage:
    """Ranges that a plan draws from; ``(low, high)`` unless said otherwise.

    Attributes:
        per_device: Accounts to a device of the gang.
        per_ip: Accounts to a network address.
        per_address: Accounts to a delivery address.
        per_card: Accounts to a card.
        rented_share: Share of a farm's accounts that are rented from real people.
        young_days: Within how many days before the plan its own accounts were registered.
        n_days: How long the plan runs.
        wave_minutes: Over how many minutes a wave of a script spreads.
        review_days: From receipt to review.
        pay_hours: From review to the money.
        n_payers: Wallets that pay buyers back.
        most_parts: Into how many payments one return is split at most.
        noise: Share by which a returned amount strays (0-1).
        seen_share: Share of returns that pass through the platform's own wallets (0-1).
        own_payer: Whether the organiser's own wallet pays.
        gift_share: Share of parcels that hold a small gift instead of nothing (0-1).
        gift_g: Weight of such a gift.
        real_share: Of hired people's parcels, the share that hold the goods (0-1).
        purchases: Real purchases of an account in between.
        wording: How supplied praise is written: template, varied, paraphrase, fresh.
    """

    per_device: tuple[int, int]
    per_ip: tuple[int, int]
    per_address: tuple[int, int]
    per_card: tuple[int, int]
    rented_share: tuple[float, float]
    young_days: tuple[int, int]
    n_days: tuple[int, int]
    wave_minutes: tuple[float, float]
    review_days: tuple[float, float]
    pay_hours: tuple[float, float]
    n_payers: tuple[int, int]
    most_parts: int
    noise: float
    seen_share: tuple[float, float]
    own_payer: bool
    gift_share: tuple[float, float]
    gift_g: tuple[float, float]
    real_share: tuple[float, float]
    purchases: tuple[float, float]
    wording: str


LEVELS = (
    Camouflage(
        per_device=(6, 18), per_ip=(15, 40), per_address=(8, 25), per_card=(10, 30),
        rented_share=(0.0, 0.15), young_days=(2, 5), n_days=(5, 12), wave_minutes=(5, 20),
        review_days=(0.05, 0.5), pay_hours=(1, 12), n_payers=(1, 1), most_parts=1, noise=0.0,
        seen_share=(1.0, 1.0), own_payer=True, gift_share=(0.0, 0.15), gift_g=(20, 60),
        real_share=(0.2, 0.4), purchases=(0.0, 0.0), wording="template",
    ),
    Camouflage(
        per_device=(3, 8), per_ip=(5, 15), per_address=(4, 10), per_card=(4, 12),
        rented_share=(0.1, 0.3), young_days=(15, 40), n_days=(9, 20), wave_minutes=(60, 240),
        review_days=(0.3, 2.5), pay_hours=(12, 60), n_payers=(1, 2), most_parts=2, noise=0.02,
        seen_share=(0.9, 1.0), own_payer=True, gift_share=(0.2, 0.45), gift_g=(20, 120),
        real_share=(0.4, 0.7), purchases=(0.3, 0.8), wording="varied",
    ),
    Camouflage(
        per_device=(1, 2), per_ip=(1, 3), per_address=(1, 3), per_card=(1, 3),
        rented_share=(0.5, 0.75), young_days=(200, 500), n_days=(15, 35), wave_minutes=(200, 600),
        review_days=(0.5, 6), pay_hours=(24, 140), n_payers=(2, 3), most_parts=3, noise=0.05,
        seen_share=(0.7, 0.9), own_payer=False, gift_share=(0.7, 0.9), gift_g=(30, 260),
        real_share=(0.5, 0.8), purchases=(1.0, 2.0), wording="paraphrase",
    ),
    Camouflage(
        per_device=(1, 1), per_ip=(1, 1), per_address=(1, 1), per_card=(1, 1),
        rented_share=(0.8, 0.95), young_days=(400, 900), n_days=(40, 62), wave_minutes=(900, 1400),
        review_days=(1, 12), pay_hours=(100, 420), n_payers=(3, 6), most_parts=4, noise=0.15,
        seen_share=(0.12, 0.28), own_payer=False, gift_share=(0.9, 1.0), gift_g=(60, 900),
        real_share=(0.6, 0.9), purchases=(2.0, 4.0), wording="fresh",
    ),
)  # fmt: skip
"""Camouflage by level, 0-3."""

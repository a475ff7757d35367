"""How large a market is: from a name or a number to counts of orders, shops and accounts."""

import re
from dataclasses import dataclass

from unbrush.base.errors import UsageError, did_you_mean

SCALES = {
    "tiny": 2_000,
    "small": 20_000,
    "medium": 200_000,
    "large": 1_000_000,
    "huge": 4_000_000,
}
"""Orders by name of scale."""

FEWEST_ORDERS = 1_000
MOST_ORDERS = 200_000_000
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000}


def parse_scale(text: str) -> int:
    """Return the number of orders that ``text`` means: a name, or a count such as ``1.5M``.

    Raises:
        UsageError: Neither a known name nor a count within bounds.
    """
    word = text.strip().lower().replace(",", "").replace("_", "")
    if word in SCALES:
        return SCALES[word]
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([km]?)", word)
    if not found:
        raise UsageError(
            f"{text!r} is not a scale.",
            hint=f"{did_you_mean(word, SCALES)} Or a number of orders: 50000, 20k, 1.5M.",
        )
    n_orders = round(float(found[1]) * _UNITS[found[2]])
    if not FEWEST_ORDERS <= n_orders <= MOST_ORDERS:
        raise UsageError(
            f"A market of {n_orders} orders cannot be made.",
            hint=f"Between {FEWEST_ORDERS} and {MOST_ORDERS} orders; tiny has {SCALES['tiny']}.",
        )
    return n_orders


@dataclass(frozen=True)
class Sizes:
    """How much of everything a market holds before anything is planted."""

    n_orders: int
    n_shops: int
    n_accounts: int


def sizes_of(n_orders: int) -> Sizes:
    """Return sizes that grow as markets do: accounts with orders, shops more slowly."""
    return Sizes(
        n_orders=n_orders,
        n_shops=max(60, round(0.2 * n_orders**0.75)),
        n_accounts=max(600, round(n_orders * 0.34)),
    )

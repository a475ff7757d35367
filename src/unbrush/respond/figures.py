"""Numbers as people read them: separators, shares, money, dates. The same in both languages."""

from dataclasses import dataclass

from unbrush.base.clock import DAY_MS, day_of
from unbrush.respond.limits import TEXT_SHOWN, TOKEN_SHOWN

NOTHING = "–"

# ISO 4217: currencies whose minor unit is not a hundredth.
_DIGITS = dict.fromkeys(("JPY", "KRW", "VND", "CLP", "ISK", "PYG", "UGX", "XAF", "XOF"), 0)
_DIGITS.update(dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3))
_SIGNS = {"CNY": "¥", "RMB": "¥", "USD": "$", "EUR": "€", "GBP": "£"}


@dataclass(frozen=True)
class Money:
    """How amounts of this market are written.

    Attributes:
        currency: ISO code if every order has the same, else empty.
    """

    currency: str

    def whole(self, minor: int | None) -> str:
        """Return an amount without its minor units, for sums."""
        return self._written(minor, 0)

    def exact(self, minor: int | None) -> str:
        """Return an amount with its minor units, for single rows."""
        return self._written(minor, self.digits)

    @property
    def digits(self) -> int:
        """Digits of the minor unit."""
        return _DIGITS.get(self.currency, 2)

    def _written(self, minor: int | None, digits: int) -> str:
        if minor is None:
            return NOTHING
        sign = _SIGNS.get(self.currency, f"{self.currency} " if self.currency else "")
        amount = abs(minor) / 10**self.digits
        return f"{'−' if minor < 0 else ''}{sign}{amount:,.{digits}f}"


def count(number: int | None) -> str:
    """Return a whole number with thousands separators."""
    return NOTHING if number is None else f"{number:,}"


def share(part: int, whole: int) -> str:
    """Return a part of a whole in percent; a part too small to show is not shown as zero."""
    if not whole:
        return NOTHING
    if not part:
        return "0%"
    percent = 100 * part / whole
    if percent < 0.01:
        return "<0.01%"
    return f"{percent:.2f}%" if percent < 1 else f"{percent:.1f}%"


def decimal(value: float | None) -> str:
    """Return a rating, score or probability with two digits."""
    return NOTHING if value is None else f"{value:.2f}"


def days(first_at: int | None, last_at: int | None) -> str:
    """Return the UTC dates from one moment to another."""
    if first_at is None or last_at is None:
        return NOTHING
    first, last = day_of(first_at), day_of(last_at)
    return first if first == last else f"{first} – {last}"


def n_days(first_at: int | None, last_at: int | None) -> int:
    """Return how many UTC dates lie between two moments, both included."""
    if first_at is None or last_at is None:
        return 0
    return last_at // DAY_MS - first_at // DAY_MS + 1


def outside(text: object) -> str:
    """Return an id or text that came from outside, cut to what a table can hold."""
    if text is None:
        return NOTHING
    line = " ".join(str(text).split()) or NOTHING
    return line if len(line) <= TEXT_SHOWN else line[: TEXT_SHOWN - 1] + "…"


def token(text: str | None) -> str:
    """Return the beginning of a token: enough to see that two are the same."""
    return NOTHING if not text else text[:TOKEN_SHOWN] + "…" * (len(text) > TOKEN_SHOWN)

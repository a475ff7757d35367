"""What every reckoning stands on: rows, days, whom it is about, what was stated."""

from collections.abc import Callable
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from unbrush.base.engine import Engine, quote
from unbrush.base.words import Words
from unbrush.respond.losses.amounts import Placebo, Range
from unbrush.respond.losses.counterfactual import LEAST_DAYS_BEFORE, Days, earlier
from unbrush.respond.losses.draws import HIGH, LOW, Array, significant
from unbrush.respond.losses.given import Given
from unbrush.respond.losses.panel import Panel

WIDEST = 2.0
"""Width of a placebo's interval, in multiples of what was sold, from which it says nothing."""


LEAST_A_DAY = 0.5
"""Orders a day before, below which a unit's own ways hide everything."""
TOO_LITTLE = Words(
    "窗口之前每两天至少一笔真实订单", "at least one genuine order in two days before the window"
)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What a reckoning in one currency stands on.

    Attributes:
        engine: Holds `loss_orders` and the run.
        panel: The days of every shop.
        currency: ISO code.
        shops: Whom it is about.
        confirmed: Those of them of which a person confirmed it, wholly or by one order.
        given: What was stated.
        named: How a shop is called in what people read.
    """

    engine: Engine
    panel: Panel
    currency: str
    shops: tuple[str, ...]
    confirmed: frozenset[str]
    given: Given
    named: Callable[[str], str]

    @property
    def shops_sql(self) -> str:
        """The shops as a list for SQL."""
        return ", ".join(quote(each) for each in self.shops) or "NULL"

    def rows(self) -> dict[str, int]:
        """Return the row of each shop in the panel."""
        place = {shop: row for row, shop in enumerate(self.panel.shops)}
        return {shop: place[shop] for shop in self.shops if shop in place}

    def seed(self, name: str) -> int:
        """Return a seed of its own for what is called ``name``."""
        return (self.given.seed << 32) + crc32(name.encode())


def range_of(point: float, draws: Array) -> Range:
    """Return an estimate with its interval, rounded to what it can be known to."""
    low, high = (significant(float(each)) for each in np.quantile(draws, (LOW, HIGH)))
    middle = significant(point)
    return Range(low_minor=min(low, middle), point_minor=middle, high_minor=max(high, middle))


def before_of(panel: Panel, first: int) -> Days | None:
    """Return the days before a window; None if they are too few to compare with."""
    return panel.days(0, first) if first >= LEAST_DAYS_BEFORE else None


def too_few_days(first: int) -> Words:
    """Say that there are too few days before the window."""
    return Words(
        f"窗口之前只有 {first} 天数据，至少需要 {LEAST_DAYS_BEFORE} 天",
        f"days of data before the window: {first}, at least {LEAST_DAYS_BEFORE} are needed",
    )


def in_time(
    before: Days, window: Days, reckon: Callable[[Days, Days], tuple[float, Array]],
    outcome: Callable[[float, float, float, bool | None], Words],
) -> Placebo:  # fmt: skip
    """Return the placebo in time: the same reckoning as if it had begun earlier.

    Args:
        before: Days before.
        window: The window.
        reckon: From days before and a window to an effect and its draws.
        outcome: From point, ends and whether it is passed to words.
    """
    found = earlier(before, window)
    if found is None:
        return Placebo(
            is_passed=None,
            words=Words(
                "之前的天数不足，无法在更早的时间作安慰剂检验。",
                "No placebo in time: too few days before.",
            ),
        )
    point, draws = reckon(*found)
    low, high = np.quantile(draws, (LOW, HIGH))
    # An interval wider than everything that was sold passes whatever there is.
    is_passed = None if high - low > WIDEST else bool(low <= 0 <= high)
    return Placebo(is_passed=is_passed, words=outcome(point, float(low), float(high), is_passed))

"""The season: which days there are, how busy each is, and the campaigns that lift them.

The span ends at a fixed date, so that a market never depends on the day it was made. Days and
hours are those of China (UTC+8), moments are epoch milliseconds UTC.
"""

from dataclasses import dataclass

import numpy as np

from unbrush.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from unbrush.simulate.chance import Array, Rng, pick_at, running

N_DAYS = 80
END_AT = 1_764_518_400_000  # 2025-12-01 00:00 in China
START_AT = END_AT - N_DAYS * DAY_MS  # 2025-09-12
OLDEST_DAYS = 6_500  # since the platform opened: no account or shop is older
FIRST_WEEKDAY = 4  # 2025-09-12 is a Friday; Monday is 0

_WEEKDAY = (0.96, 0.95, 0.96, 0.98, 1.02, 1.08, 1.07)
_HOUR = (2.4, 1.3, 0.8, 0.5, 0.5, 0.8, 1.6, 2.8, 4.2, 5.4, 6.2, 5.9,
         5.6, 5.5, 5.2, 5.1, 5.0, 4.7, 4.6, 5.4, 7.2, 7.8, 6.9, 4.6)  # fmt: skip


@dataclass(frozen=True)
class Campaign:
    """A time when the platform sells more.

    Attributes:
        kind: What it is called.
        first_day: Day of the span on which it starts.
        n_days: How long it lasts.
        lift: Times the usual trade on its busiest day.
        category: Index of the only category that takes part, -1 if all do.
    """

    kind: str
    first_day: int
    n_days: int
    lift: float
    category: int = -1

    @property
    def starts_at(self) -> int:
        """Its first moment."""
        return START_AT + self.first_day * DAY_MS

    @property
    def ends_at(self) -> int:
        """Its last moment."""
        return self.starts_at + self.n_days * DAY_MS - 1


_PLATFORM_WIDE = (
    Campaign("mid-autumn", 13, 11, 1.15),  # to 5 October
    Campaign("national-day", 19, 8, 1.2),
    Campaign("double-11-presale", 42, 14, 1.25),
    Campaign("double-11", 59, 3, 4.5),  # 10 to 12 November, the peak on the 11th
    Campaign("black-friday", 77, 2, 1.3),
)
N_CATEGORY_DAYS = 8
PEAK_DAY = 60


def draw_campaigns(rng: Rng, *, n_categories: int) -> list[Campaign]:
    """Return the platform-wide campaigns, then days on which one category is promoted."""
    chosen = rng.choice(n_categories, min(N_CATEGORY_DAYS, n_categories), replace=False)
    days = rng.integers(1, N_DAYS - 3, len(chosen))
    own = [
        Campaign("category-day", int(day), 2, 1.6, int(category))
        for day, category in zip(days, chosen, strict=True)
    ]
    return [*_PLATFORM_WIDE, *own]


def day_weights(rng: Rng) -> Array:
    """Return the relative trade of each day: weekdays, campaigns and weather."""
    weekday = np.array([_WEEKDAY[(FIRST_WEEKDAY + day) % 7] for day in range(N_DAYS)])
    weights = weekday * np.linspace(0.95, 1.08, N_DAYS) * np.exp(rng.normal(0, 0.04, N_DAYS))
    for campaign in _PLATFORM_WIDE:
        days = np.arange(campaign.first_day, campaign.first_day + campaign.n_days)
        peak = PEAK_DAY if campaign.kind == "double-11" else days[0]
        weights[days] *= 1 + (campaign.lift - 1) / (1.0 + np.abs(days - peak)) ** 1.5
    return np.asarray(weights)


_MINUTES = np.repeat(np.array(_HOUR), 60)
_KNOTS = (_MINUTES + np.roll(_MINUTES, 30)) / 2  # a minute is not twice as busy as the one before
_CLOCK = running(_KNOTS)


def time_of_day(u: Array) -> Array:
    """Return milliseconds since local midnight for shares ``u`` (0-1) of the day's trade."""
    minute = pick_at(_CLOCK, u)
    before = np.where(minute > 0, _CLOCK[minute - 1], 0.0)
    within = (u - before) / (_CLOCK[minute] - before)
    return np.asarray((minute * MINUTE_MS + within * MINUTE_MS).astype(np.int64))


def moments(rng: Rng, days: Array) -> Array:
    """Return a moment at a natural hour of each of ``days`` (0 is the first of the span)."""
    return np.asarray(START_AT + days * DAY_MS + time_of_day(rng.random(len(days))))


def working_hours(rng: Rng, days: Array) -> Array:
    """Return a moment between 9:30 and 18:30 of each of ``days``."""
    return np.asarray(
        START_AT + days * DAY_MS + rng.integers(19 * HOUR_MS // 2, 37 * HOUR_MS // 2, len(days))
    )


def day_index(at: Array) -> Array:
    """Return the day of the span that each moment falls on."""
    return np.asarray((at - START_AT) // DAY_MS)

"""The court's way: a shop's daily income before, or less where its trade had less, minus what came.

For each day of the window the basis is the smaller of two: the shop's own mean before, and that
mean moved with its trade. What came is taken off. So growth never enlarges the loss, decline always
lessens it: both in favour of whoever pays, as in the Dong Zhichao case (SPC Gazette 2018-08, which
weighed the trend of the trade and daily income, in favour of the accused).

Chance remains: a shop that simply sold little in the window seems to have lost. What is handed to a
court is therefore the lower end, below which the same reckoning on shops that nothing was done to
shows that chance alone puts 5 %.
"""

from dataclasses import dataclass

import numpy as np

from unbrush.respond.losses.counterfactual import Days
from unbrush.respond.losses.draws import Array, student_quantile


@dataclass(frozen=True, kw_only=True)
class CourtValue:
    """What the formula gives, and what is handed to a court.

    Attributes:
        formula: The sum of the formula; below 0 if the shop sold more than its basis.
        conservative: Its lower end, at least 0.
        high: Its upper end.
        placebo: The formula's value for each donor, as a share of what it sold before in as many
            days; it should scatter about 0 or below.
    """

    formula: float
    conservative: float
    high: float
    placebo: Array


def court_value(unit: Array, trade: Array, before: Days, window: Days) -> CourtValue:
    """Return the court's value of what a shop lost in ``window``.

    Args:
        unit: Shape (days,), income a day.
        trade: Shape (shops, days), other shops of about its size that nothing was done to.
        before: Days before.
        window: Days of the loss.
    """
    formula = _formula(unit, trade, before, window)
    normal = unit[before].mean() * window.sum()
    placebo = np.array(
        [
            _formula(trade[k], np.delete(trade, k, 0), before, window)
            / max(trade[k][before].mean() * window.sum(), 1e-9)
            for k in range(len(trade))
        ]
    )
    # What the formula finds where nothing was: its mean, if above 0, and its scatter.
    bias, scatter = max(0.0, float(placebo.mean())), float(placebo.std(ddof=1))
    away = student_quantile(len(trade) - 1) * scatter * float(np.sqrt(1 + 1 / len(trade)))
    return CourtValue(
        formula=formula,
        conservative=max(0.0, formula - (bias + away) * normal),
        high=max(0.0, formula + away * normal),
        placebo=placebo,
    )


def _formula(unit: Array, trade: Array, before: Days, window: Days) -> float:
    mean = unit[before].mean()
    trend = (trade / np.maximum(trade[:, before].mean(axis=1, keepdims=True), 1e-9)).mean(axis=0)
    return float((np.minimum(trend[window], 1.0) * mean - unit[window]).sum())

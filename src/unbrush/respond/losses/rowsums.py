"""Sums over rows that may be fake: what is proved, expected and at most, with the placebo."""

from datetime import date, timedelta
from typing import TypedDict

import numpy as np

from unbrush.base.engine import quote
from unbrush.base.words import Words
from unbrush.respond.figures import Money
from unbrush.respond.losses.amounts import Placebo, Range
from unbrush.respond.losses.draws import sum_draws
from unbrush.respond.losses.ground import Ground, range_of
from unbrush.respond.losses.rows import Rows, rows_of

LEAST_APART = 10
"""How many times less the sum has to be on orders elsewhere, for each order."""


class Summed(TypedDict):
    """The parts of an estimate that a sum over rows gives."""

    proved: Range | None
    expected: Range
    upper_minor: int
    first_day: date | None
    last_day: date | None


def summed(rows: Rows, *, seed: int) -> Summed:
    """Return what a sum over rows is, proved, expected and at most.

    Args:
        rows: Orders with amounts.
        seed: Of the draws.
    """
    draws = sum_draws(rows.amount, rows.probability, rows.cluster, seed=seed)
    expected = range_of(rows.expected, draws)
    proved = round(float(rows.amount[rows.is_confirmed].sum()))
    suspected = round(float(rows.amount[rows.is_suspected].sum()))
    days = rows.day[rows.is_suspected]
    ends = [date(1970, 1, 1) + timedelta(days=int(each)) for each in
            ((days.min(), days.max()) if len(days) else ())]  # fmt: skip
    return {
        "proved": Range.counted(proved) if rows.is_confirmed.any() else None,
        "expected": expected,
        "upper_minor": max(suspected, expected.high_minor),
        "first_day": ends[0] if ends else None,
        "last_day": ends[-1] if ends else None,
    }


def elsewhere(ground: Ground, select: str, here: Rows, n_here: int) -> Placebo:
    """Return the placebo of a sum: the same for orders of shops of which nothing was found.

    Args:
        ground: What it stands on.
        select: Columns and joins up to WHERE, giving ``amount`` for rows of `loss_orders` ``o``.
        here: The rows of the sum.
        n_here: Orders in scope.
    """
    clean = [shop for shop in ground.panel.clean_shops() if shop not in ground.shops]
    listed = ", ".join(map(quote, clean)) or "NULL"
    there = rows_of(ground.engine, f"{select} WHERE o.shop_id IN ({listed})", ground.currency)
    n_there = ground.engine.value(
        f"SELECT count(*) FROM loss_orders WHERE shop_id IN ({listed})"
        f" AND currency = '{ground.currency}'"
    )
    if not n_there or not n_here:
        return Placebo(
            is_passed=None,
            words=Words("没有其他店铺可供对照。", "No other shops to compare with."),
        )
    one, other = here.expected / n_here, there.expected / n_there
    is_passed = bool(np.abs(other) * LEAST_APART <= np.abs(one))
    result = (
        Words("相差十倍以上，符合预期", "more than ten times apart, as it should be")
        if is_passed
        else Words("未通过：相差不足十倍", "not passed: less than ten times apart")
    )
    money = Money(ground.currency)
    shown = [money.exact(round(each)) for each in (one, other)]
    return Placebo(
        is_passed=is_passed,
        words=Words(
            f"同样计算：此处每单 {shown[0]}，未发现问题的店铺每单 {shown[1]}；{result.zh}。",
            f"The same sum for each order: {shown[0]} here, {shown[1]} in shops of which nothing "
            f"was found; {result.en}.",
        ),
    )

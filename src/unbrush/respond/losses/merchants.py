"""The merchant's gain: genuine orders that came because of the fakes, times the stated margin."""

import numpy as np

from unbrush.base.engine import quote
from unbrush.base.words import Words
from unbrush.respond.losses.amounts import Estimate, Gain, Measure, Placebo, Range, Unknown
from unbrush.respond.losses.counterfactual import LEAST_DONORS, Days, nearest, predict
from unbrush.respond.losses.draws import N_DRAWS, Array, sum_draws
from unbrush.respond.losses.given import ASKED
from unbrush.respond.losses.ground import (
    LEAST_A_DAY,
    TOO_LITTLE,
    Ground,
    before_of,
    in_time,
    range_of,
    too_few_days,
)
from unbrush.respond.losses.rows import rows_of

WHO = Words("店铺", "the shop")


def fakes_of(ground: Ground, shop: str, first: int, last: int, *, what: str) -> Array:
    """Return draws of a shop's fakes between two columns of the panel.

    Args:
        ground: What it stands on.
        shop: Whose.
        first: First column.
        last: The one after the last.
        what: Column of `loss_orders` to sum, or ``1`` for orders.
    """
    start = ground.panel.first_day
    rows = rows_of(
        ground.engine,
        f"""SELECT *, {what} AS amount FROM loss_orders WHERE shop_id = {quote(shop)}
            AND day >= {start + first} AND day < {start + last}""",
        ground.currency,
    )
    return sum_draws(
        rows.amount, rows.probability, rows.cluster, seed=ground.seed(f"fakes of {shop}")
    )


def gains_of_shops(ground: Ground) -> list[Estimate | Unknown]:
    """Return what each shop gained: in turnover, and in profit where a margin is stated."""
    found: list[Estimate | Unknown] = []
    for shop, row in ground.rows().items():
        found += _gain_of(ground, shop, row)
    return found


def _gain_of(ground: Ground, shop: str, row: int) -> list[Estimate | Unknown]:
    panel, name = ground.panel, ground.named(shop)
    window = panel.window_of(row)
    if window is None:
        return []
    before = before_of(panel, window[0])
    donors = _donors(ground, row)
    if before is None or len(donors) < LEAST_DONORS:
        missing = too_few_days(window[0]) if before is None else _too_few_donors(len(donors))
        return [Unknown(method="uplift", who=WHO, about=name, missing=(missing,))]
    if panel.orders[row, before].mean() < LEAST_A_DAY:
        return [Unknown(method="uplift", who=WHO, about=name, missing=(TOO_LITTLE,))]
    days = panel.days(*window)
    near = donors[nearest(panel.turnover[row], donors, before)]
    seed = ground.seed(f"uplift of {shop}")
    predicted = predict(panel.turnover[row], near, before, days, way="differences", seed=seed)
    fakes = fakes_of(ground, shop, *window, what="paid_minor")
    point = float(panel.turnover[row, days].sum()) - predicted.total
    draws = float(panel.raw_turnover[row, days].sum()) - fakes - predicted.draws
    placebo = _placebo(ground, row, near, before, days, seed)
    is_confirmed = shop in ground.confirmed
    found: list[Estimate | Unknown] = [
        _gain(ground, shop, window, point, draws, Measure.TURNOVER, placebo, is_confirmed)
    ]
    margin = ground.given.stated.get("margin")
    if margin is None:
        return [
            *found,
            Unknown(
                method="uplift", who=WHO, about=name,
                missing=(ASKED["margin"], Words("（利润因此不能确定）", "(so no profit can be)")),
            ),
        ]  # fmt: skip
    share = np.random.default_rng(seed + 1).uniform(margin.low, margin.high, N_DRAWS)
    middle = (margin.low + margin.high) / 2
    profit = _gain(
        ground, shop, window, point * middle, draws * share, Measure.PROFIT, placebo, is_confirmed
    )
    return [*found, profit]


def _gain(
    ground: Ground, shop: str, window: tuple[int, int], point: float, draws: Array,
    measure: Measure, placebo: Placebo, is_confirmed: bool,
) -> Gain:  # fmt: skip
    expected = range_of(point, draws)
    panel = ground.panel
    return Gain(
        method="uplift", who=WHO, about=ground.named(shop), currency=ground.currency,
        measure=measure,
        # Of what people confirmed, what chance alone exceeds in one of twenty.
        proved=Range.counted(max(0, expected.low_minor)) if is_confirmed else None,
        expected=expected, upper_minor=max(0, expected.high_minor),
        covers=frozenset({f"uplift of {shop}"}), placebo=placebo,
        first_day=panel.date_of(window[0]), last_day=panel.date_of(window[1] - 1),
        notes=(_margin_note(ground),) if measure is Measure.PROFIT else (),
    )  # fmt: skip


def _margin_note(ground: Ground) -> Words:
    margin = ground.given.stated["margin"]
    source = margin.source or "–"
    return Words(
        f"毛利率按所述 {100 * margin.low:g}%–{100 * margin.high:g}%（{source}）。",
        f"Margin as stated, {100 * margin.low:g}-{100 * margin.high:g} % ({source}).",
    )


def _donors(ground: Ground, row: int) -> Array:
    panel = ground.panel
    scope = {panel.category[each] for each in ground.rows().values()}
    rows = [each for each in panel.untouched({*scope, panel.category[row]})
            if panel.turnover[each].sum() > 0]  # fmt: skip
    return panel.turnover[rows]


def _too_few_donors(n: int) -> Words:
    return Words(
        f"其他类目中未受影响的店铺只有 {n} 家，至少需要 {LEAST_DONORS} 家",
        f"shops without fakes in other categories: {n}, at least {LEAST_DONORS} are needed",
    )


def _placebo(
    ground: Ground, row: int, donors: Array, before: Days, window: Days, seed: int
) -> Placebo:
    unit = ground.panel.turnover[row]

    def reckon(old: Days, new: Days) -> tuple[float, Array]:
        predicted = predict(unit, donors, old, new, way="differences", seed=seed)
        actual = float(unit[new].sum())
        normal = max(predicted.total, 1e-9)
        return (actual - predicted.total) / normal, (actual - predicted.draws) / normal

    return in_time(before, window, reckon, earlier_words)


def earlier_words(point: float, low: float, high: float, is_passed: bool | None) -> Words:
    """Say what the placebo in time found, relative to what was expected."""
    result = {
        True: Words("符合预期（包含零）", "as it should be: 0 is within"),
        False: Words("未通过：此前已有偏离", "not passed: it deviated before"),
        None: Words("区间过宽，说明不了问题", "too wide to say anything"),
    }[is_passed]
    middle, *ends = (f"{100 * each:+.0f}" for each in (point, low, high))
    return Words(
        f"若提前开始：{middle}%（{ends[0]}% 至 {ends[1]}%），{result.zh}。",
        f"As if it had begun earlier: {middle} % ({ends[0]} to {ends[1]} %), {result.en}.",
    )

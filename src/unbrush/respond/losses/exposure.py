"""Statutory exposure: what consumers might ask for if fraud is found. It is nobody's loss."""

import numpy as np

from unbrush.base.engine import quote
from unbrush.base.words import Words
from unbrush.respond.dossier.reckoning import LEAST_EXTRA_MINOR
from unbrush.respond.losses.amounts import Estimate, Exposure, Measure, Placebo, Range, Unknown
from unbrush.respond.losses.draws import sum_draws
from unbrush.respond.losses.ground import Ground, range_of
from unbrush.respond.losses.rows import rows_of

WHO = Words("店铺（若认定欺诈）", "the shop, if fraud is found")


def exposures(ground: Ground) -> list[Estimate | Unknown]:
    """Return, for each shop, three prices of every genuine order since the first fake."""
    if ground.currency not in ("CNY", "RMB"):
        missing = Words("人民币订单（该条文以元计）", "orders in yuan (the provision is in yuan)")
        return [Unknown(method="triple-price", who=WHO, missing=(missing,))]
    found: list[Estimate | Unknown] = []
    for shop, row in ground.rows().items():
        window = ground.panel.window_of(row)
        if window is None:
            continue
        first = ground.panel.first_day + window[0]
        where = f"""shop_id = {quote(shop)} AND day >= {first} AND paid_minor > 0"""
        extra = f"greatest(3 * paid_minor, {LEAST_EXTRA_MINOR})"
        totals = ground.engine.query(
            f"""SELECT CAST(coalesce(sum({extra}), 0) AS BIGINT) AS everything,
                       CAST(coalesce(sum({extra}) FILTER (WHERE probability = 0), 0) AS BIGINT)
                           AS undoubted,
                       CAST(coalesce(sum({extra}) FILTER (WHERE is_confirmed), 0) AS BIGINT)
                           AS fake,
                       count(*) AS n FROM loss_orders
                WHERE {where} AND currency = '{ground.currency}'"""
        ).to_pylist()[0]
        rows = rows_of(
            ground.engine, f"SELECT *, {extra} AS amount FROM loss_orders WHERE {where}",
            ground.currency,
        )  # fmt: skip
        fakes = sum_draws(
            rows.amount, rows.probability, rows.cluster, seed=ground.seed(f"exposure of {shop}")
        )
        everything = int(totals["everything"])
        expected = range_of(everything - rows.expected, np.maximum(everything - fakes, 0.0))
        found.append(
            Exposure(
                method="triple-price", who=WHO, about=ground.named(shop),
                currency=ground.currency, measure=Measure.MONEY,
                proved=Range.counted(int(totals["undoubted"]))
                if shop in ground.confirmed else None,
                expected=expected,
                upper_minor=max(expected.high_minor, everything - int(totals["fake"])),
                covers=frozenset({f"claims against {shop}"}), placebo=_NONE,
                first_day=ground.panel.date_of(window[0]),
                last_day=ground.panel.date_of(ground.panel.n_days - 1),
                notes=(
                    Words("若认定欺诈时的风险敞口，不是损失。",
                          "Exposure if fraud is found; no loss."),
                ),
            )
        )  # fmt: skip
    return found


_NONE = Placebo(
    is_passed=None,
    words=Words(
        "不适用：按条文计算，不估计影响。",
        "Not applicable: reckoned by the provision, no effect is estimated.",
    ),
)

"""The platform's loss: what fakes cost it, less the fees that it earned on them."""

import numpy as np

from unbrush.base.words import Words
from unbrush.respond.figures import Money
from unbrush.respond.losses.amounts import Estimate, Loss, Measure, Range, Unknown
from unbrush.respond.losses.documents import total_of
from unbrush.respond.losses.draws import N_DRAWS, sum_draws
from unbrush.respond.losses.given import ASKED
from unbrush.respond.losses.ground import Ground, range_of
from unbrush.respond.losses.rows import rows_of
from unbrush.respond.losses.rowsums import elsewhere, summed

WHO = Words("平台", "the platform")
COSTS = ("fee-refunded", "handling", "remediation")


def losses_of_platform(ground: Ground) -> list[Estimate | Unknown]:
    """Return the loss net of fees; it cannot be established where the fee is not stated."""
    fee = ground.given.stated.get("platform-fee")
    if fee is None:
        missing = (ASKED["platform-fee"], Words("（毛额不作为损失列出）", "(the gross is no loss)"))
        return [Unknown(method="platform-net", who=WHO, missing=missing)]
    sql = """
        SELECT o.*, coalesce(g.amount_minor, 0) AS granted FROM loss_orders o LEFT JOIN (
            SELECT CAST(order_id AS VARCHAR) AS order_id,
                   CAST(sum(amount_minor) AS BIGINT) AS amount_minor
            FROM subsidies GROUP BY 1) g ON g.order_id = o.order_id"""
    select = f"SELECT *, granted AS amount FROM ({sql}) o"
    here = f"WHERE o.shop_id IN ({ground.shops_sql})"
    granted = rows_of(ground.engine, f"{select} {here}", ground.currency)
    paid = rows_of(
        ground.engine, f"SELECT *, paid_minor AS amount FROM ({sql}) o {here}", ground.currency
    )
    seed = ground.seed("platform")
    # The same seed and rows: the same orders are fake in both.
    out = sum_draws(granted.amount, granted.probability, granted.cluster, seed=seed)
    turnover = sum_draws(paid.amount, paid.probability, paid.cluster, seed=seed)
    rate = np.random.default_rng(seed + 1).uniform(fee.low, fee.high, N_DRAWS)
    middle = (fee.low + fee.high) / 2
    costs = sum(total_of(ground.given.entries, kind, ground.currency) for kind in COSTS)
    earned = paid.expected * middle
    point = granted.expected + costs - earned
    parts = summed(granted, seed=seed)
    proved = None
    if granted.is_confirmed.any():
        kept = float(paid.amount[paid.is_confirmed].sum()) * fee.high
        leaked = float(granted.amount[granted.is_confirmed].sum())
        proved = Range.counted(round(leaked + costs - kept))
    n_here = ground.engine.value(
        f"SELECT count(*) FROM loss_orders WHERE shop_id IN ({ground.shops_sql})"
    )
    expected = range_of(point, out + costs - turnover * rate)
    suspected = float(paid.amount[paid.is_suspected].sum()) * fee.low
    money = Money(ground.currency)
    shown = [money.exact(round(each)) for each in (granted.expected, costs, earned)]
    rates = f"{100 * fee.low:g}–{100 * fee.high:g}"
    return [
        Loss(
            method="platform-net", who=WHO, currency=ground.currency, measure=Measure.MONEY,
            proved=proved, expected=expected,
            upper_minor=max(expected.high_minor, round(parts["upper_minor"] + costs - suspected)),
            covers=frozenset({"subsidy", *COSTS}),
            placebo=elsewhere(ground, select, granted, n_here),
            first_day=parts["first_day"], last_day=parts["last_day"],
            notes=(
                Words(
                    f"补贴流失 {shown[0]}，文件成本 {shown[1]}，减去虚假成交上收取的费用 {shown[2]}"
                    f"（费率 {rates}%，{fee.source or '–'}）。",
                    f"Subsidies {shown[0]}, costs of documents {shown[1]}, less fees earned on "
                    f"fake turnover {shown[2]} (fee {rates} %, {fee.source or '–'}).",
                ),
            ),
        )
    ]  # fmt: skip

"""What consumers paid too much, and for quality that was not there."""

import numpy as np

from unbrush.base.engine import quote
from unbrush.base.words import Words
from unbrush.respond.figures import Money
from unbrush.respond.losses.amounts import Estimate, Loss, Measure, Placebo, Range, Unknown
from unbrush.respond.losses.counterfactual import LEAST_DONORS
from unbrush.respond.losses.documents import total_of
from unbrush.respond.losses.draws import HIGH, LOW, Array
from unbrush.respond.losses.given import ASKED
from unbrush.respond.losses.ground import Ground, range_of
from unbrush.respond.losses.merchants import fakes_of
from unbrush.respond.losses.pricing import LEAST_SIBLINGS, overpaid, price_rise
from unbrush.respond.losses.quality import shortfall

WHO = Words("消费者", "consumers")
MISALLOCATED = 0.12
"""Of each unit of money spent, in an experiment in the UK with about 10,000 people (DBT 2023); 44 %
less after a warning. It says how large the harm may be; it is no damage of anybody."""
LEAST_ORDERS = 3
FAILED = ("fail", "failed", "unqualified", "below-grade", "不合格", "未通过")
PASSED = ("pass", "passed", "qualified", "合格", "通过")


def losses_of_consumers(ground: Ground) -> list[Estimate | Unknown]:
    """Return overpayment and quality shortfall of each shop's genuine buyers."""
    found: list[Estimate | Unknown] = []
    for shop, row in ground.rows().items():
        window = ground.panel.window_of(row)
        if window:
            found += [_overpaid(ground, shop, row, window), _quality(ground, shop, row, window)]
    return found


def misallocated_minor(ground: Ground) -> int:
    """Return the band of misallocation: what was genuinely spent, times the experiment's share."""
    panel, total = ground.panel, 0.0
    for row in ground.rows().values():
        if window := panel.window_of(row):
            total += float(panel.turnover[row, window[0] : window[1]].sum())
    return round(total * MISALLOCATED)


def _overpaid(ground: Ground, shop: str, row: int, window: tuple[int, int]) -> Estimate | Unknown:
    changes = _changes(ground, window)
    own = changes.pop(shop, None)
    clean = set(ground.panel.clean_shops())
    category = dict(zip(ground.panel.shops, ground.panel.category, strict=True))
    groups: dict[str, list[float]] = {}
    for name, each in sorted(changes.items()):
        if name in clean:
            groups.setdefault(category[name], []).append(float(each.mean()))
    siblings = groups.pop(category[shop], [])
    others = [each for each in groups.values() if len(each) > LEAST_SIBLINGS]
    n_compared = len(siblings) + sum(map(len, others))
    about = ground.named(shop)
    if own is None or len(siblings) <= LEAST_SIBLINGS or n_compared < 2 * LEAST_DONORS:
        missing = Words(
            "窗口前后均有真实销售的商品价格（本店及同类店铺）",
            "prices of items sold before and in the window, here and in its category",
        )
        return Unknown(method="overpaid", who=WHO, about=about, missing=(missing,))
    seed = ground.seed(f"prices of {shop}")
    rise = price_rise(own, np.array(siblings), [np.array(each) for each in others], seed=seed)
    paid, draws = _genuine(ground, shop, row, window)
    back = total_of(ground.given.entries, "consumer-refund", ground.currency)
    point, sums = overpaid(rise, paid, draws)
    spread, here = np.quantile(rise.others, (LOW, HIGH)), 100 * rise.share
    is_passed = bool(abs(float(rise.others.mean())) < 0.01)
    given_back = Money(ground.currency).exact(back)
    proved = None
    expected = range_of(max(0.0, point - back), np.maximum(sums - back, 0.0))
    if shop in ground.confirmed:
        proved = Range.counted(max(0, expected.low_minor))
    return Loss(
        method="overpaid", who=WHO, about=about, currency=ground.currency, measure=Measure.MONEY,
        proved=proved, expected=expected, upper_minor=max(0, expected.high_minor),
        covers=frozenset({f"prices of {shop}"}),
        placebo=Placebo(
            is_passed=is_passed,
            words=Words(
                f"对 {n_compared} 家未受影响的店铺作同样计算：九成在 {100 * spread[0]:+.1f}% 至 "
                f"{100 * spread[1]:+.1f}% 之间；本店 {here:+.1f}%。",
                f"The same for {n_compared} shops that nothing was done to: nine in ten from "
                f"{100 * spread[0]:+.1f} to {100 * spread[1]:+.1f} %; here {here:+.1f} %.",
            ),
        ),
        first_day=ground.panel.date_of(window[0]), last_day=ground.panel.date_of(window[1] - 1),
        notes=(Words(f"另扣除已退 {given_back}。", f"{given_back} given back are off."),)
        if back else (),
    )  # fmt: skip


def _genuine(ground: Ground, shop: str, row: int, window: tuple[int, int]) -> tuple[float, Array]:
    """Return what genuine buyers paid in a window and kept paid, and draws of it."""
    panel = ground.panel
    days = slice(*window)
    fakes = fakes_of(ground, shop, *window, what="paid_minor")
    back = ground.engine.value(
        f"""SELECT CAST(coalesce(sum(r.amount_minor), 0) AS BIGINT) FROM refunds r
            JOIN loss_orders o ON o.order_id = CAST(r.order_id AS VARCHAR)
            WHERE NOT o.is_suspected AND o.shop_id = {quote(shop)}
                AND o.currency = '{ground.currency}'
                AND o.day BETWEEN {panel.first_day + window[0]}
                    AND {panel.first_day + window[1] - 1}"""
    )
    raw = float(panel.raw_turnover[row, days].sum())
    return (
        max(0.0, float(panel.turnover[row, days].sum()) - back),
        np.maximum(raw - fakes - back, 0.0),
    )


def _changes(ground: Ground, window: tuple[int, int]) -> dict[str, Array]:
    """Return for each shop the change of the logarithm of the price, item by item."""
    start = ground.panel.first_day
    table = ground.engine.query(
        f"""
        WITH priced AS (
            SELECT shop_id, item_id, day >= {start + window[0]} AS is_in,
                   ln(1.0 * paid_minor / quantity) AS price
            FROM loss_orders WHERE paid_minor > 0 AND item_id IS NOT NULL AND NOT is_suspected
                AND currency = '{ground.currency}' AND day < {start + window[1]}),
        means AS (
            SELECT shop_id, item_id, median(price) FILTER (WHERE is_in) AS now,
                   median(price) FILTER (WHERE NOT is_in) AS before,
                   count(*) FILTER (WHERE is_in) AS n_in,
                   count(*) FILTER (WHERE NOT is_in) AS n_before
            FROM priced GROUP BY shop_id, item_id)
        SELECT shop_id, now - before AS change FROM means
        WHERE n_in >= {LEAST_ORDERS} AND n_before >= {LEAST_ORDERS} ORDER BY shop_id, item_id"""
    )
    found: dict[str, list[float]] = {}
    for each in table.to_pylist():
        found.setdefault(each["shop_id"], []).append(each["change"])
    return {shop: np.array(changes) for shop, changes in found.items()}


def _quality(ground: Ground, shop: str, row: int, window: tuple[int, int]) -> Estimate | Unknown:
    about = ground.named(shop)
    counts = ground.engine.query(
        f"""SELECT count(*) FILTER (WHERE lower(result) IN {FAILED}) AS failed,
                   count(*) FILTER (WHERE lower(result) IN {FAILED + PASSED}) AS n
            FROM inspections WHERE CAST(shop_id AS VARCHAR) = {quote(shop)}"""
    ).to_pylist()[0]
    stated = ground.given.stated.get("quality-lost")
    missing = []
    if not counts["n"]:
        missing.append(
            Words("抽检结果（inspections，合格或不合格）", "inspections that passed or failed")
        )
    if stated is None:
        missing.append(ASKED["quality-lost"])
    if missing or stated is None:
        return Unknown(method="quality", who=WHO, about=about, missing=tuple(missing))
    paid, _ = _genuine(ground, shop, row, window)
    n_failed, n = int(counts["failed"]), int(counts["n"])
    point, draws = shortfall(
        paid, n_failed=n_failed, n=n, lost_share=(stated.low, stated.high),
        seed=ground.seed(f"quality of {shop}"),
    )  # fmt: skip
    expected = range_of(point, draws)
    return Loss(
        method="quality", who=WHO, about=about, currency=ground.currency, measure=Measure.MONEY,
        proved=Range.counted(expected.low_minor) if shop in ground.confirmed else None,
        expected=expected, upper_minor=expected.high_minor,
        covers=frozenset({f"quality of {shop}"}), placebo=_elsewhere(ground, n_failed, n),
        first_day=ground.panel.date_of(window[0]), last_day=ground.panel.date_of(window[1] - 1),
        notes=(
            Words(f"抽检 {n:,} 次，不合格 {n_failed:,} 次。",
                  f"{n:,} inspections, {n_failed:,} failed."),
        ),
    )  # fmt: skip


def _elsewhere(ground: Ground, n_failed: int, n: int) -> Placebo:
    listed = ", ".join(map(quote, ground.panel.clean_shops())) or "NULL"
    other = ground.engine.query(
        f"""SELECT count(*) FILTER (WHERE lower(result) IN {FAILED}) AS failed,
                   count(*) FILTER (WHERE lower(result) IN {FAILED + PASSED}) AS n
            FROM inspections WHERE CAST(shop_id AS VARCHAR) IN ({listed})"""
    ).to_pylist()[0]
    if not other["n"]:
        return Placebo(
            is_passed=None,
            words=Words("其他店铺没有抽检可供对照。", "No inspections elsewhere to compare with."),
        )
    here, there = n_failed / n, other["failed"] / other["n"]
    return Placebo(
        is_passed=bool(here > there),
        words=Words(
            f"未发现问题的店铺抽检不合格率为 {100 * there:.0f}%，此处为 {100 * here:.0f}%。",
            f"In shops of which nothing was found {100 * there:.0f} % failed, here "
            f"{100 * here:.0f} %.",
        ),
    )

"""What a court weighs where it sets damages itself: the facts of the record, and what is open.

No number follows from it.
"""

from typing import Any

from unbrush.base.words import Words, counted
from unbrush.respond.figures import Money
from unbrush.respond.losses.ground import Ground

Row = dict[str, Any]


def damages_sheet(ground: Ground) -> list[Row]:
    """Return each factor with the facts of the record; None where others have to add them."""
    panel, rows = ground.panel, ground.rows()
    windows = [each for row in rows.values() if (each := panel.window_of(row))]
    at = ground.engine.query(
        f"""SELECT count(*) AS n, CAST(coalesce(sum(paid_minor), 0) AS BIGINT) AS paid,
                   CAST(coalesce(median(paid_minor), 0) AS BIGINT) AS price
            FROM loss_orders WHERE is_suspected AND shop_id IN ({ground.shops_sql})
                AND currency = '{ground.currency}'"""
    ).to_pylist()[0]
    days = (min(a for a, _ in windows), max(b for _, b in windows)) if windows else None
    first, last = (panel.date_of(days[0]), panel.date_of(days[1] - 1)) if days else ("", "")
    shares = []
    for row in rows.values():
        mine = [each for each in range(len(panel.shops))
                if panel.category[each] == panel.category[row]]  # fmt: skip
        shares.append(float(panel.turnover[row].sum() / max(panel.turnover[mine].sum(), 1e-9)))
    n, n_shops = int(at["n"]), len(rows)
    paid, price = (Money(ground.currency).exact(at[key]) for key in ("paid", "price"))
    return [
        _factor(
            Words("规模", "scale"),
            Words(
                f"{n_shops:,} 家店铺，不计入或可能虚假的订单 {n:,} 笔，实付 {paid}。",
                f"{counted(n_shops, 'shop')}, {counted(n, 'order')} left out or likely fake, "
                f"{paid} paid for them.",
            ),
        ),
        _factor(
            Words("持续时间", "duration"),
            days
            and Words(
                f"{first} 至 {last}，{days[1] - days[0]} 天。",
                f"{first} to {last}, {days[1] - days[0]} days.",
            ),
        ),
        _factor(
            Words("市场份额", "market share"),
            Words(
                f"占所在类目真实成交额 {100 * max(shares):.1f}%（最大的一家）。",
                f"{100 * max(shares):.1f} % of its category's genuine turnover (the largest of "
                "them).",
            )
            if shares
            else None,
        ),
        _factor(
            Words("价格", "price"),
            Words(f"涉案订单实付的中位数 {price}。",
                  f"Median paid for the orders concerned: {price}."),
        ),
        _factor(Words("过错", "fault"), None),
        _factor(Words("重复实施", "repetition"), None),
        _factor(Words("拒绝配合", "refusal to co-operate"), None),
        _factor(Words("知名度与影响范围", "publicity"), None),
        _factor(Words("合理开支", "reasonable costs"), None),
    ]  # fmt: skip


def _factor(words: Words, says: Words | None) -> Row:
    return {"words": words, "says": says}

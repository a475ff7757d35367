"""What the rings of an organiser did together that strangers do not, in numbers."""

from typing import Any

from unbrush.base.clock import DAY_MS, day_of
from unbrush.base.engine import Engine
from unbrush.base.words import Words, counted
from unbrush.respond import figures
from unbrush.respond.figures import Money
from unbrush.respond.limits import CLAIM_ROWS_SHOWN, ORGANISER_RINGS_TOLD

Row = dict[str, Any]


def ring_numbers(engine: Engine) -> list[Row]:
    """Return what each ring in `_org_rings` did, by organiser and size.

    Args:
        engine: Holds what `hands.gather` leaves.

    Returns:
        For each ring its row, and: n_acts, minor, n_firms (shops with such an act), n_own (all that
        its accounts did anywhere), n_here (what of it went to its shops), n_crowd (what all
        accounts did in its shops), n_market, and its busiest day in one shop (top_at, n_top).
    """
    rings: list[Row] = engine.query(
        f"""
        WITH told AS (SELECT * FROM _org_rings WHERE ring_place <= {ORGANISER_RINGS_TOLD}),
        own AS (
            SELECT a.place, a.ring_id, count(*) AS n_own FROM _acts e
            JOIN _org_accounts a ON a.account_id = e.account_id GROUP BY ALL),
        crowd AS (
            SELECT s.place, s.ring_id, count(*) AS n_crowd FROM _acts e
            JOIN _org_shops s ON s.shop_id = e.shop_id GROUP BY ALL),
        here AS (
            SELECT a.place, a.ring_id, count(*) AS n_here FROM _acts e
            JOIN _org_accounts a ON a.account_id = e.account_id
            JOIN _org_shops s ON s.shop_id = e.shop_id AND s.ring_id = a.ring_id
                AND s.place = a.place
            GROUP BY ALL),
        done AS (
            SELECT place, ring_id, count(*) AS n_acts, count(DISTINCT account_id) AS n_active,
                count(DISTINCT shop_id) AS n_used, CAST(sum(paid_minor) AS BIGINT) AS minor
            FROM _org_acts GROUP BY ALL),
        days AS (
            SELECT place, ring_id, shop_id, event_at // {DAY_MS} AS day,
                count(DISTINCT account_id) AS n_top
            FROM _org_acts GROUP BY place, ring_id, shop_id, day
            QUALIFY row_number() OVER (
                PARTITION BY place, ring_id ORDER BY n_top DESC, day, shop_id) = 1)
        SELECT told.*, n_own, n_crowd, n_here, n_acts, n_active, n_used, minor,
            day * {DAY_MS} AS top_at, n_top, (SELECT count(*) FROM _acts) AS n_market
        FROM told LEFT JOIN own USING (place, ring_id) LEFT JOIN crowd USING (place, ring_id)
        LEFT JOIN here USING (place, ring_id) LEFT JOIN done USING (place, ring_id)
        LEFT JOIN days USING (place, ring_id)
        ORDER BY place, ring_place"""
    ).to_pylist()
    return rings


def ring_rows(engine: Engine) -> dict[tuple[int, str], list[Row]]:
    """Return the first acts of each ring, by organiser and ring."""
    rows = engine.query(
        f"""SELECT place, ring_id, event_id AS order_id, event_id AS review_id, account_id, shop_id,
            event_at AS placed_at, event_at AS posted_at, paid_minor, is_removed
        FROM _org_acts
        QUALIFY row_number() OVER (
            PARTITION BY place, ring_id ORDER BY event_at, event_id) <= {CLAIM_ROWS_SHOWN}
        ORDER BY place, ring_id, event_at, event_id"""
    ).to_pylist()
    found: dict[tuple[int, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["place"], row["ring_id"]), []).append(row)
    return found


def ring_sentence(ring: Row, money: Money, *, is_orders: bool) -> Words:
    """Return what a ring's accounts did in its shops."""
    zh, en = ("笔订单", "order") if is_orders else ("条评价", "review")
    name = figures.outside(ring["ring_id"])
    paid = f"{money.whole(ring['minor'])}" if ring["minor"] else ""
    return Words(
        f"协同圈 {name}：{ring['n_active'] or 0:,} 个账号在 {ring['n_used'] or 0:,} 家店铺有 "
        f"{ring['n_acts'] or 0:,} {zh}" + (f"，共 {paid}" if paid else "") + "。",
        f"Ring {name}: {counted(ring['n_active'] or 0, 'account')} made "
        f"{counted(ring['n_acts'] or 0, en)} in {counted(ring['n_used'] or 0, 'shop')}"
        + (f", {paid} in all" if paid else "")
        + ".",
    )


def stranger_sentence(ring: Row) -> Words | None:
    """Return how much of what its accounts did went to its shops, against everybody else."""
    if not ring["n_own"] or not ring["n_here"]:
        return None
    others, others_here = ring["n_market"] - ring["n_own"], ring["n_crowd"] - ring["n_here"]
    ours, theirs = figures.share(ring["n_here"], ring["n_own"]), figures.share(others_here, others)
    zh = f"这些账号在全市场的交易中，{ours}在这些店铺"
    en = f"Of all that these accounts did in the whole market, {ours} was in these shops"
    if others > 0:
        zh += f"；其他所有账号为 {theirs}"
        en += f"; of what everybody else did, {theirs}"
    return Words(zh + "。", en + ".")


def together_sentence(ring: Row) -> Words | None:
    """Return how many of the ring met in one shop on its busiest day; None if they never did."""
    if not ring["n_top"] or ring["n_top"] < 2:
        return None
    day = day_of(ring["top_at"])
    return Words(
        f"最集中的一天（{day}，UTC），其中 {ring['n_top']:,} 个账号在同一家店铺。",
        f"On its busiest day ({day} UTC), {ring['n_top']:,} of them were in one and the same shop.",
    )

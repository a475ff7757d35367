"""Tests of what was done and when: undone in bulk, kept and praised, before what the shop needs."""

from unbrush.base.clock import DAY_MS
from unbrush.base.words import Words
from unbrush.judge.adjudication.tests import NO_SHOPS, Test, ids_sql

UNDONE = 0.5
"""Share of the orders in question that were undone, from which nobody gains by them."""

LIFT = 3
"""The same share over that of the shop's other orders: a shop that fails is undone by everybody."""

KEPT = 0.5
"""Share of the orders in question that were kept and praised."""

SOON_MS = 14 * DAY_MS
"""How soon after the orders in question something must follow that they may have been meant for."""

QUIET_MS = 14 * DAY_MS
"""How soon after an inspection or a complaint about the shop an attack is convenient."""


def _undone_sql(id_type: str, min_rows: int) -> str:
    return f"""
        WITH shares AS (
            SELECT shop_id, count(*) FILTER (WHERE is_questioned AND is_undone) AS n,
                   count(*) FILTER (WHERE is_questioned) AS n_of,
                   (count(*) FILTER (WHERE NOT is_questioned AND is_undone) + 1)
                       / (count(*) FILTER (WHERE NOT is_questioned) + 20) AS usual,
                   {ids_sql("id", "is_questioned AND is_undone")} AS row_ids
            FROM _fates GROUP BY shop_id)
        SELECT shop_id, n, n_of,
               n >= {min_rows} AND n >= {UNDONE} * n_of AND n >= {LIFT} * usual * n_of AS holds,
               row_ids, {NO_SHOPS} AS shops
        FROM shares WHERE n_of > 0"""


def _kept_sql(id_type: str, min_rows: int) -> str:
    return f"""
        WITH praised AS (
            SELECT DISTINCT order_id AS id FROM _reviews WHERE rating >= 4 AND order_id IS NOT NULL)
        SELECT q.shop_id, count(p.id) FILTER (WHERE NOT q.is_undone) AS n, count(*) AS n_of,
               n >= {min_rows} AND n >= {KEPT} * n_of AS holds,
               {ids_sql("q.id", "p.id IS NOT NULL AND NOT q.is_undone")} AS row_ids,
               {NO_SHOPS} AS shops
        FROM _questioned q LEFT JOIN praised p ON p.id = q.id GROUP BY q.shop_id"""


def _before_event_sql(id_type: str, min_rows: int) -> str:
    """Most of what was undone stands in the days before a campaign of the shop's trade."""
    return f"""
        WITH near AS (
            SELECT DISTINCT q.shop_id, q.id, c.campaign_id
            FROM _questioned q JOIN _houses h ON h.shop_id = q.shop_id
            LEFT JOIN campaigns c ON c.starts_at BETWEEN q.placed_at AND q.placed_at + {SOON_MS}
                AND coalesce(c.category, h.category) = h.category
            WHERE q.is_undone)
        SELECT shop_id, count(DISTINCT id) FILTER (WHERE campaign_id IS NOT NULL) AS n,
               count(DISTINCT id) AS n_of, n >= {min_rows} AND 10 * n >= 9 * n_of AS holds,
               {ids_sql("id", "campaign_id IS NOT NULL")} AS row_ids, {NO_SHOPS} AS shops
        FROM near GROUP BY shop_id"""


def _after_inspection_sql(id_type: str, min_rows: int) -> str:
    """What was undone begins just after somebody looked at the shop."""
    return f"""
        WITH began AS (
            SELECT shop_id, min(placed_at) AS first_at, count(*) AS n_of FROM _questioned
            WHERE is_undone GROUP BY shop_id)
        SELECT b.shop_id, count(*) AS n, any_value(b.n_of) AS n_of,
               any_value(b.n_of) >= {min_rows} AS holds,
               {ids_sql("i.inspection_id")} AS row_ids, {NO_SHOPS} AS shops
        FROM began b JOIN inspections i ON CAST(i.shop_id AS {id_type}) = b.shop_id
            AND b.first_at BETWEEN i.at AND i.at + {QUIET_MS}
        GROUP BY b.shop_id"""


def _ring_elsewhere_sql(id_type: str, min_rows: int) -> str:
    """The same ring's orders stand in another house's shops of the trade, where they were kept."""
    return f"""
        WITH rings_of AS (
            SELECT DISTINCT q.shop_id, a.ring_id FROM _questioned q
            JOIN _atoms a ON a.kind = 'order' AND a.id = q.id WHERE a.ring_id IS NOT NULL),
        others AS (
            SELECT r.shop_id, m.subject_id AS other, m.n_orders
            FROM rings_of r JOIN ring_members m ON m.ring_id = r.ring_id
                AND m.subject_kind = 'shop' AND m.subject_id <> r.shop_id
            JOIN _houses v ON v.shop_id = r.shop_id JOIN _houses o ON o.shop_id = m.subject_id
            WHERE o.house <> v.house AND o.category = v.category)
        SELECT shop_id, count(DISTINCT other) AS n, count(DISTINCT other) AS n_of,
               n > 0 AS holds, {ids_sql("other")} AS row_ids, {NO_SHOPS} AS shops
        FROM others GROUP BY shop_id"""


CONDUCT = (
    Test(
        name="undone-in-bulk",
        speaks_for="victim",
        weight=2.0,
        needs={"orders": ("status",)},
        rows="orders",
        words=Words(
            "有疑点的订单大多被撤销或退款，远多于店内其他订单",
            "most of them were cancelled or refunded, far more than the shop's other orders",
        ),
        sql=_undone_sql,
    ),
    Test(
        name="before-key-event",
        speaks_for="victim",
        weight=0.5,
        needs={"campaigns": ("starts_at",), "orders": ("status",)},
        rows="orders",
        words=Words(
            "撤销的订单集中在该品类大促前两周内",
            "what was undone stands in the two weeks before a campaign of its trade",
        ),
        sql=_before_event_sql,
    ),
    Test(
        name="ring-works-for-rivals",
        speaks_for="victim",
        weight=0.5,
        needs={"shops": ("owner_id", "category")},
        rows="shops",
        words=Words(
            "同一圈子也为同行其他店铺下单", "the same ring orders from others in its trade, too"
        ),
        sql=_ring_elsewhere_sql,
    ),
    Test(
        name="kept-and-praised",
        speaks_for="beneficiary",
        weight=0.5,
        needs={"reviews": ("order_id", "rating")},
        rows="orders",
        words=Words(
            "有疑点的订单大多保留并给了好评", "most of them were kept and praised: it gains"
        ),
        sql=_kept_sql,
    ),
    Test(
        name="after-inspection",
        speaks_for="beneficiary",
        weight=0.5,
        needs={"inspections": ("shop_id",), "orders": ("status",)},
        rows="inspections",
        words=Words(
            "撤销的订单在店铺被检查后两周内开始",
            "what was undone begins within two weeks after an inspection of the shop",
        ),
        sql=_after_inspection_sql,
    ),
)
"""Tests of conduct: alone none of them decides anything."""

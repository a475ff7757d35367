"""What rings did: their accounts, their shops and each deed of the ones in the others."""

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest

TABLES = (
    "_circle",
    "_crew",
    "_stall",
    "_deed",
    "_house",
    "_work",
    "_home",
    "_home_of_shop",
    "_task",
)
"""What `lay_out` leaves, to be dropped in the end."""

LIKES = ("like", "favourite", "follow")
"""Interactions that are shown to others as applause."""


def lay_out(engine: Engine, manifest: Manifest) -> None:
    """Leave the tables that rings are compared by; ids have the type of subjects in the output.

    `_circle` numbers the rings by their first day: ring, ring_id, first_at, last_at. `_crew` (ring,
    account, role) and `_stall` (ring, shop) are their members. `_deed` is every deed that could tie
    accounts: kind (order, review, like), deed (its id, none for a like), account, shop, done_at,
    paid_minor. `_work` is those of a ring's accounts in its shops, with n_orders and n_reviews of
    each; `_task` is the same with each deed in one ring only. `_home` and `_home_of_shop` give an
    account and a shop of several rings to the one where it did most, so that it cannot speak for
    two. `_house` says whose a shop is, and where: shops of one owner are one house.

    Args:
        engine: Holds the event tables, `rings` and `ring_members`.
        manifest: What the market has.
    """
    engine.create(
        "_circle",
        """SELECT row_number() OVER (ORDER BY first_at, ring_id) - 1 AS ring, ring_id, first_at,
                  last_at
           FROM rings""",
    )
    engine.create(
        "_crew",
        """SELECT ring, subject_id AS account,
                  CASE WHEN bool_or(role = 'brusher') THEN 'brusher' ELSE min(role) END AS role
           FROM ring_members JOIN _circle USING (ring_id) WHERE subject_kind = 'account'
           GROUP BY ring, subject_id""",
    )
    engine.create(
        "_stall",
        """SELECT DISTINCT ring, subject_id AS shop
           FROM ring_members JOIN _circle USING (ring_id) WHERE subject_kind = 'shop'""",
    )
    engine.view("_deed", _deeds_sql(manifest))
    engine.create("_house", _houses_sql(manifest))
    engine.create("_work", _work_sql(manifest))
    engine.create(
        "_home",
        """SELECT account, ring
           FROM _crew c LEFT JOIN (SELECT ring, account, count(*) AS n FROM _work
                                   GROUP BY ring, account) w USING (ring, account)
           QUALIFY row_number() OVER (
               PARTITION BY account ORDER BY coalesce(n, 0) DESC, ring) = 1""",
    )
    engine.create(
        "_home_of_shop",
        """SELECT shop, ring
           FROM _stall LEFT JOIN (SELECT ring, shop, count(*) AS n FROM _work
                                  GROUP BY ring, shop) w USING (ring, shop)
           QUALIFY row_number() OVER (PARTITION BY shop ORDER BY coalesce(n, 0) DESC, ring) = 1""",
    )
    engine.create(
        "_task",
        """SELECT w.* FROM _work w JOIN _home h ON h.account = w.account
           QUALIFY row_number() OVER (
               PARTITION BY kind, deed, w.account, shop
               ORDER BY (w.ring = h.ring) DESC, w.ring) = 1""",
    )


def is_itemwise(manifest: Manifest) -> bool:
    """Return whether the market names no shop, so that items stand in their place."""
    return "orders" not in manifest.tables and bool(manifest.lacks({"reviews": ("shop_id",)}))


def _deeds_sql(manifest: Manifest) -> str:
    """Orders, reviews that are of no order, and applause; as rings are looked for among them."""
    kind = manifest.subject_id_type
    has_orders = "orders" in manifest.tables
    shop = "item_id" if manifest.lacks({"reviews": ("shop_id",)}) else "shop_id"
    likes = ", ".join(f"'{each}'" for each in LIKES)
    parts = [
        f"""SELECT 'review' AS kind, CAST(review_id AS {kind}) AS deed,
                   CAST(account_id AS {kind}) AS account, CAST({shop} AS {kind}) AS shop,
                   posted_at AS done_at, 0 AS paid_minor
            FROM reviews WHERE {"order_id IS NULL" if has_orders else "true"}"""
    ]
    if has_orders:
        parts.append(
            f"""SELECT 'order', CAST(order_id AS {kind}), CAST(account_id AS {kind}),
                       CAST(shop_id AS {kind}), placed_at, coalesce(paid_minor, 0)
                FROM orders WHERE live_session_id IS NULL AND group_id IS NULL"""
        )
        parts.append(
            f"""SELECT 'like', NULL, CAST(account_id AS {kind}), CAST(shop_id AS {kind}),
                       min(i."at"), 0
                FROM interactions i WHERE kind IN ({likes}) GROUP BY account_id, shop_id"""
        )
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) WHERE shop IS NOT NULL"


def _work_sql(manifest: Manifest) -> str:
    """With how many orders and reviews each deed is: an order brings its reviews along."""
    return f"""
        WITH done AS (
            SELECT ring, d.* FROM _deed d
            JOIN _crew c ON c.account = d.account
            JOIN _stall s USING (ring, shop)),
        reviewed AS (
            SELECT 'order' AS kind, CAST(order_id AS {manifest.subject_id_type}) AS deed,
                   count(*) AS n
            FROM reviews WHERE order_id IS NOT NULL GROUP BY order_id)
        SELECT done.*, CASE WHEN kind = 'order' THEN 1 ELSE 0 END AS n_orders,
               CASE WHEN kind = 'review' THEN 1 ELSE coalesce(n, 0) END AS n_reviews
        FROM done LEFT JOIN reviewed USING (kind, deed)"""


def _houses_sql(manifest: Manifest) -> str:
    kind = manifest.subject_id_type
    if is_itemwise(manifest):
        return f"""SELECT CAST(item_id AS {kind}) AS shop, concat('item ', item_id) AS house,
                          CAST(NULL AS VARCHAR) AS owner, CAST(NULL AS VARCHAR) AS region
                   FROM (SELECT DISTINCT item_id FROM reviews)"""
    return f"""
        SELECT shop, coalesce('owner ' || owner, concat('shop ', shop)) AS house, owner, region
        FROM (SELECT DISTINCT shop FROM _deed)
        LEFT JOIN (SELECT CAST(shop_id AS {kind}) AS shop, CAST(owner_id AS VARCHAR) AS owner,
                          region FROM shops) USING (shop)"""

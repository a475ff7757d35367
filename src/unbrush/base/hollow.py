"""Subsidised orders, and which of them nobody seems to have consumed.

A platform that pays a part of the price wants somebody to use what was bought. An order is hollow
where money was granted for it and, long enough after, no parcel is known or none could hold the
goods. Much honest trade is hollow, too (vouchers, top-ups, scans that got lost), so hollow orders
say something only beside those that are usual in their category.
"""

from unbrush.base.clock import DAY_MS


def grants_sql(*, wait_days: int, light_share: float) -> str:
    """Return CTEs that end in ``grants``: one row for each subsidised order that was not undone.

    Columns: order_id, account_id, shop_id, placed_at, campaign_id, category, granted_minor,
    paid_minor, device_token, payer_token, address_token, is_hollow (null while it is too early to
    say). Reads orders, subsidies, items, shops, shipments.

    Args:
        wait_days: Days after which a parcel should have been sent.
        light_share: Share of the net weight below which a parcel does not hold the goods (0-1).
    """
    return f"""
granted AS (
    SELECT order_id, CAST(sum(amount_minor) AS BIGINT) AS granted_minor,
        min(campaign_id) AS campaign_id
    FROM subsidies
    WHERE amount_minor > 0
    GROUP BY order_id
),
sent AS (  -- the weight of all parcels, null where one was not weighed
    SELECT order_id,
        CASE WHEN count(weight_g) = count(*)
            THEN list_sum(list_sort(list(weight_g))) END AS weight_g
    FROM shipments
    WHERE order_id IN (SELECT order_id FROM granted)
    GROUP BY order_id
),
latest AS (
    SELECT max(placed_at) AS at_ms FROM orders
),
grants AS (
    SELECT
        orders.order_id, orders.account_id, orders.shop_id, orders.placed_at,
        coalesce(granted.campaign_id, orders.campaign_id) AS campaign_id,
        coalesce(items.category, shops.category, '') AS category,
        granted.granted_minor, coalesce(orders.paid_minor, 0) AS paid_minor,
        orders.device_token, orders.payer_token, orders.address_token,
        CASE
            WHEN sent.order_id IS NULL
                THEN CASE WHEN orders.placed_at <= latest.at_ms - {wait_days * DAY_MS} THEN true END
            ELSE coalesce(
                sent.weight_g < {light_share} * items.net_weight_g
                    * greatest(1, coalesce(orders.quantity, 1)),
                false
            )
        END AS is_hollow
    FROM orders
    JOIN granted ON granted.order_id = orders.order_id
    CROSS JOIN latest
    LEFT JOIN sent ON sent.order_id = orders.order_id
    LEFT JOIN items ON items.item_id = orders.item_id
    LEFT JOIN shops ON shops.shop_id = orders.shop_id
    WHERE coalesce(orders.status, '') NOT IN ('cancelled', 'refunded')
)"""

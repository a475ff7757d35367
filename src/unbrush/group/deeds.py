"""Deeds: who bought, reviewed or liked what, and when; the edges in which rings are looked for.

Deeds that something else explains are left out: a live stream or a group purchase brings people
together, a firm orders its supplies by the dozen to its office, and who buys through a carer or an
agent, whom they pay for it, goes where that one goes. Bargains are marked, for their hunters too
keep the same times, sharing nothing but the wish to pay less; so is what a gift card or a benefit
pays for, for its holders all go to the shops that take it.
"""

from collections.abc import Mapping

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.base.money.paying import MOST_HOLDERS, allowances_sql, helped_sql
from unbrush.group.params import Params

BARGAIN = 0.8
"""Share of the listed price below which a purchase is a bargain."""

LIKES = ("like", "favourite", "follow")
"""Interactions that are shown to others as applause."""


def make_deeds(engine: Engine, manifest: Manifest, params: Params | None = None) -> list[str]:
    """Leave `_accounts`, `_deeds`, `_helped` and `_allowances`; return the channels with deeds.

    `_accounts`: account_id, account (its number from 0). `_deeds`: channel (bought, reviewed,
    liked), account, shop (its number from 0), shop_id (or, where reviews know no shop, the item's
    id), done_at, is_bargain, paid_minor, n_orders, n_reviews. A review of an order is no deed of
    its own. `_helped`: account_id, payer_token, who pays its own way through whose wallet.
    `_allowances`: payer_token and n_holders, wallets that are nobody's card and who uses them.
    """
    engine.create("_helped", f"WITH {helped_sql()} SELECT account_id, payer_token FROM helped")
    engine.create(
        "_allowances",
        f"""WITH {allowances_sql()}
            SELECT payer_token, count(DISTINCT account_id) AS n_holders
            FROM orders SEMI JOIN allowances USING (payer_token) GROUP BY payer_token""",
    )
    parts = {}
    if "orders" in manifest.tables or "reviews" not in manifest.tables:
        parts["orders"] = _bought_sql(manifest, params or Params())
    if "reviews" in manifest.tables:
        parts["reviews"] = _reviewed_sql(manifest)
    if not manifest.lacks({"interactions": ("shop_id",), "orders": ()}):
        parts["interactions"] = _liked_sql()
    shop = dict.fromkeys(parts, "shop_id")
    if "reviews" in parts and manifest.lacks({"reviews": ("shop_id",)}):
        shop["reviews"] = "item_id"
    _number(engine, "account", dict.fromkeys(parts, "account_id"))
    _number(engine, "shop", shop)
    engine.create(
        "_deeds",
        f"""SELECT channel, account, shop, shop_id, done_at, is_bargain, paid_minor, n_orders,
                   n_reviews
            FROM ({" UNION ALL ".join(parts.values())})
            JOIN _accounts USING (account_id) JOIN _shops USING (shop_id)""",
    )
    engine.drop("_shops")
    found = engine.query("SELECT DISTINCT channel FROM _deeds ORDER BY channel")
    return [str(channel) for channel in found["channel"].to_pylist()]


def _number(engine: Engine, key: str, columns: Mapping[str, str]) -> None:
    """Leave `_accounts` or `_shops`: every id that occurs, and its number from 0."""
    ids = " UNION ".join(f"SELECT {column} AS {key}_id FROM {t}" for t, column in columns.items())
    engine.create(
        f"_{key}s",
        f"""SELECT {key}_id, CAST(row_number() OVER (ORDER BY {key}_id) - 1 AS INTEGER) AS {key}
            FROM (SELECT DISTINCT {key}_id FROM ({ids}) WHERE {key}_id IS NOT NULL)""",
    )


def _bought_sql(manifest: Manifest, params: Params) -> str:
    has_prices = not manifest.lacks(
        {"orders": ("item_id", "paid_minor"), "items": ("price_minor",)}
    )
    cheap = f"paid_minor < {BARGAIN} * price_minor * coalesce(quantity, 1)"
    # A wallet of a handful is what a studio gives its accounts; a benefit is for many.
    given = f"""payer_token IN (
        SELECT payer_token FROM _allowances WHERE n_holders > {MOST_HOLDERS})"""
    bargain = f"coalesce({cheap}, false) OR {given}" if has_prices else given
    prices = "LEFT JOIN items i ON i.item_id = o.item_id" if has_prices else ""
    return f"""
        SELECT 'bought' AS channel, o.account_id, o.shop_id, placed_at AS done_at,
               coalesce({bargain}, false) AS is_bargain,
               coalesce(paid_minor, 0) AS paid_minor, 1 AS n_orders, coalesce(n, 0) AS n_reviews
        FROM orders o {prices}
        LEFT JOIN (SELECT order_id, count(*) AS n FROM reviews
                   WHERE order_id IS NOT NULL GROUP BY order_id) r ON r.order_id = o.order_id
        ANTI JOIN _helped h ON h.account_id = o.account_id AND h.payer_token = o.payer_token
        WHERE live_session_id IS NULL AND group_id IS NULL
            AND (coalesce(quantity, 1) < {params.bulk_pieces} OR address_token IS NULL
                 OR address_token NOT IN (
                     SELECT token FROM account_links
                     WHERE address_type = 'office' AND token IS NOT NULL))"""


def _reviewed_sql(manifest: Manifest) -> str:
    shop = "item_id" if manifest.lacks({"reviews": ("shop_id",)}) else "shop_id"
    alone = "order_id IS NULL" if "orders" in manifest.tables else "true"
    return f"""
        SELECT 'reviewed' AS channel, account_id, {shop} AS shop_id, posted_at AS done_at,
               false AS is_bargain, 0 AS paid_minor, 0 AS n_orders, 1 AS n_reviews
        FROM reviews WHERE {alone} AND {shop} IS NOT NULL"""


def _liked_sql() -> str:
    kinds = ", ".join(f"'{kind}'" for kind in LIKES)
    return f"""
        SELECT 'liked' AS channel, account_id, shop_id, min(i."at") AS done_at,
               false AS is_bargain, 0 AS paid_minor, 0 AS n_orders, 0 AS n_reviews
        FROM interactions i WHERE kind IN ({kinds}) AND shop_id IS NOT NULL
        GROUP BY account_id, shop_id"""

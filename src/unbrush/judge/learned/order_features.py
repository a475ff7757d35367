"""Orders: what was known of buyer, shop, item and what they share when each was placed.

Every number rests on orders placed no later than the one it is about (with ``hindsight_ms``, no
later than so long after it), and on nothing that came of an order: not whether it was paid, sent,
confirmed or undone. Sums are of whole numbers, so that no order of rows shows in them.
"""

from unbrush.base.clock import DAY_MS, HOUR_MS
from unbrush.judge.learned.feature import Feature, feature

TOKENS = {
    "device": ("设备", "device"),
    "ip": ("网络", "network address"),
    "address": ("收货地址", "delivery address"),
    "payer": ("付款方", "payer"),
}
"""What orders may share, by the name of the column before ``_token``."""


def _of_token(name: str, zh: str, en: str) -> tuple[Feature, ...]:
    return (
        feature(f"{name}_n", "token", f"此前同{zh}的订单", f"earlier orders from its {en}"),
        feature(f"{name}_others", "token", "其中他人的订单", f"of others, from its {en}", 1),
        feature(
            f"{name}_others_here",
            "token",
            "其中他人在本店的订单",
            f"of others in this shop, from its {en}",
            1,
        ),
        feature(f"{name}_known", "token", f"同{zh}者此前的订单", f"earlier orders of those ({en})"),
    )


ORDER_FEATURES: tuple[Feature, ...] = (
    feature("account_n", "account", "账户此前的订单数", "earlier orders of the account", -1),
    feature("account_days", "account", "账户首单距今天数", "days since its first order", -1),
    feature(
        "registered_days", "account", "注册天数（-1 为不详）", "days registered (-1 if unknown)"
    ),
    feature("account_1h", "pace", "账户一小时内的其他订单", "other orders of its hour"),
    feature("account_1", "pace", "账户一天内的其他订单", "other orders of its day"),
    feature("account_7", "pace", "账户七天内的其他订单", "other orders of its 7 days"),
    feature("account_shops", "account", "账户此前的店铺数", "shops it bought in before"),
    feature("pair_n", "pair", "此前在本店的订单", "its earlier orders in this shop", -1),
    feature("pair_share", "pair", "此前订单中本店的比例", "share of this shop among them"),
    feature("past_price", "account", "以往的平均金额", "mean amount of its earlier orders"),
    feature("past_surge", "account", "以往遇上激增的程度", "surges it was part of before"),
    feature("shop_n", "shop", "店铺此前的订单数", "earlier orders of the shop"),
    feature("shop_days", "shop", "店铺首单距今天数", "days since the shop's first order"),
    feature("shop_1h", "surge", "店铺一小时内的订单", "orders of the shop within an hour"),
    feature("shop_1", "surge", "店铺一天内的订单", "orders of the shop within a day"),
    feature("shop_7", "surge", "店铺七天内的订单", "orders of the shop within 7 days"),
    feature("surge_1", "surge", "一天订单为平常的倍数", "orders of a day as a multiple of usual"),
    feature("surge_7", "surge", "七天订单为平常的倍数", "orders of 7 days as a multiple of usual"),
    feature("item_n", "shop", "商品此前的订单数", "earlier orders of the item"),
    feature("item_7", "surge", "商品七天内的订单", "orders of the item within 7 days"),
    feature(
        "item_share", "surge", "七天内本店订单中该商品的比例", "its share of the shop's 7 days"
    ),
    feature("paid", "price", "金额（最小货币单位）", "amount in minor units"),
    feature("paid_beside", "price", "金额为商品平常的倍数", "amount as a multiple of the item's"),
    feature("shop_first", "company", "店铺买家中新账户的比例", "new accounts in the shop"),
    feature("shop_known", "company", "店铺买家此前的订单数", "earlier orders of its buyers"),
    feature("shop_first_7", "company", "七天内店铺新账户的比例", "new accounts within 7 days"),
    feature("shop_known_7", "company", "七天内店铺买家的订单数", "earlier orders of those"),
    feature("shop_again_7", "company", "七天内店铺回头客的比例", "returning buyers of 7 days"),
    feature("shop_age_7", "company", "七天内店铺买家的注册天数", "days registered of those"),
    feature("item_first_7", "company", "七天内该商品新账户的比例", "new accounts at the item"),
    feature("item_known_7", "company", "七天内该商品买家的订单数", "earlier orders of those there"),
    feature("hour_first", "company", "一小时内店铺新账户的比例", "new accounts within the hour"),
    *(each for name, words in TOKENS.items() for each in _of_token(name, *words)),
    feature("in_live_stream", "setting", "是否直播间下单", "whether ordered in a live stream"),
    feature("in_campaign", "setting", "是否活动订单", "whether ordered in a campaign"),
    feature("in_group", "setting", "是否团购", "whether ordered in a group"),
    feature("is_gift", "setting", "是否礼物", "whether a gift"),
    feature("is_own_staff", "setting", "是否本店员工", "whether by the shop's declared staff"),
)


def order_features_sql(hindsight_ms: int = 0) -> str:
    """Return a SELECT of id, account_id, shop_id, at and `ORDER_FEATURES` of all orders.

    Reads `_orders` (see `witnesses`), `orders`, `accounts`.
    """

    def over(partition: str, span_ms: int | None = None) -> str:
        start = "UNBOUNDED" if span_ms is None else str(span_ms)
        return (
            f"(PARTITION BY {partition} ORDER BY placed_at"
            f" RANGE BETWEEN {start} PRECEDING AND {hindsight_ms} FOLLOWING)"
        )

    shared = ",\n        ".join(
        f"""{name}_shared AS (
            SELECT id, count(*) OVER same - 1 AS {name}_n,
                   count(*) OVER same - count(*) OVER own AS {name}_others,
                   count(*) OVER here - count(*) OVER own_here AS {name}_others_here,
                   (sum(known) OVER same - known) / greatest(1, count(*) OVER same - 1)
                       AS {name}_known
            FROM measured WHERE {name}_token IS NOT NULL
            WINDOW same AS {over(f"{name}_token")}, own AS {over(f"{name}_token, account_id")},
                   here AS {over(f"{name}_token, shop_id")},
                   own_here AS {over(f"{name}_token, shop_id, account_id")})"""
        for name in TOKENS
    )
    token_columns = ",\n               ".join(
        f"coalesce({name}_{what}, 0) AS {name}_{what}"
        for name in TOKENS
        for what in ("n", "others", "others_here", "known")
    )
    token_joins = " ".join(f"LEFT JOIN {name}_shared USING (id)" for name in TOKENS)
    tokens = ", ".join(f"raw.{name}_token" for name in TOKENS)
    return f"""
        WITH rows_of AS (
            SELECT o.id, o.account_id, o.shop_id, coalesce(o.item_id, o.shop_id) AS item_id,
                   o.placed_at, o.paid_minor, o.live_session_id IS NOT NULL AS in_live_stream,
                   o.campaign_id IS NOT NULL AS in_campaign, o.group_id IS NOT NULL AS in_group,
                   coalesce(o.is_gift, false) AS is_gift, o.is_own_staff,
                   a.registered_at, {tokens},
                   coalesce(greatest(0, (o.placed_at - a.registered_at) / {DAY_MS}), -1)
                       AS registered_days
            FROM _orders o
            JOIN orders raw ON raw.order_id = o.id
            LEFT JOIN accounts a ON a.account_id = raw.account_id),
        counted AS (
            SELECT *,
                   count(*) OVER of_account - 1 AS account_n,
                   min(placed_at) OVER of_account AS account_from,
                   count(*) OVER account_hour - 1 AS account_1h,
                   count(*) OVER account_day - 1 AS account_1,
                   count(*) OVER account_week - 1 AS account_7,
                   sum(paid_minor) OVER of_account - paid_minor AS account_paid,
                   count(*) OVER pair - 1 AS pair_n,
                   count(*) OVER of_shop - 1 AS shop_n, min(placed_at) OVER of_shop AS shop_from,
                   count(*) OVER shop_hour - 1 AS shop_1h, count(*) OVER shop_day - 1 AS shop_1,
                   count(*) OVER shop_week - 1 AS shop_7,
                   count(*) OVER of_item - 1 AS item_n, count(*) OVER item_week - 1 AS item_7,
                   sum(paid_minor) OVER of_item - paid_minor AS item_paid
            FROM rows_of
            WINDOW of_account AS {over("account_id")},
                   account_hour AS {over("account_id", HOUR_MS)},
                   account_day AS {over("account_id", DAY_MS)},
                   account_week AS {over("account_id", 7 * DAY_MS)},
                   pair AS {over("account_id, shop_id")}, of_shop AS {over("shop_id")},
                   shop_hour AS {over("shop_id", HOUR_MS)}, shop_day AS {over("shop_id", DAY_MS)},
                   shop_week AS {over("shop_id", 7 * DAY_MS)},
                   of_item AS {over("shop_id, item_id")},
                   item_week AS {over("shop_id, item_id", 7 * DAY_MS)}),
        measured AS (
            SELECT *,
                   greatest(0, (placed_at - account_from) // {DAY_MS}) AS account_days,
                   greatest(0, (placed_at - shop_from) // {DAY_MS}) AS shop_days,
                   CAST(account_n = 0 AS BIGINT) AS is_first, least(account_n, 50) AS known,
                   CAST(pair_n = 0 AS BIGINT) AS is_new_here,
                   CAST(least(greatest(registered_days, 0), 2000) AS BIGINT) AS days_known,
                   (shop_1 + 1) * greatest(1, (placed_at - shop_from) / {DAY_MS}) / (shop_n + 1)
                       AS surge_1,
                   (shop_7 + 1) * greatest(1, (placed_at - shop_from) / {7 * DAY_MS})
                       / (shop_n + 1) AS surge_7
            FROM counted),
        milli AS (
            SELECT *, CAST(round(1000 * least(surge_7, 1000)) AS BIGINT) AS surge_milli
            FROM measured),
        joined AS (
            SELECT *,
                   sum(is_new_here) OVER of_account - is_new_here AS account_shops,
                   sum(surge_milli) OVER of_account - surge_milli AS past_surges,
                   sum(is_first) OVER of_shop - is_first AS shop_firsts,
                   sum(known) OVER of_shop - known AS shop_knowns,
                   sum(is_first) OVER shop_week - is_first AS week_firsts,
                   sum(known) OVER shop_week - known AS week_knowns,
                   sum(1 - is_new_here) OVER shop_week - (1 - is_new_here) AS week_agains,
                   sum(days_known) OVER shop_week - days_known AS week_ages,
                   sum(is_first) OVER item_week - is_first AS item_firsts,
                   sum(known) OVER item_week - known AS item_knowns,
                   sum(is_first) OVER shop_hour - is_first AS hour_firsts
            FROM milli
            WINDOW of_account AS {over("account_id")}, of_shop AS {over("shop_id")},
                   shop_week AS {over("shop_id", 7 * DAY_MS)},
                   shop_hour AS {over("shop_id", HOUR_MS)},
                   item_week AS {over("shop_id, item_id", 7 * DAY_MS)}),
        {shared}
        SELECT j.id, account_id, shop_id, placed_at AS "at",
               account_n, account_days, registered_days, account_1h, account_1, account_7,
               account_shops, pair_n, pair_n / greatest(1, account_n) AS pair_share,
               coalesce(account_paid / nullif(account_n, 0), -1) AS past_price,
               coalesce(past_surges / nullif(account_n, 0) / 1000, -1) AS past_surge,
               shop_n, shop_days, shop_1h, shop_1, shop_7, surge_1, surge_7, item_n, item_7,
               (item_7 + 1) / (shop_7 + 1) AS item_share,
               paid_minor AS paid,
               paid_minor / greatest(1, (item_paid + paid_minor) / (item_n + 1)) AS paid_beside,
               (shop_firsts + 1) / (shop_n + 2) AS shop_first,
               (shop_knowns + 2) / (shop_n + 1) AS shop_known,
               (week_firsts + 1) / (shop_7 + 2) AS shop_first_7,
               (week_knowns + 2) / (shop_7 + 1) AS shop_known_7,
               week_agains / (shop_7 + 1) AS shop_again_7,
               (week_ages + 200) / (shop_7 + 1) AS shop_age_7,
               (item_firsts + 1) / (item_7 + 2) AS item_first_7,
               (item_knowns + 2) / (item_7 + 1) AS item_known_7,
               (hour_firsts + 1) / (shop_1h + 2) AS hour_first,
               {token_columns},
               CAST(in_live_stream AS BIGINT) AS in_live_stream,
               CAST(in_campaign AS BIGINT) AS in_campaign, CAST(in_group AS BIGINT) AS in_group,
               CAST(is_gift AS BIGINT) AS is_gift, CAST(is_own_staff AS BIGINT) AS is_own_staff
        FROM joined j {token_joins}"""

"""Reviews: what was known of author, item, shop and text when each was posted.

Every number rests on reviews posted no later than the one it is about (with ``hindsight_ms``, no
later than so long after it). Sums are of whole numbers, so that no order of rows shows in them.
"""

from unbrush.base.clock import DAY_MS
from unbrush.judge.learned.feature import Feature, feature

REVIEW_FEATURES: tuple[Feature, ...] = (
    feature("rating", "rating", "星级", "stars"),
    feature("item_mean", "rating", "商品此前的均分", "mean stars of the item before"),
    feature("off", "rating", "星级减均分", "stars above that mean"),
    feature("off_abs", "rating", "与均分的距离", "distance from that mean"),
    feature("item_spread", "rating", "商品评分的离散", "spread of the item's stars"),
    feature("item_n", "shop", "商品此前的评价数", "earlier reviews of the item"),
    feature("item_days", "shop", "商品首条评价距今天数", "days since the item's first review"),
    feature("item_1", "surge", "商品一天内的评价数", "reviews of the item within a day"),
    feature("item_7", "surge", "商品七天内的评价数", "reviews of the item within 7 days"),
    feature("item_30", "surge", "商品三十天内的评价数", "reviews of the item within 30 days"),
    feature("item_90", "surge", "商品九十天内的评价数", "reviews of the item within 90 days"),
    feature("item_90_mean", "rating", "近九十天均分", "mean stars of the last 90 days"),
    feature("surge_7", "surge", "七天评价为平常的倍数", "reviews of 7 days as a multiple of usual"),
    feature(
        "surge_30", "surge", "三十天评价为平常的倍数", "reviews of 30 days as a multiple of usual"
    ),
    feature("account_n", "account", "账户此前的评价数", "earlier reviews of the account", -1),
    feature("account_days", "account", "账户首条评价距今天数", "days since its first review", -1),
    feature(
        "registered_days", "account", "注册天数（-1 为不详）", "days registered (-1 if unknown)"
    ),
    feature("account_1", "pace", "账户一天内的其他评价", "other reviews of its day"),
    feature("account_7", "pace", "账户七天内的其他评价", "other reviews of its 7 days"),
    feature("account_30", "pace", "账户三十天内的其他评价", "other reviews of its 30 days"),
    feature("account_mean", "habit", "账户以往均分", "mean stars of its earlier reviews"),
    feature("account_off", "habit", "与自己均分的距离", "distance from its own mean"),
    feature("account_extreme", "habit", "以往极端星级的比例", "share of its extreme stars"),
    feature("past_off", "habit", "以往与众人的距离", "its usual distance from others"),
    feature("past_item_n", "habit", "以往所评商品的评价数", "reviews of what it reviewed before"),
    feature("past_surge", "habit", "以往所评商品当时的热度", "surges it was part of before"),
    feature("past_same", "habit", "以往同星级评价的数量", "same-star company it had before"),
    feature("same_n", "same-rating", "此前同星级评价数", "earlier reviews with the same stars"),
    feature("same_7", "same-rating", "七天内同星级评价数", "same stars within 7 days"),
    feature("same_30", "same-rating", "三十天内同星级评价数", "same stars within 30 days"),
    feature("same_share", "same-rating", "同星级的比例", "share of the same stars"),
    feature("same_share_30", "same-rating", "近三十天同星级的比例", "the same in 30 days"),
    feature("same_first", "same-rating", "同星级者中新账户的比例", "new accounts among them"),
    feature("same_known", "same-rating", "同星级者此前的评价数", "earlier reviews of theirs"),
    feature("same_first_60", "same-rating", "近六十天同星级新账户的比例", "new ones in 60 days"),
    feature("same_known_60", "same-rating", "近六十天同星级者的评价数", "reviews of those"),
    feature("near_first", "company", "六十天内评价者中新账户的比例", "new accounts in 60 days"),
    feature("near_known", "company", "六十天内评价者此前的评价数", "earlier reviews of those"),
    feature("near_off", "company", "六十天内评价与众人的距离", "their distance from others"),
    feature("item_first", "company", "商品评价者中新账户的比例", "new accounts at the item"),
    feature("item_known", "company", "商品评价者此前的评价数", "earlier reviews of those there"),
    feature("item_off", "company", "商品评价与众人的距离", "distance from others there"),
    feature("text_length", "text", "字数", "characters"),
    feature("text_beside", "text", "字数比商品平常", "characters beside the item's usual"),
    feature("text_copies", "text", "此前相同文字的数量", "earlier reviews of the same text", 1),
    feature("of_order", "setting", "是否对应订单", "whether an order is named"),
    feature("order_days", "setting", "下单后的天数", "days since its order"),
    feature("is_disclosed", "setting", "是否标明奖励", "whether a reward is disclosed", -1),
    feature("is_ready_made", "setting", "是否默认或代写文字", "whether its text was ready-made"),
    feature("device_others", "token", "同设备的他人评价", "earlier reviews from its device", 1),
)


def review_features_sql(hindsight_ms: int = 0) -> str:
    """Return a SELECT of id, account_id, shop_id, at and `REVIEW_FEATURES` of all reviews.

    Reads `_reviews` (see `witnesses`), `reviews`, `orders`, `accounts`.
    """

    def over(partition: str, days: int | None = None) -> str:
        start = "UNBOUNDED" if days is None else str(days * DAY_MS)
        return (
            f"(PARTITION BY {partition} ORDER BY posted_at"
            f" RANGE BETWEEN {start} PRECEDING AND {hindsight_ms} FOLLOWING)"
        )

    return f"""
        WITH rows_of AS (
            SELECT r.id, r.account_id, r.shop_id, r.item_id, r.posted_at,
                   coalesce(r.rating, -1) AS rating, r.rating IS NOT NULL AS is_rated,
                   CASE WHEN r.rating IS NULL THEN 0
                        ELSE CAST(round(r.rating * 100) AS BIGINT) END AS stars,
                   CAST(r.rating IS NOT NULL AS BIGINT) AS rated,
                   length(coalesce(raw.text, '')) AS letters,
                   CASE WHEN length(coalesce(raw.text, '')) >= 8
                        THEN lower(regexp_replace(raw.text, '[\\s\\p{{P}}\\p{{Z}}]', '', 'g'))
                        END AS wording,
                   coalesce(r.is_disclosed_incentive, false) AS is_disclosed,
                   coalesce(r.text_source, 'written') <> 'written' AS is_ready_made,
                   o.placed_at, o.device_token, a.registered_at
            FROM _reviews r
            JOIN reviews raw ON raw.review_id = r.id
            LEFT JOIN orders o ON o.order_id = raw.order_id
            LEFT JOIN accounts a ON a.account_id = raw.account_id),
        counted AS (
            SELECT *,
                   count(*) OVER of_item - 1 AS item_n,
                   sum(stars) OVER of_item - stars AS item_stars,
                   sum(rated) OVER of_item - rated AS item_rated,
                   sum(stars * stars) OVER of_item - stars * stars AS item_squares,
                   min(posted_at) OVER of_item AS item_from,
                   count(*) OVER item_day - 1 AS item_1, count(*) OVER item_week - 1 AS item_7,
                   count(*) OVER item_month - 1 AS item_30,
                   count(*) OVER item_season - 1 AS item_90,
                   sum(stars) OVER item_season - stars AS season_stars,
                   sum(rated) OVER item_season - rated AS season_rated,
                   sum(letters) OVER of_item - letters AS item_letters,
                   count(*) OVER of_account - 1 AS account_n,
                   min(posted_at) OVER of_account AS account_from,
                   sum(stars) OVER of_account - stars AS account_stars,
                   sum(rated) OVER of_account - rated AS account_rated,
                   count(*) OVER account_day - 1 AS account_1,
                   count(*) OVER account_week - 1 AS account_7,
                   count(*) OVER account_month - 1 AS account_30,
                   count(*) OVER same - 1 AS same_n, count(*) OVER same_week - 1 AS same_7,
                   count(*) OVER same_month - 1 AS same_30,
                   max(CASE rated WHEN 1 THEN stars END) OVER so_far AS top,
                   min(CASE rated WHEN 1 THEN stars END) OVER so_far AS bottom,
                   sum(stars) OVER so_far - stars AS all_stars,
                   sum(rated) OVER so_far - rated AS all_rated
            FROM rows_of
            WINDOW of_item AS {over("item_id")}, item_day AS {over("item_id", 1)},
                   item_week AS {over("item_id", 7)}, item_month AS {over("item_id", 30)},
                   item_season AS {over("item_id", 90)}, of_account AS {over("account_id")},
                   account_day AS {over("account_id", 1)}, account_week AS {over("account_id", 7)},
                   account_month AS {over("account_id", 30)}, same AS {over("item_id, stars")},
                   same_week AS {over("item_id, stars", 7)},
                   same_month AS {over("item_id, stars", 30)},
                   so_far AS (ORDER BY posted_at
                              RANGE BETWEEN UNBOUNDED PRECEDING AND {hindsight_ms} FOLLOWING)),
        compared AS (
            SELECT *,
                   -- Three reviews as the whole market writes them, until the item has its own.
                   (item_stars + 3 * coalesce(all_stars / nullif(all_rated, 0), stars))
                       / (item_rated + 3) / 100 AS item_mean,
                   sqrt(greatest(0, coalesce(item_squares / nullif(item_rated, 0)
                       - power(item_stars / nullif(item_rated, 0), 2), 0))) / 100 AS item_spread,
                   greatest(0, (posted_at - item_from) // {DAY_MS}) AS item_days,
                   greatest(0, (posted_at - account_from) // {DAY_MS}) AS account_days,
                   CAST(account_n = 0 AS BIGINT) AS is_first,
                   least(account_n, 20) AS known,
                   CAST(coalesce(is_rated AND (stars = top OR stars = bottom), false) AS BIGINT)
                       AS is_extreme,
                   item_7 * greatest(1, (posted_at - item_from) / {7 * DAY_MS}) / (item_n + 1)
                       AS surge_7,
                   item_30 * greatest(1, (posted_at - item_from) / {30 * DAY_MS}) / (item_n + 1)
                       AS surge_30
            FROM counted),
        measured AS (
            SELECT *, CASE WHEN is_rated THEN rating - item_mean ELSE 0 END AS off,
                   CASE WHEN is_rated THEN CAST(round(1000 * abs(rating - item_mean)) AS BIGINT)
                        ELSE 0 END AS off_milli,
                   CAST(round(1000 * least(surge_30, 1000)) AS BIGINT) AS surge_milli
            FROM compared),
        joined AS (
            SELECT *,
                   (sum(off_milli) OVER of_account - off_milli) AS past_off_milli,
                   (sum(item_n) OVER of_account - item_n) AS past_items,
                   (sum(surge_milli) OVER of_account - surge_milli) AS past_surges,
                   (sum(same_n) OVER of_account - same_n) AS past_sames,
                   (sum(is_extreme) OVER of_account - is_extreme) AS past_extremes,
                   (sum(is_first) OVER same - is_first) AS same_firsts,
                   (sum(known) OVER same - known) AS same_knowns,
                   count(*) OVER same_near - 1 AS same_60,
                   (sum(is_first) OVER same_near - is_first) AS same_firsts_60,
                   (sum(known) OVER same_near - known) AS same_knowns_60,
                   count(*) OVER near_by - 1 AS near_60,
                   (sum(is_first) OVER near_by - is_first) AS near_firsts,
                   (sum(known) OVER near_by - known) AS near_knowns,
                   (sum(off_milli) OVER near_by - off_milli) AS near_offs,
                   (sum(is_first) OVER of_item - is_first) AS item_firsts,
                   (sum(known) OVER of_item - known) AS item_knowns,
                   (sum(off_milli) OVER of_item - off_milli) AS item_offs
            FROM measured
            WINDOW of_account AS {over("account_id")}, of_item AS {over("item_id")},
                   same AS {over("item_id, stars")}, same_near AS {over("item_id, stars", 60)},
                   near_by AS {over("item_id", 60)}),
        copied AS (
            SELECT id, count(*) OVER {over("wording")} - 1 AS text_copies FROM rows_of
            WHERE wording IS NOT NULL),
        handed AS (
            SELECT id, count(*) OVER {over("device_token")}
                       - count(*) OVER {over("device_token, account_id")} AS device_others
            FROM rows_of WHERE device_token IS NOT NULL)
        SELECT j.id, account_id, shop_id, posted_at AS "at",
               rating, item_mean, off, abs(off) AS off_abs, item_spread, item_n, item_days,
               item_1, item_7, item_30, item_90,
               coalesce(season_stars / nullif(season_rated, 0) / 100, -1) AS item_90_mean,
               surge_7, surge_30, account_n, account_days,
               coalesce(greatest(0, (posted_at - registered_at) // {DAY_MS}), -1)
                   AS registered_days,
               account_1, account_7, account_30,
               coalesce(account_stars / nullif(account_rated, 0) / 100, -1) AS account_mean,
               coalesce(abs(rating - account_stars / nullif(account_rated, 0) / 100), -1)
                   AS account_off,
               coalesce(past_extremes / nullif(account_n, 0), -1) AS account_extreme,
               coalesce(past_off_milli / nullif(account_n, 0) / 1000, -1) AS past_off,
               coalesce(past_items / nullif(account_n, 0), -1) AS past_item_n,
               coalesce(past_surges / nullif(account_n, 0) / 1000, -1) AS past_surge,
               coalesce(past_sames / nullif(account_n, 0), -1) AS past_same,
               same_n, same_7, same_30,
               (same_n + 1) / (item_n + 5) AS same_share,
               (same_30 + 1) / (item_30 + 5) AS same_share_30,
               (same_firsts + 1) / (same_n + 2) AS same_first,
               (same_knowns + 2) / (same_n + 1) AS same_known,
               (same_firsts_60 + 1) / (same_60 + 2) AS same_first_60,
               (same_knowns_60 + 2) / (same_60 + 1) AS same_known_60,
               (near_firsts + 1) / (near_60 + 2) AS near_first,
               (near_knowns + 2) / (near_60 + 1) AS near_known,
               (near_offs + 900) / (near_60 + 1) / 1000 AS near_off,
               (item_firsts + 1) / (item_n + 2) AS item_first,
               (item_knowns + 2) / (item_n + 1) AS item_known,
               (item_offs + 900) / (item_n + 1) / 1000 AS item_off,
               letters AS text_length,
               letters / greatest(1, (item_letters + 20) / (item_n + 1)) AS text_beside,
               coalesce(text_copies, 0) AS text_copies,
               CAST(placed_at IS NOT NULL AS BIGINT) AS of_order,
               coalesce((posted_at - placed_at) / {DAY_MS}, -1) AS order_days,
               CAST(is_disclosed AS BIGINT) AS is_disclosed,
               CAST(is_ready_made AS BIGINT) AS is_ready_made,
               coalesce(device_others, 0) AS device_others
        FROM joined j LEFT JOIN copied USING (id) LEFT JOIN handed USING (id)"""

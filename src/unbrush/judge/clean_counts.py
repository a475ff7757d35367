"""Every shop and item, raw and clean: orders, turnover, reviews, rating, rank in its category."""

from unbrush.base.engine import Engine


def count_clean(engine: Engine) -> None:
    """Leave the table `clean_counts` in ``engine``.

    Cancelled orders count on neither side. Rating is the mean of stars; rank is by orders (reviews
    where there are no orders) within the category, ties by turnover, then id.
    """
    engine.create("_out", "SELECT kind, id FROM _atoms WHERE is_neutralised")
    parts = (_counts_sql("shop", "shops"), _counts_sql("item", "items"))
    engine.create("clean_counts", _ranked_sql(" UNION ALL ".join(parts)))
    engine.drop("_out")


def _counts_sql(kind: str, table: str) -> str:
    return f"""
        SELECT '{kind}' AS subject_kind, subject_id, category,
               coalesce(orders_raw, 0) AS orders_raw, coalesce(orders_clean, 0) AS orders_clean,
               coalesce(turnover_raw, 0) AS turnover_minor_raw,
               coalesce(turnover_clean, 0) AS turnover_minor_clean,
               coalesce(reviews_raw, 0) AS reviews_raw, coalesce(reviews_clean, 0) AS reviews_clean,
               rating_raw, rating_clean
        FROM (
            SELECT o.{kind}_id AS subject_id, count(*) AS orders_raw,
                   count(*) FILTER (WHERE x.id IS NULL) AS orders_clean,
                   CAST(sum(paid_minor) AS BIGINT) AS turnover_raw,
                   CAST(sum(paid_minor) FILTER (WHERE x.id IS NULL) AS BIGINT) AS turnover_clean
            FROM _orders o LEFT JOIN _out x ON x.kind = 'order' AND x.id = o.id
            WHERE counts AND o.{kind}_id IS NOT NULL GROUP BY o.{kind}_id)
        FULL JOIN (
            SELECT r.{kind}_id AS subject_id, count(*) AS reviews_raw,
                   count(*) FILTER (WHERE x.id IS NULL) AS reviews_clean,
                   -- Thousandths as whole numbers: sums that do not depend on their order.
                   round(sum(CAST(rating * 1000 AS BIGINT)) / count(rating) / 1000, 4)
                       AS rating_raw,
                   round(sum(CAST(rating * 1000 AS BIGINT)) FILTER (WHERE x.id IS NULL)
                       / count(rating) FILTER (WHERE x.id IS NULL) / 1000, 4) AS rating_clean
            FROM _reviews r LEFT JOIN _out x ON x.kind = 'review' AND x.id = r.id
            WHERE r.{kind}_id IS NOT NULL GROUP BY r.{kind}_id) USING (subject_id)
        LEFT JOIN (SELECT CAST({kind}_id AS VARCHAR) AS key, category FROM {table})
            ON key = CAST(subject_id AS VARCHAR)"""


def _ranked_sql(counts: str) -> str:
    def rank(side: str) -> str:
        return f"""row_number() OVER (
            PARTITION BY subject_kind, category
            ORDER BY orders_{side} DESC, reviews_{side} DESC, turnover_minor_{side} DESC,
                     subject_id)"""

    return f"""
        SELECT subject_kind, subject_id, category, orders_raw, orders_clean, turnover_minor_raw,
               turnover_minor_clean, reviews_raw, reviews_clean, rating_raw, rating_clean,
               {rank("raw")} AS rank_raw, {rank("clean")} AS rank_clean,
               count(*) OVER (PARTITION BY subject_kind, category) AS n_in_category
        FROM ({counts}) ORDER BY subject_kind, subject_id"""

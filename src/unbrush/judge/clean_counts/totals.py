"""Every shop and item in all: the sums of its days, its rating with an interval, its rank.

Rating is the mean of stars, with its 95 % Wilson interval on the market's own scale (see
`base.rating`). Rank is by orders, then reviews, then turnover within the category; who is equal in
all three shares a place, and the places after them stay empty.
"""

from unbrush.base.engine import Engine
from unbrush.base.rating import NEARLY_ALL, SCALES, interval_sql
from unbrush.judge.clean_counts.daily import KINDS
from unbrush.judge.clean_counts.measures import sums

SIDES = ("raw", "clean")


def add_up(engine: Engine) -> None:
    """Leave `clean_counts` in ``engine``, from `clean_counts_daily`."""
    ends = _scale(engine)
    engine.create("clean_counts", _totals_sql(ends))


def _scale(engine: Engine) -> tuple[float, float] | None:
    """Return the ends of the narrowest scale that holds nearly all ratings, None if none does."""
    within = ", ".join(
        f"count(*) FILTER (WHERE rating BETWEEN {low} AND {high}) AS n{place}"
        for place, (low, high) in enumerate(SCALES)
    )
    row = engine.query(f"SELECT count(rating) AS n, {within} FROM _reviews").to_pylist()[0]
    for place, ends in enumerate(SCALES):
        if row["n"] and row[f"n{place}"] >= NEARLY_ALL * row["n"]:
            return ends
    return None


def _totals_sql(ends: tuple[float, float] | None) -> str:
    categories = " UNION ALL ".join(
        f"SELECT '{kind}' AS subject_kind, CAST({kind}_id AS VARCHAR) AS key, category FROM {kind}s"
        for kind in KINDS
    )
    ratings = ", ".join(
        f"{value} AS rating_{end}{side}"
        for side in SIDES
        for end, value in zip(("", "low_", "high_"), _rating_sql(side, ends), strict=True)
    )
    ranks = ", ".join(
        f"""rank() OVER (PARTITION BY subject_kind, category ORDER BY orders_{side} DESC,
            reviews_{side} DESC, turnover_minor_{side} DESC) AS rank_{side}"""
        for side in SIDES
    )
    return f"""
        WITH summed AS (
            SELECT subject_kind, subject_id, {sums()} FROM clean_counts_daily
            GROUP BY subject_kind, subject_id)
        SELECT subject_kind, subject_id, category, s.* EXCLUDE (subject_kind, subject_id, key),
               {ratings}, {ranks}, count(*) OVER (PARTITION BY subject_kind, category)
                   AS n_in_category
        FROM (SELECT *, CAST(subject_id AS VARCHAR) AS key FROM summed) s
        LEFT JOIN ({categories}) USING (subject_kind, key)
        ORDER BY subject_kind, subject_id"""


def _rating_sql(side: str, ends: tuple[float, float] | None) -> tuple[str, str, str]:
    """The mean of a side's ratings, and the lower and upper end of its interval."""
    total, n = f"rating_milli_sum_{side}", f"ratings_{side}"
    mean = f"CASE WHEN {n} > 0 THEN round({total} / {n} / 1000, 4) END"
    if ends is None:
        return mean, "CAST(NULL AS DOUBLE)", "CAST(NULL AS DOUBLE)"
    low, high = interval_sql(total, n, ends)
    return mean, low, high

"""Rank influence: which places what does not count has bought, and whom that pushed down.

In a list sorted by sales, attention falls with the place: a place is worth 1 / log2(1 + rank), the
discount of DCG (Järvelin and Kekäläinen, 2002, doi:10.1145/582415.582418). That is a stand-in for
views that no table has: it compares places, it counts no customers.

Whoever has nothing left out keeps its order among its like on both sides, so each place it lost was
taken by one that has.
"""

from unbrush.base.engine import Engine

FIRST_PLACES = 100
"""Places of a category by clean counts whose holders are named where they were pushed down."""


def tell_influence(engine: Engine) -> None:
    """Leave `rank_influence`, a row for each shop and item with something left out or moved."""
    engine.create("_places", _places_sql())
    engine.create(
        "rank_influence",
        f"""SELECT p.subject_kind, p.subject_id, category, is_bought, rank_raw, rank_clean,
                   rank_clean - rank_raw AS places_bought,
                   exposure_raw, exposure_clean,
                   round(exposure_raw - exposure_clean, 6) AS exposure_bought,
                   CASE WHEN is_bought THEN greatest(0, honest_above_clean - honest_above_raw)
                        ELSE 0 END AS n_displaced,
                   displaced_ids
            FROM _places p LEFT JOIN ({_displaced_sql()}) d USING (subject_kind, subject_id)
            WHERE is_bought OR rank_raw <> rank_clean ORDER BY p.subject_kind, p.subject_id""",
    )
    engine.drop("_places")


def _places_sql() -> str:
    def above(side: str) -> str:
        # All up to and with those of the same place, without those of the same place.
        honest = "sum(CASE WHEN is_bought THEN 0 ELSE 1 END)"
        of = "PARTITION BY subject_kind, category"
        return f"""CAST({honest} OVER ({of} ORDER BY rank_{side})
            - {honest} OVER ({of}, rank_{side}) AS BIGINT) AS honest_above_{side}"""

    def exposure(side: str) -> str:
        return f"round(ln(2) / ln(1 + rank_{side}), 6) AS exposure_{side}"

    return f"""
        SELECT *, {above("raw")}, {above("clean")}, {exposure("raw")}, {exposure("clean")}
        FROM (SELECT subject_kind, subject_id, category, rank_raw, rank_clean,
                     orders_raw > orders_clean OR reviews_raw > reviews_clean AS is_bought
              FROM clean_counts)"""


def _displaced_sql() -> str:
    """Who of the first places stood no longer above each that bought."""
    return f"""
        SELECT b.subject_kind, b.subject_id,
               list(d.subject_id ORDER BY d.rank_clean, d.subject_id) AS displaced_ids
        FROM (SELECT *, coalesce(category, '') AS within FROM _places WHERE is_bought) b
        JOIN (SELECT *, coalesce(category, '') AS within FROM _places
              WHERE NOT is_bought AND rank_clean <= {FIRST_PLACES}) d
            ON d.subject_kind = b.subject_kind AND d.within = b.within
               AND d.rank_raw >= b.rank_raw AND d.rank_clean < b.rank_clean
        GROUP BY b.subject_kind, b.subject_id"""

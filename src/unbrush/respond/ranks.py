"""Ranks: where shops stood in their category before and after what is neutralised was left out."""

from typing import Any

from unbrush.base.engine import Engine
from unbrush.respond import figures
from unbrush.respond.limits import CATEGORIES_DRAWN, RANK_MOVES_LISTED, RANKS_DRAWN
from unbrush.respond.seams import focus
from unbrush.respond.terms import KIND, said

Row = dict[str, Any]


def tell_ranks(engine: Engine) -> tuple[Row, Row]:
    """Return what the section on ranks says, and one chart for each of the categories moved most.

    Args:
        engine: Holds `clean_counts` and, but for runs of earlier versions, `rank_influence`.
    """
    kind = focus(engine)
    influence = _influence(engine, kind)
    engine.create("_ranked", _ranked_sql(engine, kind))
    moves = engine.query(_moves_sql()).to_pylist()
    engine.create("_drawn_categories", _categories_sql())
    categories = engine.query("SELECT * FROM _drawn_categories ORDER BY place").to_pylist()
    lines = engine.query(
        """SELECT r.* FROM _ranked r JOIN _drawn_categories c USING (category)
        ORDER BY c.place, rank_raw, subject_id"""
    ).to_pylist()
    engine.drop("_drawn_categories")
    charts = {
        f"ranks-{each['place']}": _chart(
            [row for row in lines if row["category"] == each["category"]]
        )
        for each in categories
    }
    n_moved = engine.value("SELECT count(*) FROM _ranked WHERE rank_raw <> rank_clean")
    section = {
        "kind": said(KIND, kind),
        "n_ranked": figures.count(engine.value("SELECT count(*) FROM _ranked")),
        "n_moved": n_moved,
        "n_moved_text": figures.count(n_moved),
        "rows": [_move(row) for row in moves],
        "influence": influence,
        "categories": [
            {
                "chart": f"ranks-{each['place']}",
                "name": figures.outside(each["category"]),
                "n_moved": figures.count(each["n_moved"]),
                "n": figures.count(each["n"]),
            }
            for each in categories
        ],
        "n_categories": engine.value(
            "SELECT count(DISTINCT category) FROM _ranked WHERE rank_raw <> rank_clean"
        ),
    }
    engine.drop("_ranked")
    return section, charts


def _influence(engine: Engine, kind: str) -> Row | None:
    """What bought places amount to: how many stood too high, whom they passed, of what attention.

    None where nothing was bought, or the run does not say.
    """
    if not engine.columns("rank_influence"):
        return None
    row = engine.query(
        f"""SELECT count(*) AS n, CAST(sum(places_bought) AS BIGINT) AS places,
            CAST(sum(round(exposure_bought * 1000000)) AS BIGINT) AS micro
        FROM rank_influence
        WHERE subject_kind = '{kind}' AND is_bought AND places_bought > 0"""
    ).to_pylist()[0]
    if not row["n"]:
        return None
    n_displaced = engine.value(
        f"""SELECT count(*) FROM rank_influence
        WHERE subject_kind = '{kind}' AND NOT is_bought AND places_bought < 0"""
    )
    whole = engine.value(
        f"""SELECT CAST(sum(round(1000000 * ln(2) / ln(1 + rank_raw))) AS BIGINT)
        FROM clean_counts WHERE subject_kind = '{kind}'"""
    )
    return {
        "n": figures.count(row["n"]),
        "places": figures.count(row["places"]),
        "n_displaced": figures.count(n_displaced),
        "share": figures.share(row["micro"], whole),
    }


def _ranked_sql(engine: Engine, kind: str) -> str:
    # A shop without a category is ranked with its like; the empty name stands for none.
    has_influence = bool(engine.columns("rank_influence"))
    displaced = "n_displaced" if has_influence else "CAST(NULL AS BIGINT)"
    told = (
        f"LEFT JOIN (SELECT subject_id, n_displaced FROM rank_influence"
        f" WHERE subject_kind = '{kind}') USING (subject_id)"
    )
    return f"""
        SELECT subject_id, coalesce(category, '') AS category, rank_raw, rank_clean,
            orders_raw, orders_clean, n_in_category, orders_raw > orders_clean
                OR reviews_raw > reviews_clean AS has_lost, {displaced} AS n_displaced
        FROM clean_counts {told if has_influence else ""}
        WHERE subject_kind = '{kind}' AND rank_raw IS NOT NULL AND rank_clean IS NOT NULL"""


def _moves_sql() -> str:
    """The longest moves: first those that fell because of what they lost."""
    return f"""
        SELECT * FROM _ranked WHERE rank_raw <> rank_clean
        ORDER BY has_lost DESC, abs(rank_clean - rank_raw) DESC, rank_raw, category, subject_id
        LIMIT {RANK_MOVES_LISTED}"""


def _categories_sql() -> str:
    """Categories with most moves among their first places."""
    return f"""
        SELECT category, n_moved, n, row_number() OVER (ORDER BY n_top DESC, category) AS place
        FROM (
            SELECT category, count(*) FILTER (WHERE rank_raw <> rank_clean) AS n_moved,
                count(*) AS n, count(*) FILTER (
                    WHERE rank_raw <> rank_clean AND least(rank_raw, rank_clean) <= {RANKS_DRAWN}
                ) AS n_top
            FROM _ranked GROUP BY category)
        WHERE n_top > 0 QUALIFY place <= {CATEGORIES_DRAWN} ORDER BY place"""


def _chart(rows: list[Row]) -> Row:
    """Lines from the raw rank to the clean one, for all that are among the first on either side."""
    first = [row for row in rows if min(row["rank_raw"], row["rank_clean"]) <= RANKS_DRAWN]
    return {
        "depth": RANKS_DRAWN,
        "lines": [
            {
                "id": figures.outside(row["subject_id"]),
                "raw": row["rank_raw"],
                "clean": row["rank_clean"],
                "orders": [row["orders_raw"], row["orders_clean"]],
                "has_lost": bool(row["has_lost"]),
            }
            for row in first
        ],
    }


def _move(row: Row) -> Row:
    return {
        "id": figures.outside(row["subject_id"]),
        "category": figures.outside(row["category"] or None),
        "raw": figures.count(row["rank_raw"]),
        "clean": figures.count(row["rank_clean"]),
        "move": row["rank_clean"] - row["rank_raw"],
        "n_in_category": figures.count(row["n_in_category"]),
        "orders_raw": figures.count(row["orders_raw"]),
        "orders_clean": figures.count(row["orders_clean"]),
        "has_lost": bool(row["has_lost"]),
        "n_displaced": figures.count(row["n_displaced"]),
    }

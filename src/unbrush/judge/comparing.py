"""Two policies beside each other: which decisions change, for whom, and what it moves in money.

What comes in: tables `old_decisions`, `old_clean_counts`, `new_decisions`, `new_clean_counts` and,
where something is known, `truth` (subject_kind, subject_id as text, is_fake). A subject that one of
them says nothing of stands at L0 there.
"""

from typing import Any

from unbrush.base.engine import Engine

N_EXAMPLES = 5

Row = dict[str, Any]


def compare(engine: Engine, *, n_examples: int = N_EXAMPLES) -> dict[str, list[Row]]:
    """Return what changes from the old decisions to the new.

    Args:
        engine: Holds the tables named above.
        n_examples: Subjects shown for each kind of change, those of most weight first.

    Returns:
        Tables as lists of rows: ``subjects`` (kind, from, to, n), ``merchants`` (what the counts of
        shops become), ``accusations`` (of honest subjects, where `truth` has rows) and
        ``examples``.
    """
    engine.create("_changed", _changed_sql())
    result = {
        "subjects": engine.query(_subjects_sql()).to_pylist(),
        "merchants": engine.query(_merchants_sql()).to_pylist(),
        "accusations": engine.query(_accusations_sql()).to_pylist(),
        "examples": engine.query(_examples_sql(n_examples)).to_pylist(),
    }
    engine.drop("_changed")
    return result


def _changed_sql() -> str:
    """Every subject of either side, with both rungs and whether it counts."""
    side = """(SELECT subject_kind, CAST(subject_id AS VARCHAR) AS subject_id, rung, probability,
                      is_neutralised, rule FROM {}_decisions)"""
    return f"""
        SELECT subject_kind, subject_id,
               coalesce(o.rung, 'L0') AS old_rung, coalesce(n.rung, 'L0') AS new_rung,
               coalesce(o.probability, 0) AS old_probability,
               coalesce(n.probability, 0) AS new_probability,
               coalesce(o.is_neutralised, false) AS old_out,
               coalesce(n.is_neutralised, false) AS new_out,
               coalesce(o.rule, '') AS old_rule, coalesce(n.rule, '') AS new_rule
        FROM {side.format("old")} o
        FULL JOIN {side.format("new")} n USING (subject_kind, subject_id)"""


def _subjects_sql() -> str:
    return """
        SELECT subject_kind AS kind, old_rung AS "from", new_rung AS "to", count(*) AS n
        FROM _changed WHERE old_rung <> new_rung OR old_out <> new_out
        GROUP BY ALL ORDER BY kind, "from", "to" """


def _merchants_sql() -> str:
    """What the counts of all shops together become, raw being what both start from."""
    parts = [
        f"""SELECT '{what}' AS what, CAST(sum(o.{column}_raw) AS BIGINT) AS raw,
                   CAST(sum(o.{column}_clean) AS BIGINT) AS old,
                   CAST(sum(n.{column}_clean) AS BIGINT) AS new,
                   count(*) FILTER (WHERE o.{column}_clean <> n.{column}_clean) AS shops_changed
            FROM old_clean_counts o JOIN new_clean_counts n USING (subject_kind, subject_id)
            WHERE subject_kind = 'shop'"""
        for what, column in (
            ("orders", "orders"),
            ("turnover (minor units)", "turnover_minor"),
            ("reviews", "reviews"),
        )
    ]
    return " UNION ALL ".join(parts)


def _accusations_sql() -> str:
    """Honest and fake subjects on either side; a shop is accused from L2 on, others left out."""
    return """
        WITH known AS (
            SELECT subject_kind, is_fake,
                   CASE subject_kind WHEN 'shop' THEN old_rung >= 'L2' ELSE old_out END AS old,
                   CASE subject_kind WHEN 'shop' THEN new_rung >= 'L2' ELSE new_out END AS new
            FROM _changed JOIN truth USING (subject_kind, subject_id))
        SELECT subject_kind AS kind,
               count(*) FILTER (WHERE NOT is_fake AND old) AS honest_old,
               count(*) FILTER (WHERE NOT is_fake AND new) AS honest_new,
               count(*) FILTER (WHERE is_fake AND old) AS fake_old,
               count(*) FILTER (WHERE is_fake AND new) AS fake_new
        FROM known GROUP BY subject_kind ORDER BY subject_kind"""


def _examples_sql(n: int) -> str:
    return f"""
        SELECT subject_kind AS kind, subject_id, old_rung AS "from", new_rung AS "to",
               old_probability, new_probability, old_rule, new_rule
        FROM _changed WHERE old_rung <> new_rung OR old_out <> new_out
        QUALIFY row_number() OVER (
            PARTITION BY subject_kind, old_rung, new_rung, old_out, new_out
            ORDER BY abs(new_probability - old_probability) DESC, subject_id) <= {n}
        ORDER BY kind, "from", "to", abs(new_probability - old_probability) DESC, subject_id"""

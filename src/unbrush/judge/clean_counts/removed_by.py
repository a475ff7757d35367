"""What each kind of evidence removes: how much rests on it, and how much would count without it."""

from unbrush.base.engine import Engine
from unbrush.judge.clean_counts.daily import KINDS

_WHAT = ("orders", "turnover_minor", "reviews")


def tell_what_removes(engine: Engine) -> None:
    """Leave `removed_by`: a row for each shop or item and each kind of evidence.

    ``*_resting``: left out, and the kind of evidence speaks against it, be it alone or with others.
    ``*_regained``: what of it would count again if this kind alone were switched off.
    """
    both = ", ".join(
        f"CAST(coalesce(sum({what}){filter_}, 0) AS BIGINT) AS {what}_{word}"
        for word, filter_ in (("resting", ""), ("regained", " FILTER (WHERE is_needed)"))
        for what in _WHAT
    )
    parts = [
        f"""SELECT '{kind}' AS subject_kind, {kind}_id AS subject_id, evidence, name, {both}
            FROM _removed WHERE {kind}_id IS NOT NULL GROUP BY {kind}_id, evidence, name"""
        for kind in KINDS
    ]
    engine.create("_removed", _removed_sql())
    engine.create(
        "removed_by",
        f"""SELECT * FROM ({" UNION ALL ".join(parts)})
            ORDER BY subject_kind, subject_id, evidence, name""",
    )
    engine.drop("_removed")


def _removed_sql() -> str:
    """Rows that are left out, by what they rest on; restored ones and cancelled orders are not."""
    return """
        WITH heard AS (
            SELECT e.subject_kind AS kind, e.subject_id AS id, evidence, name, is_needed
            FROM rests_on e JOIN _out x ON x.kind = e.subject_kind AND x.id = e.subject_id
            WHERE evidence <> 'order')
        SELECT shop_id, item_id, evidence, name, is_needed, 1 AS orders,
               paid_minor AS turnover_minor, 0 AS reviews
        FROM heard JOIN _sold USING (id) WHERE kind = 'order'
        UNION ALL
        SELECT shop_id, item_id, evidence, name, is_needed, 0, 0, 1
        FROM heard JOIN _reviews USING (id) WHERE kind = 'review'"""

"""What is known of a subject: the label that holds where several were given.

A filter says fake, an appeal says later that it was genuine: the latest word holds. Of several of
one time, or of none, fake holds.
"""

from unbrush.base.engine import Engine


def known_sql(engine: Engine, labels: str) -> str:
    """Return a SELECT of one row for each labelled subject: subject_kind, subject_id, is_fake.

    Args:
        engine: Where ``labels`` can be read.
        labels: A table of subject_kind, subject_id, is_fake and, if known, ``at`` (epoch ms UTC).
            Rows that do not say whether it is fake say nothing. Ids come out as text.
    """
    at = 'coalesce("at", 0)' if "at" in engine.columns(labels) else "0"
    return f"""
        SELECT subject_kind, subject_id, bool_or(is_fake) AS is_fake
        FROM (SELECT subject_kind, CAST(subject_id AS VARCHAR) AS subject_id, is_fake, {at} AS since
              FROM {labels} WHERE is_fake IS NOT NULL
              QUALIFY since = max(since) OVER (PARTITION BY subject_kind, subject_id))
        GROUP BY subject_kind, subject_id"""

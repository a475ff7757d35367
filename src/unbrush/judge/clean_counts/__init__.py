"""Decisions → counts without what they leave out: by day, in all, in rank, by kind of evidence.

What comes in: event tables, `decisions`, `rests_on` and, where people have spoken, `reversals` and
`ring_members`. What goes out: `restored` (what counts again because somebody said so),
`clean_counts_daily`, `clean_counts`, `rank_influence` and `removed_by`. Nothing here weighs
evidence, so that a person's word changes the counts at once, without judging again.
"""

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.judge.clean_counts.daily import count_by_day
from unbrush.judge.clean_counts.influence import tell_influence
from unbrush.judge.clean_counts.removed_by import tell_what_removes
from unbrush.judge.clean_counts.restoring import restore
from unbrush.judge.clean_counts.totals import add_up
from unbrush.judge.witnesses import name_rows

COUNTS = ("restored", "clean_counts", "clean_counts_daily", "rank_influence", "removed_by")
"""The tables that are left."""


def count_clean(engine: Engine, manifest: Manifest) -> None:
    """Leave the tables of `COUNTS` in ``engine``, from `decisions` and `rests_on`."""
    name_rows(engine, manifest)
    restore(engine, manifest)
    engine.create(
        "_out",
        """SELECT d.subject_kind AS kind, d.subject_id AS id FROM decisions d
           ANTI JOIN restored r ON r.subject_kind = d.subject_kind AND r.subject_id = d.subject_id
           WHERE d.subject_kind IN ('order', 'review') AND d.is_neutralised""",
    )
    count_by_day(engine, manifest)
    add_up(engine)
    tell_influence(engine)
    tell_what_removes(engine)
    for table in ("_out", "_sold", "_orders", "_reviews"):
        engine.drop(table)

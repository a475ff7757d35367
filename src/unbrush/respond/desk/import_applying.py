"""What is staged of a run → decisions and cases, some at a time.

Each part is whole: a decision, and how a shop is counted, is what the run says or what was said
before, and people's word about it stays with it.
"""

from collections.abc import Mapping
from typing import Any

from unbrush.base.records import Row, Transaction
from unbrush.respond.desk.case_renewal import open_or_renew_all
from unbrush.respond.desk.import_record import CASES, ENDING
from unbrush.respond.desk.import_spans import Span, next_span
from unbrush.respond.desk.import_staging import COLUMNS, Pace, staged_cases

_SAID = ("rung", "probability", "elements", "families", "strength", "ring_id", "rule", "shop_id")
_DIFFERS = "(i.subject_id IS NULL OR i.rung <> d.rung OR i.rule <> d.rule)"
_AGAINST_PEOPLE = """((d.human_outcome = 'reversed' AND coalesce(i.rung, 'L0') <> 'L0')
    OR (d.human_outcome = 'upheld' AND coalesce(i.rung, 'L0') = 'L0'))"""


def apply_decisions(transaction: Transaction, row: Row, pace: Pace, /) -> Mapping[str, Any]:
    """Put what the run says of some subjects in the place of what was said; return what changed.

    What a run no longer says goes, unless a person has decided on it: then its rung is L0.
    """
    after = (row["after_kind"], row["after_id"])
    span = next_span(transaction, after, ["incoming_decisions", "decisions"], pace.decisions)
    run_id = row["run_id"]
    # What locks a decision comes last: who closes its case waits from there on.
    n_before, n_kept = _counted(transaction, span)
    n_differ = transaction.run(
        f"""INSERT INTO past_decisions
                (subject_kind, subject_id, run_id, rung, probability, rule, replaced_by)
            SELECT d.subject_kind, d.subject_id, d.run_id, d.rung, d.probability, d.rule, :run_id
            FROM {_both(span)} WHERE {span.holds("d")} AND {_DIFFERS}
            ON CONFLICT (subject_kind, subject_id, run_id) DO UPDATE SET
                replaced_by = excluded.replaced_by""",
        run_id=run_id,
        **span.values,
    )
    _put_counts(transaction, span, run_id)
    n_gone = _put_decisions(transaction, span, run_id)
    n_said = transaction.run(
        f"DELETE FROM incoming_decisions WHERE {span.holds('incoming_decisions')}", **span.values
    )
    n_new = n_said - (n_before - n_gone)
    counted = {
        "n_compared": int(row["n_compared"]) + n_said,
        "n_changed": int(row["n_changed"]) + n_differ + n_new,
        "n_kept": int(row["n_kept"]) + n_kept,
    }
    if span.last is None:
        return {**counted, "stage": CASES}
    return {**counted, "after_kind": span.last[0], "after_id": span.last[1]}


def apply_cases(
    transaction: Transaction, row: Row, pace: Pace, at_ms: int, by: str, /
) -> Mapping[str, Any]:
    """Open some of the cases that the run calls for, or bring them up to date; return how many."""
    place = int(row["next_case"])
    found = staged_cases(transaction, place, pace)
    if not found:
        return {"stage": ENDING}
    said = open_or_renew_all(transaction, at_ms, found, run_id=row["run_id"], by=by)
    place += len(found)
    transaction.run("DELETE FROM incoming_cases WHERE place < :place", place=place)
    return {
        "next_case": place,
        "n_opened": int(row["n_opened"]) + said.count("opened"),
        "n_renewed": int(row["n_renewed"]) + said.count("renewed"),
    }


def keep_words(transaction: Transaction, /) -> None:
    """Put people's verdicts beside decisions that came after them, and bear nobody's word yet.

    Somebody may have closed a case while the run was taken in, or when no run spoke of its subject.
    """
    transaction.run(
        """UPDATE decisions SET
               human_outcome = CASE v.is_fake WHEN 1 THEN 'upheld' ELSE 'reversed' END,
               human_by = v.given_by, human_at = v.given_at
           FROM verdicts v
           WHERE v.subject_kind = decisions.subject_kind AND v.subject_id = decisions.subject_id
               AND decisions.human_outcome IS NULL"""
    )


def _both(span: Span) -> str:
    """Return SQL of what was said, beside what the run says; both are sought in the span alone."""
    return f"""decisions d LEFT JOIN incoming_decisions i
        ON i.subject_kind = d.subject_kind AND i.subject_id = d.subject_id AND {span.holds("i")}"""


def _gone(span: Span) -> str:
    """Return the condition that the run says nothing of a decision's subject, as SQL."""
    return f"""NOT EXISTS (SELECT 1 FROM incoming_decisions i
        WHERE i.subject_kind = decisions.subject_kind AND i.subject_id = decisions.subject_id
            AND {span.holds("i")})"""


def _counted(transaction: Transaction, span: Span) -> tuple[int, int]:
    """Return how many decisions there were, and of how many people say otherwise than the run."""
    row = transaction.one(
        f"SELECT count(*) AS n FROM decisions d WHERE {span.holds('d')}", **span.values
    )
    against = transaction.one(
        f"""SELECT count(*) AS n FROM {_both(span)}
            WHERE {span.holds("d")} AND d.human_outcome IS NOT NULL AND {_AGAINST_PEOPLE}""",
        **span.values,
    )
    assert row is not None
    assert against is not None
    return int(row["n"]), int(against["n"])


def _put_counts(transaction: Transaction, span: Span, run_id: str) -> None:
    """Replace how shops are counted: of those that the run suspects of anything, and no other."""
    transaction.run(
        f"""DELETE FROM shop_counts WHERE shop_id IN (
                SELECT d.subject_id FROM decisions d
                WHERE d.subject_kind = 'shop' AND {span.holds("d")})""",
        **span.values,
    )
    transaction.run(
        f"""INSERT INTO shop_counts (shop_id, run_id, n_fake, n_genuine)
            SELECT i.subject_id, :run_id, i.n_fake, i.n_genuine FROM incoming_decisions i
            WHERE i.subject_kind = 'shop' AND i.n_fake IS NOT NULL AND {span.holds("i")}
            ON CONFLICT (shop_id) DO UPDATE SET run_id = excluded.run_id,
                n_fake = excluded.n_fake, n_genuine = excluded.n_genuine""",
        run_id=run_id,
        **span.values,
    )


def _put_decisions(transaction: Transaction, span: Span, run_id: str) -> int:
    """Replace what was said; return of how many subjects the run says nothing."""
    inside = span.holds("decisions")
    n_gone = transaction.run(
        f"DELETE FROM decisions WHERE {inside} AND human_outcome IS NULL AND {_gone(span)}",
        **span.values,
    )
    n_gone += transaction.run(
        f"""UPDATE decisions SET run_id = :run_id, rung = 'L0', rule = 'no-longer-suspected'
            WHERE {inside} AND human_outcome IS NOT NULL AND {_gone(span)}""",
        run_id=run_id,
        **span.values,
    )
    columns = ", ".join(COLUMNS)
    said = ", ".join(f"{column} = excluded.{column}" for column in ("run_id", *_SAID))
    transaction.run(
        f"""INSERT INTO decisions (run_id, {columns})
            SELECT :run_id, {columns} FROM incoming_decisions i WHERE {span.holds("i")}
            ON CONFLICT (subject_kind, subject_id) DO UPDATE SET {said}""",
        run_id=run_id,
        **span.values,
    )
    return n_gone

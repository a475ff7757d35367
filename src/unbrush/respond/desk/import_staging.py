"""A judged run → tables beside the records, from which it is then taken in.

Nothing that anybody reads changes meanwhile. What is applied later comes from these tables alone:
an import that was left half done can be gone through with after its folder is away.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from unbrush.base.engine import Engine
from unbrush.base.progress import Progress
from unbrush.base.records import Records, Row, Transaction, add_many
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.case_finding import FoundCase, cases_of_run
from unbrush.respond.desk.import_record import Part, do_part
from unbrush.respond.desk.import_spans import START, next_span
from unbrush.respond.desk.shop_counts import counted_sql

COLUMNS = (
    "subject_kind", "subject_id", "rung", "probability", "elements", "families", "strength",
    "ring_id", "rule", "shop_id",
)  # fmt: skip
_STAGED = (*COLUMNS, "n_fake", "n_genuine")
_CASE = ("place", "kind", "keys", "shops", "harm_minor")


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How much is done in one transaction: others wait for that, and for no more.

    Attributes:
        staged: Rows that are copied.
        decisions: Decisions that are compared.
        cases: Cases that are opened or brought up to date.
        subjects: Subjects of these cases, beyond which no other case is begun.
    """

    staged: int = 10_000
    decisions: int = 10_000
    cases: int = 300
    subjects: int = 2_000


PACE = Pace()


def stage_run(
    records: Records,
    engine: Engine,
    folder: RunFolder,
    worker: str,
    pace: Pace,
    progress: Progress,
    /,
) -> None:
    """Copy what a run decided and calls a case, in place of what was left there."""
    progress("decisions", 0.0)
    while _is_left(records):
        do_part(records, worker, lambda transaction, _: _clear(transaction, pace))
    for rows in _decisions(engine, folder, pace.staged):
        do_part(records, worker, _adding("incoming_decisions", _STAGED, rows, "n_decisions"))
    cases = [
        (place, case.kind, json.dumps(case.keys), json.dumps(case.shops), case.harm_minor)
        for place, case in enumerate(cases_of_run(engine, folder))
    ]
    for start in range(0, len(cases), pace.staged):
        some = cases[start : start + pace.staged]
        do_part(records, worker, _adding("incoming_cases", _CASE, some, "n_cases"))


def staged_cases(transaction: Transaction, place: int, pace: Pace, /) -> list[FoundCase]:
    """Return some cases from a place on, in the order of the run."""
    found: list[FoundCase] = []
    n_subjects = 0
    for row in transaction.all(
        "SELECT * FROM incoming_cases WHERE place >= :place ORDER BY place LIMIT :n",
        place=place,
        n=pace.cases,
    ):
        keys, shops = json.loads(row["keys"]), json.loads(row["shops"])
        n_subjects += len(keys) + len(shops)
        if found and n_subjects > pace.subjects:
            break
        found.append(
            FoundCase(
                kind=row["kind"],
                keys=tuple(keys),
                shops=tuple((shop, rung) for shop, rung in shops),
                harm_minor=int(row["harm_minor"]),
            )
        )
    return found


def _is_left(records: Records) -> bool:
    with records.reading() as transaction:
        return any(
            transaction.one(f"SELECT 1 AS there FROM {table} LIMIT 1")
            for table in ("incoming_decisions", "incoming_cases")
        )


def _clear(transaction: Transaction, pace: Pace) -> dict[str, int]:
    """Take away some of what an import that was given up has left."""
    span = next_span(transaction, START, ["incoming_decisions"], pace.staged)
    transaction.run(
        f"DELETE FROM incoming_decisions WHERE {span.holds('incoming_decisions')}", **span.values
    )
    transaction.run(
        """DELETE FROM incoming_cases
           WHERE place < (SELECT min(place) FROM incoming_cases) + :n""",
        n=pace.staged,
    )
    return {"n_decisions": 0, "n_cases": 0}


def _adding(
    table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], counted: str
) -> Part:
    """Return a part that adds rows and counts them."""

    def part(transaction: Transaction, row: Row) -> dict[str, int]:
        add_many(transaction, table, columns, rows)
        return {counted: int(row[counted]) + len(rows)}

    return part


def _decisions(engine: Engine, folder: RunFolder, n: int) -> Iterator[list[Sequence[Any]]]:
    """Yield what the run decided, without orders and reviews of L0, in batches of rows.

    With a shop above L0 go how many of its orders, or reviews, do not count, and how many do.
    """
    decisions, counts = (engine.scan(folder.output(name)) for name in ("decisions", "clean_counts"))
    table = engine.query(
        f"""WITH counted AS ({counted_sql(counts)}),
            decided AS (
                SELECT subject_kind, CAST(subject_id AS VARCHAR) AS subject_id, rung, probability,
                       coalesce(elements, '') AS elements, coalesce(families, '') AS families,
                       coalesce(strength, '') AS strength, ring_id, rule,
                       CASE subject_kind WHEN 'shop' THEN CAST(subject_id AS VARCHAR) END
                           AS shop_id
                FROM {decisions}
                WHERE rung <> 'L0' OR subject_kind NOT IN ('order', 'review'))
            SELECT d.*,
                   CASE WHEN n_clean IS NOT NULL THEN n_raw - n_clean END AS n_fake,
                   CASE WHEN n_raw IS NOT NULL THEN n_clean END AS n_genuine
            FROM decided d
            LEFT JOIN counted c ON c.shop_id = d.shop_id AND d.rung <> 'L0'
            ORDER BY subject_kind, subject_id"""
    )
    for batch in table.to_batches(max_chunksize=n):
        columns = [batch.column(name).to_pylist() for name in _STAGED]
        yield list(zip(*columns, strict=True))

"""A run's decisions → records, and the cases that they call for.

The same run again changes nothing. Another run replaces what earlier ones said, keeps what that
was, and never touches what a person decided: that stands beside what the run says.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from unbrush.base.engine import Engine
from unbrush.base.errors import NotReady
from unbrush.base.progress import Progress, silent
from unbrush.base.records import Transaction, add, add_many
from unbrush.base.run_folder import RunFolder
from unbrush.respond.desk.audit import note
from unbrush.respond.desk.case_finding import cases_of_run
from unbrush.respond.desk.case_renewal import open_or_renew_all
from unbrush.respond.desk.shop_counts import keep_counts

_COLUMNS = (
    "subject_kind", "subject_id", "rung", "probability", "elements", "families", "strength",
    "ring_id", "rule", "shop_id",
)  # fmt: skip
_SAID = ("rung", "probability", "elements", "families", "strength", "ring_id", "rule", "shop_id")
_BATCH = 50_000


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did.

    Attributes:
        run_id: The run, named by its content.
        is_new: Whether it was not there yet; otherwise nothing was done.
        n_decisions: Decisions in it, without orders and reviews that are only observed.
        n_changed: Of these, new ones and those that are not what the run before said.
        n_kept: Decisions of people that it disagrees with, and that stand.
        n_opened: Cases opened.
        n_renewed: Cases that there were, in which something changed.
    """

    run_id: str
    is_new: bool
    n_decisions: int = 0
    n_changed: int = 0
    n_kept: int = 0
    n_opened: int = 0
    n_renewed: int = 0


def run_id_of(folder: RunFolder) -> str:
    """Return the name of a judged run: the start of the SHA-256 of its decisions and its policy.

    Raises:
        NotReady: It has not been judged.
    """
    digest = hashlib.sha256()
    for path in (folder.output("decisions"), folder.policy):
        if not path.is_file():
            raise NotReady(
                f"{folder.root} has no {path.name}: it has not been judged.",
                hint=f"Run `unbrush judge {folder.root}` first.",
            )
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()[:16]


def import_run(
    transaction: Transaction,
    engine: Engine,
    folder: RunFolder,
    at_ms: int,
    /,
    *,
    by: str,
    progress: Progress = silent,
) -> Imported:
    """Take a judged run into the records; all of it or nothing.

    Args:
        transaction: A writing one: imports take turns.
        engine: Reads the run's files.
        folder: The run.
        at_ms: When it is imported.
        by: Who does it.
        progress: Told the step and the share that is done.
    """
    run_id = run_id_of(folder)
    if transaction.one("SELECT 1 AS there FROM runs WHERE run_id = :id", id=run_id):
        return Imported(run_id=run_id, is_new=False)
    policy = json.loads(folder.policy.read_text(encoding="utf-8"))
    summary = folder.summary.read_text(encoding="utf-8") if folder.summary.is_file() else "{}"
    progress("decisions", 0.0)
    transaction.run("DELETE FROM incoming_decisions")
    n = 0
    for rows in _decisions(engine, folder):
        add_many(transaction, "incoming_decisions", _COLUMNS, rows)
        n += len(rows)
    add(
        transaction, "runs", run_id=run_id, imported_at=at_ms, policy_version=policy["version"],
        n_decisions=n, folder=str(folder.root), summary=summary,
    )  # fmt: skip
    progress("compare", 0.5)
    n_kept = _count_kept(transaction)
    n_changed = _replace(transaction, run_id)
    transaction.run("DELETE FROM incoming_decisions")
    keep_counts(transaction, engine, folder, run_id)
    progress("cases", 0.8)
    said = open_or_renew_all(
        transaction, at_ms, cases_of_run(engine, folder), run_id=run_id, by=by,
        progress=lambda step, share: progress(step, 0.8 + 0.2 * share),
    )  # fmt: skip
    n_opened, n_renewed = said.count("opened"), said.count("renewed")
    imported = Imported(
        run_id=run_id, is_new=True, n_decisions=n, n_changed=n_changed, n_kept=n_kept,
        n_opened=n_opened, n_renewed=n_renewed,
    )  # fmt: skip
    note(
        transaction, at_ms, by, "run.imported", "run", run_id,
        n_decisions=n, n_changed=n_changed, n_kept=n_kept, n_opened=n_opened, n_renewed=n_renewed,
        policy=policy["version"],
    )  # fmt: skip
    progress("", 1.0)
    return imported


def _decisions(engine: Engine, folder: RunFolder) -> Iterator[list[Sequence[Any]]]:
    """Yield what the run decided, without orders and reviews of L0, in batches of rows."""
    source = engine.scan(folder.output("decisions"))
    table = engine.query(
        f"""SELECT subject_kind, CAST(subject_id AS VARCHAR) AS subject_id, rung, probability,
                   coalesce(elements, '') AS elements, coalesce(families, '') AS families,
                   coalesce(strength, '') AS strength, ring_id, rule,
                   CASE subject_kind WHEN 'shop' THEN CAST(subject_id AS VARCHAR) END AS shop_id
            FROM {source} WHERE rung <> 'L0' OR subject_kind NOT IN ('order', 'review')
            ORDER BY subject_kind, subject_id"""
    )
    for batch in table.to_batches(max_chunksize=_BATCH):
        columns = [batch.column(name).to_pylist() for name in _COLUMNS]
        yield list(zip(*columns, strict=True))


def _count_kept(transaction: Transaction) -> int:
    row = transaction.one(
        """SELECT count(*) AS n FROM decisions d
           LEFT JOIN incoming_decisions i
               ON i.subject_kind = d.subject_kind AND i.subject_id = d.subject_id
           WHERE (d.human_outcome = 'reversed' AND coalesce(i.rung, 'L0') <> 'L0')
              OR (d.human_outcome = 'upheld' AND coalesce(i.rung, 'L0') = 'L0')"""
    )
    return int(row["n"]) if row else 0


def _replace(transaction: Transaction, run_id: str) -> int:
    """Put what the run says in the place of what was said; return how many decisions that changes.

    What a run no longer says goes, unless a person has decided on it: then its rung is L0.
    """
    differs = "i.subject_id IS NULL OR i.rung <> d.rung OR i.rule <> d.rule"
    joined = """decisions d LEFT JOIN incoming_decisions i
        ON i.subject_kind = d.subject_kind AND i.subject_id = d.subject_id"""
    transaction.run(
        f"""INSERT INTO past_decisions
                (subject_kind, subject_id, run_id, rung, probability, rule, replaced_by)
            SELECT d.subject_kind, d.subject_id, d.run_id, d.rung, d.probability, d.rule, :run_id
            FROM {joined} WHERE {differs}
            ON CONFLICT (subject_kind, subject_id, run_id) DO UPDATE SET
                replaced_by = excluded.replaced_by""",
        run_id=run_id,
    )
    counted = transaction.one(
        f"""SELECT (SELECT count(*) FROM {joined} WHERE {differs})
                 + (SELECT count(*) FROM incoming_decisions i LEFT JOIN decisions d
                        ON i.subject_kind = d.subject_kind AND i.subject_id = d.subject_id
                    WHERE d.subject_id IS NULL) AS n"""
    )
    gone = """NOT EXISTS (SELECT 1 FROM incoming_decisions i
        WHERE i.subject_kind = decisions.subject_kind AND i.subject_id = decisions.subject_id)"""
    transaction.run(f"DELETE FROM decisions WHERE human_outcome IS NULL AND {gone}")
    transaction.run(
        f"""UPDATE decisions SET run_id = :run_id, rung = 'L0', rule = 'no-longer-suspected'
            WHERE human_outcome IS NOT NULL AND {gone}""",
        run_id=run_id,
    )
    said = ", ".join(f"{column} = excluded.{column}" for column in ("run_id", *_SAID))
    transaction.run(
        f"""INSERT INTO decisions (run_id, {", ".join(_COLUMNS)})
            SELECT :run_id, {", ".join(_COLUMNS)} FROM incoming_decisions WHERE true
            ON CONFLICT (subject_kind, subject_id) DO UPDATE SET {said}""",
        run_id=run_id,
    )
    return int(counted["n"]) if counted else 0

"""The rows that a person checks by hand: the subject's own, and those that findings rest on."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from unbrush.base.engine import Engine
from unbrush.base.manifest import Manifest
from unbrush.respond.evidence_rows import cited_rows, cited_sql
from unbrush.respond.explaining.gathering import Said, id_type_of
from unbrush.respond.explaining.parties import Sum
from unbrush.respond.explaining.subjects import Subject
from unbrush.respond.figures import Money

Row = dict[str, Any]

OWN_TABLES = {"order": "orders", "review": "reviews", "account": "accounts", "shop": "shops"}
"""Where a subject's own row stands."""


def cite(
    engine: Engine,
    manifest: Manifest,
    money: Money,
    subjects: Sequence[Subject],
    said_of: Mapping[Subject, Said],
    sums: Mapping[Subject, Sum],
    *,
    most: int,
) -> Mapping[Subject, Row]:
    """Return the rows of each subject.

    Args:
        engine: Holds the event tables, `signals` and `decisions`.
        manifest: What was collected; its zone tells the times.
        money: How amounts are written.
        subjects: Whose rows.
        said_of: What was said of each.
        sums: The rows of each account, shop or ring.
        most: Rows behind one finding.

    Returns:
        For each subject: own (its own row), deeds (of an account, shop or ring, those that do not
        count first), evidence (by signal).
    """
    zone = manifest.time_zone
    own = cited_of(engine, manifest, money, _own(subjects, sums, most), zone)
    wanted = sorted({row["signal_id"] for each in subjects for row in _signals(said_of, each)})
    engine.put("_shown_signals", pa.table({"signal_id": pa.array(wanted, pa.string())}))
    engine.create("_cited", cited_sql(most))
    evidence = cited_rows(engine, money, zone=zone)
    engine.drop("_shown_signals")
    return {
        each: {
            "own": own.get(f"own {each}"),
            "deeds": [
                own[key] for table in ("orders", "reviews") if (key := f"{table} {each}") in own
            ],
            "evidence": {
                row["signal_id"]: evidence[row["signal_id"]]
                for row in _signals(said_of, each)
                if row["signal_id"] in evidence
            },
        }
        for each in subjects
    }


def _signals(said_of: Mapping[Subject, Said], subject: Subject) -> Sequence[Row]:
    return said_of[subject].signals


def _own(
    subjects: Sequence[Subject], sums: Mapping[Subject, Sum], most: int
) -> list[tuple[str, str, Any]]:
    """What cites, the table, and the id of each row to be shown."""
    rows: list[tuple[str, str, Any]] = []
    for each in subjects:
        if each.kind in OWN_TABLES:
            rows.append((f"own {each}", OWN_TABLES[each.kind], each.id))
        if each in sums:
            for kind in ("order", "review"):
                parts = [part.subject for part in sums[each].parts if part.subject.kind == kind]
                rows += [(f"{kind}s {each}", f"{kind}s", part.id) for part in parts[:most]]
    return rows


def cited_of(
    engine: Engine,
    manifest: Manifest,
    money: Money,
    rows: Sequence[tuple[str, str, Any]],
    zone: str,
) -> dict[str, Row]:
    """Return event rows by what cites them: (what cites, table, id)."""
    columns = {
        "signal_id": pa.array([row[0] for row in rows], pa.string()),
        "evidence_table": pa.array([row[1] for row in rows], pa.string()),
        "event_id": pa.array([row[2] for row in rows], id_type_of(manifest)),
        "number": pa.array(range(len(rows)), pa.int64()),
    }
    engine.put("_cited", pa.table(columns))
    return cited_rows(engine, money, zone=zone)

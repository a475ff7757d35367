"""Evidence rows: what the findings rest on, with the place in the file that each came from."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from unbrush.base.engine import Engine, name
from unbrush.base.manifest import Manifest
from unbrush.base.run_folder import RunFolder
from unbrush.base.tables import TABLES, sql_type
from unbrush.respond.dossier.redaction import Labels, ids_of

Row = dict[str, Any]

MOST_ROWS = 100_000
"""Rows of one table that a case file holds; how many more there are is said."""


@dataclass
class Evidence:
    """The rows of one event table that findings rest on.

    Attributes:
        table: The table.
        rows: Its rows as the file holds them, each with source_row and row_sha256.
        n: How many there are altogether.
        source_sha256: Of the file that they were taken from.
        query: How they were taken from it.
    """

    table: str
    rows: list[Row] = field(default_factory=list)
    n: int = 0
    source_sha256: str = ""
    query: str = ""


def canonical_row(row: Mapping[str, Any]) -> str:
    """Return a row as JSON that is the same for the same content, without its own hash."""
    kept = {key: value for key, value in row.items() if key != "row_sha256"}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def row_hash(row: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a row as it stands in the case file."""
    return hashlib.sha256(canonical_row(row).encode()).hexdigest()


def take_evidence(
    engine: Engine, manifest: Manifest, folder: RunFolder, labels: Labels, *, most: int = MOST_ROWS
) -> list[Evidence]:
    """Return the rows behind the signals of a case file, by table, in the order of their keys.

    Args:
        engine: Holds what `lay_out` left.
        manifest: What was collected.
        folder: The run.
        labels: Learns who has to be labelled, before the first row is shown.
        most: Rows of one table.
    """
    found = []
    raw: list[tuple[Evidence, list[Row]]] = []
    for table, wanted in _wanted(engine, manifest).items():
        source = folder.event(table)
        key = TABLES[table].key[0]
        kind = sql_type(TABLES[table].column(key), manifest.id_types)
        ids = pa.array(sorted(wanted), pa.string())
        engine.put("dossier_wanted", pa.table({"id": ids}))
        present = set(engine.columns(engine.scan(source)))
        columns = ", ".join(name(c.name) for c in TABLES[table].columns if c.name in present)
        query = (
            f"SELECT {columns}, file_row_number AS source_row FROM {table}.parquet "
            f"WHERE {key} IN (ids of signals.parquet in scope) ORDER BY {key}"
        )
        rows = engine.query(
            f"""SELECT {columns}, file_row_number AS source_row
                FROM {engine.scan(source, numbered=True)}
                WHERE {key} IN (SELECT CAST(id AS {kind}) FROM dossier_wanted)
                ORDER BY {key} LIMIT {int(most)}"""
        ).to_pylist()
        evidence = Evidence(
            table=table, n=len(wanted), query=query, source_sha256=file_hash(source)
        )
        raw.append((evidence, rows))
        for domain, values in ids_of(table, rows):
            labels.learn(domain, values)
        engine.drop("dossier_wanted")
    for evidence, rows in raw:
        for row in rows:
            shown = {**labels.row(evidence.table, row), "source_row": int(row["source_row"])}
            shown["row_sha256"] = row_hash(shown)
            evidence.rows.append(shown)
        found.append(evidence)
    return found


def _wanted(engine: Engine, manifest: Manifest) -> dict[str, set[str]]:
    """Return the keys of the rows wanted, by table: what signals rest on, facts and steps name."""
    wanted: dict[str, set[str]] = {}
    signals = engine.query(
        "SELECT evidence_table, evidence_ids, facts FROM dossier_signals ORDER BY signal_id"
    ).to_pylist()
    for signal in signals:
        _add(wanted, signal["evidence_table"], signal["evidence_ids"] or ())
        for key, value in json.loads(signal["facts"] or "{}").items():
            if key.endswith("_ids") and isinstance(value, list):
                _add(wanted, f"{key.removesuffix('_ids')}s", value)
    for row in engine.query("SELECT tab, id FROM dossier_steps WHERE id IS NOT NULL").to_pylist():
        _add(wanted, row["tab"], [row["id"]])
    for table in ("orders", "reviews"):
        ids = engine.query(f"SELECT CAST(id AS VARCHAR) AS id FROM dossier_{table}").column("id")
        _add(wanted, table, ids.to_pylist())
    return {
        table: wanted[table]
        for table in TABLES
        if wanted.get(table) and table in manifest.tables and TABLES[table].is_keyed
    }


def _add(wanted: dict[str, set[str]], table: str, ids: Iterable[Any]) -> None:
    wanted.setdefault(table, set()).update(str(each) for each in ids)


def file_hash(path: Any) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()

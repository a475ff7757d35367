"""Small sources on disk, and what collect makes of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from unbrush.base.manifest import Manifest
from unbrush.base.run_folder import RunFolder
from unbrush.collect import collect
from unbrush.store.duckdb_engine import DuckDBEngine

NOW = 1_735_689_600_000  # 2025-01-01 UTC
JAN_5 = 1_704_412_800_000  # 2024-01-05 00:00 UTC
KEY = b"a key of thirty-two bytes, exact"

ORDERS = "order_id,account_id,shop_id,placed_at"
"""Header of the shortest orders file."""

Files = Mapping[str, str | bytes]


@dataclass(frozen=True)
class Collected:
    """What one call of collect left behind."""

    folder: RunFolder
    manifest: Manifest

    def rows(self, table: str) -> list[dict[str, Any]]:
        return pq.read_table(self.folder.event(table)).to_pylist()

    def column(self, table: str, name: str) -> list[Any]:
        return [row[name] for row in self.rows(table)]

    @property
    def rejects(self) -> list[dict[str, Any]]:
        return pq.read_table(self.folder.output("rejects")).to_pylist()

    @property
    def faults(self) -> list[tuple[Any, ...]]:
        """Rejects in short: row, column, value, code."""
        return [(r["row"], r["column"], r["value"], r["code"]) for r in self.rejects]

    @property
    def notes(self) -> dict[str, str]:
        return {note.about: note.en for note in self.manifest.notes}


def write(folder: Path, files: Files) -> Path:
    """Write files by name into ``folder``; return it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def gather(tmp_path: Path, files: Files, *, source: str = "", **options: Any) -> Collected:
    """Write files, collect them and return what came out."""
    data = write(tmp_path / "data", files)
    folder = RunFolder(tmp_path / "out")
    options = {"now_ms": NOW, "key": KEY, "max_reject_share": 1.0} | options
    with DuckDBEngine(threads=1) as engine:
        manifest = collect(engine, data / source, folder, **options)
    return Collected(folder, manifest)


def orders(*rows: str, header: str = ORDERS) -> str:
    """Return an orders file; a good row is put before, so that bad ones are not alone."""
    good = {"order_id": "1", "account_id": "1", "shop_id": "1", "placed_at": str(JAN_5)}
    first = ",".join(good.get(title, "") for title in header.split(","))
    return "\n".join([header, first, *rows]) + "\n"
